"""Tickets: what cameras and officers write, without plates.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TICKETS = """
create table raw.tickets (
    ticket_number text primary key,
    source text not null check (source in ('etle', 'polda', 'dishub')),
    occurred_at timestamptz not null,
    article_code text not null,
    vehicle_class text not null check (vehicle_class in ('motorcycle', 'car', 'bus', 'truck')),
    device_code text,
    latitude double precision,
    longitude double precision,
    kelurahan_code text,
    kecamatan_code text,
    area_basis text not null check (area_basis in ('device', 'point', 'text', 'none')),
    received_at timestamptz not null,
    batch_id text not null,
    is_synthetic boolean not null,
    check ((kecamatan_code is null) = (area_basis = 'none'))
);
create index tickets_by_receipt on raw.tickets (received_at);
comment on table raw.tickets is
'One row per ticket, by the number of its form; no plate, and no text of an officer, who may have written one.';
"""


def upgrade() -> None:
    op.execute(TICKETS)


def downgrade() -> None:
    op.execute("drop table raw.tickets")
