"""Incidents, and to whom each was told.

Revision ID: 0017
Revises: 0016
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INCIDENTS = """
create table quality.incidents (
    incident_id bigint generated always as identity primary key,
    kind text not null check (kind in (
        'database_down', 'daemon_down', 'disk_full', 'failed_run', 'red_gate', 'stale_table', 'silent_channel',
        'provider_down', 'blind_watch'
    )),
    subject text not null,
    title text not null,
    since timestamptz not null,
    found text not null,
    todo text not null,
    path text not null,
    opened_at timestamptz not null,
    closed_at timestamptz
);
create unique index incidents_that_are_open on quality.incidents (kind, subject) where closed_at is null;
create index incidents_by_end on quality.incidents (closed_at);
comment on table quality.incidents is 'One row per thing that broke: from when the watch found it to when it was over.';
comment on column quality.incidents.subject is 'Which of its kind: a job, a gate, a table, a channel, a provider.';
comment on column quality.incidents.since is 'Since when it is broken; opened_at is when the watch found it.';
comment on column quality.incidents.path is 'Where to look, below JSC_UI_URL.';

create table quality.incident_tellings (
    incident_id bigint not null references quality.incidents,
    way text not null,
    is_over boolean not null,
    told_at timestamptz not null,
    primary key (incident_id, way, is_over)
);
comment on table quality.incident_tellings is
'One row per incident, way (mail, webhook) and telling: that it broke, and that it is over.';

grant select on quality.incidents, quality.incident_tellings to engineer;
"""

# The watch asks every few minutes what failed last; what failed is little beside what passed.
FAILURES = """
create index gate_results_that_failed on quality.gate_results (gate, expectation, subject, result_id desc)
where not passed and severity = 'fail';
"""


def upgrade() -> None:
    op.execute(INCIDENTS)
    op.execute(FAILURES)


def downgrade() -> None:
    op.execute("drop index quality.gate_results_that_failed")
    op.execute("drop table quality.incident_tellings, quality.incidents")
