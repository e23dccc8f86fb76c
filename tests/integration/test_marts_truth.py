"""What the marts say of cases, against what truly happened."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any

import numpy as np
import psycopg
import pytest

from assets.cases.sla import Clock, due_at, read_working_days
from assets.city import COUNTRY
from assets.clock import city_zone
from benchmarks.judged_city import DELIVERY, TRIAGE, id_of
from sample_city.limits import Limit
from sample_city.spans import VERIFICATION, Span, holder_spans
from sample_city.standing import Case, reached_in_time
from tests.integration.city_of_truth import AS_OF, HOUR, SECOND, Truth, compiled, dbt, rows

# After it a cohort waits for no case any more (seed cohort_rules).
SETTLING = timedelta(days=14)


def test_every_case_stands_where_it_truly_stands(marts: str, truth: Truth) -> None:
    found = {
        row["complaint_id"]: row
        for row in rows(
            marts,
            "select complaints.*, status_name from marts.fct_complaints as complaints"
            " left join reference.case_statuses using (status_code)"
            " where decision = 'accepted' and duplicate_of is null",
        )
    }
    assert found.keys() == truth.cases.keys()
    for case_id, case in truth.cases.items():
        row = found[case_id]
        assert row["status_name"] == case.status, case
        assert row["holder_code"] == case.holder, case
        assert row["first_coordinated_at"] == case.coordinated_at, case
        assert row["resolved_at"] == case.resolved_at, case
        assert row["coordinate_due_at"] == pytest.approx(case.coordinate_due, abs=SECOND), case
        assert row["resolve_due_at"] == pytest.approx(case.resolve_due, abs=SECOND), case
        assert row["is_coordinated_within_sla"] is case.is_coordinated_in_time, case
        assert row["is_resolved_within_sla"] is case.is_resolved_in_time, case
        assert row["is_overdue"] is case.is_overdue, case
        assert row["rating"] == next((event.rating for event in reversed(case.events) if event.rating), None), case
        assert row["relapses"] == case.relapses, case


def test_every_holder_is_charged_for_its_own_span(marts: str, truth: Truth) -> None:
    found: defaultdict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in rows(marts, "select * from marts.fct_holder_spans order by case_id, span_number"):
        found[row["case_id"]].append(row)
    assert found.keys() == truth.cases.keys()
    for case_id, case in truth.cases.items():
        if not case.events or case.events[0].closes:
            # Until an event says otherwise, the agency that triage gave it to holds it.
            first, ended = found[case_id][0], case.events[0].occurred_at if case.events else None
            assert (first["holder_code"], first["held_to"]) == (case.complaint.skpd_code, ended), case
            continue
        spans = holder_spans(case.events, AS_OF)
        told = [(row["holder_code"], row["held_from"], row["held_to"], row["ended_by"]) for row in found[case_id]]
        assert told == [(span.holder_code, span.held_from, span.held_to, span.ended_by) for span in spans], case
        for row, span in zip(found[case_id], spans, strict=True):
            # No rule says how long verifying takes: every hour of it counts.
            limit = Limit(0) if is_verification(case, span) else limit_of(case, span)
            assert row["hours_paused"] == pytest.approx(paused(limit, span))
            assert row["hours_charged"] == pytest.approx(charged(limit, span)), case


def is_verification(case: Case, span: Span) -> bool:
    opening = [event for event in case.events if event.occurred_at == span.held_from]
    return any(event.status == VERIFICATION for event in opening)


def limit_of(case: Case, span: Span) -> Limit:
    """Who handed a case on is judged by the limit to coordinate, who worked on it by the limit to resolve."""
    return case.limits.coordinate if span.ended_by == "handed_over" else case.limits.resolve


def paused(limit: Limit, span: Span) -> float:
    return sum(limit.between(*part) for part in span.paused)


def charged(limit: Limit, span: Span) -> float | None:
    return None if span.held_to is None else limit.between(span.held_from, span.held_to) - paused(limit, span)


@pytest.mark.parametrize(("mart", "column"), [("daily", "reported_date_wib"), ("weekly", "week_start_date_wib")])
def test_every_figure_of_every_cohort_is_exact(marts: str, truth: Truth, mart: str, column: str) -> None:
    cohorts: defaultdict[tuple[str, date], list[Case]] = defaultdict(list)
    days = 1 if mart == "daily" else 7
    for case in truth.cases.values():
        day = case.reported_at.date()
        cohorts[case.holder, day if mart == "daily" else day - timedelta(days=day.weekday())].append(case)
    found = {(row["skpd_code"], row[column]): row for row in rows(marts, f"select * from marts.mart_skpd_sla_{mart}")}
    assert {key for key, row in found.items() if row["received"]} == cohorts.keys()
    for key, cases in cohorts.items():
        for name, figure in figures(cases, end_of_day(key[1], days)).items():
            assert found[key][name] == pytest.approx(figure), (key, name)


def end_of_day(start: date, days: int) -> datetime:
    return datetime.combine(start + timedelta(days=days), time(), city_zone())


def figures(cases: Sequence[Case], passes_at: datetime) -> dict[str, Any]:
    hours = [case.hours_to_resolve for case in cases if case.hours_to_resolve is not None]
    judged = [case.is_resolved_in_time for case in cases if case.is_resolved_in_time is not None]
    coordination = [case.is_coordinated_in_time for case in cases if case.is_coordinated_in_time is not None]
    refused = [case for case in cases if case.is_refused]
    told = {
        "received": len(cases),
        "coordinated": sum(case.coordinated_at is not None for case in cases),
        "coordination_judged": len(coordination),
        "coordinated_within_sla": sum(coordination),
        "resolved": len(hours),
        "rejected": len(refused),
        "open_now": sum(case.is_open for case in cases),
        "overdue_now": sum(case.is_overdue for case in cases),
        "judged": len(judged),
        "resolved_within_sla": sum(judged),
        "median_hours_to_resolve": definite_quantile(cases, 0.5) if passes_at <= AS_OF else None,
        "p90_hours_to_resolve": definite_quantile(cases, 0.9) if passes_at <= AS_OF else None,
        "relapsed": sum(case.relapses > 0 for case in cases),
        "relapse_share": None,
        "is_relapse_mature": False,
        "relapse_known_on": (passes_at + timedelta(days=104)).date(),
        "watched_for_relapse": None,
        "is_settled": passes_at + SETTLING <= AS_OF,
    }
    told |= shares_of("within_sla", [within_sla_known_at(case) for case in cases], judged, passes_at)
    known = [case.coordinate_due for case in cases]
    told |= shares_of("coordinated_within_sla", known, coordination, passes_at)
    for days in (1, 3, 7, 14):
        window = timedelta(days=days)
        watched = [
            case
            for case in cases
            if AS_OF - case.reported_at >= window
            and (case.refused_at is None or case.refused_at > case.reported_at + window)
        ]
        in_time = [(case.hours_to_resolve or np.inf) <= days * 24 for case in watched]
        told |= {f"watched_{days}d": len(watched), f"resolved_{days}d": sum(in_time)}
        told |= shares_of(f"resolved_{days}d", [case.reported_at + window for case in cases], in_time, passes_at)
    return told


def shares_of(
    measure: str, known_at: Sequence[datetime], judged: Sequence[bool], passes_at: datetime
) -> dict[str, Any]:
    """A share, and whether it is final: its period has passed, and so has the limit of every case."""
    final_at = min(max(passes_at, *known_at), passes_at + SETTLING)
    is_mature = final_at <= AS_OF
    return {
        f"is_{measure}_mature": is_mature,
        f"{measure}_known_on": final_at.astimezone(city_zone()).date(),
        f"share_{measure}": sum(judged) / len(judged) if is_mature and judged else None,
    }


def within_sla_known_at(case: Case) -> datetime:
    """Heavy work is known once it is done, all else once its limit has passed."""
    if not any(event.promised_at for event in case.events) or case.is_open:
        return case.resolve_due
    return min(case.resolve_due, case.resolved_at or case.events[-1].occurred_at)


def definite_quantile(cases: Sequence[Case], share: float) -> float | None:
    """Hours that a share of the cases took at most, where no open case is young enough to take less."""
    kept = [case for case in cases if not case.is_refused]
    hours = sorted(np.inf if case.hours_to_resolve is None else case.hours_to_resolve for case in kept)
    if not hours:
        return None
    found = hours[int(np.ceil(share * len(hours) - 1e-9)) - 1]
    ages = [(AS_OF - case.reported_at) / HOUR for case in kept if case.is_open]
    return found if found <= min(ages, default=np.inf) and found < np.inf else None


def test_a_unit_is_ranked_by_its_own_spans_and_only_with_enough_of_them(marts: str, truth: Truth) -> None:
    spans: defaultdict[str, list[tuple[Case, Any]]] = defaultdict(list)
    for case in truth.cases.values():
        for span in holder_spans(case.events, AS_OF):
            if span.ended_by in ("resolved", "delivered", "handed_over") and not is_verification(case, span):
                unit = case.complaint.kelurahan.code if span.holder_code == "kelurahan" else span.holder_code
                spans[unit].append((case, span))
    found = {row["unit_code"]: row for row in rows(marts, "select * from marts.mart_unit_ranking")}
    assert found.keys() == spans.keys()
    for unit, own in spans.items():
        limits = [limit_of(*one) for one in own]
        hours = [charged(limit, span) for limit, (_, span) in zip(limits, own, strict=True)]
        worked = [case for case, span in own if span.ended_by != "handed_over"]
        row = found[unit]
        assert row["spans"] == len(own)
        assert row["within_limit"] == sum(one <= limit.hours for one, limit in zip(hours, limits, strict=True)), unit
        assert row["median_hours"] == pytest.approx(median(hours))
        assert (row["worked"], row["relapsed"]) == (len(worked), sum(case.relapses > 0 for case in worked))
        assert (row["rank"] is None) is (len(own) < 30)
        assert (row["rank_low"] is None) is (len(own) < 30)
    for kind in ("skpd", "kelurahan"):
        ranked = sorted(
            (row for row in found.values() if row["unit_kind"] == kind and row["rank"]), key=lambda row: row["rank"]
        )
        assert [row["score"] for row in ranked] == sorted((row["score"] for row in ranked), reverse=True)


def test_a_rank_is_as_probable_as_a_hundred_thousand_draws_say(marts: str) -> None:
    found = {
        (row["unit_code"], row["rank"]): row["probability"]
        for row in rows(marts, "select * from marts.mart_rank_probabilities where unit_kind = 'skpd'")
    }
    scores = rows(
        marts, "select * from intermediate.int_unit_scores where unit_kind = 'skpd' and is_ranked order by unit_code"
    )
    draws, rng = 100_000, np.random.default_rng(1)
    drawn = rng.normal([row["score"] for row in scores], [row["score_error"] for row in scores], (draws, len(scores)))
    places = (-drawn).argsort(axis=1).argsort(axis=1) + 1
    assert len(scores) >= 5
    for number, row in enumerate(scores):
        for rank in range(1, len(scores) + 1):
            expected = float((places[:, number] == rank).mean())
            error = np.sqrt(max(expected * (1 - expected), 1e-3) * (1 / 1000 + 1 / draws))
            assert abs(found.get((row["unit_code"], rank), 0) - expected) < 4.5 * error, (row["unit_code"], rank)


def test_a_kelurahan_repeats_what_is_open(marts: str, truth: Truth) -> None:
    """Every further report of a case that is still open, in its kelurahan and month."""
    expected: defaultdict[tuple[str, date], list[Case]] = defaultdict(list)
    for case in truth.cases.values():
        expected[case.complaint.kelurahan.code, case.reported_at.date().replace(day=1)].append(case)
    again: defaultdict[Any, list[datetime]] = defaultdict(list)
    for one in truth.complaints:
        if one.duplicate_of and one.accepted_at is not None and one.accepted_at + DELIVERY + TRIAGE <= AS_OF:
            again[id_of(one.duplicate_of)].append(one.reported_at)
    found = {
        (row["kelurahan_code"], row["month_start_date_wib"]): row
        for row in rows(marts, "select * from marts.mart_kelurahan_reporting_monthly")
    }
    assert found.keys() == expected.keys()
    total = 0
    for key, cases in expected.items():
        watched = [
            min(case.resolved_at or case.refused_at or AS_OF, case.reported_at + 30 * 24 * HOUR) for case in cases
        ]
        days = sum((end - case.reported_at) / (24 * HOUR) for end, case in zip(watched, cases, strict=True))
        repeats = sum(
            case.reported_at <= moment <= end
            for case, end in zip(cases, watched, strict=True)
            for moment in again[id_of(case.complaint.name)]
        )
        row = found[key]
        assert (row["cases"], row["repeats"]) == (len(cases), repeats), key
        assert row["case_days"] == pytest.approx(days), key
        assert row["days_until_reported"] == (pytest.approx(days / repeats) if repeats else None), key
        total += repeats
    assert total > 20


def test_the_clock_of_working_days_is_the_same_in_sql(marts: str) -> None:
    days = read_working_days(COUNTRY / "holidays.csv")
    rng = np.random.default_rng(1)
    starts = [
        datetime(2018, 1, 1, tzinfo=city_zone()) + timedelta(seconds=int(rng.integers(10 * 365 * 86400)))
        for _ in range(2000)
    ]
    limits = [float(rng.choice((0.5, 6, 24, 168, 336))) for _ in starts]
    query = compiled(marts, DEADLINES)
    with psycopg.connect(marts) as connection:
        due = dict(connection.execute(query.encode(), {"starts": starts, "limits": limits}).fetchall())
    assert len(due) == len(starts)
    for number, (start, limit) in enumerate(zip(starts, limits, strict=True), start=1):
        assert due[number] == pytest.approx(due_at(Clock.WORKING, start, limit, days), abs=SECOND)


DEADLINES = """
    select asked.number, {{ working_moment("asked.position + asked.hours", "due_day") }}
    from (
        select number, hours, {{ working_position("start", "start_day") }} as position
        from unnest(%(starts)s::timestamptz[], %(limits)s::float8[]) with ordinality as given (start, hours, number)
        inner join {{ ref("dim_days") }} as start_day on {{ wib_date("start") }} = start_day.date_wib
    ) as asked
    inner join {{ ref("dim_days") }} as due_day
        on due_day.is_working_day
        and due_day.working_days_before = {{ working_day_of("asked.position + asked.hours") }}
