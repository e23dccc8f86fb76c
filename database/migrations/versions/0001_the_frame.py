"""The schemas raw, ledger, private, forecast and quality, and the tables of the first job.

Revision ID: 0001
Revises:
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMAS = ("raw", "ledger", "private", "forecast", "quality")

RAW = """
create table raw.batches (
    batch_number bigint generated always as identity unique,
    batch_id text not null,
    channel text not null,
    received_at timestamptz not null,
    file_count integer not null,
    record_count integer not null,
    repeated_count integer not null,
    quarantined_count integer not null,
    primary key (batch_id, channel)
);
comment on table raw.batches is
'One row per batch and channel in which the landing folder held something new, numbered in the order of reading.';

create table raw.landing_files (
    file_id bigint generated always as identity primary key,
    channel text not null,
    path text not null,
    content_hash text not null,
    byte_count bigint not null,
    modified_at timestamptz not null,
    received_at timestamptz not null,
    batch_id text not null,
    is_synthetic boolean not null,
    unique (channel, path, content_hash)
);
comment on table raw.landing_files is
'One row per content of a landing file that was taken in: the receipt that makes a second reading add nothing.';

create table raw.landing_inventory (
    folder text primary key,
    channel text,
    file_count integer not null,
    byte_count bigint not null,
    as_of timestamptz not null
);
comment on table raw.landing_inventory is
'One row per folder of the landing folder as last seen; channel is null where no adapter reads it.';

create table raw.inbox (
    inbox_id bigint generated always as identity primary key,
    channel text not null,
    source_record_id text not null,
    content_hash text not null,
    fetched_at timestamptz not null,
    batch_id text not null,
    file_id bigint not null references raw.landing_files (file_id),
    is_synthetic boolean not null,
    unique (channel, source_record_id, content_hash)
);
comment on table raw.inbox is
'One row per version of a record that a channel delivered; the payload lies in private.payloads.';

create table raw.pending (
    inbox_id bigint primary key references raw.inbox (inbox_id)
);
comment on table raw.pending is
'One row per inbox record that triage has not decided yet: the queue that keeps its cost independent of history.';

create table raw.quarantine (
    quarantine_id bigint generated always as identity primary key,
    channel text not null,
    origin text not null,
    content_hash text not null,
    reason text not null,
    quarantined_at timestamptz not null,
    batch_id text not null,
    unique (channel, origin, content_hash)
);
comment on table raw.quarantine is
'One row per payload that could not be parsed, with its reason; the bytes lie in private.quarantined_payloads.';

create table raw.case_events (
    event_id text primary key,
    channel text,
    source_record_id text,
    tracking_number text,
    status text not null,
    holder_code text not null,
    occurred_at timestamptz not null,
    received_at timestamptz not null,
    batch_id text not null,
    is_synthetic boolean not null,
    constraint case_events_names_its_complaint
    check (tracking_number is not null or (channel is not null and source_record_id is not null))
);
comment on table raw.case_events is 'One row per status event that an SKPD booked on a case.';

create table raw.area_history (
    area_code text not null,
    hour_start timestamptz not null,
    jam_index double precision not null check (jam_index between 0 and 1),
    is_synthetic boolean not null,
    received_at timestamptz not null,
    batch_id text not null,
    primary key (area_code, hour_start)
);
comment on table raw.area_history is
'One row per area and hour measured before this platform ran, as an older system handed it over.';

create table raw.cameras (
    camera_id text primary key,
    name text not null,
    kelurahan_code text,
    latitude double precision,
    longitude double precision,
    is_synthetic boolean not null,
    registered_at timestamptz not null
);
comment on table raw.cameras is 'One row per camera of the registry.';

create table raw.camera_observations (
    camera_id text not null,
    slot_start timestamptz not null,
    captured_at timestamptz not null,
    status text not null,
    evidence text not null,
    lighting text,
    density_share double precision check (density_share between 0 and 1),
    jam_index double precision check (jam_index between 0 and 1),
    is_synthetic boolean not null,
    swept_at timestamptz not null,
    primary key (camera_id, slot_start, captured_at)
) partition by range (slot_start);
comment on table raw.camera_observations is
'One row per frame, and one row of status missing per camera and slot without a frame; partitioned by day (WIB).';
"""

LEDGER = """
create table ledger.complaints (
    complaint_id uuid not null,
    version integer not null check (version > 0),
    inbox_id bigint not null unique references raw.inbox (inbox_id),
    channel text not null,
    source_record_id text not null,
    source_code text,
    reported_at timestamptz not null,
    fetched_at timestamptz not null,
    decided_at timestamptz not null,
    decision text not null check (decision in ('accepted', 'returned', 'rejected')),
    reasons text[] not null,
    missing text[] not null,
    duplicate_of uuid,
    category_code text,
    skpd_code text not null,
    routing_basis text not null,
    latitude double precision,
    longitude double precision,
    kelurahan_code text,
    kecamatan_code text,
    place_basis text not null,
    place_confidence real not null check (place_confidence between 0 and 1),
    text_hash text not null,
    has_photo boolean not null,
    batch_id text not null,
    is_synthetic boolean not null,
    primary key (complaint_id, version)
);
create index complaints_by_text on ledger.complaints (text_hash, reported_at);
comment on table ledger.complaints is
'One row per complaint and version: an edit by the reporter is a new version, decided anew. Append-only.';

