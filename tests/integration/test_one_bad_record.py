"""One bad thing costs itself only: whatever is raised while one record is handled, the others are decided."""

import json
import os
import socket
from collections.abc import Callable
from contextlib import chdir
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.cases.intake import take_in_events
from assets.city import city_folder
from assets.complaints import intake, ledger, pending, versions
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.intake import take_in
from assets.complaints.ledger import MOST_HELD, UndecidableError, decide_pending
from assets.complaints.outbox import queue
from assets.complaints.replay import replay_records
from assets.complaints.triage import batch
from assets.complaints.triage.desk import Desk
from assets.enforcement.intake import read_streets, take_in_tickets
from assets.reference import load_reference
from assets.sources.folders import AREA_HISTORY, CASE_EVENTS, TICKETS
from assets.sources.landing import open_batch
from assets.traffic.history import take_in_history
from tests import served
from tests.served import HERE

NOW = datetime(2026, 3, 2, tzinfo=UTC)
DESK = Desk.of(load_reference(city_folder()))
POSTS = 9
# Where the handling of a record can break, once it is in the inbox.
STAGES: dict[str, tuple[ModuleType, str]] = {
    "parsed again": (pending, "CHANNELS"),
    "version": (versions, "complaint_id_for"),
    "what is missing": (batch, "missing"),
    "address": (batch, "read_address"),
    "words": (batch, "text_hash"),
    "doubts": (ledger, "find_doubts"),
    "ledger": (ledger, "write_complaints"),
    "answer": (queue, "answer"),
}
ERRORS = (ValueError, KeyError, RecursionError, MemoryError, ZeroDivisionError, AssertionError, psycopg.DataError)
PERSONAL = "Warga Contoh, 0812"


def posts(count: int = POSTS) -> dict[str, Any]:
    return {
        "data": [
            {
                "id": f"77_{number}",
                "from": {"name": f"Warga {number}", "id": f"9000{number}"},
                "message": f"Lampu jalan nomor {number}x mati sudah tiga malam, kelurahan {HERE.name}",
                "created_time": f"2026-03-01T{8 + number // 60:02}:{number % 60:02}:00+0000",
            }
            for number in range(count)
        ]
    }


def take_posts(connection: psycopg.Connection, landing: Path, count: int = POSTS) -> intake.IntakeCounts:
    (landing / "facebook").mkdir(exist_ok=True)
    (landing / "facebook" / "a.json").write_text(json.dumps(posts(count)), encoding="utf-8")
    return take_in(connection, CHANNELS["facebook"], landing, open_batch(landing, "facebook", "1", NOW))


def signs_of(number: int) -> tuple[str, ...]:
    """What of a post any stage is given: its id, its text, or the number that it gets."""
    return f"'77_{number}'", f"nomor {number}x ", served.number(f"260301{5001 + number}")


def raising_for(bad: set[int], sound: Callable[..., Any], error: type[Exception]) -> Callable[..., Any]:
    """A function that raises where it is given a bad record."""
    signs = [sign for number in bad for sign in signs_of(number)]

    def raising(*arguments: object, **named: object) -> object:
        if any(sign in repr((arguments, named)) for sign in signs):
            raise error(PERSONAL)
        return sound(*arguments, **named)

    return raising


def break_stage(monkeypatch: pytest.MonkeyPatch, stage: str, bad: set[int], error: type[Exception]) -> None:
    module, name = STAGES[stage]
    if name == "CHANNELS":
        channel = CHANNELS["facebook"]
        broken = replace(channel, parse=raising_for(bad, channel.parse, error))
        monkeypatch.setattr(module, name, {**CHANNELS, "facebook": broken})
    else:
        monkeypatch.setattr(module, name, raising_for(bad, getattr(module, name), error))


def figures(connection: psycopg.Connection, *queries: str) -> list[int]:
    return [connection.execute(query.encode()).fetchall()[0][0] for query in queries]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    stage=st.sampled_from(sorted(STAGES)),
    bad=st.sets(st.integers(0, POSTS - 1), min_size=1, max_size=3),
    error=st.sampled_from(ERRORS),
)
def test_the_others_are_decided_and_the_bad_record_is_named_with_its_reason(
    connection: psycopg.Connection, tmp_path: Path, stage: str, bad: set[int], error: type[Exception]
) -> None:
    take_posts(connection, tmp_path)
    with pytest.MonkeyPatch.context() as monkeypatch:
        # The numbers of those behind a held one move up, so an answer is broken for the last ones alone.
        bad = {POSTS - 1} if stage == "answer" else bad
        break_stage(monkeypatch, stage, bad, error)
        counts = decide_pending(connection, DESK, "1", NOW)
    assert counts == {"accepted": POSTS - len(bad), "quarantined": len(bad)}
    held = connection.execute("select source_record_id, reason from raw.quarantine").fetchall()
    assert {source for source, _ in held} == {f"77_{number}" for number in bad}
    for _, reason in held:
        assert f"found {error.__name__}" in reason
        assert PERSONAL not in reason
    left, inbox = figures(connection, "select count(*) from raw.pending", "select count(*) from raw.inbox")
    assert (left, inbox) == (0, POSTS - len(bad))
    # Once the fault is mended, what was held is taken in like any other.
    numbers = [number for (number,) in connection.execute("select quarantine_id from raw.quarantine").fetchall()]
    replay_records(connection, "facebook", numbers, open_batch(tmp_path, "facebook", "2", NOW))
    assert decide_pending(connection, DESK, "2", NOW) == {"accepted": len(bad)}
    connection.rollback()


