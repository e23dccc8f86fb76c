"""Status events with corrections and pauses, and what a build of the marts asks: what came since the one before.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CASES = """
alter table raw.case_events
    add column booked_at timestamptz,
    add column is_current boolean not null default true,
    add column is_withdrawn boolean not null default false,
    add column waits_for_reporter boolean not null default false,
    add column promised_at timestamptz,
    add column rating smallint check (rating between 1 and 5),
    add column photos text[] not null default '{}';
update raw.case_events set booked_at = occurred_at;
alter table raw.case_events
    alter column booked_at set not null,
    drop constraint case_events_pkey,
    add primary key (event_id, booked_at);
create unique index case_events_current on raw.case_events (event_id) where is_current;
create index case_events_by_receipt on raw.case_events (received_at);
comment on table raw.case_events is
'One row per status event and version: a correction has the same event_id and a later booked_at. Nothing is deleted.';
comment on column raw.case_events.booked_at is 'When the agency booked this version of the event.';
comment on column raw.case_events.is_current is
'Whether it is the version with the latest booked_at, in whatever order the versions came.';
comment on column raw.case_events.is_withdrawn is 'Whether this version says that the event never happened.';
comment on column raw.case_events.waits_for_reporter is
'Whether the holder waits for the reporter from occurred_at on: the clock stands still until the next event.';
comment on column raw.case_events.promised_at is 'The promised end of long work (Estimasi waktu selesai).';
comment on column raw.case_events.rating is
'What the reporter gave the result, 1 to 5; a correction of the closing event.';
alter table ledger.complaints add column is_new_reporter boolean;
comment on column ledger.complaints.is_new_reporter is
'Whether nobody of the same contact or account had reported before; null where nobody says who reports.';
comment on column raw.case_events.photos is 'Names of the follow-up photos in the landing folder evidence.';
create index case_events_with_photos on raw.case_events (event_id) where photos <> '{}';
create index complaints_by_receipt on ledger.complaints (decided_at, complaint_id);
create index complaints_by_case on ledger.complaints (duplicate_of) where duplicate_of is not null;
create index complaints_by_relapse on ledger.complaints (relapse_of) where relapse_of is not null;
create index complaints_by_record on ledger.complaints (channel, source_record_id);
"""

# What a daily build asks: what came since the one before.
ARRIVALS = """
create index links_by_time on ledger.links (linked_at);
create index signals_by_time on ledger.signals (raised_at);
create index set_aside_by_time on ledger.set_aside (decided_at);
create index inbox_by_time on raw.inbox (fetched_at);
create index quarantine_by_time on raw.quarantine (quarantined_at);
create index area_history_by_receipt on raw.area_history (received_at);
create index area_history_by_hour on raw.area_history (hour_start);
create index camera_observations_by_sweep on raw.camera_observations (swept_at);

create table quality.mart_builds (
    built_at timestamptz primary key,
    project_digest text not null
);
comment on table quality.mart_builds is
'One row per build of all marts: the digest of the dbt project that it was made with. Another digest builds all anew.';
"""

# The marts have dimensions of their own: an analyst needs nothing beside them.
ROLES = """
revoke usage on schema reference from analyst;
revoke select on all tables in schema reference from analyst;
alter default privileges in schema reference revoke select on tables from analyst;
"""


def upgrade() -> None:
    for statements in (CASES, ARRIVALS, ROLES):
        op.execute(statements)


def downgrade() -> None:
    raise NotImplementedError("0003 adds what cannot be told from later writes; restore a backup instead")
