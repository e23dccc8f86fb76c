"""Jams by area: now, in the next hours, in the coming week, from the views of the portal.

Belongs here: the questions, and their rows put together by area. Does not belong here: the pages (traffic.py), the
picture (city_map.py), all areas at one hour (jam_hours.py).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from assets.clock import city_zone
from portal.database import CityDatabase

# How far the next hours go on a page.
HOURS_AHEAD = 6

NOW = """
    select areas.area_code, areas.area_name, areas.kota_short_name, areas.latitude, areas.longitude,
        slots.slot_start, slots.jam_index, slots.cameras_observed, slots.is_synthetic
    from portal.areas
    left join portal.area_slots as slots
        on areas.area_code = slots.area_code
            and slots.slot_date_wib >= %(day)s
            and slots.slot_start = (select max(slot_start) from portal.area_slots where slot_date_wib >= %(day)s)
    where areas.area_level = 'kecamatan'
    order by areas.area_name
"""
NEXT = """
    select area_code, hour_start, jam_index, jam_probability, issued_at, is_synthetic
    from portal.jam_forecast
    where forecast_kind = 'next_hours' and hour_start >= %(from)s and hour_start < %(to)s
    order by area_code, hour_start
"""
WEEK = """
    select area_code, hour_start, jam_index, jam_index_p10, jam_index_p90, jam_probability, week_start, issued_at,
        is_synthetic
    from portal.jam_forecast
    where forecast_kind = 'week' and week_start = (select max(week_start) from portal.forecast_weeks)
        and (%(area)s::text is null or area_code = %(area)s)
    order by area_code, hour_start
"""
LEVELS = "select level_code, level_name_id, jam_index_from from portal.traffic_levels order by jam_index_from"


@dataclass(frozen=True)
class Level:
    """A level of service by its word: lancar, ramai lancar, padat, macet."""

    code: str
    name: str
    jam_index_from: float

    @property
    def is_free(self) -> bool:
        """Whether traffic flows freely."""
        return self.jam_index_from == 0


@dataclass(frozen=True)
class NextHour:
    """What is forecast for one of the next hours: its level, and how likely a jam is, 0 to 1."""

    level: Level
    probability: float


@dataclass(frozen=True)
class AreaNow:
    """One kecamatan now.

    Attributes:
        code: Of the area.
        name: Of the area.
        kota: Its kota, short.
        level: None where no camera saw it.
        jam_index: 0 free flow to 1 standstill; None where no camera saw it.
        cameras: Cameras that saw it.
        next: The next hours, by hour.
        latitude: Of its middle.
        longitude: Of its middle.
    """

    code: str
    name: str
    kota: str
    level: Level | None
    jam_index: float | None
    cameras: int
    next: Mapping[datetime, NextHour]
    latitude: float
    longitude: float


@dataclass(frozen=True)
class TrafficNow:
    """The city now.

    Attributes:
        slot_start: When the cameras were looked at; None where none was.
        areas: The most jammed first, then by name.
        levels: All levels, from free flow on.
        hours: The next hours.
        issued_at: When the next hours were forecast; None without.
        is_synthetic: Whether it is a synthetic city's.
    """

    slot_start: datetime | None
    areas: Sequence[AreaNow]
    levels: Sequence[Level]
    hours: Sequence[datetime]
    issued_at: datetime | None
    is_synthetic: bool

    @property
    def day(self) -> date | None:
        """The city's day of the slot."""
        return self.slot_start.astimezone(city_zone()).date() if self.slot_start else None

    @property
    def jammed(self) -> int:
        """Areas that are jammed now."""
        return sum(area.level == self.levels[-1] for area in self.areas)

    @property
    def seen(self) -> int:
        """Areas that a camera saw."""
        return sum(area.level is not None for area in self.areas)

    @property
    def cameras(self) -> int:
        """Cameras that saw them."""
        return sum(area.cameras for area in self.areas)


def level_of(jam_index: float, levels: Sequence[Level]) -> Level:
    """The level of a jam index.

    >>> level_of(0.6, [Level("lancar", "Lancar", 0.0), Level("macet", "Macet", 0.6)]).code
    'macet'
    """
    return [level for level in levels if level.jam_index_from <= jam_index][-1]


