"""What a forecast has to show before it is published, and which of its ways does.

Belongs here: the expectations of the forecast gate, the choice among the ways. Does not belong here: publishing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
from psycopg import Connection

from assets.quality import GateResult, validate
from ml.forecast.history import WEEK_HOURS

if TYPE_CHECKING:
    import great_expectations as gx

# Best first: the week's own model, the one of an earlier week, the median, which needs none.
WAYS = ("model", "last_good", "four_week_median")

# The published forecast is a blend that the four-week median bounds; noise of two weeks of backtest is allowed for.
MOST_ERROR_AGAINST_MEDIAN = 1.05
# So much more error against the median than the models before it had on average is no longer the usual.
USUAL_BAND = 0.15
# What the 80 % interval may hold of two weeks; one that holds more is too wide, which misleads nobody.
LEAST_COVERAGE = 0.65


@dataclass(frozen=True)
class Choice:
    """What is published of a week.

    Attributes:
        week_start: Monday.
        published_as: The first way that passed; None where none did.
        results: What the gate expected and found, of every way up to that one.
        reason: What was wrong with the ways before it, in words; empty where the first passed.
    """

    week_start: date
    published_as: str | None
    results: Sequence[GateResult]
    reason: str


def choices(connection: Connection) -> list[Choice]:
    """Judge what waits: of each week the first way that passes."""
    waiting = candidate_forecast(connection)
    return [_choice(week_start, waiting[waiting["week_start"] == week_start]) for week_start in _weeks(waiting)]


def _weeks(waiting: pd.DataFrame) -> list[date]:
    return sorted(set(waiting["week_start"]))


def _choice(week_start: date, waiting: pd.DataFrame) -> Choice:
    results: list[GateResult] = []
    reasons: list[str] = []
    for way in WAYS:
        of_way = waiting[waiting["published_as"] == way]
        if of_way.empty:
            continue
        own = validate("forecast", of_way, forecast_expectations(of_way))
        results += own
        failed = [result for result in own if not result.passed]
        if not failed:
            return Choice(week_start, way, results, "; ".join(reasons))
        told = ", ".join(f"expected {result.expected}, found {result.observed}" for result in failed)
        reasons.append(f"{way}: {told}")
    return Choice(week_start, None, results, "; ".join(reasons))


def candidate_forecast(connection: Connection) -> pd.DataFrame:
    """One row per area, week and way that waits: hours, extremes, and the backtest beside what is usual."""
    rows = connection.execute(
        """
        with usual as (
            select
                avg(
                    (backtest -> 'model' ->> 'mae')::float
                    / nullif((backtest -> 'four_week_median' ->> 'mae')::float, 0)
                ) as error_ratio
            from forecast.runs
            where published_as = 'model' and not is_hindcast
        )

        select
            hours.week_start,
            hours.published_as,
            hours.area_code,
            count(distinct hours.hour_start) as hours,
            min(hours.jam_index) as lowest,
            max(hours.jam_index) as highest,
            count(*) filter (where hours.jam_index_p10 > hours.jam_index_p90) as crossed_intervals,
            count(*) filter (
                where hours.jam_index is null or hours.jam_probability is null or hours.jam_index = 'NaN'
            ) as empty_hours,
            max((runs.backtest -> 'model' ->> 'mae')::float)
            / nullif(max((runs.backtest -> 'four_week_median' ->> 'mae')::float), 0) as error_ratio,
            max(usual.error_ratio) as usual_error_ratio,
            max((runs.backtest -> 'interval' ->> 'coverage')::float) as coverage
        from forecast.candidate_jam_hours as hours
        inner join forecast.candidate_runs as runs using (week_start, published_as)
        cross join usual
        group by hours.week_start, hours.published_as, hours.area_code
        """
    ).fetchall()
    columns = [
        "week_start", "published_as", "area_code", "hours", "lowest", "highest", "crossed_intervals", "empty_hours",
        "error_ratio", "usual_error_ratio", "coverage",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def forecast_expectations(candidate: pd.DataFrame) -> "Sequence[gx.expectations.Expectation]":
    """Every hour for every area, possible values, no more error than the median and than usual, a true interval."""
    import great_expectations as gx

    if candidate.empty:
        return []
    usual = candidate["usual_error_ratio"].astype(float).max()
    most = MOST_ERROR_AGAINST_MEDIAN if pd.isna(usual) else min(MOST_ERROR_AGAINST_MEDIAN, usual + USUAL_BAND)

    def between(column: str, low: float | None, high: float | None, notes: str) -> "gx.expectations.Expectation":
        return gx.expectations.ExpectColumnValuesToBeBetween(
            column=column, min_value=low, max_value=high, notes=notes, meta={"subject": column}
        )

    return [
        between("hours", WEEK_HOURS, WEEK_HOURS, f"{WEEK_HOURS} hours for every area"),
        between("lowest", 0, None, "a jam index of at least 0"),
        between("highest", None, 1, "a jam index of at most 1"),
        between("crossed_intervals", 0, 0, "the 10th percentile below the 90th"),
        between("empty_hours", 0, 0, "a value and a probability for every hour"),
        between("error_ratio", None, most, f"by backtest at most {most:.2f} times the error of the four-week median"),
        between(
            "coverage", LEAST_COVERAGE, None, f"by backtest {LEAST_COVERAGE:.0%} of the hours in the 80 % interval"
        ),
    ]
