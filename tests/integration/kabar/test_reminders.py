"""Kabar on a city with marts: LACAK, reminders by a moved clock, their marks on the pages, digests of a kelurahan."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from assets.cases.news.digests import LEAST
from assets.cases.news.silence import AT_MOST_EACH, Rules, silent_cases
from assets.city import city_folder
from assets.clock import city_zone
from assets.complaints.outbox.sending import Transaction
from database.roles import portal_login
from tests import served
from tests.integration.city_of_truth import AS_OF
from tests.integration.desk_city import DeskCity
from tests.integration.kabar.steps import decide_at, make_news, sms
from tests.integration.site import Site
from tests.integration.test_followup import BEYOND

MORNING = AS_OF + timedelta(hours=8)
RULES = Rules.read(city_folder())


@pytest.fixture(scope="module")
def city(city: DeskCity) -> DeskCity:
    with psycopg.connect(city.url) as connection:
        # Reporters whom an SMS reaches, and nobody was told of the city's past.
        connection.execute(
            "update private.complaints set reporter_contact = '+62812000' || left(translate(complaint_id::text,"
            " 'abcdef-', '123456'), 4)"
        )
        connection.execute(
            "update ledger.complaints set is_synthetic = false,"
            " visibility = case when channel = 'whatsapp' then 'confidential' else visibility end"
        )
        connection.execute(BEYOND)
    return city


@pytest.fixture
def transaction(city: DeskCity) -> Transaction:
    return lambda: psycopg.connect(city.url)


def rows(city: DeskCity, query: str, *values: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(city.url) as connection:
        return connection.execute(query.encode(), values).fetchall()


def track(transaction: Transaction, city: DeskCity, text: str, at: datetime = AS_OF) -> str:
    """What an SMS is answered."""
    record = sms(abs(hash(text)), text, "+628130000001", at)
    assert decide_at(transaction, record, at=at) == {"set_aside": 1}
    [(body,)] = rows(city, "select body from ledger.messages order by message_id desc limit 1")
    return str(body)


def number_of(city: DeskCity, condition: str) -> str:
    [(number,)] = rows(
        city,
        "select numbers.tracking_number from marts.fct_complaints as complaints"
        " inner join ledger.tracking_numbers as numbers using (complaint_id)"
        " where complaints.decision = 'accepted' and complaints.duplicate_of is null"
        f" and complaints.channel <> 'whatsapp' and {condition} order by complaints.reported_at desc, 1 limit 1",
    )
    return str(number)


def test_lacak_is_answered_with_the_status(transaction: Transaction, city: DeskCity) -> None:
    number = number_of(city, "status_code = 'selesai' and visibility = 'public'")
    assert re.fullmatch(
        rf"Laporan {number}: Selesai sejak \d+ \w{{3}} 2026\.", track(transaction, city, f"LACAK {number}")
    )
    number = number_of(city, "status_code = 'proses' and visibility = 'private'")
    opened = track(transaction, city, f"lacak {number[:8]} {number[8:]}")
    assert opened.startswith(f"Laporan {number}: Proses")
    assert ", dipegang " in opened
    number = number_of(city, "status_set = 'in_work' and visibility = 'confidential'")
    hidden = track(transaction, city, f"Lacak {number}")
    assert hidden.startswith(f"Laporan {number}: ")
    assert "dipegang" not in hidden
    assert "Batas" not in hidden
    unknown = served.number("9912310001")
    assert track(transaction, city, f"LACAK {unknown}") == (
        f"Nomor {unknown} tidak kami temukan. Mohon periksa angkanya."
    )


def test_a_silent_case_reminds_its_holder_at_most_once_a_week(
    transaction: Transaction, city: DeskCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JSC_REMINDER_MAIL", '{"dinas_bina_marga": "bina.marga@kota.example"}')
    with transaction() as connection:
        silent = silent_cases(connection, RULES, MORNING)
    assert silent
    assert "reminded" not in make_news(transaction, AS_OF), "nobody's telephone rings at night"
    assert make_news(transaction, MORNING)["reminded"] == len(silent)
    assert "reminded" not in make_news(transaction, MORNING + timedelta(hours=1)), "the round of the day is made"
    kinds = dict(rows(city, "select kind, count(*) from ledger.messages where occasion like '%%2026%%' group by 1"))
    assert kinds["reminder"] == 1
    [(body, contact)] = rows(
        city, "select body, contact from ledger.messages inner join private.recipients using (recipient_id)"
              " where kind = 'reminder'"
    )  # fmt: skip
    assert contact == "bina.marga@kota.example"
    held = [one.tracking_number for one in silent if one.holder_code == "dinas_bina_marga"]
    assert all(number in body for number in held)
    # By a clock that goes on: none within the week, each again after it while it is silent.
    days = [make_news(transaction, MORNING + timedelta(days=day))["reminded"] for day in range(1, 9)]
    again = {
        case: [
            at for (at,) in rows(city, "select reminded_at from ledger.reminders where case_id = %s order by 1", case)
        ]
        for (case,) in rows(city, "select distinct case_id from ledger.reminders")
    }
    assert sum(days) > 0
    assert any(len(moments) == 2 for moments in again.values())
    for moments in again.values():
        assert all(later - earlier >= AT_MOST_EACH for earlier, later in zip(moments, moments[1:], strict=False))


def test_its_reporters_are_told_so_and_the_pages_say_it(transaction: Transaction, city: DeskCity) -> None:
    [(number, case_id, body)] = rows(
        city,
        "select numbers.tracking_number, reminders.case_id, body from ledger.reminders"
        " inner join ledger.tracking_numbers as numbers on reminders.case_id = numbers.complaint_id"
        " inner join ledger.messages on messages.complaint_id = reminders.case_id"
        " inner join ledger.complaints on complaints.complaint_id = messages.complaint_id"
        " and complaints.version = messages.version"
        " where kind = 'silence' and visibility <> 'confidential' and reminders.holder_code = 'dinas_bina_marga'"
        " order by 1, message_id limit 1",
    )
    assert number in body
    assert "sudah kami ingatkan" in body
    with Site(portal_login(city.url, city_zone().key), lookups=1000) as http:
        assert "pemegangnya kami ingatkan" in http.get(f"/lacak/{number}").text
        assert "we reminded its holder" in http.get(f"/en/lacak/{number}").text
    token = city.arrive("marga", "dinas_bina_marga")
    with city.acting(token) as desk:
        assert [row["tracking_number"] for row in desk.execute("select * from desk.reminded(%s)", [[number]])] == [
            number
        ]
    other = city.arrive("hubungan", "dinas_perhubungan")
    for stranger in (other, "none"):
        with city.acting(stranger) as desk:
            assert desk.execute("select * from desk.reminded(%s)", [[number]]).fetchall() == []
    # Once it is closed, nothing is said of it any more.
    with transaction() as connection:
        connection.execute(
            "insert into raw.case_events (event_id, tracking_number, status, holder_code, occurred_at, booked_at,"
            " received_at, batch_id, is_synthetic)"
            " values ('now', %s, 'selesai', 'dinas_bina_marga', %s, %s, %s, 'x', false)",
            [number, AS_OF, AS_OF, AS_OF],
        )
        connection.execute("delete from ledger.reminders where case_id = %s", [case_id])
        assert case_id not in {one.case_id for one in silent_cases(connection, RULES, MORNING)}


def test_a_confidential_case_is_reminded_of_by_its_status_alone(city: DeskCity) -> None:
    told = rows(
        city,
        "select body from ledger.messages inner join ledger.complaints using (complaint_id, version)"
        " where kind = 'silence' and visibility = 'confidential'",
    )
    assert told
    assert all(
        re.fullmatch(r"Kabar laporan \w+: masih [\w ]+\. Pemegangnya sudah kami ingatkan\.", body) for (body,) in told
    )
    with psycopg.connect(city.url) as connection:
        found = connection.execute(
            "select front.reminded(numbers.tracking_number) from ledger.reminders"
            " inner join ledger.tracking_numbers as numbers on reminders.case_id = numbers.complaint_id"
            " inner join ledger.complaints using (complaint_id)"
            " where visibility = 'confidential'"
        ).fetchall()
    assert found
    assert {moment for (moment,) in found} == {None}


def test_who_waits_for_the_reporter_is_not_silent(city: DeskCity) -> None:
    waiting = {
        case for (case,) in rows(city, "select complaint_id from marts.fct_complaints where is_waiting_for_reporter")
    }
    reminded = {case for (case,) in rows(city, "select case_id from ledger.reminders")}
    assert waiting
    assert reminded
    assert not waiting & reminded


def test_a_kelurahan_is_told_in_counts_of_what_is_public(transaction: Transaction, city: DeskCity) -> None:
    public = (
        "from marts.fct_complaints inner join intermediate.int_open_reports as reports using (complaint_id)"
        " where is_public and duplicate_of is null"
    )
    [(busy, total), *_] = rows(
        city, f"select fct_complaints.kelurahan_code, count(*) {public} and fct_complaints.kelurahan_code is not null"
              " group by 1 order by 2 desc limit 1"
    )  # fmt: skip
    [(quiet,)] = rows(
        city, f"select fct_complaints.kelurahan_code {public} and fct_complaints.kelurahan_code is not null"
              " group by 1 order by count(*), 1 limit 1"
    )  # fmt: skip
    with transaction() as connection:
        # In a small city every kelurahan has more.
        connection.execute(
            "update marts.fct_complaints set visibility = 'private' where complaint_id in"
            f" (select complaint_id {public} and fct_complaints.kelurahan_code = %s offset %s)".encode(),
            [quiet, LEAST - 1],
        )
        for code in (busy, quiet):
            connection.execute("select front.ask_news('smtp', %s, null, %s)", [f"{code}@mail.example", code])
        connection.execute("update private.follows set confirmed_at = now() where kelurahan_code is not null")
    began = MORNING + timedelta(days=20)
    assert make_news(transaction, began)["digests"] == 0, "what was before is no news"
    with transaction() as connection:
        connection.execute("update ledger.kelurahan_digests set new_until = 'epoch', closed_until = 'epoch'")
    assert make_news(transaction, began + timedelta(days=1))["digests"] == 1
    [(body, follow_id)] = rows(city, "select body, follow_id from ledger.messages where kind = 'digest'")
    assert f": {total} kasus baru sejak 1 Jan 1970" in body
    assert served.number("") not in body
    assert follow_id is not None
    assert make_news(transaction, began + timedelta(days=2))["digests"] == 0, "of the same figures nobody is told again"


def test_only_one_round_a_day_is_made_by_two_at_once(transaction: Transaction, tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    day = MORNING + timedelta(days=40)
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda _: "reminded" in make_news(transaction, day), range(2)))
    assert sorted(made) == [False, True]
