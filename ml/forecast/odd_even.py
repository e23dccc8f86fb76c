"""Ganjil-genap: the hours in which only odd or only even number plates may use certain roads.

Belongs here: whether the rule is in force. Does not belong here: which roads and hours there are (the city's seeds).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ml.forecast.frame import FloatArray


@dataclass(frozen=True)
class RestrictedHours:
    """One window of the rule, on the days of a week, never on a public holiday.

    Attributes:
        first_iso_day: 1 Monday to 7 Sunday.
        last_iso_day: Included.
        start_hour: First hour in force.
        end_hour: First hour no longer in force.
        valid_from: First day of the regulation.
        valid_to: Last day; None while it holds.
    """

    first_iso_day: int
    last_iso_day: int
    start_hour: int
    end_hour: int
    valid_from: dt.date
    valid_to: dt.date | None = None


@dataclass(frozen=True)
class OddEven:
    """The rule of a city.

    Attributes:
        windows: When it holds.
        roads: How many of its roads touch an area, by area id.
    """

    windows: tuple[RestrictedHours, ...] = ()
    roads: Mapping[str, int] = field(default_factory=dict)

    def in_force(self, hours: pd.DatetimeIndex, is_holiday: FloatArray) -> FloatArray:
        """1 where the rule holds, else 0.

        Args:
            hours: Local clock, shape (n,).
            is_holiday: Of the hour's day, shape (n,).

        >>> rule = OddEven((RestrictedHours(1, 5, 6, 10, dt.date(2019, 9, 9)),))
        >>> rule.in_force(pd.DatetimeIndex(["2026-11-26 06:00", "2026-11-26 10:00"]), np.zeros(2)).tolist()
        [1.0, 0.0]
        """
        holds = np.zeros(len(hours), dtype=bool)
        day, hour = hours.day_of_week + 1, hours.hour
        for window in self.windows:
            last = window.valid_to or dt.date.max
            dates = pd.Index(hours.date)
            valid = (dates >= window.valid_from) & (dates <= last)
            holds |= np.asarray(
                valid
                & (day >= window.first_iso_day)
                & (day <= window.last_iso_day)
                & (hour >= window.start_hour)
                & (hour < window.end_hour)
            )
        return np.asarray((holds & (is_holiday == 0)).astype(float))
