from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml.forecast import learning
from ml.forecast.backtest import backtest, scores
from ml.forecast.evaluate import evaluate_panel
from ml.forecast.frame import PanelError, complete_panel
from ml.forecast.model import HorizonError, WeekAheadForecaster

MakePanel = Callable[..., pd.DataFrame]
FORECASTS = ["model", "p10", "p90", "jam_probability", "same_hour_last_week", "four_week_median"]
MEASURES = {"mae", "mase", "wape", "jam_f1", "quantile_loss", "coverage", "brier", "jam_overlap"}
BASELINES = ("same_hour_last_week", "four_week_median")
QUICK = WeekAheadForecaster(max_iter=20, learning_rate=0.2)


@pytest.mark.slow
def test_windows_end_with_the_last_value_and_do_not_overlap(make_panel: MakePanel) -> None:
    panel = make_panel(weeks=7)
    tail = panel.tail(48).assign(hour_start=lambda p: p["hour_start"] + pd.Timedelta(hours=48), value=np.nan)
    rows = backtest(pd.concat([panel, tail]), QUICK, windows=3, horizon=100)
    assert not rows.duplicated(["area_id", "hour_start"]).any()
    spans = rows.groupby("window")["hour_start"].agg(["min", "max", "nunique"])
    last = panel["hour_start"].max()
    assert spans["max"].tolist() == [last - pd.Timedelta(hours=100 * back) for back in (2, 1, 0)]
    assert spans["nunique"].tolist() == [100] * 3


@pytest.mark.parametrize("tamper", ["change", "blank", "remove", "add"])
@pytest.mark.slow
def test_no_forecast_knows_what_follows_its_cutoff(make_panel: MakePanel, tamper: str) -> None:
    panel = make_panel(weeks=7)
    last = panel["hour_start"].max()
    # The last hour stays, so that both panels have the same windows.
    after = (panel["hour_start"] > last - pd.Timedelta(weeks=1)) & (panel["hour_start"] < last)
    other = panel.copy()
    if tamper == "change":
        other.loc[after, "value"] = 1e6
    elif tamper == "blank":
        other.loc[after, "value"] = np.nan
    elif tamper == "remove":
        other = other[~after]
    else:
        newcomer = panel[after & (panel["area_id"] == "98.71.01")].assign(area_id="99", value=1e6)
        other = pd.concat([panel, newcomer])
    left, right = backtest(panel, QUICK, windows=2), backtest(other, QUICK, windows=2)
    pd.testing.assert_frame_equal(left[["window", *FORECASTS]], right[["window", *FORECASTS]])


def test_scores_against_plain_arithmetic(make_panel: MakePanel) -> None:
    panel = make_panel(weeks=6, noise=0.3)
    rows = backtest(panel, QUICK, windows=1)
    value = panel.pivot_table(index="hour_start", columns="area_id", values="value")
    train, test = value.iloc[:-168], value.iloc[-168:]
    naive = pd.DataFrame(train.to_numpy()[-168:], index=test.index, columns=test.columns)
    scale = (train - train.shift(168)).abs().mean()
    jam = train.quantile(0.85)
    hits = ((test > jam) & (naive > jam)).to_numpy().sum()
    found = scores(rows)["same_hour_last_week"]
    assert found["mae"] == pytest.approx((test - naive).abs().to_numpy().mean())
    assert found["mase"] == pytest.approx(((test - naive).abs() / scale).to_numpy().mean())
    assert found["wape"] == pytest.approx((test - naive).abs().to_numpy().sum() / test.to_numpy().sum())
    called = (naive > jam).to_numpy().sum() + (test > jam).to_numpy().sum()
    assert found["jam_f1"] == pytest.approx(2 * hits / called)
    assert found["brier"] == pytest.approx(((test > jam) != (naive > jam)).to_numpy().mean())
    by_day = test.index.normalize()
    both = ((test > jam) & (naive > jam)).groupby(by_day).sum().to_numpy()
    either = ((test > jam) | (naive > jam)).groupby(by_day).sum().to_numpy()
    assert found["jam_overlap"] == pytest.approx((both[either > 0] / either[either > 0]).mean())


def test_the_interval_and_the_probability_are_scored_for_the_model_alone(make_panel: MakePanel) -> None:
    rows = backtest(make_panel(weeks=6, noise=0.3), QUICK, windows=1)
    found = scores(rows)
    over = rows["actual"] - rows["p10"], rows["actual"] - rows["model"], rows["actual"] - rows["p90"]
    losses = [
        np.where(off > 0, share * off, (share - 1) * off) for share, off in zip((0.1, 0.5, 0.9), over, strict=True)
    ]
    assert found["model"]["quantile_loss"] == pytest.approx(np.mean(losses))
    assert found["model"]["coverage"] == pytest.approx(((over[0] >= 0) & (over[2] <= 0)).mean())
    happened = rows["actual"] > rows["jam_threshold"]
    assert found["model"]["brier"] == pytest.approx(((rows["jam_probability"] - happened) ** 2).mean())
    assert [found[name][measure] for name in BASELINES for measure in ("quantile_loss", "coverage")] == [None] * 4


