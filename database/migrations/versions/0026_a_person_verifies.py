"""What was flagged for a person, and who verifies sees it.

Revision ID: 0026
Revises: 0025
"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

VERDICTS = """
create table desk.verdicts (
    verdict_id bigint generated always as identity primary key,
    photo_id bigint unique references raw.evidence_photos (photo_id) on delete cascade,
    complaint_id uuid,
    version integer,
    verdict text not null check (verdict in ('confirmed', 'to_be_asked', 'rejected')),
    reason text not null,
    officer_id bigint not null references desk.officers (officer_id),
    decided_at timestamptz not null,
    event_id text,
    unique (complaint_id, version),
    constraint verdicts_on_one_thing check (
        (photo_id is null) <> (complaint_id is null) and (complaint_id is null) = (version is null)
    ),
    constraint verdicts_that_ask_are_on_reports check (photo_id is null or verdict <> 'to_be_asked'),
    constraint verdicts_against_have_a_reason check (verdict = 'confirmed' or btrim(reason) <> '')
);
create index verdicts_by_time on desk.verdicts (decided_at);
comment on table desk.verdicts is
'One row per follow-up photo or version of a report that was flagged, and a person decided on: who, when and why.';
comment on column desk.verdicts.event_id is 'The event that put the case back to work; null where none was needed.';
create index complaints_to_verify on ledger.complaints (complaint_id) where needs_verification;
"""

# Which photo and report is flagged, and of which case: read by the functions that a session may call.
FLAGGED = """
create function desk.is_verifier() returns boolean
language sql stable set search_path = pg_catalog as $$
    select coalesce((desk.current_officer()).is_verifier, false)
$$;
comment on function desk.is_verifier is 'Whether the session is of an officer who verifies.';

create function desk.listed_since() returns timestamptz
language plpgsql stable set search_path = pg_catalog as $$
begin
    return (select max(complaints.as_of) - interval '30 days' from marts.fct_complaints as complaints);
end $$;
comment on function desk.listed_since is 'Since when decisions are listed: as long as closed cases stay on a desk.';

create function desk.case_of_event(event text) returns uuid
language sql stable set search_path = pg_catalog as $$
    select coalesce(complaints.duplicate_of, complaints.complaint_id)
    from raw.case_events as events
    left join ledger.tracking_numbers as numbers on numbers.tracking_number = events.tracking_number
    cross join lateral (
        select named.complaint_id, named.version, named.duplicate_of
        from ledger.complaints as named
        where named.complaint_id = numbers.complaint_id
        union all
        select named.complaint_id, named.version, named.duplicate_of
        from ledger.complaints as named
        where named.channel = events.channel and named.source_record_id = events.source_record_id
    ) as complaints
    where events.event_id = event and events.is_current
    order by complaints.version desc
    limit 1
$$;
comment on function desk.case_of_event is 'The case that a status event is about.';

create view desk.flagged_photos as
select photos.photo_id, photos.event_id, desk.case_of_event(photos.event_id) as case_id, flagged.flagged_at
from raw.evidence_photos as photos
cross join lateral (
    select min(reuse.found_at) as flagged_at
    from ledger.photo_reuse as reuse
    where reuse.photo_id = photos.photo_id and reuse.verdict = 'same_photo'
) as flagged
inner join raw.case_events as events
    on events.event_id = photos.event_id and events.is_current and not events.is_withdrawn
where photos.photo_id in (select reuse.photo_id from ledger.photo_reuse as reuse where reuse.verdict = 'same_photo');
comment on view desk.flagged_photos is 'One row per follow-up photo that is an earlier one again.';

create view desk.flagged_reports as
select complaints.complaint_id, complaints.version,
    coalesce(complaints.duplicate_of, complaints.complaint_id) as case_id, complaints.decided_at as flagged_at
from ledger.complaints
where complaints.needs_verification and complaints.decision = 'accepted' and not exists (
    select from ledger.complaints as later
    where later.complaint_id = complaints.complaint_id and later.version > complaints.version
);
comment on view desk.flagged_reports is 'One row per accepted report whose newest version triage doubts.';

