"""The sweep: a complete panel, the same rows however the days are cut."""

import json
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from assets.cctv.sweep import COLUMNS, WindowError, frame_days, sweep_folder
from assets.clock import city_zone

FIRST_DAY = date(2026, 10, 5)
DAYS = 3


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=city_zone())


def write_view(path: Path, vehicles: int, seed: int, *, is_night: bool = False) -> None:
    rng = np.random.default_rng(seed)
    view = np.full((180, 320), 50 if is_night else 130, dtype=np.float32) + rng.normal(0, 4)
    view[::20, :] += 25
    for x, y in zip(rng.integers(0, 300, vehicles), rng.integers(60, 160, vehicles), strict=True):
        view[y : y + 8, x : x + 14] = rng.choice([15, 230])
    view += rng.normal(0, 3, view.shape).astype(np.float32)
    cv2.imwrite(str(path), np.clip(view, 0, 255).astype(np.uint8))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two cameras every 40 minutes for three days, jammed at five, with a torn frame and a frozen feed; one silent."""
    home = tmp_path_factory.mktemp("cctv") / "cameras"
    for number, camera in enumerate(("cam-a", "cam-b")):
        (home / camera).mkdir(parents=True)
        for step in range(DAYS * 36):
            at = midnight(FIRST_DAY) + step * timedelta(minutes=40) + timedelta(seconds=7)
            frozen = number == 0 and at.day == 6 and 13 <= at.hour < 16
            seed = 999 if frozen else number * 1000 + step
            vehicles = 110 if at.hour in (16, 17, 18) else 3
            write_view(home / camera / f"{at:%Y-%m-%dT%H-%M-%S}.jpg", vehicles, seed, is_night=not 6 <= at.hour < 18)
    torn = home / "cam-b" / "2026-10-06T09-20-07.jpg"
    torn.write_bytes(torn.read_bytes()[:1500])
    (home / "cam-c").mkdir()
    (home / "cam-a" / "roi.json").write_text(
        json.dumps({"image_size": [320, 180], "polygons": [[[0, 60], [319, 60], [319, 175], [0, 175]]]})
    )
    (home / "SYNTHETIC").touch()
    return home


def sweep_days(folder: Path, first: int, last: int, history_days: int = 14) -> pd.DataFrame:
    return swept(folder, first, last, history_days)


@cache
def swept(folder: Path, first: int, last: int, history_days: int) -> pd.DataFrame:
    start = midnight(FIRST_DAY + timedelta(days=first))
    end = start + timedelta(days=last - first + 1)
    return sweep_folder(folder, start=start, end=end, history_days=history_days, workers=1)


@pytest.mark.slow
def test_the_panel_is_complete(folder):
    panel = sweep_days(folder, 0, DAYS - 1)
    assert list(panel.columns) == COLUMNS
    slots = panel.groupby("camera_id")["slot_start"].nunique()
    assert slots.to_dict() == {"cam-a": DAYS * 144, "cam-b": DAYS * 144, "cam-c": DAYS * 144}
    assert not panel.duplicated(["camera_id", "slot_start", "captured_at"]).any()
    frames = panel[panel["status"] != "missing"]
    assert frames.groupby("camera_id").size().to_dict() == {"cam-a": DAYS * 36, "cam-b": DAYS * 36}
    assert (panel["slot_start"] == panel["captured_at"].dt.floor("10min")).all()
    assert panel["is_synthetic"].all()
    missing = panel[panel["status"] == "missing"]
    assert (missing["captured_at"] == missing["slot_start"]).all()
    assert set(missing["evidence"]) == {"no frame in this slot"}
    assert missing[["lighting", "density_share", "jam_index"]].isna().all().all()


def test_values_where_measurable_and_only_there(folder):
    panel = sweep_days(folder, 0, DAYS - 1)
    measurable = panel["status"].isin(["good", "dark"])
    # A folder's first frames of each light teach, and then have something to be judged by.
    assert panel.loc[measurable, ["density_share", "jam_index"]].notna().all().all()
    assert panel.loc[~measurable, ["density_share", "jam_index"]].isna().all().all()
    for share in ("density_share", "jam_index"):
        assert panel.loc[measurable, share].between(0, 1).all()
    hours = panel["captured_at"].dt.tz_convert(city_zone()).dt.hour
    jammed = panel.loc[measurable & hours.isin([16, 17, 18])].groupby("camera_id")["jam_index"].median()
    free = panel.loc[measurable & ~hours.isin([16, 17, 18])].groupby("camera_id")["jam_index"].median()
    assert (jammed > free + 0.3).all()
    known = panel["lighting"].notna()
    assert ((panel.loc[known, "lighting"] == "day") == hours[known].between(6, 17)).all()


def test_faults_are_named(folder):
    panel = sweep_days(folder, 1, 1)
    counts = panel.groupby("camera_id")["status"].value_counts()
    assert counts["cam-b"]["torn"] == 1
    # 13:20, 14:00, 14:40 and 15:20 show one picture; a second repeat is the first that counts.
    assert counts["cam-a"]["frozen"] == 2


@pytest.mark.parametrize("history_days", [1, 2, 14])
@pytest.mark.slow
def test_a_range_gives_the_rows_of_its_days(folder, history_days):
    whole = sweep_days(folder, 0, DAYS - 1, history_days=history_days)
    single = [sweep_days(folder, day, day, history_days=history_days) for day in range(DAYS)]
    joined = pd.concat(single).sort_values(["camera_id", "slot_start", "captured_at"], ignore_index=True)
    pd.testing.assert_frame_equal(whole, joined)


def test_a_part_of_a_day_gives_the_rows_of_the_day(folder):
    day = sweep_days(folder, 2, 2)
    start = midnight(FIRST_DAY) + timedelta(days=2, hours=7)
    part = sweep_folder(folder, start=start, end=start + timedelta(hours=2), workers=1)
    expected = day[day["slot_start"].between(start, start + timedelta(hours=2), inclusive="left")]
    pd.testing.assert_frame_equal(part, expected.reset_index(drop=True))


def test_later_frames_change_no_earlier_row(folder, tmp_path):
    before = sweep_days(folder, 1, 1)
    earlier = tmp_path / "cameras"
    for path in folder.glob("cam-*/*"):
        if path.name == "roi.json" or path.name < "2026-10-07":
            (earlier / path.parent.name).mkdir(parents=True, exist_ok=True)
            (earlier / path.parent.name / path.name).write_bytes(path.read_bytes())
    (earlier / "SYNTHETIC").touch()
    (earlier / "cam-c").mkdir()
    pd.testing.assert_frame_equal(sweep_days(earlier, 1, 1), before)


@pytest.mark.slow
def test_processes_give_the_same_rows_and_tell_their_progress(folder):
    told: list[tuple[int, int]] = []
    start = midnight(FIRST_DAY)
    spread = sweep_folder(
        folder, start=start, end=start + timedelta(days=1), workers=2, on_camera=lambda *done: told.append(done)
    )
    assert told == [(1, 3), (2, 3), (3, 3)]
    pd.testing.assert_frame_equal(spread, sweep_days(folder, 0, 0))


def test_a_broken_road_is_noted_and_stops_nothing(folder, tmp_path):
    home = tmp_path / "cameras" / "cam-a"
    home.mkdir(parents=True)
    for number in range(4):
        write_view(home / f"2026-10-05T1{number}-00-00.jpg", 3, number)
    (home / "roi.json").write_text("{}")
    panel = sweep_days(home.parent, 0, 0)
    frames = panel[panel["status"] == "good"]
    assert len(frames) == 4
    assert frames["evidence"].str.contains("road learned, because roi.json").all()
    assert not panel["is_synthetic"].any()


def test_frame_days_are_wib_days(folder, tmp_path):
    assert frame_days(folder) == [FIRST_DAY + timedelta(days=number) for number in range(DAYS)]
    assert frame_days(tmp_path) == []


def test_a_folder_without_cameras_gives_no_rows_and_the_right_types(tmp_path):
    panel = sweep_days(tmp_path, 0, 0)
    assert panel.empty
    assert list(panel.columns) == COLUMNS
    assert str(panel["slot_start"].dtype) == "datetime64[us, UTC]"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (datetime(2026, 10, 5), datetime(2026, 10, 6, tzinfo=UTC)),  # noqa: DTZ001
        (datetime(2026, 10, 5, 0, 5, tzinfo=UTC), datetime(2026, 10, 6, tzinfo=UTC)),
        (datetime(2026, 10, 6, tzinfo=UTC), datetime(2026, 10, 6, tzinfo=UTC)),
    ],
)
def test_a_window_that_gives_no_slots_is_refused(tmp_path, start, end):
    with pytest.raises(WindowError, match=r"expected .*found"):
        sweep_folder(tmp_path, start=start, end=end)


def test_real_cameras(real):
    days = frame_days(real / "cctv" / "lta")
    panel = sweep_folder(
        real / "cctv" / "lta", start=midnight(days[-2]), end=midnight(days[-1] + timedelta(days=1)), workers=1
    )
    assert len(panel.drop_duplicates(["camera_id", "slot_start"])) == 2 * 2 * 144
    assert set(panel["status"]) == {"good", "missing"}
    assert panel.loc[panel["status"] == "good", "jam_index"].notna().all()
