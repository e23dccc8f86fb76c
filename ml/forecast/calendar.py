"""What the public calendar says about a day: holiday, joint leave, the days around them, the fasting month.

Belongs here: facts about days that are known ahead, by country.
Does not belong here: the clock (ml/forecast/features.py), the city's own event list.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import holidays
import numpy as np
import numpy.typing as npt
import pandas as pd

# Two days off on either side of a holiday still change traffic (bridge days, the drive home); beyond three
# days the panel of one quarter has too few examples to learn from.
NEAR_DAYS = 3
FASTING_DAYS = 30
DAY_COLUMNS = ("is_holiday", "days_since_holiday", "days_to_holiday", "is_fasting", "is_school_break")

# First and last day of each school holiday.
SchoolBreaks = Sequence[tuple[dt.date, dt.date]]


def holiday_names(country: str, first: dt.date, last: dt.date) -> dict[dt.date, str]:
    """Holidays from first to last, public ones and those by government decree (Indonesia: cuti bersama).

    Args:
        country: ISO 3166 alpha-2 code.
        first: First day.
        last: Last day, included.

    Raises:
        NotImplementedError: If the `holidays` package does not know the country.

    >>> holiday_names("ID", dt.date(2026, 12, 24), dt.date(2026, 12, 25))[dt.date(2026, 12, 24)]
    'Christmas Joint Holiday'
    """
    known = getattr(holidays, country, None) if country.isupper() else None
    offered = known.supported_categories if known is not None else ("public",)
    languages = known.supported_languages if known is not None else ()
    calendar = holidays.country_holidays(
        country,
        years=range(first.year, last.year + 1),
        categories=[category for category in ("public", "government") if category in offered],
        language="en_US" if "en_US" in languages else None,
    )
    return {day: name for day, name in sorted(calendar.items()) if first <= day <= last}


def day_features(country: str, first: dt.date, last: dt.date, school_breaks: SchoolBreaks = ()) -> pd.DataFrame:
    """Calendar features, one row per day from first to last.

    Args:
        country: ISO 3166 alpha-2 code.
        first: First day.
        last: Last day, included.
        school_breaks: Days without school, as far as they are known.

    Returns:
        Index: days at midnight, naive. Columns, float: `is_holiday` 0 or 1; `days_since_holiday` and
        `days_to_holiday` in 0..NEAR_DAYS, where NEAR_DAYS also means farther; `is_fasting` 0 or 1, the 30 days
        before Eid al-Fitr, when the evening peak starts two to three hours earlier; `is_school_break` 0 or 1.

    >>> day_features("ID", dt.date(2026, 8, 16), dt.date(2026, 8, 18))["is_holiday"].tolist()
    [0.0, 1.0, 0.0]
    """
    padded_last = last + dt.timedelta(days=FASTING_DAYS + 1)
    padded_first = first - dt.timedelta(days=NEAR_DAYS)
    names = holiday_names(country, padded_first, padded_last)
    days = pd.date_range(padded_first, padded_last, freq="D")
    is_holiday = np.array([day.date() in names for day in days])
    position = np.arange(len(days), dtype=float)
    since = position - np.maximum.accumulate(np.where(is_holiday, position, -np.inf))
    ahead = np.minimum.accumulate(np.where(is_holiday, position, np.inf)[::-1])[::-1] - position
    frame = pd.DataFrame(
        {
            "is_holiday": is_holiday.astype(float),
            "days_since_holiday": np.minimum(since, NEAR_DAYS),
            "days_to_holiday": np.minimum(ahead, NEAR_DAYS),
            "is_fasting": _is_fasting(days, names).astype(float),
            "is_school_break": _is_within(days, school_breaks).astype(float),
        },
        index=days,
    )
    return frame.loc[pd.Timestamp(first) : pd.Timestamp(last)]


def _is_fasting(days: pd.DatetimeIndex, names: dict[dt.date, str]) -> npt.NDArray[np.bool_]:
    # The joint-leave days carry the feast's name too, and lie after it: only the feast itself ends the fast.
    eids = pd.DatetimeIndex([day for day, name in names.items() if name.removesuffix(" (estimated)") == "Eid al-Fitr"])
    fasting = np.zeros(len(days), dtype=bool)
    for eid in eids:
        fasting |= (days < eid) & (days >= eid - pd.Timedelta(days=FASTING_DAYS))
    return fasting & ~days.isin(eids)


def _is_within(days: pd.DatetimeIndex, spans: SchoolBreaks) -> npt.NDArray[np.bool_]:
    within = np.zeros(len(days), dtype=bool)
    for first, last in spans:
        within |= (days >= pd.Timestamp(first)) & (days <= pd.Timestamp(last))
    return within
