"""What agencies book: by the last version of every event one knows what is known."""

from collections import defaultdict
from datetime import datetime, time, timedelta

import pytest

from assets.clock import city_zone
from sample_city.bookings import UNKNOWN_STATUS, Booked, Booking, book
from sample_city.cases import case_events
from sample_city.model import Complaint
from sample_city.reference import Reference
from sample_city.spans import holder_spans
from tests.unit.sample_city.conftest import PLAN_DAYS, PLAN_SEED, PLAN_START

END = PLAN_START + timedelta(days=PLAN_DAYS - 1)


@pytest.fixture(scope="module")
def booked(complaints: list[Complaint], reference: Reference) -> list[Booked]:
    """What was booked on every third complaint."""
    agencies = reference.agencies
    return [book(case_events(one, agencies, PLAN_SEED), agencies, END, PLAN_SEED) for one in complaints[::3]]


def versions(case: Booked) -> dict[str, list[Booking]]:
    by_event: defaultdict[str, list[Booking]] = defaultdict(list)
    for booking in case.bookings:
        if booking.event.status != UNKNOWN_STATUS:
            by_event[booking.event.event_id].append(booking)
    return by_event


def booked_at(booking: Booking) -> datetime:
    return booking.booked_at or booking.event.occurred_at


def test_the_versions_that_were_booked_last_tell_what_is_known(booked: list[Booked]) -> None:
    for case in booked:
        last = [max(of_event, key=booked_at) for of_event in versions(case).values()]
        told = sorted((one.event for one in last if not one.is_withdrawn), key=lambda event: event.occurred_at)
        assert told == case.known


def test_nothing_is_delivered_after_the_last_day_or_before_it_was_booked(booked: list[Booked]) -> None:
    for case in booked:
        assert all(booked_at(one).date() <= one.delivered_on <= END for one in case.bookings)


def test_agencies_err_in_every_way(booked: list[Booked]) -> None:
    bookings = [one for case in booked for one in case.bookings]
    assert any(one.is_withdrawn for one in bookings)
    assert any(one.booked_at is None for one in bookings)
    assert any(booked_at(one) - one.event.occurred_at > timedelta(days=1) for one in bookings)
    said = [(one.event, one.booked_at, one.is_withdrawn) for one in bookings]
    assert len(said) > len(set(said))
    corrected = [
        of_event
        for case in booked
        for of_event in versions(case).values()
        if len({one.event.skpd_code for one in of_event}) > 1
    ]
    assert corrected
    assert any(
        max(of_event, key=booked_at).delivered_on < min(of_event, key=booked_at).delivered_on for of_event in corrected
    )
    assert any(case.held for case in booked)


def test_spans_follow_each_other_and_end_with_the_case(booked: list[Booked]) -> None:
    as_of = datetime.combine(END + timedelta(days=1), time(0), city_zone())
    for case in booked:
        spans = holder_spans(case.known, as_of)
        assert all(
            one.held_to is not None and one.held_to <= later.held_from
            for one, later in zip(spans, spans[1:], strict=False)
        )
        if case.known:
            assert (spans[-1].held_to is None) is not case.known[-1].closes
        assert all(
            0 <= span.hours_paused <= ((span.held_to or as_of) - span.held_from) / timedelta(hours=1) for span in spans
        )
