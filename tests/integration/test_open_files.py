"""Open data over HTTP: the files in three forms, how they are sent, and the figures of pages out of their rows."""

import csv
import html
import io
import json
import math
import re
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import httpx
import numpy as np
import psycopg
import pytest

from assets.places.boundaries import read_boundaries
from assets.quality import GateResult, store
from assets.reference import load_reference
from assets.reports.language import Language, language
from database.settings import PROJECT
from orchestration.checks_behind import checks_behind, note_checks
from orchestration.manifest import DBT_PROJECT
from portal.pages import CATALOGUES
from portal.tables import TABLES
from tests.integration.city_of_truth import AS_OF, rows
from tests.integration.site import Site

WORDS: Language = language("id", CATALOGUES)
# Their rows are the lengths of single cases, of which private ones are told to nobody.
NOT_OF_ROWS = {"median_hours_to_resolve", "p90_hours_to_resolve"}
SEEDS = PROJECT / "dbt_project" / "seeds"
# The city of truth has no camera: what three kecamatan were seen like in the last two hours.
SLOTS = """
    insert into marts.fct_area_slots (
        area_code, slot_start, slot_date_wib, hour_start, jam_index, cameras_observed, is_macet, is_jam, is_synthetic,
        as_of
    )
    select area, slot, (slot at time zone 'Asia/Jakarta')::date, date_trunc('hour', slot), jam_index, 4,
        jam_index >= 0.6, jam_index >= 0.6, true, %(until)s
    from unnest(array['31.71.01', '31.71.02', '31.72.01'], array[0.1, 0.45, 0.8]) as seen (area, jam_index)
    cross join generate_series(%(until)s - interval '2 hours', %(until)s - interval '10 minutes', interval '10 minutes')
        as slot
"""
RED = (
    "insert into quality.incidents (kind, subject, title, since, found, todo, path, opened_at)"
    " values (%s, %s, 'red', %s, 'found', 'todo', '/', %s)"
)


@pytest.fixture(scope="module")
def checked(published: str) -> str:
    """The city with what the tests of its build found: all passed, one warned."""
    found = checks_behind(json.loads((DBT_PROJECT / "target" / "manifest.json").read_bytes()))
    tests = sorted({test for one in found for test in one.tests})
    results = [
        GateResult("dbt", test, test, number > 0, "fail" if number else "warn", "no row", "0 rows")
        for number, test in enumerate(tests)
    ]
    gate = GateResult("triage", "expect_x", "tracking numbers", True, "fail", "one each", "one each")
    with psycopg.connect(published) as connection:
        connection.execute(SLOTS, {"until": AS_OF})
        note_checks(connection, "project", found)
        store(connection, [*results, gate], "run", AS_OF)
    return published


@pytest.fixture(scope="module")
def site(checked: str, portal_address: str) -> Iterator[httpx.Client]:
    with Site(portal_address, lookups=1_000_000) as http:
        yield http


def table_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("name", TABLES)
def test_the_three_forms_of_a_table_agree(site: httpx.Client, name: str, tmp_path: Path) -> None:
    listed = table_of(site.get(f"/data/{name}.csv").text)
    assert listed, name
    file = tmp_path / "table.parquet"
    file.write_bytes(site.get(f"/data/{name}.parquet").content)
    with duckdb.connect(":memory:") as engine:
        engine.execute("set timezone = 'Asia/Jakarta'")
        read = engine.execute("select * from read_parquet(?)", [str(file)])
        columns = [column[0] for column in read.description]
        packed = [dict(zip(columns, row, strict=True)) for row in read.fetchall()]
    assert columns == list(listed[0])
    assert len(packed) == len(listed)
    assert [[as_written(value) for value in row.values()] for row in packed] == [
        [as_read(text) for text in row.values()] for row in listed
    ]
    features = site.get(f"/data/{name}.geojson").json()["features"]
    assert 0 < len(features) <= len(listed)
    known = {
        tuple(sorted((key, as_read(text)) for key, text in row.items() if not key.endswith(MOMENTS))) for row in listed
    }
    for feature in features:
        told = {key: as_written(value) for key, value in feature["properties"].items() if not key.endswith(MOMENTS)}
        assert tuple(sorted((key, as_read(text)) for key, text in told.items())) in known


