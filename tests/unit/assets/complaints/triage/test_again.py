"""Duplicates and relapses: spots, matters and numbers, in the words of citizens."""

import csv
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.city import city_folder
from assets.complaints.triage.ablation import EarlierByPlaceAndTime, EarlierByText, relinked
from assets.complaints.triage.addresses import read_address
from assets.complaints.triage.again import RELAPSE_WITHIN, Again, Earlier, Known, LinkKind
from assets.complaints.triage.evaluate_again import Linked, Truth, evaluate_again
from assets.complaints.triage.filed import Filed
from assets.complaints.triage.matter import same_matter, says_come_back
from assets.complaints.triage.spot import SpotBasis, asked_keys, same_spot, stored_keys
from assets.complaints.triage.words import text_hash

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
POINT = (-6.2000, 106.8300)
METRE = 1 / 111_195


def filed(text: str = "aspal bolong besar Jl. Mawar", **changes: Any) -> Filed:
    complaint_id = uuid4()
    complaint = Filed(
        complaint_id=complaint_id,
        channel="x",
        source_record_id=str(complaint_id),
        source_code=None,
        case_id=complaint_id,
        reporter_key=str(complaint_id),
        reported_at=NOW,
        closed_at=None,
        kelurahan_code="98.71.01.1001",
        kecamatan_code="98.71.01",
        point=None,
        address=read_address(text),
        category_code="jalan",
        category_guess="jalan",
        agencies={"dinas_bina_marga": 0.8, "kelurahan": 0.1},
        text_hash=text_hash(text),
        text=text,
    )
    return replace(complaint, **changes)


def judged(report: Filed, *earlier: Filed, quoted: tuple[str, ...] = (), **numbers: Any) -> Again:
    spots = {one.complaint_id: stored_keys(one) for one in earlier}
    return Earlier(Known(earlier, spots, numbers)).judge(report, quoted)


@pytest.mark.parametrize(
    ("text", "doors"),
    [
        ("RT 003/012", (3, 12)),
        ("rt.3 rw.12", (3, 12)),
        ("RT03/RW12", (3, 12)),
        ("Rt 003 Rw 012 no 5", (3, 12)),
        ("RT/RW 3/12", (3, 12)),
        ("RW 12 RT 3", (3, 12)),
        ("RT 3", None),
        ("pak RT tidak peduli, sudah 12 hari", None),
        ("start 3/12", None),
    ],
)
def test_doors_in_their_usual_spellings(text, doors):
    assert read_address(text).doors == doors


@pytest.mark.parametrize(
    ("text", "streets"),
    [
        ("di Jl.Cempaka Wangi kel. Kemuning", (("cempaka", "wangi"),)),
        ("jln Prof Satrio, depan mal", (("prof", "satrio"),)),
        ("jl kenanga no 5", (("kenanga",),)),
        ("JALAN RAYA BOGOR KM 20", ()),
        ("Gg. Mawar 2 dan Gang Melati", (("mawar",), ("melati",))),
        ("bahu jalan tiap hari, lampu jalan menyala terus", ()),
        ("jln berlubang, Jalan rusak parah", ()),
    ],
)
def test_streets_and_what_only_looks_like_one(text, streets):
    assert read_address(text).streets == streets


@given(st.text(max_size=60))
def test_any_text_has_an_address_or_none(text):
    address = read_address(text)
    assert all(street and len(street) <= 3 for street in address.streets)


def at(north_m: float, east_m: float = 0.0) -> dict[str, tuple[float, float]]:
    return {"point": (POINT[0] + north_m * METRE, POINT[1] + east_m * METRE)}


@pytest.mark.parametrize(
    ("one", "other", "basis"),
    [
        (filed("a", **at(0)), filed("b", **at(40)), SpotBasis.POINT),
        (filed("a", **at(0)), filed("b", **at(100)), None),
        (filed("Jl. Mawar", **at(0)), filed("Jl. Mawar", **at(150)), SpotBasis.STREET),
        (filed("Jl. Mawar", **at(0)), filed("Jl. Mawar", **at(400)), None),
        (filed("Jl. Mawar", **at(0)), filed("Jl. Melati", **at(40)), None),
        (filed("RT 1/2"), filed("rt.1 rw.2"), SpotBasis.DOORS),
        (filed("Jl. Mawar RT 1/2"), filed("Jl. Mawar RT 3/2"), None),
        (filed("Jl. Mawar"), filed("jl mawar seruni"), SpotBasis.STREET),
        (filed("Jl. Mawar"), filed("Jl. Mawar", kelurahan_code="98.71.01.1002"), None),
        (filed("Jl. Mawar"), filed("Jl. Mawar", kelurahan_code=None), None),
        (filed("Jl. Mawar RT 1/2"), filed("Jl. Mawar RT 1/2", kelurahan_code=None), SpotBasis.DOORS),
        (filed("lampu mati"), filed("lampu mati"), None),
    ],
)
def test_one_spot_or_two(one, other, basis):
    assert same_spot(one, other) is basis
    assert same_spot(other, one) is basis


