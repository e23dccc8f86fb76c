"""Who held a case from when to when, and whether it is late."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assets.city import city
from assets.complaints.triage.message import ELSEWHERE, REPEATED
from portal.lookup import limit_of, rejection_of
from portal.pages import reader_of
from portal.story import Event, Holding, holdings, read_story

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def event(hours: float, holder: str | None, status_set: str = "in_work") -> Event:
    return Event("Proses", status_set, "yellow", holder, START + hours * HOUR, None, False)


def held(holder: str, since: float, until: float | None) -> Holding:
    return Holding(holder, START + since * HOUR, None if until is None else START + until * HOUR)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param([], [held("A", 0, None)], id="nothing booked"),
        pytest.param([event(2, "A")], [held("A", 0, None)], id="the same agency begins"),
        pytest.param([event(2, "B"), event(5, "B")], [held("A", 0, 2), held("B", 2, None)], id="handed over once"),
        pytest.param(
            [event(2, "B"), event(3, "A"), event(4, "B")],
            [held("A", 0, 2), held("B", 2, 3), held("A", 3, 4), held("B", 4, None)],
            id="to and fro",
        ),
        pytest.param([event(2, "A", "closed")], [held("A", 0, 2)], id="closed"),
        pytest.param(
            [event(2, "A", "closed"), event(9, "A")], [held("A", 0, 2), held("A", 9, None)], id="opened again"
        ),
        pytest.param([event(-1, "B")], [held("B", -1, None)], id="booked before the decision"),
    ],
)
def test_a_case_is_in_one_agencys_hands_at_a_time(events: list[Event], expected: list[Holding]) -> None:
    assert list(holdings(events, "A", START)) == expected


PUBLIC = {"tracking_number": "XX2603020001", "visibility": "public", "decision": "accepted", "is_synthetic": True}


def told(**report: Any) -> dict[str, Any]:
    return {"report": {**PUBLIC, **report}, "events": []}


def test_a_kelurahan_has_its_name_where_the_place_may_be_told() -> None:
    given = {"first_holder_name": "Kelurahan", "decided_at": START.isoformat()}
    assert read_story(told(**given, kelurahan_name="Kemuning")).holdings[0].holder == "Kelurahan Kemuning"
    assert read_story(told(**given)).holdings[0].holder == "Kelurahan"


def test_what_is_open_behind_its_limit_is_late() -> None:
    story = read_story(told(resolve_due_at=START.isoformat()))
    assert [story.is_late(START + minutes * timedelta(minutes=1)) for minutes in (-1, 0, 1)] == [False, False, True]


@pytest.mark.parametrize(
    ("reasons", "told"),
    [([ELSEWHERE], f"outside {city().name}"), ([REPEATED], "one of yours"), (None, "not passed on")],
)
def test_a_rejection_is_told_by_triages_reason(reasons: list[str] | None, told: str) -> None:
    story = read_story({"report": {**PUBLIC, "decision": "rejected", "reasons": reasons}, "events": []})
    assert told in rejection_of(story, reader_of("/en").words)


@pytest.mark.parametrize(
    ("hours", "clock", "told_id", "told_en"),
    [
        (168, "calendar", "168 jam sejak dilaporkan", "168 hours after the report"),
        (336, "working", "14 hari kerja sejak dilaporkan", "14 working days after the report"),
        (36, "working", "36 jam pada hari kerja sejak dilaporkan", "36 hours of working days after the report"),
        (None, None, "", ""),
    ],
)
def test_a_limit_in_working_days_is_told_in_days(
    hours: int | None, clock: str | None, told_id: str, told_en: str
) -> None:
    story = read_story(told(limit_hours=hours, limit_clock=clock))
    assert limit_of(story, reader_of("/").words) == told_id
    assert limit_of(story, reader_of("/en").words) == told_en
