"""Claim: the week ahead is forecast better than by what is at hand, for the whole city within minutes.

Belongs here: what training and a forecast cost at two sizes of the city; our forecaster beside its baselines and
LightGBM on a real series. Does not belong here: how LightGBM is set up (forecast_rival.py), one series' measures
(jsc evaluate forecast).

The panels are the sample city's curves, of 44 kecamatan and of 267 kelurahan. Each size is made in one process and
learned in another, so that its peak of memory is its own.
"""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from multiprocessing import active_children, get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from assets.settings import SEEDS

FIRST = date(2024, 1, 1)
SEED = 11

Tell = Callable[[str], None]
Scores = dict[str, dict[str, float | None]]


@dataclass(frozen=True)
class Size:
    """How much is learned, and what it may cost.

    Attributes:
        level: Level of the areas, by its name in the seeds.
        days: Whole days of the panel.
        seconds: Bar.
        megabytes: Bar; None where there is none.
    """

    level: str
    days: int
    seconds: float
    megabytes: float | None


SIZES = (Size("kecamatan", 365, 60, None), Size("kelurahan", 3 * 365, 600, 4_000))


@dataclass(frozen=True)
class Cost:
    """Of fitting one panel and forecasting its week: area-hours, seconds on the clock, peak of all its processes."""

    area_hours: int
    areas: int
    seconds: float
    megabytes: float


def measure(panel: Path | None, country: str, windows: int, tell: Tell) -> Iterator[str]:
    """Measure accuracy on a series, where one is given, then costs.

    Args:
        panel: CSV as for `jsc evaluate forecast`.
        country: ISO 3166 code whose holidays count, of the series.
        windows: Weeks of the series that are forecast, the last ones; everything is retrained for each.
        tell: Called with each step as it begins.

    Returns:
        One line per figure, with its bar.

    Raises:
        NoRivalError: A series is given, and LightGBM or mlforecast is not installed.
        ml.forecast.frame.PanelError: The series is no panel, or too short.
    """
    if panel is not None:
        yield from _accuracy(panel, country, windows, tell)
    costs = []
    for size in SIZES:
        cost = _cost(size, tell)
        costs.append(cost)
        memory = f" (bar: {size.megabytes:,.0f} MB)" if size.megabytes else ""
        yield (
            f"{cost.areas} {size.level}, {size.days:,} days: {cost.seconds:.0f} s (bar: {size.seconds:.0f} s),"
            f" {cost.megabytes:,.0f} MB{memory}"
        )
    small, large = costs
    yield (
        f"growth: {large.area_hours / small.area_hours:.1f} times the area-hours,"
        f" {large.seconds / small.seconds:.1f} times the seconds"
    )


def _cost(size: Size, tell: Tell) -> Cost:
    with TemporaryDirectory(prefix="jsc-bench-") as folder:
        path = Path(folder) / "panel.npy"
        tell(f"drawing {size.level} of {size.days:,} days")
        with _alone() as process:
            process.submit(_draw, size, path).result()
        tell("learning them")
        with _alone() as process:
            return process.submit(_learn, path).result()


def _alone() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))


def _draw(size: Size, path: Path) -> None:
    """Write the sample city's curves, shape (areas, hours), in [0, 1]."""
    from dataclasses import replace

    from sample_city.reference import read_reference
    from sample_city.traffic import area_hours

    reference = read_reference(SEEDS)
    if size.level == "kelurahan":
        # A kelurahan's curve is drawn as a kecamatan's is, from its own place and number.
        areas = tuple(
            replace(one.kecamatan, code=one.code, latitude=one.latitude, longitude=one.longitude)
            for one in reference.kelurahan
        )
        reference = replace(reference, kecamatan=areas)
    hours = area_hours(reference, FIRST, FIRST + timedelta(days=size.days - 1), SEED)
    np.save(path, hours["jam_index"].to_numpy().reshape(len(reference.kecamatan), -1))


