"""Who verifies, tried in SQL: what was flagged in the whole city and nothing else, decided once, by nobody else."""

import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors

from tests.integration.city_of_truth import AS_OF, rows
from tests.integration.desk_city import DeskCity
from tests.integration.flagged import DOUBTS, doubt, resolved_by, use_again
from tests.integration.test_desk_rights import THEIRS, book, held_by, note, numbers, told, words
from tests.served import HERE, number

MINE = "dinas_bina_marga"
# A second delivery of a report, decided as the first was.
COMPLETED = """
    with first as (select * from ledger.complaints where complaint_id = %s),
    delivered as (select to_jsonb(inbox) || '{"inbox_id": 1000000000, "content_hash": "second"}' as told
        from raw.inbox inner join first using (inbox_id)),
    kept as (insert into raw.inbox overriding system value
        select (jsonb_populate_record(null::raw.inbox, told)).* from delivered returning inbox_id)
    insert into ledger.complaints
    select (jsonb_populate_record(null::ledger.complaints, to_jsonb(first)
        || jsonb_build_object('version', 2, 'inbox_id', kept.inbox_id))).* from first cross join kept
"""


@pytest.fixture(scope="module")
def verifier(city: DeskCity) -> str:
    """Of another unit than those whose cases are flagged."""
    return city.arrive("periksa", "biro_pemerintahan", verifies=True)


@pytest.fixture(scope="module")
def second(city: DeskCity) -> str:
    return city.arrive("periksa.dua", "satpol_pp", verifies=True)


@pytest.fixture(scope="module")
def mine(city: DeskCity) -> str:
    return city.arrive("marga", MINE)


@pytest.fixture(scope="module")
def closed(city: DeskCity) -> list[dict[str, Any]]:
    """Cases that a unit closed."""
    return resolved_by(city, MINE)


@pytest.fixture(scope="module")
def photo(city: DeskCity, evidence: Path, closed: list[dict[str, Any]]) -> int:
    """A photo that closed a case and had closed another one before."""
    return use_again(city, evidence, 1, closed[0]["last_event_id"], closed[1]["last_event_id"])


@pytest.fixture(scope="module")
def doubted(city: DeskCity) -> dict[str, Any]:
    """A report that is doubted, of an open case."""
    case = held_by(city, THEIRS)[0]
    doubt(city, case["complaint_id"])
    return case


def asked(city: DeskCity, token: str, query: str, *values: object) -> list[Any]:
    with city.acting(token) as desk:
        return [[*row.values()] for row in desk.execute(query.encode(), list(values))]


def waiting(city: DeskCity, token: str) -> list[tuple[int | None, str]]:
    with city.acting(token) as desk:
        found = desk.execute("select * from desk.to_verify(100, 0)").fetchall()
    assert {row["total"] for row in found} <= {len(found)}
    return [(row["photo_id"], row["number"]) for row in found]


def judge_photo(city: DeskCity, token: str, photo: int, verdict: str, reason: str = "") -> str:
    [[outcome]] = asked(city, token, "select desk.judge_photo(%s, %s, %s, %s)", photo, verdict, reason, AS_OF)
    return str(outcome)


def judge_report(city: DeskCity, token: str, number: str, verdict: str, reason: str = "", version: int = 1) -> str:
    query = "select desk.judge_report(%s, %s, %s, %s, %s)"
    [[outcome]] = asked(city, token, query, number, version, verdict, reason, AS_OF)
    return str(outcome)


def forget_decisions(city: DeskCity) -> None:
    with psycopg.connect(city.url) as owner:
        owner.execute("delete from desk.verdicts")


def test_who_does_not_verify_sees_and_decides_nothing(
    city: DeskCity, mine: str, photo: int, doubted: dict[str, Any]
) -> None:
    """Nor does who has no session, or of the unit that holds the case."""
    theirs, number = city.arrive("hubungan.biasa", THEIRS), doubted["tracking_number"]
    for token in ("", "another", mine, theirs):
        assert waiting(city, token) == []
        assert asked(city, token, "select desk.flagged_photo(%s)", photo) == [[None]]
        assert asked(city, token, "select desk.flagged_report(%s)", number) == [[None]]
        assert asked(city, token, "select desk.note_photo_read(%s)", photo) == [[False]]
        assert asked(city, token, "select desk.photo_name(%s)", photo) == [[None]]
        assert asked(city, token, "select * from desk.decisions(100, 0)") == []
        assert judge_photo(city, token, photo, "confirmed") == "not_yours"
        assert judge_report(city, token, number, "confirmed") == "not_yours"
    assert rows(city.url, "select * from desk.verdicts") == []


