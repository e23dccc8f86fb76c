"""What the platform needs of a database: its version, and what its user may do there; each in a sentence.

Belongs here: versions and rights, and the statement that grants one. Does not belong here: where the server is
(server.py), what the roles of readers are (roles.py).
"""

from psycopg import Connection

OLDEST = 15


class UnfitDatabaseError(Exception):
    """A database answers, but the platform cannot work on it."""


def require_version(connection: Connection) -> None:
    """Refuse a server that is too old.

    Raises:
        UnfitDatabaseError: It is older than `OLDEST`.
    """
    found = connection.info.server_version
    if found < OLDEST * 10000:
        raise UnfitDatabaseError(
            f"Expected PostgreSQL {OLDEST} or newer, found {found // 10000} at {connection.info.host}."
            " Upgrade it, or name another in JSC_DATABASE_URL."
        )


def require_schemas(connection: Connection) -> None:
    """Refuse a database in which its user may not make schemas; a build is published by renaming them.

    Raises:
        UnfitDatabaseError: The right is missing.
    """
    _require(connection, "has_database_privilege(current_database(), 'CREATE')", "make schemas")


def require_tables(connection: Connection) -> None:
    """Refuse a database in which its user may not make tables.

    Raises:
        UnfitDatabaseError: The right is missing.
    """
    _require(connection, "coalesce(has_schema_privilege(to_regnamespace('public'), 'CREATE'), false)", "make tables")


def _require(connection: Connection, asked: str, what: str) -> None:
    if connection.execute(f"select {asked}".encode()).fetchone() != (True,):
        database, user = connection.info.dbname, connection.info.user
        raise UnfitDatabaseError(
            f"Expected the right to {what} in {database}, found that {user} lacks it. As an administrator run:"
            f' alter database "{database}" owner to "{user}"'
        )


STRANGERS = """
select count(*), min(format('%I.%I', nspname, relname)), min(pg_get_userbyid(relowner))
from pg_class join pg_namespace on pg_namespace.oid = relnamespace
where nspname in ('raw', 'ledger', 'private', 'forecast', 'quality', 'reference', 'staging', 'intermediate', 'marts')
    and relkind in ('r', 'p', 'v', 'm', 'S') and not pg_has_role(relowner, 'usage')
"""


def require_ownership(connection: Connection) -> None:
    """Refuse tables that belong to somebody else, as after a copy by another user.

    Raises:
        UnfitDatabaseError: The user is not their owner, and no member of their owner.
    """
    [(count, example, owner)] = connection.execute(STRANGERS).fetchall()
    if count:
        user = connection.info.user
        raise UnfitDatabaseError(
            f"Expected the tables of {connection.info.dbname} to belong to {user}, found {count} of {owner}'s, such as"
            f" {example}. As an administrator give them to {user} as docs/operator.md says under An own PostgreSQL."
        )
