"""Accounts of reporters whom a channel knows by two ids: a telephone number and an account.

Belongs here: which account has which contact, as the channel's own deliveries said.
Does not belong here: the keys (triage/reporter.py), who is forgotten (forget.py).

A WhatsApp user who takes a user name is delivered without the number from then on. A message that gave both joins what
came before and what comes after.
"""

from collections.abc import Collection, Sequence

from psycopg import Connection

from assets.complaints.model import Report
from assets.complaints.triage.reporter import key_of_account, reporter_key
from assets.storage import merge_rows


def join_accounts(connection: Connection, reports: Sequence[tuple[str, Report]]) -> list[str | None]:
    """Keep which accounts of a batch came with a contact, and key its reporters accordingly.

    Args:
        connection: Open connection; the caller owns the transaction.
        reports: Channel and report of each.

    Returns:
        The key of each reporter; None where the report names nobody.
    """
    own = [
        (key_of_account(channel, report.reporter_handle), reporter_key(channel, report)) for channel, report in reports
    ]
    joined = {account: key for account, key in own if account is not None and key is not None and key != account}
    if joined:
        columns = ("account_key", "reporter_key")
        merge_rows(
            connection, "private.reporter_accounts", columns, joined.items(), key=columns[:1], update=columns[1:]
        )
        connection.execute(
            """
            update private.complaints set reporter_key = joined.reporter_key
            from unnest(%s::text[], %s::text[]) as joined (account_key, reporter_key)
            where complaints.reporter_key = joined.account_key
            """,
            [list(joined), list(joined.values())],
        )
    alone = sorted({key for account, key in own if key is not None and key == account})
    known: dict[str, str] = {}
    if alone:
        query = "select account_key, reporter_key from private.reporter_accounts where account_key = any(%s)"
        known = dict(connection.execute(query, [alone]).fetchall())
    return [known.get(key, key) if key is not None else None for _, key in own]


def joined_keys(connection: Connection, keys: Collection[str]) -> list[str]:
    """List keys, and those of the same reporters by their other ids."""
    rows = connection.execute(
        """
        select reporter_key from private.reporter_accounts where account_key = any(%(keys)s)
        union
        select account_key from private.reporter_accounts where reporter_key = any(%(keys)s)
        """,
        {"keys": list(keys)},
    ).fetchall()
    return sorted({*keys, *(key for (key,) in rows)})


def erase_accounts(connection: Connection, keys: Collection[str]) -> None:
    """Forget which account had which contact."""
    connection.execute(
        "delete from private.reporter_accounts where account_key = any(%(keys)s) or reporter_key = any(%(keys)s)",
        {"keys": list(keys)},
    )