def test_who_verifies_sees_what_is_flagged_in_the_whole_city_oldest_first(
    city: DeskCity, verifier: str, photo: int, doubted: dict[str, Any], closed: list[dict[str, Any]]
) -> None:
    flagged = rows(
        city.url,
        "select photo_id, null as number, min(found_at) as at from ledger.photo_reuse where verdict = 'same_photo'"
        " group by 1 union all select null, tracking_number, decided_at from ledger.complaints"
        " inner join ledger.tracking_numbers using (complaint_id) where needs_verification order by at",
    )
    expected = [(row["photo_id"], row["number"] or closed[1]["tracking_number"]) for row in flagged]
    assert expected == [(None, doubted["tracking_number"]), (photo, closed[1]["tracking_number"])]
    assert waiting(city, verifier) == expected
    [[first]] = asked(city, verifier, "select number from desk.to_verify(1, 0)")
    [[last]] = asked(city, verifier, "select number from desk.to_verify(1, 1)")
    assert [first, last] == [number for _, number in expected]
    assert asked(city, verifier, "select number from desk.to_verify(-1, -1)") == []


def test_a_pair_is_shown_with_what_it_shares_and_a_report_with_its_doubts(
    city: DeskCity, verifier: str, photo: int, doubted: dict[str, Any], closed: list[dict[str, Any]]
) -> None:
    [[shown]] = asked(city, verifier, "select desk.flagged_photo(%s)", photo)
    [pair] = shown["pairs"]
    assert (pair["is_mirrored"], pair["number"]) == (True, closed[0]["tracking_number"])
    assert (shown["number"], shown["decision"]) == (closed[1]["tracking_number"], None)
    assert 0 <= pair["changed_share"] < 0.2
    [[report]] = asked(city, verifier, "select desk.flagged_report(%s)", doubted["tracking_number"])
    assert {one["signal"]: one["evidence"] for one in report["signals"]} == DOUBTS
    assert [one["named"] for one in report["signals"]] == [None, HERE.name]
    # Neither says who reported, or in which words.
    [said] = rows(city.url, f"select * from private.complaints where complaint_id = '{doubted['complaint_id']}'")
    for private in ("reporter_name", "reporter_contact", "address", "description"):
        assert said[private] not in f"{shown}{report}"


def test_who_verifies_sees_no_other_case_and_books_on_none(
    city: DeskCity, verifier: str, photo: int, doubted: dict[str, Any], closed: list[dict[str, Any]]
) -> None:
    others = [case["complaint_id"] for unit in (MINE, THEIRS) for case in held_by(city, unit)]
    others.remove(doubted["complaint_id"])
    with city.acting(verifier) as desk:
        # A photo that is flagged shows no report of its case.
        for case in (*others[:20], closed[0]["case_id"], closed[1]["case_id"]):
            assert not note(desk, case)
        assert desk.execute("select desk.note_photo_read(%s) as noted", [photo]).fetchone() == {"noted": True}
        assert words(desk) == []
        assert told(desk, doubted["tracking_number"]) is None
        for one in (held_by(city, MINE)[0]["tracking_number"], closed[1]["tracking_number"], number("0001010001")):
            assert desk.execute("select desk.flagged_report(%s) as told", [one]).fetchone() == {"told": None}
        assert desk.execute("select desk.flagged_photo(%s) as told", [photo + 999]).fetchone() == {"told": None}
    assert book(city, verifier, doubted["tracking_number"]) == "not_yours"
    assert doubted["tracking_number"] not in numbers(city, verifier)


