"""The faults' own parts: one of them from end to end on a small folder, and checks that see what is lost or doubled."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from assets.clock import city_zone
from assets.settings import Settings
from benchmarks.documents import DATA_ENGINEER
from benchmarks.faults.machine import connection_cut
from benchmarks.faults.measure import COLUMNS, FAULTS, Fault, Verdict, held_against, table
from benchmarks.faults.trial import Compared, Trial
from benchmarks.faults.verdicts import BrokenError, alike, check, contained, state
from benchmarks.faults.worker import Work, connections, do
from tests.served import HERE

pytestmark = pytest.mark.system

NOW = datetime(2026, 3, 2, tzinfo=city_zone())
REPORTS = 40


@pytest.fixture
def work(tmp_path: Path) -> Work:
    """Reports of one channel, one of which cannot be read."""
    (tmp_path / "landing" / "facebook").mkdir(parents=True)
    (tmp_path / "cameras").mkdir()
    (tmp_path / "cameras" / "cameras.csv").write_text("camera_id,name\n", encoding="utf-8")
    reports = [
        {
            "id": f"77_{number}", "from": {"id": f"90{number}", "name": "Warga Contoh"},
            "message": f"Lampu mati di depan rumah nomor {number} kelurahan {HERE.name}",
            "created_time": f"2026-03-01T08:{number:02d}:00+0700",
        }
        for number in range(REPORTS)
    ]  # fmt: skip
    told = {"data": [*reports, {"message": "x"}]}
    (tmp_path / "landing" / "facebook" / "a.json").write_text(json.dumps(told))
    return Work(tmp_path / "landing", tmp_path / "cameras", NOW)


def test_a_job_whose_every_commit_was_cut_ends_as_if_undisturbed(
    settings: Settings, server: str, template: str, database_url: str, work: Work, tmp_path: Path
) -> None:
    trial = Trial(settings, database_url, tmp_path, work)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("drop database if exists undisturbed with (force)")
        connection.execute("create database undisturbed template template_city")
    undisturbed = template.replace("template_city", "undisturbed")
    do(connections(undisturbed), work, "1")
    trial.undisturbed = state(undisturbed)
    happened, received, numbers, slots, *_ = held_against(trial, Fault("cut", connection_cut, Compared.SAME))
    assert int(happened.split()[0]) > 10
    assert (received, numbers, slots) == (str(REPORTS + 1), str(REPORTS), "0")


BREAKAGES: dict[str, tuple[str, str]] = {
    "a decision is lost": ("accounted for", "delete from ledger.complaints where version = 1 and inbox_id = 1"),
    "a record is lost": ("accounted for", "delete from raw.quarantine"),
    "a number is lost": (
        "numbers",
        "delete from ledger.tracking_numbers where tracking_number = (select max(tracking_number) from"
        " ledger.tracking_numbers)",
    ),
    "a slot is lost": (
        "camera slots",
        """
        create table raw.camera_observations_20260301 partition of raw.camera_observations
        for values from ('2026-03-01T00:00+07') to ('2026-03-02T00:00+07');
        insert into raw.camera_observations (camera_id, slot_start, captured_at, status, evidence, lighting,
            is_synthetic, swept_at)
        select camera, '2026-03-01T08:00+07'::timestamptz + slot * interval '10 minutes', now(), 'missing', '', 'day',
            true, now()
        from (values ('a', 0), ('a', 1), ('a', 2), ('b', 0), ('b', 2)) as told (camera, slot)
        """,
    ),
}


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_what_is_lost_is_seen(connection: psycopg.Connection, database_url: str, work: Work, breakage: str) -> None:
    do(connections(database_url), work, "1")
    check(database_url)
    before = state(database_url)
    seen_by, statement = BREAKAGES[breakage]
    # What guards the ledger in production is not what is tried here.
    connection.execute("set session_replication_role = replica")
    connection.execute(statement.encode())
    connection.commit()
    with pytest.raises(BrokenError, match=seen_by):
        check(database_url)
    if breakage != "a slot is lost":
        with pytest.raises(BrokenError, match="lost 1"):
            alike(before, state(database_url))


def test_what_comes_beside_is_no_loss_and_what_is_missing_is_one() -> None:
    contained({"inbox": [("a",)]}, {"inbox": [("a",), ("more",)]})
    with pytest.raises(BrokenError, match="inbox: lost 1"):
        contained({"inbox": [("a",)]}, {"inbox": [("more",)]})


def test_the_table_in_the_documents_is_of_these_faults() -> None:
    printed = table([Verdict(fault, ["x"] * (len(COLUMNS) - 1)) for fault in FAULTS]).splitlines()
    documented = DATA_ENGINEER.read_text(encoding="utf-8").splitlines()
    first = documented.index(printed[0])
    rows = documented[first : first + len(printed)]
    name: Callable[[str], str] = lambda row: row.split("|")[1]  # noqa: E731
    assert [name(row) for row in rows] == [name(row) for row in printed]
    assert not [row for row in rows if "broken" in row]


def test_a_trial_moves_its_clock_and_nothing_else(work: Work, settings: Settings, tmp_path: Path) -> None:
    moved = Trial(settings, "", tmp_path, work).moved(timedelta(days=-1))
    assert (moved.now, moved.landing) == (NOW - timedelta(days=1), work.landing)
