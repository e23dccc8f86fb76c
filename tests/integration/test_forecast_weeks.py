"""Forecast weeks on a real PostgreSQL: which weeks, hindcast, the gate, publication."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import psycopg
import pytest
from joblib import parallel_config

from assets.clock import city_zone
from assets.quality import validate
from assets.storage import copy_rows
from assets.traffic import candidates, stored
from assets.traffic.candidates import make_candidates
from assets.traffic.forecaster import city_forecaster
from assets.traffic.gate import candidate_forecast, choices, forecast_expectations
from assets.traffic.publish import publish_candidates, roll_on
from assets.traffic.stored import ModelMismatchError, load, train_weekly
from database.server import database_name, with_database
from ml.forecast import learning
from ml.forecast.calendar import holiday_names
from ml.forecast.model import WeekAheadForecaster
from tests.served import HERE_AREA, NEXT_AREA

ZONE = city_zone()
FIRST = HERE_AREA.code
AREAS = (FIRST, NEXT_AREA.code)
MONDAY = datetime(2026, 3, 2, tzinfo=ZONE)
FRIDAY = datetime(2026, 3, 6, 6, tzinfo=ZONE)
# Of the week that is forecast on that Friday.
FORECAST_HOUR = datetime(2026, 3, 9, 10, tzinfo=ZONE)


@pytest.fixture(scope="module", autouse=True)
def few_trees() -> Iterator[None]:
    """A jam every evening at the same hours takes one small model, fitted in this process."""

    def quick(connection: psycopg.Connection) -> WeekAheadForecaster:
        return city_forecaster(connection).set_params(max_iter=20, learning_rate=0.3)

    with pytest.MonkeyPatch.context() as patch, parallel_config(backend="sequential"):
        patch.setattr(learning, "FOLDS", 2)
        patch.setattr(stored, "city_forecaster", quick)
        patch.setattr(candidates, "city_forecaster", quick)
        yield


@pytest.fixture(scope="module")
def measured(server: str, template: str) -> str:
    """URL of a city whose areas jam every working day from 17 to 19, measured until Friday 6 March 2026, 06:00."""
    url = copy_database(server, template, "measured_city")
    with psycopg.connect(url) as connection:
        measure(connection)
    return url


@pytest.fixture(scope="module")
def waiting(server: str, measured: str, few_trees: None) -> str:
    """URL of the same city, its forecaster trained on that Friday and its candidates waiting for the gate."""
    url = copy_database(server, measured, "waiting_city")
    with psycopg.connect(url) as connection:
        train_weekly(connection, FRIDAY)
        make_candidates(connection, FRIDAY)
    return url


@pytest.fixture
def city(server: str, measured: str) -> Iterator[psycopg.Connection]:
    """The measured city, of this test alone."""
    yield from connected(server, measured)


@pytest.fixture
def trained(server: str, waiting: str) -> Iterator[psycopg.Connection]:
    """The city with its candidates, of this test alone."""
    yield from connected(server, waiting)


def connected(server: str, url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(copy_database(server, url, "city_of_test")) as connection:
        yield connection
        connection.rollback()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("drop database city_of_test")


def copy_database(server: str, url: str, name: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name} template {database_name(url)}".encode())
    return with_database(url, name)


def measure(connection: psycopg.Connection) -> None:
    connection.execute("create schema if not exists marts")
    connection.execute("create schema if not exists reference")
    connection.execute(
        "create table marts.fct_area_hours"
        " (area_code text, hour_start timestamptz, jam_index double precision, is_synthetic boolean)"
    )
    connection.execute("create table reference.traffic_levels (level_code text, jam_index_from double precision)")
    connection.execute("insert into reference.traffic_levels values ('macet', 0.6)")
    connection.execute(
        "create table reference.school_breaks (first_day date, last_day date);"
        "create table reference.ganjil_genap_hours (rule_code text, first_iso_day int, last_iso_day int,"
        " start_hour int, end_hour int, valid_from date, valid_to date);"
        "create table reference.ganjil_genap_roads (kecamatan_code text, valid_to date);"
        "insert into reference.ganjil_genap_hours values ('morning', 1, 5, 6, 10, '2019-09-09', null);"
        f"insert into reference.ganjil_genap_roads values ('{AREAS[0]}', null)"
    )
    noise, days_off = np.random.default_rng(1), holiday_names("ID", date(2026, 1, 5), date(2026, 3, 6))
    rows = []
    for area in AREAS:
        for number in range(8 * 168 + 4 * 24 + 6):
            hour = MONDAY - timedelta(weeks=8) + timedelta(hours=number)
            is_working_day = hour.weekday() < 5 and hour.date() not in days_off
            jam = 0.8 if is_working_day and 17 <= hour.hour < 19 else 0.2
            rows.append((area, hour, float(np.clip(jam + noise.normal(0, 0.02), 0, 1)), True))
    copy_rows(connection, "marts.fct_area_hours", ["area_code", "hour_start", "jam_index", "is_synthetic"], rows)


def forecast_and_publish(connection: psycopg.Connection, now: datetime = FRIDAY) -> list[str]:
    train_weekly(connection, now)
    weeks = make_candidates(connection, now)
    publish_candidates(connection)
    return weeks


def published(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    return connection.execute(
        "select week_start, is_hindcast, count(*), count(distinct area_code) from forecast.runs"
        " inner join forecast.jam_hours using (week_start) group by 1, 2 order by 1"
    ).fetchall()


def test_on_friday_the_next_iso_week_is_forecast_and_the_last_whole_one_as_hindcast(city: psycopg.Connection) -> None:
    assert forecast_and_publish(city) == ["2026-02-23", "2026-03-09"]
    assert published(city) == [(date(2026, 2, 23), True, 336, 2), (date(2026, 3, 9), False, 336, 2)]


def test_the_evening_jam_is_foreseen(trained: psycopg.Connection) -> None:
    publish_candidates(trained)
    jammed = trained.execute(
        f"select distinct extract(hour from hour_start at time zone '{ZONE.key}')::integer from forecast.jam_hours"
        " where week_start = '2026-03-09' and jam_index >= 0.6 order by 1"
    ).fetchall()
    assert jammed == [(17,), (18,)]


def test_a_published_week_gets_no_hindcast_and_publishing_again_replaces_it(trained: psycopg.Connection) -> None:
    for _ in range(2):
        forecast_and_publish(trained)
    assert make_candidates(trained, FRIDAY) == ["2026-03-09"]
    assert [row[2] for row in published(trained)] == [336, 336]


def test_the_hindcast_knows_nothing_of_its_week(trained: psycopg.Connection) -> None:
    query = (
        "select * from forecast.candidate_jam_hours where week_start = '2026-02-23'"
        " order by published_as, area_code, hour_start"
    )
    before = trained.execute(query).fetchall()
    trained.execute(
        "update marts.fct_area_hours set jam_index = 0.99 where hour_start >= %s", [MONDAY - timedelta(days=7)]
    )
    make_candidates(trained, FRIDAY)
    assert trained.execute(query).fetchall() == before


def test_too_little_history_gives_no_week(city: psycopg.Connection) -> None:
    city.execute("delete from marts.fct_area_hours where hour_start < %s", [MONDAY - timedelta(days=14)])
    assert "not at all" in train_weekly(city, FRIDAY)["trained"]
    assert make_candidates(city, FRIDAY) == []
    assert publish_candidates(city) == 0
    assert roll_on(city, FRIDAY) == 0


@pytest.mark.parametrize(
    ("breakage", "subject"),
    [
        (f"delete from forecast.candidate_jam_hours where hour_start = '{FORECAST_HOUR}'", "hours"),
        (f"update forecast.candidate_jam_hours set jam_index = 1.2 where area_code = '{FIRST}'", "highest"),
        ("update forecast.candidate_jam_hours set jam_index_p10 = 1, jam_index_p90 = 0", "crossed_intervals"),
        ("update forecast.candidate_jam_hours set jam_index_mean = 0.5, jam_index = 'NaN'", "empty_hours"),
        ("update forecast.candidate_runs set backtest = jsonb_set(backtest, '{model,mae}', '9')", "error_ratio"),
        ("update forecast.candidate_runs set backtest = jsonb_set(backtest, '{interval,coverage}', '0.3')", "coverage"),
    ],
)
def test_the_gate_names_what_is_wrong(trained: psycopg.Connection, breakage: str, subject: str) -> None:
    good = own_model(trained)
    assert all(result.passed for result in validate("forecast", good, forecast_expectations(good)))
    for table in ("candidate_jam_hours", "candidate_runs"):
        trained.execute(
            f"alter table forecast.{table} drop constraint if exists {table}_jam_index_check,"
            f" drop constraint if exists {table}_check"
        )
    trained.execute(breakage.encode())
    broken = own_model(trained)
    failed = {r.subject for r in validate("forecast", broken, forecast_expectations(broken)) if not r.passed}
    assert subject in failed
    assert failed <= {subject, "highest", "lowest"}


def own_model(connection: psycopg.Connection) -> pd.DataFrame:
    waiting = candidate_forecast(connection)
    return waiting[waiting["published_as"] == "model"]


def test_the_last_good_model_stands_in_for_one_that_fails_and_the_median_for_both(city: psycopg.Connection) -> None:
    train_weekly(city, FRIDAY - timedelta(days=7))
    train_weekly(city, FRIDAY)
    make_candidates(city, FRIDAY)
    spoil = (
        "update forecast.candidate_runs set backtest = jsonb_set(backtest, '{model,mae}', '9')"
        " where week_start = '2026-03-09' and published_as = %s"
    )
    told = "select published_as, reason from forecast.runs where week_start = '2026-03-09'"
    for spoiled, expected in (("model", "last_good"), ("last_good", "four_week_median")):
        city.execute(spoil, [spoiled])
        publish_candidates(city)
        [(published_as, reason)] = city.execute(told).fetchall()
        assert published_as == expected
        assert f"{spoiled}: expected by backtest at most" in reason
    city.execute(
        "delete from forecast.candidate_jam_hours where published_as = 'four_week_median' and area_code = %s", [FIRST]
    )
    city.execute("delete from forecast.candidate_jam_hours where hour_start = %s", [FORECAST_HOUR])
    stuck = [choice for choice in choices(city) if choice.week_start == date(2026, 3, 9)]
    assert [choice.published_as for choice in stuck] == [None]
    before = published(city)
    publish_candidates(city)
    assert published(city) == before


def test_a_forecaster_that_other_code_made_is_refused_with_the_command_that_trains_it(
    trained: psycopg.Connection,
) -> None:
    assert "for this week" in train_weekly(trained, FRIDAY)["trained"]
    for column, value in (("code_version", "'other'"), ("sklearn_version", "'0.1'"), ("features", "'{hour}'")):
        trained.execute("savepoint before")
        trained.execute(f"update forecast.models set {column} = {value}".encode())
        with pytest.raises(ModelMismatchError, match="jsc forecast train"):
            load(trained, FRIDAY)
        assert train_weekly(trained, FRIDAY)["trained"] == "anew"
        trained.execute("rollback to savepoint before")


def test_the_next_168_hours_are_written_anew_each_day(city: psycopg.Connection) -> None:
    thursday = FRIDAY - timedelta(days=1)
    train_weekly(city, thursday)
    for now in (thursday, FRIDAY):
        assert roll_on(city, now) == 336
    assert city.execute("select min(hour_start), max(hour_start), count(*) from forecast.rolling_hours").fetchall() == [
        (FRIDAY, FRIDAY + timedelta(hours=167), 336)
    ]


def test_a_forecaster_of_later_forecasts_nothing_earlier(trained: psycopg.Connection) -> None:
    """A day that is made again knows what was known on it."""
    thursday = FRIDAY - timedelta(days=1)
    assert load(trained, thursday) is None
    assert roll_on(trained, thursday) == 0
    assert make_candidates(trained, thursday) == ["2026-02-23"]


def test_each_run_of_jammed_hours_is_one_window(trained: psycopg.Connection) -> None:
    publish_candidates(trained)
    rows = trained.execute(
        "select area_code, window_start, window_end, peak_jam_index >= 0.6 and jam_probability > 0.5"
        " from forecast.jam_windows where week_start = '2026-03-09' order by 1, 2"
    ).fetchall()
    evenings = [datetime(2026, 3, 9 + day, 17, tzinfo=ZONE) for day in range(5)]
    assert rows == [(area, start, start + timedelta(hours=2), True) for area in AREAS for start in evenings]


def test_beside_each_hour_stands_what_the_baselines_would_have_said(trained: psycopg.Connection) -> None:
    publish_candidates(trained)
    odd = trained.execute(
        """
        select count(*)
        from forecast.jam_hours as hours
        inner join marts.fct_area_hours as before
            on before.area_code = hours.area_code and before.hour_start = hours.hour_start - interval '7 days'
        where hours.week_start = '2026-02-23' and abs(hours.last_week - before.jam_index) > 1e-9
        """
    ).fetchall()
    assert odd == [(0,)]


def test_issued_at_is_the_time_given(trained: psycopg.Connection) -> None:
    assert trained.execute("select distinct issued_at from forecast.candidate_runs").fetchall() == [
        (FRIDAY.astimezone(UTC),)
    ]
