"""What the portal may ask: one number at a time, and the views of schema portal.

Revision ID: 0018
Revises: 0017
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# The layer is built by dbt and swapped with the marts (orchestration/builds.py); the functions are not, and find its
# views by their names at each call.
SCHEMAS = """
create schema if not exists portal;
create schema front;
grant usage on schema portal, front to portal;
alter default privileges in schema portal grant select on tables to portal;
comment on schema portal is 'What anybody may see: views of the marts, for the role portal.';
comment on schema front is 'What the portal may do: functions, each of one purpose. Their owner holds the rights.';
"""

# Numbers can be guessed: what a private one shows names no place and no matter, a confidential one its status alone.
TRACK = """
create function front.track(wanted text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog as $$
declare
    report jsonb;
    events jsonb;
    told text[] := array[
        'tracking_number', 'visibility', 'reported_at', 'decision', 'reasons', 'missing', 'case_number', 'is_duplicate',
        'is_relapse', 'reports', 'relapses', 'first_holder_name', 'resolve_due_at', 'limit_hours', 'limit_clock',
        'limit_basis', 'is_heavy_work', 'channel_name', 'decided_at', 'is_synthetic'
    ];
begin
    select to_jsonb(tracked) into report
    from intermediate.int_tracked_reports as tracked
    where tracked.tracking_number = wanted;
    if report is null then
        return null;
    end if;
    select coalesce(
        jsonb_agg(
            to_jsonb(booked) - 'event_id' - 'complaint_id'
            order by booked.occurred_at, booked.booked_at, booked.event_id
        ),
        '[]'
    ) into events
    from (
        select (report ->> 'case_id')::uuid as complaint_id
        union
        select complaint_id from ledger.complaints where duplicate_of = (report ->> 'case_id')::uuid
    ) as reported
    -- Looked up one by one: joined to all at once, the view would be read whole.
    cross join lateral (
        select * from intermediate.int_tracked_events as events
        where events.complaint_id = reported.complaint_id
        offset 0
    ) as booked;
    if report ->> 'visibility' = 'public' then
        told := told || array['category_name', 'kelurahan_name', 'kecamatan_name'];
    elsif report ->> 'visibility' = 'confidential' then
        told := array['tracking_number', 'visibility', 'decision', 'is_synthetic'];
        events := coalesce(
            (
                select jsonb_build_array(jsonb_build_object(
                    'status_code', event -> 'status_code', 'status_name', event -> 'status_name',
                    'status_set', event -> 'status_set', 'colour', event -> 'colour',
                    'occurred_at', event -> 'occurred_at'
                ))
                from jsonb_array_elements(events) with ordinality as listed (event, place)
                order by place desc
                limit 1
            ),
            '[]'
        );
    end if;
    return jsonb_build_object(
        'report', (select jsonb_object_agg(key, value) from jsonb_each(report) where key = any(told)), 'events', events
    );
end $$;
comment on function front.track is
'What the holder of one tracking number is shown, as a JSON object; null for a number that nobody was given.';
revoke execute on function front.track from public;
grant execute on function front.track to portal;
"""

STATE = """
create function front.state() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    return jsonb_build_object(
        'published', (
            select jsonb_build_object('build', build_id, 'as_of', as_of, 'published_at', published_at)
            from quality.mart_builds
            where published_at is not null
            order by published_at desc
            limit 1
        ),
        'forecast', (select max(issued_at) from forecast.runs),
        'next_hours', (select max(issued_at) from forecast.rolling_hours),
        'incidents', (
            select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'since', since) order by since), '[]')
            from quality.incidents
            where closed_at is null and kind in ('red_gate', 'stale_table')
        )
    );
end $$;
comment on function front.state is
'What is published, of when, and since when a gate is red, as a JSON object: a page is kept as long as it is the same.';
revoke execute on function front.state from public;
grant execute on function front.state to portal;
"""

LIMITS = """
create unlogged table front.spendings (
    kind text not null,
    client text not null,
    since timestamptz not null,
    spent integer not null,
    primary key (kind, client)
);
create index spendings_by_time on front.spendings (since);
comment on table front.spendings is
'One row per client and what it may do only so often. A client is a digest that holds for a day.';
create function front.spend(kind text, client text, most integer, seconds integer) returns boolean
language plpgsql security definer set search_path = pg_catalog as $$
declare
    now_spent integer;
begin
    insert into front.spendings as kept (kind, client, since, spent)
    values (spend.kind, spend.client, now(), 1)
    on conflict on constraint spendings_pkey do update set
        spent = case when kept.since < now() - make_interval(secs => spend.seconds) then 1 else kept.spent + 1 end,
        since = case when kept.since < now() - make_interval(secs => spend.seconds) then now() else kept.since end
    returning spent into now_spent;
    return now_spent <= most;
end $$;
comment on function front.spend is
'Counts one more of a kind for a client; false where that is more than the most in so many seconds.';
revoke execute on function front.spend from public;
grant execute on function front.spend to portal;
"""


def upgrade() -> None:
    for statements in (SCHEMAS, TRACK, STATE, LIMITS):
        op.execute(statements)


def downgrade() -> None:
    op.execute("drop schema front cascade; drop schema portal cascade")
