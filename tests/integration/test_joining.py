"""Saya juga: open public cases are listed where they are, and a report joins one of them by its number."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from assets.clock import city_zone
from assets.complaints.triage.credible import CAMPAIGN_ACCOUNTS
from database.roles import portal_login
from tests import served
from tests.integration.city_of_truth import AS_OF
from tests.integration.site import Site
from tests.integration.test_clerk import Working
from tests.integration.test_followup import BEYOND, CLOSED, follow_up, newest, report
from tests.integration.test_lapor import SOUND, hidden, number_on, rows, send
from tests.served import HERE, NEXT

WHERE, WHAT, CODE = HERE.code, "Jaringan Listrik", "jaringan_listrik"
OPEN = {"kelurahan": WHERE, "category": WHAT, "visibility": "public", "address": "Jl. Melati 5", "contact": ""}
SEEN = {"tracking_number", "category_name", "days", "holder_name", "status_name", "reports", "is_synthetic"}


@pytest.fixture
def site(copy_of_marts: str, tmp_path: Path, no_settings: None) -> Iterator[httpx.Client]:
    rows(copy_of_marts, BEYOND)
    with (
        Working(copy_of_marts, tmp_path, lambda: AS_OF),
        Site(portal_login(copy_of_marts, city_zone().key), lookups=1_000_000, reports=1_000_000) as http,
    ):
        yield http


NOTICE = """
    with inbox as (
        insert into raw.inbox (channel, source_record_id, content_hash, fetched_at, batch_id, is_synthetic)
        values ('portal', '{number}', '{reason}', now(), '1', true)
        returning inbox_id
    )
    insert into ledger.set_aside (inbox_id, channel, reason, complaint_id, occurred_at, decided_at, batch_id)
    select inbox_id, 'portal', '{reason}', complaint_id, clock_timestamp(), now(), '1'
    from inbox cross join ledger.tracking_numbers where tracking_number = '{number}'
    returning 1
"""


def listed(url: str, kelurahan: str = WHERE, category: str = CODE) -> dict[str, dict[str, Any]]:
    """What the portal's role is told, by number."""
    with psycopg.connect(portal_login(url, city_zone().key)) as portal:
        [(told,)] = portal.execute("select front.nearby(%s, %s, %s)", [kelurahan, category, AS_OF]).fetchall()
    return {one["tracking_number"]: one for one in told}


