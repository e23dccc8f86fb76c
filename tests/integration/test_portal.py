"""The portal over HTTP, on the city whose truth is known: what it tells, to whom, and what its role cannot do."""

import html
import time
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest

from assets.city import city
from assets.complaints.model import Visibility
from assets.complaints.triage.visibility import least_visible
from benchmarks.judged_city import id_of
from tests.integration.city_of_truth import AHEAD, AS_OF, Truth, rows
from tests.integration.site import Site
from tests.served import HERE_AREA, REFERENCE, number

FIRST, AREA = number("2603010001"), list(REFERENCE.kecamatan)[AHEAD][0]
PAGES = (
    "/",
    "/lacak",
    "/kabar",
    "/macet",
    f"/macet/{AREA}",
    "/tilang",
    "/pilar",
    "/skpd",
    "/skpd?jenis=kelurahan",
    "/data",
)
# Bytes, packed: of a first look at the tracking page, and at any page, each with its style.
LOOKUP_BYTES, PAGE_BYTES = 30_000, 120_000


@pytest.fixture(scope="module")
def numbers(published: str) -> list[dict[str, Any]]:
    """Every number, with what the ledger has of it."""
    return rows(
        published,
        "select numbers.tracking_number, newest.* from ledger.tracking_numbers as numbers cross join lateral ("
        " select complaint_id, coalesce(duplicate_of, complaint_id) as case_id, decision, visibility"
        " from ledger.complaints where complaint_id = numbers.complaint_id order by version desc limit 1) as newest",
    )


def test_every_number_answers_with_what_is_true(
    public_site: httpx.Client, numbers: list[dict[str, Any]], truth: Truth
) -> None:
    names = {row["skpd_code"]: row["skpd_name"] for row in truth_of_agencies()}
    held = 0
    own = {row["complaint_id"]: Visibility(row["visibility"]) for row in numbers}
    for row in numbers[::3]:
        told = public_site.get(f"/api/cases/{row['tracking_number']}").json()
        shown = least_visible([own[row["complaint_id"]], own[row["case_id"]]])
        assert (told["decision"], told["visibility"]) == (row["decision"], shown)
        case = truth.cases.get(row["case_id"])
        if case is None or row["decision"] != "accepted":
            continue
        assert (told["status"] or "Menunggu") == case.status
        if shown is Visibility.CONFIDENTIAL:
            assert (told["holder"], told["resolve_due_at"]) == (None, None)
        elif case.is_open:
            assert told["holder"].startswith(names[case.holder])
            held += 1
    assert held > 50


def truth_of_agencies() -> list[dict[str, str]]:
    import csv

    from assets.city import city_folder

    with (city_folder() / "skpd.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_confidential_number_gives_its_status_and_nothing_else(
    public_site: httpx.Client, published: str, numbers: list[dict[str, Any]]
) -> None:
    hidden = [row for row in numbers if row["visibility"] == "confidential"]
    assert hidden
    names = {row["skpd_name"] for row in truth_of_agencies()}
    kecamatan = {row["area_name"] for row in rows(published, "select area_name from marts.dim_areas")}
    for row in hidden:
        page = public_site.get(f"/lacak/{row['tracking_number']}").text
        body = page[page.index("<main") : page.index("</main>")]
        assert not [name for name in names | kecamatan if f">{name}<" in body or f" {name} " in body]
    told = rows(published, f"select front.track('{hidden[0]['tracking_number']}') as told")[0]["told"]
    assert set(told["report"]) == {"tracking_number", "visibility", "decision", "is_synthetic"}
    known = {"status_code", "status_name", "status_set", "colour", "occurred_at"}
    assert all(set(event) == known for event in told["events"])
    assert len(told["events"]) <= 1


def test_a_private_number_names_no_place_and_no_matter(published: str, numbers: list[dict[str, Any]]) -> None:
    private = [row for row in numbers if row["visibility"] == "private"]
    assert private
    for row in private[:50]:
        [told] = rows(published, f"select front.track('{row['tracking_number']}') as told")
        assert not {"category_name", "kelurahan_name", "kecamatan_name"} & set(told["told"]["report"])


