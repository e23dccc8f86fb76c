"""Who told when a complaint was reported.

Revision ID: 0012
Revises: 0011
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BASIS = """
alter table ledger.complaints add column time_basis text not null default 'sender'
    check (time_basis in ('sender', 'carrier', 'receipt'));
comment on column ledger.complaints.time_basis is
'Who told reported_at: who reported, what carried it (a mail server, a feed), or our receipt.';
"""


def upgrade() -> None:
    op.execute(BASIS)


def downgrade() -> None:
    op.execute("alter table ledger.complaints drop column time_basis")
