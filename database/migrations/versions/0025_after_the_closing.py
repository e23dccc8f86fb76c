"""What comes after a closing: ratings of whoever holds the number, what came back, and photos of before and after.

Revision ID: 0025
Revises: 0024
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

# One row, replaced within a day: who rates again and again fills nothing.
TABLES = """
create table raw.ratings (
    event_id text not null,
    complaint_id uuid not null,
    rating smallint not null check (rating between 1 and 5),
    first_given_at timestamptz not null,
    given_at timestamptz not null,
    is_synthetic boolean not null,
    primary key (event_id, complaint_id)
);
create index ratings_by_time on raw.ratings (given_at);
comment on table raw.ratings is
'One row per completed work and number whose holder rated it on the portal: the rating that was given last.';
comment on column raw.ratings.event_id is 'Status event that completed the case.';
comment on column raw.ratings.complaint_id is 'Complaint of the number: of the case, or a duplicate of it.';

create table private.report_pictures (
    inbox_id bigint not null,
    photo_number integer not null,
    picture bytea not null,
    kept_at timestamptz not null,
    primary key (inbox_id, photo_number)
);
create index report_pictures_by_time on private.report_pictures (kept_at);
comment on table private.report_pictures is
'One row per photo of a public report: small, made anew, kept for a time. What is not public is deleted when decided.';

create table private.work_pictures (
    photo_id bigint primary key references raw.evidence_photos (photo_id) on delete cascade,
    picture bytea,
    kept_at timestamptz not null
);
create index work_pictures_by_time on private.work_pictures (kept_at);
create index evidence_photos_by_time on raw.evidence_photos (read_at);
comment on table private.work_pictures is
'One row per follow-up photo of a completed public case: small, made anew, kept for a time; null where there is none.';
"""

# Called by the functions below alone, with their owner's rights.
STANDING = """
create function front.standing(wanted text) returns table (
    complaint_id uuid, case_id uuid, visibility text, is_open_to_all boolean, has_photo boolean, event_id text,
    status_code text, closed_at timestamptz, is_synthetic boolean
)
language plpgsql stable set search_path = pg_catalog as $$
begin
    return query
    select own.complaint_id, held.complaint_id, own.visibility,
        own.visibility = 'public' and held.visibility = 'public' and held.decision = 'accepted' and not exists (
            select from unnest(array[own.complaint_id, held.complaint_id]) as shown (complaint_id)
            cross join lateral (
                select reason from ledger.set_aside
                where set_aside.complaint_id = shown.complaint_id and reason in ('hidden', 'unhidden', 'removed')
                order by occurred_at desc, inbox_id desc
                limit 1
            ) as notice
            where notice.reason <> 'unhidden'
        ),
        own.has_photo, timeline.last_event_id, timeline.status_code, timeline.last_event_at, own.is_synthetic
    from ledger.tracking_numbers as numbers
    cross join lateral (
        select * from ledger.complaints as versions
        where versions.complaint_id = numbers.complaint_id
        order by version desc
        limit 1
    ) as own
    cross join lateral (
        select * from ledger.complaints as versions
        where versions.complaint_id = coalesce(own.duplicate_of, own.complaint_id)
        order by version desc
        limit 1
    ) as held
    left join lateral (
        select * from intermediate.int_desk_timelines as timelines
        where timelines.case_id = held.complaint_id
        order by timelines.case_id
        limit 1
    ) as timeline on true
    where numbers.tracking_number = wanted and own.decision = 'accepted';
end $$;
comment on function front.standing is
'How an accepted report of a number and its case stand: what the functions beside it decide by. For nobody to call.';

create function front.shown_pictures(wanted text) returns table (
    kind text, taken_at timestamptz, is_reused boolean, picture bytea
)
language plpgsql stable set search_path = pg_catalog as $$
declare
    stood record;
