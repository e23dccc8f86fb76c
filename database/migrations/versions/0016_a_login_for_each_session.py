"""Each session of `jsc sql` has a login of its own that inherits what this role reads; the role itself has none.

Revision ID: 0016
Revises: 0015
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter role jsc_sql nologin password null")


def downgrade() -> None:
    op.execute("alter role jsc_sql login")
