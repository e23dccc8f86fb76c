"""Photos of reports beside follow-up photos, the verdict on an edited copy of one, and a quick way to what is alike.

Revision ID: 0034
Revises: 0033
"""

from importlib import import_module

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_DESK = import_module("database.migrations.versions.0022_what_the_desk_books")
_CLOSING = import_module("database.migrations.versions.0025_after_the_closing")
_VERIFIES = import_module("database.migrations.versions.0026_a_person_verifies")
_NEWEST = import_module("database.migrations.versions.0031_no_more_than_its_case")

# Words lie beside the row, uncompressed: a look-up reads ids of many rows and the words of none. A pending list would
# be read anew for each word.
PHOTOS = """
alter table raw.evidence_photos
    alter column event_id drop not null,
    alter column photo_name drop not null,
    add column inbox_id bigint references raw.inbox (inbox_id) on delete cascade,
    add column photo_number integer,
    add column words_version smallint not null default 2,
    add constraint evidence_photos_of_one_thing check (
        (event_id is null) <> (inbox_id is null)
        and (event_id is null) = (photo_name is null)
        and (inbox_id is null) = (photo_number is null)
    ),
    add constraint evidence_photos_of_reports unique (inbox_id, photo_number),
    alter column words set storage external,
    set (toast_tuple_target = 128);
alter index raw.evidence_photos_by_words set (fastupdate = off);
comment on table raw.evidence_photos is
'One row per status event and follow-up photo, and per photo of a report: the words by which copies of it are found; '
'with failure none.';
update raw.evidence_photos set words_version = 1;
comment on column raw.evidence_photos.words_version is
'Which words they are (ml.vision.photo_words): those of an earlier version are made anew by the next nightly run.';
comment on column raw.evidence_photos.inbox_id is 'Record that the photo of a report came with; null for a follow-up.';
comment on table private.evidence_pictures is
'One row per follow-up photo or photo of a report: grey, 480 pixels wide, for the comparison with later ones.';

alter table ledger.photo_reuse
    drop constraint photo_reuse_verdict_check,
    add constraint photo_reuse_verdict_check check (verdict in ('same_photo', 'edited_copy', 'same_view')),
    add column edited_parts jsonb not null default '[]'
        check (jsonb_typeof(edited_parts) = 'array'),
    add column is_copy boolean not null generated always as (verdict <> 'same_view') stored,
    add constraint photo_reuse_parts_of_edited check ((verdict = 'edited_copy') = (edited_parts <> '[]'));
create index photo_reuse_by_earlier on ledger.photo_reuse (earlier_photo_id);
comment on table ledger.photo_reuse is
'One row per follow-up photo and earlier photo of the same view: the same photo again, an edited copy, another moment.';
comment on column ledger.photo_reuse.edited_parts is
'Boxes that were replaced, the largest first: left, top, width and height in the follow-up (later) and in the earlier '
'photo, as shares of its width and height.';
comment on column ledger.photo_reuse.is_copy is 'Whether a person has to look.';

create table ledger.common_words (
    word bigint primary key,
    photos bigint not null,
    of_photos bigint not null
);
comment on table ledger.common_words is
'One row per word that many photos have: about how many, of how many in all. A look-up asks for the rarest first.';
"""

# Sequential scans are off: of few photos the planner would read them all, once per word.
CANDIDATES = """
drop function desk.evidence_like, ledger.evidence_candidates;
create function ledger.evidence_candidates(words bigint[], mirrored bigint[], least_words integer, most_photos integer)
returns table (photo_id bigint, is_mirrored boolean)
language sql stable
set search_path = pg_catalog set enable_seqscan = off set enable_indexscan = on set jit = off as $$
    with asked as (
        select false as is_mirrored, word from unnest(words) as word
        union all
        select true, word from unnest(mirrored) as word
    ),
    -- The rarest first, until so many rows are read: a word that is not listed counts as one of 100 photos.
    ranked as (
        select asked.is_mirrored, asked.word, sum(coalesce(common.photos, 100)) over (
            order by coalesce(common.photos, 0), asked.word, asked.is_mirrored rows unbounded preceding
        ) as read
        from asked
        left join ledger.common_words as common on common.word = asked.word
    ),
    telling as (
        select ranked.is_mirrored, ranked.word from ranked where ranked.read <= 150000
    ),
    common as (
        select found.photo_id, telling.is_mirrored, count(*) as words
        from telling
        cross join lateral (
            select photos.photo_id from raw.evidence_photos as photos
            where photos.words @> array[telling.word]
            offset 0
        ) as found
        group by found.photo_id, telling.is_mirrored
    ),
    best as (
        select distinct on (common.photo_id) common.photo_id, common.is_mirrored, common.words
        from common
        where common.words >= least_words
        order by common.photo_id, common.words desc, common.is_mirrored
    )
    select best.photo_id, best.is_mirrored
    from best
    where exists (select from private.evidence_pictures as kept where kept.photo_id = best.photo_id)
    order by best.words desc, best.photo_id
    limit most_photos
$$;
comment on function ledger.evidence_candidates is
'Earlier photos that share most words with a picture, or with its mirror image, most words first.';
revoke execute on function ledger.evidence_candidates from public;

create function desk.evidence_like(words bigint[], mirrored bigint[], least_words integer, most_photos integer)
returns table (photo_id bigint, is_mirrored boolean, is_of_report boolean, picture bytea)
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    if (desk.current_officer()).officer_id is not null then
        return query
        select candidates.photo_id, candidates.is_mirrored, photos.inbox_id is not null, pictures.picture
        from ledger.evidence_candidates(words, mirrored, least_words, least(most_photos, 20)) as candidates
        inner join raw.evidence_photos as photos using (photo_id)
        inner join private.evidence_pictures as pictures using (photo_id);
    end if;
end $$;
comment on function desk.evidence_like is 'The same with what they look like, for a session.';
revoke execute on function desk.evidence_like from public;
grant execute on function desk.evidence_like to desk;
"""

