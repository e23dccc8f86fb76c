"""A Dask cluster beside a PostgreSQL: its workers, processes of their own, are killed and added in the middle."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import distributed
import numpy as np
import pandas as pd
import psycopg
import pytest

from assets.cctv import live
from assets.cctv.camera_list import ListedCamera
from assets.cctv.registry import register
from assets.cctv.slot import LiveSweep, sweep_slot
from assets.clock import city_zone
from assets.cluster import ClusterError, each_done, open_cluster
from assets.traffic.spread import fits_on
from assets.traffic.stored import keep, load, train
from benchmarks.own_cluster import OwnCluster, own_cluster
from benchmarks.power import new_database
from benchmarks.verb import free_port
from ml.forecast.model import WeekAheadForecaster
from sample_city.camera_hosts import CameraHosts

SLOT = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
NOW = SLOT + timedelta(minutes=1)
CAMERAS = 60


@pytest.fixture(scope="module")
def cluster() -> Iterator[OwnCluster]:
    with own_cluster(2) as running:
        yield running


@pytest.fixture
def hosts() -> Iterator[CameraHosts]:
    rng = np.random.default_rng(1)
    houses = cv2.GaussianBlur(rng.normal(120, 60, (180, 320)).astype(np.float32), (0, 0), 3)
    pictures = (np.clip(houses + rng.normal(0, 5, houses.shape), 0, 255).astype(np.uint8) for _ in range(CAMERAS))
    with CameraHosts({f"c{n:02d}": [bytes(cv2.imencode(".jpg", one)[1])] for n, one in enumerate(pictures)}) as running:
        yield running


def replace_one(cluster: OwnCluster, number: int) -> None:
    """Kill a worker as a machine dies, and add another."""
    cluster.workers[number].kill()
    cluster.add_worker()


def observed(url: str, hosts: CameraHosts, states: Path, how: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Sweep a street into a database, and read what it then holds."""

    @contextmanager
    def transaction() -> Iterator[psycopg.Connection]:
        with psycopg.connect(url) as connection:
            yield connection

    names = [f"c{n:02d}" for n in range(CAMERAS)]
    street = [ListedCamera(n, n, source_kind="still", url=hosts.url("still", n), provider="p") for n in names]
    with transaction() as connection:
        register(connection, "list", street, NOW, is_synthetic=True)
    sweep_slot(transaction, SLOT, NOW, LiveSweep(states, how["scheduler"], 400), how.get("tell", lambda _: None))
    with transaction() as connection:
        return connection.execute("select * from raw.camera_observations order by camera_id").fetchall()


def test_two_workers_killed_and_added_in_a_sweep_lose_and_double_nothing(
    own: Any, cluster: OwnCluster, hosts: CameraHosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SHARD_CAMERAS", 10)
    first = len(cluster.workers) - 2
    alone = observed(new_database(own, "alone"), hosts, tmp_path / "alone", {"scheduler": None})
    before = hosts.asked.total()

    def replace_when_asked() -> None:
        while hosts.asked.total() == before:
            time.sleep(0.01)
        replace_one(cluster, first)

    def replace_at_the_second(progress: str) -> None:
        if progress.startswith("shard 2 "):
            replace_one(cluster, first + 1)

    killer = threading.Thread(target=replace_when_asked)
    killer.start()
    how = {"scheduler": cluster.scheduler, "tell": replace_at_the_second}
    spread = observed(new_database(own, "spread"), hosts, tmp_path / "spread", how)
    killer.join()
    assert len(alone) == CAMERAS
    assert spread == alone
    # Whoever was killed did not do it.
    assert [worker.wait() for worker in cluster.workers[first : first + 2]] == [-9, -9]
    names = sorted(path.name for path in (tmp_path / "spread").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "alone").iterdir())


def panel() -> pd.DataFrame:
    hours = pd.date_range("2026-09-07", periods=10 * 168, freq="h", tz=city_zone().key)
    rng = np.random.default_rng(3)
    values = 0.4 + 0.2 * np.sin(np.arange(len(hours)) * np.pi / 12) + rng.normal(0, 0.05, (24, len(hours)))
    return pd.DataFrame(
        {
            "area_id": np.repeat([f"a{n:02d}" for n in range(24)], len(hours)),
            "hour_start": hours.take(np.tile(np.arange(len(hours)), 24)),
            "value": np.clip(values, 0, 1).ravel(),
        }
    )


def test_a_worker_killed_and_one_added_in_the_training_change_no_figure(
    connection: psycopg.Connection, cluster: OwnCluster
) -> None:
    hours, now = panel(), datetime(2026, 11, 20, tzinfo=city_zone())
    forecaster = WeekAheadForecaster("ID", bounds=(0.0, 1.0), max_iter=40)
    here = train(forecaster, hours, now, is_synthetic=True, windows=0)
    seen: list[int] = []

    def replace_when_at_work() -> None:
        with distributed.Client(cluster.scheduler, set_as_default=False) as watching:
            while not (at_work := sum(map(len, watching.processing().values()))):
                time.sleep(0.01)
            seen.append(at_work)
            replace_one(cluster, len(cluster.workers) - 1)

    killer = threading.Thread(target=replace_when_at_work)
    killer.start()
    with fits_on(cluster.scheduler):
        keep(connection, train(forecaster, hours, now, is_synthetic=True, windows=0))
    killer.join()
    assert seen
    assert connection.execute("select count(*) from forecast.models").fetchone() == (1,)
    kept = load(connection, now)
    assert kept is not None
    pd.testing.assert_frame_equal(kept.forecaster.advance(hours).predict(), here.forecaster.predict())


def test_a_cluster_without_anybody_is_told_of() -> None:
    nowhere = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(ClusterError, match=f"Expected a Dask scheduler at {nowhere}"), open_cluster(nowhere, 1):
        pass
    with own_cluster(0) as empty:
        with pytest.raises(ClusterError, match="Expected workers of .*found none"), open_cluster(empty.scheduler, 1):
            pass
        empty.add_worker()
        with open_cluster(empty.scheduler, 60) as client:
            waiting = client.submit(time.sleep, 60, pure=False)
            with pytest.raises(ClusterError, match="Expected 1 tasks of the cluster to be done in 1 s, found 0"):
                list(each_done([waiting], 1))
