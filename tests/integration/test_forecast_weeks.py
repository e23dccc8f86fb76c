"""Forecast weeks on a real PostgreSQL: which weeks, hindcast, the gate, publication."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import psycopg
import pytest

from assets.cctv.expectations import candidate_forecast, forecast_expectations
from assets.cctv.forecast import make_candidates, publish_candidates
from assets.quality import validate
from assets.storage import copy_rows

WIB = ZoneInfo("Asia/Jakarta")
AREAS = ("31.71.01", "31.71.02")
MONDAY = datetime(2026, 3, 2, tzinfo=WIB)
FRIDAY = datetime(2026, 3, 6, 6, tzinfo=WIB)


@pytest.fixture
def city(connection: psycopg.Connection) -> psycopg.Connection:
    """A city whose areas jam every weekday from 17 to 19, measured until Friday 6 March 2026, 06:00 WIB."""
    connection.execute("create schema if not exists marts")
    connection.execute("create schema if not exists reference")
    connection.execute(
        "create table marts.fct_area_hours"
        " (area_code text, hour_start timestamptz, jam_index double precision, is_synthetic boolean)"
    )
    connection.execute("create table reference.traffic_levels (level_code text, jam_index_from double precision)")
    connection.execute("insert into reference.traffic_levels values ('macet', 0.6)")
    noise = np.random.default_rng(1)
    rows = []
    for area in AREAS:
        for number in range(8 * 168 + 4 * 24 + 6):
            hour = MONDAY - timedelta(weeks=8) + timedelta(hours=number)
            jam = 0.8 if hour.weekday() < 5 and 17 <= hour.hour < 19 else 0.2
            rows.append((area, hour, float(np.clip(jam + noise.normal(0, 0.02), 0, 1)), True))
    copy_rows(connection, "marts.fct_area_hours", ["area_code", "hour_start", "jam_index", "is_synthetic"], rows)
    return connection


def published(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    return connection.execute(
        "select week_start, is_hindcast, count(*), count(distinct area_code) from forecast.runs"
        " inner join forecast.jam_hours using (week_start) group by 1, 2 order by 1"
    ).fetchall()


def test_on_friday_the_next_iso_week_is_forecast_and_the_last_whole_one_as_hindcast(city: psycopg.Connection) -> None:
    assert make_candidates(city, FRIDAY) == ["2026-02-23", "2026-03-09"]
    publish_candidates(city)
    assert published(city) == [(date(2026, 2, 23), True, 336, 2), (date(2026, 3, 9), False, 336, 2)]


def test_the_evening_jam_is_foreseen(city: psycopg.Connection) -> None:
    make_candidates(city, FRIDAY)
    publish_candidates(city)
    jammed = city.execute(
        "select distinct extract(hour from hour_start at time zone 'Asia/Jakarta')::integer from forecast.jam_hours"
        " where week_start = '2026-03-09' and jam_index >= 0.6 order by 1"
    ).fetchall()
    assert jammed == [(17,), (18,)]


def test_a_published_week_gets_no_hindcast_and_publishing_again_replaces_it(city: psycopg.Connection) -> None:
    for _ in range(2):
        make_candidates(city, FRIDAY)
        publish_candidates(city)
    assert make_candidates(city, FRIDAY) == ["2026-03-09"]
    assert [row[2] for row in published(city)] == [336, 336]


def test_the_hindcast_knows_nothing_of_its_week(city: psycopg.Connection) -> None:
    make_candidates(city, FRIDAY)
    query = "select * from forecast.candidate_jam_hours where week_start = '2026-02-23' order by 2, 3"
    before = city.execute(query).fetchall()
    city.execute("update marts.fct_area_hours set jam_index = 0.99 where hour_start >= '2026-02-23 00:00+07'")
    make_candidates(city, FRIDAY)
    assert city.execute(query).fetchall() == before


def test_too_little_history_gives_no_week(city: psycopg.Connection) -> None:
    city.execute("delete from marts.fct_area_hours where hour_start < '2026-02-16 00:00+07'")
    assert make_candidates(city, FRIDAY) == []
    assert publish_candidates(city) == 0


@pytest.mark.parametrize(
    ("breakage", "subject"),
    [
        ("delete from forecast.candidate_jam_hours where hour_start = '2026-03-09 10:00+07'", "hours"),
        ("update forecast.candidate_jam_hours set jam_index = 1.2 where area_code = '31.71.01'", "highest"),
        ("update forecast.candidate_jam_hours set jam_index_p10 = 1, jam_index_p90 = 0", "crossed_intervals"),
        ("update forecast.candidate_jam_hours set jam_probability = null", "empty_hours"),
        (
            "update forecast.candidate_runs set backtest = jsonb_set(backtest, '{model,mae}', '9')",
            "error_ratio",
        ),
    ],
)
def test_the_gate_names_what_is_wrong(city: psycopg.Connection, breakage: str, subject: str) -> None:
    make_candidates(city, FRIDAY)
    good = candidate_forecast(city)
    assert all(result.passed for result in validate("forecast", good, forecast_expectations(good)))
    for table in ("candidate_jam_hours", "candidate_runs"):
        city.execute(
            f"alter table forecast.{table} drop constraint if exists {table}_jam_index_check,"
            f" drop constraint if exists {table}_check"
        )
    city.execute(
        "alter table forecast.candidate_jam_hours alter column jam_probability drop not null"
        if subject == "empty_hours"
        else "select 1"
    )
    city.execute(breakage.encode())
    broken = candidate_forecast(city)
    failed = {r.subject for r in validate("forecast", broken, forecast_expectations(broken)) if not r.passed}
    assert failed == {subject}


def test_issued_at_is_the_time_given(city: psycopg.Connection) -> None:
    make_candidates(city, FRIDAY)
    assert city.execute("select distinct issued_at from forecast.candidate_runs").fetchall() == [
        (FRIDAY.astimezone(UTC),)
    ]
