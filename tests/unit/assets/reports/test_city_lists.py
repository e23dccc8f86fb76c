"""The city's own lists: what is read, and what is refused row by row."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from assets.clock import city_zone
from assets.reports.ahead import CityEvent, EventKind, RefusedRow
from assets.reports.city_lists import EVENT_COLUMNS, SPEED_COLUMNS, corridors, read_city_lists

AREAS = {"98.71.01", "98.71.07"}
NOW = datetime(2026, 10, 9, 6, tzinfo=city_zone())


def written(folder: Path, columns: tuple[str, ...], *rows: str) -> Path:
    path = folder / "list.csv"
    path.write_text("\n".join([",".join(columns), *rows]) + "\n", encoding="utf-8")
    return path


def test_a_city_without_lists_has_none() -> None:
    lists = read_city_lists(None, None, AREAS)
    assert (lists.events, lists.speeds, lists.refused) == (None, None, [])
    assert corridors(lists.speeds, NOW) is None


def test_events_are_read_with_the_whole_city_and_its_areas(tmp_path: Path) -> None:
    rows = ("2026-10-12,2026-10-13,98.71.01,closure,Jembatan ditutup", "2026-10-18,2026-10-18,,event,Lari pagi")
    lists = read_city_lists(written(tmp_path, EVENT_COLUMNS, *rows), None, AREAS)
    assert lists.events == [
        CityEvent(date(2026, 10, 12), date(2026, 10, 13), "98.71.01", EventKind.CLOSURE, "Jembatan ditutup"),
        CityEvent(date(2026, 10, 18), date(2026, 10, 18), None, EventKind.EVENT, "Lari pagi"),
    ]


@pytest.mark.parametrize(
    ("row", "column", "found"),
    [
        ("10-2026,2026-10-13,,event,x", "first_day", "10-2026"),
        ("2026-10-12,2026-10-11,,event,x", "last_day", "2026-10-11"),
        ("2026-10-12,2026-10-12,99.99.99,event,x", "area_code", "99.99.99"),
        ("2026-10-12,2026-10-12,,banjir,x", "kind", "banjir"),
        ("2026-10-12,2026-10-12,,event,", "what", ""),
        ("2026-10-12", "", "expected a row of 5 cells, found 1"),
    ],
)
def test_a_wrong_event_is_refused_alone_with_its_cell(tmp_path: Path, row: str, column: str, found: str) -> None:
    sound = "2026-10-18,2026-10-18,,event,Lari pagi"
    lists = read_city_lists(written(tmp_path, EVENT_COLUMNS, row, sound, sound), None, AREAS)
    assert lists.events is not None
    assert [event.what for event in lists.events] == ["Lari pagi"]
    assert lists.refused == [RefusedRow("list.csv", 2, column, found), RefusedRow("list.csv", 4, "", "")]


@pytest.mark.parametrize(
    "row",
    [
        "Sudirman,98.71.07,2026-10-08T07:30:00+07:00,20,50,6",
        "Sudirman,98.71.07,07:00,20,50,6",
        "Sudirman,98.71.07,2026-10-08T07:00:00+07:00,0,50,6",
        "Sudirman,98.71.07,2026-10-08T07:00:00+07:00,fast,50,6",
        "Sudirman,,2026-10-08T07:00:00+07:00,20,50,6",
        ",98.71.07,2026-10-08T07:00:00+07:00,20,50,6",
    ],
)
def test_a_wrong_speed_is_refused(tmp_path: Path, row: str) -> None:
    lists = read_city_lists(None, written(tmp_path, SPEED_COLUMNS, row), AREAS)
    assert lists.speeds == []
    assert [refused.row for refused in lists.refused] == [2]


def test_a_file_that_is_no_such_list_is_refused_whole_and_stops_nothing(tmp_path: Path) -> None:
    without = written(tmp_path, EVENT_COLUMNS[:-1])
    lists = read_city_lists(without, tmp_path / "absent.csv", AREAS)
    assert (lists.events, lists.speeds) == ([], [])
    lacking, absent = lists.refused
    assert (lacking.list_name, lacking.row) == ("list.csv", 0)
    assert "what" in lacking.found
    assert absent == RefusedRow("absent.csv", 0, "", "FileNotFoundError")


def test_a_list_is_read_as_spreadsheets_keep_it(tmp_path: Path) -> None:
    """A workbook with days of its own kind, and a CSV as Excel writes it in Indonesia."""
    book = Workbook()
    assert book.active is not None
    for row in (("Daftar acara",), EVENT_COLUMNS, (date(2026, 10, 12), date(2026, 10, 13), None, "event", "Lari")):
        book.active.append(row)
    workbook, excel = tmp_path / "list.xlsx", tmp_path / "excel.csv"
    book.save(workbook)
    excel.write_bytes((";".join(SPEED_COLUMNS) + "\r\nSudirman;98.71.07;8/10/2026 7:00;20,5;60;6\r\n").encode("utf-16"))
    lists = read_city_lists(workbook, excel, AREAS)
    assert not lists.refused
    assert lists.events == [CityEvent(date(2026, 10, 12), date(2026, 10, 13), None, EventKind.EVENT, "Lari")]
    assert lists.speeds is not None
    [speed] = lists.speeds
    assert (speed.hour_start, speed.speed_kmh) == (datetime(2026, 10, 8, 7, tzinfo=city_zone()), 20.5)


def test_minutes_lost_are_those_of_one_drive_in_the_slowest_hour(tmp_path: Path) -> None:
    """6 km at 20 km/h take 18 minutes, at 60 km/h 6: 12 are lost. What is four weeks old is of another time."""
    rows = [f"Sudirman,98.71.07,2026-10-0{day}T{hour}:00:00+07:00,{speed},60,6" for day, hour, speed in (
        (7, "07", "18"), (8, "07", '"22,0"'), (7, "12", "40"), (8, "12", "40"),
    )]  # fmt: skip
    rows += ["Wiranegara,98.71.01,2026-10-08T17:00:00+07:00,25,,", "Wiranegara,98.71.01,2026-09-01T17:00:00+07:00,5,,"]
    rows += ["Wiranegara,98.71.01,2026-10-09T17:00:00+07:00,1,,"]
    found = corridors(read_city_lists(None, written(tmp_path, SPEED_COLUMNS, *rows), AREAS).speeds, NOW)
    assert found is not None
    sudirman, wiranegara = found.rows
    assert (sudirman.road, sudirman.slowest_hour, sudirman.slowest_speed_kmh) == ("Sudirman", 7, 20.0)
    assert (sudirman.mean_speed_kmh, sudirman.hours) == (30.0, 4)
    assert sudirman.minutes_lost == pytest.approx(12.0)
    assert (wiranegara.slowest_speed_kmh, wiranegara.minutes_lost) == (25.0, None)
    assert found.last_end - found.first == timedelta(days=1, hours=11)