FLAGGED = """
create or replace view desk.flagged_photos as
select photos.photo_id, photos.event_id, desk.case_of_event(photos.event_id) as case_id, flagged.flagged_at
from raw.evidence_photos as photos
cross join lateral (
    select min(reuse.found_at) as flagged_at
    from ledger.photo_reuse as reuse
    where reuse.photo_id = photos.photo_id and reuse.is_copy
) as flagged
inner join raw.case_events as events
    on events.event_id = photos.event_id and events.is_current and not events.is_withdrawn
where photos.photo_id in (select reuse.photo_id from ledger.photo_reuse as reuse where reuse.is_copy);
comment on view desk.flagged_photos is
'One row per follow-up photo that is an earlier one again, or an edited copy of one.';
"""

# The report that a photo came with, and its own number: what it repeats is no matter here.
SHOWN = """
create function desk.report_of_photo(wanted bigint) returns uuid
language sql stable set search_path = pg_catalog as $$
    select complaints.complaint_id
    from raw.evidence_photos as photos
    inner join ledger.complaints on complaints.inbox_id = photos.inbox_id
    where photos.photo_id = wanted
$$;
comment on function desk.report_of_photo is 'The report that a photo came with; null for a follow-up photo.';

create or replace function desk.photo_facts(wanted bigint) returns jsonb
language plpgsql stable set search_path = pg_catalog set plan_cache_mode = force_custom_plan as $$
begin
    return (
        with named as (
            select photos.event_id, numbers.tracking_number, complaints.reported_at
            from raw.evidence_photos as photos
            inner join ledger.tracking_numbers as numbers on numbers.complaint_id
                = coalesce(desk.report_of_photo(photos.photo_id), desk.case_of_event(photos.event_id))
            left join ledger.complaints on complaints.inbox_id = photos.inbox_id
            where photos.photo_id = wanted
        )
        select jsonb_build_object(
            'photo_id', wanted, 'number', tracked.tracking_number, 'category_name', tracked.category_name,
            'kelurahan_name', tracked.kelurahan_name, 'kecamatan_name', tracked.kecamatan_name,
            'visibility', tracked.visibility, 'is_synthetic', tracked.is_synthetic,
            'status_name', statuses.status_name, 'holder_name', skpd.skpd_name,
            'occurred_at', coalesce(events.occurred_at, named.reported_at)
        )
        from named
        left join raw.case_events as events on events.event_id = named.event_id and events.is_current
        cross join lateral (
            select reports.* from intermediate.int_tracked_reports as reports
            where reports.tracking_number = named.tracking_number
            order by reports.tracking_number
            limit 1
        ) as tracked
        left join reference.case_statuses as statuses on statuses.status_code = events.status
        left join reference.skpd as skpd on skpd.skpd_code = events.holder_code
        where events.event_id is not null or named.event_id is null
    );
end $$;
comment on function desk.photo_facts is
'Whose follow-up photo it is, of which case and when, or of which report, as a JSON object.';

create or replace function desk.flagged_photo(wanted bigint) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    if not desk.may_verify_photo(wanted) then
        return null;
    end if;
    return desk.photo_facts(wanted) || jsonb_build_object(
        'pairs', (
            select jsonb_agg(
                to_jsonb(pairs) || coalesce(desk.photo_facts(pairs.earlier_photo_id), '{}')
                order by pairs.features_in_common desc, pairs.earlier_photo_id
            )
            from (
                select reuse.earlier_photo_id, reuse.verdict, reuse.is_mirrored, reuse.changed_share,
                    reuse.features_in_common, reuse.edited_parts, earlier.inbox_id is not null as is_of_report
                from ledger.photo_reuse as reuse
                inner join raw.evidence_photos as earlier on earlier.photo_id = reuse.earlier_photo_id
                where reuse.photo_id = wanted and reuse.is_copy
                order by reuse.features_in_common desc, reuse.earlier_photo_id
                limit 3
            ) as pairs
        ),
        'decision', (select desk.decision_of(verdicts) from desk.verdicts where verdicts.photo_id = wanted)
    );
end $$;
comment on function desk.flagged_photo is
'A flagged follow-up photo and the earlier ones that it is again or an edited copy of, as a JSON object; null for who '
'does not verify it.';

create or replace function desk.note_photo_read(wanted bigint) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog as $$
declare
    shown bigint;
begin
    select reuse.photo_id into shown
    from ledger.photo_reuse as reuse
    where reuse.is_copy and wanted in (reuse.photo_id, reuse.earlier_photo_id)
        and desk.may_verify_photo(reuse.photo_id)
    limit 1;
    insert into desk.private_reads (officer_id, complaint_id, what)
    select (desk.current_officer()).officer_id, named.complaint_id, 'evidence photo ' || photos.photo_id
    from raw.evidence_photos as photos
    cross join lateral (
        select coalesce(desk.report_of_photo(photos.photo_id), desk.case_of_event(photos.event_id)) as complaint_id
    ) as named
    where photos.photo_id = wanted and shown is not null and named.complaint_id is not null;
    return found;
end $$;

create function desk.report_picture(wanted bigint) returns bytea
language sql stable security definer set search_path = pg_catalog as $$
    select pictures.picture
    from private.evidence_pictures as pictures
    where pictures.photo_id = wanted and exists (
        select from desk.private_reads as reads
        where reads.complaint_id = desk.report_of_photo(wanted)
            and reads.officer_id = (desk.current_officer()).officer_id
            and reads.what = 'evidence photo ' || wanted
            and reads.at > now() - interval '1 minute'
            and reads.noted_by is distinct from pg_current_xact_id_if_assigned()
    )
$$;
comment on function desk.report_picture is
'The photo of a report as it is kept for comparison, for who noted in an earlier transaction that they look at it.';
revoke execute on function desk.report_of_photo, desk.report_picture from public;
grant execute on function desk.report_picture to desk;
"""

