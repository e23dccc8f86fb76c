from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from ml.forecast import learning
from ml.forecast.frame import PanelError, complete_panel
from ml.forecast.model import HorizonError, WeekAheadForecaster

MakePanel = Callable[..., pd.DataFrame]
NUMBERS = ["value", "p10", "p90", "jam_probability"]


def quick(**settings: object) -> WeekAheadForecaster:
    return WeekAheadForecaster(**{"max_iter": 30, "learning_rate": 0.2, **settings})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def usual(make_panel: MakePanel, small_forecasters: None) -> WeekAheadForecaster:
    """A quick one that was fitted to the usual panel. It is asked and not fitted anew."""
    return quick().fit(make_panel())


def assert_sound(forecast: pd.DataFrame, areas: int, hours: int = 168) -> None:
    assert list(forecast.columns) == ["area_id", "hour_start", *NUMBERS, "mean", "is_pooled"]
    assert len(forecast) == areas * hours
    assert not forecast.duplicated(["area_id", "hour_start"]).any()
    assert np.isfinite(forecast[NUMBERS].to_numpy()).all()
    assert (forecast["p10"] <= forecast["value"]).all()
    assert (forecast["value"] <= forecast["p90"]).all()
    assert forecast["jam_probability"].between(0, 1).all()


@pytest.mark.slow
def test_it_follows_the_estimator_rules(make_panel: MakePanel) -> None:
    forecaster = quick(jam_threshold=0.6, bounds=(0.0, 1.0), random_state=5)
    copy = clone(forecaster)
    assert copy.get_params() == forecaster.get_params()
    with pytest.raises(NotFittedError):
        copy.predict()
    panel = make_panel()
    first, again = forecaster.fit(panel).predict(), copy.fit(panel).predict()
    pd.testing.assert_frame_equal(first, again)
    assert_sound(first, areas=2)
    assert first["hour_start"].min() == panel["hour_start"].max() + pd.Timedelta(hours=1)
    assert str(first["hour_start"].dt.tz) == "Asia/Pontianak"


