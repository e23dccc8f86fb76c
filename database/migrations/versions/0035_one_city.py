"""The city that a database serves: its code and its zone, which functions ask for.

Revision ID: 0035
Revises: 0034
"""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

CITY = """
create table ledger.city (
    is_only boolean primary key default true check (is_only),
    code text not null,
    name text not null,
    time_zone text not null,
    claimed_at timestamptz not null default now()
);
comment on table ledger.city is
'One row: the city that this database serves. The platform refuses to serve another with it.';
comment on column ledger.city.is_only is 'True: there is no second row.';
comment on column ledger.city.code is 'By the Ministry of Home Affairs.';
comment on column ledger.city.name is 'As its city.toml said when the database was claimed.';
comment on column ledger.city.time_zone is 'IANA name; what functions call a day begins at its midnights.';
comment on column ledger.city.claimed_at is 'Since when.';
grant select on ledger.city to engineer;

-- Until now a database was of the one city that there was.
insert into ledger.city (code, name, time_zone)
select '31', 'Jakarta', 'Asia/Jakarta' where exists (select from ledger.tracking_numbers);

create function ledger.city_zone() returns text
language sql stable set search_path = pg_catalog as $$
    select coalesce((select time_zone from ledger.city), current_setting('TimeZone'))
$$;
comment on function ledger.city_zone is
'Zone of the city; before the database is claimed, that of the session.';
revoke execute on function ledger.city_zone from public;

create function front.city_code() returns text
language sql stable security definer set search_path = pg_catalog as $$
    select code from ledger.city
$$;
comment on function front.city_code is 'Code of the city that this database serves; null before it is claimed.';
revoke execute on function front.city_code from public;
grant execute on function front.city_code to portal;
"""
# What a desk hands in, and the day on which a case came back, are written in the city's days.
HAND_IN = "desk.hand_in(uuid,jsonb,text,timestamptz)"
AFTERWARDS = "front.afterwards(text,timestamptz)"
FIXED_ZONE = " SET \"TimeZone\" TO 'Asia/Jakarta'\n"
CLOCKS = (("to_char(at, ", "to_char(at at time zone ledger.city_zone(), "),)
DAYS = (("at time zone 'Asia/Jakarta'", "at time zone ledger.city_zone()"),)


def upgrade() -> None:
    op.execute(CITY)
    _rewrite(HAND_IN, (FIXED_ZONE, ""), *CLOCKS)
    _rewrite(AFTERWARDS, *DAYS)


def downgrade() -> None:
    _rewrite(HAND_IN, ("\nAS $", f"\n{FIXED_ZONE}AS $"), *((new, old) for old, new in CLOCKS))
    _rewrite(AFTERWARDS, *((new, old) for old, new in DAYS))
    op.execute("drop function front.city_code(); drop function ledger.city_zone(); drop table ledger.city")


def _rewrite(function: str, *changes: tuple[str, str]) -> None:
    """Write a function again with some of its words changed; the rest of it stays the text of its own migration."""
    connection = op.get_bind()
    definition = connection.exec_driver_sql(f"select pg_get_functiondef('{function}'::regprocedure)").scalar_one()
    for old, new in changes:
        if old not in definition:
            raise RuntimeError(f"expected {old!r} in {function}, found none; bring the function back to migration 0034")
        definition = definition.replace(old, new)
    op.execute(definition)