REUSED = ("reuse.verdict = 'same_photo'", "reuse.is_copy")
OLD_AFTERWARDS = _NEWEST._changed(_NEWEST.OLD_AFTERWARDS, _NEWEST.AFTERWARDS)
OLD_PICTURES = _NEWEST._function(_CLOSING.STANDING, "front.shown_pictures")
OLD_SHOWN = tuple(
    _NEWEST._function(_VERIFIES.SHOWN, f"desk.{name}") for name in ("photo_facts", "flagged_photo", "note_photo_read")
)
OLD_COMMENTS = """
comment on table raw.evidence_photos is
'One row per status event and follow-up photo: the words by which copies of it are found; with failure none.';
comment on table private.evidence_pictures is
'One row per follow-up photo: grey, 480 pixels wide, for the comparison with later ones.';
comment on table ledger.photo_reuse is
'One row per follow-up photo and earlier one of the same view: the same photo again, or another moment.';
comment on function desk.photo_facts is 'Whose follow-up photo it is, of which case and when, as a JSON object.';
comment on function desk.flagged_photo is
'A flagged follow-up photo and the earlier ones that it is again, as a JSON object; null for who does not verify it.';
"""

# A photo of a report is nothing that the earlier code reads, nor is the verdict on an edited copy.
BACK = """
delete from raw.evidence_photos where inbox_id is not null;
delete from ledger.photo_reuse where verdict = 'edited_copy';
drop index ledger.photo_reuse_by_earlier;
alter table ledger.photo_reuse
    drop constraint photo_reuse_parts_of_edited,
    drop column is_copy,
    drop column edited_parts,
    drop constraint photo_reuse_verdict_check,
    add constraint photo_reuse_verdict_check check (verdict in ('same_photo', 'same_view'));
alter table raw.evidence_photos
    drop constraint evidence_photos_of_one_thing,
    drop column words_version,
    drop column photo_number,
    drop column inbox_id,
    alter column event_id set not null,
    alter column photo_name set not null,
    alter column words set storage extended,
    reset (toast_tuple_target);
alter index raw.evidence_photos_by_words reset (fastupdate);
"""


def upgrade() -> None:
    for statement in (
        PHOTOS,
        CANDIDATES,
        FLAGGED,
        SHOWN,
        _NEWEST._changed(OLD_AFTERWARDS, REUSED),
        _NEWEST._changed(OLD_PICTURES, REUSED),
    ):
        op.execute(statement)


def downgrade() -> None:
    for statement in (OLD_AFTERWARDS, OLD_PICTURES, *OLD_SHOWN, OLD_COMMENTS):
        op.execute(statement)
    _, _, flagged = _VERIFIES.FLAGGED.partition("create view desk.flagged_photos")
    op.execute(f"create or replace view desk.flagged_photos{flagged.partition('create view')[0]}")
    op.execute("drop function desk.evidence_like, ledger.evidence_candidates")
    op.execute("drop function desk.report_picture, desk.report_of_photo")
    op.execute(_DESK.EVIDENCE)
    op.execute("revoke execute on function desk.evidence_like from public")
    op.execute("grant execute on function desk.evidence_like to desk")
    op.execute("drop table ledger.common_words")
    op.execute(BACK)