def test_jams_are_judged_by_the_threshold_of_the_forecaster(make_panel: MakePanel) -> None:
    """Once a probability of one threshold was held against jams of another."""
    panel = make_panel(weeks=6, noise=0.3)
    never = WeekAheadForecaster(jam_threshold=1e6, max_iter=20, learning_rate=0.2)
    found = scores(backtest(panel, never, windows=1))
    assert {found[name]["brier"] for name in found} == {0.0}
    assert {found[name]["jam_overlap"] for name in found} == {None}
    rows = backtest(panel, QUICK, windows=1)
    known = panel[panel["hour_start"] < rows["hour_start"].min()]
    expected = known.groupby("area_id")["value"].quantile(0.85)
    assert rows.groupby("area_id")["jam_threshold"].unique().explode().to_dict() == pytest.approx(expected.to_dict())


def test_what_has_no_figure_is_none_and_no_other_number(make_panel: MakePanel) -> None:
    """JSON knows no infinity: a series that never changed before, and the error of which no scale can tell."""
    panel = make_panel(weeks=4, areas=1).assign(value=3.0)
    panel.loc[panel.index[-1], "value"] = 4.0
    found = scores(backtest(panel, QUICK, windows=1))
    assert found["model"]["mase"] is None
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_a_file_in_scores_and_progress_out(make_panel: MakePanel, tmp_path: Path) -> None:
    path = tmp_path / "panel.csv"
    panel = make_panel(weeks=5)
    pd.concat([panel, panel.head(3)]).to_csv(path, index=False)
    seen: list[tuple[int, int]] = []
    found = evaluate_panel(path, horizon=168, windows=2, country="ID", on_window=lambda *at: seen.append(at))
    assert seen == [(1, 2), (2, 2)]
    assert set(found) == {"model", *BASELINES}
    assert all(set(measures) == MEASURES for measures in found.values())
    assert None not in found["model"].values()
    assert found == evaluate_panel(path, horizon=168, windows=2, country="ID")


@pytest.mark.parametrize("value", ["4.5", ""])
def test_three_weeks_of_one_value_or_of_holes_never_fail(tmp_path: Path, value: str) -> None:
    path = tmp_path / "panel.csv"
    hours = pd.date_range("2026-10-05", periods=504, freq="h")
    cells = [value if hour % 3 else "4.5" for hour in range(504)]
    pd.DataFrame({"area_id": "a", "hour_start": hours, "value": cells}).to_csv(path, index=False)
    found = evaluate_panel(path, horizon=168, windows=1, country="ID")
    assert found["model"]["mae"] == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty file"),
        ("area_id,hour_start\na,2026-10-05T00:00\n", "found no value"),
        ("area,hour_start,value\na,2026-10-05T00:00,1\n", "found no area_id"),
        ("area_id,hour_start,value\na,yesterday,1\n", "ISO 8601"),
        ("area_id,hour_start,value\na,2026-10-05T00:00+07:00,1\na,2026-10-05T00:00+08:00,1\n", "one time zone"),
        ("area_id,hour_start,value\na,2026-10-05T00:30,1\n", "full hour"),
        ("area_id,hour_start,value\na,2026-10-05T00:00,many\n", "numeric"),
        ("area_id,hour_start,value\na,2026-10-05T00:00,1\n", "336 hours: 1 windows of 168 hours"),
    ],
)
def test_a_file_that_is_no_panel_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "panel.csv"
    path.write_text(text)
    with pytest.raises(PanelError, match=message):
        evaluate_panel(path, horizon=168, windows=1, country="ID")


def test_windows_and_horizon_out_of_range_are_refused(make_panel: MakePanel) -> None:
    panel = make_panel(weeks=5)
    with pytest.raises(PanelError, match="at least 1 window"):
        backtest(panel, QUICK, windows=0)
    with pytest.raises(HorizonError, match="found 169"):
        backtest(panel, QUICK, windows=1, horizon=169)


def test_the_bars_on_a_real_interstate(real: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty weeks of a real road; by few models of few trees: the default is better and takes four minutes."""
    monkeypatch.setattr(learning, "FOLDS", 2)
    raw = pd.read_csv(
        real / "traffic" / "metro_interstate.csv", usecols=["date_time", "traffic_volume"], parse_dates=["date_time"]
    )
    raw = raw[raw["date_time"] >= "2016"]
    panel = complete_panel(
        pd.DataFrame({"area_id": "metro", "hour_start": raw["date_time"], "value": raw["traffic_volume"]})
    )
    assert (panel.duplicate_rows, panel.gap_rows) == (4776, 1012)
    recent = panel.frame[panel.frame["hour_start"] >= "2017-06"]
    rows = backtest(recent, WeekAheadForecaster("US", max_iter=25, learning_rate=0.3), windows=20)
    error = {name: measures["mae"] for name, measures in scores(rows).items()}
    assert error["model"] <= 0.70 * error["same_hour_last_week"]
    assert error["model"] <= 0.95 * error["four_week_median"]
    observed = rows.dropna(subset="actual")
    inside = observed["actual"].between(observed["p10"], observed["p90"]).mean()
    assert 0.72 < inside < 0.88
