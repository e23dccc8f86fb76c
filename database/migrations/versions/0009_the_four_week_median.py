"""The four-week median has one name: that of the function and of the scores.

Revision ID: 0009
Revises: 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("forecast.jam_hours", "forecast.candidate_jam_hours")


def upgrade() -> None:
    for table in TABLES:
        op.execute(f"alter table {table} rename column median_4_weeks to four_week_median")


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"alter table {table} rename column four_week_median to median_4_weeks")
