"""Every figure of the report, read back from its files, is the database's."""

import csv
import io
import re
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from assets.city import city, city_folder
from assets.clock import city_zone, coming_week
from assets.quality import GateResult, store
from assets.reference import load_reference
from assets.reports.check_words import CHECKS
from assets.reports.city_lists import CityLists
from assets.reports.column_words import COLUMNS
from assets.reports.issue import issue
from assets.reports.language import language
from assets.reports.overview import MAIL_HOURS
from assets.reports.read import read_report
from assets.reports.read_ahead import read_ahead
from assets.reports.rows import gates
from assets.storage import copy_rows
from tests.integration.city_of_truth import AS_OF
from tests.integration.report_page import Tables
from tests.integration.report_queries import ACCURACY, BESIDE, COVERAGE, INTAKE, UNPLACED, WORST
from tests.integration.report_week import forecast_week, measure, watch
from tests.served import HERE_AREA

WEEK = coming_week(AS_OF)
HOUR = timedelta(hours=1)


def whole(cell: str) -> int:
    return int(cell.replace(".", ""))


@pytest.fixture
def connection(copy_of_marts: str) -> Any:
    with psycopg.connect(copy_of_marts) as connection:
        areas = [code for (code,) in connection.execute("select kecamatan_code from reference.kecamatan")]
        for weeks_ago in (2, 1, 0):
            week = WEEK - timedelta(weeks=weeks_ago)
            connection.execute("delete from forecast.runs where week_start = %s", [week])
            forecast_week(connection, week, areas, is_hindcast=weeks_ago > 0)
        monday = WEEK - timedelta(weeks=1)
        quarter = len(areas) // 4
        measure(connection, areas[:quarter], monday - timedelta(weeks=4), monday)
        measure(connection, areas[quarter : 2 * quarter], monday - timedelta(weeks=1), monday)
        [(last_day,)] = connection.execute(
            "select max(hour_date_wib) from marts.mart_area_hours where jam_index is not null"
        ).fetchall()
        watch(connection, min(load_reference(city_folder()).kelurahan), last_day)
        # Else queries of the report are planned as if nothing of it were there.
        connection.execute("analyze forecast.jam_hours, marts.fct_forecast_accuracy, marts.mart_area_hours")
        yield connection


@pytest.fixture
def files(connection: psycopg.Connection, tmp_path: Path) -> dict[str, bytes]:
    _, written = issue(connection, tmp_path, AS_OF, load_reference(city_folder()), None, ["id"], CityLists())
    return {file.name.partition("W")[2][2:]: file.read_bytes() for file in written}


def test_every_figure_is_the_databases(connection: psycopg.Connection, files: dict[str, bytes]) -> None:
    page = Tables(files[".html"].decode())
    _the_worst_areas(connection, page, files[".txt"].decode())
    _the_intake(connection, page)
    for name, query, cells in (("beside", BESIDE, slice(1, None)), ("coverage", COVERAGE, slice(5, None))):
        expected = {area: list(figures) for area, *figures in connection.execute(query)}
        assert expected
        if name == "beside" and not city().has_odd_even:
            expected = {area: [*figures[:5], *figures[6:8]] for area, figures in expected.items()}
        shown = {area: row[cells] for area, row in page.of(name).items() if area}
        assert {area: [whole(cell) for cell in row] for area, row in shown.items()} == expected
    [unplaced] = connection.execute(UNPLACED).fetchall()
    assert unplaced[0] > 0
    row = page.of("beside")[""]
    told = (3, 5, 6) if city().has_odd_even else (3, 5)
    assert [whole(row[column]) for column in told] == list(unplaced[: len(told)])
    errors = {area: figures for area, *figures in connection.execute(ACCURACY, [WEEK])}
    assert errors
    shown = page.of("accuracy")
    assert set(shown) == set(errors)
    for area, (hours, *figures) in errors.items():
        assert whole(shown[area][2]) == hours
        assert [float(cell.replace(",", ".")) for cell in shown[area][3:]] == [round(one, 3) for one in figures]
    _the_skill(connection, files[".html"].decode())
    _the_change(connection, page, files[".html"].decode())
    _the_cameras(connection, page, files[".html"].decode())
    links = re.findall(r'href="weekly_jam_forecast_\d{4}-W\d{2}([^"]+)"', files[".html"].decode())
    assert set(links) == files.keys() - {".html", ".txt"}
    assert len(files[".html"]) <= 2_500_000
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
    last = AS_OF.astimezone(city_zone()).date()
    period = {"first": last - timedelta(days=27), "last": last}
    expected = {channel: list(figures) for channel, *figures in connection.execute(INTAKE, period)}
    shown = page.of("intake")
    total = shown.pop("Semua kanal")
    assert {channel: [whole(cell) for cell in row[1:8]] for channel, row in shown.items()} == {
        channel: expected.get(channel, [0] * 7) for channel in shown
    }
    ever = connection.execute(
        "select channel_name, received, accepted_records from marts.mart_intake_by_channel where received > 0"
    ).fetchall()
    assert {channel: [whole(cell) for cell in row[8:]] for channel, row in shown.items()} == {
        channel: figures for channel, *figures in ever
    }
    assert whole(total[1]) == sum(row[0] for row in expected.values())