async def read_levels(database: CityDatabase) -> list[Level]:
    """The levels, from free flow on."""
    return [
        Level(row["level_code"], row["level_name_id"], float(row["jam_index_from"]))
        for row in await database.rows(LEVELS)
    ]


async def read_now(database: CityDatabase, as_of: datetime) -> TrafficNow:
    """The city now: the newest slot of the day before or later, and what is forecast behind it."""
    levels = await read_levels(database)
    rows = await database.rows(NOW, {"day": (as_of.astimezone(city_zone()) - timedelta(days=1)).date()})
    slot_start = next((row["slot_start"] for row in rows if row["slot_start"]), None)
    start = (slot_start or as_of).astimezone(city_zone()).replace(minute=0, second=0, microsecond=0) + timedelta(
        hours=1
    )
    hours = [start + timedelta(hours=ahead) for ahead in range(HOURS_AHEAD)]
    told = await database.rows(NEXT, {"from": hours[0], "to": hours[-1] + timedelta(hours=1)})
    ahead: dict[str, dict[datetime, NextHour]] = defaultdict(dict)
    for row in told:
        forecast = NextHour(level_of(row["jam_index"], levels), row["jam_probability"])
        ahead[row["area_code"]][row["hour_start"].astimezone(city_zone())] = forecast
    areas = [_area(row, levels, ahead) for row in rows]
    areas.sort(key=lambda area: (-(area.jam_index if area.jam_index is not None else -1), area.name))
    return TrafficNow(
        slot_start, areas, levels, hours, max((row["issued_at"] for row in told), default=None),
        any(row["is_synthetic"] for row in [*rows, *told]),
    )  # fmt: skip


def _area(row: Mapping[str, Any], levels: Sequence[Level], ahead: Mapping[str, Mapping[datetime, NextHour]]) -> AreaNow:
    jam_index = row["jam_index"]
    return AreaNow(
        code=row["area_code"],
        name=row["area_name"],
        kota=row["kota_short_name"] or "",
        level=None if jam_index is None else level_of(jam_index, levels),
        jam_index=jam_index,
        cameras=row["cameras_observed"] or 0,
        next=ahead.get(row["area_code"], {}),
        latitude=row["latitude"],
        longitude=row["longitude"],
    )


@dataclass(frozen=True)
class ForecastHour:
    """One hour of the coming week in one kecamatan."""

    start: datetime
    level: Level
    jam_index: float
    low: float
    high: float
    probability: float


@dataclass(frozen=True)
class WeekAhead:
    """The coming week of one kecamatan, or of all.

    Attributes:
        week_start: Its Monday.
        issued_at: When it was forecast.
        hours: By area, in their order.
        is_synthetic: Whether it is a synthetic city's.
    """

    week_start: date
    issued_at: datetime
    hours: Mapping[str, Sequence[ForecastHour]]
    is_synthetic: bool

    @property
    def last_day(self) -> date:
        """Its Sunday."""
        return self.week_start + timedelta(days=6)

    def jammed(self, area: str) -> list[ForecastHour]:
        """The hours in which an area is expected to jam."""
        return [hour for hour in self.hours.get(area, ()) if hour.level.code == "macet"]

    def surest(self, area: str) -> ForecastHour | None:
        """The hour in which an area jams most likely, the earliest of several."""
        return max(self.hours.get(area, ()), key=lambda hour: hour.probability, default=None)

    @property
    def days(self) -> list[date]:
        """Its days, from Monday on."""
        return [self.week_start + timedelta(days=number) for number in range(7)]


async def read_week(database: CityDatabase, area: str | None = None) -> WeekAhead | None:
    """The newest week that was forecast; None where none was."""
    levels = await read_levels(database)
    rows = await database.rows(WEEK, {"area": area})
    if not rows:
        return None
    hours: dict[str, list[ForecastHour]] = defaultdict(list)
    for row in rows:
        hours[row["area_code"]].append(
            ForecastHour(
                row["hour_start"].astimezone(city_zone()),
                level_of(row["jam_index"], levels),
                row["jam_index"],
                row["jam_index_p10"],
                row["jam_index_p90"],
                row["jam_probability"],
            )
        )
    return WeekAhead(rows[0]["week_start"], rows[0]["issued_at"], hours, any(row["is_synthetic"] for row in rows))