@given(st.floats(-30, 30), st.floats(-30, 30), st.floats(-6.3, -6.1), st.floats(106.7, 106.9))
def test_what_is_at_one_point_meets_whatever_cell_it_falls_into(north, east, latitude, longitude):
    here = filed("a", point=(latitude, longitude))
    there = filed("b", point=(latitude + north * METRE, longitude + east * METRE))
    assert same_spot(here, there) is SpotBasis.POINT
    assert set(asked_keys(there)) & set(stored_keys(here))


@pytest.mark.parametrize("kelurahan", ["98.71.01.1001", None])
@pytest.mark.parametrize("earlier_kelurahan", ["98.71.01.1001", None])
def test_one_address_meets_whether_its_kelurahan_is_known_or_not(kelurahan, earlier_kelurahan):
    report = filed("Jl. Mawar RT 1/2", kelurahan_code=kelurahan)
    assert set(asked_keys(report)) & set(stored_keys(filed("jl. mawar rt 1 rw 2", kelurahan_code=earlier_kelurahan)))


def test_a_key_holds_no_address():
    assert all(isinstance(key, int) for key in stored_keys(filed("Jl. Mawar RT 1/2")))


def test_one_matter_in_other_words_and_two_matters_in_one_place():
    hole = filed("aspal bolong besar Jl. Mawar")
    assert same_matter(filed("jalannya berlubang dalam Jl. Mawar"), hole)
    lamp = filed("lampu mati Jl. Mawar", category_code="jaringan_listrik", category_guess="jaringan_listrik")
    assert not same_matter(lamp, hole)
    against = filed("motor lawan arah Jl. Mawar", agencies={"dinas_perhubungan": 0.9, "kelurahan": 0.05})
    assert not same_matter(against, hole), "one category, two agencies"


def test_an_open_case_is_joined_and_a_closed_one_came_back():
    first = filed()
    link = judged(filed(reported_at=NOW + timedelta(days=3)), first).links[-1]
    assert (link.kind, link.other_id) == (LinkKind.DUPLICATE_OF, first.case_id)
    assert link.evidence == {"words": "same", "days": 3.0}
    closed = replace(first, closed_at=NOW + timedelta(days=2))
    report = filed("jalannya berlubang dalam Jl. Mawar RT 1/2", reported_at=NOW + timedelta(days=40))
    first_at_door = replace(closed, address=read_address("Jl. Mawar RT 1/2"))
    [link] = judged(report, first_at_door).links
    assert (link.kind, link.other_id) == (LinkKind.RELAPSE_OF, first.case_id)
    assert link.evidence["spot"] == "doors"
    assert judged(replace(report, reported_at=NOW + timedelta(days=93)), first_at_door).links == ()


def test_a_street_alone_is_a_relapse_only_where_the_report_says_so():
    closed = filed(closed_at=NOW + timedelta(days=1), reported_at=NOW)
    later = NOW + timedelta(days=10)
    assert judged(filed("jalannya berlubang dalam Jl. Mawar", reported_at=later), closed).links == ()
    told = filed("katanya selesai, jalannya berlubang dalam lagi Jl. Mawar", reported_at=later)
    assert judged(told, closed).other(LinkKind.RELAPSE_OF) == closed.case_id


def test_a_quoted_number_decides_whatever_the_words():
    open_case, closed = filed("lampu"), filed("sampah", closed_at=NOW + timedelta(hours=1))
    numbers = {"XX2603020001": open_case.complaint_id, "XX2603020002": closed.complaint_id}
    report = filed("bagaimana laporan saya", reported_at=NOW + timedelta(days=200))
    follow_up = judged(report, open_case, closed, quoted=("XX2603020001",), **numbers)
    assert follow_up.other(LinkKind.QUOTES) == follow_up.other(LinkKind.DUPLICATE_OF) == open_case.case_id
    again = judged(report, open_case, closed, quoted=("XX2603020002",), **numbers)
    assert again.other(LinkKind.RELAPSE_OF) == closed.case_id
    assert judged(report, open_case, quoted=("XX2603029999",), **numbers).links == ()


def test_a_number_stands_for_what_its_closed_case_came_back_as():
    """Who says the same of a case a second time joins the first, however often it came back in between."""
    closed = filed("sampah", closed_at=NOW + timedelta(hours=1))
    back = filed("lampu", reported_at=NOW + timedelta(days=1), relapse_of=closed.case_id)
    joined = filed("pohon", reported_at=NOW + timedelta(days=2), case_id=back.case_id)
    later = filed("belum selesai", reported_at=NOW + timedelta(days=300))
    numbers = {"XX2603020001": closed.complaint_id}

    def judge(*earlier: Filed) -> Again:
        return judged(later, *earlier, quoted=("XX2603020001",), **numbers)

    assert judge(closed, back, joined).other(LinkKind.DUPLICATE_OF) == back.case_id
    done_again = replace(back, closed_at=NOW + timedelta(days=3))
    assert judge(closed, done_again).other(LinkKind.RELAPSE_OF) == back.case_id
    third = filed("air", reported_at=NOW + timedelta(days=4), relapse_of=back.case_id)
    assert judge(closed, done_again, third).other(LinkKind.DUPLICATE_OF) == third.case_id
    # Two that each say to have come back as the other end nothing.
    circle = replace(closed, relapse_of=back.case_id)
    assert judge(circle, done_again).other(LinkKind.RELAPSE_OF) == back.case_id


