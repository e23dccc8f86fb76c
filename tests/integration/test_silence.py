"""Silent channels: compared with their own weeks, not with each other."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo

import psycopg
import pytest

from assets.clock import city_zone
from assets.complaints.expectations import channel_watch, clock_expectations, clock_watch, watch_expectations
from assets.complaints.silence import count_hours, silences
from assets.quality import validate
from tests.served import REFERENCE

# A Monday, 10:30.
NOW = datetime(2026, 3, 2, 10, 30, tzinfo=city_zone())


def deliver(connection: psycopg.Connection, channel: str, until: datetime, *, hours: range, weekends: bool) -> None:
    """Ten weeks of a channel that reports in these hours of the day, until a moment."""
    start = NOW.replace(hour=0, minute=15) - timedelta(weeks=10)
    times = (start + timedelta(hours=number) for number in range(24 * 71))
    reports = [(channel, at) for at in times if at <= until and at.hour in hours and (weekends or at.weekday() < 5)]
    count_hours(connection, reports)


@pytest.fixture
def city(connection: psycopg.Connection) -> psycopg.Connection:
    deliver(connection, "kelurahan", NOW - timedelta(days=2, hours=18), hours=range(8, 15), weekends=False)
    deliver(connection, "whatsapp", NOW - timedelta(hours=5), hours=range(24), weekends=True)
    deliver(connection, "email", NOW, hours=range(24), weekends=True)
    return connection


def test_a_night_and_a_weekend_are_normal_for_a_counter_and_five_hours_are_not_for_a_chat(
    city: psycopg.Connection,
) -> None:
    excess = {one.channel: one.excess_hours for one in silences(city, REFERENCE, NOW.replace(hour=7))}
    assert excess["kelurahan"] == 0
    excess = {one.channel: one.excess_hours for one in silences(city, REFERENCE, NOW)}
    assert excess["whatsapp"] > 2
    assert excess["email"] == 0
    assert excess["kelurahan"] > 0, "Monday, half past ten, and the desks have reported nothing since Friday"


@pytest.mark.parametrize("end", [date(2022, 1, 1), NOW.astimezone(city_zone()).date()], ids=["long ago", "since today"])
def test_a_channel_that_is_gone_or_new_raises_no_alert(city: psycopg.Connection, end: date) -> None:
    gone = replace(REFERENCE.channels["instagram"], valid_to=end)
    reference = replace(REFERENCE, channels={**REFERENCE.channels, "instagram": gone})
    deliver(city, "instagram", NOW - timedelta(weeks=1), hours=range(24), weekends=True)
    count_hours(city, [("facebook", NOW - timedelta(days=9))])
    assert {one.channel for one in silences(city, reference, NOW)} == {"kelurahan", "whatsapp", "email"}


@pytest.mark.channels("qlue")
def test_a_channel_that_the_city_has_closed_raises_no_alert(city: psycopg.Connection) -> None:
    deliver(city, "qlue", NOW - timedelta(weeks=1), hours=range(24), weekends=True)
    assert {one.channel for one in silences(city, REFERENCE, NOW)} == {"kelurahan", "whatsapp", "email"}
    assert REFERENCE.channels["qlue"].valid_to is not None
    assert REFERENCE.channels["qlue"].valid_to < date(2026, 1, 1)


def test_hours_add_up(connection: psycopg.Connection) -> None:
    count_hours(connection, [("whatsapp", NOW), ("whatsapp", NOW + timedelta(minutes=5))])
    count_hours(connection, [("whatsapp", NOW)])
    assert connection.execute("select channel, received from ledger.channel_hours").fetchall() == [("whatsapp", 3)]


def test_the_watch_names_who_is_silent_and_who_does_not_answer(city: psycopg.Connection) -> None:
    city.execute(
        "insert into raw.fetches values ('lapor', %s, %s, %s, '1', 0, 'expected an answer, found none')",
        [NOW - timedelta(days=1), NOW, NOW],
    )
    frame = channel_watch(city, REFERENCE, NOW)
    silent, failing = validate("channel_watch", frame, watch_expectations(frame), severity="warn")
    assert not silent.passed
    assert "whatsapp: " in silent.observed
    assert "email" not in silent.observed
    assert (failing.passed, failing.severity) == (False, "warn")
    assert "lapor" in failing.observed


@pytest.mark.parametrize(("read_in", "is_right"), [(UTC, True), (city_zone(), False)])
def test_the_watch_names_a_channel_that_is_read_in_another_zone(
    connection: psycopg.Connection, read_in: tzinfo, is_right: bool
) -> None:
    # As the export of LAPOR! writes its clock: nearly nothing from 15 to 20 o'clock.
    hours = [(day, hour) for day in range(1, 8) for hour in range(24) if not 15 <= hour <= 20]
    count_hours(connection, [("lapor", datetime(2026, 3, day, hour, tzinfo=read_in)) for day, hour in hours])
    frame = clock_watch(connection)
    [result] = validate("clock_watch", frame, clock_expectations(frame), severity="warn")
    assert result.passed == is_right
    assert ("lapor: 8 h from the night" in result.observed) != is_right


def test_the_watch_says_nothing_of_a_few_reports_and_of_a_channel_that_never_sleeps(
    connection: psycopg.Connection,
) -> None:
    count_hours(connection, [("whatsapp", datetime(2026, 3, 1, hour, tzinfo=city_zone())) for hour in range(20)] * 4)
    count_hours(connection, [("portal", datetime(2026, 3, 1, hour, tzinfo=city_zone())) for hour in range(24)] * 10)
    assert set(clock_watch(connection)["hours_apart"]) == {0.0}
