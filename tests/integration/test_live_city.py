"""A city whose time runs: what is delivered by a moment, faults that come and go, and the ticks of its schedules."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import dagster as dg
import psycopg
import pytest

from assets.cctv.camera_list import read_camera_list
from assets.city import city_folder
from assets.clock import city_zone
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.intake import IntakeCounts, fetch_in
from assets.resources import City
from assets.settings import RunningClock
from assets.sources.landing import Batch
from assets.sources.records import Window
from database.server import with_database
from orchestration.demo import DemoFolderError, clear
from orchestration.simulated import TICK_TAG, Ticker
from sample_city.live import LiveCity
from sample_city.live_faults import LiveFault
from sample_city.reference import read_reference

pytestmark = pytest.mark.system

MORNING = datetime(2026, 3, 2, 7, 59, tzinfo=city_zone())
HOUR = timedelta(hours=1)


@pytest.fixture
def city(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveCity]:
    """A city of few complaints in which all goes wrong that can, and the platform's variables for it."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create database live_gateway")
        try:
            with LiveCity(
                read_reference(city_folder()), tmp_path, with_database(server, "live_gateway"), lambda *_: None,
                faults=frozenset(LiveFault), a_day=300,
            ) as city:  # fmt: skip
                for name, value in city.environment.items():
                    monkeypatch.setenv(name, value)
                monkeypatch.setenv("JSC_JAKI_ATTEMPTS", "1")
                yield city
        finally:
            connection.execute("drop database live_gateway with (force)")


@pytest.mark.channels("jaki", "qlue", "sms")
def test_the_senders_have_what_came_by_now_and_faults_come_and_go(
    city: LiveCity, database_url: str, tmp_path: Path
) -> None:
    def fetch(code: str, now: datetime) -> IntakeCounts:
        counts = IntakeCounts()
        window = Window(MORNING.replace(hour=0, minute=0), MORNING.replace(hour=0, minute=0) + 24 * HOUR)
        batch = Batch(f"{code} {now}", code, now, is_synthetic=True)
        fetch_in(lambda: psycopg.connect(database_url), CHANNELS[code], window, batch, counts)
        return counts

    received = {}
    for now in (MORNING, MORNING + timedelta(minutes=30), MORNING + 3 * HOUR):
        city.advance(now)
        received[now] = {code: fetch(code, now) for code in ("jaki", "qlue", "sms")}
    before, during, after = received.values()
    assert not before["jaki"].failures
    assert during["jaki"].failures
    assert not after["jaki"].failures
    assert after["jaki"].records > before["jaki"].records > 0
    assert during["qlue"].records > before["qlue"].records + 1_000, "the flood"
    assert after["sms"].records > 0
    with psycopg.connect(database_url) as connection:
        [(latest,)] = connection.execute("select max(reported_at) from raw.pending").fetchall()
    assert latest <= MORNING + 3 * HOUR


def test_a_provider_that_is_away_answers_nobody(city: LiveCity, tmp_path: Path) -> None:
    city.cameras.write_list(tmp_path / "cameras.csv")
    listed, refused = read_camera_list(tmp_path / "cameras.csv")
    assert not refused
    assert len({camera.provider for camera in listed}) == 2

    def answering(now: datetime) -> Counter[str | None]:
        city.advance(now)
        told: Counter[str | None] = Counter()
        for camera in listed:
            try:
                with urlopen(str(camera.url)) as answer:  # noqa: S310 - of this machine
                    told[camera.provider] += answer.read()[:2] == b"\xff\xd8"
            except OSError:
                pass
        return told

    assert set(answering(MORNING)) == {"dishub", "swasta"}
    assert set(answering(MORNING + timedelta(minutes=30))) == {"dishub"}
    assert set(answering(MORNING + 3 * HOUR)) == {"dishub", "swasta"}


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        yield instance


def test_the_schedules_of_production_tick_by_the_citys_clock(instance: dg.DagsterInstance) -> None:
    asked: list[tuple[str, Mapping[str, str]]] = []

    def launch(job: str, tags: Mapping[str, str]) -> None:
        asked.append((job, tags))
        status = dg.DagsterRunStatus.STARTED if job == "marts" else dg.DagsterRunStatus.SUCCESS
        instance.add_run(dg.DagsterRun(job_name=job, tags=dict(tags), status=status))

    ticker = Ticker(instance, launch)
    now = datetime(2026, 3, 2, 1, 18, tzinfo=city_zone())
    for _ in range(65):
        ticker.advance(now, now + timedelta(minutes=1))
        now += timedelta(minutes=1)
    assert Counter(job for job, _ in asked) == {"intake": 13, "camera_sweep": 7, "marts": 1, "city": 1}
    assert ticker.ticks["marts", "skipped"] == 1, "the one before is still at it"
    [city] = [tags for job, tags in asked if job == "city"]
    assert city[TICK_TAG] == "2026-03-02 02:00 WIB"
    assert city["dagster/partition"] == "2026-03-01"


def test_of_ticks_that_were_slept_through_the_newest_is_evaluated(instance: dg.DagsterInstance) -> None:
    asked: list[str] = []
    ticker = Ticker(instance, lambda _, tags: asked.append(tags[TICK_TAG]))
    ticker.advance(MORNING, MORNING + HOUR)
    assert sorted(asked) == ["2026-03-02 08:20 WIB", "2026-03-02 08:50 WIB", "2026-03-02 08:55 WIB"]


def test_a_clock_runs_faster_until_it_shows_the_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    clock = RunningClock(shows=now - 2 * HOUR, since=now - timedelta(minutes=1), speed=60)
    monkeypatch.setenv("JSC_CLOCK", clock.model_dump_json())
    city = City(landing=str(tmp_path))
    assert timedelta(minutes=55) < datetime.now(UTC) - city.now() < timedelta(minutes=61)
    assert not city.clock_stands()
    caught_up = RunningClock(shows=now - HOUR, since=now - HOUR, speed=60)
    assert abs(caught_up.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(DemoFolderError, match="absent, empty or an earlier demo's"):
        clear(tmp_path)
    assert (tmp_path / "letter.txt").is_file()
    clear(tmp_path / "demo")
    (tmp_path / "demo" / "left over").touch()
    clear(tmp_path / "demo")
    assert not (tmp_path / "demo" / "left over").exists()
