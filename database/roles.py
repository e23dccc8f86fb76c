"""The roles of the database, as a session takes them on.

Belongs here: how a session becomes an analyst's. Does not belong here: what a role may read (migrations).
"""

import secrets
from contextlib import suppress

from psycopg import Connection, Error, connect, sql
from psycopg.conninfo import make_conninfo

# Reads the marts and is a member of no other role. Each session's login is a member of it, named after it.
SQL_ROLE = "jsc_sql"
# For so long a password opens sessions; one that is open stays.
OPENS_FOR = "5 minutes"


def analyst_login(url: str, timezone: str) -> str:
    """Make an analyst's login with a random name and password, and say how to connect as it.

    The session's user is that login, so that another that starts at the same moment takes nothing from it. It reads
    what the role reads and may become nobody, not even that role. Read-only is its habit; what it may not write, no
    setting allows.

    Args:
        url: Of the city's database, as a user who may make roles.
        timezone: Whose midnights a day has.

    Returns:
        How to connect, as libpq reads it; it holds the password.
    """
    login, password = f"{SQL_ROLE}_{secrets.token_hex(8)}", secrets.token_urlsafe(24)
    with connect(url, autocommit=True) as connection:
        _drop_what_nobody_uses(connection)
        # Hashed here: a server that logs its statements logs no password.
        hashed = connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
        [(until,)] = connection.execute("select (now() + %s::interval)::text", [OPENS_FOR]).fetchall()
        names = {"login": sql.Identifier(login), "role": sql.Identifier(SQL_ROLE)}
        with connection.transaction():
            connection.execute(
                sql.SQL("create role {login} login password {password} valid until {until}").format(
                    **names, password=sql.Literal(hashed), until=sql.Literal(until)
                )
            )
            connection.execute(sql.SQL("grant {role} to {login} with inherit true, set false").format(**names))
    options = f"-c default_transaction_read_only=on -c search_path=marts -c timezone={timezone}"
    return make_conninfo(url, user=login, password=password, options=options)


def _drop_what_nobody_uses(connection: Connection) -> None:
    """Drop logins whose password opens nothing any more and who have no session."""
    unused = connection.execute(
        """
        select rolname from pg_roles
        where rolname ~ %s and rolvaliduntil < now() and rolname not in (
            select usename from pg_stat_activity where usename is not null
        )
        """,
        [f"^{SQL_ROLE}_[0-9a-f]{{16}}$"],
    ).fetchall()
    for (login,) in unused:
        # Another who starts now drops the same ones.
        with suppress(Error):
            connection.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(login)))
