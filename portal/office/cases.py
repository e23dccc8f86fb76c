"""One case as its holder sees it: how it stands, its history, and who reported it in which words.

Belongs here: reading what schema desk tells. Does not belong here: who is told (schema desk), the page (case_pages.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from psycopg import AsyncConnection
from psycopg.rows import DictRow

from portal.story import Event, Holding, holder_named, holdings, read_event

# Signs of a report that a page shows: a report of a whole megabyte is no reading for anybody.
MOST_SIGNS = 20_000
# Of a name, a contact, an address or a title: a vendor hands on whatever somebody calls themselves.
LINE_SIGNS = 500
MOMENTS = ("reported_at", "decided_at", "held_since", "due_at", "red_flag_at", "promised_at", "last_event_at")

PRIVATE = """
    select left(reporter_name, %(line)s) as reporter_name, left(reporter_contact, %(line)s) as reporter_contact,
        left(address, %(line)s) as address, left(title, %(line)s) as title, left(description, %(most)s) as description,
        length(description) > %(most)s
        or greatest(length(reporter_name), length(reporter_contact), length(address), length(title)) > %(line)s
            as is_cut,
        point.latitude, point.longitude
    from private.complaints
    left join desk.point_of(%(case)s) as point on true
    where complaint_id = %(case)s
    order by version desc
    limit 1
"""


@dataclass(frozen=True)
class Booked:
    """A status event, with what the officer who booked it at the desk wrote."""

    event_id: str
    event: Event
    note: str | None
    officer: str | None


@dataclass(frozen=True)
class DeskCase:
    """A case as its holder sees it, without anything private.

    Attributes:
        facts: A row of int_desk_cases.
        events: In their order.
        holdings: Who held it from when to when.
    """

    facts: Mapping[str, Any]
    events: tuple[Booked, ...]
    holdings: tuple[Holding, ...]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """Read what `desk.case_of` tells."""
        facts = {**told["case"], **{name: _moment(told["case"][name]) for name in MOMENTS}}
        kelurahan = facts["kelurahan_name"]
        events = tuple(
            Booked(event["event_id"], read_event(event, kelurahan), event["note"] or None, event["officer"])
            for event in told["events"]
        )
        first = holder_named(facts["first_holder_name"], kelurahan)
        return cls(facts, events, holdings([one.event for one in events], first, facts["decided_at"]))

    @property
    def is_closed(self) -> bool:
        """Whether nothing is to be done any more."""
        return bool(self.facts["status_set"] == "closed")

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should be done by now."""
        due_at = self.facts["due_at"]
        return not self.is_closed and due_at is not None and due_at < now


async def read_case(connection: AsyncConnection[DictRow], number: str) -> DeskCase | None:
    """The case of a number; None where it is none of the session's unit.

    Args:
        connection: Of the session.
        number: As the city writes it.
    """
    row = await (await connection.execute("select desk.case_of(%s) as told", [number])).fetchone()
    return None if row is None or row["told"] is None else DeskCase.of(row["told"])


async def note_read(connection: AsyncConnection[DictRow], case: DeskCase) -> None:
    """Note that the officer reads who reported a case; it may be read when this is committed."""
    await connection.execute("select desk.note_read(%s, %s)", [case.facts["case_id"], "case page"])


async def read_answers(connection: AsyncConnection[DictRow], case: DeskCase) -> dict[str, str]:
    """What its reporters answered, by the event that it is booked by; nothing where it is not noted as read."""
    rows = await (await connection.execute("select * from desk.answers(%s)", [case.facts["case_id"]])).fetchall()
    return {row["event_id"]: row["answer"] for row in rows}


async def read_report(connection: AsyncConnection[DictRow], case: DeskCase) -> DictRow | None:
    """Who reported a case, where and in which words; None where it was erased, or is not noted as read."""
    values = {"case": case.facts["case_id"], "most": MOST_SIGNS, "line": LINE_SIGNS}
    return await (await connection.execute(PRIVATE, values)).fetchone()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
