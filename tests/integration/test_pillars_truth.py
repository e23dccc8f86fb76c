"""The numerators and denominators of the six pillars, against the truth."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from assets.city import city
from benchmarks.judged_city import DELIVERY, TRIAGE, id_of
from sample_city.channels.registry import CHANNELS
from sample_city.model import Complaint
from sample_city.standing import Case
from tests.integration.city_of_truth import AS_OF, HINDCAST_WEEK, Streets, Truth, end_of, rows


def test_every_numerator_of_the_pillars_is_exact(marts: str, truth: Truth) -> None:
    reports: defaultdict[tuple[date, str], list[tuple[Complaint, Case | None]]] = defaultdict(list)
    for one in truth.complaints:
        if one.reported_at + DELIVERY + TRIAGE <= AS_OF:
            for area in areas_of(one.kelurahan.kecamatan.code):
                reports[monday(one.reported_at), area].append((one, truth.cases.get(id_of(one.name))))
    pillars = {row["category_code"]: row["pillar_code"] for row in rows(marts, "select * from marts.dim_categories")}
    people = {row["area_code"]: row["population"] for row in rows(marts, "select * from marts.dim_areas")}
    first_of = {one.reporter.name: one for one in reversed(truth.complaints)}
    expected: defaultdict[tuple[date, str], dict[str, Any]] = defaultdict(dict)
    for (week, area), of_area in reports.items():
        accepted = [one for one, _ in of_area if is_accepted(one)]
        told = pillar_figures(of_area, pillars) | {
            "new_reporter_share": (sum(first_of[one.reporter.name] is one for one in accepted), len(accepted))
        }
        per_10k = {"reports_per_10k": accepted} | {
            f"{pillar}_reports_per_10k": [one for one in accepted if pillars[one.category.code] == pillar]
            for pillar in ("living", "economy", "environment")
        }
        if people[area]:
            told |= {indicator: (len(counted), people[area]) for indicator, counted in per_10k.items()}
        expected[week, area] |= told
    for key, of_streets in street_figures(truth.streets, people).items():
        expected[key] |= of_streets
    found: defaultdict[tuple[date, str], dict[str, Any]] = defaultdict(dict)
    for row in rows(marts, "select * from marts.mart_pillar_weekly"):
        found[row["week_start_date_wib"], row["area_code"]][row["indicator_code"]] = row
    assert {row["indicator_code"] for row in rows(marts, "select * from reference.pillar_indicators")} == {
        indicator for of_area in expected.values() for indicator in of_area
    }
    for key, of_area in found.items():
        # An area that nobody measured has a row that says so.
        measured = {indicator for indicator, row in of_area.items() if row["coverage"] or row["numerator"]}
        assert measured == expected[key].keys(), key
        for indicator, told in expected[key].items():
            numerator, denominator = told
            row = of_area[indicator]
            assert (row["numerator"], row["denominator"]) == (pytest.approx(numerator), denominator), (key, indicator)
    assert expected.keys() <= found.keys()


def monday(moment: datetime) -> date:
    return moment.date() - timedelta(days=moment.weekday())


def areas_of(kecamatan: str) -> set[str]:
    """The kecamatan, its kota and the city, which may be that kota."""
    return {city().code, kecamatan[:5], kecamatan}


def street_figures(streets: Streets, people: dict[str, int | None]) -> dict[tuple[date, str], dict[str, Any]]:
    indexes: defaultdict[tuple[date, str], list[float]] = defaultdict(list)
    for kecamatan, hour, jam_index in streets.hours:
        for area in areas_of(kecamatan):
            indexes[monday(hour), area].append(jam_index)
    told: defaultdict[tuple[date, str], dict[str, Any]] = defaultdict(dict)
    for key, measured in indexes.items():
        told[key]["jam_hours_share"] = sum(one >= 0.6 for one in measured), len(measured)
        told[key]["mean_jam_index"] = sum(measured), len(measured)
    for key, errors in forecast_errors(streets).items():
        of_median = sum(median for _, median in errors)
        told[key]["forecast_skill"] = of_median - sum(error for error, _ in errors), pytest.approx(of_median)
    for kecamatan, moment in streets.tickets:
        for area in areas_of(kecamatan) if kecamatan else (city().code,):
            if people[area]:
                count, _ = told[monday(moment), area].get("tickets_per_10k", (0, None))
                told[monday(moment), area]["tickets_per_10k"] = count + 1, people[area]
    return told


def forecast_errors(streets: Streets) -> dict[tuple[date, str], list[tuple[float, float]]]:
    """What the forecast and the four-week median missed each measured hour by, of weeks forecast before they began."""
    measured = {(area, hour): jam_index for area, hour, jam_index in streets.hours}
    errors: defaultdict[tuple[date, str], list[tuple[float, float]]] = defaultdict(list)
    for kecamatan, hour, jam_index, median in streets.forecasts:
        truth = measured.get((kecamatan, hour))
        if truth is not None and monday(hour) != monday(end_of(7 * HINDCAST_WEEK)):
            for area in areas_of(kecamatan):
                errors[monday(hour), area].append((abs(jam_index - truth), abs(median - truth)))
    return errors


def pillar_figures(
    reports: Sequence[tuple[Complaint, Case | None]], pillars: dict[str, str]
) -> dict[str, tuple[int, int]]:
    accepted = [one for one, _ in reports if is_accepted(one)]
    cases = [case for _, case in reports if case is not None]
    judged = [case for case in cases if case.is_resolved_in_time is not None]
    resolved = [case for case in cases if case.resolved_at is not None]
    closed_long_ago = [case for case in resolved if case.resolved_at + timedelta(days=90) <= AS_OF]
    coordination = [case.is_coordinated_in_time for case in cases if case.is_coordinated_in_time is not None]
    week = timedelta(days=7)
    watched = [
        case
        for case in cases
        if AS_OF - case.reported_at >= week and (case.refused_at is None or case.refused_at > case.reported_at + week)
    ]
    told = {
        "within_sla_share": (sum(case.is_resolved_in_time is True for case in judged), len(judged)),
        "coordinated_within_sla_share": (sum(coordination), len(coordination)),
        "resolved_7d_share": (sum((case.hours_to_resolve or np.inf) <= 168 for case in watched), len(watched)),
        "relapse_share": (sum(case.relapses > 0 for case in closed_long_ago), len(closed_long_ago)),
        "published_share": (len(accepted), len(reports)),
        "uncategorised_share": (sum(one.category.code not in pillars for one in accepted), len(accepted)),
        "counter_share": (sum(CHANNELS[one.channel].habits.is_counter for one in accepted), len(accepted)),
        "median_hours_to_resolve": (len(resolved), len(cases)),
        "p90_hours_to_resolve": (len(resolved), len(cases)),
    }
    for pillar in set(pillars.values()):
        told[f"{pillar}_reports"] = (sum(pillars[one.category.code] == pillar for one in accepted), len(accepted))
    for pillar in ("living", "economy", "environment"):
        of_pillar = [case for case in judged if pillars[case.complaint.category.code] == pillar]
        told[f"{pillar}_within_sla_share"] = sum(c.is_resolved_in_time is True for c in of_pillar), len(of_pillar)
    return told


def is_accepted(one: Complaint) -> bool:
    return one.accepted_at is not None and one.accepted_at + DELIVERY + TRIAGE <= AS_OF