@pytest.mark.slow
def test_fitting_at_once_or_one_after_the_other_gives_the_same(
    make_panel: MakePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = make_panel(weeks=10)
    in_turn = quick().fit(panel).predict()
    monkeypatch.setattr(learning, "SMALL_FIT", 0)
    with parallel_config(backend="threading"):
        pd.testing.assert_frame_equal(quick().fit(panel).predict(), in_turn)


@pytest.mark.slow
def test_row_order_does_not_matter(make_panel: MakePanel, usual: WeekAheadForecaster) -> None:
    shuffled = make_panel().sample(frac=1.0, random_state=0)
    pd.testing.assert_frame_equal(quick().fit(shuffled).predict(), usual.predict())


def test_a_constant_series_stays_constant(make_panel: MakePanel) -> None:
    forecast = quick().fit(make_panel().assign(value=7.0)).predict()
    np.testing.assert_allclose(forecast[["value", "p10", "p90"]], 7.0)
    assert (forecast["jam_probability"] == 0).all()


def test_a_series_of_zeros_stays_zero(make_panel: MakePanel) -> None:
    forecast = quick().fit(make_panel(weeks=6).assign(value=0.0)).predict()
    assert_sound(forecast, areas=2)
    assert (forecast["value"] == 0).all()


@pytest.mark.slow
def test_twice_the_values_are_twice_the_forecast(make_panel: MakePanel, usual: WeekAheadForecaster) -> None:
    panel, once = make_panel(), usual.predict()
    twice = quick().fit(panel.assign(value=2 * panel["value"])).predict()
    np.testing.assert_allclose(twice[["value", "p10", "p90"]], 2 * once[["value", "p10", "p90"]])
    np.testing.assert_array_equal(twice["jam_probability"], once["jam_probability"])


@pytest.mark.slow
def test_on_a_level_that_doubles_the_model_beats_the_profile(make_panel: MakePanel) -> None:
    panel = make_panel(weeks=13, growth=2.0)
    future = panel["hour_start"] > panel["hour_start"].max() - pd.Timedelta(weeks=1)
    forecaster = quick().fit(panel[~future])
    truth = panel[future].sort_values(["area_id", "hour_start"])["value"].to_numpy()
    history = panel[~future]
    recent = history[history["hour_start"] > history["hour_start"].max() - pd.Timedelta(weeks=4)]
    key = [recent["area_id"], recent["hour_start"].dt.day_of_week * 24 + recent["hour_start"].dt.hour]
    profile = recent.groupby(key)["value"].median().to_numpy()
    model = forecaster.predict()["value"].to_numpy()
    assert (forecaster.blend_[:, 0] > 0).all()
    assert np.abs(model - truth).mean() < 0.6 * np.abs(profile - truth).mean()


def test_where_the_model_gains_nothing_the_profile_is_the_forecast() -> None:
    """Every week is as the one before, which the median tells exactly."""
    hours = pd.date_range("2026-07-06", periods=12 * 168, freq="h")
    values = np.tile(np.random.default_rng(11).uniform(1, 2, 168), 12)
    forecaster = quick(max_iter=10).fit(pd.DataFrame({"area_id": "a", "hour_start": hours, "value": values}))
    assert (forecaster.blend_[:, 0] == 0).all()
    assert forecaster.models_ is not None
    quiet = ~forecaster.ahead_.is_off
    assert quiet.any()
    np.testing.assert_array_equal(forecaster.predict()["value"][quiet], forecaster.plain().predict()["value"][quiet])


@pytest.mark.slow
def test_a_model_that_learns_noise_by_heart_does_not_narrow_the_interval(make_panel: MakePanel) -> None:
    """The inner backtest must not see the weeks it is judged on: its residuals would be those of the training."""
    panel = make_panel(weeks=12, areas=2, noise=0.4)
    future = panel["hour_start"] > panel["hour_start"].max() - pd.Timedelta(weeks=1)
    forecast = quick(max_iter=300).fit(panel[~future]).predict()
    truth = panel[future].sort_values(["area_id", "hour_start"])["value"]
    assert truth.reset_index(drop=True).between(forecast["p10"], forecast["p90"]).mean() > 0.72


@pytest.mark.slow
def test_a_third_missing_costs_little(make_panel: MakePanel) -> None:
    panel = make_panel(weeks=10, areas=3)
    future = panel["hour_start"] > panel["hour_start"].max() - pd.Timedelta(weeks=1)
    known = panel[~future].sample(frac=2 / 3, random_state=2)
    forecast = quick().fit(known).predict()
    assert_sound(forecast, areas=3)
    truth = panel[future].sort_values(["area_id", "hour_start"])["value"].to_numpy()
    assert np.abs(forecast["value"].to_numpy() - truth).mean() < 0.06 * truth.mean()


@pytest.mark.parametrize("hours", [1, 20, 100, 168, 200, 336, 400, 504, 700])
def test_any_short_series_is_forecast(make_panel: MakePanel, hours: int) -> None:
    panel = make_panel(weeks=5, areas=1).tail(hours)
    assert_sound(quick().fit(panel).predict(), areas=1)
    assert_sound(quick().fit(panel.sample(frac=0.6, random_state=1)).predict(), areas=1)


def test_a_month_of_silence_falls_back_on_older_weeks(make_panel: MakePanel) -> None:
    panel = make_panel(weeks=10, areas=1, noise=0.0)
    silent = panel["hour_start"] > panel["hour_start"].max() - pd.Timedelta(weeks=5)
    forecast = quick().fit(panel.assign(value=panel["value"].mask(silent))).predict()
    np.testing.assert_allclose(forecast["value"], panel["value"].tail(168))


@pytest.mark.slow
def test_a_new_area_gets_the_shape_of_the_others_and_a_wider_interval(make_panel: MakePanel) -> None:
    panel = make_panel(weeks=10, areas=4)
    newcomer = panel["area_id"] == "98.71.04"
    recent = panel["hour_start"] > panel["hour_start"].max() - pd.Timedelta(days=3)
    never = panel[panel["area_id"] == "98.71.01"].assign(area_id="98.71.09", value=np.nan)
    forecast = quick().fit(pd.concat([panel[~newcomer | recent], never])).predict()
    assert_sound(forecast, areas=5)
    by_area = {area: rows.reset_index() for area, rows in forecast.groupby("area_id")}
    shapes = {area: rows["value"] / rows["value"].mean() for area, rows in by_area.items()}
    assert np.corrcoef(shapes["98.71.04"], shapes["98.71.01"])[0, 1] > 0.99
    width = {area: (rows["p90"] - rows["p10"]).sum() / rows["value"].sum() for area, rows in by_area.items()}
    widest = max(width[area] for area in ("98.71.01", "98.71.02", "98.71.03"))
    assert width["98.71.04"] > 1.3 * widest
    assert width["98.71.09"] > 1.3 * widest


@pytest.mark.slow
def test_interval_and_jam_probability_hold_what_they_promise(make_panel: MakePanel) -> None:
    panel = make_panel(weeks=12, areas=12, noise=0.2)
    future = panel["hour_start"] > panel["hour_start"].max() - pd.Timedelta(weeks=1)
    forecast = quick(jam_threshold=0.5).fit(panel[~future]).predict()
    truth = panel[future].sort_values(["area_id", "hour_start"])["value"].to_numpy()
    inside = (truth >= forecast["p10"].to_numpy()) & (truth <= forecast["p90"].to_numpy())
    assert 0.76 < inside.mean() < 0.86
    probability = forecast["jam_probability"].to_numpy()
    unsure = (probability > 0.2) & (probability < 0.8)
    assert unsure.sum() > 100
    assert (truth > 0.5)[unsure].mean() == pytest.approx(probability[unsure].mean(), abs=0.1)


@pytest.mark.slow
def test_bounds_clip_everything(make_panel: MakePanel) -> None:
    forecast = quick(bounds=(0.2, 0.5), jam_threshold=0.5).fit(make_panel()).predict()
    assert forecast[["value", "p10", "p90"]].min().min() == 0.2
    assert forecast[["value", "p10", "p90"]].max().max() == 0.5
    assert (forecast["jam_probability"] == 0).all()


@pytest.mark.slow
def test_naive_hours_and_shorter_horizons(make_panel: MakePanel, usual: WeekAheadForecaster) -> None:
    panel = make_panel()
    naive = panel.assign(hour_start=panel["hour_start"].dt.tz_localize(None))
    aware = usual.predict(24)
    local = quick().fit(naive).predict(24)
    assert_sound(local, areas=2, hours=24)
    np.testing.assert_array_equal(local[NUMBERS], aware[NUMBERS])


def test_summer_time_neither_fails_nor_repeats_an_hour() -> None:
    hours = pd.date_range("2026-09-10", "2026-10-22 23:00", freq="h", tz="Europe/London")
    panel = pd.DataFrame({"area_id": "a", "hour_start": hours, "value": 1.0 + (hours.hour == 8)})
    forecast = quick(country="GB").fit(panel).predict()
    assert_sound(forecast, areas=1)
    steps = forecast["hour_start"].diff().dropna()
    assert (steps == pd.Timedelta(hours=1)).all()


def test_the_second_week_continues_the_first_and_changes_nothing_in_it(usual: WeekAheadForecaster) -> None:
    both, first = usual.predict(336), usual.predict()
    assert_sound(both, areas=2, hours=336)
    early = both[both["hour_start"] <= first["hour_start"].max()].reset_index(drop=True)
    pd.testing.assert_frame_equal(early, first)


def test_the_second_week_of_a_repeating_series_repeats_it(make_panel: MakePanel) -> None:
    panel = make_panel(weeks=9, areas=1, noise=0.0)
    known = panel[panel["hour_start"] < panel["hour_start"].min() + pd.Timedelta(weeks=7)]
    ahead = quick().fit(known).predict(336).merge(panel, on=["area_id", "hour_start"], suffixes=("", "_actual"))
    assert len(ahead) == 336
    np.testing.assert_allclose(ahead["value"], ahead["value_actual"], rtol=0.02, atol=0.02)


def test_what_cannot_be_forecast_is_refused(make_panel: MakePanel) -> None:
    panel = make_panel(weeks=3)
    with pytest.raises(PanelError, match="complete_panel"):
        quick().fit(pd.concat([panel, panel.head(1)]))
    with pytest.raises(PanelError, match="only NaN"):
        quick().fit(panel.assign(value=np.nan))
    fitted = quick().fit(complete_panel(pd.concat([panel, panel.head(1)])).frame)
    for hours in (0, 337):
        with pytest.raises(HorizonError, match=f"found {hours}"):
            fitted.predict(hours)
