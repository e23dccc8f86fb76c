"""What the holder of a number does on its page: a returned report is completed, one that is not done comes back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from assets.clock import city_zone
from database.roles import portal_login
from tests import served
from tests.integration.city_of_truth import AS_OF
from tests.integration.site import Site
from tests.integration.test_clerk import Working
from tests.integration.test_lapor import SOUND, arrived, hidden, number_on, rows, send
from tests.served import HERE

CLOSED = """
    insert into raw.case_events (event_id, tracking_number, status, holder_code, occurred_at, booked_at, received_at,
        batch_id, is_synthetic)
    values ('closed', %(number)s, 'selesai', 'dinas_bina_marga', %(at)s, %(at)s, %(at)s, 'closed', true)
"""
NEWEST = """
    select tracking_number, version, decision, kelurahan_code, category_code, visibility,
        relapse_of is not null as is_relapse
    from ledger.complaints inner join ledger.tracking_numbers using (complaint_id)
    where channel = 'portal' order by decided_at desc, complaints.inbox_id desc limit 1
"""


# The city's own records were written with their ids.
BEYOND = "select setval(pg_get_serial_sequence('raw.inbox', 'inbox_id'), (select max(inbox_id) from raw.inbox))"


@pytest.fixture
def site(copy_of_marts: str, tmp_path: Path, no_settings: None) -> Iterator[httpx.Client]:
    rows(copy_of_marts, BEYOND)
    with Working(copy_of_marts, tmp_path, lambda: AS_OF), Site(portal_login(copy_of_marts, city_zone().key)) as http:
        yield http


def report(http: httpx.Client, **fields: str) -> str:
    """Report something; its number."""
    return number_on(arrived(http, send(http, anyway="1", **fields)).text)


def follow_up(http: httpx.Client, number: str, act: str, **fields: str) -> httpx.Response:
    """Open the form of a number's page and send it; the page that follows, or the one that refuses."""
    path = f"/lacak/{number}/{act}"
    page = http.get(path)
    assert page.status_code == 200, page.headers
    sent = http.post(path, data={**hidden(page.text), **fields})
    return arrived(http, sent) if sent.status_code == 303 else sent


def newest(url: str) -> dict[str, Any]:
    with psycopg.connect(url) as connection:
        cursor = connection.execute(NEWEST)
        assert cursor.description
        [row] = cursor.fetchall()
        return dict(zip([column.name for column in cursor.description], row, strict=True))


@pytest.mark.parametrize(
    ("lacking", "given"),
    [
        ({"kelurahan": ""}, {"kelurahan": HERE.code}),
        ({"kelurahan": ""}, {"address": f"Jl. Melati 5 kelurahan {HERE.name}"}),
        ({"name": ""}, {"name": "Rini Contoh"}),
        # What would be a complaint of its own anywhere else.
        ({"kelurahan": "", "text": "tolong min"}, {"kelurahan": HERE.code, "text": "Lampu jalan mati"}),
    ],
    ids=["place", "place in words", "name", "place and problem"],
)
def test_a_returned_report_is_completed_by_its_reporter(
    site: httpx.Client, copy_of_marts: str, lacking: dict[str, str], given: dict[str, str]
) -> None:
    number = report(site, **lacking)
    assert f"/lacak/{number}/lengkapi" in site.get(f"/lacak/{number}").text
    page = follow_up(site, number, "lengkapi", contact="+62 812-0000-0001", **given)
    assert (number_on(page.text), "sudah dilengkapi" in page.text) == (number, True)
    found = newest(copy_of_marts)
    assert (found["tracking_number"], found["version"], found["decision"]) == (number, 2, "accepted")
    # Nothing is left to complete.
    assert site.get(f"/lacak/{number}/lengkapi").headers["location"] == f"/lacak/{number}"


def test_a_stranger_who_knows_a_number_completes_nothing(site: httpx.Client, copy_of_marts: str) -> None:
    number = report(site, kelurahan="")
    page = follow_up(site, number, "lengkapi", contact="0812 0000 0099", kelurahan=HERE.code)
    assert number_on(page.text) != number
    query = "select decision from ledger.complaints inner join ledger.tracking_numbers using (complaint_id)"
    assert rows(copy_of_marts, f"{query} where tracking_number = '{number}'") == [("returned",)]


def test_what_is_not_done_comes_back_where_it_was(site: httpx.Client, copy_of_marts: str) -> None:
    number = report(site, category="Jaringan Listrik", visibility="public")
    first = newest(copy_of_marts)
    # Open as it is, there is nothing to open again.
    assert site.get(f"/lacak/{number}/belum-selesai").headers["location"] == f"/lacak/{number}"
    with psycopg.connect(copy_of_marts) as connection:
        connection.execute(CLOSED, {"number": number, "at": AS_OF})
    assert f"/lacak/{number}/belum-selesai" in site.get(f"/lacak/{number}").text
    page = follow_up(site, number, "belum-selesai", name="Budi Contoh", text="Masih gelap, lampu belum menyala")
    again = newest(copy_of_marts)
    assert number_on(page.text) == again["tracking_number"] != number
    assert (again["decision"], again["is_relapse"], again["visibility"]) == ("accepted", True, "private")
    assert [again[name] for name in ("kelurahan_code", "category_code")] == [
        first[name] for name in ("kelurahan_code", "category_code")
    ]


def test_what_continues_a_confidential_report_is_confidential(site: httpx.Client, copy_of_marts: str) -> None:
    number = report(site, visibility="confidential")
    with psycopg.connect(copy_of_marts) as connection:
        connection.execute(CLOSED, {"number": number, "at": AS_OF})
    page = follow_up(site, number, "belum-selesai", name="Budi Contoh", text="Masih gelap, lampu belum menyala")
    assert newest(copy_of_marts)["visibility"] == "confidential"
    shown = site.get(f"/lacak/{number_on(page.text)}").text
    assert HERE.name not in shown


def test_who_says_that_it_is_not_done_says_what_is_not(site: httpx.Client, copy_of_marts: str) -> None:
    number = report(site)
    with psycopg.connect(copy_of_marts) as connection:
        connection.execute(CLOSED, {"number": number, "at": AS_OF})
    refused = follow_up(site, number, "belum-selesai", name="Budi Contoh", text="")
    assert refused.status_code == 422
    assert "masalahnya" in refused.text
    assert SOUND["name"] not in refused.text


def test_a_form_of_a_number_is_guarded_as_any(site: httpx.Client) -> None:
    number = report(site, kelurahan="")
    path = f"/lacak/{number}/lengkapi"
    given = {**hidden(site.get(path).text), "kelurahan": HERE.code}
    site.cookies.clear()
    assert site.post(path, data=given).status_code == 403
    assert site.get(f"/lacak/{served.number('0001010001')}/lengkapi").status_code == 404
    assert site.get(f"/lacak/{number}/hapus").headers["location"] == f"/lacak/{number}"
