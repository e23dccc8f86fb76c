"""An index of the notices of a complaint: the open data look up whether its reporter took it back.

Revision ID: 0016
Revises: 0015
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create index set_aside_by_complaint on ledger.set_aside (complaint_id) where complaint_id is not null")


def downgrade() -> None:
    op.execute("drop index ledger.set_aside_by_complaint")