create function desk.is_open(wanted uuid) returns boolean
language plpgsql stable set search_path = pg_catalog set plan_cache_mode = force_custom_plan as $$
begin
    return exists (
        select from (
            select stood.status_set from intermediate.int_desk_cases as stood where stood.case_id = wanted limit 1
        ) as cases
        where cases.status_set <> 'closed'
    );
end $$;
comment on function desk.is_open is 'Whether a case is open now.';

create function desk.waiting() returns table (photo_id bigint, complaint_id uuid, case_id uuid, flagged_at timestamptz)
language plpgsql stable set search_path = pg_catalog set plan_cache_mode = force_custom_plan as $$
begin
    return query
    select photos.photo_id, null::uuid, photos.case_id, photos.flagged_at
    from desk.flagged_photos as photos
    where photos.case_id is not null
        and not exists (select from desk.verdicts where verdicts.photo_id = photos.photo_id)
    union all
    select null::bigint, reports.complaint_id, reports.case_id, reports.flagged_at
    from (
        select flagged.*
        from desk.flagged_reports as flagged
        left join marts.fct_complaints as built on built.complaint_id = flagged.case_id
        where coalesce(built.status_set, 'open') <> 'closed'
            and not exists (
                select from desk.verdicts
                where verdicts.complaint_id = flagged.complaint_id and verdicts.version = flagged.version
            )
        offset 0
    ) as reports
    -- What was closed since the newest build: of the rest only.
    where desk.is_open(reports.case_id);
end $$;
comment on function desk.waiting is
'What waits for who verifies: photos, also of closed cases, and reports as long as their case is open.';

create function desk.may_verify(wanted uuid) returns boolean
language plpgsql stable set search_path = pg_catalog as $$
begin
    return desk.is_verifier() and exists (
        select from desk.flagged_reports as flagged
        left join desk.verdicts
            on verdicts.complaint_id = flagged.complaint_id and verdicts.version = flagged.version
        where flagged.complaint_id = wanted and case
            when verdicts.verdict_id is null then desk.is_open(flagged.case_id)
            else verdicts.decided_at >= desk.listed_since()
        end
    );
end $$;
comment on function desk.may_verify is
'Whether the session is of one who verifies, and a report waits for them or was decided within 30 days.';

create function desk.may_verify_photo(wanted bigint) returns boolean
language plpgsql stable set search_path = pg_catalog as $$
begin
    return desk.is_verifier() and exists (
        select from desk.flagged_photos as flagged
        left join desk.verdicts on verdicts.photo_id = flagged.photo_id
        where flagged.photo_id = wanted and flagged.case_id is not null
            and (verdicts.verdict_id is null or verdicts.decided_at >= desk.listed_since())
    );
end $$;
comment on function desk.may_verify_photo is 'The same of a flagged follow-up photo.';
"""

# A report that waits for who verifies is read as its holder reads it: after the reading was noted.
MAY_SEE = """
create or replace function desk.may_see(wanted uuid) returns boolean
language plpgsql stable security definer set search_path = pg_catalog as $$
declare
    me desk.officers := desk.current_officer();
begin
    return me.officer_id is not null and exists (
        select from intermediate.int_desk_cases as cases
        where cases.case_id = wanted and cases.is_on_desk
            and desk.is_mine(me, cases.holder_code, cases.holder_area_code)
    ){or_verify};
