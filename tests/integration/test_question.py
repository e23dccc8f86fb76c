"""What an officer asks a reporter or rejects for, and what the reporter answers: over HTTP, in messages and in SQL."""

from collections.abc import Iterator

import httpx
import psycopg
import pytest

from assets.cases.news.telling import tell_news
from assets.cases.news.words import Vocabulary
from assets.city import city_folder
from assets.clock import city_zone
from assets.complaints.outbox.address import PublicAddress
from assets.reference import load_reference
from database.roles import portal_login
from tests.integration.city_of_truth import AS_OF, rows
from tests.integration.desk_browser import act, at_desk, listed
from tests.integration.desk_city import DeskCity
from tests.integration.site import Site
from tests.integration.test_lapor import hidden

UNIT, OTHER = "dinas_bina_marga", "dinas_perhubungan"
QUESTION, ANSWER = "Rumah pompa yang mana?", "Yang di sebelah <b>jembatan</b>"
NUMBERS = """
    select numbers.tracking_number, newest.complaint_id, newest.channel
    from ledger.tracking_numbers as numbers
    cross join lateral (
        select * from ledger.complaints
        where complaints.complaint_id = numbers.complaint_id
        order by version desc
        limit 1
    ) as newest
    where newest.duplicate_of is null and newest.decision = 'accepted' and newest.visibility = '{}'
    order by 1
"""


@pytest.fixture(scope="module")
def site(city: DeskCity) -> Iterator[httpx.Client]:
    with Site(portal_login(city.url, city_zone().key), desk_database_url=city.desk, lookups=10_000) as http:
        yield http


@pytest.fixture(scope="module")
def officer(city: DeskCity, site: httpx.Client) -> httpx.Client:
    return at_desk(site, city.arrive("marga", UNIT))


def held(city: DeskCity, officer: httpx.Client, visibility: str, *channels: str) -> Iterator[str]:
    """Numbers of open cases at the desk, of a visibility, and of these channels where any is named."""
    mine = {row["Nomor"] for row in listed(officer)}
    for row in rows(city.url, NUMBERS.format(visibility)):
        if row["tracking_number"] in mine and (not channels or row["channel"] in channels):
            yield row["tracking_number"]


def answer(http: httpx.Client, number: str, text: str, **fields: str) -> httpx.Response:
    path = f"/lacak/{number}/jawab"
    return http.post(path, data={**hidden(http.get(path).text), "jawaban": text, **fields})


def waiting(officer: httpx.Client) -> set[str]:
    return {row["Nomor"] for row in listed(officer, "menunggu-pelapor")}


def test_a_question_is_shown_answered_once_and_read_by_the_holder(
    city: DeskCity, site: httpx.Client, officer: httpx.Client
) -> None:
    number = next(held(city, officer, "private"))
    assert site.get(f"/lacak/{number}/jawab").headers["location"] == f"/lacak/{number}", "nobody waits"
    assert act(officer, number, "tanya", alasan=QUESTION).status_code == 303
    assert number in waiting(officer)
    assert QUESTION in site.get(f"/lacak/{number}").text
    assert QUESTION in site.get(f"/lacak/{number}/jawab").text
    for text, status in (("", 422), (" ", 422), ("a" * 2001, 413), ("a" * 40_000, 413)):
        assert answer(site, number, text).status_code == status
    assert answer(site, number, ANSWER, **{"token": "another"}).status_code == 403
    assert answer(site, number, ANSWER).headers["location"] == f"/lacak/{number}"
    page = officer.get(f"/petugas/kasus/{number}").text
    assert "Yang di sebelah &lt;b&gt;jembatan" in page
    assert number not in waiting(officer)
    shown = site.get(f"/lacak/{number}").text
    assert "jembatan" not in shown
    assert QUESTION not in shown
    assert site.get(f"/lacak/{number}/jawab").status_code == 303
    with psycopg.connect(portal_login(city.url, city_zone().key), autocommit=True) as portal:
        [(taken,)] = portal.execute("select front.answer(%s, 'lagi', %s)", [number, AS_OF]).fetchall()
        assert not taken
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            portal.execute("select * from private.answers")


def test_an_answer_is_read_by_who_noted_that_they_read_and_by_no_other_unit(
    city: DeskCity, site: httpx.Client, officer: httpx.Client
) -> None:
    number = list(held(city, officer, "private"))[1]
    act(officer, number, "tanya", alasan=QUESTION)
    answer(site, number, ANSWER)
    [case] = rows(city.url, f"select complaint_id from ledger.tracking_numbers where tracking_number = '{number}'")
    for unit in (UNIT, OTHER):
        token = city.arrive(f"baca.{unit.rpartition('_')[2]}", unit)
        with city.acting(token) as desk:
            assert desk.execute("select * from desk.answers(%s)", [case["complaint_id"]]).fetchall() == []
            desk.execute("select desk.note_read(%s, 'test')", [case["complaint_id"]])
            found = desk.execute("select answer from desk.answers(%s)", [case["complaint_id"]]).fetchall()
            assert found == ([{"answer": ANSWER}] if unit == UNIT else [])


def test_of_a_confidential_report_neither_question_nor_reason_is_shown(
    city: DeskCity, site: httpx.Client, officer: httpx.Client
) -> None:
    with psycopg.connect(city.url) as owner:
        number = list(held(city, officer, "private"))[2]
        owner.execute(
            "update ledger.complaints set visibility = 'confidential' from ledger.tracking_numbers as numbers"
            " where numbers.complaint_id = complaints.complaint_id and tracking_number = %s",
            [number],
        )
    assert act(officer, number, "tanya", alasan=QUESTION).status_code == 303
    for path in (f"/lacak/{number}", f"/lacak/{number}/jawab"):
        assert QUESTION not in site.get(path).text


def test_the_reason_of_a_rejection_stands_on_the_numbers_page(
    city: DeskCity, site: httpx.Client, officer: httpx.Client
) -> None:
    number = list(held(city, officer, "public"))[0]
    assert act(officer, number, "tolak", alasan="Jalan ini milik pengembang").status_code == 303
    assert "Jalan ini milik pengembang" in site.get(f"/lacak/{number}").text


def test_the_reporter_is_told_the_question(city: DeskCity, officer: httpx.Client) -> None:
    number = next(held(city, officer, "private", "email", "whatsapp"))
    act(officer, number, "tanya", alasan=QUESTION)
    words = Vocabulary(load_reference(city_folder()), PublicAddress(url="https://lapor.kota.example"))
    for _ in range(2):
        with psycopg.connect(city.url) as owner:
            tell_news(owner, words, "test", AS_OF)
    told = [
        row["body"] for row in rows(city.url, "select body from ledger.messages where kind = 'question'")
        if number in row["body"]
    ]  # fmt: skip
    assert len(told) == 1
    assert QUESTION in told[0]
    assert f"https://lapor.kota.example/lacak/{number}/jawab" in told[0]
