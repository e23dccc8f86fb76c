"""Beside each figure: what the tests of its build found, and since when something it rests on is red."""

import re
import time
from datetime import timedelta

import httpx
import psycopg
import pytest

from tests.integration.city_of_truth import AS_OF
from tests.integration.open_rows import words_of

RED = (
    "insert into quality.incidents (kind, subject, title, since, found, todo, path, opened_at)"
    " values (%s, %s, 'red', %s, 'found', 'todo', '/', %s)"
)
FIGURES = {
    "/": "slot_kecamatan",
    "/macet": "slot_kecamatan",
    "/tilang": "jam_kecamatan",
    "/pilar": "pilar_mingguan",
    "/skpd": "unit",
}

pytestmark = pytest.mark.usefixtures("checked")


@pytest.mark.parametrize(("path", "table"), FIGURES.items())
def test_beside_the_figures_stands_what_their_checks_found(public_site: httpx.Client, path: str, table: str) -> None:
    page = public_site.get(path).text
    found = re.search(rf'<p class="quality">.*?href="/data/mutu/{table}".*?</p>', page, re.DOTALL)
    assert found
    told = words_of(found[0])
    passed = re.search(r"Mutu: (\d+) pemeriksaan lolos", told)
    assert passed, told
    checks = public_site.get(f"/data/mutu/{table}").text
    assert checks.count("> lolos") + checks.count(">lolos") == int(passed[1])


def test_something_red_is_said_beside_what_rests_on_it_and_not_elsewhere(
    public_site: httpx.Client, published: str
) -> None:
    sentence = "pemeriksaan di balik angka ini tidak lolos sejak"
    for kind, subject, concerned in (
        ("red_gate", "triage: tracking numbers", {"/skpd", "/pilar", "/tilang"}),
        ("red_gate", "sweep: health of the cameras", {"/macet", "/pilar", "/tilang"}),
        ("stale_table", "raw.case_events", {"/skpd", "/pilar", "/tilang"}),
        ("stale_table", "the forecast of the week", {"/pilar", "/macet"}),
        ("red_gate", "dbt: the build of the marts", {"/skpd", "/pilar", "/macet", "/tilang"}),
    ):
        with psycopg.connect(published) as connection:
            connection.execute(RED, [kind, subject, AS_OF - timedelta(hours=2), AS_OF])
        time.sleep(1.2)
        said = {path for path in ("/skpd", "/pilar", "/macet", "/tilang") if sentence in public_site.get(path).text}
        with psycopg.connect(published) as connection:
            connection.execute("delete from quality.incidents")
        assert said == concerned, (kind, subject)
    time.sleep(1.2)
    assert sentence not in public_site.get("/skpd").text
