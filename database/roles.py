"""The roles of the database, as a session takes them on.

Belongs here: how a session becomes an analyst's. Does not belong here: what a role may read (migrations).
"""

import secrets

from psycopg import connect, sql
from psycopg.conninfo import make_conninfo

# May log in, reads the marts, and is a member of no other role.
SQL_ROLE = "jsc_sql"
# For so long a password opens sessions; one that is open stays.
OPENS_FOR = "5 minutes"


def analyst_login(url: str, timezone: str) -> str:
    """Give the analyst's login a new random password, and say how to connect as it.

    The session's user is that login: no statement makes it another role, for it is a member of none. Read-only is its
    habit; what it may not write, no setting allows.

    Args:
        url: Of the city's database, as a user who may alter the login.
        timezone: Whose midnights a day has.

    Returns:
        How to connect, as libpq reads it; it holds the password.
    """
    password = secrets.token_urlsafe(24)
    with connect(url, autocommit=True) as connection:
        # Hashed here: a server that logs its statements logs no password.
        hashed = connection.pgconn.encrypt_password(password.encode(), SQL_ROLE.encode(), b"scram-sha-256").decode()
        [(until,)] = connection.execute("select (now() + %s::interval)::text", [OPENS_FOR]).fetchall()
        connection.execute(
            sql.SQL("alter role {} password {} valid until {}").format(
                sql.Identifier(SQL_ROLE), sql.Literal(hashed), sql.Literal(until)
            )
        )
    options = f"-c default_transaction_read_only=on -c search_path=marts -c timezone={timezone}"
    return make_conninfo(url, user=SQL_ROLE, password=password, options=options)