def _the_skill(connection: psycopg.Connection, html: str) -> None:
    """Error, F1 and range beside the plain rules, on the same hours, in jam hours first: worked out anew in numpy."""
    rows = connection.execute(
        """
        select jam_index_measured, jam_index_forecast, four_week_median, last_week, is_jam_forecast, is_inside_interval
        from marts.fct_forecast_accuracy where jam_index_measured is not null and week_start = %s
        """,
        [WEEK - timedelta(days=7)],
    ).fetchall()
    measured, *said = np.array([row[:4] for row in rows], dtype=float).T
    called, inside = np.array([row[4:] for row in rows], dtype=bool).T
    jammed, calls = measured >= 0.6, [called, said[1] >= 0.6, said[2] >= 0.6]
    of_jam = jammed | calls[0] | calls[1] | calls[2]
    assert 0 < jammed.sum() < of_jam.sum() < len(rows)
    shown = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html[html.index("Seberapa tepat minggu lalu") :])))
    in_jams = f"Selisih pada {language('id').integer(int(of_jam.sum()))} jam macet"
    for hours, title in ((of_jam, in_jams), (of_jam | True, "Selisih pada semua jam")):
        errors = [f"{np.abs(values - measured)[hours].mean():.3f}".replace(".", ",") for values in said]
        assert "{} Ramalan {} Median empat minggu {} Jam yang sama minggu lalu {}".format(title, *errors) in shown
    f1 = [f"{2 * (jammed & call).sum() / (jammed.sum() + call.sum()):.3f}".replace(".", ",") for call in calls]
    assert "(F1, 0–1) Ramalan {} Median empat minggu {} Jam yang sama minggu lalu {}".format(*f1) in shown
    for hours, where in ((of_jam, "pada jam macet"), (of_jam | True, "pada semua jam")):
        assert f"P10–P90, {where} {language('id').percent(inside[hours].mean())}" in shown


def _the_change(connection: psycopg.Connection, page: Tables, html: str) -> None:
    """Expected jam hours of the very hours that were measured in the last whole week."""
    expected = connection.execute(
        """
        with last as (
            select date_trunc('week', max(hour_date_wib) + 1)::date - 7 as monday
            from marts.mart_area_hours where jam_index is not null
        )
        select hours.area_code, count(*) filter (where is_jam), sum(jam_probability), (
            select count(*) filter (where is_jam) * 168::float / count(jam_index) from marts.mart_area_hours as usual
            where usual.area_code = hours.area_code and hour_date_wib between min(monday) - 21 and min(monday) + 6
            having count(jam_index) >= 0.8 * 4 * 168
        )
        from last
        inner join marts.mart_area_hours as hours on hour_date_wib between monday and monday + 6
        inner join forecast.jam_hours as ahead on ahead.area_code = hours.area_code and week_start = %(week)s
            and extract(isodow from ahead.hour_start at time zone %(zone)s) = iso_day_of_week
            and extract(hour from ahead.hour_start at time zone %(zone)s) = hour_of_day_wib
        where hours.jam_index is not null
        group by hours.area_code
        having count(*) >= 134
        """,
        {"week": WEEK, "zone": city_zone().key},
    ).fetchall()
    shown = {given["data-area"]: (given, cells) for given, cells in page.rows["compact changes"]}
    assert len(shown) == min(len(expected), 12) > 0
    assert {usual is None for *_, usual in expected} == {True, False}
    [(then,)] = connection.execute(
        """
        select sum(jam_probability) from forecast.jam_hours inner join marts.mart_area_hours as hours
            using (area_code, hour_start)
        where week_start = (
                select date_trunc('week', max(hour_date_wib) + 1)::date - 7 from marts.mart_area_hours
                where jam_index is not null
            )
            and hours.jam_index is not null and hours.area_code = any(%s)
        """,
        [[area for area, *_ in expected]],
    ).fetchall()
    assert f"Ramalan bagi pekan itu sendiri: {language('id').rounded(then)}." in html
    by_area = {area: figures for area, *figures in expected}
    for area, (given, cells) in shown.items():
        jams, total, usual = by_area[area]
        assert cells[1:3] == [str(jams), language("id").rounded(usual)]
        assert float(given["data-expected"]) == pytest.approx(total)


