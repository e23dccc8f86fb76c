"""The forecast's benchmark: what it costs, what it prints, how it refuses, and its peers where they are installed."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from assets.city import city
from benchmarks.forecast import Size, _cost
from benchmarks.forecast_accuracy import Span, bars, holiday_windows, measure, own_forecasts, table
from benchmarks.forecast_rivals import windows
from benchmarks.forecast_rivals.windows import NEEDS, PEERS, peer_rows
from benchmarks.public_series import read_series
from command.cli import app
from ml.forecast.backtest import backtest
from ml.forecast.frame import complete_panel
from ml.forecast.model import WeekAheadForecaster

WEEK = 168


@pytest.fixture
def panel() -> pd.DataFrame:
    """Two areas of twelve weeks that repeat themselves, one of them with a day missing."""
    hours = pd.date_range("2026-03-02", periods=12 * WEEK, freq="h")
    shape = 10.0 + 5.0 * np.sin(hours.hour.to_numpy() / 24 * 2 * np.pi) + hours.day_of_week.to_numpy()
    frames = [
        pd.DataFrame({"area_id": area, "hour_start": hours, "value": shape * size})
        for area, size in (("a", 1), ("b", 3))
    ]
    frames[1] = frames[1].drop(index=range(400, 424))
    return complete_panel(pd.concat(frames)).frame


def judged(p50: list[float], p10: float = 0.0, p90: float = 10.0) -> pd.DataFrame:
    """Two windows of two hours, the second with Independence Day; an hour above 5 jams."""
    hours = pd.to_datetime(["2026-08-10 07:00", "2026-08-10 08:00", "2026-08-17 07:00", "2026-08-17 08:00"])
    columns = {"window": [1, 1, 2, 2], "hour_start": hours, "actual": [4.0, 6.0, 4.0, 20.0], "jam_threshold": 5.0}
    return pd.DataFrame({**columns, "p10": p10, "p50": p50, "p90": p90, "jam_probability": [0.0, 1.0, 0.5, 0.5]})


def test_each_measure_is_of_its_own_hours() -> None:
    rows = judged([4.0, 6.0, 6.0, 8.0])
    is_off = holiday_windows(rows, "ID")
    assert is_off.tolist() == [False, False, True, True]
    figures = measure(rows, is_off)
    assert figures.mae == 3.5
    assert figures.jam_f1 == pytest.approx(0.8)
    assert figures.brier == pytest.approx(0.125)
    assert (figures.covered, figures.jams_covered, figures.holidays_covered) == (0.75, 0.5, 0.5)
    # 0.1: 4, 6, 4 and 20 above 0; 0.5: 0, 0, 2 and 12 off; 0.9: 6, 4 and 6 below 10, 10 above it.
    assert figures.quantile_loss == pytest.approx((0.1 * 34 + 0.5 * 14 + 0.1 * 16 + 0.9 * 10) / 12)


def test_ours_is_held_against_the_best_of_the_others() -> None:
    is_off = pd.Series([False] * 4)
    plain = judged([4.0, 4.0, 4.0, 4.0]).assign(p10=np.nan, p90=np.nan)
    forecasts = {"ours": judged([4.0, 6.0, 4.0, 14.0]), "median": plain, "peer": judged([4.0, 6.0, 4.0, 8.0], p90=9.0)}
    figures = {name: measure(rows, is_off) for name, rows in forecasts.items()}
    assert math.isnan(figures["median"].quantile_loss)
    error, loss, brier, jams, covers, of_jams = bars(figures)
    assert error == "MAE 0.500 times that of peer (bar: 1.01)"
    assert loss.endswith("times that of peer (bar: 1.01)")
    assert brier == "Brier 1.000 times that of median (bar: 1.01)"
    assert jams == "jam F1 1.000, peer 1.000 (bar: not below it)"
    assert covers == "80% interval covers 75.0% (bar: 78% to 82%)"
    assert of_jams == "of jam hours 50.0% (bar: 75%)"
    *_, median, peer, blank = table("all windows", figures)
    assert median == "| median | 4.5 | - | 0.000 | 0.1250 | - | - | - |"
    assert peer.startswith("| peer | 3 |")
    assert blank == ""


def test_public_files_are_read_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "speed.csv"
    path.write_text("timestamp,value\n2015-09-01 07:05:00,60\n2015-09-01 07:35:00,70\n2015-09-01 08:00:00,80\n")
    found = read_series(path)
    assert found.to_numpy().tolist() == [
        ["speed", pd.Timestamp("2015-09-01 07:00"), 65.0],
        ["speed", pd.Timestamp("2015-09-01 08:00"), 80.0],
    ]
    kept = Span(1, until=pd.Timestamp("2015-08-31").date()).of(found)
    assert kept.empty


def test_without_a_peer_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(windows, "find_spec", lambda name: None if name == "skforecast" else object())
    path = tmp_path / "panel.csv"
    path.write_text("area_id,hour_start,value\n")
    result = CliRunner().invoke(app, ["bench", "forecast", "--panel", str(path)])
    assert result.exit_code == 2
    said = " ".join(result.output.replace("│", " ").split())
    assert "found no skforecast: run make benchmark" in said


@pytest.mark.slow
def test_a_size_is_drawn_and_learned_in_processes_of_their_own() -> None:
    cost = _cost(Size("kelurahan", 15, 60, None), lambda _step: None)
    assert (cost.areas, cost.area_hours) == (city().counts.kelurahan, city().counts.kelurahan * 15 * 24)
    assert 0 < cost.seconds < 60
    assert 50 < cost.megabytes < 4_000


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_learns_the_week_and_sees_nothing_of_its_window(panel: pd.DataFrame, name: str) -> None:
    for package in NEEDS:
        pytest.importorskip(package, reason="not installed: make benchmark")
    last = panel["hour_start"].max()
    rows = panel[panel["hour_start"] > last - pd.Timedelta(hours=WEEK)].assign(window=1)
    found = peer_rows(PEERS[name], panel, rows, "ID")
    assert len(found) == 2 * WEEK
    assert found.drop(columns="window").notna().all().all()
    both = found.merge(rows, on=["window", "area_id", "hour_start"])
    assert (both["p50"] - both["value"]).abs().mean() < 0.05 * both["value"].mean()
    assert (both["p10"] <= both["p50"]).all()
    assert (both["p50"] <= both["p90"]).all()
    blind = panel.assign(value=panel["value"].where(panel["hour_start"] < rows["hour_start"].min(), 1e6))
    pd.testing.assert_frame_equal(peer_rows(PEERS[name], blind, rows, "ID"), found)


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_forecasts_from_ten_days(panel: pd.DataFrame, name: str) -> None:
    for package in NEEDS:
        pytest.importorskip(package, reason="not installed: make benchmark")
    known = panel[panel["hour_start"] < panel["hour_start"].min() + pd.Timedelta(days=11)]
    rows = known[known["hour_start"] >= known["hour_start"].max() - pd.Timedelta(hours=23)].assign(window=1)
    assert peer_rows(PEERS[name], known, rows, "ID")["p50"].notna().all()


@pytest.mark.slow
def test_ours_and_the_baselines_are_measured_alike(panel: pd.DataFrame) -> None:
    rows = backtest(panel, WeekAheadForecaster(max_iter=20, learning_rate=0.3), windows=1)
    forecasts = own_forecasts(rows)
    assert list(forecasts) == ["ours", "same hour last week", "four-week median"]
    figures = {name: measure(each, holiday_windows(each, "ID")) for name, each in forecasts.items()}
    assert figures["four-week median"].mae < 1e-9
    assert figures["four-week median"].brier == 0
    assert figures["ours"].covered > 0.97