def close(url: str, number: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(CLOSED, {"number": number, "at": AS_OF})


def nearby(http: httpx.Client, **fields: str) -> str:
    """What the form lists."""
    given = {**hidden(http.get("/lapor").text), "kelurahan": WHERE, "category": WHAT, "serupa": "1", **fields}
    page = http.post("/lapor/tempat", data=given).text
    return page[page.index('<div id="serupa">') : page.index('<label for="nama">')]


def test_only_open_public_cases_of_the_place_and_matter_are_listed(site: httpx.Client, copy_of_marts: str) -> None:
    shown = report(site, **OPEN, name="Rini Contoh", text="Lampu jalan mati di gang kami")
    others: list[dict[str, str]] = [
        {"visibility": "private"}, {"visibility": "confidential"}, {"kelurahan": NEXT.code},
        {"category": "Sampah"},
    ]  # fmt: skip
    hidden_ones = []
    for number, other in enumerate(others):
        told = {
            "name": f"Budi {number} Contoh",
            "text": f"Kabel menjuntai nomor {number}",
            "address": f"Jl. Mawar {number}",
        }
        hidden_ones.append(report(site, **{**OPEN, **told, **other}))
    found = listed(copy_of_marts)
    assert shown in found
    assert set(found[shown]) == SEEN
    assert (found[shown]["days"], found[shown]["reports"], found[shown]["category_name"]) == (0, 1, WHAT)
    assert not set(hidden_ones) & set(found)
    page = nearby(site)
    assert shown in page
    point = (f"{HERE.latitude:.1f}", f"{HERE.longitude:.1f}")
    assert not [told for told in ("Melati", "gang kami", "Rini", *point) if told in page]
    close(copy_of_marts, shown)
    assert shown not in listed(copy_of_marts)


def test_no_more_than_five_are_listed_and_none_of_the_past(site: httpx.Client, copy_of_marts: str) -> None:
    every = rows(
        copy_of_marts,
        "select kelurahan_code, category_code from ledger.complaints where visibility = 'public'"
        " group by 1, 2 order by count(*) desc limit 5",
    )
    lists = [listed(copy_of_marts, *one) for one in every]
    assert all(len(one) <= 5 for one in lists)
    assert any(lists)
    open_numbers = {
        number for (number,) in rows(
            copy_of_marts,
            "select tracking_number from marts.fct_complaints where status_set <> 'closed' and duplicate_of is null"
            " and visibility = 'public'",
        )
    }  # fmt: skip
    assert all(set(one) <= open_numbers for one in lists)


def test_who_joins_gets_a_number_of_the_same_case(site: httpx.Client, copy_of_marts: str) -> None:
    first = report(site, **OPEN)
    given = {**OPEN, "name": "Budi Contoh", "text": "Gelap sekali", "joins": first, "kelurahan": "", "address": ""}
    page = site.get(send(site, **given).headers["location"]).text
    own = number_on(page)
    assert own != first
    assert f"bergabung dengan {first}" in page
    assert rows(
        copy_of_marts,
        "select case_numbers.tracking_number from ledger.complaints inner join ledger.tracking_numbers using"
        " (complaint_id) inner join ledger.tracking_numbers as case_numbers on duplicate_of = case_numbers.complaint_id"
        f" where tracking_numbers.tracking_number = '{own}'",
    ) == [(first,)]
    assert listed(copy_of_marts)[first]["reports"] == 2
    assert "Sudah dilaporkan 2 kali" in nearby(site)
    assert own not in listed(copy_of_marts)


def test_the_page_of_an_open_public_case_lets_others_join_without_a_word(
    site: httpx.Client, copy_of_marts: str
) -> None:
    first = report(site, **OPEN)
    assert f"/lacak/{first}/saya-juga" in site.get(f"/lacak/{first}").text
    page = follow_up(site, first, "saya-juga", name="Budi Contoh", text="")
    assert number_on(page.text) != first
    found = newest(copy_of_marts)
    assert (found["decision"], found["kelurahan_code"], found["category_code"]) == ("accepted", WHERE, CODE)
    assert found["visibility"] == "private"


def test_what_was_closed_meanwhile_came_back(site: httpx.Client, copy_of_marts: str) -> None:
    first = report(site, **OPEN)
    path = f"/lacak/{first}/saya-juga"
    given = {**hidden(site.get(path).text), "name": "Budi Contoh"}
    close(copy_of_marts, first)
    page = site.get(site.post(path, data=given).headers["location"]).text
    assert f"Kasus {first} sudah ditutup" in page
    assert newest(copy_of_marts)["is_relapse"]
    # From now on it is reopened, not joined.
    assert site.get(path).headers["location"] == f"/lacak/{first}"


@pytest.mark.parametrize("visibility", ["private", "confidential"])
def test_what_is_not_public_cannot_be_joined(site: httpx.Client, copy_of_marts: str, visibility: str) -> None:
    first = report(site, **{**OPEN, "visibility": visibility})
    assert "saya-juga" not in site.get(f"/lacak/{first}").text
    assert site.get(f"/lacak/{first}/saya-juga").headers["location"] == f"/lacak/{first}"
    before = rows(copy_of_marts, "select count(*) from ledger.complaints")
    refused = send(site, **{**OPEN, "joins": first, "name": "Budi Contoh"})
    assert refused.status_code == 422
    assert "tidak dapat diikuti" in refused.text
    assert rows(copy_of_marts, "select count(*) from ledger.complaints") == before


def test_a_confidential_report_is_in_no_count(site: httpx.Client, copy_of_marts: str) -> None:
    first = report(site, **OPEN)
    said = {**OPEN, "visibility": "confidential", "joins": first, "name": "Budi Contoh", "text": "Gelap"}
    report(site, **said)
    assert newest(copy_of_marts)["visibility"] == "confidential"
    assert listed(copy_of_marts)[first]["reports"] == 1
    assert "Sudah dilaporkan" not in site.get(f"/lacak/{first}").text
    close(copy_of_marts, first)
    report(site, **{**said, "name": "Siti Contoh"})
    found = newest(copy_of_marts)
    assert (found["visibility"], found["is_relapse"]) == ("confidential", True)
    assert "dilaporkan lagi" not in site.get(f"/lacak/{first}").text
    [(told,)] = rows(copy_of_marts, f"select front.track('{first}') -> 'report'")
    assert (told["reports"], told["relapses"]) == (1, 0)


def test_what_was_taken_back_is_listed_to_nobody(site: httpx.Client, copy_of_marts: str) -> None:
    number = report(site, **OPEN)
    assert number in listed(copy_of_marts)
    for reason, is_shown in (("hidden", False), ("unhidden", True), ("removed", False)):
        rows(copy_of_marts, NOTICE.format(number=number, reason=reason))
        assert (number in listed(copy_of_marts)) is is_shown, reason
        page = site.get(f"/lacak/{number}").text
        assert (WHAT in page, f"/lacak/{number}/saya-juga" in page) == (is_shown, is_shown), reason


def test_neighbours_who_join_are_no_campaign(site: httpx.Client, copy_of_marts: str) -> None:
    """All send the page's words, and say so by the number."""
    first = report(site, **OPEN)
    for number in range(CAMPAIGN_ACCOUNTS):
        follow_up(site, first, "saya-juga", name=f"Warga {number} Contoh", contact=f"0812 0000 10{number:02d}")
    assert listed(copy_of_marts)[first]["reports"] == 1 + CAMPAIGN_ACCOUNTS
    found = rows(copy_of_marts, "select signal from ledger.signals inner join ledger.complaints using"
                 " (complaint_id, version) where channel = 'portal'")  # fmt: skip
    assert found == []


def test_lists_cannot_be_asked_for_without_end(copy_of_marts: str, no_settings: None) -> None:
    with Site(portal_login(copy_of_marts, city_zone().key), lookups=2) as http:
        assert ["Belum ada" in nearby(http, kelurahan=NEXT.code) for _ in range(3)] == [True, True, False]
        assert http.get(f"/lacak/{served.number('2603010001')}").status_code == 429


def test_days_are_whole_and_moments_stay_untold(copy_of_marts: str) -> None:
    [(code, category, number, reported_at)] = rows(
        copy_of_marts,
        "select kelurahan_code, category_code, tracking_number, reported_at from marts.fct_complaints"
        " where status_set <> 'closed' and duplicate_of is null and visibility = 'public'"
        " and kelurahan_code is not null order by reported_at desc limit 1",
    )
    found = listed(copy_of_marts, code, category)[number]
    assert found["days"] == (AS_OF - reported_at) // timedelta(days=1)
    assert str(SOUND["name"]) not in str(found)
