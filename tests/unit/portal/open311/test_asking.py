"""What is asked of the list: its span, its lists, its pages, and what is refused."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assets.clock import city_zone, midnight
from portal.open311.asking import MOST_REQUESTS, SPAN, ListAsked

NOW = datetime(2026, 3, 10, 9, tzinfo=city_zone())
MOMENTS = st.datetimes(datetime(2019, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis


def asked(**given: Any) -> ListAsked:
    return ListAsked.model_validate(given)


def test_without_dates_it_is_the_last_ninety_days() -> None:
    assert asked().days(NOW) == (date(2025, 12, 11), date(2026, 3, 10))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"start_date": "2026-03-01"}, (date(2026, 3, 1), date(2026, 3, 10)), id="from a day until now"),
        pytest.param({"start_date": "2025-01-01"}, (date(2025, 1, 1), date(2025, 4, 1)), id="ninety days from it"),
        pytest.param({"end_date": "2025-04-01"}, (date(2025, 1, 1), date(2025, 4, 1)), id="ninety days before it"),
        pytest.param(
            {"start_date": "2026-03-01T00:00:01+07:00", "end_date": "2026-03-02T23:59:59+07:00"},
            (date(2026, 3, 2), date(2026, 3, 2)),
            id="a day that began before is not in it",
        ),
        pytest.param(
            {"start_date": "2026-02-28T17:00:00Z", "end_date": "2026-02-28T17:00:00Z"},
            (date(2026, 3, 1), date(2026, 3, 1)),
            id="one moment",
        ),
        pytest.param({"start_date": "2026-05-01"}, (date(2026, 5, 1), date(2026, 5, 1)), id="not yet"),
    ],
)
def test_a_span_is_the_days_whose_start_lies_in_it(given: dict[str, str], expected: tuple[date, date]) -> None:
    assert asked(**given).days(NOW) == expected


@given(MOMENTS, st.timedeltas(timedelta(0), SPAN), MOMENTS)
def test_a_report_is_found_exactly_if_its_own_time_lies_in_the_span(
    start: datetime, length: timedelta, when: datetime
) -> None:
    day = when.astimezone(city_zone()).date()
    first, last = asked(start_date=start.isoformat(), end_date=(start + length).isoformat()).days(NOW)
    assert (first <= day <= last) == (start <= midnight(day) <= start + length)


def test_lists_are_declared_several_times_or_with_commas() -> None:
    found = asked(service_code=["jalan,sampah", "pohon"], status="open,closed", service_request_id=["a, b"])
    assert found.service_code == ["jalan", "sampah", "pohon"]
    assert found.service_request_id == ["a", "b"]
    assert found.is_closed is None


@pytest.mark.parametrize(("status", "is_closed"), [("open", False), ("closed", True), ("", None), ("open,open", False)])
def test_a_status_is_asked_for_by_the_words_of_the_specification(status: str, is_closed: bool | None) -> None:
    assert asked(status=status).is_closed is is_closed


def test_an_empty_argument_is_as_none() -> None:
    empty = dict.fromkeys(
        ("start_date", "end_date", "status", "service_code", "service_request_id", "page", "page_size", "extensions"),
        "",
    )
    assert asked(**empty) == asked()
    assert (asked().size, asked().skipped) == (MOST_REQUESTS, 0)


def test_pages_follow_each_other() -> None:
    assert (asked(page="3", page_size="20").size, asked(page="3", page_size="20").skipped) == (20, 40)


@pytest.mark.parametrize(
    "given",
    [
        {"start_date": "2026-01-01", "end_date": "2026-04-02"},
        {"start_date": "2026-01-02", "end_date": "2026-01-01"},
        {"start_date": "2026-01-02T00:00:00"},
        {"start_date": "kemarin"},
        {"start_date": "0001-01-01T00:00:00+23:59"},
        {"end_date": "9999-12-31"},
        {"status": "selesai"},
        {"page": "0"},
        {"page_size": str(MOST_REQUESTS + 1)},
        {"page": "banyak"},
        {"service_code": "' or 1=1"},
        {"service_request_id": ",".join(map(str, range(101)))},
        {"extensions": "mungkin"},
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        asked(**given)
