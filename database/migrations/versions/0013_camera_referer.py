"""The page from which a camera's host wants to have been asked.

Revision ID: 0013
Revises: 0012
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

REFERER = """
alter table private.camera_addresses add column referer text;
comment on column private.camera_addresses.referer is
'The page of a portal that its host wants to be named; null where it wants none.';
comment on table raw.provider_outages is
'One row per slot in which a provider gave no new picture of any of its cameras: one fault, not one of each camera.';
"""


def upgrade() -> None:
    op.execute(REFERER)


def downgrade() -> None:
    op.execute("alter table private.camera_addresses drop column referer")
