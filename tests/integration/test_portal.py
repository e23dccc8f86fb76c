"""The portal over HTTP, on the city whose truth is known: what it tells, to whom, and what its role cannot do."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest

from assets.clock import TIMEZONE
from benchmarks.judged_city import id_of
from database.roles import portal_login
from database.server import with_database
from tests.integration.city_of_truth import AS_OF, Truth, rows
from tests.integration.site import REAL_NUMBERS, Site, publish_again

PAGES = ("/", "/lacak", "/macet", "/macet/31.71.01", "/tilang", "/pilar", "/skpd", "/skpd?jenis=kelurahan", "/data")
# Bytes, packed: of a first look at the tracking page, and at any page, each with its style.
LOOKUP_BYTES, PAGE_BYTES = 30_000, 120_000


@pytest.fixture(scope="module")
def city(server: str, marts: str) -> Iterator[str]:
    """A copy of the city with a build that was published."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create database city_of_the_portal template city_of_truth")
        url = with_database(marts, "city_of_the_portal")
        with psycopg.connect(url) as there:
            there.execute(REAL_NUMBERS)
        publish_again(url)
        yield url
        connection.execute("drop database city_of_the_portal with (force)")


@pytest.fixture(scope="module")
def login(city: str) -> str:
    return portal_login(city, TIMEZONE)


@pytest.fixture(scope="module")
def site(login: str) -> Iterator[httpx.Client]:
    with Site(login, lookups=1_000_000) as http:
        yield http


@pytest.fixture(scope="module")
def numbers(city: str) -> list[dict[str, Any]]:
    """Every number, with what the ledger has of it."""
    return rows(
        city,
        "select numbers.tracking_number, newest.* from ledger.tracking_numbers as numbers cross join lateral ("
        " select complaint_id, coalesce(duplicate_of, complaint_id) as case_id, decision, visibility"
        " from ledger.complaints where complaint_id = numbers.complaint_id order by version desc limit 1) as newest",
    )


def test_every_number_answers_with_what_is_true(
    site: httpx.Client, numbers: list[dict[str, Any]], truth: Truth
) -> None:
    names = {row["skpd_code"]: row["skpd_name"] for row in truth_of_agencies()}
    held = 0
    for row in numbers[::3]:
        told = site.get(f"/api/cases/{row['tracking_number']}").json()
        assert (told["decision"], told["visibility"]) == (row["decision"], row["visibility"])
        case = truth.cases.get(row["case_id"])
        if case is None or row["decision"] != "accepted":
            continue
        assert (told["status"] or "Menunggu") == case.status
        if row["visibility"] == "confidential":
            assert (told["holder"], told["resolve_due_at"]) == (None, None)
        elif case.is_open:
            assert told["holder"].startswith(names[case.holder])
            held += 1
    assert held > 100


def truth_of_agencies() -> list[dict[str, str]]:
    import csv

    from assets.settings import SEEDS

    with (SEEDS / "skpd.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_confidential_number_gives_its_status_and_nothing_else(
    site: httpx.Client, city: str, numbers: list[dict[str, Any]]
) -> None:
    hidden = [row for row in numbers if row["visibility"] == "confidential"]
    assert hidden
    names = {row["skpd_name"] for row in truth_of_agencies()}
    kecamatan = {row["area_name"] for row in rows(city, "select area_name from marts.dim_areas")}
    for row in hidden:
        page = site.get(f"/lacak/{row['tracking_number']}").text
        body = page[page.index("<main") : page.index("</main>")]
        assert not [name for name in names | kecamatan if f">{name}<" in body or f" {name} " in body]
    told = rows(city, f"select front.track('{hidden[0]['tracking_number']}') as told")[0]["told"]
    assert set(told["report"]) == {"tracking_number", "visibility", "decision", "is_synthetic"}
    known = {"status_code", "status_name", "status_set", "colour", "occurred_at"}
    assert all(set(event) == known for event in told["events"])
    assert len(told["events"]) <= 1


def test_a_private_number_names_no_place_and_no_matter(city: str, numbers: list[dict[str, Any]]) -> None:
    private = [row for row in numbers if row["visibility"] == "private"]
    assert private
    for row in private[:50]:
        [told] = rows(city, f"select front.track('{row['tracking_number']}') as told")
        assert not {"category_name", "kelurahan_name", "kecamatan_name"} & set(told["told"]["report"])


def test_an_event_is_seen_when_it_is_booked(site: httpx.Client, city: str, numbers: list[dict[str, Any]]) -> None:
    """Not when the marts are built the next time."""
    number = next(row["tracking_number"] for row in numbers if row["decision"] == "accepted")
    with psycopg.connect(city) as connection:
        connection.execute(
            "insert into raw.case_events (event_id, tracking_number, status, holder_code, occurred_at, booked_at,"
            " received_at, batch_id, is_synthetic) values ('later', %s, 'estimasi_waktu_selesai', 'dinas_bina_marga',"
            " %s, %s, %s, 'later', true)",
            [number, AS_OF, AS_OF, AS_OF],
        )
    told = site.get(f"/api/cases/{number}").json()
    assert (told["status"], told["holder"]) == ("Estimasi waktu selesai", "Dinas Bina Marga")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["", "/en"])