end $$;
comment on function desk.may_see is '{comment}';
"""
HOLDS = "Whether the session''s unit holds a case, open or closed within 30 days."
HOLDS_OR_VERIFIES = "Whether the session''s unit holds a case, open or closed within 30 days, or verifies it."

SHOWN = """
create function desk.to_verify(most integer, skipped integer) returns table (
    photo_id bigint, number text, category_name text, kelurahan_name text, kecamatan_name text, visibility text,
    signals text[], flagged_at timestamptz, is_synthetic boolean, total bigint
)
language plpgsql stable security definer set search_path = pg_catalog set plan_cache_mode = force_custom_plan as $$
begin
    if not desk.is_verifier() then
        return;
    end if;
    return query
    select page.photo_id, tracked.tracking_number, tracked.category_name, tracked.kelurahan_name,
        tracked.kecamatan_name, tracked.visibility,
        array(
            select raised.signal
            from desk.flagged_reports as flagged
            inner join ledger.signals as raised
                on raised.complaint_id = flagged.complaint_id and raised.version = flagged.version
            where flagged.complaint_id = page.complaint_id
            order by raised.signal
        ),
        page.flagged_at, tracked.is_synthetic, page.total
    from (
        select waiting.*, count(*) over () as total
        from desk.waiting() as waiting
        order by waiting.flagged_at, waiting.photo_id, waiting.complaint_id
        limit least(greatest(most, 0), 100) offset greatest(skipped, 0)
    ) as page
    inner join ledger.tracking_numbers as numbers
        on numbers.complaint_id = coalesce(page.complaint_id, page.case_id)
    cross join lateral (
        select reports.* from intermediate.int_tracked_reports as reports
        where reports.tracking_number = numbers.tracking_number
        order by reports.tracking_number
        limit 1
    ) as tracked
    order by page.flagged_at, page.photo_id, page.complaint_id;
end $$;
comment on function desk.to_verify is
'What waits for the session''s officer to verify, oldest first, without anything private.';

create function desk.photo_facts(wanted bigint) returns jsonb
language plpgsql stable set search_path = pg_catalog set plan_cache_mode = force_custom_plan as $$
begin
    return (
        select jsonb_build_object(
            'photo_id', photos.photo_id, 'number', tracked.tracking_number, 'category_name', tracked.category_name,
            'kelurahan_name', tracked.kelurahan_name, 'kecamatan_name', tracked.kecamatan_name,
            'visibility', tracked.visibility, 'is_synthetic', tracked.is_synthetic,
            'status_name', statuses.status_name, 'holder_name', skpd.skpd_name, 'occurred_at', events.occurred_at
        )
        from raw.evidence_photos as photos
        inner join raw.case_events as events on events.event_id = photos.event_id and events.is_current
        inner join ledger.tracking_numbers as numbers on numbers.complaint_id = desk.case_of_event(photos.event_id)
        cross join lateral (
            select reports.* from intermediate.int_tracked_reports as reports
            where reports.tracking_number = numbers.tracking_number
            order by reports.tracking_number
            limit 1
        ) as tracked
        left join reference.case_statuses as statuses on statuses.status_code = events.status
        left join reference.skpd as skpd on skpd.skpd_code = events.holder_code
        where photos.photo_id = wanted
    );
end $$;
comment on function desk.photo_facts is 'Whose follow-up photo it is, of which case and when, as a JSON object.';

create function desk.decision_of(verdicts desk.verdicts) returns jsonb
language sql stable set search_path = pg_catalog as $$
    select jsonb_build_object(
        'verdict', verdicts.verdict, 'reason', verdicts.reason, 'decided_at', verdicts.decided_at,
        'officer', officers.name, 'is_back_to_work', verdicts.event_id is not null
    )
    from desk.officers
    where officers.officer_id = verdicts.officer_id
$$;
comment on function desk.decision_of is 'A decision with the name of who made it, as a JSON object.';

create function desk.flagged_photo(wanted bigint) returns jsonb
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
                select reuse.earlier_photo_id, reuse.is_mirrored, reuse.changed_share, reuse.features_in_common
                from ledger.photo_reuse as reuse
                where reuse.photo_id = wanted and reuse.verdict = 'same_photo'
                order by reuse.features_in_common desc, reuse.earlier_photo_id
                limit 3
            ) as pairs
        ),
        'decision', (select desk.decision_of(verdicts) from desk.verdicts where verdicts.photo_id = wanted)
    );
end $$;
comment on function desk.flagged_photo is
'A flagged follow-up photo and the earlier ones that it is again, as a JSON object; null for who does not verify it.';

