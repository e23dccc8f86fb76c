"""The forecast's features and measures, said a second time in SQL by the clock, on a real PostgreSQL.

The days off are typed from the decrees; values after the cut-off are absurd, so that one of them would be seen.
"""

from datetime import date

import numpy as np
import pandas as pd
import psycopg
import pytest

from ml.forecast.backtest import backtest, scores
from ml.forecast.calendar import SchoolBreaks
from ml.forecast.features import FEATURE_NAMES, calendar_of, week_ahead
from ml.forecast.frame import to_grid
from ml.forecast.model import WeekAheadForecaster
from ml.forecast.odd_even import OddEven, RestrictedHours
from tests.integration.forecast_oracle import FEATURES_SQL, MEASURES_SQL, TRAINING_SQL
from tests.served import HERE_AREA, NEXT_AREA

FREE_DAYS = {
    date(2026, 1, 1): "New Year's Day",
    date(2026, 1, 16): "Isra' and Mi'raj",
    date(2026, 2, 16): "Lunar New Year Joint Holiday",
    date(2026, 2, 17): "Lunar New Year",
    date(2026, 3, 18): "Day of Silence Joint Holiday",
    date(2026, 3, 19): "Day of Silence",
    date(2026, 3, 20): "Eid al-Fitr Joint Holiday",
    date(2026, 3, 21): "Eid al-Fitr",
    date(2026, 3, 22): "Eid al-Fitr Second Day",
    date(2026, 3, 23): "Eid al-Fitr Joint Holiday",
    date(2026, 3, 24): "Eid al-Fitr Joint Holiday",
    date(2026, 4, 3): "Good Friday",
    date(2026, 4, 5): "Easter Sunday",
}
SCHOOL_BREAKS: SchoolBreaks = ((date(2026, 2, 18), date(2026, 2, 20)), (date(2026, 3, 13), date(2026, 3, 27)))
RULE = OddEven(
    windows=(
        RestrictedHours(1, 5, 6, 10, date(2019, 9, 9), date(2026, 3, 12)),
        RestrictedHours(1, 5, 16, 21, date(2019, 9, 9)),
    ),
    roads={HERE_AREA.code: 3, NEXT_AREA.code: 1},
)
# Ten days of history; the fasting month; the morning of the feast, whose eve and joint leave have passed.
CUTOFFS = tuple(map(pd.Timestamp, ("2026-02-05 23:00", "2026-03-10 14:00", "2026-03-21 09:00")))


def draw_panel() -> pd.DataFrame:
    """Two areas of nine weeks: a tenth missing, and hours of the week that one or both of them never show."""
    rng = np.random.default_rng(3)
    hours = pd.date_range("2026-01-26", periods=9 * 168, freq="h")
    shape = 0.2 + np.exp(-((hours.hour.to_numpy() - 17) ** 2) / 9) + 0.05 * hours.day_of_week.to_numpy()
    frames = []
    for area, size in ((HERE_AREA.code, 1.0), (NEXT_AREA.code, 4.0)):
        value = size * shape * rng.lognormal(0.0, 0.3, len(hours))
        value[rng.random(len(hours)) < 0.1] = np.nan
        rain = np.where(rng.random(len(hours)) < 0.2, rng.gamma(1.0, 4.0, len(hours)), 0.0)
        rain[rng.random(len(hours)) < 0.1] = np.nan
        frames.append(pd.DataFrame({"area_id": area, "hour_start": hours, "value": value, "rain_mm": rain}))
    panel = pd.concat(frames, ignore_index=True)
    start = panel["hour_start"].dt
    only_other_shows = (panel["area_id"] == NEXT_AREA.code) & (start.day_of_week == 2) & (start.hour == 3)
    only_older_show = (start.day_of_week == 3) & (start.hour == 4) & (panel["hour_start"] >= "2026-02-20")
    never_shown = (start.day_of_week == 4) & (start.hour == 5)
    panel["value"] = panel["value"].mask(only_other_shows | only_older_show | never_shown)
    # Rows that are missing altogether, not only their values.
    return panel.drop(index=panel.sample(frac=0.05, random_state=1).index)


