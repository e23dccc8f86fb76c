"""Rows and shares of the report's tables."""

import re
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from assets.reports import rows
from assets.reports.language import language
from assets.reports.model import WeeklyReport
from assets.reports.narrative import FRAME_STATUSES, intake_statements
from assets.reports.overview import Trust
from assets.reports.render import TEMPLATES, render_page
from assets.reports.view import ReportView

WORDS = language("id")
Build = Callable[..., WeeklyReport]


def test_a_camera_counts_the_slots_that_should_have_been(make_report: Build) -> None:
    """Seven days of 22 cameras are 22,176 slots; one day of them was swept."""
    cameras = replace(make_report().cameras, count=22, slots_expected=22_176, statuses={"good": 3_000, "missing": 168})
    shown = rows.cameras(cameras, WORDS)
    assert [(row["letter"], row["name"], row["count"]) for row in shown] == [
        ("A", "baik", 3_000), ("B", "tidak ada gambar", 168), ("C", "tidak disapu", 19_008),
    ]  # fmt: skip
    assert sum(row["share"] for row in shown) == pytest.approx(1)
    assert rows.usable_share(cameras) == 3_000 / 22_176


def test_an_area_shows_the_share_of_the_slots_that_should_have_been(make_report: Build) -> None:
    coverage = make_report().coverage
    assert coverage is not None
    found = rows.coverage(coverage, dict.fromkeys(coverage.areas["area_code"], Trust.CAMERAS), WORDS)
    shares = {row["area_name"]: row["uptime_share"] for row in found}
    assert shares["Kemuning"] == 5504 / 6048
    assert shares["Teratai"] is None


def test_what_names_no_kecamatan_has_a_row_of_its_own(make_report: Build) -> None:
    beside = make_report().beside
    assert beside is not None
    *areas, nowhere = rows.beside(beside, WORDS)
    assert len(areas) == 44
    assert (nowhere["area_name"], nowhere["tickets"], nowhere["parking_complaints"]) == ("Tanpa kecamatan", 7, 3)
    assert nowhere["jam_hours"] is None
    assert len(rows.beside(replace(beside, unplaced=dict.fromkeys(beside.unplaced, 0)), WORDS)) == 44


@pytest.mark.slow
def test_a_channel_that_returns_all_is_said_in_words(make_report: Build, look: Callable[..., ReportView]) -> None:
    intake = make_report().intake
    sms = pd.DataFrame([("SMS", 40, 0, 38, 0, 2, 0, 0, 40, 0), ("X", 10, 4, 5, 0, 1, 0, 0, 10, 4)])
    channels = pd.concat([intake.channels, sms.set_axis(intake.channels.columns, axis=1)], ignore_index=True)
    changed = replace(intake, channels=channels)
    said = intake_statements(changed, WORDS)
    assert said == [
        "SMS mengembalikan 100% laporannya (38 dari 38): tidak satu pun diterima.",
        "X mengembalikan 56% laporannya (5 dari 9).",
    ]
    assert said[0] in render_page(look(intake=changed))
    assert intake_statements(intake, WORDS) == []


def test_the_camera_bar_reads_without_colours(look: Callable[..., ReportView]) -> None:
    """Each status has a look of its own in grey, and its letter stands in the bar and in the list."""
    style = (TEMPLATES / "_style.css.j2").read_text(encoding="utf-8")
    looks = dict(re.findall(r"^i\.(\w+) \{ background: (.+); \}$", style, re.MULTILINE))
    assert set(looks) == {*FRAME_STATUSES, "unswept"}
    without_hue = [re.sub(r"#[0-9a-f]+", lambda colour: grey(colour[0]), look_of) for look_of in looks.values()]
    assert len(set(without_hue)) == len(looks)
    page = render_page(look())
    bar = page[page.index('class="stack"') : page.index('class="statuses"')]
    assert re.findall(r"<b>(\w)</b>", bar) == ["A", "B", "F"]
    assert page.count('class="frozen"') == 2


def grey(colour: str) -> str:
    """A colour as print shows it, in eight steps."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    red, green, blue = (int(digits[at : at + 2], 16) for at in (0, 2, 4))
    return str(round((0.299 * red + 0.587 * green + 0.114 * blue) / 255 * 8))
