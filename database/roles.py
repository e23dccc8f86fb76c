"""The roles of the database: made before the first migration, and as a session takes them on.

Belongs here: that they are there, and how a session becomes an analyst's. Does not belong here: what a role may read
(migrations).
"""

import secrets
from collections.abc import Iterable

from psycopg import Connection, connect, errors, sql
from psycopg.conninfo import make_conninfo

from database.rights import UnfitDatabaseError

# May log in, reads the marts, and is a member of no other role.
SQL_ROLE = "jsc_sql"
# For so long a password opens sessions; one that is open stays.
OPENS_FOR = "5 minutes"
# May log in, reads the views of schema portal, calls the functions of schema front, and is a member of no other role.
PORTAL_ROLE = "portal"
# May log in, calls the functions of schema desk, which show what an officer's session may see, and is a member of none.
DESK_ROLE = "desk"
# By role that a migration grants something: whether it may log in. Each is a member of no other.
ROLES = {"engineer": False, "analyst": False, SQL_ROLE: True, PORTAL_ROLE: True, DESK_ROLE: True}
# Large objects would be a way to write; nothing here has any. Those that read the server's files are no user's anyway.
CLOSE = """
do $$
declare routine regprocedure;
begin
    for routine in
        select oid::regprocedure from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace
            and proname in (
                'lo_creat', 'lo_create', 'lo_from_bytea', 'lo_open', 'lo_put', 'lo_unlink', 'lowrite'
            )
            and has_function_privilege('public', oid, 'execute') and pg_has_role(proowner, 'usage')
    loop
        execute format('revoke execute on function %s from public', routine);
    end loop;
end $$
"""


def make_roles(connection: Connection, others: Iterable[str] = ()) -> list[str]:
    """Make the roles that are missing. A role belongs to the whole server: an administrator may have made it.

    Args:
        connection: Of the city's database; the caller owns the transaction.
        others: Roles that a city let in itself; one that is missing is made without a login.

    Returns:
        What was made.

    Raises:
        UnfitDatabaseError: One is missing that the user may not make.
    """
    wanted = {**dict.fromkeys(others, False), **ROLES}
    there = {name for (name,) in connection.execute("select rolname from pg_roles")}
    missing = {
        name: sql.SQL("create role {} " + ("login" if logs_in else "nologin")).format(sql.Identifier(name))
        for name, logs_in in wanted.items()
        if name not in there
    }
    for name, statement in missing.items():
        try:
            with connection.transaction():
                connection.execute(statement)
        except errors.DuplicateObject:
            # Another database of the server made it meanwhile.
            continue
        except errors.InsufficientPrivilege as error:
            statements = "; ".join(one.as_string(connection) for one in missing.values())
            raise UnfitDatabaseError(
                f"Expected the role {name}, found neither it nor the right to make it. As an administrator run:"
                f" {statements}"
            ) from error
    return list(missing)


def close_large_objects(connection: Connection) -> None:
    """Take from everybody the functions that write large objects, where the user may: else an administrator does."""
    connection.execute(CLOSE)


def analyst_login(url: str, timezone: str) -> str:
    """Give the analyst's login a new random password, and say how to connect as it.

    The session's user is that login: no statement makes it another role, for it is a member of none. Read-only is its
    habit; what it may not write, no setting allows.

    Args:
        url: Of the city's database, as a user who may alter the login.
        timezone: Whose midnights a day has.

    Returns:
        How to connect, as libpq reads it; it holds the password.

    Raises:
        UnfitDatabaseError: The user may not alter the login.
    """
    with connect(url, autocommit=True) as connection:
        [(until,)] = connection.execute("select (now() + %s::interval)::text", [OPENS_FOR]).fetchall()
    options = f"-c default_transaction_read_only=on -c search_path=marts -c timezone={timezone}"
    otherwise = "Or let analysts log in by themselves: grant analyst to their logins."
    return _with_new_password(url, SQL_ROLE, until, options, otherwise)


def portal_login(url: str, timezone: str) -> str:
    """Give the portal's login a new random password, and say how to connect as it; the one before opens no session.

    Args:
        url: Of the city's database, as a user who may alter the login.
        timezone: Whose midnights a day has.

    Returns:
        How to connect, as libpq reads it; it holds the password.

    Raises:
        UnfitDatabaseError: The user may not alter the login.
    """
    return _service_login(url, PORTAL_ROLE, "JSC_PORTAL_DATABASE_URL", timezone)


def desk_login(url: str, timezone: str) -> str:
    """Give the officers' desk's login a new random password, as `portal_login` does the portal's.

    Raises:
        UnfitDatabaseError: The user may not alter the login.
    """
    return _service_login(url, DESK_ROLE, "JSC_PORTAL_DESK_DATABASE_URL", timezone)


def _service_login(url: str, role: str, variable: str, timezone: str) -> str:
    otherwise = f"Or give {role} a password, and the portal its address in {variable}."
    return _with_new_password(url, role, "infinity", f"-c timezone={timezone}", otherwise)


def _with_new_password(url: str, role: str, until: str, options: str, otherwise: str) -> str:
    """Give a login a new password until a time, and say how to connect as it."""
    password = secrets.token_urlsafe(24)
    with connect(url, autocommit=True) as connection:
        # Hashed here: a server that logs its statements logs no password.
        hashed = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
        statement = sql.SQL("alter role {} password {} valid until {}").format(
            sql.Identifier(role), sql.Literal(hashed), sql.Literal(until)
        )
        try:
            connection.execute(statement)
        except errors.InsufficientPrivilege as error:
            user = connection.info.user
            raise UnfitDatabaseError(
                f"Expected the right to give {role} a password, found that {user} lacks it. As an administrator"
                f' run: alter role "{user}" createrole; grant {role} to "{user}" with admin option. {otherwise}'
            ) from error
    return make_conninfo(url, user=role, password=password, options=options)
