"""Every figure of the report, read back from its files, is the database's."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from assets.clock import WIB, coming_week, midnight
from assets.reference import load_reference
from assets.reports.city_lists import CityLists
from assets.reports.column_words import COLUMNS
from assets.reports.issue import issue
from assets.reports.overview import MAIL_HOURS
from assets.settings import SEEDS
from assets.storage import copy_rows
from tests.integration.city_of_truth import AS_OF

WEEK = coming_week(AS_OF)
HOUR = timedelta(hours=1)
BESIDE = """
    select area_code, count(*) filter (where is_jam), count(jam_index), sum(tickets),
        coalesce(sum(tickets) filter (where is_jam), 0), sum(parking_tickets), sum(odd_even_tickets),
        sum(parking_complaints), sum(traffic_complaints), max(odd_even_roads)
    from marts.mart_area_hours
    where hour_date_wib > (select max(hour_date_wib) - 28 from marts.mart_area_hours where jam_index is not null)
    group by area_code
"""
UNPLACED = """
    select count(*), count(*) filter (where matter = 'parking'), count(*) filter (where matter = 'odd_even')
    from marts.fct_tickets
    where kecamatan_code is null
        and occurred_date_wib <= (select max(hour_date_wib) from marts.mart_area_hours where jam_index is not null)
        and occurred_date_wib > (select max(hour_date_wib) - 28 from marts.mart_area_hours where jam_index is not null)
"""
COVERAGE = """
    select area_code, count(*) filter (where basis = 'camera'), count(*) filter (where basis = 'history'),
        count(*) filter (where basis = 'none')
    from marts.fct_area_hours
    where hour_date_wib > (select max(hour_date_wib) - 28 from marts.mart_area_hours where jam_index is not null)
    group by area_code
"""
ACCURACY = """
    select area_code, count(*), avg(absolute_error), avg(absolute_error_four_week_median), avg(absolute_error_last_week)
    from marts.fct_forecast_accuracy
    where jam_index_measured is not null
        and week_start = (
            select max(week_start) from marts.fct_forecast_accuracy
            where jam_index_measured is not null and week_start < %s
        )
    group by area_code
"""
WORST = """
    with areas as (
        select area_code, sum(extract(epoch from window_end - window_start) / 3600)::integer as jam_hours
        from forecast.jam_windows where week_start = %(week)s
        group by area_code
    ),
    expected as (
        select area_code, sum(jam_probability) as jam_hours from forecast.jam_hours where week_start = %(week)s
        group by area_code
    ),
    worst as (
        select distinct on (area_code) area_code, window_start, window_end, jam_probability, peak_jam_index
        from forecast.jam_windows where week_start = %(week)s
        order by area_code, expected_jam_hours desc, peak_jam_index desc, window_start
    )
    select area_code, areas.jam_hours, expected.jam_hours, window_start, window_end, jam_probability, peak_jam_index
    from areas inner join expected using (area_code) inner join worst using (area_code)
    order by areas.jam_hours desc, expected.jam_hours desc, area_code
    limit 10
"""
INTAKE = """
    select channel_name, sum(days.received), sum(days.accepted), sum(days.returned), sum(days.rejected),
        sum(days.set_aside), sum(days.quarantined), sum(days.pending)
    from marts.mart_channel_daily as days inner join marts.dim_channels on channel_code = days.channel
    where received_date_wib between %(first)s and %(last)s
    group by channel_name
