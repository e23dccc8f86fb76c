"""The forecast's benchmark: what it prints, how it refuses, and LightGBM on a small panel where it is installed."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from benchmarks import forecast_rival
from benchmarks.forecast import Size, _cost, accuracy_lines
from command.cli import app
from ml.forecast.frame import complete_panel

WEEK = 168


@pytest.fixture
def panel() -> pd.DataFrame:
    """Two areas of nine weeks that repeat themselves, one of them with a day missing."""
    hours = pd.date_range("2026-03-02", periods=9 * WEEK, freq="h")
    shape = 10.0 + 5.0 * np.sin(hours.hour.to_numpy() / 24 * 2 * np.pi) + hours.day_of_week.to_numpy()
    frames = [
        pd.DataFrame({"area_id": area, "hour_start": hours, "value": shape * size})
        for area, size in (("a", 1), ("b", 3))
    ]
    frames[1] = frames[1].drop(index=range(400, 424))
    return complete_panel(pd.concat(frames)).frame


def test_the_bars_are_held_against_the_right_forecasts() -> None:
    figures = {
        "model": {"mae": 60.0, "jam_f1": 0.9, "coverage": 0.8},
        "same_hour_last_week": {"mae": 100.0, "jam_f1": 0.7, "coverage": None},
        "four_week_median": {"mae": 75.0, "jam_f1": 0.8, "coverage": None},
        "lightgbm": {"mae": 80.0, "jam_f1": 0.95, "coverage": 0.7},
    }
    *_, last_week, median, lightgbm, jams, interval = accuracy_lines(figures)
    assert last_week == "MAE below same-hour-last-week by 40.0% (bar: 34%)"
    assert median == "MAE below the 4-week median by 20.0% (bar: 11%)"
    assert lightgbm == "MAE 0.750 times LightGBM's (bar: 1.000)"
    assert jams == "jam F1 0.900, the better baseline's 0.800 (bar: above it)"
    assert interval == "80% interval covers 80.0% (bar: 77% to 83%)"


def test_without_lightgbm_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(forecast_rival, "find_spec", lambda name: None if name == "lightgbm" else object())
    path = tmp_path / "panel.csv"
    path.write_text("area_id,hour_start,value\n")
    result = CliRunner().invoke(app, ["bench", "forecast", "--panel", str(path)])
    assert result.exit_code == 2
    said = " ".join(result.output.replace("│", " ").split())
    assert "found no lightgbm: run make benchmark" in said


@pytest.mark.slow
def test_a_size_is_drawn_and_learned_in_processes_of_their_own() -> None:
    cost = _cost(Size("kelurahan", 15, 60, None), lambda _step: None)
    assert (cost.areas, cost.area_hours) == (267, 267 * 15 * 24)
    assert 0 < cost.seconds < 60
    assert 50 < cost.megabytes < 4_000


def test_lightgbm_sees_nothing_of_its_window(panel: pd.DataFrame) -> None:
    pytest.importorskip("lightgbm", reason="not installed: make benchmark")
    pytest.importorskip("mlforecast", reason="not installed: make benchmark")
    last = panel["hour_start"].max()
    rows = panel[panel["hour_start"] > last - pd.Timedelta(hours=WEEK)].assign(window=1)
    found = forecast_rival.rival_rows(panel, rows, "ID")
    assert len(found) == 2 * WEEK
    assert found.drop(columns="window").notna().all().all()
    both = found.merge(rows, on=["window", "area_id", "hour_start"])
    assert (both["lightgbm"] - both["value"]).abs().mean() < 0.05 * both["value"].mean()
    blind = panel.assign(value=panel["value"].where(panel["hour_start"] < rows["hour_start"].min(), 1e6))
    pd.testing.assert_frame_equal(forecast_rival.rival_rows(blind, rows, "ID"), found)