def test_an_event_is_seen_when_it_is_booked(
    public_site: httpx.Client, published: str, numbers: list[dict[str, Any]]
) -> None:
    """Not when the marts are built the next time."""
    number = next(row["tracking_number"] for row in numbers if row["decision"] == "accepted")
    with psycopg.connect(published) as connection:
        connection.execute(
            "insert into raw.case_events (event_id, tracking_number, status, holder_code, occurred_at, booked_at,"
            " received_at, batch_id, is_synthetic) values ('later', %s, 'estimasi_waktu_selesai', 'dinas_bina_marga',"
            " %s, %s, %s, 'later', true)",
            [number, AS_OF, AS_OF, AS_OF],
        )
    told = public_site.get(f"/api/cases/{number}").json()
    assert (told["status"], told["holder"]) == ("Estimasi waktu selesai", REFERENCE.skpd["dinas_bina_marga"].name)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["", "/en"])
def test_every_page_is_small_and_runs_nothing(public_site: httpx.Client, page: str, language: str) -> None:
    answer = public_site.get(f"{language}{page}")
    assert answer.status_code == 200
    assert f'lang="{language[1:] or "id"}"' in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert " style=" not in answer.text
    assert "<script" not in answer.text
    style = public_site.get("/static/portal.css")
    sent = int(answer.headers["content-length"]) + int(style.headers["content-length"])
    assert sent <= (LOOKUP_BYTES if page in ("/", "/lacak") else PAGE_BYTES)


@pytest.mark.parametrize(
    "page", ["/macet", f"/macet/{AREA}", "/tilang", "/pilar", "/skpd", "/data", "/data/mutu/laporan"]
)
def test_a_synthetic_city_is_called_so_where_any_figure_of_it_is_shown(public_site: httpx.Client, page: str) -> None:
    """No camera has seen this city: of its jams a forecast is shown alone."""
    assert "DATA SINTETIS" in public_site.get(page).text


def test_a_typed_number_leads_to_its_page(public_site: httpx.Client, numbers: list[dict[str, Any]]) -> None:
    number = numbers[0]["tracking_number"]
    for typed in (number.lower(), f"{number[:4]} {number[4:]}", number.replace("0", "O")):
        answer = public_site.get("/lacak", params={"nomor": typed}, follow_redirects=True)
        assert answer.status_code == 200
        assert number in answer.text
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("typed", "status"), [(number("0001010001"), 404), ("halo", 422), ("<script>alert(1)</script>", 422)]
)
def test_what_is_no_number_is_refused_in_words(public_site: httpx.Client, typed: str, status: int) -> None:
    answer = public_site.get("/lacak", params={"nomor": typed}, follow_redirects=True)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert "<script>" not in answer.text


def test_numbers_cannot_be_listed_by_asking(portal_address: str) -> None:
    with Site(portal_address, lookups=5) as http:
        answers = [http.get(f"/lacak/{FIRST[:-1]}{last}").status_code for last in range(1, 8)]
        assert answers[5:] == [429, 429]
        assert 429 not in answers[:5]
        assert http.get(f"/api/cases/{FIRST}").status_code == 429


def test_a_new_build_is_seen_within_a_second(public_site: httpx.Client, published: str) -> None:
    before = public_site.get("/macet").headers["etag"]
    assert public_site.get("/macet", headers={"if-none-match": before}).status_code == 304
    with psycopg.connect(published) as connection:
        connection.execute(
            "update quality.mart_builds set as_of = as_of + interval '1 hour', published_at = clock_timestamp()"
        )
    time.sleep(1.2)
    assert public_site.get("/macet").headers["etag"] != before


def test_a_red_gate_is_a_sentence_beside_the_last_good_figures(public_site: httpx.Client, published: str) -> None:
    with psycopg.connect(published) as connection:
        connection.execute(
            "insert into quality.incidents (kind, subject, title, since, found, todo, path, opened_at)"
            " values ('red_gate', 'triage_gate', 'red', %s, 'found', 'todo', '/', %s)",
            [AS_OF - timedelta(hours=2), AS_OF],
        )
    time.sleep(1.2)
    assert "tidak lolos sejak" in public_site.get("/skpd").text
    with psycopg.connect(published) as connection:
        connection.execute("update quality.incidents set closed_at = now()")
    time.sleep(1.2)
    assert "tidak lolos sejak" not in public_site.get("/skpd").text


def test_without_a_database_it_says_so() -> None:
    with Site("postgresql://portal@127.0.0.1:1/none") as http:
        for page in ("/macet", f"/lacak/{FIRST}", "/api/units/skpd"):
            answer = http.get(page)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")


