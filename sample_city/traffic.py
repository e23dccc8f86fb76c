"""How full the city's areas are, hour by hour: the hidden curve behind the history and the cameras.

Belongs here: the jam index of every kecamatan and hour, from day profiles, incidents, floods and noise.
Does not belong here: what a camera shows of it (frames.py).

Shapes follow TomTom's figures for a capital: evening peak above the morning peak, Friday evening the worst,
holidays the emptiest, a flood day the worst of all.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from sample_city.reference import Kecamatan, Reference

_HALF_WAY_M = 9_000.0

_HOURS = np.arange(24) + 0.5
_PERSISTENCE, _NOISE = 0.6, 0.035
_INCIDENT_SHARE, _FLOOD_SHARE = 0.012, 0.02


@dataclass(frozen=True)
class _Character:
    """How an area's day differs from the others'; strengths in units of the jam index."""

    level: float
    morning: float
    noon: float
    evening: float
    weekend: float
    morning_hour: float
    evening_hour: float


def area_hours(reference: Reference, first: date, last: date, seed: int) -> pd.DataFrame:
    """The jam index of every area and hour of whole days.

    Args:
        reference: The city.
        first: First day.
        last: Last day, included.
        seed: One seed, one city.

    Returns:
        area_code, hour_start (the city's, aware) and jam_index in [0, 1]; one row per area and hour, by area.
    """
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    floods = [_flood(reference, day, seed) for day in days]
    starts = [datetime.combine(day, time(hour), reference.zone) for day in days for hour in range(24)]
    frames = [
        pd.DataFrame(
            {"area_code": area.code, "hour_start": starts, "jam_index": _series(reference, area, days, floods, seed)}
        )
        for area in reference.kecamatan
    ]
    return pd.concat(frames, ignore_index=True)


def write_area_history(landing: Path, history: pd.DataFrame) -> None:
    """Write what an older system measured: one row per area and hour, ISO 8601 with offset."""
    folder = landing / "area_history"
    folder.mkdir(parents=True, exist_ok=True)
    write_area_hours(folder / "area_hours.csv", history)


def write_area_hours(path: Path, hours: pd.DataFrame) -> None:
    """Write area hours as CSV; four decimals are finer than any camera."""
    rows = zip(hours["area_code"], hours["hour_start"], hours["jam_index"], strict=True)
    lines = [f"{code},{start.isoformat()},{index:.4f}\n" for code, start, index in rows]
    path.write_text("area_code,hour_start,jam_index\n" + "".join(lines), encoding="utf-8")


def _character(reference: Reference, area: Kecamatan, seed: int) -> _Character:
    rng = np.random.default_rng([seed, 3, _number(area.code)])
    if reference.is_far(area):
        return _Character(0.02, 0.02, 0.02, 0.03, 0.02, 7.5, 17.5)
    # 1 at the centre, one half at 9 km: offices pull the evening peak inwards, homes the morning peak outwards.
    pull = 1.0 / (1.0 + reference.from_centre_m(area) / _HALF_WAY_M)
    busy = float(rng.normal(1.0, 0.22))
    return _Character(
        level=0.06 + 0.05 * pull,
        morning=busy * float(rng.uniform(0.36, 0.5)) * (1.15 - 0.3 * pull),
        noon=busy * float(rng.uniform(0.1, 0.2)) * (0.6 + pull),
        evening=busy * float(rng.uniform(0.42, 0.58)) * (0.8 + 0.35 * pull),
        weekend=busy * float(rng.uniform(0.14, 0.34)),
        morning_hour=float(rng.normal(7.4, 0.35)),
        evening_hour=float(rng.normal(18.0, 0.4)),
    )


def _series(
    reference: Reference, area: Kecamatan, days: list[date], floods: list[frozenset[str]], seed: int
) -> np.ndarray:
    character = _character(reference, area, seed)
    noise = 0.0
    hours = []
    for day, flooded in zip(days, floods, strict=True):
        rng = np.random.default_rng([seed, 4, _number(area.code), day.toordinal()])
        index = _profile(reference, character, day) * rng.normal(1.0, 0.05)
        if not reference.is_far(area):
            index = index + _incident(rng) + (_flood_wave(rng) if area.code in flooded else 0.0)
        for shock in rng.normal(0.0, _NOISE, 24):
            noise = _PERSISTENCE * noise + shock
            hours.append(noise)
        hours[-24:] = list(index + np.array(hours[-24:]) * (0.3 + index))
    return np.clip(np.array(hours), 0.0, 1.0)


def _profile(reference: Reference, character: _Character, day: date) -> np.ndarray:
    """The expected day, shape (24,)."""
    night = character.level * (0.25 + 0.75 / (1.0 + np.exp(-(_HOURS - 5.5) * 2.0)))
    if reference.is_day_off(day):
        outing = character.weekend * (_bump(11.5, 2.5) * 0.7 + _bump(17.5, 2.8))
        return night + outing * (0.55 if day in reference.holidays else 1.0 if day.weekday() == 5 else 0.85)
    is_friday = day.weekday() == 4
    morning = character.morning * _bump(character.morning_hour, 1.1) * (0.94 if is_friday else 1.0)
    noon = character.noon * _bump(12.7, 3.2)
    evening = character.evening * _bump(character.evening_hour - 0.4 * is_friday, 1.7) * (1.14 if is_friday else 1.0)
    return night + morning + noon + evening * (1.04 if day.weekday() == 0 else 1.0)


def _bump(hour: float, width: float) -> np.ndarray:
    return np.exp(-0.5 * ((_HOURS - hour) / width) ** 2)


def _incident(rng: np.random.Generator) -> np.ndarray:
    """A crash or a broken-down truck: up within the hour, gone in three."""
    if rng.random() >= _INCIDENT_SHARE:
        return np.zeros(24)
    after = _HOURS - rng.uniform(6.0, 20.0)
    return np.where(after > 0, rng.uniform(0.2, 0.45) * np.exp(-np.maximum(after, 0.0) / 1.3), 0.0)


def _flood(reference: Reference, day: date, seed: int) -> frozenset[str]:
    """Areas under water that day; on most days none."""
    rng = np.random.default_rng([seed, 5, day.toordinal()])
    if rng.random() >= _FLOOD_SHARE:
        return frozenset()
    return frozenset(area.code for area in reference.kecamatan if rng.random() < 0.35)


def _flood_wave(rng: np.random.Generator) -> np.ndarray:
    return rng.uniform(0.15, 0.35) * np.exp(-0.5 * ((_HOURS - rng.uniform(8.0, 17.0)) / 3.5) ** 2)


def _number(code: str) -> int:
    return int(code.replace(".", ""))
