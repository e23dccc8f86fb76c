"""The one writer on a real PostgreSQL: NaN, twice, and halfway."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import psycopg
import pytest

from assets.storage import copy_rows, merge_rows, replace_day
from tests.served import HERE_AREA

COLUMNS = ["camera_id", "slot_start", "captured_at", "status", "evidence", "density_share", "is_synthetic", "swept_at"]
DAY = date(2026, 1, 22)
NOON = datetime(2026, 1, 22, 5, 0, tzinfo=UTC)


def observation(camera: str, density: float) -> tuple[object, ...]:
    return camera, NOON, NOON, "good", "", density, False, NOON


def densities(connection: psycopg.Connection) -> list[tuple[str, float | None]]:
    return connection.execute(
        "select camera_id, density_share from raw.camera_observations order by camera_id"
    ).fetchall()


def test_nan_becomes_null_and_does_not_poison_the_average(connection: psycopg.Connection) -> None:
    rows = [observation("a", 0.5), observation("b", float("nan"))]
    replace_day(connection, "raw.camera_observations", DAY, COLUMNS, rows, among=("camera_id", ["a", "b"]))
    assert densities(connection) == [("a", 0.5), ("b", None)]
    [(mean,)] = connection.execute("select avg(density_share) from raw.camera_observations").fetchall()
    assert mean == 0.5


def test_writing_a_day_twice_leaves_it_as_it_was(connection: psycopg.Connection) -> None:
    for _ in range(2):
        replace_day(
            connection,
            "raw.camera_observations",
            DAY,
            COLUMNS,
            [observation("a", 0.5)],
            among=("camera_id", ["a"]),
        )
    assert densities(connection) == [("a", 0.5)]


def test_replacing_one_camera_leaves_the_others(connection: psycopg.Connection) -> None:
    for camera, density in (("a", 0.1), ("b", 0.2), ("a", 0.3)):
        replace_day(
            connection,
            "raw.camera_observations",
            DAY,
            COLUMNS,
            [observation(camera, density)],
            among=("camera_id", [camera]),
        )
    assert densities(connection) == [("a", 0.3), ("b", 0.2)]


def test_a_write_that_breaks_halfway_leaves_the_day_as_it_was(database_url: str) -> None:
    def breaking() -> Iterator[tuple[object, ...]]:
        yield observation("a", 0.9)
        raise RuntimeError("the frame store went away")

    with psycopg.connect(database_url) as connection:
        replace_day(
            connection,
            "raw.camera_observations",
            DAY,
            COLUMNS,
            [observation("a", 0.5)],
            among=("camera_id", ["a"]),
        )
    with pytest.raises(RuntimeError, match="went away"), psycopg.connect(database_url) as connection:
        replace_day(connection, "raw.camera_observations", DAY, COLUMNS, breaking(), among=("camera_id", ["a"]))
    with psycopg.connect(database_url) as connection:
        assert densities(connection) == [("a", 0.5)]


@pytest.mark.parametrize(("update", "expected"), [((), 0.1), (["jam_index"], 0.9)])
def test_merge_keeps_or_takes_over_a_known_row(
    connection: psycopg.Connection, update: list[str], expected: float
) -> None:
    columns = ["area_code", "hour_start", "jam_index", "is_synthetic", "received_at", "batch_id"]
    for index in (0.1, 0.9):
        merge_rows(
            connection,
            "raw.area_history",
            columns,
            [(HERE_AREA.code, NOON, index, False, NOON, "b")],
            key=["area_code", "hour_start"],
            update=update,
        )
    assert connection.execute("select jam_index from raw.area_history").fetchall() == [(expected,)]


def test_copy_counts_its_rows(connection: psycopg.Connection) -> None:
    rows = [(date(2026, 1, day), day) for day in range(1, 4)]
    assert copy_rows(connection, "ledger.number_counters", ["day", "last_sequence"], rows) == 3