begin
    select * into stood from front.standing(wanted);
    if stood.is_open_to_all is distinct from true or stood.status_code is distinct from 'selesai' then
        return;
    end if;
    return query
    with work as (
        select small.picture, exists (
            select from ledger.photo_reuse as reuse
            where reuse.photo_id = photos.photo_id and reuse.verdict = 'same_photo'
        ) as is_reused
        from raw.evidence_photos as photos
        inner join private.work_pictures as small using (photo_id)
        where photos.event_id = stood.event_id and small.picture is not null
        order by photos.photo_id
        limit 1
    )
    select 'work', stood.closed_at, work.is_reused, work.picture from work
    union all
    (
        select 'report', versions.reported_at, false, small.picture
        from ledger.complaints as versions
        inner join private.report_pictures as small using (inbox_id)
        where versions.complaint_id = stood.complaint_id and stood.has_photo and exists (select from work)
        order by versions.version desc, small.photo_number
        limit 1
    );
end $$;
comment on function front.shown_pictures is
'Photos of before and after that anybody may see: of a public report whose case is public, and was completed.';
revoke execute on function front.standing, front.shown_pictures from public;
"""

AFTERWARDS = """
create function front.afterwards(wanted text, city_now timestamptz) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog as $$
declare
    stood record;
    rated raw.ratings;
begin
    select * into stood from front.standing(wanted);
    if stood.complaint_id is null then
        return null;
    end if;
    select ratings.* into rated from raw.ratings
    where ratings.event_id = stood.event_id and ratings.complaint_id = stood.complaint_id;
    return jsonb_build_object(
        'may_rate', stood.status_code is not distinct from 'selesai'
            and stood.closed_at > city_now - interval '30 days'
            and coalesce(rated.first_given_at > city_now - interval '1 day', true),
        'rating', case when stood.status_code = 'selesai' then rated.rating end,
        -- Of a private case the day alone, of a confidential one nothing; a number only where both are public.
        'returns', (
            select coalesce(jsonb_agg(jsonb_build_object(
                'day', (back.reported_at at time zone 'Asia/Jakarta')::date,
                'number', case when stood.is_open_to_all and back.visibility = 'public' then numbers.tracking_number end
            ) order by back.reported_at), '[]')
            from (
                select distinct named.complaint_id from ledger.complaints as named
                where named.relapse_of = stood.case_id and stood.visibility <> 'confidential'
            ) as later
            cross join lateral (
                select * from ledger.complaints as versions
                where versions.complaint_id = later.complaint_id
                order by version desc
                limit 1
            ) as back
            inner join ledger.tracking_numbers as numbers on numbers.complaint_id = back.complaint_id
            where back.decision = 'accepted' and back.relapse_of = stood.case_id and back.visibility <> 'confidential'
        ),
        'is_evidence_reused', stood.is_open_to_all and stood.status_code is not distinct from 'selesai' and exists (
            select from raw.evidence_photos as photos
            inner join ledger.photo_reuse as reuse using (photo_id)
            where photos.event_id = stood.event_id and reuse.verdict = 'same_photo'
        ),
        'pictures', (
            select coalesce(jsonb_agg(jsonb_build_object('kind', shown.kind, 'taken_at', shown.taken_at)
                order by shown.kind), '[]')
            from front.shown_pictures(wanted) as shown
        )
    );
end $$;
comment on function front.afterwards is
'What came after the closing of a number''s case, as far as its holder may know it, as a JSON object.';

create function front.picture(wanted text, wanted_kind text) returns bytea
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    return (select shown.picture from front.shown_pictures(wanted) as shown where shown.kind = wanted_kind);
end $$;
comment on function front.picture is
'The photo of a number''s report (report), or of the work (work); null where anybody else may not see it.';

create function front.rate(wanted text, given integer, city_now timestamptz) returns text
language plpgsql volatile security definer set search_path = pg_catalog as $$
declare
    stood record;
    kept smallint;