def test_open_tables_are_whole_and_hold_no_number(public_site: httpx.Client, published: str) -> None:
    [found] = rows(published, "select count(*) as rows from marts.mart_open_complaints")
    answer = public_site.get("/data/laporan.csv")
    lines = answer.text.splitlines()
    assert len(lines) == found["rows"] + 1
    assert "tracking_number" not in lines[0]
    assert public_site.get("/data/rahasia.csv").status_code == 404


def test_who_reads_an_open_table_slowly_holds_nobody_up(portal_address: str, published: str) -> None:
    """Neither another page, nor a build that drops what was read."""
    with Site(portal_address, connections=1) as http, http.stream("GET", "/data/jam_kecamatan.csv") as slow:
        parts = slow.iter_raw(1)
        next(parts)
        assert http.get("/skpd").status_code == 200
        with psycopg.connect(published) as connection:
            connection.execute("set lock_timeout = '2s'")
            connection.execute("lock table marts.mart_area_hours in access exclusive mode")
            connection.rollback()
        assert sum(len(part) for part in parts) > 100_000


def test_the_role_reads_its_views_and_calls_its_functions_and_nothing_else(portal_address: str, published: str) -> None:
    readable = rows(
        published,
        "select nspname, relname from pg_class inner join pg_namespace on relnamespace = pg_namespace.oid"
        " where relkind in ('r', 'v', 'm', 'p', 'f') and nspname not in ('pg_catalog', 'information_schema')"
        " and has_schema_privilege('portal', nspname, 'usage') and has_table_privilege('portal', pg_class.oid,"
        " 'select, insert, update, delete, truncate, references, trigger')",
    )
    assert {row["nspname"] for row in readable} == {"portal"}
    callable_ones = rows(
        published,
        "select nspname, proname from pg_proc inner join pg_namespace on pronamespace = pg_namespace.oid"
        " where nspname not in ('pg_catalog', 'information_schema')"
        " and has_schema_privilege('portal', nspname, 'usage')"
        " and has_function_privilege('portal', pg_proc.oid, 'execute')",
    )
    assert {row["nspname"] for row in callable_ones} == {"front"}
    with psycopg.connect(portal_address, autocommit=True) as portal:
        for forbidden in (
            "select * from ledger.tracking_numbers",
            "select * from private.complaints",
            "select * from marts.fct_complaints",
            "select * from intermediate.int_tracked_reports",
            "insert into raw.case_events default values",
            "delete from front.spendings",
            "select * from front.receipts",
            "select * from private.arrivals",
            "select * from raw.ratings",
            "select * from private.report_pictures",
            "select * from private.work_pictures",
            f"select * from front.shown_pictures('{FIRST}')",
            "insert into private.arrivals (receipt, channel, body) values (gen_random_uuid(), 'portal', '')",
            "delete from private.arrivals",
            "select * from private.follows",
            "select * from private.recipients",
            "select front.stop_follows('{1}')",
            "create table portal.mine ()",
            "create table public.mine ()",
            "set role engineer",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                portal.execute(forbidden.encode())


def test_no_list_tells_of_a_number(published: str) -> None:
    """Who holds a number asks for it; no view gives one away."""
    names = rows(
        published,
        "select attname from pg_attribute inner join pg_class on attrelid = pg_class.oid"
        " where relnamespace = 'portal'::regnamespace and attnum > 0",
    )
    assert not {row["attname"] for row in names} & {"tracking_number", "case_number", "complaint_id", "case_id"}


def test_ids_are_the_citys(numbers: list[dict[str, Any]], truth: Truth) -> None:
    assert {row["complaint_id"] for row in numbers} <= {id_of(one.name) for one in truth.complaints}


def test_the_other_language_shows_the_same(public_site: httpx.Client) -> None:
    # A city that is one kota is told without being asked for by its code.
    kota = "" if HERE_AREA.kota_code == city().code else f"?wilayah={HERE_AREA.kota_code}"
    for path, other in (
        (f"/pilar{kota}", f"/en/pilar{kota}"),
        ("/en/skpd?jenis=kelurahan", "/skpd?jenis=kelurahan"),
        ("/skpd?jenis=lain&x=%22%3E", "/en/skpd"),
        ("/lacak?nomor=%22%3Cb%3E", "/en/lacak?nomor=%22%3Cb%3E"),
    ):
        assert f'class="language" href="{html.escape(other)}"' in public_site.get(path).text, path
