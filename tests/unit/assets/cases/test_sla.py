"""Deadlines with literal dates, on both clocks."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.cases.sla import Clock, due_at, hours, is_within, read_working_days
from assets.city import COUNTRY
from assets.clock import city_zone

DAYS = read_working_days(COUNTRY / "holidays.csv")
MOMENTS = st.integers(0, 10 * 365 * 24 * 60).map(lambda minutes: at("2018-01-01 00:00") + timedelta(minutes=minutes))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=city_zone())


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        # Tuesday to Wednesday.
        ("2026-10-20 10:00", 24, "2026-10-21 10:00"),
        # Friday evening: the weekend does not count.
        ("2026-10-23 20:00", 6, "2026-10-26 02:00"),
        # Saturday: the clock starts on Monday.
        ("2026-10-24 12:00", 6, "2026-10-26 06:00"),
        # Lebaran 2025: joint leave and holidays from Friday 28 March to Monday 7 April.
        ("2025-03-27 18:00", 12, "2025-04-08 06:00"),
        # Independence Day 2026, a Monday.
        ("2026-08-14 23:00", 2, "2026-08-18 01:00"),
        # A limit that ends at midnight ends with its working day, not on the next one.
        ("2026-10-23 18:00", 6, "2026-10-24 00:00"),
    ],
)
def test_working_hours_leave_out_weekends_holidays_and_joint_leave(start: str, limit: float, due: str) -> None:
    assert due_at(Clock.WORKING, at(start), limit, DAYS) == at(due)


def test_the_calendar_counts_every_hour() -> None:
    assert due_at(Clock.CALENDAR, at("2025-03-27 18:00"), 168, DAYS) == at("2025-04-03 18:00")
    assert hours(Clock.CALENDAR, at("2026-10-23 20:00"), at("2026-10-26 02:00"), DAYS) == 54


def test_lebaran_of_2025_has_no_working_day() -> None:
    assert not [day for day in DAYS.days if date(2025, 3, 28) <= day <= date(2025, 4, 7)]


@given(MOMENTS, st.floats(0.1, 500))
def test_a_limit_is_used_up_when_it_is_due(start: datetime, limit: float) -> None:
    due = due_at(Clock.WORKING, start, limit, DAYS)
    assert hours(Clock.WORKING, start, due, DAYS) == pytest.approx(limit)
    assert due - start >= timedelta(hours=limit) - timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("reached", "verdict"),
    [
        ("2026-10-19 10:00", True),
        ("2026-10-19 12:00", True),
        ("2026-10-19 12:01", False),
        ("2026-10-19 07:00", None),
        (None, False),
    ],
)
def test_a_stage_is_judged_when_something_can_be_said(reached: str | None, verdict: bool | None) -> None:
    reported, due = at("2026-10-19 08:00"), at("2026-10-19 12:00")
    assert is_within(reported, at(reached) if reached else None, due, at("2026-10-20 00:00")) is verdict
    assert is_within(reported, None, due, at("2026-10-19 11:00")) is None
