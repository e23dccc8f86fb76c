"""The officers' desk: who signs in, and what a session shows.

Revision ID: 0021
Revises: 0020
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

OFFICERS = """
create schema desk;
grant usage on schema desk, front to desk;
grant execute on function front.spend to desk;
comment on schema desk is
'What an officer may see and do: functions that ask which session they serve. Their owner holds the rights.';

create function desk.has_area(skpd_code text) returns boolean
language sql immutable set search_path = pg_catalog as $$
    select skpd_code in ('kelurahan', 'kecamatan', 'kota_administrasi', 'kabupaten_administrasi')
$$;
comment on function desk.has_area is 'Whether an agency stands for many, each with an area of its own.';

create table desk.officers (
    officer_id bigint generated always as identity primary key,
    login text not null unique check (login ~ '^[a-z0-9][a-z0-9._-]{2,39}$'),
    name text not null,
    skpd_code text not null,
    area_code text,
    is_verifier boolean not null default false,
    added_at timestamptz not null default now(),
    disabled_at timestamptz,
    constraint officers_area_of_their_unit check ((area_code is not null) = desk.has_area(skpd_code))
);
comment on table desk.officers is 'One row per person who may sign in at the desk.';
comment on column desk.officers.skpd_code is 'The agency that they work for.';
comment on column desk.officers.area_code is 'Which kelurahan, kecamatan or kota, where the agency is one of these.';

create table desk.credentials (
    officer_id bigint primary key references desk.officers (officer_id),
    salt bytea not null,
    verifier bytea not null,
    set_at timestamptz not null default now()
);
comment on table desk.credentials is
'One row per officer: the sha256 of what argon2id makes of their password and the salt. Nobody reads the verifier.';

