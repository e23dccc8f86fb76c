"""Since when a camera's present view counts.

Revision ID: 0033
Revises: 0032
"""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

VIEW_SINCE = """
alter table raw.cameras add column view_since timestamptz;
comment on column raw.cameras.view_since is
'Since when its present view counts, as its list says after it was turned; null where it never was.';
"""


def upgrade() -> None:
    op.execute(VIEW_SINCE)


def downgrade() -> None:
    op.execute("alter table raw.cameras drop column view_since")