MOMENTS = ("_start", "as_of", "cutoff", "_at")


def as_written(value: object) -> str:
    """A value as PostgreSQL writes it in CSV, as far as `as_read` tells two apart."""
    match value:
        case None:
            return ""
        case bool():
            return "t" if value else "f"
        case datetime():
            return as_read(value.isoformat(sep=" "))
        case float():
            return as_read(repr(value))
    return as_read(str(value))


def as_read(text: str) -> str:
    try:
        return f"{float(text):.9g}"
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text).isoformat() if " " in text else text
    except ValueError:
        return text


def test_a_map_of_the_citys_boundaries_is_as_rfc_7946_has_it(portal_address: str, checked: str, real: Path) -> None:
    with Site(
        portal_address, boundaries=read_boundaries(real / "jakarta" / "dki_kelurahan.geojson", load_reference(SEEDS))
    ) as http:
        # Outlines take seconds to draw, once a worker.
        http.timeout = 180
        answer = http.get("/data/wilayah.geojson")
        assert answer.headers["content-type"] == "application/geo+json"
        document = answer.json()
        kinds = {feature["geometry"]["type"] for feature in document["features"]}
        assert kinds == {"Polygon", "MultiPolygon"}
        assert len(document["features"]) == rows(checked, "select count(*) as n from portal.areas")[0]["n"]
        assert len(answer.content) < 1_000_000
        assert not re.search(r"\d\.\d{8,}", json.dumps([f["geometry"] for f in document["features"]]))
        weeks = http.get("/data/pilar_mingguan.geojson").json()
        assert len({feature["properties"]["week_start_date_wib"] for feature in weeks["features"]}) == 1
        assert all(feature["geometry"] for feature in weeks["features"])


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("csv", "text/csv; charset=utf-8; header=present"),
        ("parquet", "application/vnd.apache.parquet"),
        ("geojson", "application/geo+json"),
    ],
)
def test_a_file_is_sent_as_files_are(site: httpx.Client, form: str, kind: str) -> None:
    path = f"/data/unit.{form}"
    whole = site.get(path)
    told = whole.headers
    assert told["content-type"] == kind
    assert told["content-disposition"] == f'attachment; filename="unit_{AS_OF:%Y%m%d}.{form}"'
    assert told["accept-ranges"] == "bytes"
    head = site.head(path)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(whole.content)))
    assert head.headers["etag"] == told["etag"]
    for known in (
        {"if-none-match": told["etag"]},
        {"if-none-match": f'"x", W/{told["etag"]}'},
        {"if-modified-since": told["last-modified"]},
    ):
        answer = site.get(path, headers=known)
        assert (answer.status_code, answer.content) == (304, b""), known
    assert (
        site.get(path, headers={"if-none-match": '"x"', "if-modified-since": told["last-modified"]}).status_code == 200
    )
    assert site.get(path, headers={"if-modified-since": "kemarin"}).status_code == 200
    part = site.get(path, headers={"range": "bytes=3-9", "if-range": told["etag"]})
    assert (part.status_code, part.content) == (206, whole.content[3:10])
    assert part.headers["content-range"] == f"bytes 3-9/{len(whole.content)}"
    assert site.get(path, headers={"range": "bytes=3-9", "if-range": '"another"'}).content == whole.content
    assert site.get(path, headers={"range": f"bytes={len(whole.content)}-"}).status_code == 416


