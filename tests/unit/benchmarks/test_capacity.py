"""The capacity page holds what its command prints, and no other number."""

import re
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from benchmarks.capacity import Machine, Prices, of_cameras, of_complaints, page
from benchmarks.capacity_units import stored_units
from benchmarks.documents import CAPACITY
from command.cli import app

BEGIN, END = "<!-- jsc bench capacity -->\n\n", "<!-- end -->\n"


def test_the_page_holds_what_the_command_prints() -> None:
    printed = CliRunner().invoke(app, ["bench", "capacity"]).stdout
    _, _, behind = CAPACITY.read_text(encoding="utf-8").partition(BEGIN)
    assert behind.partition(END)[0] == printed


def test_no_number_of_the_page_is_by_hand() -> None:
    before, _, behind = CAPACITY.read_text(encoding="utf-8").partition(BEGIN)
    printed, _, after = behind.partition(END)
    known = set(re.findall(r"\d[\d,.]*\d|\d", printed))
    assert [number for number in re.findall(r"\d[\d,.]*\d|\d", before + after) if number not in known] == []


def test_ten_times_the_work_needs_at_most_ten_times_as_much() -> None:
    units = stored_units()
    few, many = of_cameras(10_000, units), of_cameras(100_000, units)
    assert many.disk_gb == pytest.approx(10 * few.disk_gb)
    assert few.cores < many.cores <= 10 * few.cores
    few, many = of_complaints(10_000, units), of_complaints(100_000, units)
    assert many.disk_gb == pytest.approx(10 * few.disk_gb)
    assert few.cores <= many.cores <= 10 * few.cores


def test_a_slot_is_worth_so_many_cameras() -> None:
    # 300 busy seconds of a slot: a camera of 10 ms takes a hundredth of one of them.
    units = replace(stored_units(), http_ms=9.9, observation_us=100.0, camera_build_ms=0.0)
    assert [of_cameras(cameras, units).cores for cameras in (1, 30_000, 30_001)] == [1, 1, 2]


def test_the_first_wall_is_the_lowest() -> None:
    slow = replace(stored_units(), http_ms=1e6)
    lines = page(slow, Machine(8, 2_000, 1_000, 200), Prices(250_000, 60_000, 1_500, 10_000))
    [said] = [line for line in lines if "for this alone" in line and "stills" in line]
    assert "The first wall is cores, stills." in said
