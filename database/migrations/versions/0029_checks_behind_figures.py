"""Which checks stand behind each published table, and what the portal may know of them.

Revision ID: 0029
Revises: 0028
"""

from importlib import import_module

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BEHIND = """
create table quality.checks_behind (
    project_digest text not null,
    table_name text not null,
    tests text[] not null,
    gates text[] not null,
    sources text[] not null,
    primary key (project_digest, table_name)
);
comment on table quality.checks_behind is
'One row per dbt project and published table: the checks that it and what it is made from stand on.';
comment on column quality.checks_behind.tests is 'Tests of dbt, by name, as quality.gate_results keeps them.';
comment on column quality.checks_behind.gates is 'Gates of the tables that it is made from.';
comment on column quality.checks_behind.sources is 'Tables that it is made from.';
grant select on quality.checks_behind to engineer;
"""

# What is red decides what stands beside which figures: a page is another one when another thing is red.
STATE = """
create or replace function front.state() returns jsonb
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
            select coalesce(
                jsonb_agg(
                    jsonb_build_object('kind', kind, 'since', since, 'subject', subject) order by since, incident_id
                ),
                '[]'
            )
            from quality.incidents
            where closed_at is null and kind in ('red_gate', 'stale_table')
        )
    );
end $$;
"""
OLD_STATE = import_module("database.migrations.versions.0018_the_portal_reads").STATE

# What a check found is withheld: it may quote a row. Its name and whether it passed quote nothing.
CHECKS = """
create function front.checks(wanted text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog as $$
declare
    build quality.mart_builds;
    behind quality.checks_behind;
begin
    select * into build
    from quality.mart_builds
    where published_at is not null
    order by published_at desc
    limit 1;
    select * into behind
    from quality.checks_behind
    where project_digest = build.project_digest and table_name = wanted;
    return jsonb_build_object(
        'as_of', build.as_of,
        'red_since', (
            select min(since)
            from quality.incidents
            where
                closed_at is null
                and (
                    kind = 'red_gate' and split_part(subject, ': ', 1) = any(behind.gates || array['dbt'])
                    or kind = 'stale_table' and (
                        subject = 'the marts' or subject = any(behind.sources)
                        or subject = 'the forecast of the week' and 'forecast.jam_hours' = any(behind.sources)
                    )
                )
        ),
        'found', (
            select coalesce(
                jsonb_agg(
                    jsonb_build_object(
                        'gate', gate, 'name', name, 'passed', passed, 'severity', severity,
                        'evaluated_at', evaluated_at
                    )
                    order by passed is not false, gate = 'dbt', gate, name
                ),
                '[]'
            )
            from (
                select gate, expectation as name, passed, severity, evaluated_at
                from quality.gate_results
                where
                    gate = 'dbt' and run_id = build.run_id and evaluated_at = build.as_of
                    and expectation = any(behind.tests)
                union all
                select newest.*
                from unnest(behind.gates) as gates (gate)
                cross join lateral (
                    select distinct on (expectation, subject)
                        results.gate, subject || ' (' || expectation || ')' as name, passed, severity, evaluated_at
                    from quality.gate_results as results
                    where
                        results.gate = gates.gate
                        -- The gate of the weekly forecast is the rarest; others are judged each day at least.
                        and evaluated_at > build.as_of
                        - case gates.gate when 'forecast' then interval '8 days' else interval '2 days' end
                        and evaluated_at <= build.as_of
                    order by expectation, subject, result_id desc
                ) as newest
            ) as results
        )
    );
end $$;
comment on function front.checks is
'The checks behind a view of schema portal in the build that is published, and since when one of them is red.';
revoke execute on function front.checks from public;
grant execute on function front.checks to portal;
"""


def upgrade() -> None:
    for statements in (BEHIND, STATE, CHECKS):
        op.execute(statements)


def downgrade() -> None:
    op.execute(OLD_STATE.replace("create function", "create or replace function"))
    op.execute("drop function front.checks; drop table quality.checks_behind")
