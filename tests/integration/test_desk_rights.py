"""What the role desk may see and do, tried in SQL: a session's own unit, and without a session nothing."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import errors
from psycopg.rows import DictRow

from tests.integration.city_of_truth import AS_OF, Truth, rows
from tests.integration.desk_city import DeskCity

MINE, THEIRS = "dinas_bina_marga", "dinas_perhubungan"
BOOK = """
    select desk.book(
        number => %(number)s, seen_event => %(seen)s, status => %(status)s, holder => %(holder)s,
        promised => %(promised)s, note => %(note)s, city_now => %(now)s, photo => %(photo)s, photo_words => null,
        photo_picture => null, photo_likenesses => null, asks => %(asks)s
    ) as outcome
"""


@pytest.fixture(scope="module")
def mine(city: DeskCity) -> str:
    return city.arrive("marga", MINE)


@pytest.fixture(scope="module")
def theirs(city: DeskCity) -> str:
    return city.arrive("hubungan", THEIRS)


def inbox(city: DeskCity, token: str) -> list[DictRow]:
    with city.acting(token) as desk:
        return desk.execute("select * from desk.inbox()").fetchall()


def numbers(city: DeskCity, token: str) -> set[str]:
    return {row["tracking_number"] for row in inbox(city, token)}


def told(connection: psycopg.Connection[DictRow], number: str) -> Any:
    [row] = connection.execute("select desk.case_of(%s) as told", [number]).fetchall()
    return row["told"]


def words(connection: psycopg.Connection[DictRow]) -> list[str]:
    return [row["description"] for row in connection.execute("select description from private.complaints")]


def note(connection: psycopg.Connection[DictRow], case: str) -> bool:
    [row] = connection.execute("select desk.note_read(%s, 'test') as noted", [case]).fetchall()
    return bool(row["noted"])


def book(city: DeskCity, token: str, number: str, **values: object) -> str:
    usual: dict[str, object] = {
        "number": number, "status": "proses", "holder": None, "promised": None, "note": "", "now": AS_OF, "photo": None,
        "asks": False,
    }  # fmt: skip
    with city.acting(token) as desk:
        known = told(desk, number)
        usual["seen"] = known["case"]["last_event_id"] if known else None
        [row] = desk.execute(BOOK, {**usual, **values}).fetchall()
    return str(row["outcome"])


def held_by(city: DeskCity, unit: str) -> list[dict[str, Any]]:
    """What the marts have of the open cases of a unit."""
    return rows(
        city.url,
        "select complaints.complaint_id, numbers.tracking_number, kelurahan_code, resolve_due_at, held_from"
        " from marts.fct_complaints as complaints inner join ledger.tracking_numbers as numbers using (complaint_id)"
        " left join marts.fct_holder_spans as spans on spans.case_id = complaint_id and held_to is null"
        f" where complaints.holder_code = '{unit}' and status_set <> 'closed' and duplicate_of is null"
        " and decision = 'accepted' order by complaint_id",
    )


def test_a_connection_without_a_session_sees_nothing(city: DeskCity, mine: str) -> None:
    [case, *_] = held_by(city, MINE)
    for token in ("", "another", mine[:-1]):
        with city.acting(token) as desk:
            assert desk.execute("select * from desk.inbox()").fetchall() == []
            assert desk.execute("select * from desk.units()").fetchall() == []
            assert desk.execute("select desk.who() as who").fetchone() == {"who": None}
            assert told(desk, case["tracking_number"]) is None
            assert not note(desk, case["complaint_id"])
            assert words(desk) == []
            assert desk.execute("select * from desk.evidence_like('{1}', '{2}', 0, 9)").fetchall() == []
        assert book(city, token, case["tracking_number"]) == "not_yours"


def test_the_role_reads_nothing_but_reports_and_calls_nothing_but_its_functions(city: DeskCity) -> None:
    readable = rows(
        city.url,
        "select nspname || '.' || relname as name from pg_class"
        " inner join pg_namespace on relnamespace = pg_namespace.oid"
        " where relkind in ('r', 'v', 'm', 'p', 'f') and nspname not in ('pg_catalog', 'information_schema')"
        " and has_schema_privilege('desk', nspname, 'usage')"
        " and (has_any_column_privilege('desk', pg_class.oid, 'select, insert, update, references')"
        " or has_table_privilege('desk', pg_class.oid, 'delete, truncate, trigger'))",
    )
    assert [row["name"] for row in readable] == ["private.complaints"]
    callable_ones = rows(
        city.url,
        "select nspname || '.' || proname as name from pg_proc"
        " inner join pg_namespace on pronamespace = pg_namespace.oid"
        " where nspname not in ('pg_catalog', 'information_schema')"
        " and has_schema_privilege('desk', nspname, 'usage')"
        " and has_function_privilege('desk', pg_proc.oid, 'execute')",
    )
    called = {row["name"].partition(".")[2] for row in callable_ones if row["name"].startswith("desk.")}
    assert {row["name"] for row in callable_ones} == {*(f"desk.{name}" for name in called), "front.spend"}
    assert called == {
        "who", "salt_of", "sign_in", "sign_out", "inbox", "case_of", "units", "note_read", "has_noted_read", "point_of",
        "book", "evidence_like", "to_verify", "flagged_photo", "flagged_report", "note_photo_read", "photo_name",
        "judge_photo", "judge_report", "decisions", "verdicts_on", "reminded", "hand_in", "receipt", "answers",
        "report_picture",
    }  # fmt: skip


@pytest.mark.parametrize(
    "forbidden",
    [
        "select * from desk.officers", "select * from desk.verdicts", "select * from desk.flagged_reports",
        "select * from desk.flagged_photos", "select * from desk.waiting()", "select * from desk.notes",
        "select * from desk.credentials", "select * from desk.sessions", "select * from private.evidence_pictures",
        "select desk.report_of_photo(1)", "select ledger.evidence_candidates(null, null, 1, 1)",
        "delete from desk.private_reads", "select photo_urls from private.complaints",
        "select * from private.work_pictures", "select front.picture('XX2603010001', 'work')",
        "select * from private.payloads", "update private.complaints set description = ''",
        "select * from intermediate.int_desk_cases", "select * from marts.fct_complaints",
        "insert into raw.case_events default values", "select desk.current_officer()", "set role engineer",
        "select * from private.arrivals", "select front.receipt(gen_random_uuid())",
        "select front.hand_in('portal', '{}', null)",
        "create table public.mine ()", "select front.track('XX2603010001')",
    ],
)  # fmt: skip
def test_a_session_does_nothing_beside_its_functions(city: DeskCity, mine: str, forbidden: str) -> None:
    with city.acting(mine) as desk, pytest.raises(errors.InsufficientPrivilege):
        desk.execute(forbidden.encode())


@pytest.mark.parametrize("unit", [MINE, THEIRS, "biro_pemerintahan", "satpol_pp"])
def test_an_inbox_is_what_the_marts_say_that_the_unit_holds(city: DeskCity, truth: Truth, unit: str) -> None:
    token = city.arrive(f"inbox.{unit}", unit)
    expected = held_by(city, unit)
    assert {row["complaint_id"] for row in expected} == {
        name for name, case in truth.cases.items() if case.is_open and case.holder == unit
    }
    assert len(expected) > 3
    found = {row["tracking_number"]: row for row in inbox(city, token)}
    assert {
        number: (row["held_since"], row["due_at"]) for number, row in found.items()
    } == {row["tracking_number"]: (row["held_from"], row["resolve_due_at"]) for row in expected}  # fmt: skip


def test_an_officer_of_a_kelurahan_sees_their_own_alone(city: DeskCity) -> None:
    held = held_by(city, "kelurahan")
    first, second = sorted({row["kelurahan_code"] for row in held})[:2]
    for area in (first, second):
        token = city.arrive(f"lurah.{area}", "kelurahan", area)
        assert numbers(city, token) == {row["tracking_number"] for row in held if row["kelurahan_code"] == area}


def test_what_stands_now_is_what_the_marts_say_where_nothing_came_since(city: DeskCity) -> None:
    """Of every accepted case, open or closed."""
    wrong = rows(
        city.url,
        "select built.tracking_number from marts.fct_complaints as built"
        " left join intermediate.int_desk_cases as stood on stood.case_id = built.complaint_id"
        " left join marts.fct_holder_spans as spans on spans.case_id = built.complaint_id and spans.held_to is null"
        " where built.decision = 'accepted' and built.duplicate_of is null and ("
        " stood.status_code, stood.holder_code, stood.held_since, stood.due_at,"
        " stood.waits_for_reporter and stood.status_set <> 'closed', stood.is_relapse)"
        " is distinct from (built.status_code, built.holder_code, spans.held_from, built.resolve_due_at,"
        " built.is_waiting_for_reporter, built.relapse_of is not null)",
    )
    assert wrong == []


def test_an_officer_reads_no_other_units_case(city: DeskCity, mine: str) -> None:
    others = held_by(city, THEIRS)
    assert others
    with city.acting(mine) as desk:
        for case in others:
            assert told(desk, case["tracking_number"]) is None
            assert not note(desk, case["complaint_id"])
            assert desk.execute("select * from desk.point_of(%s)", [case["complaint_id"]]).fetchall() == []
        assert words(desk) == []
    assert book(city, mine, others[0]["tracking_number"]) == "not_yours"


def test_a_report_is_read_after_its_reading_was_noted(city: DeskCity, mine: str) -> None:
    [case, *_] = held_by(city, MINE)
    colleague = city.arrive("rekan", MINE)
    with city.acting(mine) as desk:
        assert words(desk) == []
        with desk.transaction(force_rollback=True):
            assert note(desk, case["complaint_id"])
            # Taken back, it would have been read without a note.
            assert words(desk) == []
        assert words(desk) == []
        assert note(desk, case["complaint_id"])
        assert set(words(desk)) == {f"Kata {case['complaint_id']}"}
        assert len(desk.execute("select * from desk.point_of(%s)", [case["complaint_id"]]).fetchall()) <= 1
    with city.acting(colleague) as desk:
        assert words(desk) == []
    noted = rows(
        city.url, "select login, complaint_id, what from desk.private_reads join desk.officers using (officer_id)"
    )
    assert noted == [{"login": "marga", "complaint_id": case["complaint_id"], "what": "test"}]
    with psycopg.connect(city.url) as owner:
        owner.execute("update desk.private_reads set at = at - interval '2 minutes'")
    with city.acting(mine) as desk:
        assert words(desk) == []


def test_who_read_reports_before_reads_them_as_before(city: DeskCity) -> None:
    [found] = rows(
        city.url, "select (select count(*) from private.complaints) as said, count(*) from ledger.complaints"
    )
    assert found["said"] == found["count"] > 0
    assert rows(city.url, "select count(*) from pg_policy") == [{"count": 1}]


def test_a_case_that_another_system_handed_over_moves_at_once(city: DeskCity, mine: str, theirs: str) -> None:
    number = held_by(city, MINE)[1]["tracking_number"]
    assert number in numbers(city, mine)
    with psycopg.connect(city.url) as owner:
        owner.execute(
            "insert into raw.case_events (event_id, tracking_number, status, holder_code, occurred_at, booked_at,"
            " received_at, batch_id, is_synthetic) values ('elsewhere', %s, 'koordinasi', %s, %s, %s, %s, 'x', true)",
            [number, THEIRS, AS_OF, AS_OF, AS_OF],
        )
    assert number not in numbers(city, mine)
    assert number in numbers(city, theirs)
    with city.acting(theirs) as desk:
        assert told(desk, number)["case"]["held_since"] is not None


def test_a_case_is_taken_promised_handed_over_and_closed(city: DeskCity, mine: str, theirs: str) -> None:
    number = held_by(city, MINE)[2]["tracking_number"]
    later = AS_OF + timedelta(days=40)
    assert book(city, mine, number) == "booked"
    assert book(city, mine, number, status="estimasi_waktu_selesai", promised=later, note="aspal") == "booked"
    [row] = [row for row in inbox(city, mine) if row["tracking_number"] == number]
    assert (row["status_name"], row["due_at"]) == ("Estimasi waktu selesai", later)
    assert book(city, mine, number, status="koordinasi", holder=THEIRS, note="rambu") == "booked"
    assert number not in numbers(city, mine)
    assert book(city, mine, number) == "not_yours"
    assert book(city, theirs, number, status="selesai", note="sudah dipasang") == "booked"
    assert number not in numbers(city, theirs)
    with city.acting(theirs) as desk:
        events = told(desk, number)["events"][-4:]
    assert [(event["status_code"], event["note"], event["officer"]) for event in events] == [
        ("proses", "", "Petugas marga"), ("estimasi_waktu_selesai", "aspal", "Petugas marga"),
        ("koordinasi", "rambu", "Petugas marga"), ("selesai", "sudah dipasang", "Petugas hubungan"),
    ]  # fmt: skip
    assert all(event["event_id"].startswith("desk-") for event in events)
    with city.acting(mine) as desk:
        assert told(desk, number) is None, "it is the other unit's now"


def test_a_case_of_an_area_that_nobody_named_lies_at_biro_pemerintahan(city: DeskCity, mine: str) -> None:
    case, number = next((row["complaint_id"], row["tracking_number"]) for row in held_by(city, "kelurahan"))
    biro = city.arrive("biro", "biro_pemerintahan")
    assert number not in numbers(city, biro)
    with psycopg.connect(city.url) as owner:
        for table in ("ledger.complaints", "marts.fct_complaints"):
            owner.execute(f"update {table} set kelurahan_code = null where complaint_id = %s".encode(), [case])
    assert number in numbers(city, biro)
    assert number not in numbers(city, mine)
    assert book(city, biro, number, status="koordinasi", holder=MINE, note="jalan besar") == "booked"
    assert number not in numbers(city, biro)
    assert number in numbers(city, mine)


def test_what_was_seen_before_somebody_else_booked_is_not_booked_on(city: DeskCity, mine: str) -> None:
    number = held_by(city, MINE)[3]["tracking_number"]
    assert book(city, mine, number, seen="an older one") == "changed"
    with city.acting(mine) as desk:
        assert not [event for event in told(desk, number)["events"] if event["event_id"].startswith("desk-")]


@pytest.mark.parametrize(
    "values",
    [
        {"status": "ditolak", "note": " "}, {"status": "menunggu_verifikasi", "note": "sudah"}, {"status": "selesai"},
        {"status": "proses", "asks": True}, {"status": "selesai", "note": "sudah?", "asks": True},
        {"status": "ditolak", "note": "tidak", "asks": True}, {"status": "proses", "asks": None},
        {"status": "koordinasi", "note": "ke sana"},
        {"status": "koordinasi", "note": "ke sana", "holder": "tidak_ada"},
        {"status": "koordinasi", "note": "ke sana", "holder": MINE},
        {"status": "estimasi_waktu_selesai", "note": "nanti"},
        {"status": "estimasi_waktu_selesai", "note": "nanti", "promised": AS_OF - timedelta(days=1)},
        {"status": "proses", "promised": AS_OF + timedelta(days=1)},
        {"status": "selesai", "note": "sudah", "photo": "../../etc/passwd"},
        {"status": "proses", "photo": "desk-00000000-0000-0000-0000-000000000000.jpg"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_not_booked(city: DeskCity, mine: str, values: dict[str, object]) -> None:
    number = held_by(city, MINE)[3]["tracking_number"]
    with pytest.raises(errors.InvalidParameterValue):
        book(city, mine, number, **values)


def test_a_session_ends(city: DeskCity) -> None:
    ends = {
        "signed.out": "delete from desk.sessions where false",
        "over": "update desk.sessions set expires_at = now()",
        "asleep": "update desk.sessions set last_seen_at = now() - interval '61 minutes'",
        "gone": "update desk.officers set disabled_at = now() where login = 'gone'",
    }
    for login, end in ends.items():
        token = city.arrive(login, MINE)
        assert numbers(city, token)
        if login == "signed.out":
            with city.acting(token) as desk:
                desk.execute("select desk.sign_out()")
        with psycopg.connect(city.url) as owner:
            owner.execute(end.encode())
        assert not numbers(city, token), login


def test_a_password_is_not_tried_again_and_again(city: DeskCity) -> None:
    password = city.add("sering", MINE)
    with psycopg.connect(city.desk, autocommit=True) as desk:
        tried = [
            desk.execute("select desk.sign_in('sering', %s, 'token')", [bytes([number]) * 32]).fetchone()
            for number in range(10)
        ]
    assert set(tried) == {("refused",)}
    with pytest.raises(AssertionError, match="too_often"):
        city.sign_in("sering", password)