@pytest.fixture
def oracle(connection: psycopg.Connection) -> psycopg.Connection:
    """The panel and the calendar as tables."""
    with connection.cursor() as cursor:
        cursor.execute("create temp table panel (area text, at timestamp, value float8, rain float8)")
        cursor.execute("create temp table free_days (day date, name text)")
        cursor.execute("create temp table school_breaks (first date, last date)")
        cursor.execute(
            "create temp table odd_even"
            " (first_day int, last_day int, from_hour int, to_hour int, valid_from date, valid_to date)"
        )
        cursor.execute("create temp table roads (area text, roads int)")
        cursor.executemany("insert into free_days values (%s, %s)", list(FREE_DAYS.items()))
        cursor.executemany("insert into school_breaks values (%s, %s)", list(SCHOOL_BREAKS))
        windows = [
            (one.first_iso_day, one.last_iso_day, one.start_hour, one.end_hour, one.valid_from, one.valid_to)
            for one in RULE.windows
        ]
        cursor.executemany("insert into odd_even values (%s, %s, %s, %s, %s, %s)", windows)
        cursor.executemany("insert into roads values (%s, %s)", list(RULE.roads.items()))
    return connection


def fill(connection: psycopg.Connection, table: str, frame: pd.DataFrame) -> None:
    with connection.cursor() as cursor, cursor.copy(f"copy {table} from stdin") as copy:
        for row in frame.itertuples(index=False):
            copy.write_row([None if pd.isna(value) else value for value in row])


def asked(connection: psycopg.Connection, query: str, arguments: dict[str, object]) -> pd.DataFrame:
    cursor = connection.execute(query, arguments)
    names = [column.name for column in cursor.description or ()]
    return pd.DataFrame(cursor.fetchall(), columns=names)


@pytest.mark.parametrize("cutoff", CUTOFFS, ids=str)
def test_every_feature_is_what_sql_says(oracle: psycopg.Connection, cutoff: pd.Timestamp) -> None:
    panel = draw_panel()
    panel.loc[panel["hour_start"] > cutoff, ["value", "rain_mm"]] = 1e6
    fill(oracle, "panel", panel)
    grid = to_grid(panel)
    row = int(grid.hours.get_loc(cutoff))
    found = week_ahead(grid, row, calendar_of(grid, "ID", SCHOOL_BREAKS, RULE)).features.reshape(2 * 168, -1)
    said = asked(oracle, FEATURES_SQL, {"cutoff": cutoff})
    assert set(said.columns) == {"area", "step", *FEATURE_NAMES}, "a feature without an oracle, or the reverse"
    assert len(said) == 2 * 168
    for position, name in enumerate(FEATURE_NAMES):
        expected = said[name].to_numpy(dtype=float)
        np.testing.assert_allclose(found[:, position], expected, rtol=1e-9, atol=1e-12, err_msg=name)


def test_the_oracle_has_something_to_say_of_every_feature(oracle: psycopg.Connection) -> None:
    """No feature is constant or empty at all of the cut-offs: agreeing on nothing would be no agreement."""
    fill(oracle, "panel", draw_panel())
    said = pd.concat([asked(oracle, FEATURES_SQL, {"cutoff": cutoff}) for cutoff in CUTOFFS])
    assert [name for name in FEATURE_NAMES if said[name].nunique() < 2] == []


def test_every_measure_is_what_sql_says(oracle: psycopg.Connection) -> None:
    panel = draw_panel()
    fill(oracle, "panel", panel)
    rows = backtest(panel, WeekAheadForecaster(max_iter=10, learning_rate=0.3), windows=2)
    columns = [
        "window", "area_id", "hour_start", "actual", "model", "p10", "p90", "jam_probability",
        "same_hour_last_week", "four_week_median", "jam_threshold", "naive_scale",
    ]  # fmt: skip
    oracle.execute(
        "create temp table judged (judged_window int, area text, at timestamp, actual float8, model float8, p10 float8,"
        " p90 float8, jam_probability float8, same_hour_last_week float8, four_week_median float8,"
        " jam_threshold float8, naive_scale float8)"
    )
    fill(oracle, "judged", rows[columns])
    for name, measures in scores(rows).items():
        said = asked(oracle, MEASURES_SQL.format(forecast=name), {"is_model": name == "model"})
        assert set(said.columns) == set(measures), "a measure without an oracle, or the reverse"
        for measure, value in measures.items():
            np.testing.assert_allclose(
                np.array(value, dtype=float),
                said[measure].astype(float).iloc[0],
                rtol=1e-9,
                err_msg=f"{name} {measure}",
            )
    training = asked(oracle, TRAINING_SQL, {}).set_index(["judged_window", "area"])
    found = rows.groupby(["window", "area_id"])[["jam_threshold", "naive_scale"]].agg(["min", "max"])
    for column in ("jam_threshold", "naive_scale"):
        for edge in ("min", "max"):
            np.testing.assert_allclose(found[column, edge], training[column].astype(float), rtol=1e-9)
