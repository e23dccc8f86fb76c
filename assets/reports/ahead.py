"""What is known ahead of a week or beside it, and no model says: days off, the city's events, roads, speeds.

Belongs here: the shape of it. Does not belong here: the city's two lists (city_lists.py), queries (read_ahead.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum


class EventKind(StrEnum):
    """What an entry of the city's list of events is."""

    EVENT = "event"
    CLOSURE = "closure"


@dataclass(frozen=True)
class Holiday:
    """A holiday, or a joint leave (cuti bersama); its name as the government's decree writes it."""

    day: date
    name: str
    is_joint_leave: bool


@dataclass(frozen=True)
class SchoolBreak:
    """Days without school, both ends included."""

    first_day: date
    last_day: date
    name: str


@dataclass(frozen=True)
class CityEvent:
    """An event or a closure of the city's own list.

    Attributes:
        first_day: Its first day.
        last_day: Its last day, included.
        area_code: The kecamatan; None for the whole city.
        kind: Event or closure.
        what: As the list writes it.
    """

    first_day: date
    last_day: date
    area_code: str | None
    kind: EventKind
    what: str


@dataclass(frozen=True)
class Corridor:
    """One corridor's speeds.

    Attributes:
        road: Its name.
        area_code: The kecamatan that it lies in.
        hours: Measured hours.
        mean_speed_kmh: Mean over the measured hours.
        slowest_hour: Hour of the day (the city's) with the lowest mean speed, the earliest of equals.
        slowest_speed_kmh: Mean speed in that hour of the day.
        minutes_lost: What one drive along it takes longer in that hour than at its free speed; None where the list
            has neither its length nor its free speed.
    """

    road: str
    area_code: str
    hours: int
    mean_speed_kmh: float
    slowest_hour: int
    slowest_speed_kmh: float
    minutes_lost: float | None


@dataclass(frozen=True)
class Corridors:
    """Speeds of the city's list, over the newest days in it.

    Attributes:
        first: Start of the first hour that is counted.
        last: Start of the last one.
        rows: The corridors, the slowest first.
    """

    first: datetime
    last: datetime
    rows: Sequence[Corridor]

    @property
    def last_end(self) -> datetime:
        """End of the last hour."""
        return self.last + timedelta(hours=1)


@dataclass(frozen=True)
class RefusedRow:
    """What could not be read of a list.

    Attributes:
        list_name: Name of the file.
        row: Its place in the file as a spreadsheet counts it, from 1; 0 for the whole file.
        column: Where it stands; empty for the whole row or file.
        found: What stands there; empty where the row is there a second time.
    """

    list_name: str
    row: int
    column: str
    found: str


@dataclass(frozen=True)
class WeekAhead:
    """What is known ahead of the week.

    Attributes:
        is_calendar_known: Whether the seeded holidays reach to the week's year.
        holidays: Those of the week, by day.
        school_breaks: Those that touch the week.
        has_events: Whether the city keeps a list of events.
        events: Those that touch the week, by day.
        roads: Named roads by area, those of the odd-even restriction first.
        refused: Rows of the city's lists that could not be read.
    """

    is_calendar_known: bool
    holidays: Sequence[Holiday] = ()
    school_breaks: Sequence[SchoolBreak] = ()
    has_events: bool = False
    events: Sequence[CityEvent] = ()
    roads: Mapping[str, Sequence[str]] = field(default_factory=dict)
    refused: Sequence[RefusedRow] = ()
