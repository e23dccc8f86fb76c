"""Live sources, linked and doubted complaints, messages to reporters, erasure, and the roles of the database.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

RAW = """
alter table raw.inbox alter column file_id drop not null;
create index batches_by_time on raw.batches (received_at);
create index inbox_by_batch on raw.inbox (batch_id, channel);
create index quarantine_by_batch on raw.quarantine (batch_id, channel);

create table raw.receipts (
    channel text not null,
    origin text not null,
    received_at timestamptz not null,
    batch_id text not null,
    primary key (channel, origin)
);
comment on table raw.receipts is
'One row per delivery of a live source that never changes, such as a mail by its UID: it is not fetched again.';

alter table raw.pending
    add column reported_at timestamptz,
    add column channel text,
    add column source_record_id text;
update raw.pending
set reported_at = inbox.fetched_at, channel = inbox.channel, source_record_id = inbox.source_record_id
from raw.inbox where inbox.inbox_id = pending.inbox_id;
alter table raw.pending
    alter column reported_at set not null,
    alter column channel set not null,
    alter column source_record_id set not null;
create index pending_in_order on raw.pending (reported_at, channel, source_record_id, inbox_id);
comment on column raw.pending.reported_at is
'When the citizen reported it, or when it was received where it is no report: the order of decisions.';

create table raw.fetches (
    channel text not null,
    window_start timestamptz not null,
    window_end timestamptz not null,
    fetched_at timestamptz not null,
    batch_id text not null,
    delivery_count integer not null,
    failure text,
    primary key (channel, window_start, window_end)
);
create index fetches_that_failed on raw.fetches (channel, window_start) where failure is not null;
comment on table raw.fetches is
'One row per channel and window as last fetched from its live source; with failure the window is fetched again.';

alter table raw.quarantine
    add column kind text not null default 'delivery' check (kind in ('delivery', 'record')),
    add column source_record_id text,
    add column replayed_at timestamptz,
    add column replayed_batch_id text;
comment on column raw.quarantine.kind is
'delivery: bytes for the channel''s split; record: the payload of source_record_id, for its parse.';
comment on column raw.quarantine.replayed_at is
'When a mended parser took it in; from then on it counts as received in the inbox, not as quarantined.';
create index case_events_by_number on raw.case_events (tracking_number, occurred_at desc);
create index case_events_by_record on raw.case_events (channel, source_record_id, occurred_at desc);
"""

LEDGER = """
alter table ledger.complaints
    add column relapse_of uuid,
    add column category_basis text not null default 'channel',
    add column category_guess text,
    add column category_probability real check (category_probability between 0 and 1),
    add column skpd_probability real check (skpd_probability between 0 and 1),
    add column skpd_candidates jsonb not null default '[]',
    add column place_method text not null default 'none',
    add column needs_verification boolean not null default false;
update ledger.complaints set category_basis = 'none' where category_code is null;
update ledger.complaints set routing_basis = 'abstained' where routing_basis = 'unrouted';
update ledger.complaints set routing_basis = 'text' where routing_basis = 'category';
comment on column ledger.complaints.skpd_candidates is
'The three most probable agencies: [{"skpd_code": ..., "probability": ...}], descending.';
create index complaints_by_place on ledger.complaints (kelurahan_code, reported_at) where decision = 'accepted';
create index complaints_by_source_code on ledger.complaints (source_code) where source_code is not null;
create index complaints_by_decision_time on ledger.complaints (decided_at);

create table ledger.links (
    complaint_id uuid not null,
    other_id uuid not null,
    kind text not null check (kind in ('duplicate_of', 'relapse_of', 'quotes')),
    evidence jsonb not null,
    linked_at timestamptz not null,
    batch_id text not null,
    primary key (complaint_id, other_id, kind)
);
create index links_by_other on ledger.links (other_id);
comment on table ledger.links is
'One row per complaint, earlier complaint and kind: read from either side by the two indexes.';

create table ledger.spots (
    spot bigint not null,
    complaint_id uuid not null,
    reported_at timestamptz not null,
    category_code text,
    latitude double precision,
    longitude double precision,
    primary key (spot, reported_at, complaint_id) include (category_code, latitude, longitude)
);
create index spots_by_complaint on ledger.spots (complaint_id);
comment on table ledger.spots is
'One row per accepted complaint and hashed key of its spot: where later complaints look for what they may repeat.';

create table ledger.signals (
    complaint_id uuid not null,
    version integer not null,
    signal text not null,
    evidence jsonb not null,
    raised_at timestamptz not null,
    batch_id text not null,
    primary key (complaint_id, version, signal)
);
comment on table ledger.signals is
'One row per doubt about a version of a complaint, with its evidence: a person verifies, no score rejects.';