def test_every_page_is_small_and_runs_nothing(site: httpx.Client, page: str, language: str) -> None:
    answer = site.get(f"{language}{page}")
    assert answer.status_code == 200
    assert f'lang="{language[1:] or "id"}"' in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert " style=" not in answer.text
    assert "<script" not in answer.text
    style = site.get("/static/portal.css")
    sent = int(answer.headers["content-length"]) + int(style.headers["content-length"])
    assert sent <= (LOOKUP_BYTES if page in ("/", "/lacak") else PAGE_BYTES)


def test_a_typed_number_leads_to_its_page(site: httpx.Client, numbers: list[dict[str, Any]]) -> None:
    number = numbers[0]["tracking_number"]
    for typed in (number.lower(), f"{number[:4]} {number[4:]}", number.replace("0", "O")):
        answer = site.get("/lacak", params={"nomor": typed}, follow_redirects=True)
        assert answer.status_code == 200
        assert number in answer.text
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("typed", "status"), [("JK0001010001", 404), ("halo", 422), ("<script>alert(1)</script>", 422)]
)
def test_what_is_no_number_is_refused_in_words(site: httpx.Client, typed: str, status: int) -> None:
    answer = site.get("/lacak", params={"nomor": typed}, follow_redirects=True)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert "<script>" not in answer.text


def test_numbers_cannot_be_listed_by_asking(login: str) -> None:
    with Site(login, lookups=5) as http:
        answers = [http.get(f"/lacak/JK260301000{number}").status_code for number in range(1, 8)]
        assert answers[5:] == [429, 429]
        assert 429 not in answers[:5]
        assert http.get("/api/cases/JK2603010001").status_code == 429


def test_a_new_build_is_seen_within_a_second(site: httpx.Client, city: str) -> None:
    before = site.get("/macet").headers["etag"]
    assert site.get("/macet", headers={"if-none-match": before}).status_code == 304
    with psycopg.connect(city) as connection:
        connection.execute(
            "update quality.mart_builds set as_of = as_of + interval '1 hour', published_at = clock_timestamp()"
        )
    time.sleep(1.2)
    assert site.get("/macet").headers["etag"] != before


def test_a_red_gate_is_a_sentence_beside_the_last_good_figures(site: httpx.Client, city: str) -> None:
    with psycopg.connect(city) as connection:
        connection.execute(
            "insert into quality.incidents (kind, subject, title, since, found, todo, path, opened_at)"
            " values ('red_gate', 'triage_gate', 'red', %s, 'found', 'todo', '/', %s)",
            [AS_OF - timedelta(hours=2), AS_OF],
        )
    time.sleep(1.2)
    assert "tidak lolos sejak" in site.get("/skpd").text
    with psycopg.connect(city) as connection:
        connection.execute("update quality.incidents set closed_at = now()")
    time.sleep(1.2)
    assert "tidak lolos sejak" not in site.get("/skpd").text


def test_without_a_database_it_says_so() -> None:
    with Site("postgresql://portal@127.0.0.1:1/none") as http:
        for page in ("/macet", "/lacak/JK2603010001", "/api/units/skpd"):
            answer = http.get(page)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")


def test_open_tables_are_whole_and_hold_no_number(site: httpx.Client, city: str) -> None:
    [found] = rows(city, "select count(*) as rows from marts.mart_open_complaints")
    answer = site.get("/data/laporan.csv")
    lines = answer.text.splitlines()
    assert len(lines) == found["rows"] + 1
    assert "tracking_number" not in lines[0]
    assert site.get("/data/rahasia.csv").status_code == 404


def test_the_role_reads_its_views_and_calls_its_functions_and_nothing_else(login: str, city: str) -> None:
    readable = rows(
        city,
        "select nspname, relname from pg_class inner join pg_namespace on relnamespace = pg_namespace.oid"
        " where relkind in ('r', 'v', 'm', 'p', 'f') and nspname not in ('pg_catalog', 'information_schema')"
        " and has_schema_privilege('portal', nspname, 'usage') and has_table_privilege('portal', pg_class.oid,"
        " 'select, insert, update, delete, truncate, references, trigger')",
    )
    assert {row["nspname"] for row in readable} == {"portal"}
    callable_ones = rows(
        city,
        "select nspname, proname from pg_proc inner join pg_namespace on pronamespace = pg_namespace.oid"
        " where nspname not in ('pg_catalog', 'information_schema')"
        " and has_schema_privilege('portal', nspname, 'usage')"
        " and has_function_privilege('portal', pg_proc.oid, 'execute')",
    )
    assert {row["nspname"] for row in callable_ones} == {"front"}
    with psycopg.connect(login, autocommit=True) as portal:
        for forbidden in (
            "select * from ledger.tracking_numbers",
            "select * from private.complaints",
            "select * from marts.fct_complaints",
            "select * from intermediate.int_tracked_reports",
            "insert into raw.case_events default values",
            "delete from front.spendings",
            "create table portal.mine ()",
            "create table public.mine ()",
            "set role engineer",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                portal.execute(forbidden.encode())


def test_no_list_tells_of_a_number(city: str) -> None:
    """Who holds a number asks for it; no view gives one away."""
    names = rows(
        city,
        "select attname from pg_attribute inner join pg_class on attrelid = pg_class.oid"
        " where relnamespace = 'portal'::regnamespace and attnum > 0",
    )
    assert not {row["attname"] for row in names} & {"tracking_number", "case_number", "complaint_id", "case_id"}


def test_ids_are_the_citys(numbers: list[dict[str, Any]], truth: Truth) -> None:
    assert {row["complaint_id"] for row in numbers} <= {id_of(one.name) for one in truth.complaints}