def _the_cameras(connection: psycopg.Connection, page: Tables, html: str) -> None:
    """A camera is healthy by all slots of seven days, whether they were swept or not."""
    expected = connection.execute(
        """
        with usable as (
            select member, sum(slots_valid) as slots from marts.mart_camera_health
            where level = 'camera'
                and date_wib > (select max(hour_date_wib) - 7 from marts.mart_area_hours where jam_index is not null)
            group by member
        )
        select kecamatan_code, count(*), count(*) filter (where coalesce(slots, 0) >= 7 * 144 / 2.0),
            sum(coalesce(slots, 0))::float / (7 * 144 * count(*))
        from raw.cameras
        inner join reference.kelurahan using (kelurahan_code)
        left join usable on member = camera_id
        group by kecamatan_code
        """
    ).fetchall()
    shown = page.of("coverage")
    assert [(cameras, healthy) for _, cameras, healthy, _ in expected] == [(3, 1)]
    for area, cameras, healthy, share in expected:
        assert [whole(cell) for cell in shown[area][2:4]] == [cameras, healthy]
        assert shown[area][4] == language("id").percent(share)
    [(count,)] = connection.execute("select count(*) from raw.cameras").fetchall()
    assert f"dari {language('id').integer(count * 7 * 144)} slot sepuluh menit yang seharusnya ada" in html


def test_a_week_names_its_days_off_and_its_roads(connection: psycopg.Connection) -> None:
    connection.execute("truncate reference.holidays, reference.school_breaks")
    assert not read_ahead(connection, WEEK, CityLists()).is_calendar_known
    days = [WEEK - timedelta(days=1), WEEK, WEEK + timedelta(days=6), WEEK + timedelta(days=7)]
    for day in days:
        connection.execute("insert into reference.holidays values (%s, %s, false)", [day, f"Hari {day:%d}"])
        connection.execute(
            "insert into reference.school_breaks (first_day, last_day, break_name) values (%(day)s, %(day)s, 'Libur')",
            {"day": day},
        )
    connection.execute(
        "insert into reference.named_places (place_name, place_kind, area_code) values ('Jalan Mawar', 'road', %s)",
        [HERE_AREA.code],
    )
    ahead = read_ahead(connection, WEEK, CityLists())
    assert ahead.is_calendar_known
    assert [holiday.day for holiday in ahead.holidays] == days[1:3]
    assert [school_break.first_day for school_break in ahead.school_breaks] == days[1:3]
    [(named,)] = connection.execute(
        "select count(distinct area_code) from reference.named_places where place_kind = 'road'"
    ).fetchall()
    assert len(ahead.roads) >= named > 0


def test_checks_are_told_in_the_reports_language(connection: psycopg.Connection) -> None:
    """One result of every check that has words: none of them is shown as it was kept."""
    kept = ["x", False, "warn", "expected 1 of 2 in English", "1 of 2 rows against it; because", "run", AS_OF]
    columns = ["gate", "subject", "expectation", "passed", "severity", "expected", "observed", "run_id", "evaluated_at"]
    rows = [(gate, f"{subject}sms" if subject.endswith(" ") else subject, *kept) for gate, subject in CHECKS]
    copy_rows(connection, "quality.gate_results", columns, rows)
    report = read_report(connection, AS_OF, CityLists())
    shown = gates(report.gates, language("id"))
    assert len(shown) == len(CHECKS)
    assert not [row["name"] for row in shown if ":" in row["name"] and not row["name"].startswith("Ramalan: ")]
    assert not [row for row in shown if "English" in row["expected"] or "against" in row["found"]]


def test_what_only_an_earlier_build_found_is_no_finding(connection: psycopg.Connection) -> None:
    """A drift of a week and a test that were mended, or are there no more, leave no result of their own."""

    def found(gate: str, subject: str, *, passed: bool) -> GateResult:
        return GateResult(gate, subject, subject, passed, "warn", "x", "y")

    drifted = [found("expected_counts", f"fct_tickets of week {week}", passed=False) for week in (1, 2)]
    for run, results in (
        ("before", [*drifted, found("dbt", "a test that was renamed", passed=False)]),
        ("now", [found("expected_counts", "all marts", passed=True), found("dbt", "a test", passed=True)]),
    ):
        store(connection, results, run, AS_OF)
        shown = {row["name"]: row for row in gates(read_report(connection, AS_OF, CityLists()).gates, language("en"))}
        rows, tests = shown["Rows of the sample city"], shown["Tests of the tables"]
        assert (rows["passed"], rows["found"]) == ((False, "2") if run == "before" else (True, "0"))
        assert (tests["passed"], tests["found"]) == (run == "now", f"{int(run == 'before')} of 1 tests failed")


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
            (row[area], row[moment].replace(tzinfo=city_zone())): [round(row[figure], 12) for figure in figures]
            for row in of_book
        } == {key: [round(one, 12) for one in found] for key, found in expected.items()}


def _the_pdf(connection: psycopg.Connection, pdf: bytes) -> None:
    first, *rest = [re.sub(r"\s+", "", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]
    for area, hours_of_week, _, start, end, probability, peak in connection.execute(WORST, {"week": WEEK}):
        [(name,)] = connection.execute(
            "select kecamatan_name from reference.kecamatan where kecamatan_code = %s", [area]
        ).fetchall()
        hours = f"{start.astimezone(city_zone()):%H.%M}–{end.astimezone(city_zone()).hour or 24:02d}.00"
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
