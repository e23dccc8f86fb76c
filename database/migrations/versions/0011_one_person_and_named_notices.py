"""Notices are set aside under their name, and a person who is known by two ids has one key.

Revision ID: 0011
Revises: 0010
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table ledger.set_aside add column detail text")
    op.execute("comment on column ledger.set_aside.detail is 'The vendor''s name of a notice, field or event.'")
    op.execute(
        """
        create table private.reporter_accounts (
            account_key text primary key,
            reporter_key text not null
        );
        create index reporter_accounts_by_reporter on private.reporter_accounts (reporter_key);
        comment on table private.reporter_accounts is
        'One row per account that once came with a contact: the key of the account, and that of its reporter.';
        """
    )


def downgrade() -> None:
    op.execute("drop table private.reporter_accounts")
    op.execute("alter table ledger.set_aside drop column detail")
