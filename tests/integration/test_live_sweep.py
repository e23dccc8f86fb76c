"""The live sweep: real hosts, real processes, a real cluster and a real database, which die in the middle."""

import ipaddress
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import dagster as dg
import numpy as np
import psycopg
import pytest

from assets.cctv import live
from assets.cctv.answers import LiveCamera
from assets.cctv.assets import raw_cctv__live_slots
from assets.cctv.camera_list import ListedCamera
from assets.cctv.contact_sheet import KEPT_FOR
from assets.cctv.expectations import newest_slot, slot_expectations
from assets.cctv.live import Swept, outages, shards_of, sweep_shards
from assets.cctv.reach import Reach
from assets.cctv.registry import register
from assets.cctv.rows import ObservationRow
from assets.cctv.slot import LiveSweep, sweep_slot
from assets.cctv.states import StatesError, forget_earlier, load_states, save_states
from assets.cctv.store import drop_old_days, is_swept, keep_slot
from assets.quality import validate
from assets.resources import City, Database
from assets.settings import Settings
from benchmarks.power import cut_power, new_database, restore_power
from ml.vision.state import new_states
from orchestration.schedules import days_as_tags
from sample_city.camera_hosts import CameraHosts

SLOT = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
NOW = SLOT + timedelta(minutes=1)
CAMERAS = 24


def street(seed: int, vehicles: int) -> bytes:
    rng = np.random.default_rng(seed)
    houses = cv2.GaussianBlur(np.random.default_rng(1).normal(0, 60, (360, 640)).astype(np.float32), (0, 0), 4)
    view = 120 + 30 * np.sign(houses) * (np.arange(360) < 150)[:, None] + rng.normal(0, 5, (360, 640))
    for x, y in zip(rng.integers(0, 600, vehicles), rng.integers(160, 320, vehicles), strict=True):
        view[y : y + 18, x : x + 34] = rng.choice([20, 220])
    return bytes(cv2.imencode(".jpg", np.clip(view, 0, 255).astype(np.uint8))[1])


@pytest.fixture(scope="module")
def hosts() -> Iterator[CameraHosts]:
    pictures = {f"c{number:02d}": [street(number * 100, 4)] for number in range(CAMERAS)}
    pictures["black"] = [bytes(cv2.imencode(".jpg", np.zeros((360, 640), np.uint8))[1])]
    with CameraHosts(pictures) as running:
        yield running


@pytest.fixture(scope="module")
def cameras(hosts: CameraHosts) -> list[LiveCamera]:
    return [LiveCamera(f"c{n:02d}", "p", "still", hosts.url("still", f"c{n:02d}", 1 + n % 3)) for n in range(CAMERAS)]


def sweep(cameras: list[LiveCamera], slot: datetime, states: Path, scheduler: str | None = None) -> Swept:
    return sweep_shards(shards_of(cameras, {}), slot, states, scheduler=scheduler, tell=lambda _: None)


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "SHARD_CAMERAS", 10)


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine with one core: the test is not about processes, and they cost most."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})


@pytest.fixture(scope="module")
def alone(cameras: list[LiveCamera], tmp_path_factory: pytest.TempPathFactory) -> Swept:
    """What one process alone, with one shard of all cameras, finds in the first slot."""
    return sweep(cameras, SLOT, tmp_path_factory.mktemp("alone"))


def test_every_camera_has_a_row_and_a_feed_that_stands_still_is_frozen(
    cameras: list[LiveCamera], tmp_path: Path
) -> None:
    statuses = []
    for number in range(3):
        slot = SLOT + number * timedelta(minutes=10)
        swept = sweep(cameras, slot, tmp_path)
        assert [row.camera_id for row in swept.rows] == [camera.camera_id for camera in cameras]
        assert {row.slot_start for row in swept.rows} == {slot}
        statuses.append({row.status for row in swept.rows})
        forget_earlier(tmp_path, slot)
    # The server answers that nothing is new; from the second time on that is a fault.
    assert statuses == [{"good"}, {"missing"}, {"frozen"}]


@pytest.mark.usefixtures("in_this_process")
def test_a_slot_swept_again_begins_where_it_began(cameras: list[LiveCamera], tmp_path: Path) -> None:
    sweep(cameras, SLOT, tmp_path)
    later = SLOT + timedelta(minutes=10)
    first, again = (sweep(cameras, later, tmp_path).rows for _ in range(2))
    assert first == again


def test_two_dask_workers_find_the_same(cameras: list[LiveCamera], alone: Swept, tmp_path: Path) -> None:
    import distributed

    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        spread = sweep(cameras, SLOT, tmp_path / "spread", cluster.scheduler_address)
    assert spread.rows == alone.rows