create function desk.flagged_report(wanted text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog set plan_cache_mode = force_custom_plan as $$
declare
    flagged desk.flagged_reports;
    told jsonb;
begin
    select reports.* into flagged
    from ledger.tracking_numbers as numbers
    inner join desk.flagged_reports as reports on reports.complaint_id = numbers.complaint_id
    where numbers.tracking_number = wanted;
    if not coalesce(desk.may_verify(flagged.complaint_id), false) then
        return null;
    end if;
    select to_jsonb(tracked) into told
    from intermediate.int_tracked_reports as tracked
    where tracked.tracking_number = wanted
    order by tracked.tracking_number
    limit 1;
    return told || jsonb_build_object(
        'version', flagged.version,
        'signals', (
            select jsonb_agg(
                jsonb_build_object(
                    'signal', raised.signal, 'evidence', raised.evidence,
                    'named', named.kelurahan_name, 'point_in', point_in.kelurahan_name
                )
                order by raised.signal
            )
            from ledger.signals as raised
            left join reference.kelurahan as named on named.kelurahan_code = raised.evidence ->> 'named'
            left join reference.kelurahan as point_in on point_in.kelurahan_code = raised.evidence ->> 'point_in'
            where raised.complaint_id = flagged.complaint_id and raised.version = flagged.version
        ),
        'decision', (
            select desk.decision_of(verdicts)
            from desk.verdicts
            where verdicts.complaint_id = flagged.complaint_id and verdicts.version = flagged.version
        )
    );
end $$;
comment on function desk.flagged_report is
'A doubted report by its number, with what is doubted, as a JSON object; null for who does not verify it.';

create function desk.note_photo_read(wanted bigint) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog as $$
declare
    shown bigint;
begin
    select reuse.photo_id into shown
    from ledger.photo_reuse as reuse
    where reuse.verdict = 'same_photo' and wanted in (reuse.photo_id, reuse.earlier_photo_id)
        and desk.may_verify_photo(reuse.photo_id)
    limit 1;
    insert into desk.private_reads (officer_id, complaint_id, what)
    select (desk.current_officer()).officer_id, cases.case_id, 'evidence photo ' || photos.photo_id
    from raw.evidence_photos as photos
    cross join lateral (select desk.case_of_event(photos.event_id) as case_id) as cases
    where photos.photo_id = wanted and shown is not null and cases.case_id is not null;
    return found;
end $$;
comment on function desk.note_photo_read is
'Notes that the officer looks at a photo of a flagged pair; false where it is of none that they verify.';

create function desk.photo_name(wanted bigint) returns text
language sql stable security definer set search_path = pg_catalog as $$
    select photos.photo_name
    from raw.evidence_photos as photos
    where photos.photo_id = wanted and exists (
        select from desk.private_reads as reads
        where reads.complaint_id = desk.case_of_event(photos.event_id)
            and reads.officer_id = (desk.current_officer()).officer_id
            and reads.what = 'evidence photo ' || photos.photo_id
            and reads.at > now() - interval '1 minute'
            and reads.noted_by is distinct from pg_current_xact_id_if_assigned()
    )
$$;
comment on function desk.photo_name is
'File of a follow-up photo, for who noted in an earlier transaction that they look at it.';
"""

GRANTS = """
revoke execute on all functions in schema desk from public;
grant execute on function
desk.to_verify, desk.flagged_photo, desk.flagged_report, desk.note_photo_read, desk.photo_name
to desk;
"""


def upgrade() -> None:
    may_see = MAY_SEE.format(or_verify=" or desk.may_verify(wanted)", comment=HOLDS_OR_VERIFIES)
    for statements in (VERDICTS, FLAGGED, may_see, SHOWN, GRANTS):
        op.execute(statements)


def downgrade() -> None:
    op.execute(MAY_SEE.format(or_verify="", comment=HOLDS))
    op.execute(
        "drop function desk.to_verify, desk.flagged_photo, desk.flagged_report, desk.note_photo_read, desk.photo_name,"
        " desk.decision_of, desk.photo_facts, desk.may_verify, desk.may_verify_photo,"
        " desk.waiting, desk.is_open, desk.listed_since, desk.is_verifier"
    )
    op.execute("drop view desk.flagged_photos, desk.flagged_reports; drop function desk.case_of_event")
    op.execute("drop index ledger.complaints_to_verify; drop table desk.verdicts")
