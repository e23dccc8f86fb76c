"""What came after a closing stands on the timeline on its day."""

from datetime import date, datetime
from typing import Any

import pytest

from portal.afterwards import NOTHING, Afterwards, CameBack
from portal.story import Event

TOLD: dict[str, Any] = {
    "may_rate": True,
    "is_rated": True,
    "returns": [{"day": "2026-03-03", "number": None}, {"day": "2026-03-05", "number": "XX2603050001"}],
    "is_evidence_reused": False,
    "pictures": [{"kind": "work", "taken_at": "2026-03-02T08:00:00+00:00"}],
}


def event(at: str) -> Event:
    return Event("Selesai", "closed", "green", None, datetime.fromisoformat(at), None, False)


def test_what_the_database_tells_is_read() -> None:
    afterwards = Afterwards.of(TOLD)
    assert (afterwards.may_rate, afterwards.is_rated) == (True, True)
    assert [(one.kind, one.name) for one in afterwards.pictures] == [("work", "pekerjaan")]


@pytest.mark.parametrize(
    ("moments", "places"),
    [
        ([], [0, 1]),
        # The day is the city's: 18:00 UTC is the next one there.
        (["2026-03-02T18:00:00+00:00", "2026-03-04T01:00:00+00:00", "2026-03-04T18:00:00+00:00"], [1, 4]),
        (["2026-03-03T23:59:00+07:00"], [1, 2]),
        (["2026-03-06T00:00:00+07:00"], [0, 1]),
    ],
)
def test_of_a_day_what_came_back_is_the_last(moments: list[str], places: list[int]) -> None:
    timeline = Afterwards.of(TOLD).timeline([event(moment) for moment in moments])
    assert [place for place, entry in enumerate(timeline) if isinstance(entry, CameBack)] == places
    assert [entry.day for entry in timeline if isinstance(entry, CameBack)] == [date(2026, 3, 3), date(2026, 3, 5)]


def test_without_a_closing_the_timeline_is_that_of_the_events() -> None:
    events = [event("2026-03-02T08:00:00+07:00"), event("2026-03-02T08:00:00+07:00")]
    assert NOTHING.timeline(events) == events
