"""The two lists that a city may keep for its report: events with closures, and speeds of its corridors.

Belongs here: their columns, and what is wrong with a row.
Does not belong here: how a table is read (sources/tables.py), what of them is shown (read_ahead.py).

A row that is wrong is refused alone and named in the report; a file that is no such list is refused as a whole. Neither
stops the report.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from assets.clock import city_zone
from assets.reports.ahead import CityEvent, Corridor, Corridors, EventKind, RefusedRow
from assets.sources.forms import Form
from assets.sources.local_time import read_written
from assets.sources.records import PayloadError
from assets.sources.tables import read_table

EVENT_COLUMNS = ("first_day", "last_day", "area_code", "kind", "what")
SPEED_COLUMNS = ("road", "area_code", "hour_start", "speed_kmh", "free_speed_kmh", "length_km")
EVENTS = Form(EVENT_COLUMNS, required=EVENT_COLUMNS)
SPEEDS = Form(SPEED_COLUMNS, required=SPEED_COLUMNS)

# Speeds are of now: the newest four of each weekday.
SPEED_DAYS = 28
FASTEST_KMH, LONGEST_KM = 200.0, 100.0
LONGEST_TEXT = 200

_Row = TypeVar("_Row")


@dataclass(frozen=True)
class SpeedHour:
    """One corridor's mean speed in one hour; the free speed and the length are None where the list has none."""

    road: str
    area_code: str
    hour_start: datetime
    speed_kmh: float
    free_speed_kmh: float | None
    length_km: float | None


@dataclass(frozen=True)
class CityLists:
    """Both lists as far as they can be read; None where the city keeps none."""

    events: Sequence[CityEvent] | None = None
    speeds: Sequence[SpeedHour] | None = None
    refused: Sequence[RefusedRow] = ()


class _CellError(ValueError):
    """A cell that is not what its column holds."""

    def __init__(self, column: str, found: str) -> None:
        super().__init__(column, found)
        self.column, self.found = column, found


def read_city_lists(events: Path | None, speeds: Path | None, areas: Collection[str]) -> CityLists:
    """Read the lists.

    Args:
        events: CSV or workbook with the columns ``EVENT_COLUMNS``; None where there is none.
        speeds: CSV or workbook with the columns ``SPEED_COLUMNS``; None where there is none.
        areas: Codes of the kecamatan.
    """
    refused: list[RefusedRow] = []
    read_events = None if events is None else list(_rows(events, EVENTS, _event, areas, refused))
    read_speeds = None if speeds is None else list(_rows(speeds, SPEEDS, _speed, areas, refused))
    return CityLists(read_events, read_speeds, refused)


def corridors(speeds: Sequence[SpeedHour] | None, now: datetime) -> Corridors | None:
    """Speeds of the newest days before a moment, the slowest corridor first; None without any."""
    past = [one for one in speeds or () if one.hour_start < now]
    if not past:
        return None
    last = max(one.hour_start for one in past)
    counted = [one for one in past if one.hour_start > last - timedelta(days=SPEED_DAYS)]
    by_road: dict[tuple[str, str], list[SpeedHour]] = defaultdict(list)
    for one in counted:
        by_road[one.road, one.area_code].append(one)
    rows = [_corridor(road, area, hours) for (road, area), hours in by_road.items()]
    first = min(one.hour_start for one in counted)
    return Corridors(first, last, sorted(rows, key=lambda row: (row.slowest_speed_kmh, row.road, row.area_code)))


def _corridor(road: str, area: str, hours: Sequence[SpeedHour]) -> Corridor:
    by_hour: dict[int, list[float]] = defaultdict(list)
    for one in hours:
        by_hour[one.hour_start.astimezone(city_zone()).hour].append(one.speed_kmh)
    means = {hour: sum(found) / len(found) for hour, found in sorted(by_hour.items())}
    slowest = min(means, key=means.__getitem__)
    newest = max(hours, key=lambda one: one.hour_start)
    lost = None
    if newest.free_speed_kmh is not None and newest.length_km is not None:
        lost = max(60 * newest.length_km * (1 / means[slowest] - 1 / newest.free_speed_kmh), 0.0)
    mean = sum(one.speed_kmh for one in hours) / len(hours)
    return Corridor(road, area, len(hours), mean, slowest, means[slowest], lost)


def _rows(
    path: Path,
    form: Form,
    make: Callable[[Mapping[str, str], Collection[str]], _Row],
    areas: Collection[str],
    refused: list[RefusedRow],
) -> Iterator[_Row]:
    try:
        rows = read_table(path.read_bytes(), form).rows
    except OSError as error:
        refused.append(RefusedRow(path.name, 0, "", type(error).__name__))
        return
    except PayloadError as error:
        refused.append(RefusedRow(path.name, 0, "", str(error)))
        return
    seen: set[object] = set()
    for row in rows:
        if row.fault:
            refused.append(RefusedRow(path.name, row.number, "", str(row.fault)))
            continue
        try:
            made = make({column: row.values.get(column, "").strip() for column in form.columns}, areas)
        except _CellError as error:
            refused.append(RefusedRow(path.name, row.number, error.column, error.found))
            continue
        if made in seen:
            refused.append(RefusedRow(path.name, row.number, "", ""))
            continue
        seen.add(made)
        yield made


def _event(row: Mapping[str, str], areas: Collection[str]) -> CityEvent:
    first, last = _moment(row, "first_day").date(), _moment(row, "last_day").date()
    if last < first:
        raise _CellError("last_day", row["last_day"])
    if row["kind"] not in set(EventKind):
        raise _CellError("kind", row["kind"])
    area = _area(row, areas) if row["area_code"] else None
    return CityEvent(first, last, area, EventKind(row["kind"]), _text(row, "what"))


def _speed(row: Mapping[str, str], areas: Collection[str]) -> SpeedHour:
    hour = _moment(row, "hour_start")
    if (hour.minute, hour.second, hour.microsecond) != (0, 0, 0):
        raise _CellError("hour_start", row["hour_start"])
    free = _number(row, "free_speed_kmh", FASTEST_KMH) if row["free_speed_kmh"] else None
    length = _number(row, "length_km", LONGEST_KM) if row["length_km"] else None
    speed = _number(row, "speed_kmh", FASTEST_KMH)
    return SpeedHour(_text(row, "road"), _area(row, areas), hour, speed, free, length)


def _moment(row: Mapping[str, str], column: str) -> datetime:
    """A day or a moment as people, programs and spreadsheets write it, in the city's time."""
    try:
        return read_written(row[column], column).astimezone(city_zone())
    except PayloadError:
        raise _CellError(column, row[column]) from None


def _area(row: Mapping[str, str], areas: Collection[str]) -> str:
    if row["area_code"] not in areas:
        raise _CellError("area_code", row["area_code"])
    return row["area_code"]


def _number(row: Mapping[str, str], column: str, most: float) -> float:
    """A positive number; a decimal comma is one."""
    try:
        number = float(row[column].replace(",", "."))
    except ValueError:
        raise _CellError(column, row[column]) from None
    if not 0 < number <= most:
        raise _CellError(column, row[column])
    return number


def _text(row: Mapping[str, str], column: str) -> str:
    if not row[column] or len(row[column]) > LONGEST_TEXT:
        raise _CellError(column, row[column][:LONGEST_TEXT])
    return row[column]
