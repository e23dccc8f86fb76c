"""The curves of the cohorts, against the formulas written out, and against the library lifelines where it is installed.

lifelines breaks ties between causes by random jitter, so that its Aalen-Johansen is asked where no two times tie; tied
data are held against the sums that the formulas say. `make survival` installs it.
"""

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import psycopg
import pytest
from psycopg.rows import dict_row

from tests.integration.city_of_truth import AS_OF, compiled, rows

LET_GO, REACHED, REJECTED = 0, 1, 2
EXACT = 1e-9
CURVES = """
    with leaving as (
        select
            'one' as unit,
            step,
            count(*) as leaving,
            count(*) filter (where fate = 1) as reached,
            count(*) filter (where fate = 2) as rejected
        from unnest(%(times)s::float8[], %(fates)s::integer[]) as given (step, fate)
        group by step
    ),

    {{ curves_of(["unit"]) }}

    select * from curves order by step
"""


@pytest.fixture(scope="module")
def query(marts: str) -> str:
    """The query of curves, over times and fates that are given."""
    return compiled(marts, CURVES)


@pytest.fixture(scope="module")
def lifelines() -> ModuleType:
    """The library."""
    return pytest.importorskip("lifelines", reason="lifelines is not installed: `make survival`")


def told(url: str, query: str, times: np.ndarray, fates: np.ndarray) -> dict[str, np.ndarray]:
    """What the SQL says, by time."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        found = connection.execute(query.encode(), {"times": times.tolist(), "fates": fates.tolist()}).fetchall()
    return {name: np.array([row[name] for row in found], dtype=float) for name in found[0] if name != "unit"}


def drawn(seed: int, size: int, *, tied: bool) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    times = rng.exponential(30, size)
    return np.ceil(times) if tied else times, rng.choice([LET_GO, REACHED, REJECTED], size, p=(0.3, 0.6, 0.1))


def sf311(real: Path) -> tuple[np.ndarray, np.ndarray]:
    """Hours of San Francisco's cases: done, cancelled or another's, or open when the newest was created."""
    with (real / "complaints" / "sf311" / "cases.csv").open(encoding="utf-8", newline="") as file:
        cases = list(csv.DictReader(file))
    last = max(datetime.fromisoformat(case["created_date"]) for case in cases)
    times, fates = [], []
    for case in cases:
        created = datetime.fromisoformat(case["created_date"])
        closed = datetime.fromisoformat(case["closed_date"]) if case["closed_date"] else None
        hours = ((min(closed, last) if closed else last) - created).total_seconds() / 3600
        if hours > 0:
            times.append(hours)
            is_cancelled = case["status_notes"].lower().startswith(("cancel", "case is a duplicate", "invalid"))
            fates.append(LET_GO if closed is None or closed > last else REJECTED if is_cancelled else REACHED)
    return np.array(times), np.array(fates)


def untied(times: np.ndarray, fates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The cases whose time no other has."""
    _, first, counts = np.unique(times, return_index=True, return_counts=True)
    kept = first[counts == 1]
    return times[kept], fates[kept]


def by_formula(times: np.ndarray, fates: np.ndarray) -> dict[str, np.ndarray]:
    """Aalen and Johansen, and its variance, as the sums over all times before each."""
    at = np.unique(times)
    n = np.array([(times >= one).sum() for one in at], dtype=float)
    d1 = np.array([((times == one) & (fates == REACHED)).sum() for one in at], dtype=float)
    d = d1 + [((times == one) & (fates == REJECTED)).sum() for one in at]
    open_share = np.cumprod(1 - d / n)
    before = np.concatenate([[1], open_share[:-1]])
    share = np.cumsum(before * d1 / n)
    variance = []
    for i in range(len(at)):
        past = slice(0, i + 1)
        gap = share[i] - share[past]
        with np.errstate(divide="ignore", invalid="ignore"):
            greenwood = np.where(gap > 0, gap**2 * d[past] / (n[past] * (n[past] - d[past])), 0)
        own = before[past] ** 2 * d1[past] * (n[past] - d1[past]) / n[past] ** 3
        both = gap * before[past] * d1[past] / n[past] ** 2
        variance.append(greenwood.sum() + own.sum() - 2 * both.sum())
    return {"open_share": open_share, "reached_share": share, "reached_variance": np.array(variance)}


@pytest.mark.parametrize("tied", [False, True])
def test_the_curves_are_the_sums_that_their_formulas_say(marts: str, query: str, tied: bool) -> None:
    for seed in range(5):
        times, fates = drawn(seed, 300, tied=tied)
        found = told(marts, query, times, fates)
        for name, expected in by_formula(times, fates).items():
            assert found[name] == pytest.approx(expected, abs=EXACT), (seed, name)


def test_the_curves_of_real_cases_are_the_sums_that_their_formulas_say(marts: str, query: str, real: Path) -> None:
    times, fates = sf311(real)
    found = told(marts, query, times, fates)
    for name, expected in by_formula(times, fates).items():
        assert found[name] == pytest.approx(expected, abs=EXACT), name
    assert set(fates) == {LET_GO, REACHED, REJECTED}
    assert len(np.unique(times)) < len(times)


