"""Cases in a table, one row a case, as open data of other cities has them (Open311, DataSF).

Belongs here: the columns, and which rows are no case. Does not belong here: their service level (evaluate_sla.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from assets.sources.forms import Form
from assets.sources.records import PayloadError, Unreadable
from assets.sources.tables import Row, read_table, read_table_id
from assets.sources.wire import read_degrees, read_time

ID, OPENED, CLOSED = "unique_key", "created_date", "closed_date"
LATITUDE, LONGITUDE = "latitude", "longitude"
COLUMNS = (ID, OPENED, CLOSED, LATITUDE, LONGITUDE)
FORM = Form(COLUMNS, required=(ID, OPENED, CLOSED))


@dataclass(frozen=True)
class CaseRow:
    """One case.

    Attributes:
        case_id: Of the city's system.
        opened_at: UTC.
        closed_at: UTC; None while it is open.
        point: Latitude and longitude in degrees; None for none, and for 0, 0, which is no place.
    """

    case_id: str
    opened_at: datetime
    closed_at: datetime | None
    point: tuple[float, float] | None


def read_cases(content: bytes, origin: str) -> list[CaseRow | Unreadable]:
    """Read the rows of an export.

    Args:
        content: A table with those columns; others are left out.
        origin: The file's path, for what cannot be read.

    Raises:
        PayloadError: No such export.
    """
    return [_case(row, f"{origin}#{row.place}") for row in read_table(content, FORM).rows]


def last_moment(content: bytes) -> datetime:
    """The last moment that an export tells of: what happened later is not known.

    Raises:
        PayloadError: No such export, or one without any moment.
    """
    cases = [item for item in read_cases(content, "") if isinstance(item, CaseRow)]
    if not cases:
        raise PayloadError("cases", "none that can be read")
    return max(case.closed_at or case.opened_at for case in cases)


def _case(row: Row, where: str) -> CaseRow | Unreadable:
    try:
        if row.fault:
            raise row.fault
        opened_at = read_time(row.values.get(OPENED), OPENED, without_offset=UTC)
        closed_at = read_time(row.values[CLOSED], CLOSED, without_offset=UTC) if CLOSED in row.values else None
        if closed_at is not None and closed_at < opened_at:
            raise PayloadError(f"{CLOSED} not before {OPENED}", f"{opened_at - closed_at} before it")
        return CaseRow(read_table_id(row.values.get(ID), ID), opened_at, closed_at, _point(row.values))
    except PayloadError as error:
        return Unreadable(where, row.content, str(error))


def _point(values: Mapping[str, str]) -> tuple[float, float] | None:
    latitude, longitude = read_degrees(values.get(LATITUDE), 90), read_degrees(values.get(LONGITUDE), 180)
    if latitude is None or longitude is None or (latitude, longitude) == (0.0, 0.0):
        return None
    return latitude, longitude
