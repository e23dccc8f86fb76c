"""The city's map over HTTP: the same as the list beside it, now and at an hour to come, with boundaries and without."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest

from assets.clock import city_zone
from portal.drafts import city
from tests.integration.city_of_truth import AS_OF, rows
from tests.integration.outlines import boundaries
from tests.integration.site import Site, publish_again
from tests.integration.test_portal import PAGE_BYTES
from tests.served import HERE_AREA

AREA_PAGE = f"/macet/{HERE_AREA.code}"
SLOT = AS_OF - timedelta(minutes=10)
# Bytes of a page that the map may take, unpacked.
MAP_BYTES = 60_000
LEVELS = [("lancar", 0.1), ("ramai_lancar", 0.35), ("padat", 0.5), ("macet", 0.8)]
NAMES = {"lancar": "Lancar", "ramai_lancar": "Ramai lancar", "padat": "Padat", "macet": "Macet"}


@pytest.fixture(scope="module")
def seen(published: str) -> dict[str, str]:
    """Level of each kecamatan that a camera saw just now."""
    levels = {code: LEVELS[number % 4] for number, code in enumerate(city().kecamatan) if number % 11}
    with psycopg.connect(published) as connection:
        connection.cursor().executemany(
            "insert into marts.fct_area_slots (area_code, slot_start, slot_date_wib, hour_start, jam_index, is_macet,"
            " is_jam, cameras_observed, is_synthetic, as_of)"
            " values (%s, %s, %s, date_trunc('hour', %s), %s, %s, false, 3, true, %s)",
            [
                (code, SLOT, SLOT.astimezone(city_zone()).date(), SLOT, index, index >= 0.6, AS_OF)
                for code, (_, index) in levels.items()
            ],
        )
    publish_again(published)
    return {code: level for code, (level, _) in levels.items()}


@pytest.fixture(scope="module", params=["boundaries", "tiles"])
def site(request: pytest.FixtureRequest, portal_address: str, seen: dict[str, str]) -> Iterator[httpx.Client]:
    known = None
    if request.param == "boundaries":
        known = boundaries(request.getfixturevalue("real"))
    with Site(portal_address, boundaries=known) as http:
        yield http


def on_map(page: str) -> dict[str, tuple[str, str]]:
    """Class and title of each area of the map."""
    picture = page[page.index("<svg") : page.index("</svg>")]
    found = re.findall(r'<a href="/macet/([\d.]+)" class="tile (\w+)[\w ]*"><title>([^<]*)</title>', picture)
    return {code: (css, title) for code, css, title in found}


def in_list(page: str) -> dict[str, str]:
    """What the list says of each area."""
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    found = re.findall(r'<a href="/macet/([\d.]+)">[^<]*</a></th>\s*<td>(.*?)</td>', table, re.DOTALL)
    return {code: re.sub(r"<i.*?</i>|<small>.*?</small>", "", cell).strip() for code, cell in found}


def test_the_map_says_what_the_list_says(site: httpx.Client, seen: dict[str, str]) -> None:
    answer = site.get("/macet")
    shown, listed = on_map(answer.text), in_list(answer.text)
    assert set(shown) == set(listed) == set(city().kecamatan)
    for code, area in city().kecamatan.items():
        level = seen.get(code)
        assert shown[code] == (level or "unseen", f"{area.name}: {NAMES[level] if level else 'tanpa kamera'}")
        assert listed[code] == (NAMES[level] if level else "–")
    assert f"{len(seen)} dari {len(city().kecamatan)} kecamatan dengan {3 * len(seen)} kamera" in answer.text


def test_the_map_and_its_page_are_small(site: httpx.Client, published: str) -> None:
    style = int(site.get("/static/portal.css").headers["content-length"])
    for path in ("/macet", f"/macet?{query_of(forecast(published)[0]['hour_start'])}", AREA_PAGE, "/tilang"):
        answer = site.get(path)
        picture = answer.text[answer.text.index("<svg") : answer.text.index("</svg>")]
        assert len(picture) < MAP_BYTES
        assert int(answer.headers["content-length"]) + style < PAGE_BYTES
        assert len(answer.text) < PAGE_BYTES
        assert " style=" not in answer.text


def forecast(published: str) -> list[dict[str, Any]]:
    return rows(
        published,
        "select area_code, hour_start, jam_index, jam_probability from portal.jam_forecast where forecast_kind = 'week'"
        " and week_start = (select max(week_start) from portal.jam_forecast) order by hour_start, area_code",
    )


def query_of(hour: Any) -> str:
    local = hour.astimezone(city_zone())
    return f"hari={local.date().isoformat()}&pukul={local.hour}"


def test_an_hour_of_the_week_is_shown_as_it_is_forecast(site: httpx.Client, published: str) -> None:
    told = forecast(published)
    for hour in (told[0]["hour_start"], told[-1]["hour_start"]):
        page = site.get(f"/macet?{query_of(hour)}").text
        shown, listed = on_map(page), in_list(page)
        of_hour = {row["area_code"]: row for row in told if row["hour_start"] == hour}
        for code in city().kecamatan:
            if code not in of_hour:
                assert (shown[code][0], listed[code]) == ("unseen", "tanpa ramalan")
                continue
            level = [name for name, index in LEVELS if index <= of_hour[code]["jam_index"] + 0.001][-1:]
            assert shown[code][0] in NAMES
            assert NAMES[shown[code][0]] == listed[code]
            assert of_hour[code]["jam_index"] < 0.6 or level == ["macet"] or shown[code][0] == "macet"
        assert f"Dari {len(of_hour)} kecamatan" in page
        assert "50%" in page
        assert "Sekarang</a>" in page


@pytest.mark.parametrize(
    "query", ["hari=2020-01-01&pukul=7", "hari=besok&pukul=7", "hari=2026-02-16", "hari=2026-02-16&pukul=25", "pukul=7"]
)
def test_an_hour_that_is_not_forecast_is_none(site: httpx.Client, query: str) -> None:
    assert site.get(f"/macet?{query}").status_code == 404


def test_an_areas_page_shows_those_beside_it_as_a_map_and_as_a_list(site: httpx.Client, seen: dict[str, str]) -> None:
    page = site.get(AREA_PAGE).text
    shown = on_map(page)
    assert HERE_AREA.code in shown
    listed = re.findall(r'<ul class="names">(.*?)</ul>', page, re.DOTALL)[0]
    assert {*re.findall(r'href="/macet/([\d.]+)"', listed), HERE_AREA.code} == set(shown)
    assert all(shown[code][0] == seen.get(code, "unseen") for code in shown)


def test_a_page_of_an_hour_is_kept(site: httpx.Client, published: str) -> None:
    path = f"/macet?{query_of(forecast(published)[0]['hour_start'])}"
    first = site.get(path).headers["etag"]
    assert site.get(path, headers={"if-none-match": first}).status_code == 304
    assert site.get("/macet").headers["etag"] != first
