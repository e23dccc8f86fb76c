"""What a person decides is booked once, officers ask and reject, and the watch tells of arrivals that wait.

Revision ID: 0027
Revises: 0026
"""

from importlib import import_module

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

NOTES = """
alter table desk.notes add column for_reporter boolean not null default false;
comment on column desk.notes.for_reporter is
'Whether it is written for the reporter: a question that is waited for, or why a report is rejected.';
"""

# A closing that rests on the rejected photo is undone: the photo came behind the last time that the case was opened
# again, from who has worked on it last. Where the case is open, or was closed on other work since, it stays as it is.
PUT_BACK = """
create function desk.put_back(wanted bigint, me desk.officers, reason text, city_now timestamptz) returns text
language plpgsql volatile set search_path = pg_catalog set plan_cache_mode = force_custom_plan as $$
declare
    rejected text := (select photos.event_id from raw.evidence_photos as photos where photos.photo_id = wanted);
    held uuid := desk.case_of_event(rejected);
    case_number text := (select tracking_number from ledger.tracking_numbers where complaint_id = held);
    stood record;
    worker text;
    event text := 'desk-' || gen_random_uuid();
    at timestamptz;
begin
    perform pg_advisory_xact_lock(hashtextextended('desk ' || case_number, 0));
    select cases.* into stood from intermediate.int_desk_cases as cases where cases.case_id = held limit 1;
    if stood.case_id is null or stood.status_code not in ('selesai', 'menunggu_verifikasi') then
        return null;
    end if;
    with events as (
        select booked.*, lag(booked.status_set) over in_order as status_set_before,
            row_number() over in_order as place
        from (
            select held as complaint_id
            union
            select complaints.complaint_id from ledger.complaints where complaints.duplicate_of = held
        ) as reports
        cross join lateral (
            select tracked.* from intermediate.int_tracked_events as tracked
            where tracked.complaint_id = reports.complaint_id
            offset 0
        ) as booked
        window in_order as (order by booked.occurred_at, booked.booked_at, booked.event_id)
    ),
    told as (
        select
            (array_agg(holder_code order by place desc) filter (where status_code <> 'menunggu_verifikasi'))[1]
                as worked_last,
            coalesce(max(place) filter (where status_set <> 'closed' and status_set_before = 'closed'), 0)
                as opened_again
        from events
    )
    select told.worked_last into worker
    from told
    inner join events on events.event_id = rejected and events.place >= told.opened_again
    where events.holder_code = told.worked_last or events.status_code = 'menunggu_verifikasi';
    if worker is null then
        return null;
    end if;
    at := greatest(city_now, stood.last_event_at + interval '1 microsecond');
    insert into raw.case_events (
        event_id, tracking_number, status, holder_code, occurred_at, booked_at, received_at, batch_id, is_synthetic
    )
    values (event, case_number, 'proses', worker, at, at, city_now, 'desk', stood.is_synthetic);
    insert into desk.notes (event_id, officer_id, note) values (event, me.officer_id, reason);
    return event;
end $$;
comment on function desk.put_back is
'Gives a case whose closing rests on a rejected photo back to who did it; null where it is open, or rests on more.';
"""

JUDGE = """
create function desk.judge_photo(wanted bigint, verdict text, reason text, city_now timestamptz) returns text
language plpgsql volatile security definer set search_path = pg_catalog as $$
declare
    me desk.officers := desk.current_officer();
    kept bigint;
begin
    city_now := least(city_now, clock_timestamp());
    reason := coalesce(btrim(reason), '');
    if not desk.may_verify_photo(wanted) then
        return 'not_yours';
    end if;
    -- Two who decide at a time: the second waits here for the first, and finds that it is decided.
    insert into desk.verdicts (photo_id, verdict, reason, officer_id, decided_at)
    values (wanted, judge_photo.verdict, judge_photo.reason, me.officer_id, city_now)
    on conflict (photo_id) do nothing
    returning verdict_id into kept;
    if kept is null then
        return 'already';
    end if;
    if judge_photo.verdict = 'rejected' then
        update desk.verdicts set event_id = desk.put_back(wanted, me, judge_photo.reason, city_now)
        where verdict_id = kept;
    end if;
    return 'decided';
end $$;
comment on function desk.judge_photo is
'Decides on a flagged photo: decided, already (by somebody), or not_yours. A rejected one puts its case back to work.';

create function desk.judge_report(
    number text, seen_version integer, verdict text, reason text, city_now timestamptz
) returns text
language plpgsql volatile security definer set search_path = pg_catalog as $$
declare
    me desk.officers := desk.current_officer();
    flagged desk.flagged_reports;
    kept bigint;
begin
    select reports.* into flagged
    from ledger.tracking_numbers as numbers
    inner join desk.flagged_reports as reports on reports.complaint_id = numbers.complaint_id
    where numbers.tracking_number = number;
    if not coalesce(desk.may_verify(flagged.complaint_id), false) then
        return 'not_yours';
    end if;
    if flagged.version is distinct from seen_version then
        return 'changed';
    end if;
    insert into desk.verdicts (complaint_id, version, verdict, reason, officer_id, decided_at)
    values (
        flagged.complaint_id, flagged.version, judge_report.verdict, coalesce(btrim(judge_report.reason), ''),
        me.officer_id, least(city_now, clock_timestamp())
    )
    on conflict (complaint_id, version) do nothing
    returning verdict_id into kept;
    return case when kept is null then 'already' else 'decided' end;
end $$;
comment on function desk.judge_report is
'Decides on a doubted report: decided, already (by somebody), changed (since seen_version), or not_yours.';
"""

