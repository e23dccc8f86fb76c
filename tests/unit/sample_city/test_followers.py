"""What comes after a complaint: the same case in other words, cases that come back, and what only looks so."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from sample_city.cases import case_events
from sample_city.channels.registry import CHANNELS
from sample_city.complaints import Planner
from sample_city.model import Complaint, Decision, Doubt, Kind, PlaceBasis
from sample_city.reference import Reference, distance_m
from sample_city.rephrasings import FAMILIES, JAM_CLAIMS, REPHRASINGS
from sample_city.vocabulary import PHRASES
from tests.unit.sample_city.conftest import PLAN_SEED


@pytest.fixture(scope="module")
def by_name(complaints: list[Complaint]) -> dict[str, Complaint]:
    return {complaint.name: complaint for complaint in complaints}


def pairs(complaints: list[Complaint], by_name: dict[str, Complaint], kind: Kind) -> list[tuple[Complaint, Complaint]]:
    """Followers of a kind with their originals, as far as the sample has these."""
    links = [(one.duplicate_of or one.relapse_of, one) for one in complaints if one.kind is kind]
    return [(by_name[link], follower) for link, follower in links if link in by_name]


def closed_at(reference: Reference, complaint: Complaint) -> tuple[str, datetime]:
    last = case_events(complaint, reference.agencies, PLAN_SEED)[-1]
    return last.status, last.occurred_at


@pytest.mark.parametrize("kind", [Kind.REPHRASED, Kind.RELAPSE, Kind.FOLLOW_UP])
def test_a_follower_is_at_the_place_and_says_so(
    complaints: list[Complaint], by_name: dict[str, Complaint], kind: Kind
) -> None:
    found = pairs(complaints, by_name, kind)
    assert len(found) > 10
    for original, follower in found:
        assert (follower.spot, follower.kelurahan) == (original.spot, original.kelurahan)
        assert (follower.category, follower.skpd_code) == (original.category, original.skpd_code)
        assert follower.decision is original.decision is Decision.ACCEPTED
        assert follower.reported_at > original.reported_at
        assert follower.problem in REPHRASINGS[original.problem]
        if original.names_spot:
            assert original.spot.street in follower.text + follower.address
        else:
            assert all(CHANNELS[one.channel].habits.is_geotagged for one in (original, follower))
            assert near_m(original, follower) <= 40


def near_m(one: Complaint, other: Complaint) -> float:
    assert one.latitude is not None
    assert one.longitude is not None
    assert other.latitude is not None
    assert other.longitude is not None
    return distance_m(one.latitude, one.longitude, other.latitude, other.longitude)


def test_the_same_case_is_told_again_while_it_is_open(
    complaints: list[Complaint], by_name: dict[str, Complaint], reference: Reference
) -> None:
    found = pairs(complaints, by_name, Kind.REPHRASED) + pairs(complaints, by_name, Kind.FOLLOW_UP)
    for original, follower in found:
        status, at = closed_at(reference, original)
        assert status not in ("Selesai", "Ditolak") or follower.reported_at < at
    assert any(original.channel is not follower.channel for original, follower in found)


def test_a_relapse_comes_after_the_result_within_ninety_days(
    complaints: list[Complaint], by_name: dict[str, Complaint], reference: Reference
) -> None:
    found = pairs(complaints, by_name, Kind.RELAPSE)
    quoted = 0
    for original, follower in found:
        status, at = closed_at(reference, original)
        assert status == "Selesai"
        assert at < follower.reported_at < at + timedelta(days=90)
        assert not follower.duplicate_of
        quoted += bool(original.source_code) and original.source_code in follower.text
    assert 0 < quoted < len(found) / 2


def test_a_follow_up_quotes_the_number_that_its_reporter_holds(
    complaints: list[Complaint], by_name: dict[str, Complaint]
) -> None:
    for original, follower in pairs(complaints, by_name, Kind.FOLLOW_UP):
        assert original.source_code
        assert original.source_code in follower.text


def test_near_misses_share_the_matter_or_the_place_and_never_both(complaints: list[Complaint]) -> None:
    misses = [complaint for complaint in complaints if complaint.kind is Kind.NEAR_MISS]
    assert len(misses) > 50
    assert not any(miss.duplicate_of or miss.relapse_of for miss in misses)
    spots = {(one.kelurahan.code, one.spot): one for one in complaints if one.kind is not Kind.NEAR_MISS}
    same_place = [(miss, spots.get((miss.kelurahan.code, miss.spot))) for miss in misses]
    assert sum(original is not None for _, original in same_place) > 20


def test_reports_of_two_cases_are_hardly_ever_at_one_place_with_one_matter(complaints: list[Complaint]) -> None:
    cases: Counter[tuple[str, str, str]] = Counter()
    for complaint in complaints:
        if not complaint.duplicate_of and not complaint.relapse_of:
            cases[complaint.kelurahan.code, complaint.category.code, complaint.spot.street] += 1
    coincidences = sum(count - 1 for count in cases.values())
    assert coincidences < 0.05 * sum(bool(one.duplicate_of or one.relapse_of) for one in complaints)


def test_doubts_are_what_they_are_called(complaints: list[Complaint]) -> None:
    found = Counter(complaint.doubt for complaint in complaints)
    assert set(Doubt) < found.keys()
    campaigns: dict[str, list[Complaint]] = {}
    for complaint in complaints:
        match complaint.doubt:
            case Doubt.CAMPAIGN:
                campaigns.setdefault(complaint.text, []).append(complaint)
            case Doubt.JAM_CLAIM:
                assert any(claim in REPHRASINGS or claim == complaint.problem for claim in JAM_CLAIMS)
                assert 2 <= complaint.reported_at.hour < 4
            case Doubt.PLACE:
                assert complaint.place_basis is PlaceBasis.COORDINATES
                assert complaint.kelurahan.name not in complaint.text.rpartition("Kelurahan")[2]
    for posts in campaigns.values():
        assert len(posts) >= 7
        assert len({post.reporter for post in posts}) >= 7
        times = [post.reported_at for post in posts]
        assert max(times) - min(times) < timedelta(hours=1)


def test_a_day_has_exactly_as_many_as_it_is_asked_for_on_the_channels_named(reference: Reference) -> None:
    of_day = Planner(reference, PLAN_SEED).plan_day(date(2021, 6, 8), 700, tuple(CHANNELS))
    assert len(of_day) == len({complaint.name for complaint in of_day}) == 700
    assert {complaint.channel for complaint in of_day} == set(CHANNELS)
    names = {complaint.name for complaint in of_day}
    assert all((one.duplicate_of or one.relapse_of or one.name) in names for one in of_day)


def test_channels_that_ended_or_have_not_begun_deliver_nothing(complaints: list[Complaint]) -> None:
    assert {complaint.channel for complaint in complaints} == set(CHANNELS) - {"qlue", "balai_warga", "portal"}


def test_every_rephrasing_says_another_thing_and_belongs_to_a_phrase() -> None:
    texts = {phrase.text for phrases in PHRASES.values() for phrase in phrases}
    assert REPHRASINGS.keys() <= texts
    said = Counter(text for others in REPHRASINGS.values() for text in others)
    assert said.most_common(1)[0][1] == 1
    assert not said.keys() & texts
    assert all(len(others) >= 3 for others in REPHRASINGS.values())
    for phrase, others in REPHRASINGS.items():
        own = {word for word in phrase.replace(",", "").split() if len(word) > 3}
        for other in others:
            shared = own & set(other.replace(",", "").split())
            assert len(shared) <= max(len(own) // 2, 1), (phrase, other)
    assert all(name in PHRASES for family in FAMILIES for name in family)
