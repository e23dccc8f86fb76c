"""Keys of programs that file reports: made once, known afterwards by their digest alone.

Belongs here: making, listing and revoking them. Does not belong here: the verb (command/key.py), what a key lets do
(filing.py).

A key is drawn and not chosen, so that a plain digest keeps it: no list of likely ones leads back to it.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection, errors
from psycopg.rows import class_row


class KeyNameError(Exception):
    """A name that another key has, or that none has."""


@dataclass(frozen=True)
class ApiKey:
    """A key as it is known.

    Attributes:
        name: Whose it is.
        created_at: Since when it opens.
        revoked_at: Since when it does not; None while it does.
    """

    name: str
    created_at: datetime
    revoked_at: datetime | None


def digest(key: str) -> str:
    """What a key is known by: SHA-256 in hexadecimal digits.

    >>> digest("kunci")[:12]
    '77a9c215acbd'
    """
    return hashlib.sha256(key.encode()).hexdigest()


def make_key(connection: Connection, name: str) -> str:
    """Make a key, and give it away for the only time.

    Args:
        connection: As the owner; the caller owns the transaction.
        name: Whose it is.

    Raises:
        KeyNameError: Another key has the name.
    """
    key = secrets.token_urlsafe(32)
    try:
        connection.execute("insert into front.api_keys (key_digest, name) values (%s, %s)", [digest(key), name])
    except errors.UniqueViolation as error:
        raise KeyNameError(f"Expected a name that no key has, found that {name} has one: revoke it first.") from error
    return key


def list_keys(connection: Connection) -> list[ApiKey]:
    """Every key that was made, the newest first."""
    with connection.cursor(row_factory=class_row(ApiKey)) as cursor:
        return cursor.execute(
            "select name, created_at, revoked_at from front.api_keys order by created_at desc, name"
        ).fetchall()


def revoke_key(connection: Connection, name: str) -> None:
    """Take a key back: from now on it files nothing.

    Raises:
        KeyNameError: No key of that name opens.
    """
    done = connection.execute(
        "update front.api_keys set revoked_at = clock_timestamp() where name = %s and revoked_at is null", [name]
    )
    if not done.rowcount:
        raise KeyNameError(f"Expected the name of a key that opens, found {name}: jsc key list shows them.")
