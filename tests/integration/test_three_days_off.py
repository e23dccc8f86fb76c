"""A machine that is off for three days, by a moved clock: what was missed is caught up, and somebody is told of it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import dagster as dg
import psycopg
import pytest
from dagster._daemon.types import DaemonHeartbeat
from joblib import parallel_config

from assets.clock import midnight
from assets.resources import City
from assets.settings import RunningClock, Settings
from benchmarks.faults.verdicts import accounted, complete, numbered
from database.server import database_url
from orchestration.definitions import build_defs
from orchestration.demo import Demo, demo
from orchestration.simulated import Ticker
from orchestration.watch import Evaluation, Watch, evaluate
from tests.integration.installation import learn_little
from tests.integration.watching import Receiver

pytestmark = [pytest.mark.system, pytest.mark.usefixtures("no_settings")]

MONDAY = date(2026, 7, 27)
OFF, ON = midnight(MONDAY) + timedelta(hours=10), midnight(MONDAY) + timedelta(days=3, hours=10)


@pytest.fixture
def installation(monkeypatch: pytest.MonkeyPatch) -> Iterator[Demo]:
    """A live city with its platform, whose clock the test moves; not below pytest's own folder (see conftest.py)."""
    learn_little(monkeypatch)
    before = dict(os.environ)
    try:
        with (
            parallel_config(backend="sequential"),
            TemporaryDirectory(prefix="jsc-", ignore_cleanup_errors=True) as folder,
            demo(Path(folder), 1, frozenset(), MONDAY) as at_work,
        ):
            yield at_work
    finally:
        os.environ.clear()
        os.environ.update(before)


class Machine:
    """The platform's machine at a moment: its schedules, whose runs it does at once, and its watch."""

    def __init__(self, instance: dg.DagsterInstance, chat: Receiver) -> None:
        self._instance, self._chat = instance, chat
        self._definitions = build_defs()
        self.asked: dict[str, list[tuple[str, str]]] = {}
        self.ticker = Ticker(instance, self._do)

    def be_at(self, now: datetime) -> None:
        """Move its clock."""
        clock = RunningClock(shows=now, since=datetime.now(UTC), speed=1)
        os.environ["JSC_CLOCK"] = clock.model_dump_json()

    def beat(self, now: datetime) -> None:
        """Dagster's daemon is there."""
        for part in ("SCHEDULER", "SENSOR", "QUEUED_RUN_COORDINATOR"):
            self._instance.add_daemon_heartbeat(DaemonHeartbeat(now.timestamp(), part, None, None))

    def look(self, now: datetime) -> Evaluation:
        """One evaluation of the watch."""
        settings = Settings(alert_webhook=self._chat.url, environment="production")
        url = database_url(settings)
        return evaluate(Watch(settings, lambda: url, City(), lambda: nullcontext(self._instance), lambda: now))

    def _do(self, job: str, tags: Mapping[str, str]) -> None:
        one = tags.get("dagster/partition", "")
        span = (
            tags.get("dagster/asset_partition_range_start", one),
            tags.get("dagster/asset_partition_range_end", one),
        )
        self.asked.setdefault(job, []).append(span)
        run = self._definitions.resolve_job_def(job).execute_in_process(instance=self._instance, tags=dict(tags))
        assert run.success


def test_all_is_caught_up_and_the_alerts_are_taken_back(installation: Demo, chat: Receiver) -> None:
    with dg.DagsterInstance.get() as instance:
        machine = Machine(instance, chat)
        machine.be_at(OFF)
        installation.city.advance(OFF)
        machine.beat(OFF)
        machine.ticker.advance(midnight(MONDAY), OFF)
        assert machine.look(OFF).broken == []
        assert chat.texts == []

        machine.asked.clear()
        machine.be_at(ON)
        hours = int((ON - OFF) / timedelta(hours=1))
        delivered = sum(installation.city.advance(OFF + timedelta(hours=hour)) for hour in range(1, hours + 1))
        assert delivered > 1_000
        broken = {one.title for one in machine.look(ON).broken}
        assert {"Too old: the marts", "Too old: raw.inbox", "Too old: raw.camera_observations"} < broken
        assert any("daemon" in title for title in broken)

        machine.beat(ON)
        machine.ticker.advance(OFF, ON)
        assert machine.asked["intake"] == machine.asked["camera_sweep"] == [("2026-07-27", "2026-07-30")]
        assert machine.asked["city"] == [("2026-07-27", "2026-07-29")]
        with psycopg.connect(database_url(installation.settings)) as connection:
            accounted(connection)
            numbered(connection)
            complete(connection)
            _no_day_is_missing(connection)
        days = {f"2026-07-{day}" for day in (27, 28, 29, 30)}
        for asset in ("raw_email__reports", "raw_cctv__live_slots"):
            assert days <= instance.get_materialized_partitions(dg.AssetKey(asset))

        assert machine.look(ON).broken == []
        came, taken_back = chat.texts
        assert came.startswith(f"{len(broken)} broken, 0 over: ")
        assert taken_back.startswith(f"0 broken, {len(broken)} over: ")
        assert all(title in came and title in taken_back for title in broken)

        machine.asked.clear()
        machine.ticker.advance(ON - timedelta(minutes=1), ON + timedelta(minutes=10))
        assert machine.asked["intake"] == [("2026-07-30", "2026-07-30")]
        assert "city" not in machine.asked


def _no_day_is_missing(connection: psycopg.Connection) -> None:
    """Reports of every hour of the three days, and every slot of every camera between the two sweeps."""
    [(hours,)] = connection.execute(
        "select count(distinct date_trunc('hour', reported_at)) from ledger.complaints"
        " where reported_at >= %s and reported_at < %s",
        [OFF, ON],
    ).fetchall()
    assert hours > 48
    slots = connection.execute(
        "select slot_start, count(*) from raw.camera_observations where slot_start >= %s group by 1", [OFF]
    ).fetchall()
    assert {count for _, count in slots} == {16}
    assert len(slots) == int((ON - OFF) / timedelta(minutes=10)) + 1
