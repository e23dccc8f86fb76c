"""What its reporter says is not done lands with who closed it, is told on the old number, and counts as a relapse."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from tests.integration.city_of_truth import AS_OF, dbt, rows
from tests.integration.closed_city import ClosedCity, closed_city
from tests.integration.desk_browser import at_desk, listed
from tests.integration.test_followup import follow_up, report
from tests.integration.test_lapor import number_on
from tests.served import HERE

HOLDER = "dinas_bina_marga"
NEWEST = """
    select complaints.*, tracking_number
    from ledger.complaints inner join ledger.tracking_numbers using (complaint_id)
    where channel = 'portal' order by complaints.inbox_id desc limit 1
"""
STANDS = """
    select status_code, holder_code, resolved_at, resolve_due_at, is_resolved_within_sla, is_coordinated_within_sla,
        hours_to_resolve, is_overdue, relapses
    from marts.fct_complaints where complaint_id = '{}'
"""
WEEK = """
    select relapsed, resolved from marts.mart_skpd_relapse_weekly
    where skpd_code = '{holder_code}'
        and week_start_date_wib = date_trunc('week', date '{reported_date_wib}')
"""


@pytest.fixture(scope="module")
def city(server: str, marts: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClosedCity]:
    with closed_city(server, marts, "city_that_came_back", tmp_path_factory.mktemp("city")) as city:
        yield city


def closed_case(city: ClosedCity, holder: str, visibility: str = "public") -> dict[str, Any]:
    """A case of the city that an agency resolved, and that did not come back yet, with the number that it has now."""
    return rows(
        city.url,
        "select cases.*, numbers.tracking_number from marts.fct_complaints as cases"
        " inner join ledger.tracking_numbers as numbers using (complaint_id)"
        " where status_code = 'selesai' and duplicate_of is null"
        f" and relapses = 0 and relapse_of is null and holder_code = '{holder}' and visibility = '{visibility}'"
        f" and kelurahan_code is not null and kelurahan_code <> '{HERE.code}' and not exists ("
        "select from ledger.complaints as later where later.relapse_of = cases.complaint_id)"
        " order by resolved_at desc limit 1",
    )[0]


def say_not_done(city: ClosedCity, number: str, **fields: str) -> dict[str, Any]:
    """Say of a number that it is not done; the report that this became."""
    told = {"name": "Budi Contoh", "text": "Masih sama, belum dikerjakan sama sekali", **fields}
    page = follow_up(city.http, number, "belum-selesai", **told)
    [found] = rows(city.url, NEWEST)
    assert number_on(page.text) == found["tracking_number"] != number
    return found


def test_it_lands_with_who_closed_it_and_counts_against_them(city: ClosedCity) -> None:
    case = closed_case(city, HOLDER)
    number = case["tracking_number"]
    [before], [stood] = rows(city.url, WEEK.format(**case)), rows(city.url, STANDS.format(case["complaint_id"]))
    # A place of its own would lead it to another kelurahan's desk.
    again = say_not_done(
        city,
        number,
        kelurahan=HERE.code,
        address="Jl. Lain 5",
        latitude=f"{HERE.latitude}",
        longitude=f"{HERE.longitude}",
    )
    assert (again["decision"], again["relapse_of"]) == ("accepted", case["complaint_id"])
    assert (again["skpd_code"], again["routing_basis"]) == (HOLDER, "closed_it")
    assert (again["kelurahan_code"], again["category_code"]) == (case["kelurahan_code"], case["category_code"])

    browser = at_desk(city.http, city.desk.arrive("marga", HOLDER))
    back = {row["Nomor"]: row for row in listed(browser, "muncul-lagi")}
    assert back[again["tracking_number"]]["Nomor sebelumnya"] == number
    page = browser.get("/petugas", params={"tab": "muncul-lagi"}).text
    assert f"muncul lagi dari {number}" in page
    assert number in browser.get(f"/petugas/kasus/{again['tracking_number']}").text

    # A second person who says so joins the first.
    second = say_not_done(city, number, name="Siti Contoh", text="Saya juga melihatnya, belum beres")
    assert (second["duplicate_of"], second["relapse_of"]) == (again["complaint_id"], None)
    assert {row["Nomor"]: row for row in listed(browser, "muncul-lagi")}[again["tracking_number"]]["Pelapor"] == "2"
    assert "Sudah dilaporkan 2 kali." in city.http.get(f"/lacak/{again['tracking_number']}").text

    dbt(city.url, AS_OF + timedelta(hours=1), "run --select fct_complaints mart_skpd_relapse_weekly")
    [after] = rows(city.url, WEEK.format(**case))
    assert after == {"relapsed": before["relapsed"] + 1, "resolved": before["resolved"]}
    # What was closed in time stays so.
    assert rows(city.url, STANDS.format(case["complaint_id"])) == [{**stood, "relapses": 1}]


def test_what_a_kelurahan_closed_comes_back_to_that_kelurahan(city: ClosedCity) -> None:
    case = closed_case(city, "kelurahan")
    again = say_not_done(city, case["tracking_number"], kelurahan=HERE.code)
    assert (again["skpd_code"], again["kelurahan_code"]) == ("kelurahan", case["kelurahan_code"])
    theirs = at_desk(city.http, city.desk.arrive("lurah", "kelurahan", case["kelurahan_code"]))
    others = at_desk(city.http, city.desk.arrive("lurah.lain", "kelurahan", HERE.code))
    assert again["tracking_number"] in {row["Nomor"] for row in listed(theirs, "muncul-lagi")}
    assert again["tracking_number"] not in {row["Nomor"] for row in listed(others)}


def test_what_comes_back_once_more_goes_to_who_closed_it_then(city: ClosedCity) -> None:
    first = report(city.http, text="Lampu taman mati semua")
    city.book(first, holder="dinas_bina_marga", at=AS_OF - timedelta(hours=3))
    second = say_not_done(city, first)
    city.book(second["tracking_number"], holder="satpol_pp", at=AS_OF)
    third = say_not_done(city, first)
    assert (third["relapse_of"], third["skpd_code"]) == (second["complaint_id"], "satpol_pp")


@pytest.mark.parametrize(
    ("visibility", "said", "is_told", "is_numbered"),
    [
        ("public", {"visibility": "public"}, True, True),
        ("public", {}, True, False),
        ("public", {"visibility": "confidential"}, False, False),
        ("private", {"visibility": "public"}, True, False),
        ("confidential", {"visibility": "public"}, False, False),
    ],
)
def test_the_old_number_tells_of_it_as_far_as_its_holder_may_know(
    city: ClosedCity, visibility: str, said: dict[str, str], is_told: bool, is_numbered: bool
) -> None:
    number = report(city.http, visibility=visibility, text=f"Pagar taman rusak {visibility} {said}")
    city.book(number)
    again = say_not_done(city, number, **said)
    page = city.http.get(f"/lacak/{number}").text
    assert ("Pelapor: belum selesai" in page) is is_told
    assert (again["tracking_number"] in page) is is_numbered
    told = rows(city.url, f"select front.afterwards('{number}', now()) as told")[0]["told"]
    assert (len(told["returns"]), [one["number"] is not None for one in told["returns"]]) == (
        int(is_told), [is_numbered] * is_told,
    )  # fmt: skip
    # The day alone: when somebody wrote is nobody's business.
    assert not is_told or set(told["returns"][0]) == {"day", "number"}


def test_a_person_who_was_erased_takes_no_place_away(city: ClosedCity) -> None:
    """Of the city's own complaints there is no text: where they lie is known by the ledger alone."""
    case = closed_case(city, "satpol_pp")
    query = "select 1 from ledger.complaints inner join private.payloads using (inbox_id) where complaint_id = '{}'"
    assert rows(city.url, query.format(case["complaint_id"])) == []
    again = say_not_done(city, case["tracking_number"])
    assert (again["decision"], again["kelurahan_code"]) == ("accepted", case["kelurahan_code"])
    assert (again["relapse_of"], again["skpd_code"]) == (case["complaint_id"], "satpol_pp")