@pytest.mark.parametrize("part", ["split", "parse"])
def test_a_delivery_or_record_that_breaks_its_reader_is_quarantined(
    connection: psycopg.Connection, tmp_path: Path, part: str
) -> None:
    (tmp_path / "facebook").mkdir()
    (tmp_path / "facebook" / "bad.json").write_text(json.dumps({"data": posts(3)["data"][2:]}), encoding="utf-8")
    sound = CHANNELS["facebook"]
    broken = replace(sound, **{part: raising_for({2}, getattr(sound, part), KeyError)})
    (tmp_path / "facebook" / "good.json").write_text(json.dumps(posts(2)), encoding="utf-8")
    counts = take_in(connection, broken, tmp_path, open_batch(tmp_path, "facebook", "1", NOW))
    assert (counts.records, counts.quarantined) == (3, 1)
    [reason] = counts.reasons
    assert "found KeyError" in reason
    assert decide_pending(connection, DESK, "1", NOW) == {"accepted": 2}


def test_a_fault_of_every_record_is_no_record_s_fault(connection: psycopg.Connection, tmp_path: Path) -> None:
    count = MOST_HELD + 20
    take_posts(connection, tmp_path, count)
    connection.commit()
    with pytest.MonkeyPatch.context() as monkeypatch:
        break_stage(monkeypatch, "words", set(range(count)), ValueError)
        with pytest.raises(UndecidableError, match=f"Expected at most {MOST_HELD} of "):
            decide_pending(connection, DESK, "1", NOW)
    connection.rollback()
    assert figures(connection, "select count(*) from raw.pending", "select count(*) from raw.quarantine") == [count, 0]


def test_a_database_that_goes_away_is_no_record_s_fault(connection: psycopg.Connection, tmp_path: Path) -> None:
    take_posts(connection, tmp_path)
    connection.commit()
    with pytest.MonkeyPatch.context() as monkeypatch:
        break_stage(monkeypatch, "ledger", set(range(POSTS)), psycopg.OperationalError)
        with pytest.raises(psycopg.OperationalError):
            decide_pending(connection, DESK, "1", NOW)
    connection.rollback()
    assert figures(connection, "select count(*) from raw.pending", "select count(*) from raw.quarantine") == [POSTS, 0]


def test_a_record_that_fails_again_after_each_replay_is_held_again(
    connection: psycopg.Connection, tmp_path: Path
) -> None:
    take_posts(connection, tmp_path)
    with pytest.MonkeyPatch.context() as monkeypatch:
        break_stage(monkeypatch, "words", {2}, ValueError)
        for time in range(4):
            decide_pending(connection, DESK, f"run {time}", NOW)
            [(number, payload)] = connection.execute(
                "select quarantine_id, payload from raw.quarantine"
                " inner join private.quarantined_payloads using (quarantine_id) where replayed_at is null"
            ).fetchall()
            assert b"77_2" in payload
            replay_records(connection, "facebook", [number], open_batch(tmp_path, "facebook", f"replay {time}", NOW))
    assert decide_pending(connection, DESK, "mended", NOW) == {"accepted": 1}


@pytest.mark.parametrize("code", CHANNELS)
def test_what_is_no_file_is_refused_once_and_stops_nothing(
    connection: psycopg.Connection, tmp_path: Path, code: str
) -> None:
    folder = tmp_path / code
    folder.mkdir()
    (tmp_path / "elsewhere").mkdir()
    os.mkfifo(folder / "pipe.json")
    (folder / "link.json").symlink_to(tmp_path / "nowhere")
    (folder / "loop.json").symlink_to(folder / "loop.json")
    (folder / "linked").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (folder / "device.json").symlink_to("/dev/null")
    with socket.socket(socket.AF_UNIX) as listening, chdir(folder):
        # By a short name: an address of a socket has at most 104 bytes on macOS.
        listening.bind("s.json")
    counts = [
        take_in(connection, CHANNELS[code], tmp_path, open_batch(tmp_path, code, name, NOW)) for name in ("1", "2")
    ]
    held = connection.execute("select origin, reason from raw.quarantine order by origin").fetchall()
    assert held == [
        (f"{code}/{name}", f"expected a file, found {found}")
        for name, found in (
            ("device.json", "a device"),
            ("link.json", "a link that leads nowhere"),
            ("linked", "a link to a folder"),
            ("loop.json", "a link that leads nowhere"),
            ("pipe.json", "a named pipe"),
            ("s.json", "a socket"),
        )
    ]
    assert [(one.records, one.quarantined) for one in counts] == [(6, 6), (0, 0)]


@pytest.mark.parametrize("folder", [CASE_EVENTS, TICKETS, AREA_HISTORY])
def test_what_is_no_file_is_refused_beside_the_channels_too(
    connection: psycopg.Connection, tmp_path: Path, folder: str
) -> None:
    (tmp_path / folder).mkdir()
    os.mkfifo(tmp_path / folder / "pipe.csv")
    batch = open_batch(tmp_path, folder, "1", NOW)
    match folder:
        case "case_events":
            quarantined = take_in_events(connection, tmp_path, batch, ["dishub"]).quarantined
        case "tickets":
            counts, _ = take_in_tickets(connection, tmp_path, batch, read_streets(city_folder()))
            quarantined = counts["quarantined"]
        case _:
            quarantined = take_in_history(connection, tmp_path, batch)["quarantined"]
    assert quarantined == 1
