"""What was estimated of a cohort, against what it turned out to be, over sixty weeks of agencies and areas."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import psycopg
import pytest

from database.server import with_database
from tests.integration.city_of_weeks import AFTERWARDS, WARM_UP, WEEKS, CityOfWeeks, build, moment

# Sixty weeks, looked at on each of their Mondays, take as long as a fifth of all other tests.
pytestmark = pytest.mark.system

# A share moves in steps of one case: what lies on the edge of an interval is in it.
EDGE = 1e-9


@dataclass
class Seen:
    """What was said of one cohort, Monday after Monday.

    Attributes:
        estimates: Estimate and its interval, as long as there was one.
        so_far: The share of what was judged by then, which is what a reader without them would divide.
        final: The share when it was final first; None before.
    """

    estimates: list[tuple[float, float, float]] = field(default_factory=list)
    so_far: list[float] = field(default_factory=list)
    final: float | None = None
    is_mature: bool = False


def told_of_agencies(row: dict[str, Any]) -> Iterator[tuple[str, bool, float | None, tuple[Any, ...], tuple[int, int]]]:
    """Measure, maturity, share, estimate with its interval, and the counts so far, of a row of agencies."""
    counts = {
        "share_within_sla": ("resolved_within_sla", "judged"),
        "share_coordinated_within_sla": ("coordinated_within_sla", "coordination_judged"),
        **{f"share_resolved_{days}d": (f"resolved_{days}d", f"watched_{days}d") for days in (1, 3, 7, 14)},
    }
    for share, (part, whole) in counts.items():
        is_mature = row[f"is_{share.removeprefix('share_')}_mature"]
        estimate = row[f"{share}_estimate"], row[f"{share}_low"], row[f"{share}_high"]
        yield share, is_mature, row[share], estimate, (row[part], row[whole])


Cohorts = dict[tuple[str, str, date], Seen]


@pytest.fixture(scope="module")
def seen(server: str, template: str) -> Cohorts:
    """By measure, unit and week what was said of it on each of the Mondays."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create database city_of_weeks template template_city")
    city, found = build(with_database(template, "city_of_weeks")), defaultdict[tuple[str, str, date], Seen](Seen)
    for week in range(1, WEEKS + 1):
        look(city, WARM_UP + week, found)
    # Until the youngest relapses are final.
    for week in (WEEKS + 3, WEEKS + 9, WEEKS + AFTERWARDS):
        look(city, WARM_UP + week, found)
    return dict(found)


def look(city: CityOfWeeks, week: int, found: Cohorts) -> None:
    told = city.at(moment(week * 168))
    for row in told["marts.mart_skpd_sla_weekly"]:
        for measure, *said in told_of_agencies(row):
            note(found[f"agency {measure}", row["skpd_code"], row["week_start_date_wib"]], *said)
    for row in told["marts.mart_skpd_relapse_weekly"]:
        estimate = row["relapse_share_estimate"], row["relapse_share_low"], row["relapse_share_high"]
        cohort = found["agency relapse_share", row["skpd_code"], row["week_start_date_wib"]]
        note(cohort, row["is_mature"], row["relapse_share"], estimate, (row["relapsed"], row["resolved"]))
    for model in told:
        for row in told[model] if model.startswith("intermediate.") else ():
            if row["indicator_code"].endswith(("sla_share", "7d_share", "relapse_share")):
                estimate = row["estimate"], row["estimate_low"], row["estimate_high"]
                cohort = found[f"area {row['indicator_code']}", row["area_code"], row["week_start_date_wib"]]
                note(cohort, row["is_mature"], row["value"], estimate, (row["numerator"], row["denominator"]))


def note(
    cohort: Seen, is_mature: bool, share: float | None, estimate: tuple[Any, ...], counts: tuple[int, int]
) -> None:
    assert is_mature or share is None
    assert not (is_mature and estimate[0] is not None)
    if is_mature and not cohort.is_mature:
        cohort.is_mature, cohort.final = True, share
    if estimate[0] is not None and not cohort.is_mature:
        cohort.estimates.append(estimate)
        cohort.so_far.append(counts[0] / counts[1] if counts[1] else np.nan)


MEASURES = [
    "agency share_within_sla", "agency share_coordinated_within_sla", "agency share_resolved_1d",
    "agency share_resolved_3d", "agency share_resolved_7d", "agency share_resolved_14d", "agency relapse_share",
    "area within_sla_share", "area coordinated_within_sla_share", "area resolved_7d_share", "area relapse_share",
    "area living_within_sla_share", "area economy_within_sla_share", "area environment_within_sla_share",
]  # fmt: skip


@pytest.mark.parametrize("measure", MEASURES)
def test_a_share_is_in_the_end_what_was_estimated(seen: Cohorts, measure: str) -> None:
    """Of 95% of the weeks and units: of their first estimates, and of all of them."""
    firsts, every = [], []
    for (told, _, _), cohort in seen.items():
        if told == measure and cohort.final is not None and cohort.estimates:
            held = [low - EDGE <= cohort.final <= high + EDGE for _, low, high in cohort.estimates]
            firsts.append(held[0])
            every += held
    assert len(firsts) > WEEKS
    assert np.mean(firsts) >= 0.95
    assert np.mean(every) >= 0.95


@pytest.mark.parametrize("measure", ["agency share_within_sla", "area within_sla_share", "agency relapse_share"])
def test_an_estimate_is_nearer_than_what_is_judged_so_far(seen: Cohorts, measure: str) -> None:
    """Young cohorts are not better work: the share so far flatters, the estimate does not."""
    told = [
        (cohort.estimates[0][0], cohort.so_far[0], cohort.final)
        for (name, _, _), cohort in seen.items()
        if name == measure and cohort.final is not None and cohort.estimates and not np.isnan(cohort.so_far[0])
    ]
    estimate, so_far, final = np.array(told, dtype=float).T
    assert abs(np.mean(estimate - final)) < 0.005
    assert abs(np.mean(so_far - final)) > 5 * abs(np.mean(estimate - final))


def test_every_share_becomes_final(seen: Cohorts) -> None:
    start = moment(WARM_UP * 168).date()
    end = moment((WARM_UP + WEEKS) * 168).date()
    for (measure, unit, week), cohort in seen.items():
        if start <= week < end:
            assert cohort.is_mature, (measure, unit, week)
