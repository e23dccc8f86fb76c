"""The book of incidents: quality.incidents, and to whom each was told.

Belongs here: opening, closing, who still has to be told. Does not belong here: what is broken (conditions.py), telling
(telling.py).
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection

from assets.watch.incidents import Booked, Incident, Kind

# Any number that no other lock of this database has.
_LOCK = 20260116
# A way that was set up later, or was shut for days, is told nothing of what was over before.
_TOLD_LATE = timedelta(days=1)


def take_lock(connection: Connection) -> bool:
    """Whether this session may evaluate, until it ends; another one beside it would tell everything twice."""
    return connection.execute("select pg_try_advisory_lock(%s)", [_LOCK]).fetchone() == (True,)


def settle(connection: Connection, found: Iterable[Incident], judged: Collection[Kind], now: datetime) -> None:
    """Open what is new, and close what was open and is not found any more; the caller owns the transaction.

    Args:
        connection: Open connection.
        found: What is broken now.
        judged: Kinds that could be looked at: of others nothing is over.
        now: When.
    """
    broken = list(found)
    connection.execute(
        "update quality.incidents set closed_at = %s"
        " where closed_at is null and kind = any(%s) and kind || ':' || subject <> all(%s)",
        [now, list(judged), [one.key for one in broken]],
    )
    for one in broken:
        connection.execute(
            "insert into quality.incidents (kind, subject, title, since, found, todo, path, opened_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict (kind, subject) where closed_at is null do nothing",
            [one.kind, one.subject, one.title, one.since, one.found, one.todo, one.path, now],
        )


def book_past(connection: Connection, past: Incident, told: Collection[str], now: datetime) -> None:
    """Book what is over already and was told to some; the caller owns the transaction."""
    [(incident_id,)] = connection.execute(
        "insert into quality.incidents (kind, subject, title, since, found, todo, path, opened_at, closed_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s) returning incident_id",
        [past.kind, past.subject, past.title, past.since, past.found, past.todo, past.path, past.since, now],
    ).fetchall()
    for way in told:
        _book_telling(connection, incident_id, way, is_over=False, now=now)


def open_incidents(connection: Connection) -> list[Booked]:
    """What is broken, the oldest first."""
    return _booked(
        connection.execute(
            """
            select incident_id, kind, subject, title, since, found, todo, path, closed_at
            from quality.incidents
            where closed_at is null
            order by since, incident_id
            """
        )
    )


def due(connection: Connection, way: str, now: datetime) -> list[Booked]:
    """What has to be told by a way: what broke first, then what is over."""
    return _booked(
        connection.execute(
            """
            select incident_id, kind, subject, title, since, found, todo, path, closed_at
            from quality.incidents
            where
                (closed_at is null or closed_at > %s)
                and not exists (
                    select from quality.incident_tellings as told
                    where told.incident_id = incidents.incident_id and way = %s and is_over = (closed_at is not null)
                )
            order by closed_at is not null, since, incident_id
            """,
            [now - _TOLD_LATE, way],
        )
    )


def book_told(connection: Connection, told: Sequence[Booked], way: str, now: datetime) -> None:
    """Keep that a way took them; the caller owns the transaction."""
    for one in told:
        _book_telling(connection, one.incident_id, way, is_over=one.closed_at is not None, now=now)


def _book_telling(connection: Connection, incident_id: int, way: str, *, is_over: bool, now: datetime) -> None:
    connection.execute(
        "insert into quality.incident_tellings values (%s, %s, %s, %s)", [incident_id, way, is_over, now]
    )


def _booked(rows: Iterable[tuple[Any, ...]]) -> list[Booked]:
    return [Booked(incident_id, Incident(Kind(kind), *told), closed_at) for incident_id, kind, *told, closed_at in rows]
