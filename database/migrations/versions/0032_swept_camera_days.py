"""Which days of which cameras were swept from which files: what has not changed is not read again.

Revision ID: 0032
Revises: 0031
"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

TABLE = """
create table raw.swept_camera_days (
    camera_id text not null,
    day date not null,
    digest text not null,
    primary key (camera_id, day)
);
comment on table raw.swept_camera_days is
'One row per camera and day in the city that was swept from files: from which its observations come.';
comment on column raw.swept_camera_days.digest is
'Of the files that the day is judged by, the drawn road, a confirmed view, and the code that judges.';
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    op.execute("drop table raw.swept_camera_days")
