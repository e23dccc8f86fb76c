"""Claim: the week ahead is forecast better than by what is at hand, for the whole city within minutes.

Belongs here: what training and a forecast cost at two sizes of the city. Does not belong here: how good the forecast
is (forecast_accuracy.py).

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

from assets.city import city_folder
from assets.clock import city_zone

FIRST = date(2024, 1, 1)
SEED = 11

Tell = Callable[[str], None]


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


def measure(tell: Tell) -> Iterator[str]:
    """Measure what training and a forecast cost.

    Args:
        tell: Called with each step as it begins.

    Returns:
        One line per figure, with its bar.
    """
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

    reference = read_reference(city_folder())
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
    hours = pd.date_range(FIRST.isoformat(), periods=count, freq="h", tz=city_zone().key)
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
