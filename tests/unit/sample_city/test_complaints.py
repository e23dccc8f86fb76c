"""A day's complaints: how many, of what, by whom, and what is wrong with some of them."""

from collections import Counter
from datetime import date, timedelta

import pytest

from sample_city.channels.registry import CHANNELS
from sample_city.complaints import Planner
from sample_city.model import Complaint, Decision, Kind, Missing, PlaceBasis
from sample_city.reference import Reference, SeedError, distance_m, read_reference
from tests.folders import SMALLEST
from tests.unit.sample_city.conftest import PLAN_SEED, PLAN_START


def test_five_hundred_to_a_thousand_a_day_fewer_on_weekends(
    plan: dict[date, list[Complaint]], reference: Reference
) -> None:
    counts = {day: len(of_day) for day, of_day in plan.items()}
    assert all(500 <= count <= 1000 for count in counts.values())
    working = [count for day, count in counts.items() if not reference.is_day_off(day)]
    off = [count for day, count in counts.items() if reference.is_day_off(day)]
    assert sum(working) / len(working) > 1.15 * sum(off) / len(off)


def test_a_smaller_city_has_as_many_from_each_kelurahan(
    plan: dict[date, list[Complaint]], reference: Reference
) -> None:
    smaller = read_reference(SMALLEST)
    assert len(smaller.kelurahan) < len(reference.kelurahan) / 5
    of_day = Planner(smaller, PLAN_SEED).plan_day(PLAN_START)
    assert len(of_day) / len(smaller.kelurahan) == pytest.approx(
        len(plan[PLAN_START]) / len(reference.kelurahan), rel=0.2
    )


def test_counters_are_closed_on_days_off(plan: dict[date, list[Complaint]], reference: Reference) -> None:
    assert date(2026, 5, 1) in reference.holidays
    for day, of_day in plan.items():
        at_counters = [complaint for complaint in of_day if CHANNELS[complaint.channel].habits.is_counter]
        assert bool(at_counters) != reference.is_day_off(day)


@pytest.mark.slow
def test_a_day_does_not_depend_on_the_days_before_it(reference: Reference, plan: dict[date, list[Complaint]]) -> None:
    day, watched = PLAN_START + timedelta(days=9), reference.kelurahan[50:60]
    assert Planner(reference, PLAN_SEED, watched).plan_day(day) == plan[day]
    assert Planner(reference, seed=8).plan_day(day, 50) != Planner(reference, PLAN_SEED).plan_day(day, 50)


def test_ids_are_unique_and_days_are_kept(plan: dict[date, list[Complaint]], complaints: list[Complaint]) -> None:
    keys = Counter((complaint.channel, complaint.source_record_id) for complaint in complaints)
    assert keys.most_common(1)[0][1] == 1
    for day, of_day in plan.items():
        assert {complaint.reported_at.date() for complaint in of_day} == {day}
        assert [complaint.reported_at for complaint in of_day] == sorted(x.reported_at for x in of_day)


def test_categories_follow_the_counts_of_2023(complaints: list[Complaint], reference: Reference) -> None:
    total = sum(category.reports_2023 for category in reference.categories)
    counts = Counter(complaint.category.code for complaint in complaints)
    for category in reference.categories[:10]:
        share = counts[category.code] / len(complaints)
        assert share == pytest.approx(category.reports_2023 / total, abs=0.015)


def test_points_lie_nearest_to_their_own_kelurahan(complaints: list[Complaint], reference: Reference) -> None:
    located = [complaint for complaint in complaints if complaint.place_basis is PlaceBasis.COORDINATES][:150]
    assert len(located) == 150
    for complaint in located:
        assert complaint.latitude is not None
        assert complaint.longitude is not None
        nearest = min(
            reference.kelurahan,
            key=lambda k: distance_m(complaint.latitude, complaint.longitude, k.latitude, k.longitude),
        )
        assert nearest.code == complaint.kelurahan.code


def test_a_repetition_has_the_text_of_an_earlier_report(complaints: list[Complaint]) -> None:
    by_name = {complaint.name: complaint for complaint in complaints}
    copies = [complaint for complaint in complaints if complaint.kind in (Kind.REPEATED, Kind.SAME_TEXT)]
    assert {copy.kind for copy in copies} == {Kind.REPEATED, Kind.SAME_TEXT}
    for copy in copies:
        original = by_name[copy.duplicate_of]
        assert (copy.text, copy.kelurahan) == (original.text, original.kelurahan)
        assert copy.reported_at >= original.reported_at
        assert (copy.reporter == original.reporter) == (copy.kind is Kind.REPEATED)
        assert copy.decision is (Decision.REJECTED if copy.kind is Kind.REPEATED else Decision.ACCEPTED)


def test_nothing_else_repeats_a_reporter_and_their_words(complaints: list[Complaint]) -> None:
    own = [complaint for complaint in complaints if complaint.kind is Kind.COMPLETE]
    said = Counter((x.channel, x.reporter, x.text) for x in own if x.channel != "jaki")
    assert said.most_common(1)[0][1] == 1


def test_what_a_report_lacks_is_what_it_does_not_say(complaints: list[Complaint]) -> None:
    lacking = Counter(missing for complaint in complaints for missing in complaint.missing)
    assert lacking.keys() == set(Missing)
    assert sum(lacking.values()) < 0.08 * len(complaints)
    for complaint in complaints:
        is_placeless = complaint.place_basis is PlaceBasis.NONE
        assert is_placeless == (Missing.PLACE in complaint.missing)
        if is_placeless:
            assert complaint.kelurahan.name.casefold() not in complaint.text.casefold() or " " not in (
                complaint.kelurahan.name
            )
            assert not complaint.address


def test_an_edit_that_adds_the_place_turns_the_decision(complaints: list[Complaint]) -> None:
    mended = [x for x in complaints if x.missing and x.edited_text]
    assert mended
    assert {x.decision for x in mended} == {Decision.ACCEPTED}
    for complaint in mended:
        assert complaint.missing == (Missing.PLACE,)
        assert complaint.accepted_at == complaint.edited_at
        assert complaint.edited_text.startswith(complaint.text)
        assert complaint.edited_at is not None
        assert complaint.edited_at >= complaint.reported_at


def test_an_answer_tells_what_was_asked_for_and_turns_the_decision(complaints: list[Complaint]) -> None:
    asked = [x for x in complaints if x.channel == "sms" and x.problem]
    answered = [x for x in complaints if x.answer]
    assert {x.channel for x in answered} == {"sms"}
    assert 0.2 < len(answered) / len(asked) < 0.6
    for complaint in answered:
        assert (complaint.first_decision, complaint.decision) == (Decision.RETURNED, Decision.ACCEPTED)
        assert complaint.reporter.name in complaint.answer
        assert (len(complaint.answer) > 60) <= (Missing.PLACE in complaint.missing)
        assert complaint.accepted_at == complaint.edited_at
        assert complaint.edited_at is not None
        assert complaint.reported_at <= complaint.edited_at


def test_a_category_without_phrases_is_refused(reference: Reference) -> None:
    from dataclasses import replace

    unknown = replace(reference.categories[0], name="Kuda Lumping")
    with pytest.raises(SeedError, match="Kuda Lumping"):
        Planner(replace(reference, categories=(*reference.categories, unknown)), seed=1)