def test_the_page_tells_rows_and_bytes_beside_each_link_when_they_are_known(site: httpx.Client) -> None:
    end = time.monotonic() + 60
    while "sedang ditulis" in (page := site.get("/data").text):
        assert time.monotonic() < end
        time.sleep(0.2)
    told = {table["name"]: table for table in site.get("/api/tables").json()["tables"]}
    assert list(told) == list(TABLES)
    for name, table in told.items():
        for file in table["files"]:
            answer = site.get(file["path"])
            assert file["bytes"] == len(answer.content), file
            assert f'href="{file["path"]}"' in page
        assert (
            table["files"][0]["rows"] == table["files"][1]["rows"] == len(table_of(site.get(f"/data/{name}.csv").text))
        )
        assert table["checks"]["passed"] + table["checks"]["warned"] > 0
        assert all(column["description"] for column in table["columns"])
    assert 'rel="license"' in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/data/unit.csv?unit_kind=skpd", 200),
        ("/data/unit.csv?unit_kind=' or true --", 422),
        ("/data/unit.csv?unit_kind=%00", 422),
        ("/data/unit.csv?jenis=skpd", 422),
        ("/data/unit.csv?sejak=2026-01-01", 400),
        ("/data/unit.csv?indicator_code=relapse_share", 400),
        ("/data/pilar_mingguan.csv?sejak=kemarin", 422),
        ("/data/rahasia.csv?unit_kind=skpd", 404),
        ("/data/rahasia.parquet", 404),
        ("/data/rahasia.geojson", 404),
        ("/data/mutu/rahasia", 404),
    ],
)
def test_a_question_is_one_of_the_tables_or_refused(site: httpx.Client, path: str, status: int) -> None:
    assert site.get(path).status_code == status


def rows_of_page(page: str) -> list[list[str]]:
    """Cells of the rows of a page's tables, as HTML."""
    return [
        re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in re.findall(r"<tr>(<td.*?)</tr>", page, re.DOTALL)
    ]


