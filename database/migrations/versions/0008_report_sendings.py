"""To whom each week's report was sent.

Revision ID: 0008
Revises: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SENDINGS = """
create table private.report_sendings (
    week_start date not null,
    recipient text not null,
    state text not null check (state in ('dry_run', 'claimed', 'sent', 'waiting', 'refused', 'unknown')),
    at timestamptz not null,
    detail text,
    primary key (week_start, recipient)
);
comment on table private.report_sendings is
'One row per week''s report and address: what became of the mail; claimed without an outcome may be out.';
"""


def upgrade() -> None:
    op.execute(SENDINGS)


def downgrade() -> None:
    op.execute("drop table private.report_sendings")
