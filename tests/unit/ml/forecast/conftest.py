"""Panels of an invented weekly shape, and small forecasters."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config

from ml.forecast import learning


@pytest.fixture(scope="module", autouse=True)
def small_forecasters() -> Iterator[None]:
    """Two models of each kind instead of four, which is a little worse, fitted in this process.

    The tests themselves run on every core, and a process costs more than a small fit.
    """
    with pytest.MonkeyPatch.context() as patch, parallel_config(backend="sequential"):
        patch.setattr(learning, "FOLDS", 2)
        yield


def weekly_shape(hours: pd.DatetimeIndex) -> np.ndarray:
    """Two peaks on working days, one flat hump on Sundays; in [0, 1]."""
    hour = hours.hour.to_numpy()
    peaks = np.exp(-((hour - 8) ** 2) / 6) + 1.2 * np.exp(-((hour - 18) ** 2) / 8)
    hump = 0.5 * np.exp(-((hour - 14) ** 2) / 20)
    return 0.05 + 0.6 * np.where(hours.day_of_week == 6, hump, peaks)


@pytest.fixture(scope="session")
def make_panel() -> Callable[..., pd.DataFrame]:
    def make(
        weeks: int = 8, areas: int = 2, *, growth: float = 1.0, noise: float = 0.03, seed: int = 1
    ) -> pd.DataFrame:
        """Panel that ends on Sunday 2026-11-01 23:00 WIB; `growth` is the level's factor from start to end."""
        rng = np.random.default_rng(seed)
        hours = pd.date_range(end="2026-11-01 23:00", periods=weeks * 168, freq="h", tz="Asia/Pontianak")
        trend = growth ** np.linspace(0.0, 1.0, len(hours))
        rows = [
            pd.DataFrame(
                {
                    "area_id": f"98.71.{area:02d}",
                    "hour_start": hours,
                    "value": weekly_shape(hours) * trend * (1 + 0.3 * area) * rng.lognormal(0, noise, len(hours)),
                }
            )
            for area in range(1, areas + 1)
        ]
        return pd.concat(rows, ignore_index=True)

    return make
