"""The week's line on days off, school breaks and events; also where there are none."""

from collections.abc import Callable
from datetime import date

import pytest

from assets.reports.ahead import CityEvent, EventKind, Holiday, RefusedRow, SchoolBreak, WeekAhead
from assets.reports.ahead_words import calendar_statement, events_statement, refused_words
from assets.reports.language import language
from assets.reports.render import render_mail, render_page
from assets.reports.view import ReportView
from tests.unit.assets.reports.test_render import text_of

WORDS = language("id")
HOLIDAY = Holiday(date(2026, 10, 14), "Hari Besar", is_joint_leave=False)
BREAK = SchoolBreak(date(2026, 10, 10), date(2026, 10, 25), "Libur semester")
CLOSURE = CityEvent(date(2026, 10, 12), date(2026, 10, 13), "98.71.01", EventKind.CLOSURE, "Jembatan")
RUN = CityEvent(date(2026, 10, 18), date(2026, 10, 18), None, EventKind.EVENT, "Lari pagi")


def test_a_week_with_days_off_names_them() -> None:
    said = calendar_statement(WeekAhead(True, holidays=[HOLIDAY], school_breaks=[BREAK]), WORDS)
    assert said == (
        "Hari libur pekan ini: Rabu, 14 Oktober (Hari Besar). Libur sekolah: Libur semester, 10–25 Oktober 2026."
    )


def test_a_week_without_says_so_and_a_calendar_that_ends_is_not_taken_for_one() -> None:
    assert calendar_statement(WeekAhead(True), WORDS) == (
        "Tidak ada hari libur nasional atau cuti bersama pekan ini. Tidak ada libur sekolah."
    )
    assert calendar_statement(WeekAhead(False), WORDS).startswith("Kalender hari libur belum mencakup pekan ini.")


def test_events_are_told_where_the_city_keeps_a_list() -> None:
    names = {"98.71.01": "Kemuning"}
    assert events_statement(WeekAhead(True), names, WORDS) == ""
    assert events_statement(WeekAhead(True, has_events=True), names, WORDS).startswith("Tidak ada acara")
    said = events_statement(WeekAhead(True, has_events=True, events=[CLOSURE, RUN]), names, WORDS)
    assert (
        "penutupan: Jembatan, 12–13 Oktober 2026 (Kemuning); acara: Lari pagi, 18 Oktober 2026 (seluruh kota)" in said
    )
    many = events_statement(WeekAhead(True, has_events=True, events=[RUN] * 9), names, WORDS)
    assert "dan 3 lainnya" in many


@pytest.mark.slow
def test_page_and_mail_tell_what_is_ahead_and_which_rows_were_refused(look: Callable[..., ReportView]) -> None:
    ahead = WeekAhead(
        True,
        holidays=[HOLIDAY],
        has_events=True,
        events=[CLOSURE, RUN],
        refused=[RefusedRow("events.csv", 4, "kind", "banjir")],
    )
    view = look(ahead=ahead)
    text = text_of(render_page(view))
    assert text.count("Rabu, 14 Oktober (Hari Besar)") == 1
    # In the week's line, and in the part of its area.
    assert text.count("penutupan: Jembatan, 12–13 Oktober 2026") == 2
    assert "events.csv baris 4: isi kolom kind tidak dikenal: “banjir”" in text
    assert "Rabu, 14 Oktober (Hari Besar)" in render_mail(view)
    assert "Lari pagi" in render_mail(view)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (RefusedRow("a.csv", 2, "", "1 cell"), "a.csv baris 2: tidak dapat dibaca (1 cell)"),
        (RefusedRow("a.csv", 0, "", "OSError"), "a.csv: tidak dapat dibaca (OSError); daftar tidak dipakai"),
        (RefusedRow("a.csv", 2, "", ""), "a.csv baris 2: sudah ada di baris lain"),
    ],
)
def test_a_refused_row_says_why(row: RefusedRow, said: str) -> None:
    assert refused_words(row, WORDS) == said