# Listed for who verifies; who holds the case is told why.
TOLD = """
create function desk.decisions(most integer, skipped integer) returns table (
    photo_id bigint, number text, verdict text, reason text, officer text, decided_at timestamptz,
    is_back_to_work boolean, is_synthetic boolean, total bigint
)
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    if not desk.is_verifier() then
        return;
    end if;
    return query
    select page.photo_id, numbers.tracking_number, page.verdict, page.reason, officers.name, page.decided_at,
        page.event_id is not null, newest.is_synthetic, page.total
    from (
        select verdicts.*, count(*) over () as total
        from desk.verdicts
        where verdicts.decided_at >= desk.listed_since()
        order by verdicts.decided_at desc, verdicts.verdict_id desc
        limit least(greatest(most, 0), 100) offset greatest(skipped, 0)
    ) as page
    inner join desk.officers on officers.officer_id = page.officer_id
    left join raw.evidence_photos as photos on photos.photo_id = page.photo_id
    inner join ledger.tracking_numbers as numbers
        on numbers.complaint_id = coalesce(page.complaint_id, desk.case_of_event(photos.event_id))
    cross join lateral (
        select complaints.is_synthetic from ledger.complaints
        where complaints.complaint_id = numbers.complaint_id
        order by complaints.version desc
        limit 1
    ) as newest
    order by page.decided_at desc, page.verdict_id desc;
end $$;
comment on function desk.decisions is 'What was decided within 30 days, newest first, for who verifies.';

create function desk.verdicts_on(number text) returns table (
    is_of_photo boolean, decision jsonb
)
language plpgsql stable security definer set search_path = pg_catalog as $$
declare
    me desk.officers := desk.current_officer();
    held uuid;
begin
    select cases.case_id into held
    from intermediate.int_desk_cases as cases
    where cases.tracking_number = number and cases.is_on_desk
        and desk.is_mine(me, cases.holder_code, cases.holder_area_code);
    return query
    select verdicts.photo_id is not null, desk.decision_of(verdicts)
    from desk.verdicts
    where held is not null and (
        verdicts.complaint_id = held
        or verdicts.complaint_id in (
            select complaints.complaint_id from ledger.complaints where complaints.duplicate_of = held
        )
        or verdicts.photo_id in (
            select photos.photo_id
            from (
                select held as complaint_id
                union
                select complaints.complaint_id from ledger.complaints where complaints.duplicate_of = held
            ) as reports
            cross join lateral (
                select tracked.event_id from intermediate.int_tracked_events as tracked
                where tracked.complaint_id = reports.complaint_id
                offset 0
            ) as events
            inner join raw.evidence_photos as photos on photos.event_id = events.event_id
        )
    )
    order by verdicts.decided_at desc;
end $$;
comment on function desk.verdicts_on is 'What was decided on the reports and photos of a case, for its holder.';
"""