def test_a_report_and_a_photo_are_read_after_their_reading_was_noted(
    city: DeskCity, verifier: str, second: str, photo: int, doubted: dict[str, Any]
) -> None:
    name = [[f"{photo_name(city, photo)}"]]
    with city.acting(verifier) as desk:
        # Minutes ago others noted it in this very session.
        with psycopg.connect(city.url) as owner:
            owner.execute("delete from desk.private_reads")
        with desk.transaction(force_rollback=True):
            assert note(desk, doubted["complaint_id"])
            assert desk.execute("select desk.note_photo_read(%s) as noted", [photo]).fetchone() == {"noted": True}
            assert words(desk) == []
            assert desk.execute("select desk.photo_name(%s) as name", [photo]).fetchone() == {"name": None}
        assert words(desk) == []
        assert note(desk, doubted["complaint_id"])
        assert set(words(desk)) == {f"Kata {doubted['complaint_id']}"}
    assert asked(city, verifier, "select desk.photo_name(%s)", photo) == [[None]]
    assert asked(city, verifier, "select desk.note_photo_read(%s)", photo) == [[True]]
    assert asked(city, verifier, "select desk.photo_name(%s)", photo) == name
    assert asked(city, second, "select desk.photo_name(%s)", photo) == [[None]]
    assert rows(city.url, "select what, login from desk.private_reads join desk.officers using (officer_id)"
                " order by read_id") == [
        {"what": "test", "login": "periksa"}, {"what": f"evidence photo {photo}", "login": "periksa"},
    ]  # fmt: skip


def photo_name(city: DeskCity, photo: int) -> str:
    [found] = rows(city.url, f"select photo_name from raw.evidence_photos where photo_id = {photo}")
    return str(found["photo_name"])


def test_of_two_who_decide_at_a_time_one_does(
    city: DeskCity, verifier: str, second: str, photo: int, doubted: dict[str, Any]
) -> None:
    number, late = doubted["tracking_number"], dict[str, str]()
    queries = {
        "photo": ("select desk.judge_photo(%s, %s, %s, %s)", photo, "confirmed", "", AS_OF),
        "report": ("select desk.judge_report(%s, %s, %s, %s, %s)", number, 1, "confirmed", "", AS_OF),
    }
    for what, (query, *values) in queries.items():

        def decide(what: str = what, query: str = query, values: list[object] = values) -> None:  # type: ignore[assignment]  # of this turn
            [[late[what]]] = asked(city, second, query, *values)

        with city.acting(verifier) as desk, desk.transaction():
            [outcome] = desk.execute(query.encode(), values).fetchall()
            assert set(outcome.values()) == {"decided"}
            other = threading.Thread(target=decide)
            other.start()
            time.sleep(0.5)
            assert other.is_alive(), "it waits for the first to be over"
        other.join(10)
    assert late == {"photo": "already", "report": "already"}
    assert rows(city.url, "select login from desk.verdicts join desk.officers using (officer_id)") == [
        {"login": "periksa"}, {"login": "periksa"},
    ]  # fmt: skip
    forget_decisions(city)


def test_what_is_decided_leaves_the_queue_and_is_listed_for_thirty_days(
    city: DeskCity, verifier: str, second: str, photo: int, doubted: dict[str, Any]
) -> None:
    number = doubted["tracking_number"]
    assert judge_photo(city, verifier, photo, "confirmed") == "decided"
    assert judge_report(city, second, number, "to_be_asked", "siapa yang melihatnya?") == "decided"
    assert waiting(city, verifier) == []
    listed = "select number, verdict, reason, officer, is_back_to_work, total from desk.decisions(100, 0) order by 2"
    assert asked(city, verifier, listed)[1] == [
        number, "to_be_asked", "siapa yang melihatnya?", "Petugas periksa.dua", False, 2,
    ]  # fmt: skip
    [[shown]] = asked(city, second, "select desk.flagged_photo(%s)", photo)
    assert shown["decision"]["officer"] == "Petugas periksa"
    assert judge_photo(city, second, photo, "rejected", "sama") == "already"
    with psycopg.connect(city.url) as owner:
        owner.execute("update desk.verdicts set decided_at = decided_at - interval '30 days 1 second'")
    assert asked(city, verifier, listed) == []
    assert asked(city, verifier, "select desk.flagged_photo(%s)", photo) == [[None]]
    assert asked(city, verifier, "select desk.flagged_report(%s)", number) == [[None]]
    with city.acting(verifier) as desk:
        assert not note(desk, doubted["complaint_id"])
    assert waiting(city, verifier) == [], "it does not come back"
    forget_decisions(city)


def test_a_completed_report_that_is_doubted_again_waits_again(
    city: DeskCity, verifier: str, doubted: dict[str, Any]
) -> None:
    number, case = doubted["tracking_number"], doubted["complaint_id"]
    assert judge_report(city, verifier, number, "confirmed", version=2) == "changed"
    assert judge_report(city, verifier, number, "confirmed") == "decided"
    with psycopg.connect(city.url) as owner:
        owner.execute(COMPLETED, [case])
    assert number in {one for _, one in waiting(city, verifier)}
    assert judge_report(city, verifier, number, "confirmed") == "changed"
    assert judge_report(city, verifier, number, "rejected", "tidak ada", version=2) == "decided"
    with psycopg.connect(city.url) as owner:
        owner.execute("delete from ledger.complaints where complaint_id = %s and version = 2", [case])
    forget_decisions(city)


