"""Figures of the portal's pages, each computed again from the rows that the page links to."""

import csv
import math
import re
from datetime import date, timedelta
from typing import Any

import httpx
import numpy as np
import pytest

from assets.city import city, city_folder
from assets.reports.language import Language, language
from portal.pages import CATALOGUES
from tests.integration.city_of_truth import rows
from tests.integration.open_rows import as_read, as_written, link_in, table_of, words_of
from tests.served import HERE_AREA

WORDS: Language = language("id", CATALOGUES)
# Their rows are the lengths of single cases, of which private ones are told to nobody.
NOT_OF_ROWS = {"median_hours_to_resolve", "p90_hours_to_resolve"}

pytestmark = pytest.mark.usefixtures("checked")


def rows_of_page(page: str) -> list[list[str]]:
    """Cells of the rows of a page's tables, as HTML."""
    return [
        re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in re.findall(r"<tr>(<td.*?)</tr>", page, re.DOTALL)
    ]


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


@pytest.mark.parametrize("area", sorted({city().code, HERE_AREA.kota_code}))
def test_each_figure_of_the_pillars_follows_from_the_rows_that_it_links_to(
    public_site: httpx.Client, area: str
) -> None:
    page = public_site.get("/pilar", params={"wilayah": area}).text
    seen, trends = set(), 0
    for cells in rows_of_page(page):
        week, value, counts, trend = cells[1], words_of(cells[2]), words_of(cells[3]), words_of(cells[4])
        behind = sorted(table_of(public_site.get(link_in(week)).text), key=lambda row: row["week_start_date_wib"])
        row = behind[-1]
        seen.add(row["indicator_code"])
        withheld = [one for one in behind if not one["numerator"]]
        if row in withheld:
            assert (value, counts, trend) == ("–" if row["is_mature"] == "t" else "belum final", "–", "–")
            continue
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
        if figure is not None and before and not withheld:
            gone = figure - float(np.mean(before))
            arrow = "" if math.isclose(gone, 0, abs_tol=1e-12) else "↑" if gone > 0 else "↓"
            assert trend.startswith(arrow), (row, trend, gone)
            trends += 1
        else:
            assert trend == "–"
    indicators = {
        row["indicator_code"]
        for row in csv.DictReader((city_folder() / "pillar_indicators.csv").open(encoding="utf-8"))
    }
    assert seen <= indicators
    assert len(seen) > 20
    assert trends > 5


def test_no_figure_of_the_pillars_counts_one_to_four_reports(public_site: httpx.Client, checked: str) -> None:
    """Nor does any trend tell of one: what is withheld of a week is in no figure of another."""
    with (city_folder() / "pillar_indicators.csv").open(encoding="utf-8", newline="") as file:
        of_reports = {row["indicator_code"] for row in csv.DictReader(file) if row["source_mart"] == "fct_complaints"}
    known = {
        (str(row["week_start_date_wib"]), row["area_code"], row["indicator_code"]): row
        for row in rows(checked, "select * from marts.mart_pillar_weekly where is_whole_week")
    }
    listed = table_of(public_site.get("/data/pilar_mingguan.csv").text)
    assert len(listed) == len(known)
    few = {
        key for key, row in known.items()
        if key[2] in of_reports and any(0 < (row[count] or 0) < 5 for count in ("numerator", "denominator"))
    }  # fmt: skip
    assert few
    figures = ("numerator", "denominator", "value", "estimate", "estimate_low", "estimate_high")
    told = 0
    for row in listed:
        key = (row["week_start_date_wib"], row["area_code"], row["indicator_code"])
        week = date.fromisoformat(key[0])
        before = {(str(week - timedelta(weeks=weeks)), *key[1:]) for weeks in range(1, 5)}
        expected = {name: None if key in few else known[key][name] for name in figures}
        expected["trend"] = None if key in few or few & before else known[key]["trend"]
        assert {name: as_read(row[name]) for name in expected} == {
            name: as_written(value) for name, value in expected.items()
        }, key
        told += row["trend"] != ""
    assert told > 5
    answer = public_site.get(f"/api/pillars/{HERE_AREA.code}").json()["indicators"]
    assert not [one for one in answer if one["indicator_code"] in of_reports and one["numerator"] in (1, 2, 3, 4)]


def rule(name: str) -> float:
    with (city_folder() / "ranking_rules.csv").open(encoding="utf-8", newline="") as file:
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
def test_each_figure_of_the_units_follows_from_the_rows_that_the_page_links_to(
    public_site: httpx.Client, kind: str
) -> None:
    page = public_site.get("/skpd", params={"jenis": kind}).text
    units = table_of(public_site.get(link_in(page)).text)
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
