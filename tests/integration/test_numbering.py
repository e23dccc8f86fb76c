"""Tracking numbers on a real PostgreSQL: order, carried numbers, and writers that run together."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg

from assets.complaints.numbering import FIRST_OWN, Applicant, number_complaints
from tests.served import number

REPORTED = datetime(2025, 3, 5, 2, 0, tzinfo=UTC)
RECEIVED = datetime(2025, 3, 6, 2, 0, tzinfo=UTC)


def applicant(code: str | None = None, reported: datetime = REPORTED) -> Applicant:
    return Applicant(uuid4(), code, reported, RECEIVED)


def numbers(connection: psycopg.Connection) -> dict[UUID, str]:
    return dict(connection.execute("select complaint_id, tracking_number from ledger.tracking_numbers").fetchall())


def test_numbers_follow_the_order_given_and_the_day_of_the_report(connection: psycopg.Connection) -> None:
    first, second = applicant(), applicant()
    number_complaints(connection, [first, second], RECEIVED)
    assert numbers(connection) == {first.complaint_id: number("2503055001"), second.complaint_id: number("2503055002")}


def test_a_carried_number_is_kept_and_skipped_by_the_sequence(connection: psycopg.Connection) -> None:
    carried, plain = applicant(number("2503055001")), applicant()
    number_complaints(connection, [plain, carried], RECEIVED)
    assert numbers(connection)[carried.complaint_id] == number("2503055001")
    assert numbers(connection)[plain.complaint_id] == number("2503055002")


def test_a_carried_number_that_is_taken_gives_way_to_a_new_one(connection: psycopg.Connection) -> None:
    holder, claimant = applicant(number("2503055001")), applicant(number("2503055001"))
    number_complaints(connection, [holder], RECEIVED)
    number_complaints(connection, [claimant], RECEIVED)
    assert numbers(connection)[claimant.complaint_id] == number("2503055002")


def test_a_day_that_cannot_be_gives_the_day_of_receipt(connection: psycopg.Connection) -> None:
    old = applicant(reported=datetime(1996, 3, 5, tzinfo=UTC))
    future = applicant(reported=datetime(2030, 3, 5, tzinfo=UTC))
    number_complaints(connection, [old, future], RECEIVED)
    assert sorted(numbers(connection).values()) == [number("2503065001"), number("2503065002")]


def test_sixteen_writers_never_share_a_number(database_url: str) -> None:
    def write(_: int) -> None:
        with psycopg.connect(database_url) as connection:
            number_complaints(connection, [applicant() for _ in range(25)], RECEIVED)

    with ThreadPoolExecutor(16) as writers:
        list(writers.map(write, range(16)))
    with psycopg.connect(database_url) as connection:
        issued = sorted(numbers(connection).values())
    assert issued == [number(f"250305{sequence:04d}") for sequence in range(FIRST_OWN, FIRST_OWN + 400)]


def test_ten_thousand_of_one_day_keep_their_order_as_text(connection: psycopg.Connection) -> None:
    applicants = [applicant() for _ in range(10_050)]
    number_complaints(connection, applicants, RECEIVED)
    given = numbers(connection)
    issued = [given[each.complaint_id] for each in applicants]
    assert issued == sorted(issued)
    assert len(set(issued)) == 10_050