def _learn(path: Path) -> Cost:
    from ml.forecast.model import WeekAheadForecaster

    curves = np.load(path)
    areas, count = curves.shape
    hours = pd.date_range(FIRST.isoformat(), periods=count, freq="h", tz="Asia/Jakarta")
    panel = pd.DataFrame(
        {
            "area_id": np.repeat([f"{number:03d}" for number in range(areas)], count),
            "hour_start": hours.take(np.tile(np.arange(count), areas)),
            "value": curves.ravel(),
        }
    )
    begin = time.perf_counter()
    forecaster = WeekAheadForecaster("ID", bounds=(0.0, 1.0)).fit(panel)
    others = sum(_most_megabytes(process.pid) for process in active_children())
    forecast = forecaster.predict()
    seconds = time.perf_counter() - begin
    if len(forecast) != areas * 168:
        raise RuntimeError(f"expected a week of {areas} areas, found {len(forecast)} hours")
    return Cost(len(panel), areas, seconds, others + _most_megabytes(os.getpid()))


def _most_megabytes(process: int | None) -> float:
    """Most that a running process ever held; getrusage would count what it had before it became its own program."""
    [line] = [
        line for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines() if "VmHWM" in line
    ]
    return int(line.split()[1]) / 1024


def _accuracy(path: Path, country: str, windows: int, tell: Tell) -> Iterator[str]:
    from benchmarks.forecast_rival import need_rival, rival_rows
    from ml.forecast.backtest import backtest, scores
    from ml.forecast.evaluate import read_panel
    from ml.forecast.frame import complete_panel
    from ml.forecast.metrics import coverage, jam_f1, mae
    from ml.forecast.model import WeekAheadForecaster

    need_rival()
    panel = complete_panel(read_panel(path)).frame
    tell(f"{windows} weeks by our forecaster and its baselines")
    rows = backtest(panel, WeekAheadForecaster(country), windows=windows)
    tell(f"{windows} weeks by LightGBM")
    both = rows.merge(rival_rows(panel, rows, country), on=["window", "area_id", "hour_start"], validate="1:1")
    lightgbm: dict[str, float | None] = {
        "mae": mae(both["actual"], both["lightgbm"]),
        "jam_f1": jam_f1(both["actual"], both["lightgbm"], both["jam_threshold"]),
        "coverage": coverage(both["actual"], both["lightgbm_p10"], both["lightgbm_p90"]),
    }
    yield from accuracy_lines({**scores(rows), "lightgbm": lightgbm})


def accuracy_lines(figures: Scores) -> Iterator[str]:
    """Each forecast's figures, then ours against the bars.

    Args:
        figures: `mae`, `jam_f1` and `coverage` by forecast: model, its two baselines and lightgbm.
    """
    for name, own in figures.items():
        covers = "no interval" if own["coverage"] is None else f"80% interval covers {own['coverage']:.1%}"
        yield f"{name.replace('_', ' ')}: MAE {own['mae']:.4g}, jam F1 {own['jam_f1']:.3f}, {covers}"
    error = {name: own["mae"] or 0.0 for name, own in figures.items()}
    last_week, median = (1 - error["model"] / error[name] for name in ("same_hour_last_week", "four_week_median"))
    yield f"MAE below same-hour-last-week by {last_week:.1%} (bar: 34%)"
    yield f"MAE below the 4-week median by {median:.1%} (bar: 11%)"
    yield f"MAE {error['model'] / error['lightgbm']:.3f} times LightGBM's (bar: 1.000)"
    best = max(figures[name]["jam_f1"] or 0.0 for name in ("same_hour_last_week", "four_week_median"))
    yield f"jam F1 {figures['model']['jam_f1']:.3f}, the better baseline's {best:.3f} (bar: above it)"
    yield f"80% interval covers {figures['model']['coverage']:.1%} (bar: 77% to 83%)"