def test_what_another_says_by_post_is_routed_as_ever(city: ClosedCity) -> None:
    number = report(city.http, text="Kabel menjuntai di trotoar")
    city.book(number, holder="satpol_pp")
    report(city.http, name="Tono Contoh", text=f"Laporan {number} kabelnya masih menjuntai")
    [found] = rows(city.url, NEWEST)
    assert found["relapse_of"] is not None
    assert found["routing_basis"] != "closed_it"


def test_an_officer_of_another_unit_learns_no_old_number(city: ClosedCity) -> None:
    token = city.desk.arrive("hubungan", "dinas_perhubungan")
    with city.desk.acting(token) as connection:
        inbox = connection.execute("select relapse_of_number from desk.inbox() where is_relapse").fetchall()
    theirs = {row["relapse_of_number"] for row in inbox}
    mine = {
        row["tracking_number"]
        for row in rows(
            city.url,
            "select numbers.tracking_number from marts.fct_complaints"
            " inner join ledger.tracking_numbers as numbers using (complaint_id)"
            f" where holder_code = '{HOLDER}' and status_code = 'selesai'",
        )
    }
    assert len(mine) > 10
    assert not theirs & mine
    with psycopg.connect(city.desk.desk) as nobody:
        assert nobody.execute("select count(*) from desk.inbox()").fetchone() == (0,)
