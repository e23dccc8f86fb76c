"""All kecamatan at one hour to come, as forecast.

Belongs here: that question, and an hour as an address asks for it. Does not belong here: one kecamatan's hours
(jams.py), the page (traffic.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from assets.clock import city_zone
from portal.database import CityDatabase
from portal.jams import Level, level_of, read_levels

# Of the next hours where they reach, for they know more; else of the week.
HOUR = """
    select distinct on (areas.area_code) areas.area_code, areas.area_name, areas.kota_short_name, told.jam_index,
        told.jam_index_p10, told.jam_index_p90, told.jam_probability, told.issued_at, told.is_synthetic
    from portal.areas
    left join portal.jam_forecast as told
        on areas.area_code = told.area_code
            and told.hour_start = %(hour)s
            and (
                told.forecast_kind = 'next_hours'
                or told.week_start = (select max(week_start) from portal.forecast_weeks)
            )
    where areas.area_level = 'kecamatan'
    order by areas.area_code, told.forecast_kind, told.issued_at desc
"""


@dataclass(frozen=True)
class AreaHour:
    """One kecamatan at an hour to come.

    Attributes:
        code: Of the area.
        name: Of the area.
        kota: Its kota, short.
        level: None without a forecast.
        jam_index: 0 free flow to 1 standstill; None without a forecast.
        low: Level at the lower end of the range that holds eight of ten.
        high: Level at its upper end.
        probability: How likely a jam is, 0 to 1.
    """

    code: str
    name: str
    kota: str
    level: Level | None
    jam_index: float | None
    low: Level | None
    high: Level | None
    probability: float | None


@dataclass(frozen=True)
class CityHour:
    """The city at an hour to come.

    Attributes:
        start: Of the hour.
        areas: The most jammed first, then by name.
        levels: All levels, from free flow on.
        issued_at: When it was forecast.
        is_synthetic: Whether it is a synthetic city's.
    """

    start: datetime
    areas: Sequence[AreaHour]
    levels: Sequence[Level]
    issued_at: datetime
    is_synthetic: bool

    @property
    def jammed(self) -> int:
        """Areas that are expected to jam."""
        return sum(area.level == self.levels[-1] for area in self.areas)

    @property
    def told(self) -> int:
        """Areas with a forecast."""
        return sum(area.level is not None for area in self.areas)


def read_asked(day: str, hour: str) -> datetime | None:
    """The hour that an address asks for; None where it asks for none.

    Raises:
        ValueError: It is no hour of a day.

    >>> read_asked("2026-03-02", "7").isoformat()
    '2026-03-02T07:00:00+07:00'
    """
    if not day and not hour:
        return None
    return datetime.combine(date.fromisoformat(day), time(int(hour)), city_zone())


async def read_hour(database: CityDatabase, hour: datetime) -> CityHour | None:
    """The city at an hour; None where nothing is forecast for it."""
    levels = await read_levels(database)
    rows = await database.rows(HOUR, {"hour": hour})
    issued = [row["issued_at"] for row in rows if row["issued_at"]]
    if not issued:
        return None

    def level(jam_index: float | None) -> Level | None:
        return None if jam_index is None else level_of(jam_index, levels)

    areas = [
        AreaHour(
            row["area_code"], row["area_name"], row["kota_short_name"] or "", level(row["jam_index"]), row["jam_index"],
            level(row["jam_index_p10"]), level(row["jam_index_p90"]), row["jam_probability"],
        )
        for row in rows
    ]  # fmt: skip
    areas.sort(key=lambda area: (-(area.jam_index if area.jam_index is not None else -1), area.name))
    return CityHour(hour, areas, levels, max(issued), any(row["is_synthetic"] for row in rows))