create table ledger.tracking_numbers (
    tracking_number text primary key,
    complaint_id uuid not null unique,
    issued_at timestamptz not null,
    is_carried boolean not null
);
comment on table ledger.tracking_numbers is
'One row per number given to a reporter; is_carried marks the number that a complaint already had.';

create table ledger.number_counters (
    day date primary key,
    last_sequence integer not null
);
comment on table ledger.number_counters is 'One row per day: the last sequence issued.';

create table ledger.set_aside (
    inbox_id bigint primary key references raw.inbox (inbox_id),
    channel text not null,
    reason text not null,
    complaint_id uuid,
    occurred_at timestamptz,
    decided_at timestamptz not null,
    batch_id text not null
);
comment on table ledger.set_aside is
'One row per inbox record that is no complaint: an event on one (complaint_id), a reaction, a system message.';
"""

PRIVATE = """
create table private.payloads (
    inbox_id bigint primary key references raw.inbox (inbox_id),
    payload jsonb not null
);
comment on table private.payloads is 'One row per inbox record: what the channel delivered.';

create table private.quarantined_payloads (
    quarantine_id bigint primary key references raw.quarantine (quarantine_id),
    payload bytea not null
);
comment on table private.quarantined_payloads is 'One row per quarantined payload: its bytes.';

create table private.complaints (
    complaint_id uuid not null,
    version integer not null,
    reporter_key text,
    reporter_name text,
    reporter_contact text,
    address text,
    title text,
    description text not null,
    photo_urls text[] not null,
    primary key (complaint_id, version),
    foreign key (complaint_id, version) references ledger.complaints (complaint_id, version)
);
create index private_complaints_by_reporter on private.complaints (reporter_key);
comment on table private.complaints is
'One row per complaint and version: who reported it, where they live and their own words.';
"""

FORECAST = """
create table forecast.runs (
    forecast_id text primary key,
    issued_at timestamptz not null,
    cutoff timestamptz not null,
    week_start date not null,
    is_hindcast boolean not null,
    model text not null,
    training_start timestamptz not null,
    training_end timestamptz not null,
    features text[] not null,
    code_version text not null,
    backtest jsonb not null,
    is_synthetic boolean not null,
    unique (week_start)
);
comment on table forecast.runs is
'One row per published forecast week; is_hindcast marks a forecast computed later from data before its cut-off.';

create table forecast.jam_hours (
    week_start date not null references forecast.runs (week_start) on delete cascade,
    area_code text not null,
    hour_start timestamptz not null,
    jam_index double precision not null check (jam_index between 0 and 1),
    jam_index_p10 double precision not null,
    jam_index_p90 double precision not null,
    jam_probability double precision not null check (jam_probability between 0 and 1),
    primary key (week_start, area_code, hour_start),
    check (jam_index_p10 <= jam_index_p90)
);
comment on table forecast.jam_hours is 'One row per forecast week, area and hour.';

create table forecast.candidate_runs (like forecast.runs including all);
comment on table forecast.candidate_runs is 'One row per week whose forecast waits for its gate.';

create table forecast.candidate_jam_hours (like forecast.jam_hours);
comment on table forecast.candidate_jam_hours is
'One row per waiting forecast week, area and hour; without the checks of forecast.jam_hours, which are the gate''s.';
"""

QUALITY = """
create table quality.gate_results (
    result_id bigint generated always as identity primary key,
    gate text not null,
    expectation text not null,
    subject text not null,
    passed boolean not null,
    severity text not null check (severity in ('fail', 'warn')),
    expected text not null,
    observed text not null,
    run_id text not null,
    evaluated_at timestamptz not null
);
create index gate_results_by_gate on quality.gate_results (gate, evaluated_at desc);
comment on table quality.gate_results is
'One row per expectation or dbt test and run: what was expected, what was found.';
"""


def upgrade() -> None:
    for schema in SCHEMAS:
        op.execute(f"create schema {schema}")
    for statements in (RAW, LEDGER, PRIVATE, FORECAST, QUALITY):
        op.execute(statements)


def downgrade() -> None:
    for schema in reversed(SCHEMAS):
        op.execute(f"drop schema {schema} cascade")