def test_a_dask_worker_that_is_killed_loses_and_doubles_nothing(
    hosts: CameraHosts, cameras: list[LiveCamera], alone: Swept, tmp_path: Path
) -> None:
    import distributed

    before = hosts.asked.total()

    def kill_in_the_middle(victim: int) -> None:
        while hosts.asked.total() == before:
            time.sleep(0.01)
        os.kill(victim, signal.SIGKILL)

    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        victim = next(iter(cluster.workers.values())).pid
        killer = threading.Thread(target=kill_in_the_middle, args=[victim])
        killer.start()
        spread = sweep(cameras, SLOT, tmp_path / "spread", cluster.scheduler_address)
        killer.join()
    assert spread.rows == alone.rows


def test_a_process_that_is_killed_fails_the_sweep_and_the_next_try_is_whole(
    cameras: list[LiveCamera], alone: Swept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JSC_TEST_VICTIM", "1")
    monkeypatch.setattr(live, "sweep_shard", dying)
    with pytest.raises(BrokenProcessPool):
        sweep(cameras, SLOT, tmp_path / "died")
    monkeypatch.undo()
    monkeypatch.setattr(live, "SHARD_CAMERAS", 10)
    assert sweep(cameras, SLOT, tmp_path / "died").rows == alone.rows


def dying(shard: live.Shard, slot: datetime, states: Path) -> Swept:
    """The sweep of a shard in a process that is killed behind it."""
    swept = live.sweep_shard(shard, slot, states)
    if shard.number == int(os.environ["JSC_TEST_VICTIM"]):
        os.kill(os.getpid(), signal.SIGKILL)
    return swept


def test_states_survive_cameras_that_come_and_go_and_refuse_another_record(tmp_path: Path) -> None:
    states = new_states(3)
    states["taught"][:, 0] = [5, 6, 7]
    save_states(tmp_path, 0, SLOT, ["a", "b", "c"], states)
    assert load_states(tmp_path, 0, SLOT, ["a"])["taught"].tolist() == [[0, 0]]
    later = SLOT + timedelta(minutes=10)
    assert load_states(tmp_path, 0, later, ["c", "x", "a"])["taught"][:, 0].tolist() == [7, 0, 5]
    # A longer list deals its cameras to other shards; what was learned of them goes with them.
    assert load_states(tmp_path, 7, later, ["b", "y"])["taught"][:, 0].tolist() == [6, 0]
    said = next(tmp_path.glob("*.json"))
    said.write_text(said.read_text().replace('"record": "', '"record": "x'))
    with pytest.raises(StatesError, match="learn the cameras anew"):
        load_states(tmp_path, 0, later, ["a"])


@pytest.mark.usefixtures("in_this_process")
def test_a_provider_that_is_down_is_one_fault(hosts: CameraHosts, cameras: list[LiveCamera], tmp_path: Path) -> None:
    down = [LiveCamera(f"d{n}", "down", "still", hosts.url("reset", "c00", 7)) for n in range(30)]
    swept = sweep(cameras + down, SLOT, tmp_path)
    [outage] = outages(swept)
    assert (outage.provider, outage.cameras) == ("down", 30)
    assert outage.reason
    assert {row.status for row in swept.rows if row.camera_id.startswith("d")} == {"unreachable"}


@pytest.mark.usefixtures("in_this_process")
def test_a_provider_that_serves_the_same_frames_for_an_hour_is_one_fault(
    connection: psycopg.Connection, hosts: CameraHosts, cameras: list[LiveCamera], tmp_path: Path
) -> None:
    stale = [replace(camera, camera_id=f"s{camera.camera_id}", provider="stale") for camera in cameras]
    told, statuses = [], []
    for number in range(6):
        slot = SLOT + number * timedelta(minutes=10)
        swept = sweep(stale, slot, tmp_path)
        told.append([(one.provider, one.cameras, one.reason) for one in outages(swept)])
        statuses.append({row.status for row in swept.rows})
        keep_slot(connection, swept, slot, NOW, is_synthetic=True)
        forget_earlier(tmp_path, slot)
    assert statuses[2:] == [{"frozen"}] * 4
    assert [len(slot) for slot in told] == [0, 0, 1, 1, 1, 1]
    assert told[-1] == [("stale", CAMERAS, "expected a new picture, found the one before for half an hour")]
    kept = connection.execute("select provider, count(*) from raw.provider_outages group by provider").fetchall()
    assert kept == [("stale", 4)]


@pytest.mark.usefixtures("in_this_process")
def test_one_picture_for_all_cameras_of_a_provider_is_one_fault(
    hosts: CameraHosts, cameras: list[LiveCamera], tmp_path: Path
) -> None:
    placeholder = [LiveCamera(f"n{n}", "card", "still", hosts.url("still", "c00", 9)) for n in range(7)]
    few = [LiveCamera(f"f{n}", "few", "still", hosts.url("still", "c00", 9)) for n in range(5)]
    [outage] = outages(sweep(cameras + placeholder + few, SLOT, tmp_path))
    assert (outage.provider, outage.cameras) == ("card", 7)
    assert outage.reason == "expected a picture of each camera, found one picture for all"


@pytest.mark.usefixtures("in_this_process")
def test_a_slot_is_kept_once(connection: psycopg.Connection, cameras: list[LiveCamera], tmp_path: Path) -> None:
    swept = sweep(cameras, SLOT, tmp_path)
    assert keep_slot(connection, swept, SLOT, NOW, is_synthetic=True) == {"good": CAMERAS}
    connection.commit()
    assert is_swept(connection, SLOT, cameras)
    with pytest.raises(psycopg.errors.UniqueViolation):
        keep_slot(connection, swept, SLOT, NOW, is_synthetic=True)


@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize("is_written", [False, True], ids=["cameras are asked", "rows are written"])
def test_a_database_that_loses_its_power_loses_and_doubles_nothing(
    own: Settings, hosts: CameraHosts, tmp_path: Path, is_written: bool
) -> None:
    undisturbed, disturbed = (
        with_street(new_database(own, f"{name}_{is_written}".lower()), hosts) for name in ("kept", "cut")
    )

    def cut_when_written(connection: psycopg.Connection) -> None:
        if is_written and observed(connection):
            cut_power(own)

    def cut_while_asked(progress: str) -> None:
        if not is_written and progress.startswith("shard 1 "):
            cut_power(own)

    sweep_into(undisturbed, tmp_path / "kept")
    with pytest.raises(psycopg.OperationalError):
        sweep_into(disturbed, tmp_path / "cut", cut_while_asked, cut_when_written)
    restore_power(own)
    with psycopg.connect(disturbed) as connection:
        assert observed(connection) == []
    # The second one finds the slot kept.
    for _ in range(2):
        sweep_into(disturbed, tmp_path / "cut")
    with psycopg.connect(undisturbed) as one, psycopg.connect(disturbed) as other:
        assert observed(one) == observed(other)
        assert len(observed(one)) == CAMERAS


def with_street(url: str, hosts: CameraHosts) -> str:
    """The same database, which knows the cameras of a street."""
    street = [
        ListedCamera(f"c{n:02d}", f"c{n:02d}", source_kind="still", url=hosts.url("still", f"c{n:02d}"), provider="p")
        for n in range(CAMERAS)
    ]
    with psycopg.connect(url) as connection:
        register(connection, "list", street, NOW, is_synthetic=True)
    return url


def sweep_into(
    url: str,
    states: Path,
    tell: Callable[[str], object] = lambda _: None,
    before_commit: Callable[[psycopg.Connection], object] = lambda _: None,
) -> None:
    @contextmanager
    def transaction() -> Iterator[psycopg.Connection]:
        with psycopg.connect(url) as connection:
            yield connection
            before_commit(connection)

    sweep_slot(transaction, SLOT, NOW, LiveSweep(states, None, 400), tell)


def observed(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    return connection.execute("select * from raw.camera_observations order by camera_id").fetchall()


def test_old_days_are_dropped_whole(connection: psycopg.Connection) -> None:
    for days in (0, 1, 40):
        slot = SLOT - timedelta(days=days)
        row = ObservationRow("a", slot, slot, "good", "", None, 0.1, 0.1, "header")
        keep_slot(connection, Swept([row]), slot, NOW, is_synthetic=True)
    assert drop_old_days(connection, date(2026, 11, 20)) == ["raw.camera_observations_20261017"]
    assert connection.execute("select count(*) from raw.camera_observations").fetchall() == [(2,)]


def test_what_cameras_may_reach_is_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert LiveSweep.of(Settings(home=tmp_path)).reach == Reach()
    monkeypatch.setenv("JSC_CAMERA_FILES", str(tmp_path))
    monkeypatch.setenv("JSC_CAMERA_NETWORKS", '["10.20.0.0/16", "fd00::/8"]')
    networks = (ipaddress.ip_network("10.20.0.0/16"), ipaddress.ip_network("fd00::/8"))
    assert LiveSweep.of(Settings(home=tmp_path)).reach == Reach(tmp_path, networks)


def test_the_deadline_holds_for_a_shard_of_slow_hosts(
    hosts: CameraHosts, cameras: list[LiveCamera], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SWEEP_S", 2.0)
    slow = [LiveCamera(f"s{n}", f"slow {n}", "still", hosts.url("slow", "c00", 20 + n)) for n in range(8)]
    shard = live.Shard(0, tuple(cameras[:8] + slow), {})
    begin = time.monotonic()
    swept = live.sweep_shard(shard, SLOT, tmp_path)
    assert time.monotonic() - begin < 6
    assert len(swept.rows) == 16
    assert sum(row.status == "good" for row in swept.rows) == 8


def test_the_asset_sweeps_its_slot_once_and_shows_the_faulty_cameras(
    connection: psycopg.Connection, hosts: CameraHosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JSC_HOME", str(tmp_path))
    listed = [
        ListedCamera("a", "A", source_kind="still", url=hosts.url("still", "c00"), provider="p"),
        ListedCamera("b", "B", source_kind="still", url=hosts.url("still", "black"), provider="p"),
        ListedCamera("c", "C", source_kind="still", url=hosts.url("gone", "c00"), provider="p"),
        ListedCamera("d", "D", source_kind="still", url=hosts.url("still", "c00"), provider="p", is_enabled=False),
    ]
    register(connection, "list", listed, NOW, is_synthetic=True)
    connection.commit()
    url = connection.info.dsn
    resources = {"database": Database(url=url), "city": City(landing=str(tmp_path), as_of=NOW.isoformat())}
    day, instance = "2026-11-26", dg.DagsterInstance.ephemeral()
    results = [
        dg.materialize([raw_cctv__live_slots], partition_key=day, resources=resources, instance=instance)
        for _ in range(2)
    ]
    first, again = (result.asset_materializations_for_node("raw_cctv__live_slots")[0].metadata for result in results)
    assert {name: first[name].value for name in ("cameras", "swept", "good", "black", "unreachable")} == {
        "cameras": 3,
        "swept": 3,
        "good": 1,
        "black": 1,
        "unreachable": 1,
    }
    sheet = Path(str(first["faulty cameras"].value))
    assert cv2.imread(str(sheet)) is not None
    assert (first["slots"].value, again["slots"].value, again["old sheets forgotten"].value) == (1, 0, 0)
    whole = newest_slot(connection, NOW)
    assert whole.to_dict("records") == [{"cameras": 3, "rows": 3, "valid": 1}]
    assert [result.passed for result in validate("slot", whole, slot_expectations(whole))] == [True]
    connection.execute("delete from raw.camera_observations where camera_id = 'c'")
    lacking = newest_slot(connection, NOW)
    assert [result.passed for result in validate("slot", lacking, slot_expectations(lacking))] == [False]
    connection.rollback()
    stored = connection.execute(
        "select camera_id, status, time_basis from raw.camera_observations order by 1"
    ).fetchall()
    assert stored == [("a", "good", "header"), ("b", "black", "header"), ("c", "unreachable", "none")]
    later = City(landing=str(tmp_path), as_of=(NOW + KEPT_FOR + timedelta(hours=1)).isoformat())
    dg.materialize([raw_cctv__live_slots], partition_key=day, resources={**resources, "city": later}, instance=instance)
    assert not sheet.exists()
    assert len(instance.get_materialized_partitions(raw_cctv__live_slots.key)) == 1


def test_slots_that_a_machine_slept_through_are_missing_and_the_running_one_is_asked(
    connection: psycopg.Connection, hosts: CameraHosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JSC_HOME", str(tmp_path))
    one = ListedCamera("a", "A", source_kind="still", url=hosts.url("still", "c00"), provider="p")
    register(connection, "list", [one], NOW, is_synthetic=True)
    connection.commit()
    asked = hosts.asked["still/c00"]
    days = days_as_tags(date(2026, 11, 26), date(2026, 11, 29))
    with dg.DagsterInstance.ephemeral() as instance:
        for now in (NOW, NOW + timedelta(days=3)):
            city = City(landing=str(tmp_path), as_of=now.isoformat())
            resources = {"database": Database(url=connection.info.dsn), "city": city}
            dg.materialize([raw_cctv__live_slots], tags=days, resources=resources, instance=instance)
        assert len(instance.get_materialized_partitions(raw_cctv__live_slots.key)) == 4
    found = connection.execute("select status, count(*) from raw.camera_observations group by 1 order by 1").fetchall()
    assert found == [("good", 2), ("missing", 3 * 144 - 1)]
    assert hosts.asked["still/c00"] == asked + 2


def test_of_a_slot_that_is_over_nobody_is_asked(
    connection: psycopg.Connection, hosts: CameraHosts, tmp_path: Path
) -> None:
    one = ListedCamera("a", "A", source_kind="still", url=hosts.url("still", "c01"), provider="p")
    register(connection, "list", [one], NOW, is_synthetic=True)
    connection.commit()
    asked = hosts.asked["still/c01"]
    how = LiveSweep(tmp_path, None, 400)
    kept = sweep_slot(lambda: psycopg.connect(connection.info.dsn), SLOT, SLOT + timedelta(hours=2), how, print)
    assert kept.counts["missing"] == 1
    assert hosts.asked["still/c01"] == asked
    stored = connection.execute("select status, evidence from raw.camera_observations").fetchall()
    assert stored == [("missing", "no sweep ran in this slot")]