def test_the_number_that_the_reporter_holds_is_the_one_that_is_meant():
    carried = filed("lampu", source_code="XX2603020001")
    issued_to_another = filed("sampah")
    again = judged(
        filed("bagaimana"), issued_to_another, carried,
        quoted=("XX2603020001",), XX2603020001=issued_to_another.complaint_id,
    )  # fmt: skip
    assert again.other(LinkKind.QUOTES) == carried.complaint_id


def test_what_repeats_a_repetition_joins_the_first_ones_case():
    first = filed()
    second = filed(case_id=first.complaint_id, reported_at=NOW + timedelta(days=5))
    third = filed(reported_at=NOW + timedelta(days=10))
    assert judged(third, first, second).other(LinkKind.DUPLICATE_OF) == first.complaint_id


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("padahal statusnya selesai", True),
        ("laporan XX2305290094 katanya selesai", True),
        ("muncul lagi", True),
        ("kembali seperti semula", True),
        ("jalan rusak lagi", False),
        ("sudah 5x lapor pasti kembali lagi", False),
        ("semoga cepat selesai", False),
    ],
)
def test_who_says_that_it_came_back(text, says):
    assert says_come_back(text) is says


def test_links_are_judged_by_case():
    names = [("x", str(number)) for number in range(6)]
    truth = {
        names[0]: Truth("complete", None, None),
        names[1]: Truth("rephrased", names[0], None),
        names[2]: Truth("rephrased", names[0], None),
        names[3]: Truth("relapse", None, names[0]),
        names[4]: Truth("complete", None, None),
        names[5]: Truth("rephrased", names[4], None),
    }
    ledger = [
        Linked(names[0], True, None, None, 0),
        Linked(names[1], True, names[0], None, 1),
        Linked(names[2], True, names[1], None, 2),
        Linked(names[3], True, None, names[1], 3),
        Linked(names[4], False, None, None, 4),
        Linked(names[5], True, names[0], None, 5),
    ]
    figures = evaluate_again(truth, ledger)
    # The last one joined a wrong case; its own was returned, so that nothing was there to be found.
    assert figures["duplicate"] == {"true": 2, "found": 3, "right": 2, "precision": 2 / 3, "recall": 1.0}
    assert figures["relapse"] == {"true": 1, "found": 1, "right": 1, "precision": 1.0, "recall": 1.0}
    assert figures["confusion"]["relapse"] == {"relapse": 1}


def test_place_and_time_alone_and_the_text_alone_link_what_the_other_half_denies():
    first = filed("aspal bolong besar Jl. Mawar")
    lamp = {"category_code": "jaringan_listrik", "category_guess": "jaringan_listrik"}
    same_place = filed("lampu padam total Jl. Mawar", reported_at=NOW + timedelta(days=1), **lamp)
    same_words = filed(
        "aspal bolong besar sekali Jl. Melati",
        kelurahan_code="98.71.01.1002",
        reported_at=NOW + timedelta(days=2),
    )
    links = {
        earlier: [one.duplicate_of for one in relinked([same_words, first, same_place], earlier(Known()))]
        for earlier in (Earlier, EarlierByPlaceAndTime, EarlierByText)
    }
    name = (first.channel, first.source_record_id)
    # In the order of reporting.
    assert links == {
        Earlier: [None, None, None],
        EarlierByPlaceAndTime: [None, name, None],
        EarlierByText: [None, None, name],
    }


def test_linked_anew_a_closed_case_comes_back():
    closed = filed(closed_at=NOW + timedelta(days=2))
    back = filed("katanya selesai, aspal bolong besar lagi Jl. Mawar", reported_at=NOW + timedelta(days=4))
    for earlier in (Earlier, EarlierByPlaceAndTime, EarlierByText):
        _, linked = relinked([closed, back], earlier(Known()))
        assert linked.relapse_of == (closed.channel, closed.source_record_id)
        assert linked.duplicate_of is None


def test_the_marts_count_relapses_in_the_window_in_which_triage_links_them():
    with (city_folder() / "cohort_rules.csv").open(encoding="utf-8", newline="") as file:
        rules = {row["rule_code"]: row["value"] for row in csv.DictReader(file)}
    assert rules["relapse_window_days"] == str(RELAPSE_WITHIN.days)