def check_kaplan_meier(
    lifelines: ModuleType, found: dict[str, np.ndarray], times: np.ndarray, fates: np.ndarray
) -> None:
    fitted = lifelines.KaplanMeierFitter().fit(times, fates == REACHED)
    at = found["step"]
    assert 1 - fitted.predict(at).to_numpy() == pytest.approx(found["kaplan_meier_share"], abs=EXACT)
    bounds = fitted.confidence_interval_survival_function_.loc[at]
    for theirs, ours in (("upper", "kaplan_meier_low"), ("lower", "kaplan_meier_high")):
        known = ~np.isnan(found[ours])
        expected = 1 - bounds[f"KM_estimate_{theirs}_0.95"].to_numpy()
        assert found[ours][known] == pytest.approx(expected[known], abs=EXACT)
        assert known.mean() > 0.9


def check_aalen_johansen(
    lifelines: ModuleType, found: dict[str, np.ndarray], times: np.ndarray, fates: np.ndarray
) -> None:
    fitted = lifelines.AalenJohansenFitter().fit(times, fates, event_of_interest=REACHED)
    at = found["step"]
    assert fitted.cumulative_density_.loc[at].to_numpy()[:, 0] == pytest.approx(found["reached_share"], abs=EXACT)
    assert fitted.variance_.loc[at].to_numpy()[:-1] == pytest.approx(found["reached_variance"][:-1], abs=EXACT)
    bounds = fitted.confidence_interval_.loc[at]
    # lifelines calls the lower end upper: log(-log) falls where the share rises.
    for theirs, ours in (("upper", "reached_low"), ("lower", "reached_high")):
        [column] = [name for name in bounds if theirs in name]
        known = ~np.isnan(found[ours]) & ~np.isnan(bounds[column].to_numpy())
        assert found[ours][known] == pytest.approx(bounds[column].to_numpy()[known], abs=EXACT)
        assert known.mean() > 0.9


def test_lifelines_says_the_same(marts: str, query: str, lifelines: ModuleType) -> None:
    for seed in range(5):
        times, fates = drawn(seed, 400, tied=False)
        found = told(marts, query, times, fates)
        check_kaplan_meier(lifelines, found, times, fates)
        check_aalen_johansen(lifelines, found, times, fates)


def test_lifelines_says_the_same_of_real_cases(marts: str, query: str, real: Path, lifelines: ModuleType) -> None:
    times, fates = sf311(real)
    check_kaplan_meier(lifelines, told(marts, query, times, fates), times, fates)
    times, fates = untied(times, fates)
    assert len(times) > 3000
    check_aalen_johansen(lifelines, told(marts, query, times, fates), times, fates)


def case_times(url: str) -> tuple[np.ndarray, np.ndarray]:
    """Hours of each case of the truth city to its resolution or rejection, or to now."""
    cases = rows(
        url,
        "select reported_at, resolved_at, rejected_at from marts.fct_complaints"
        " where decision = 'accepted' and duplicate_of is null",
    )
    ended = [case["resolved_at"] or case["rejected_at"] or AS_OF for case in cases]
    hours = [(end - case["reported_at"]).total_seconds() / 3600 for end, case in zip(ended, cases, strict=True)]
    fates = [REACHED if case["resolved_at"] else REJECTED if case["rejected_at"] else LET_GO for case in cases]
    return np.array(hours), np.array(fates)


def test_lifelines_says_the_same_of_the_city_of_truth(marts: str, query: str, lifelines: ModuleType) -> None:
    times, fates = case_times(marts)
    check_kaplan_meier(lifelines, told(marts, query, times, fates), times, fates)
    times, fates = untied(times, fates)
    assert len(times) > 1500
    check_aalen_johansen(lifelines, told(marts, query, times, fates), times, fates)


@pytest.mark.parametrize("days", [1, 3, 7, 14])
def test_the_mart_has_the_curve_of_each_agency(marts: str, days: int) -> None:
    """Of each agency and of all: steps of a 48th, watched to the limit and no longer."""
    cases: dict[str, list[Any]] = {}
    for case in rows(
        marts,
        "select holder_code, reported_at, resolved_at, rejected_at from marts.fct_complaints"
        " where decision = 'accepted' and duplicate_of is null",
    ):
        for unit in (case["holder_code"], "all"):
            cases.setdefault(unit, []).append(case)
    curves: dict[str, list[dict[str, Any]]] = {}
    for row in rows(
        marts, f"select * from marts.mart_cohort_curves where measure_code = 'resolved_{days}d' order by step"
    ):
        curves.setdefault(row["skpd_code"], []).append(row)
    assert cases.keys() < curves.keys()
    for unit, own in cases.items():
        steps, fates = step_and_fate(own, days)
        at_risk = [(steps >= step).sum() for step in range(49)]
        assert [row["at_risk"] for row in curves[unit]] == at_risk, unit
        for step, share in zip(np.unique(steps), by_formula(steps, fates)["reached_share"], strict=True):
            assert curves[unit][int(step)]["reached_share"] == pytest.approx(share, abs=EXACT), (unit, step)


def step_and_fate(cases: Sequence[dict[str, Any]], days: int) -> tuple[np.ndarray, np.ndarray]:
    steps, fates = [], []
    for case in cases:
        ended = case["resolved_at"] or case["rejected_at"]
        passed = ((ended or AS_OF) - case["reported_at"]).total_seconds() / 86400 / days
        is_in_time = ended is not None and passed <= 1
        steps.append(np.ceil(48 * passed) if is_in_time else np.floor(48 * min(passed, 1)))
        fates.append((REACHED if case["resolved_at"] else REJECTED) if is_in_time else LET_GO)
    return np.array(steps), np.array(fates)