begin
    if given is null or given not between 1 and 5 then
        raise exception 'expected a rating of 1 to 5, found %', given using errcode = '22023';
    end if;
    -- No city's clock is ahead of the server's.
    city_now := least(city_now, clock_timestamp());
    select * into stood from front.standing(wanted);
    if stood.status_code is distinct from 'selesai' then
        return 'not_done';
    end if;
    if stood.closed_at <= city_now - interval '30 days' then
        return 'too_late';
    end if;
    insert into raw.ratings as rated (event_id, complaint_id, rating, first_given_at, given_at, is_synthetic)
    values (stood.event_id, stood.complaint_id, given, city_now, city_now, stood.is_synthetic)
    on conflict on constraint ratings_pkey do update set rating = excluded.rating, given_at = excluded.given_at
    where rated.first_given_at > city_now - interval '1 day'
    returning rated.rating into kept;
    return case when kept is null then 'kept' else 'rated' end;
end $$;
comment on function front.rate is
'Rates what was done, once per number and completion: rated (or replaced within a day), kept, not_done or too_late.';
revoke execute on function front.afterwards, front.picture, front.rate from public;
grant execute on function front.afterwards, front.picture, front.rate to portal;
"""

# As 0021 made it, with the number of the case that came back.
INBOX = """
drop function desk.inbox();
create function desk.inbox() returns table (
    tracking_number text, category_name text, kelurahan_name text, kecamatan_name text, status_name text, colour text,
    reported_at timestamptz, held_since timestamptz, due_at timestamptz, red_flag_at timestamptz,
    waits_for_reporter boolean, is_relapse boolean, reports integer, is_synthetic boolean{returned}
)
language plpgsql stable security definer set search_path = pg_catalog set plan_cache_mode = force_custom_plan as $$
declare
    me desk.officers := desk.current_officer();
    since timestamptz;
    wanted uuid[];
begin
    if me.officer_id is null then
        return;
    end if;
    -- What the last build saw, and whatever came since it began: two hours more, as the builds themselves do.
    select max(as_of) - interval '2 hours' into since from marts.fct_complaints;
    select array_agg(case_id) into wanted
    from (
        select complaint_id as case_id
        from marts.fct_complaints
        where status_set in ('open', 'in_work')
            and (
                (holder_code = me.skpd_code and coalesce(
                    case me.skpd_code when 'kelurahan' then kelurahan_code when 'kecamatan' then kecamatan_code end
                    = me.area_code, true
                ))
                or (me.skpd_code = 'biro_pemerintahan' and kelurahan_code is null)
            )
        union
        select case_id
        from intermediate.int_desk_arrivals
        where arrived_at >= since and (
            holder_code is null or holder_code = me.skpd_code
            or (me.skpd_code = 'biro_pemerintahan' and desk.has_area(holder_code))
        )
    ) as candidates;
    return query
    select cases.tracking_number, cases.category_name, cases.kelurahan_name, cases.kecamatan_name, cases.status_name,
        cases.colour, cases.reported_at, cases.held_since, cases.due_at, cases.red_flag_at, cases.waits_for_reporter,
        cases.is_relapse, cases.reports, cases.is_synthetic{selected}
    from unnest(wanted) as asked (case_id)
    cross join lateral (
        select * from intermediate.int_desk_cases as stood where stood.case_id = asked.case_id limit 1
    ) as cases
    where cases.status_set <> 'closed' and desk.is_mine(me, cases.holder_code, cases.holder_area_code);
end $$;
comment on function desk.inbox is 'The open cases that the session''s unit holds now.';
revoke execute on function desk.inbox from public;
grant execute on function desk.inbox to desk;
"""


def upgrade() -> None:
    for statements in (TABLES, STANDING, AFTERWARDS):
        op.execute(statements)
    op.execute(INBOX.format(returned=", relapse_of_number text", selected=", cases.relapse_of_number"))


def downgrade() -> None:
    op.execute(INBOX.format(returned="", selected=""))
    op.execute("drop function front.rate, front.picture, front.afterwards, front.shown_pictures, front.standing")
    op.execute("drop index raw.evidence_photos_by_time")
    op.execute("drop table private.work_pictures, private.report_pictures, raw.ratings")
