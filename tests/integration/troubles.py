"""Each kind of trouble that the watch tells of: how it begins, and how it ends."""

from collections.abc import Callable
from datetime import datetime, timedelta

import psycopg
import pytest

from assets.complaints.channels.registry import CHANNELS
from assets.complaints.intake import IntakeCounts
from assets.complaints.reception import hand_in, take_all
from assets.complaints.silence import count_hours
from assets.sources.landing import Batch
from assets.watch import conditions
from tests.integration.watching import HOUR, NOW, build_marts, judge, run


class Broken:
    """One kind of trouble: how it begins, and how it ends."""

    def __init__(self, title: str, begins: Callable[..., None], ends: Callable[..., None]) -> None:
        self.title, self.begins, self.ends = title, begins, ends


def reports_of(channel: str, until: datetime) -> list[tuple[str, datetime]]:
    """Ten weeks of an hour each, until a moment."""
    return [(channel, until - number * HOUR) for number in range(24 * 70)]


def be_silent(connection: psycopg.Connection, **_: object) -> None:
    count_hours(connection, reports_of("email", NOW - 6 * HOUR))


def speak(connection: psycopg.Connection, **_: object) -> None:
    count_hours(connection, [("email", NOW)])


def lose_provider(connection: psycopg.Connection, **_: object) -> None:
    insert = "insert into raw.provider_outages values ('dishub', %s, 40, 'expected an answer, found none')"
    for minutes in (10, 20, 30):
        connection.execute(insert, [NOW - timedelta(minutes=minutes)])
    connection.execute(
        "insert into raw.cameras (camera_id, name, is_synthetic, registered_at, provider)"
        " values ('c1', 'c1', true, %s, 'dishub')",
        [NOW],
    )


def find_provider(connection: psycopg.Connection, **_: object) -> None:
    observe(connection, NOW + timedelta(minutes=20))


def observe(connection: psycopg.Connection, slot: datetime) -> None:
    connection.execute(
        "create table if not exists raw.camera_observations_today partition of raw.camera_observations"
        " for values from ('2026-03-02 00:00+07') to ('2026-03-03 00:00+07')"
    )
    connection.execute(
        "insert into raw.camera_observations"
        " (camera_id, slot_start, captured_at, status, evidence, is_synthetic, swept_at)"
        " values ('c1', %s, %s, 'valid', '', true, %s)",
        [slot, slot, slot],
    )


def hand_in_for_nobody(connection: psycopg.Connection, **_: object) -> None:
    hand_in(connection, "portal", b"{}")
    connection.execute("update private.arrivals set received_at = clock_timestamp() - interval '61 seconds'")


def take(connection: psycopg.Connection, **_: object) -> None:
    batch = Batch("clerk", "portal", NOW, is_synthetic=True)
    take_all(connection, CHANNELS["portal"], batch, IntakeCounts())


def fill_disk(monkeypatch: pytest.MonkeyPatch, **_: object) -> None:
    monkeypatch.setattr(conditions, "LITTLE_ROOM", 1 << 80)
    monkeypatch.setattr(conditions, "_ROOM_AGAIN", 1 << 81)


def empty_disk(monkeypatch: pytest.MonkeyPatch, **_: object) -> None:
    monkeypatch.setattr(conditions, "LITTLE_ROOM", 1)
    monkeypatch.setattr(conditions, "_ROOM_AGAIN", 2)


TROUBLES = {
    "failed run": Broken(
        "The run of intake failed",
        lambda instance, **_: run(instance, fails=True),
        lambda instance, **_: run(instance, fails=False),
    ),
    "red gate": Broken(
        "Gate triage is red: balance of the ledger",
        lambda connection, **_: judge(connection, "triage", "balance of the ledger", passed=False, run="1", at=NOW),
        lambda connection, **_: judge(connection, "triage", "balance of the ledger", passed=True, run="2", at=NOW),
    ),
    "red build": Broken(
        "The marts are not published: mart_overdue_cases failed",
        lambda connection, **_: judge(connection, "dbt", "mart_overdue_cases", passed=False, run="1", at=NOW),
        # What could be built leaves no row: the newest run has none of the model that was broken.
        lambda connection, **_: judge(connection, "dbt", "a test", passed=True, run="2", at=NOW),
    ),
    "stale marts": Broken(
        "Too old: the marts",
        lambda connection, **_: build_marts(connection, NOW - 27 * HOUR),
        lambda connection, **_: build_marts(connection, NOW),
    ),
    "silent channel": Broken("Channel email is silent", be_silent, speak),
    "provider down": Broken("Camera provider dishub is down", lose_provider, find_provider),
    "waiting arrivals": Broken("Reports of the portal wait: no clerk takes them", hand_in_for_nobody, take),
    "full disk": Broken("The disk of ", fill_disk, empty_disk),
}