"""


class Tables(HTMLParser):
    """The cells of each table by its classes, and the figures that are named."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: dict[str, list[tuple[dict[str, str], list[str]]]] = {}
        self.figures: dict[str, str] = {}
        self._table, self._figure, self._is_cell = "", "", False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "table":
            self._table = given.get("class", "")
        elif tag == "tr" and given.keys() & {"data-area", "data-channel"}:
            self.rows.setdefault(self._table, []).append((given, []))
        elif tag == "td" and self._table in self.rows:
            self.rows[self._table][-1][1].append("")
            self._is_cell = True
        self._figure = given.get("data-figure", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self._is_cell = False
        elif tag == "table":
            self._table = ""

    def handle_data(self, data: str) -> None:
        if self._figure:
            self.figures[self._figure] = data
            self._figure = ""
        if self._is_cell and self._table in self.rows:
            self.rows[self._table][-1][1][-1] += data

    def of(self, name: str) -> dict[str, list[str]]:
        """Cells by area of the table with that class."""
        [rows] = [rows for classes, rows in self.rows.items() if name in classes.split()]
        return {given.get("data-area", given.get("data-channel", "")): cells for given, cells in rows}


def whole(cell: str) -> int:
    return int(cell.replace(".", ""))


def forecast_week(connection: psycopg.Connection, week: Any, areas: Sequence[str], *, is_hindcast: bool) -> None:
    """A published week of made-up figures, with windows that are what they say."""
    rng = np.random.default_rng(week.toordinal())
    cutoff = midnight(week)
    connection.execute(
        """
        insert into forecast.runs (forecast_id, issued_at, cutoff, week_start, is_hindcast, blend, training_start,
            training_end, features, code_version, backtest, is_synthetic)
        values (%(id)s, %(at)s, %(at)s, %(week)s, %(is_hindcast)s, '{}', %(start)s, %(at)s, '{}', '1',
            '{"windows": 0}', true)
        """,
        {"id": str(week), "at": cutoff, "week": week, "start": cutoff - timedelta(days=28), "is_hindcast": is_hindcast},
    )
    hours, windows = [], []
    for area in areas:
        index = rng.uniform(0, 0.55, 168)
        # Some areas jam for a handful of hours, and one jams most of all, each time for an hour.
        count = 3 + areas.index(area) % 7 if area != areas[-1] else 20
        jammed = rng.choice(np.arange(0, 168, 4), count, replace=False)
        index[jammed] = rng.uniform(0.61, 0.99, count)
        for hour in range(168):
            value, start = float(index[hour]), cutoff + hour * HOUR
            likely = 0.9 if hour in jammed else 0.1
            beside = (value, max(value - 0.05, 0), value / 2)
            hours.append((week, area, start, value, value * 0.9, min(value * 1.1, 1), likely, *beside, "own"))
            if hour in jammed:
                peak = (start, value, value * 0.9, min(value * 1.1, 1))
                windows.append((week, area, start, start + HOUR, *peak, likely, likely))
    columns = ["week_start", "area_code", "hour_start", "jam_index", "jam_index_p10", "jam_index_p90"]
    columns += ["jam_probability", "jam_index_mean", "last_week", "four_week_median", "basis"]
    copy_rows(connection, "forecast.jam_hours", columns, hours)
    window = ["week_start", "area_code", "window_start", "window_end", "peak_hour", "peak_jam_index"]
    window += ["peak_jam_index_p10", "peak_jam_index_p90", "jam_probability", "expected_jam_hours"]
    copy_rows(connection, "forecast.jam_windows", window, windows)


@pytest.fixture
def connection(copy_of_marts: str) -> Any:
    with psycopg.connect(copy_of_marts) as connection:
        areas = [code for (code,) in connection.execute("select kecamatan_code from reference.kecamatan")]
        for week, is_hindcast in ((WEEK - timedelta(days=7), True), (WEEK, False)):
            forecast_week(connection, week, areas, is_hindcast=is_hindcast)
        yield connection


@pytest.fixture
def files(connection: psycopg.Connection, tmp_path: Path) -> dict[str, bytes]:
    _, written = issue(connection, tmp_path, AS_OF, load_reference(SEEDS), None, ["id"], CityLists())
    return {file.name.partition("W")[2][2:]: file.read_bytes() for file in written}


def test_every_figure_is_the_databases(connection: psycopg.Connection, files: dict[str, bytes]) -> None:
    page = Tables(files[".html"].decode())
    _the_worst_areas(connection, page, files[".txt"].decode())
    _the_intake(connection, page)
    for name, query, cells in (("beside", BESIDE, slice(1, None)), ("coverage", COVERAGE, slice(5, None))):
        expected = {area: list(figures) for area, *figures in connection.execute(query)}
        assert expected
        shown = {area: row[cells] for area, row in page.of(name).items() if area}
        assert {area: [whole(cell) for cell in row] for area, row in shown.items()} == expected
    [unplaced] = connection.execute(UNPLACED).fetchall()
    assert unplaced[0] > 0
    row = page.of("beside")[""]
    assert [whole(row[column]) for column in (3, 5, 6)] == list(unplaced)
    errors = {area: figures for area, *figures in connection.execute(ACCURACY, [WEEK])}
    assert errors
    shown = page.of("accuracy")
    assert set(shown) == set(errors)
    for area, (hours, *figures) in errors.items():
        assert whole(shown[area][2]) == hours
        assert [float(cell.replace(",", ".")) for cell in shown[area][3:]] == [round(one, 3) for one in figures]
    _the_tables(connection, files)
    _the_pdf(connection, files[".pdf"])


def _the_worst_areas(connection: psycopg.Connection, page: Tables, mail: str) -> None:
    """Areas rank by the hours of their whole week; the worst is on the first page and in the mail, a handful is not."""
    [(areas, hours)] = connection.execute(
        "select count(distinct area_code), sum(extract(epoch from window_end - window_start) / 3600)::integer"
        " from forecast.jam_windows where week_start = %s",
        [WEEK],
    ).fetchall()
    assert (whole(page.figures["jam_area_count"]), whole(page.figures["jam_hours"])) == (areas, hours)
    expected = connection.execute(WORST, {"week": WEEK}).fetchall()
    shown = [
        (
            given["data-area"],
            int(given["data-hours"]),
            pytest.approx(float(given["data-expected"])),
            datetime.fromisoformat(given["data-start"]),
            datetime.fromisoformat(given["data-end"]),
            float(given["data-probability"]),
            float(given["data-peak"]),
        )
        for given, _ in page.rows["windows cards"]
    ]
    assert expected == shown
    names = dict(connection.execute("select kecamatan_code, kecamatan_name from reference.kecamatan").fetchall())
    assert page.figures["worst_area"] == names[expected[0][0]]
    named = re.findall(r"^\d\. (.+): (\d+) jam macet sepekan", mail, re.MULTILINE)
    assert named == [(names[area], str(hours)) for area, hours, *_ in expected[:5] if hours >= MAIL_HOURS]
    assert len(named) == 5


def _the_intake(connection: psycopg.Connection, page: Tables) -> None:
    """Four weeks by the day of receipt, as the caption says, and all that was ever received beside them."""
    last = AS_OF.astimezone(WIB).date()
    period = {"first": last - timedelta(days=27), "last": last}
    expected = {channel: list(figures) for channel, *figures in connection.execute(INTAKE, period)}
    shown = page.of("intake")
    total = shown.pop("Semua kanal")
    assert {channel: [whole(cell) for cell in row[1:8]] for channel, row in shown.items()} == {
        channel: expected.get(channel, [0] * 7) for channel in shown
    }
    ever = connection.execute(
        "select channel_name, received, accepted from marts.mart_intake_by_channel where received > 0"
    ).fetchall()
    assert {channel: [whole(cell) for cell in row[8:]] for channel, row in shown.items()} == {
        channel: figures for channel, *figures in ever
    }
    assert whole(total[1]) == sum(row[0] for row in expected.values())


def _the_tables(connection: psycopg.Connection, files: dict[str, bytes]) -> None:
    """CSV to the last digit and workbook to the twelfth, hour by hour and window by window."""
    queries = {
        "hours": "select area_code, hour_start, jam_index, jam_probability from forecast.jam_hours"
        " where week_start = %s",
        "windows": "select area_code, window_start, peak_jam_index, jam_probability from forecast.jam_windows"
        " where week_start = %s",
    }
    names = {
        "hours": ("area_code", "hour_start", "jam_index", "jam_probability"),
        "windows": ("area_code", "window_start", "peak_jam_index", "jam_probability"),
    }
    sheets = {"hours": "jam", "windows": "rentang macet"}
    book = load_workbook(io.BytesIO(files[".xlsx"]))
    for table, query in queries.items():
        expected = {(area, moment): figures for area, moment, *figures in connection.execute(query.encode(), [WEEK])}
        area, moment, *figures = names[table]
        shown = list(csv.DictReader(io.StringIO(files[f"_{table}.csv"].decode(), newline="")))
        rows = [{name: row[COLUMNS[name]] for name in names[table]} for row in shown]
        of_csv = {
            (row[area], datetime.fromisoformat(row[moment])): [float(row[figure]) for figure in figures] for row in rows
        }
        assert of_csv == expected
        header, *lines = book[sheets[table]].iter_rows(values_only=True)
        machine = {(sheet, shown): name for sheet, shown, name, _ in book["kolom"].iter_rows(2, values_only=True)}
        of_book = [dict(zip((machine[sheets[table], shown] for shown in header), line, strict=True)) for line in lines]
        assert {
            (row[area], row[moment].replace(tzinfo=WIB)): [round(row[figure], 12) for figure in figures]
            for row in of_book
        } == {key: [round(one, 12) for one in found] for key, found in expected.items()}


def _the_pdf(connection: psycopg.Connection, pdf: bytes) -> None:
    first, *rest = [re.sub(r"\s+", "", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]
    for area, hours_of_week, _, start, end, probability, peak in connection.execute(WORST, {"week": WEEK}):
        [(name,)] = connection.execute(
            "select kecamatan_name from reference.kecamatan where kecamatan_code = %s", [area]
        ).fetchall()
        hours = f"{start.astimezone(WIB):%H.%M}–{end.astimezone(WIB).hour or 24:02d}.00"
        assert name.replace(" ", "") in first
        assert f"{hours_of_week}diharapkan" in first
        assert hours in first
        assert (f"{probability:.0%}" if probability < 0.995 else ">99%") in first
        assert f"{peak:.2f}".replace(".", ",") in first
    text = "".join(rest)
    [(tickets,)] = connection.execute(
        "select count(*) from marts.fct_tickets where occurred_date_wib between"
        " (select max(hour_date_wib) - 27 from marts.mart_area_hours where jam_index is not null)"
        " and (select max(hour_date_wib) from marts.mart_area_hours where jam_index is not null)"
    ).fetchall()
    assert f"dari{tickets:,}tilang".replace(",", ".") in text
