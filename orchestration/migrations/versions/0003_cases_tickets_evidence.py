"""Status events with corrections and pauses, follow-up photos and their matches, tickets.

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
    add column rating smallint check (rating between 1 and 5);
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
create index complaints_by_receipt on ledger.complaints (decided_at, complaint_id);
create index complaints_by_case on ledger.complaints (duplicate_of) where duplicate_of is not null;
create index complaints_by_relapse on ledger.complaints (relapse_of) where relapse_of is not null;
create index links_by_time on ledger.links (linked_at);
"""

EVIDENCE = """
create table raw.case_photos (
    photo_id bigint generated always as identity primary key,
    event_id text not null,
    photo_number smallint not null,
    url text not null,
    perceptual_hash bigint,
    band_0 integer, band_1 integer, band_2 integer, band_3 integer,
    failure text,
    received_at timestamptz not null,
    batch_id text not null,
    is_synthetic boolean not null,
    unique (event_id, photo_number)
);
comment on table raw.case_photos is
'One row per follow-up photo of a status event: its perceptual hash, or why it could not be read.';

create table ledger.photo_matches (
    photo_id bigint not null references raw.case_photos (photo_id),
    other_photo_id bigint not null references raw.case_photos (photo_id),
    kind text not null check (kind in ('reused', 'same_view')),
    evidence jsonb not null,
    found_at timestamptz not null,
    batch_id text not null,
    primary key (photo_id, other_photo_id),
    check (photo_id <> other_photo_id)
);
create index photo_matches_by_other on ledger.photo_matches (other_photo_id);
comment on table ledger.photo_matches is
'One row per follow-up photo and earlier photo that it shows again: a copy (reused), or the same view at another time.';
"""

TICKETS = """
create table raw.tickets (
    ticket_id text primary key,
    source text not null check (source in ('etle', 'field_operation')),
    issued_at timestamptz not null,
    device_code text,
    place_name text,
    latitude double precision,
    longitude double precision,
    kelurahan_code text,
    kecamatan_code text,
    place_basis text not null,
    article text not null,
    vehicle_class text not null,
    duplicate_of text,
    received_at timestamptz not null,
    batch_id text not null,
    is_synthetic boolean not null
);
create index tickets_by_time on raw.tickets (issued_at);
create index tickets_by_receipt on raw.tickets (received_at);
comment on table raw.tickets is
'One row per ticket (penilangan) as its log tells it, located; no plate and no person. duplicate_of names the ticket '
'that tells of the same violation.';
"""


def upgrade() -> None:
    for statements in (CASES, EVIDENCE, TICKETS):
        op.execute(statements)


def downgrade() -> None:
    raise NotImplementedError("0003 adds what cannot be told from later writes; restore a backup instead")
