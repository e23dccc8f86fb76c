"""Keys of programs that file reports by Open311.

Revision ID: 0020
Revises: 0019
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KEYS = """
create table front.api_keys (
    key_digest text primary key check (key_digest ~ '^[0-9a-f]{64}$'),
    name text not null,
    created_at timestamptz not null default clock_timestamp(),
    revoked_at timestamptz
);
create unique index api_keys_that_open on front.api_keys (name) where revoked_at is null;
comment on table front.api_keys is
'One row per key of a program that files reports (Open311), by its digest: the key itself is stored nowhere.';
comment on column front.api_keys.key_digest is 'SHA-256 of the key, in hexadecimal digits.';
comment on column front.api_keys.name is 'Whose it is.';
comment on column front.api_keys.revoked_at is 'Since when it files nothing; null while it does.';

create function front.is_api_key(digest text) returns boolean
language sql stable security definer set search_path = pg_catalog as $$
    select exists (select from front.api_keys where key_digest = digest and revoked_at is null)
$$;
comment on function front.is_api_key is 'Whether a digest is that of a key that opens.';
revoke execute on function front.is_api_key from public;
grant execute on function front.is_api_key to portal;
"""

# One report of the open data is asked for by its name in it.
BY_KEY = "create index tracking_numbers_by_open_key on ledger.tracking_numbers ((open_key::text))"


def upgrade() -> None:
    op.execute(KEYS)
    op.execute(BY_KEY)


def downgrade() -> None:
    op.execute("drop index ledger.tracking_numbers_by_open_key")
    op.execute("drop function front.is_api_key; drop table front.api_keys")