"""


def test_building_anew_from_nothing_changes_no_figure(copy_of_marts: str) -> None:
    """What was built in three steps, with what came late, is what one build of everything gives."""

    def told() -> dict[str, list[dict[str, Any]]]:
        tables = (
            "fct_complaints",
            "fct_case_events",
            "fct_holder_spans",
            "mart_skpd_sla_daily",
            "mart_skpd_sla_weekly",
            "fct_pillar_weeks",
        )
        return {
            table: sorted(
                (
                    {name: value for name, value in row.items() if name != "as_of"}
                    for row in rows(copy_of_marts, f"select * from marts.{table}")
                ),
                key=str,
            )
            for table in tables
        }

    before = told()
    dbt(copy_of_marts, AS_OF, "run")
    assert told() == before
    dbt(copy_of_marts, AS_OF, "run --full-refresh")
    assert told() == before


def test_a_late_event_changes_the_days_it_belongs_to_and_no_other(copy_of_marts: str, truth: Truth) -> None:
    """A case that stood open was resolved within its limit, and the agency says so weeks later.

    Estimates rest on the cases of all days, and move with each.
    """
    case_id, case = next(
        (case_id, case)
        for case_id, case in truth.cases.items()
        if case.is_open and case.events and case.resolve_due < AS_OF - timedelta(days=2) and not case.duplicates
    )
    holder, day = case.holder, case.reported_at.date()
    resolved_at = case.events[-1].occurred_at + HOUR
    tables = {
        "mart_skpd_sla_daily": lambda row: (row["skpd_code"], row["reported_date_wib"]) == (holder, day),
        "fct_complaints": lambda row: row["complaint_id"] == case_id,
        "fct_holder_spans": lambda row: row["case_id"] == case_id,
        "fct_pillar_weeks": lambda row: row["week_start_date_wib"] == day - timedelta(days=day.weekday()),
    }

    told_by_all = re.compile(r"as_of|estimate|_low$|_high$")

    def told() -> dict[str, list[str]]:
        return {
            table: sorted(
                str({name: value for name, value in row.items() if not told_by_all.search(name)})
                for row in rows(copy_of_marts, f"select * from marts.{table}")
                if not belongs(row)
            )
            for table, belongs in tables.items()
        }

    before = told()
    with psycopg.connect(copy_of_marts) as connection:
        connection.execute(
            "insert into raw.case_events (event_id, channel, source_record_id, status, holder_code, occurred_at,"
            " booked_at, received_at, batch_id, is_synthetic)"
            " values ('late', %s, %s, 'selesai', %s, %s, %s, %s, 'late', true)",
            [case.complaint.channel, case.complaint.source_record_id, holder, resolved_at, AS_OF, AS_OF],
        )
    dbt(copy_of_marts, AS_OF, "run")
    assert told() == before
    [row] = rows(copy_of_marts, f"select * from marts.fct_complaints where complaint_id = '{case_id}'")
    assert (row["status_code"], row["resolved_at"], row["is_overdue"]) == ("selesai", resolved_at, False)
    assert row["is_resolved_within_sla"] is reached_in_time(resolved_at, case.resolve_due, AS_OF)


def test_what_nobody_knows_is_held_and_nothing_else(marts: str, truth: Truth) -> None:
    [held] = rows(marts, "select count(*) as events from raw.quarantine where channel = 'case_events'")
    assert held["events"] == sum(len(booked.held) for booked in truth.booked) > 0
    [lost] = rows(marts, "select count(*) as events from marts.fct_case_events where case_id is null")
    assert lost["events"] == 0
