"""The life of a case: in order, at agencies that exist, as long as the city publishes."""

from datetime import timedelta
from itertools import pairwise

import pytest

from sample_city.cases import CaseEvent, case_events
from sample_city.model import Complaint, Decision
from sample_city.reference import Reference
from tests.unit.sample_city.conftest import PLAN_SEED

OTHERS = ("dinas_bina_marga", "dinas_perhubungan", "satpol_pp")


@pytest.fixture(scope="module")
def cases(complaints: list[Complaint]) -> list[tuple[Complaint, list[CaseEvent]]]:
    return [(complaint, case_events(complaint, OTHERS, PLAN_SEED)) for complaint in complaints[:5000]]


def test_only_what_is_accepted_becomes_a_case(cases: list[tuple[Complaint, list[CaseEvent]]]) -> None:
    for complaint, events in cases:
        assert bool(events) == (complaint.decision is Decision.ACCEPTED)


def test_events_are_in_order_after_acceptance(
    cases: list[tuple[Complaint, list[CaseEvent]]], reference: Reference
) -> None:
    for complaint, events in cases:
        times = [event.occurred_at for event in events]
        assert times == sorted(times)
        if complaint.accepted_at:
            assert complaint.accepted_at < times[0]
            assert events[0].status == "Menunggu"
        assert {event.skpd_code for event in events} <= reference.skpd_codes
        # A case goes on after its end only where it was not done.
        assert all(later.status == "Proses" for event, later in pairwise(events) if event.closes)


def test_who_closes_a_case_is_the_agency_that_had_to(cases: list[tuple[Complaint, list[CaseEvent]]]) -> None:
    closed = [(complaint, events[-1]) for complaint, events in cases if events and events[-1].status == "Selesai"]
    assert closed
    assert all(event.skpd_code == complaint.skpd_code for complaint, event in closed)


def test_hours_to_resolve_are_those_of_2020_with_a_tail(cases: list[tuple[Complaint, list[CaseEvent]]]) -> None:
    hours = [
        (events[-1].occurred_at - complaint.reported_at) / timedelta(hours=1)
        for complaint, events in cases
        if events and events[-1].status == "Selesai"
    ]
    assert sum(hours) / len(hours) == pytest.approx(40, abs=5)
    assert 0.01 < sum(value > 7 * 24 for value in hours) / len(hours) < 0.08
    unresolved = sum(bool(events) and events[-1].status != "Selesai" for _, events in cases)
    assert 0.01 < unresolved / len(cases) < 0.08


def test_some_cases_wander(cases: list[tuple[Complaint, list[CaseEvent]]]) -> None:
    handovers = [sum(event.status == "Koordinasi" for event in events) for _, events in cases]
    assert {0, 1, 2} <= set(handovers)


def test_some_wait_for_the_reporter_are_promised_reopened_and_rated(
    cases: list[tuple[Complaint, list[CaseEvent]]],
) -> None:
    events = [event for _, life in cases for event in life]
    assert any(event.waits_for_reporter for event in events)
    assert any(event.promised_at for event in events)
    assert any(event.closes for _, life in cases for event in life[:-1])
    rated = [event for event in events if event.rating]
    assert {event.rating for event in rated} == {1, 2, 3, 4, 5}
    assert all(event.closes and event.rated_at and event.rated_at > event.occurred_at for event in rated)
