"""How sessions of the city's database begin: an analyst's with the city's day, the marts and a limit of time.

A setting of a role holds for its own logins and not for those of its members, so that these stand at the database; the
platform's own user keeps what PostgreSQL says.

Belongs here: those settings. Does not belong here: who may read what (roles.py, migrations).
"""

from psycopg import Connection, connect, sql

from database.migrate import SHAPE_LOCK

# An open transaction of a reader keeps the next build from the tables that it read.
EVERYBODY: dict[str, sql.Composable] = {
    "search_path": sql.SQL("marts"),
    "statement_timeout": sql.Literal("10min"),
    "idle_in_transaction_session_timeout": sql.Literal("10min"),
    "lock_timeout": sql.Literal("1min"),
}
OURSELVES: dict[str, sql.Composable] = {
    "timezone": sql.Literal("UTC"),
    "search_path": sql.SQL('"$user", public'),
    "statement_timeout": sql.Literal("0"),
    "idle_in_transaction_session_timeout": sql.Literal("0"),
    "lock_timeout": sql.Literal("0"),
}
SET = """
select split_part(setting, '=', 1)
from pg_db_role_setting, unnest(setconfig) as setting
where setdatabase = (select oid from pg_database where datname = current_database())
    and setrole = case when %s then (select oid from pg_roles where rolname = current_user) else 0 end
"""
IS_OURS = "select pg_has_role(datdba, 'usage') from pg_database where datname = current_database()"


def set_sessions(url: str, timezone: str) -> None:
    """Set what is not set; what an operator set stays. Without ownership of the database only the user's own.

    Args:
        url: Of the city's database.
        timezone: Whose midnights a day has.
    """
    with connect(url) as connection:
        database = sql.Identifier(connection.info.dbname)
        # Ours first: a session that begins between the two must not be an analyst's.
        ours = sql.SQL("alter role current_user in database {} set").format(database)
        _set(connection, ours, OURSELVES, is_ours=True)
        if connection.execute(IS_OURS).fetchone() == (True,):
            everybody = sql.SQL("alter database {} set").format(database)
            _set(connection, everybody, {"timezone": sql.Literal(timezone), **EVERYBODY}, is_ours=False)


def _set(connection: Connection, whose: sql.Composed, wanted: dict[str, sql.Composable], *, is_ours: bool) -> None:
    there = {name.lower() for (name,) in connection.execute(SET, [is_ours])}
    missing = {name: value for name, value in wanted.items() if name not in there}
    if missing:
        # Two commands started together would write one row of the catalogue.
        connection.execute("select pg_advisory_xact_lock(%s)", [SHAPE_LOCK])
    for name, value in missing.items():
        connection.execute(sql.SQL("{} {} to {}").format(whose, sql.Identifier(name), value))
