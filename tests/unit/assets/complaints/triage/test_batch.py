"""A batch from end to end: what is accepted, returned, rejected, linked and routed."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.complaints.model import Decision, Missing, PlaceBasis, Report
from assets.complaints.triage.batch import TriageError, triage
from assets.complaints.triage.complete import missing
from assets.complaints.triage.model import IntakeReport, KnownComplaint, complaint_id_for
from assets.complaints.triage.place import NOWHERE, locate
from assets.complaints.triage.reporter import reporter_key
from assets.complaints.triage.words import report_text, text_hash

NOW = datetime(2026, 10, 19, 1, tzinfo=UTC)


def incoming(inbox_id: int, report: Report, channel: str = "facebook") -> IntakeReport:
    return IntakeReport(inbox_id, channel, NOW, report)


def known(report: Report, kelurahan_code: str | None, channel: str = "facebook") -> KnownComplaint:
    return KnownComplaint(
        complaint_id=complaint_id_for(channel, report.source_record_id),
        channel=channel,
        source_record_id=report.source_record_id,
        reporter_key=reporter_key(channel, report),
        text_hash=text_hash(report_text(report)),
        kelurahan_code=kelurahan_code,
        reported_at=report.reported_at,
    )


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
    [place] = locate([told], desk.gazetteer)
    assert missing(told, place, desk.reference.channels[channel]) == lacks
    [verdict] = triage([incoming(1, told, channel)], [], desk)
    assert verdict.missing == lacks
    assert verdict.decision is (Decision.RETURNED if lacks else Decision.ACCEPTED)


def test_what_is_missing_is_asked_for_in_words(desk, report):
    [verdict] = triage([incoming(1, report(reporter_name=None, kelurahan_name=None))], [], desk)
    assert verdict.reasons == (
        "Terima kasih atas laporan Anda. Mohon lengkapi nama Anda"
        " dan lokasi kejadian (alamat, kelurahan, atau kecamatan).",
    )
    assert (verdict.place_basis, verdict.place_confidence) == (NOWHERE.basis, 0.0) == (PlaceBasis.NONE, 0.0)


def test_the_same_words_by_the_same_reporter_within_a_week_are_rejected(desk, report):
    first = report(source_record_id="1")
    for days, decision in ((0, Decision.REJECTED), (7, Decision.REJECTED), (8, Decision.ACCEPTED)):
        again = report(
            source_record_id="2",
            description="LAMPU jalan mati, di depan sekolah dasar!",
            reported_at=first.reported_at + timedelta(days=days),
        )
        [verdict] = triage([incoming(2, again)], [known(first, "31.71.01.1001")], desk)
        assert verdict.decision is decision
        if decision is Decision.REJECTED:
            assert verdict.duplicate_of == complaint_id_for("facebook", "1")
            assert verdict.reasons
            assert verdict.missing == ()


def test_the_same_words_by_another_reporter_at_the_same_place_are_accepted_and_linked(desk, report):
    first = report(source_record_id="1")
    here, there = (report(source_record_id="2", reporter_name="Sari", kelurahan_name=k) for k in ("Gambir", "Cideng"))
    [linked] = triage([incoming(2, here)], [known(first, "31.71.01.1001")], desk)
    assert (linked.decision, linked.duplicate_of) == (Decision.ACCEPTED, complaint_id_for("facebook", "1"))
    [apart] = triage([incoming(2, there)], [known(first, "31.71.01.1001")], desk)
    assert (apart.decision, apart.duplicate_of) == (Decision.ACCEPTED, None)


def test_the_same_words_by_the_same_reporter_about_two_places_are_two_complaints(desk, report):
    reports = [report(source_record_id="1"), report(source_record_id="2", kelurahan_name="Cideng")]
    verdicts = triage([incoming(number, told) for number, told in enumerate(reports)], [], desk)
    assert [verdict.decision for verdict in verdicts] == [Decision.ACCEPTED] * 2


@pytest.mark.parametrize("text", ["Lampu mati", "lampu mati lampu mati"])
def test_short_texts_never_match(desk, report, text):
    reports = [incoming(number, report(source_record_id=str(number), description=text)) for number in range(3)]
    assert [verdict.decision for verdict in triage(reports, [], desk)] == [Decision.ACCEPTED] * 3


def test_a_version_is_not_its_own_duplicate(desk, report):
    first = report(source_record_id="1")
    versions = [incoming(1, first), incoming(2, report(source_record_id="1", photo_urls=("https://example.org/1",)))]
    verdicts = triage(versions, [known(first, "31.71.01.1001")], desk)
    assert [(verdict.decision, verdict.duplicate_of) for verdict in verdicts] == [(Decision.ACCEPTED, None)] * 2


def test_a_report_that_was_returned_may_be_completed_and_sent_again(desk, report):
    reports = [
        incoming(1, report(source_record_id="1", kelurahan_name=None)),
        incoming(2, report(source_record_id="2")),
    ]
    assert [verdict.decision for verdict in triage(reports, [], desk)] == [Decision.RETURNED, Decision.ACCEPTED]


def test_the_same_person_on_two_channels_is_linked_not_rejected(desk, report):
    reports = [incoming(1, report(source_record_id="1")), incoming(2, report(source_record_id="2"), "jaki")]
    first, second = triage(reports, [], desk)
    assert (second.decision, second.duplicate_of) == (Decision.ACCEPTED, first.complaint_id)


def test_one_telephone_number_is_one_reporter_however_it_is_written(report):
    keys = {
        reporter_key("kelurahan", report(reporter_contact=number, reporter_name=name))
        for number, name in (("081234567890", "Budi"), ("+62 812-3456-7890", "B. Santoso"), ("81234567890", None))
    }
    assert len(keys) == 1
    assert reporter_key("facebook", report(reporter_contact="081234567890")) not in keys
    assert reporter_key("facebook", report(reporter_name=None)) is None


def test_an_unknown_channel_fails_loudly(desk, report):
    with pytest.raises(TriageError, match=r"expected channels of seeds/channels\.csv, found lapor"):
        triage([incoming(1, report(), "lapor")], [], desk)


TEXTS = ("Lampu jalan mati di depan sekolah", "Sampah menumpuk di pinggir kali besar", "Lampu mati", "tolong min", "")
PLACES = ("Gambir", "Cideng", "Kalibaru", None)


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


def oracle(reports: list[IntakeReport], verdicts: list) -> list[tuple[Decision, UUID | None]]:
    """Duplicates by comparing every pair in order of time: slow, plain, and written from the rule alone."""
    answers: dict[int, tuple[Decision, UUID | None]] = {}
    accepted: list[int] = []
    for number in sorted(range(len(reports)), key=lambda n: (reports[n].report.reported_at, reports[n].inbox_id)):
        own = verdicts[number]
        if own.missing:
            answers[number] = Decision.RETURNED, None
            continue
        near = [
            other
            for other in accepted
            if verdicts[other].text_hash == own.text_hash
            and len(set(reports[number].report.description.split())) >= 4
            and verdicts[other].complaint_id != own.complaint_id
            and reports[number].report.reported_at - reports[other].report.reported_at <= timedelta(days=7)
        ]
        near.sort(key=lambda n: (reports[n].report.reported_at, verdicts[n].complaint_id))
        places = {other: verdicts[other].kelurahan_code for other in near}
        mine = [
            other
            for other in near
            if own.reporter_key and verdicts[other].reporter_key == own.reporter_key
            and (None in (places[other], own.kelurahan_code) or places[other] == own.kelurahan_code)
        ]  # fmt: skip
        others = [other for other in near if own.kelurahan_code and places[other] == own.kelurahan_code]
        if mine:
            answers[number] = Decision.REJECTED, verdicts[mine[0]].complaint_id
            continue
        answers[number] = Decision.ACCEPTED, verdicts[others[0]].complaint_id if others else None
        accepted.append(number)
    return [answers[number] for number in range(len(reports))]


@pytest.mark.parametrize("seed", range(5))
def test_duplicates_against_a_comparison_of_every_pair(desk, batch, seed):
    reports = batch(seed, 150)
    verdicts = triage(reports, [], desk)
    assert [(verdict.decision, verdict.duplicate_of) for verdict in verdicts] == oracle(reports, verdicts)
    assert {verdict.decision for verdict in verdicts} == set(Decision)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_a_batch_changes_no_verdict(desk, batch, seed):
    reports = batch(seed, 100)
    shuffled = random.Random(seed).sample(reports, len(reports))  # noqa: S311
    straight = dict(zip((told.inbox_id for told in reports), triage(reports, [], desk), strict=True))
    mixed = dict(zip((told.inbox_id for told in shuffled), triage(shuffled, [], desk), strict=True))
    assert straight == mixed


def test_nothing_vanishes(desk, batch):
    reports = batch(11, 300)
    verdicts = triage(reports, [], desk)
    ids = [complaint_id_for(told.channel, told.report.source_record_id) for told in reports]
    assert [verdict.complaint_id for verdict in verdicts] == ids
    assert triage([], [], desk) == []


@given(st.text(max_size=40))
def test_case_and_punctuation_change_no_hash(text):
    assert text_hash(text) == text_hash(f"  {text}!? ")
    assert text_hash("Lampu mati") != text_hash("Lampumati")


def test_a_flood_of_one_text_by_many_reporters_is_one_case_and_its_confirmations(desk, report):
    reports = [
        incoming(number, report(source_record_id=str(number), reporter_contact=f"{number}@b.id"))
        for number in range(10_000)
    ]
    verdicts = triage(reports, [], desk)
    assert sum(verdict.duplicate_of is None for verdict in verdicts) == 1