@pytest.mark.parametrize(
    ("verdict", "reason"), [("rejected", " "), ("to_be_asked", "apa ini?"), ("maybe", "ya"), ("", "")]
)
def test_what_is_no_decision_on_a_photo_is_not_kept(
    city: DeskCity, verifier: str, photo: int, verdict: str, reason: str
) -> None:
    with pytest.raises(errors.CheckViolation):
        judge_photo(city, verifier, photo, verdict, reason)
    assert rows(city.url, "select * from desk.verdicts") == []


def test_rejected_evidence_gives_the_case_back_to_who_did_the_work(
    city: DeskCity, verifier: str, mine: str, photo: int, closed: list[dict[str, Any]]
) -> None:
    number = closed[1]["tracking_number"]
    assert number not in numbers(city, mine)
    assert judge_photo(city, verifier, photo, "rejected", "foto bulan lalu") == "decided"
    assert number in numbers(city, mine)
    with city.acting(mine) as desk:
        [event] = told(desk, number)["events"][-1:]
        assert (event["status_code"], event["holder_code"], event["note"]) == ("proses", MINE, "foto bulan lalu")
        assert event["officer"] == "Petugas periksa"
        [verdict] = desk.execute("select * from desk.verdicts_on(%s)", [number]).fetchall()
        assert verdict["is_of_photo"]
        assert (verdict["decision"]["reason"], verdict["decision"]["is_back_to_work"]) == ("foto bulan lalu", True)
    assert asked(city, city.arrive("lain", THEIRS), "select * from desk.verdicts_on(%s)", number) == []
    assert rows(city.url, f"select event_id from desk.verdicts where photo_id = {photo}") == [
        {"event_id": event["event_id"]}
    ]


def test_a_case_that_rests_on_other_work_stays_as_it_is(
    city: DeskCity, verifier: str, mine: str, evidence: Path, closed: list[dict[str, Any]]
) -> None:
    """The photo closed it once; it was opened again, and closed by other work."""
    photo = use_again(city, evidence, 2, closed[2]["last_event_id"], closed[3]["last_event_id"])
    number, at = closed[3]["tracking_number"], AS_OF - timedelta(hours=1)
    with psycopg.connect(city.url) as owner:
        for event, status in (("opened", "proses"), ("closed", "selesai")):
            at += timedelta(minutes=1)
            owner.execute(
                "insert into raw.case_events (event_id, tracking_number, status, holder_code, occurred_at, booked_at,"
                " received_at, batch_id, is_synthetic) values (%s, %s, %s, %s, %s, %s, %s, 'x', true)",
                [event, number, status, MINE, at, at, at],
            )
    assert judge_photo(city, verifier, photo, "rejected", "foto lama") == "decided"
    assert number not in numbers(city, mine)
    assert rows(city.url, f"select event_id from desk.verdicts where photo_id = {photo}") == [{"event_id": None}]


def test_a_photo_of_an_event_that_was_withdrawn_waits_for_nobody(
    city: DeskCity, verifier: str, evidence: Path, closed: list[dict[str, Any]]
) -> None:
    photo = use_again(city, evidence, 3, closed[4]["last_event_id"], closed[5]["last_event_id"])
    assert photo in {one for one, _ in waiting(city, verifier)}
    with psycopg.connect(city.url) as owner:
        owner.execute(
            "update raw.case_events set is_withdrawn = true where event_id = %s", [closed[5]["last_event_id"]]
        )
    assert photo not in {one for one, _ in waiting(city, verifier)}
    assert judge_photo(city, verifier, photo, "confirmed") == "not_yours"


def test_a_doubted_report_of_a_case_that_was_closed_waits_for_nobody(
    city: DeskCity, verifier: str, doubted: dict[str, Any]
) -> None:
    number = doubted["tracking_number"]
    assert number in {one for _, one in waiting(city, verifier)}
    assert book(city, city.arrive("hubungan", THEIRS), number, status="selesai", note="sudah") == "booked"
    assert number not in {one for _, one in waiting(city, verifier)}
    assert judge_report(city, verifier, number, "confirmed") == "not_yours"