def words_of(cell: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", cell)).split())


def link_in(cell: str) -> str:
    found = re.search(r'href="([^"]*\.csv\?[^"]*)"', cell)
    assert found, cell
    return html.unescape(found[1])


def computed(row: dict[str, str]) -> float | None:
    """An indicator out of the counts of its row, in the words of its formula."""
    above, below = float(row["numerator"]), float(row["denominator"])
    if row["unit"] == "reports":
        return above
    if not below:
        return None
    return above / below * (10_000 if row["unit"].startswith("per 10,000") else 1)


def as_shown(value: float, unit: str) -> str:
    return WORDS.percent(value) if unit == "share" else WORDS.decimal(value, 2)


@pytest.mark.parametrize("area", ["31", "31.71"])
def test_each_figure_of_the_pillars_follows_from_the_rows_that_it_links_to(site: httpx.Client, area: str) -> None:
    page = site.get("/pilar", params={"wilayah": area}).text
    seen, trends = set(), 0
    for cells in rows_of_page(page):
        week, value, counts, trend = cells[1], words_of(cells[2]), words_of(cells[3]), words_of(cells[4])
        behind = sorted(table_of(site.get(link_in(week)).text), key=lambda row: row["week_start_date_wib"])
        row = behind[-1]
        seen.add(row["indicator_code"])
        if row["is_mature"] != "t":
            ends = [row["estimate_low"], row["estimate_high"]]
            shown = [as_shown(float(end), row["unit"]) for end in ends if end]
            assert all(end in value for end in shown) if shown else value == "belum final"
            continue
        if row["indicator_code"] in NOT_OF_ROWS:
            figure: float | None = float(row["value"]) if row["value"] else None
        else:
            figure = computed(row)
            assert figure is None if not row["value"] else math.isclose(figure or 0, float(row["value"]), abs_tol=1e-9)
        assert value.startswith("–" if figure is None else as_shown(figure, row["unit"])), (row, value)
        assert counts == f"{WORDS.decimal(float(row['numerator']), 0)} / {WORDS.decimal(float(row['denominator']), 0)}"
        before = [float(one["value"]) for one in behind[:-1] if one["value"]]
        assert date.fromisoformat(behind[0]["week_start_date_wib"]) >= date.fromisoformat(
            row["week_start_date_wib"]
        ) - timedelta(weeks=4)
        if figure is not None and before:
            gone = figure - float(np.mean(before))
            arrow = "" if math.isclose(gone, 0, abs_tol=1e-12) else "↑" if gone > 0 else "↓"
            assert trend.startswith(arrow), (row, trend, gone)
            trends += 1
        else:
            assert trend == "–"
    indicators = {
        row["indicator_code"] for row in csv.DictReader((SEEDS / "pillar_indicators.csv").open(encoding="utf-8"))
    }
    assert seen <= indicators
    assert len(seen) > 20
    assert trends > 5


def rule(name: str) -> float:
    with (SEEDS / "ranking_rules.csv").open(encoding="utf-8", newline="") as file:
        return next(float(row["value"]) for row in csv.DictReader(file) if row["rule_code"] == name)


def scores(units: list[dict[str, str]]) -> list[float]:
    """Each unit's score out of the counts of all units of its kind and the rules of the ranking."""
    prior = rule("prior_cases")

    def number(unit: dict[str, str], name: str) -> float:
        return float(unit[name]) if unit[name] else 0.0

    def relapses(unit: dict[str, str]) -> float:
        share = unit["relapse_share_estimate"]
        return float(share) * number(unit, "worked") if share else number(unit, "relapsed")

    def rated(unit: dict[str, str]) -> float:
        return number(unit, "mean_rating") * number(unit, "ratings")

    def total(of: Any) -> float:
        return float(sum(of(unit) for unit in units))

    within = total(lambda unit: number(unit, "within_limit")) / total(lambda unit: number(unit, "spans"))
    relapsed = total(relapses) / total(lambda unit: number(unit, "worked"))
    ratings = total(lambda unit: number(unit, "ratings"))
    rating = total(rated) / ratings if ratings else 3.0
    found = []
    for unit in units:
        speed = (number(unit, "within_limit") + prior * within) / (number(unit, "spans") + prior)
        relapse = (relapses(unit) + prior * relapsed) / (number(unit, "worked") + prior)
        pleased = (rated(unit) + prior * rating) / (number(unit, "ratings") + prior)
        found.append(
            rule("speed_weight") * speed
            + rule("relapse_weight") * (1 - relapse)
            + rule("rating_weight") * (pleased - 1) / 4
        )
    return found


@pytest.mark.parametrize("kind", ["skpd", "kelurahan"])
def test_each_figure_of_the_units_follows_from_the_rows_that_the_page_links_to(site: httpx.Client, kind: str) -> None:
    page = site.get("/skpd", params={"jenis": kind}).text
    units = table_of(site.get(link_in(page)).text)
    assert [unit["unit_kind"] for unit in units] == [kind] * len(units)
    score = dict(zip((unit["unit_name"] for unit in units), scores(units), strict=True))
    named = {unit["unit_name"]: unit for unit in units}
    ranked = sorted(
        (unit for unit in units if int(unit["spans"]) >= rule("least_cases")),
        key=lambda unit: -score[unit["unit_name"]],
    )
    place = {unit["unit_name"]: number for number, unit in enumerate(ranked, start=1)}
    middle = np.array([score[unit["unit_name"]] for unit in ranked])
    spread = np.array([float(unit["score_error"]) for unit in ranked])
    drawn = np.random.default_rng(7).normal(middle, spread, (4000, len(ranked))) if ranked else np.empty((0, 0))
    ranks = 1 + (drawn[:, None, :] > drawn[:, :, None]).sum(axis=2) if ranked else drawn
    for cells in rows_of_page(page):
        rank, name, share, work, _, relapsed, rating = map(words_of, cells)
        unit = named.pop(name)
        spans, within = int(unit["spans"]), int(unit["within_limit"])
        assert math.isclose(score[name], float(unit["score"]), abs_tol=1e-6)
        low, high = wilson(within, spans)
        assert share == f"{WORDS.percent(within / spans)} {WORDS.percent(low)}–{WORDS.percent(high)}"
        assert work == f"{WORDS.integer(within)} / {WORDS.integer(spans)}"
        assert relapsed.startswith(f"{WORDS.integer(int(unit['relapsed']))} / {WORDS.integer(int(unit['worked']))}")
        mean = (
            f"{WORDS.decimal(float(unit['mean_rating']), 1)} dari {unit['ratings']} kasus" if unit["ratings"] else "–"
        )
        assert rating == mean
        if name in place:
            shown, first, last = map(int, re.split(r"[ –]", rank))
            assert shown == place[name]
            own = ranks[:, place[name] - 1]
            # The page has a thousand draws of its own: an end may be one place away.
            assert abs(first - np.quantile(own, 0.025)) <= 1.5
            assert abs(last - np.quantile(own, 0.975)) <= 1.5
        else:
            assert rank == "terlalu sedikit kasus"
    assert not named


def wilson(within: int, spans: int) -> tuple[float, float]:
    """Wilson's interval of 95%, by its own formula."""
    share, squared = within / spans, 1.96**2
    middle = (share + squared / (2 * spans)) / (1 + squared / spans)
    half = 1.96 * math.sqrt(share * (1 - share) / spans + squared / (4 * spans**2)) / (1 + squared / spans)
    return max(middle - half, 0), min(middle + half, 1)


FIGURES = {
    "/": "slot_kecamatan",
    "/macet": "slot_kecamatan",
    "/tilang": "jam_kecamatan",
    "/pilar": "pilar_mingguan",
    "/skpd": "unit",
}


@pytest.mark.parametrize(("path", "table"), FIGURES.items())
def test_beside_the_figures_stands_what_their_checks_found(site: httpx.Client, path: str, table: str) -> None:
    page = site.get(path).text
    found = re.search(rf'<p class="quality">.*?href="/data/mutu/{table}".*?</p>', page, re.DOTALL)
    assert found
    told = words_of(found[0])
    passed = re.search(r"Mutu: (\d+) pemeriksaan lolos", told)
    assert passed, told
    checks = site.get(f"/data/mutu/{table}").text
    assert checks.count("> lolos") + checks.count(">lolos") == int(passed[1])


def test_something_red_is_said_beside_what_rests_on_it_and_not_elsewhere(site: httpx.Client, checked: str) -> None:
    sentence = "pemeriksaan di balik angka ini tidak lolos sejak"
    for kind, subject, concerned in (
        ("red_gate", "triage: tracking numbers", {"/skpd", "/pilar", "/tilang"}),
        ("red_gate", "sweep: health of the cameras", {"/macet", "/pilar", "/tilang"}),
        ("stale_table", "raw.case_events", {"/skpd", "/pilar", "/tilang"}),
        ("stale_table", "the forecast of the week", {"/pilar", "/macet"}),
        ("red_gate", "dbt: the build of the marts", {"/skpd", "/pilar", "/macet", "/tilang"}),
    ):
        with psycopg.connect(checked) as connection:
            connection.execute(RED, [kind, subject, AS_OF - timedelta(hours=2), AS_OF])
        time.sleep(1.2)
        said = {path for path in ("/skpd", "/pilar", "/macet", "/tilang") if sentence in site.get(path).text}
        with psycopg.connect(checked) as connection:
            connection.execute("delete from quality.incidents")
        assert said == concerned, (kind, subject)
    time.sleep(1.2)
    assert sentence not in site.get("/skpd").text


def test_the_other_language_shows_the_same(site: httpx.Client) -> None:
    for path, other in (
        ("/pilar?wilayah=31.71", "/en/pilar?wilayah=31.71"),
        ("/en/skpd?jenis=kelurahan", "/skpd?jenis=kelurahan"),
        ("/skpd?jenis=lain&x=%22%3E", "/en/skpd"),
        ("/lacak?nomor=%22%3Cb%3E", "/en/lacak?nomor=%22%3Cb%3E"),
    ):
        assert f'class="language" href="{html.escape(other)}"' in site.get(path).text, path