create table ledger.photos (
    inbox_id bigint not null references raw.inbox (inbox_id),
    photo_number smallint not null,
    complaint_id uuid not null,
    perceptual_hash bigint,
    band_0 integer, band_1 integer, band_2 integer, band_3 integer,
    failure text,
    read_at timestamptz not null,
    primary key (inbox_id, photo_number),
    check ((perceptual_hash is null) = (failure is not null))
);
create index photos_by_complaint on ledger.photos (complaint_id);
create index photos_by_band_0 on ledger.photos (band_0);
create index photos_by_band_1 on ledger.photos (band_1);
create index photos_by_band_2 on ledger.photos (band_2);
create index photos_by_band_3 on ledger.photos (band_3);
comment on table ledger.photos is
'One row per photo of an inbox record: its perceptual hash in four bands of 16 bits, or why it could not be read.';

create table ledger.messages (
    message_id bigint generated always as identity primary key,
    complaint_id uuid not null,
    version integer not null,
    channel text not null,
    transport text not null,
    kind text not null check (kind in ('acknowledgement', 'request', 'rejection')),
    body text not null,
    queued_at timestamptz not null,
    batch_id text not null,
    is_synthetic boolean not null,
    unique (complaint_id, version, kind)
);
comment on table ledger.messages is
'One row per message to a reporter; the address is read from private.complaints when it is sent.';

create table ledger.outbox (
    message_id bigint primary key references ledger.messages (message_id),
    transport text not null
);
create index outbox_by_transport on ledger.outbox (transport, message_id);
comment on table ledger.outbox is 'One row per message that waits to be sent: the queue of the senders.';

create table ledger.message_attempts (
    message_id bigint not null references ledger.messages (message_id),
    state text not null check (state in ('claimed', 'sent', 'refused', 'dry_run')),
    at timestamptz not null,
    detail text,
    primary key (message_id, state)
);
comment on table ledger.message_attempts is
'One row per message and state. claimed is committed before sending, so a sender that dies sends nothing twice.';

create view ledger.message_states as
select messages.*, outcomes.detail,
    case when outcomes.state = 'claimed' then 'unknown' else coalesce(outcomes.state, 'waiting') end as state
from ledger.messages
left join lateral (
    select state, detail from ledger.message_attempts
    where message_attempts.message_id = messages.message_id
    order by state = 'claimed'
    limit 1
) as outcomes on true;
comment on view ledger.message_states is
'One row per message with its last word; unknown is a claim whose sender died: it may be out, and is not sent again.';

create table ledger.channel_hours (
    channel text not null,
    hour_start timestamptz not null,
    received integer not null,
    primary key (channel, hour_start)
);
comment on table ledger.channel_hours is
'One row per channel and hour of reporting in which it delivered something: what silence is measured against.';

create table ledger.routing_models (
    model_id bigint generated always as identity primary key,
    trained_at timestamptz not null,
    training_start timestamptz not null,
    training_end timestamptz not null,
    training_rows integer not null,
    holdout_rows integer not null,
    accuracy_cold real not null,
    accuracy_trained real not null,
    is_published boolean not null,
    code_version text not null,
    model bytea
);
comment on table ledger.routing_models is
'One row per training on resolved cases: its holdout beside the vocabulary alone, and the model where it was better.';

create table ledger.forgotten (
    complaint_id uuid primary key,
    forgotten_at timestamptz not null
);
comment on table ledger.forgotten is
'One row per complaint whose reporter was erased (UU 27/2022): it stays counted, and is not taken in again.';
"""

# The roles themselves are made before any migration (database/roles.py).
ROLES = """
create schema if not exists marts;
create schema if not exists reference;
grant usage on schema marts, reference to analyst;
grant select on all tables in schema marts, reference to analyst;
alter default privileges in schema marts grant select on tables to analyst;
alter default privileges in schema reference grant select on tables to analyst;
grant usage on schema raw, ledger, forecast, quality, marts, reference to engineer;
grant select on all tables in schema raw, ledger, forecast, quality, marts, reference to engineer;
alter default privileges in schema raw, ledger, forecast, quality, marts, reference
grant select on tables to engineer;
"""


def upgrade() -> None:
    for statements in (RAW, LEDGER, ROLES):
        op.execute(statements)


def downgrade() -> None:
    raise NotImplementedError("0002 adds what cannot be told from later writes; restore a backup instead")
