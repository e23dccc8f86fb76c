"""Status events in a table, as an agency without an API exports them.

Belongs here: the columns, and a row as the fields of an event. Does not belong here: what a field means (events.py).

A moment without an offset is the city's, the clock of whoever keeps the list.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from assets.sources.forms import Form
from assets.sources.local_time import read_written
from assets.sources.records import Noted, PayloadError, Unreadable
from assets.sources.tables import Row, read_table, read_table_id
from assets.sources.wire import found

COLUMNS = (
    "event_id", "tracking_number", "channel", "source_record_id", "status", "skpd_code", "occurred_at", "booked_at",
    "is_withdrawn", "waits_for_reporter", "promised_at", "rating", "photos",
)  # fmt: skip
FORM = Form(COLUMNS, required=("event_id", "status", "skpd_code", "occurred_at"))

_FLAGS = {"true": True, "1": True, "ya": True, "false": False, "0": False, "tidak": False}


@dataclass(frozen=True)
class EventRow:
    """One row of an export.

    Attributes:
        fields: As in the JSON of an event.
        origin: The file and the row.
        content: The least export that holds the row.
    """

    fields: Mapping[str, object]
    origin: str
    content: bytes


def read_event_rows(content: bytes, origin: str) -> list[EventRow | Unreadable | Noted]:
    """Read the rows of an export; one that cannot be taken apart is kept with its reason.

    Args:
        content: A table with the columns of `COLUMNS`: the optional ones may be absent, others are left out and named.
        origin: The file's path.

    Raises:
        PayloadError: No such export.
    """
    table = read_table(content, FORM)
    return [*(_row(row, f"{origin}#{row.place}") for row in table.rows), *(Noted(origin, n) for n in table.notes)]


def _row(row: Row, where: str) -> EventRow | Unreadable:
    try:
        if row.fault:
            raise row.fault
        return EventRow(_fields({name: cell.strip() for name, cell in row.values.items()}), where, row.content)
    except PayloadError as error:
        return Unreadable(where, row.content, str(error))


def _fields(values: Mapping[str, str]) -> dict[str, object]:
    fields: dict[str, object] = {
        "event_id": _id(values.get("event_id"), "event_id"),
        "complaint": {name: _id(values.get(name), name) for name in ("tracking_number", "channel", "source_record_id")},
        "status": {"name": values.get("status")},
        "skpd": {"code": values.get("skpd_code")},
    }
    readers: dict[str, Callable[[str, str], object]] = {
        "occurred_at": _moment,
        "booked_at": _moment,
        "promised_at": _moment,
        "is_withdrawn": _flag,
        "waits_for_reporter": _flag,
        "rating": _number,
        "photos": _names,
    }
    return fields | {name: read(values[name], name) for name, read in readers.items() if name in values}


def _moment(text: str, name: str) -> str:
    return read_written(text, name).isoformat()


def _id(value: str | None, name: str) -> str | None:
    return None if value is None else read_table_id(value, name)


def _flag(text: str, name: str) -> bool:
    try:
        return _FLAGS[text.casefold()]
    except KeyError:
        raise PayloadError(f"{name} as true or false", found(text)) from None


def _number(text: str, name: str) -> int:
    if not text.isdecimal():
        raise PayloadError(f"{name} as a number", found(text))
    return int(text)


def _names(text: str, name: str) -> list[str]:
    del name
    return text.split()