BOOK = r"""
drop function desk.book;
create function desk.book(
    number text, seen_event text, status text, holder text, promised timestamptz, note text, city_now timestamptz,
    photo text, photo_words bigint[], photo_picture bytea, photo_likenesses jsonb, asks boolean default false
) returns text
language plpgsql volatile security definer set search_path = pg_catalog as $$
declare
    me desk.officers := desk.current_officer();
    stood record;
    event text := 'desk-' || gen_random_uuid();
    at timestamptz;
    kept_id bigint;
begin
    -- No city's clock is ahead of the server's.
    city_now := least(city_now, clock_timestamp());
    -- Two officers of a unit: the second books on what the first left.
    perform pg_advisory_xact_lock(hashtextextended('desk ' || number, 0));
    select cases.* into stood
    from intermediate.int_desk_cases as cases
    where cases.tracking_number = number and cases.status_set <> 'closed';
    if stood.case_id is null or not desk.is_mine(me, stood.holder_code, stood.holder_area_code) then
        return 'not_yours';
    end if;
    if stood.last_event_id is distinct from seen_event then
        return 'changed';
    end if;
    if status in ('koordinasi', 'disposisi') then
        if holder is null or holder = stood.holder_code
            or not exists (select from reference.skpd where skpd_code = holder) then
            raise exception 'expected another agency to hand the case to, found %', holder using errcode = '22023';
        end if;
    elsif status in ('proses', 'estimasi_waktu_selesai', 'selesai', 'ditolak') then
        holder := me.skpd_code;
    else
        raise exception 'expected a status that officers book, found %', status using errcode = '22023';
    end if;
    if asks is null or (asks and status <> 'proses') then
        raise exception 'expected a question by who works on the case, found %', status using errcode = '22023';
    end if;
    if (status = 'estimasi_waktu_selesai') <> (promised is not null) or promised <= city_now then
        raise exception 'expected a promise of a later moment, found %', promised using errcode = '22023';
    end if;
    if (status <> 'proses' or asks) and coalesce(btrim(note), '') = '' then
        raise exception 'expected a reason, found none' using errcode = '22023';
    end if;
    if photo !~ '^desk-[0-9a-f-]{36}\.jpg$' or (photo is not null and status <> 'selesai') then
        raise exception 'expected a photo of a closing, found %', photo using errcode = '22023';
    end if;
    -- The clocks of agencies differ: what is booked here comes after all that is known.
    at := greatest(city_now, stood.last_event_at + interval '1 microsecond');
    insert into raw.case_events (
        event_id, tracking_number, status, holder_code, occurred_at, booked_at, promised_at, received_at, batch_id,
        is_synthetic, photos, waits_for_reporter
    )
    values (
        event, number, status, holder, at, at, promised, city_now, 'desk', stood.is_synthetic,
        array_remove(array[photo], null), asks
    );
    insert into desk.notes (event_id, officer_id, note, for_reporter)
    values (event, me.officer_id, coalesce(btrim(note), ''), asks or status = 'ditolak');
    if photo is not null then
        insert into raw.evidence_photos (event_id, photo_name, words, read_at, is_synthetic)
        values (event, photo, photo_words, city_now, stood.is_synthetic)
        returning photo_id into kept_id;
        insert into private.evidence_pictures (photo_id, picture) values (kept_id, photo_picture);
        insert into ledger.photo_reuse
        select kept_id, likeness.*, city_now, 'desk'
        from jsonb_to_recordset(photo_likenesses) as likeness (
            earlier_photo_id bigint, verdict text, is_mirrored boolean, changed_share double precision,
            features_in_common integer
        );
    end if;
    return 'booked';
end $$;
comment on function desk.book is
'Books a status event on a case that the session''s unit holds: booked, changed (since seen_event), or not_yours.';
"""
OLD_BOOK = import_module("database.migrations.versions.0022_what_the_desk_books").BOOK

GRANTS = """
revoke execute on all functions in schema desk from public;
grant execute on function desk.book to desk;
"""
OF_VERDICTS = "grant execute on function desk.judge_photo, desk.judge_report, desk.decisions, desk.verdicts_on to desk"

INCIDENTS = """
alter table quality.incidents drop constraint incidents_kind_check, add constraint incidents_kind_check check (kind in (
    'database_down', 'daemon_down', 'disk_full', 'failed_run', 'red_gate', 'stale_table', 'silent_channel',
    'provider_down', 'waiting_arrivals', 'blind_watch'
));
"""


def upgrade() -> None:
    for statements in (NOTES, PUT_BACK, JUDGE, TOLD, BOOK, GRANTS, OF_VERDICTS, INCIDENTS):
        op.execute(statements)


def downgrade() -> None:
    op.execute("delete from quality.incident_tellings where incident_id in (select incident_id from quality.incidents"
               " where kind = 'waiting_arrivals')")  # fmt: skip
    op.execute("delete from quality.incidents where kind = 'waiting_arrivals'")
    op.execute(INCIDENTS.replace("'waiting_arrivals', ", ""))
    op.execute("drop function desk.book, desk.judge_report, desk.judge_photo, desk.put_back")
    op.execute("drop function desk.decisions, desk.verdicts_on")
    op.execute(OLD_BOOK)
    op.execute(GRANTS)
    op.execute("alter table desk.notes drop column for_reporter")