create table desk.sessions (
    token_hash bytea primary key,
    officer_id bigint not null references desk.officers (officer_id),
    opened_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index sessions_by_officer on desk.sessions (officer_id);
comment on table desk.sessions is 'One row per open session, by the sha256 of the token that its browser holds.';

create table desk.private_reads (
    read_id bigint generated always as identity primary key,
    officer_id bigint not null references desk.officers (officer_id),
    complaint_id uuid not null,
    what text not null,
    at timestamptz not null default clock_timestamp(),
    noted_by xid8 not null default pg_current_xact_id()
);
create index private_reads_by_complaint on desk.private_reads (complaint_id, officer_id, at);
comment on table desk.private_reads is
'One row per officer and reading of who reported a complaint, where and in which words. Nothing is read before it.';
"""

# A session is what the browser's token opens: without one, every function and every policy shows nothing.
SESSIONS = """
create function desk.current_officer() returns desk.officers
language sql stable security definer set search_path = pg_catalog as $$
    select officers.*
    from desk.sessions
    inner join desk.officers using (officer_id)
    where sessions.token_hash = sha256(convert_to(current_setting('jsc.session', true), 'UTF8'))
        and sessions.expires_at > now()
        and sessions.last_seen_at > now() - interval '1 hour'
        and officers.disabled_at is null
$$;
comment on function desk.current_officer is 'Whose session this is; null where it is none, or over.';

create function desk.who() returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog as $$
declare
    me desk.officers := desk.current_officer();
begin
    if me.officer_id is null then
        return null;
    end if;
    update desk.sessions set last_seen_at = now()
    where token_hash = sha256(convert_to(current_setting('jsc.session', true), 'UTF8'))
        and last_seen_at < now() - interval '1 minute';
    return to_jsonb(me) || jsonb_build_object(
        'unit_name', (select skpd_name from reference.skpd where skpd_code = me.skpd_code),
        'area_name', coalesce(
            (select kelurahan_name from reference.kelurahan where kelurahan_code = me.area_code),
            (select kecamatan_name from reference.kecamatan where kecamatan_code = me.area_code)
        )
    );
end $$;
comment on function desk.who is 'Whose session this is, as a JSON object; keeps the session open.';

create function desk.salt_of(wanted text) returns bytea
language sql stable security definer set search_path = pg_catalog as $$
    select salt
    from desk.credentials
    inner join desk.officers using (officer_id)
    where login = wanted and disabled_at is null
$$;
comment on function desk.salt_of is 'What the password of a login is hashed with; null where nobody has that login.';

create function desk.sign_in(wanted text, proof bytea, token text) returns text
language plpgsql volatile security definer set search_path = pg_catalog as $$
declare
    found_id bigint;
begin
    if not front.spend('sign_in_login', encode(sha256(convert_to(wanted, 'UTF8')), 'hex'), 10, 900) then
        return 'too_often';
    end if;
    select officer_id into found_id
    from desk.officers
    inner join desk.credentials using (officer_id)
    where login = wanted and disabled_at is null and verifier = sha256(proof);
    if found_id is null then
        return 'refused';
    end if;
    delete from desk.sessions where expires_at < now() or last_seen_at < now() - interval '1 hour';
    insert into desk.sessions (token_hash, officer_id, expires_at)
    values (sha256(convert_to(token, 'UTF8')), found_id, now() + interval '10 hours');
    return 'opened';
end $$;
comment on function desk.sign_in is
'Opens a session for who proves a password by what argon2id makes of it: opened, refused, or too_often.';

create function desk.sign_out() returns void
language sql volatile security definer set search_path = pg_catalog as $$
    delete from desk.sessions
    where token_hash = sha256(convert_to(current_setting('jsc.session', true), 'UTF8'))
$$;
comment on function desk.sign_out is 'Ends this session.';
"""

# dbt's views say how a case stands; these say whose it is. A case of an area that nobody could name would lie on no
# desk: Biro Pemerintahan has it, and hands it on.
CASES = """
create function desk.is_mine(me desk.officers, holder_code text, holder_area_code text) returns boolean
language sql immutable set search_path = pg_catalog as $$
    select coalesce(
        case
            when me.officer_id is null then false
            when holder_code = me.skpd_code then me.area_code is null or me.area_code = holder_area_code
            when me.skpd_code = 'biro_pemerintahan' then desk.has_area(holder_code) and holder_area_code is null
        end,
        false
    )
$$;
comment on function desk.is_mine is 'Whether a case of a holder is one of the officer''s unit.';

create function desk.inbox() returns table (
    tracking_number text, category_name text, kelurahan_name text, kecamatan_name text, status_name text, colour text,
    reported_at timestamptz, held_since timestamptz, due_at timestamptz, red_flag_at timestamptz,
    waits_for_reporter boolean, is_relapse boolean, reports integer, is_synthetic boolean
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
        cases.is_relapse, cases.reports, cases.is_synthetic
    from unnest(wanted) as asked (case_id)
    cross join lateral (
        select * from intermediate.int_desk_cases as stood where stood.case_id = asked.case_id limit 1
    ) as cases
    where cases.status_set <> 'closed' and desk.is_mine(me, cases.holder_code, cases.holder_area_code);
end $$;
comment on function desk.inbox is 'The open cases that the session''s unit holds now.';

create function desk.may_see(wanted uuid) returns boolean
language plpgsql stable security definer set search_path = pg_catalog as $$
declare
    me desk.officers := desk.current_officer();
begin
    return me.officer_id is not null and exists (
        select from intermediate.int_desk_cases as cases
        where cases.case_id = wanted and cases.is_on_desk
            and desk.is_mine(me, cases.holder_code, cases.holder_area_code)
    );
end $$;
comment on function desk.may_see is 'Whether the session''s unit holds a case, open or closed within 30 days.';

create function desk.case_of(number text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog as $$
declare
    me desk.officers := desk.current_officer();
    told jsonb;
begin
    select to_jsonb(cases) into told
    from intermediate.int_desk_cases as cases
    where cases.tracking_number = number and cases.is_on_desk
        and desk.is_mine(me, cases.holder_code, cases.holder_area_code);
    if told is null then
        return null;
    end if;
    return jsonb_build_object(
        'case', told,
        'events', (
            select coalesce(
                jsonb_agg(
                    to_jsonb(events) || jsonb_build_object('note', notes.note, 'officer', officers.name)
                    order by events.occurred_at, events.booked_at, events.event_id
                ),
                '[]'
            )
            from (
                select (told ->> 'case_id')::uuid as complaint_id
                union
                select complaint_id from ledger.complaints where duplicate_of = (told ->> 'case_id')::uuid
            ) as reports
            cross join lateral (
                select * from intermediate.int_tracked_events as tracked
                where tracked.complaint_id = reports.complaint_id
                offset 0
            ) as events
            left join desk.notes on notes.event_id = events.event_id
            left join desk.officers on officers.officer_id = notes.officer_id
        )
    );
end $$;
comment on function desk.case_of is
'A case that the session''s unit may see and its events, as a JSON object without anything private; null for others.';

create function desk.units() returns table (skpd_code text, skpd_name text, parent_skpd_code text)
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    if (desk.current_officer()).officer_id is not null then
        return query
        select skpd.skpd_code, skpd.skpd_name, skpd.parent_skpd_code
        from reference.skpd
        order by skpd.skpd_name;
    end if;
end $$;
comment on function desk.units is 'The agencies that a case may be handed to.';
"""

# Noted and committed before it is read: who reads and takes the transaction back has read nothing.
PRIVATE = """
create function desk.note_read(wanted uuid, what text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog as $$
begin
    if not desk.may_see(wanted) then
        return false;
    end if;
    insert into desk.private_reads (officer_id, complaint_id, what)
    values ((desk.current_officer()).officer_id, wanted, note_read.what);
    return true;
end $$;
comment on function desk.note_read is
'Notes that the officer reads who reported a case, where and in which words; false where the case is none of theirs.';

create function desk.has_noted_read(wanted uuid) returns boolean
language plpgsql stable security definer set search_path = pg_catalog as $$
declare
    me desk.officers := desk.current_officer();
begin
    -- For each row that is asked for: first what costs nothing.
    if me.officer_id is null or not exists (
        select from desk.private_reads as reads
        where reads.complaint_id = wanted and reads.officer_id = me.officer_id
            and reads.at > now() - interval '1 minute'
            and reads.noted_by is distinct from pg_current_xact_id_if_assigned()
    ) then
        return false;
    end if;
    return desk.may_see(wanted);
end $$;
comment on function desk.has_noted_read is
'Whether an earlier transaction of the last minute noted that the officer reads this case.';

alter table private.complaints enable row level security;
create policy read_at_the_desk on private.complaints for select to desk using (desk.has_noted_read(complaint_id));
grant usage on schema private to desk;
grant select (complaint_id, version, reporter_name, reporter_contact, address, title, description)
on private.complaints to desk;

create function desk.point_of(wanted uuid) returns table (latitude double precision, longitude double precision)
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    if desk.has_noted_read(wanted) then
        return query
        select complaints.latitude, complaints.longitude
        from ledger.complaints
        where complaints.complaint_id = wanted and complaints.latitude is not null
        order by complaints.version desc
        limit 1;
    end if;
end $$;
comment on function desk.point_of is 'Where a case lies, for who noted that they read it.';
"""

GRANTS = """
revoke execute on all functions in schema desk from public;
grant execute on function
desk.who, desk.salt_of, desk.sign_in, desk.sign_out, desk.inbox, desk.case_of, desk.units, desk.note_read,
desk.has_noted_read, desk.point_of
to desk;
"""


def upgrade() -> None:
    for statements in (OFFICERS, SESSIONS, CASES, PRIVATE, GRANTS):
        op.execute(statements)


def downgrade() -> None:
    op.execute("drop policy read_at_the_desk on private.complaints")
    op.execute("alter table private.complaints disable row level security")
    op.execute("revoke select on private.complaints from desk")
    op.execute("revoke usage on schema private, front from desk")
    op.execute("revoke execute on function front.spend from desk")
    op.execute("drop schema desk cascade")
