"""A batch from end to end: what is accepted, returned, rejected, linked and routed."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.city import city_folder
from assets.complaints.complaint_id import complaint_id_for
from assets.complaints.model import Decision, Missing, Report
from assets.complaints.tracking import format_number
from assets.complaints.triage.again import Known, LinkKind
from assets.complaints.triage.batch import TriageError, triage
from assets.complaints.triage.complete import missing
from assets.complaints.triage.desk import Desk
from assets.complaints.triage.filed import Filed
from assets.complaints.triage.message import ELSEWHERE, NAMED_ELSEWHERE
from assets.complaints.triage.model import IntakeReport, RoutingBasis
from assets.complaints.triage.reporter import reporter_key
from assets.complaints.triage.spot import stored_keys
from assets.complaints.triage.verdict import Verdict
from assets.complaints.triage.words import text_hash, whereabouts
from assets.places.place import NOWHERE, PlaceBasis, locate
from assets.reference import load_reference

NOW = datetime(2026, 10, 19, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def city_desk() -> Desk:
    """Of the whole city."""
    return Desk.of(load_reference(city_folder()))


def incoming(inbox_id: int, report: Report, channel: str = "facebook") -> IntakeReport:
    return IntakeReport(inbox_id, channel, NOW, report)


def decide(reports: Sequence[IntakeReport], desk: Desk, *earlier: Filed, **numbers: UUID) -> list[Verdict]:
    """Triage a batch that may repeat these complaints."""
    spots = {one.complaint_id: stored_keys(one) for one in earlier}
    return triage(reports, lambda filed, quoted: Known(earlier, spots, numbers), desk)


def known(desk: Desk, told: Report, channel: str = "facebook", **changes: Any) -> Filed:
    """The complaint that a report became before the batch."""
    [verdict] = decide([incoming(0, told, channel)], desk)
    assert verdict.decision is Decision.ACCEPTED
    return replace(verdict.filed, **changes)


def duplicate_of(verdict: Verdict) -> UUID | None:
    return verdict.again.other(LinkKind.DUPLICATE_OF)


def test_the_id_of_a_complaint_never_changes():
    # Every complaint ever decided hangs on this: a change of the rule must fail here.
    assert complaint_id_for("jaki", "9001") == UUID("8c44576c-ab4e-58ec-a7fe-13d8a9f7388c")
    assert complaint_id_for("a", "b1") != complaint_id_for("ab", "1")


@pytest.mark.parametrize(
    ("channel", "changes", "lacks"),
    [
        ("facebook", {}, ()),
        ("facebook", {"reporter_name": None}, (Missing.REPORTER,)),
        ("facebook", {"reporter_name": "Anonim", "reporter_handle": "77"}, (Missing.REPORTER,)),
        ("facebook", {"reporter_name": "a@b.id"}, (Missing.REPORTER,)),
        ("facebook", {"reporter_name": "081234567890"}, (Missing.REPORTER,)),
        ("jaki", {"reporter_name": None}, ()),
        ("facebook", {"kelurahan_name": None}, (Missing.PLACE,)),
        ("facebook", {"kelurahan_name": None, "address": "Jl. Kenanga 3"}, ()),
        ("facebook", {"kelurahan_name": None, "address": "-"}, (Missing.PLACE,)),
        ("facebook", {"description": ""}, (Missing.PROBLEM,)),
        ("facebook", {"description": "Tolong segera ditindaklanjuti pak, terima kasih"}, (Missing.PROBLEM,)),
        ("facebook", {"description": "12345 !!! 999"}, (Missing.PROBLEM,)),
        ("facebook", {"description": "", "title": "Lampu mati"}, ()),
        ("facebook", {"description": "Lampu mati"}, ()),
        ("facebook", {"reporter_name": " ", "kelurahan_name": " ", "description": " "}, tuple(Missing)),
    ],
)
def test_what_a_report_lacks(desk, report, channel, changes, lacks):
    told = report(**changes)
    [place] = locate([whereabouts(told)], desk.gazetteer)
    assert missing(told, place, desk.reference.channels[channel]) == lacks
    [verdict] = decide([incoming(1, told, channel)], desk)
    assert verdict.missing == lacks
    assert verdict.decision is (Decision.RETURNED if lacks else Decision.ACCEPTED)


def test_what_is_missing_is_asked_for_in_words(desk, report):
    [verdict] = decide([incoming(1, report(reporter_name=None, kelurahan_name=None))], desk)
    assert verdict.reasons == (
        "Terima kasih atas laporan Anda. Mohon lengkapi nama Anda"
        " dan lokasi kejadian (alamat, kelurahan, atau kecamatan).",
    )
    assert (verdict.place.basis, verdict.place.confidence) == (NOWHERE.basis, 0.0) == (PlaceBasis.NONE, 0.0)


def test_a_text_that_names_another_city_is_returned_and_says_so(city_desk, report):
    told = report(kelurahan_name=None, description="Got mampet di Kemuning, Kabupaten Bogor", address="Gang Mawar 3")
    [verdict] = decide([incoming(1, told)], city_desk)
    assert (verdict.decision, verdict.missing) == (Decision.RETURNED, (Missing.PLACE,))
    assert verdict.reasons[0] == NAMED_ELSEWHERE


def test_a_report_of_another_province_is_rejected_whatever_it_lacks(city_desk, report):
    told = report(reporter_name=None, city_name="Kota Samarinda", province_name="Kalimantan Timur")
    [verdict] = decide([incoming(1, told)], city_desk)
    assert (verdict.decision, verdict.reasons, verdict.missing) == (Decision.REJECTED, (ELSEWHERE,), ())


def test_the_same_words_by_the_same_reporter_within_a_week_are_rejected(desk, report):
    first = report(source_record_id="1")
    for days, decision in ((0, Decision.REJECTED), (7, Decision.REJECTED), (8, Decision.ACCEPTED)):
        again = report(
            source_record_id="2",
            description="LAMPU jalan mati, di depan sekolah dasar!",
            reported_at=first.reported_at + timedelta(days=days),
        )
        [verdict] = decide([incoming(2, again)], desk, known(desk, first))
        assert verdict.decision is decision
        if decision is Decision.REJECTED:
            assert duplicate_of(verdict) == complaint_id_for("facebook", "1")
            assert verdict.reasons
            assert verdict.missing == ()


def test_the_same_words_by_another_reporter_at_the_same_place_are_accepted_and_linked(desk, report):
    first = report(source_record_id="1")
    here, there = (report(source_record_id="2", reporter_name="Sari", kelurahan_name=k) for k in ("Kemuning", "Seruni"))
    [linked] = decide([incoming(2, here)], desk, known(desk, first))
    assert (linked.decision, duplicate_of(linked)) == (Decision.ACCEPTED, complaint_id_for("facebook", "1"))
    [apart] = decide([incoming(2, there)], desk, known(desk, first))
    assert (apart.decision, duplicate_of(apart)) == (Decision.ACCEPTED, None)


def test_the_same_words_by_the_same_reporter_about_two_places_are_two_complaints(desk, report):
    reports = [report(source_record_id="1"), report(source_record_id="2", kelurahan_name="Seruni")]
    verdicts = decide([incoming(number, told) for number, told in enumerate(reports)], desk)
    assert [verdict.decision for verdict in verdicts] == [Decision.ACCEPTED] * 2


@pytest.mark.parametrize("text", ["Lampu mati", "lampu mati lampu mati"])
def test_short_texts_never_match(desk, report, text):
    reports = [incoming(number, report(source_record_id=str(number), description=text)) for number in range(3)]
    assert [verdict.decision for verdict in decide(reports, desk)] == [Decision.ACCEPTED] * 3


def test_a_version_is_not_its_own_duplicate(desk, report):
    first = report(source_record_id="1")
    versions = [incoming(1, first), incoming(2, report(source_record_id="1", photo_urls=("https://example.org/1",)))]
    verdicts = decide(versions, desk, known(desk, first))
    assert [(verdict.decision, duplicate_of(verdict)) for verdict in verdicts] == [(Decision.ACCEPTED, None)] * 2


def test_a_report_that_was_returned_may_be_completed_and_sent_again(desk, report):
    reports = [
        incoming(1, report(source_record_id="1", kelurahan_name=None)),
        incoming(2, report(source_record_id="2")),
    ]
    assert [verdict.decision for verdict in decide(reports, desk)] == [Decision.RETURNED, Decision.ACCEPTED]


def test_the_same_person_on_two_channels_is_linked_not_rejected(desk, report):
    reports = [incoming(1, report(source_record_id="1")), incoming(2, report(source_record_id="2"), "jaki")]
    first, second = decide(reports, desk)
    assert (second.decision, duplicate_of(second)) == (Decision.ACCEPTED, first.filed.complaint_id)


def test_one_telephone_number_is_one_reporter_however_it_is_written(report):
    keys = {
        reporter_key("kelurahan", report(reporter_contact=number, reporter_name=name))
        for number, name in (("081234567890", "Budi"), ("+62 812-3456-7890", "B. Santoso"), ("81234567890", None))
    }
    assert len(keys) == 1
    assert reporter_key("facebook", report(reporter_contact="081234567890")) not in keys
    assert reporter_key("facebook", report(reporter_name=None)) is None


def test_what_is_not_done_goes_back_to_the_agency_that_closed_it(desk, report):
    number, closed_at = format_number(date(2026, 10, 18), 1), NOW - timedelta(days=1)
    first = known(desk, report(source_record_id="1"), closed_at=closed_at, closed_by="up_perparkiran")
    text = f"Belum selesai, melanjutkan laporan {number}. Masih gelap gulita"

    def decided(earlier: Filed, *continued: str | None) -> list[Verdict]:
        told = [
            report(
                source_record_id=f"later {place}", description=text, continues=one,
                reporter_name=f"Warga {place}", reported_at=NOW + timedelta(minutes=place),
            )
            for place, one in enumerate(continued)
        ]  # fmt: skip
        return decide(list(map(incoming, range(2, 9), told)), desk, earlier, **{number: first.complaint_id})

    [verdict] = decided(first, number)
    assert verdict.again.other(LinkKind.RELAPSE_OF) == first.case_id
    assert (verdict.route.skpd_code, verdict.route.basis) == ("up_perparkiran", RoutingBasis.CLOSED_IT)
    # Who quotes it in a message is routed as ever, and so is what an agency closed that the city no longer has.
    for other in (decided(first, None), decided(replace(first, closed_by="dinas_lama"), number)):
        assert other[0].route.basis is not RoutingBasis.CLOSED_IT
    one, two = decided(first, number, number)
    assert one.again.other(LinkKind.RELAPSE_OF) == first.case_id
    assert duplicate_of(two) == one.filed.complaint_id


def test_an_unknown_channel_fails_loudly(desk, report):
    with pytest.raises(TriageError, match=r"expected channels of channels\.csv, found lapor"):
        decide([incoming(1, report(), "lapor")], desk)


TEXTS = ("Lampu jalan mati di depan sekolah", "Sampah menumpuk di pinggir kali besar", "Lampu mati", "tolong min", "")
PLACES = ("Kemuning", "Seruni", "Telukbaru", None)


@pytest.fixture
def batch(report):
    def make(seed: int, size: int) -> list[IntakeReport]:
        rng = random.Random(seed)  # noqa: S311
        return [
            incoming(
                number,
                report(
                    source_record_id=str(rng.randrange(size)),
                    description=rng.choice(TEXTS),
                    kelurahan_name=rng.choice(PLACES),
                    reporter_name=rng.choice(["Budi", "Sari", "Joko", None]),
                    reported_at=NOW + timedelta(hours=rng.randrange(24 * 30)),
                ),
                rng.choice(["facebook", "jaki"]),
            )
            for number in range(size)
        ]

    return make


def oracle(reports: list[IntakeReport], verdicts: list[Verdict]) -> list[tuple[Decision, UUID | None]]:
    """Repeated words by comparing every pair in order of time: slow, plain, and written from the rule alone."""
    answers: dict[int, tuple[Decision, UUID | None]] = {}
    accepted: dict[int, UUID] = {}
    for number in sorted(range(len(reports)), key=lambda n: (reports[n].report.reported_at, reports[n].inbox_id)):
        own = verdicts[number]
        if own.missing:
            answers[number] = Decision.RETURNED, None
            continue
        near = [
            other
            for other in accepted
            if verdicts[other].filed.text_hash == own.filed.text_hash
            and len(set(reports[number].report.description.split())) >= 4
            and verdicts[other].filed.complaint_id != own.filed.complaint_id
            and reports[number].report.reported_at - reports[other].report.reported_at <= timedelta(days=7)
        ]
        places = {other: verdicts[other].place.kelurahan_code for other in near}
        mine = [
            other
            for other in near
            if own.filed.reporter_key and verdicts[other].filed.reporter_key == own.filed.reporter_key
            and (None in (places[other], own.place.kelurahan_code) or places[other] == own.place.kelurahan_code)
        ]  # fmt: skip
        others = [other for other in near if own.place.kelurahan_code and places[other] == own.place.kelurahan_code]
        # Of each case the newest under either key; the earliest of those is the case that it joins.
        newest = [
            max(group, key=lambda n: (reports[n].report.reported_at, n))
            for kind in (mine, others)
            for case in set(accepted.values())
            if (group := [other for other in kind if accepted[other] == case])
        ]
        joined = min(
            newest,
            key=lambda n: (reports[n].report.reported_at, verdicts[n].filed.complaint_id),
            default=None,
        )
        case = accepted[joined] if joined is not None else None
        answers[number] = Decision.REJECTED if mine else Decision.ACCEPTED, case
        if not mine:
            accepted[number] = case or own.filed.complaint_id
    return [answers[number] for number in range(len(reports))]


@pytest.mark.parametrize("seed", range(5))
def test_duplicates_against_a_comparison_of_every_pair(desk, batch, seed):
    reports = batch(seed, 150)
    verdicts = decide(reports, desk)
    assert [(verdict.decision, duplicate_of(verdict)) for verdict in verdicts] == oracle(reports, verdicts)
    assert {verdict.decision for verdict in verdicts} == set(Decision)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_a_batch_changes_no_verdict(desk, batch, seed):
    reports = batch(seed, 100)
    shuffled = random.Random(seed).sample(reports, len(reports))  # noqa: S311
    straight = dict(zip((told.inbox_id for told in reports), decide(reports, desk), strict=True))
    mixed = dict(zip((told.inbox_id for told in shuffled), decide(shuffled, desk), strict=True))
    assert straight == mixed


def test_nothing_vanishes(desk, batch):
    reports = batch(11, 300)
    verdicts = decide(reports, desk)
    ids = [complaint_id_for(told.channel, told.report.source_record_id) for told in reports]
    assert [verdict.filed.complaint_id for verdict in verdicts] == ids
    assert decide([], desk) == []


@given(st.text(max_size=40))
def test_case_and_punctuation_change_no_hash(text):
    assert text_hash(text) == text_hash(f"  {text}!? ")
    assert text_hash("Lampu mati") != text_hash("Lampumati")


@pytest.mark.slow
def test_a_flood_of_one_text_by_many_reporters_is_one_case_and_its_confirmations(desk, report):
    reports = [
        incoming(number, report(source_record_id=str(number), reporter_contact=f"{number}@b.id"))
        for number in range(10_000)
    ]
    verdicts = decide(reports, desk)
    assert sum(duplicate_of(verdict) is None for verdict in verdicts) == 1
