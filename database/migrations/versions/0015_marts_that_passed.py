"""Builds of the marts with where they were written and whether readers got them, and tests that were skipped.

Revision ID: 0015
Revises: 0014
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# Earlier builds wrote where readers look; the next one writes elsewhere, and all anew.
BUILDS = """
drop table quality.mart_builds;
create table quality.mart_builds (
    build_id bigint generated always as identity primary key,
    as_of timestamptz not null,
    project_digest text not null,
    sources jsonb,
    place oid not null,
    run_id text not null,
    started_at timestamptz not null default clock_timestamp(),
    published_at timestamptz
);
create index mart_builds_by_place on quality.mart_builds (place, build_id desc);
create index mart_builds_by_publication on quality.mart_builds (published_at desc) where published_at is not null;
comment on table quality.mart_builds is 'One row per build of all marts; what readers see was published last.';
comment on column quality.mart_builds.as_of is 'Moment that the marts are of.';
comment on column quality.mart_builds.project_digest is 'Of the dbt project; another digest builds all anew.';
comment on column quality.mart_builds.sources is
'Digest of the rows of each table that the marts are made from; null where the clock ran.';
comment on column quality.mart_builds.place is 'Schema of the marts it wrote to; a schema keeps it when it is renamed.';
comment on column quality.mart_builds.published_at is 'When readers got it; null where it failed or was cut short.';
grant select on quality.mart_builds to engineer;
"""

SKIPPED = """
alter table quality.gate_results alter column passed drop not null;
comment on column quality.gate_results.passed is
'Null where it was skipped, because what it reads was not built.';
"""


def upgrade() -> None:
    op.execute(BUILDS)
    op.execute(SKIPPED)


def downgrade() -> None:
    op.execute("delete from quality.gate_results where passed is null")
    op.execute("alter table quality.gate_results alter column passed set not null")
    op.execute("drop table quality.mart_builds")
    op.execute("create table quality.mart_builds (built_at timestamptz primary key, project_digest text not null)")
