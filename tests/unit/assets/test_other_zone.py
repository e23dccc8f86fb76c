"""A city's day begins at its own midnight: a kota in WITA, an hour ahead of WIB, by literal times."""

import asyncio
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast
from uuid import uuid4

import pytest

from assets.cases.sla import Clock, due_at, read_working_days
from assets.city import COUNTRY, city, dbt_environment
from assets.clock import city_zone, coming_week, midnight, zone_name
from assets.complaints.numbering import Applicant
from assets.complaints.outbox.texts import brief_day
from assets.complaints.tracking import format_number, is_number, quoted_numbers
from assets.freshness import due_week
from assets.reports.language import language
from assets.sources.local_time import read_moment
from assets.watch.words import clock as written_clock
from database.settings import PROJECT
from portal.database import CityDatabase
from portal.tickets import read_odd_even
from sample_city.city import write_city

pytestmark = pytest.mark.usefixtures("palu")

# Midnight of Monday in Palu is eleven at night of Sunday in WIB.
MONDAY = datetime(2026, 3, 1, 16, tzinfo=UTC)
BEFORE = MONDAY - timedelta(seconds=1)


def test_the_clock_is_the_citys() -> None:
    assert (city_zone().key, zone_name(), city().name) == ("Asia/Makassar", "WITA", "Palu")
    assert midnight(date(2026, 3, 2)) == MONDAY
    assert (coming_week(MONDAY), coming_week(MONDAY + timedelta(seconds=1))) == (date(2026, 3, 2), date(2026, 3, 9))
    # The report of the week from 2 March is due on Friday 27 February, seven in the morning.
    due = datetime(2026, 2, 26, 23, tzinfo=UTC)
    assert (due_week(due - timedelta(seconds=1)), due_week(due)) == (date(2026, 2, 23), date(2026, 3, 2))


@pytest.mark.parametrize(("moment", "day"), [(BEFORE, "260301"), (MONDAY, "260302")])
def test_a_number_has_the_citys_prefix_and_day(moment: datetime, day: str) -> None:
    applicant = Applicant(uuid4(), None, moment, moment + timedelta(days=2))
    number = format_number(applicant.day, 5001)
    assert number == f"PL{day}5001"
    assert is_number(number)
    assert not is_number(f"XX{day}5001")
    assert quoted_numbers(f"lanjutan {number.lower()}, bukan XX2305290094") == (number,)


def test_working_hours_begin_at_the_citys_midnight() -> None:
    days = read_working_days(COUNTRY / "holidays.csv")
    # Sunday evening counts for nothing; three working days end with Wednesday.
    assert due_at(Clock.WORKING, BEFORE, 72, days) == datetime(2026, 3, 4, 16, tzinfo=UTC)
    assert due_at(Clock.WORKING, MONDAY + timedelta(hours=1), 72, days) == datetime(2026, 3, 4, 17, tzinfo=UTC)


def test_what_people_read_and_write_is_of_the_citys_clock() -> None:
    assert language("id").moment(MONDAY) == "Senin, 2 Maret 2026 pukul 00.00 WITA"
    assert language("en").gettext("Laporan kemacetan mingguan · %(city)s") == "Weekly congestion report · Palu"
    assert (
        language("id")
        .gettext("Semua jam dalam %(zone)s (%(utc)s); tiap jam disebut menurut awalnya.")
        .startswith("Semua jam dalam WITA (UTC+8);")
    )
    assert (brief_day(BEFORE), brief_day(MONDAY)) == ("1 Mar 2026", "2 Mar 2026")
    assert written_clock(MONDAY) == "2026-03-02 00:00 WITA"
    assert read_moment("2026-03-02", "00.10", "Tanggal", "Jam") == MONDAY + timedelta(minutes=10)
    # Whoever names another zone is taken at their word.
    assert read_moment("2026-03-01", "23.10 WIB", "Tanggal", "Jam") == MONDAY + timedelta(minutes=10)


@pytest.mark.slow
def test_partitions_begin_at_the_citys_midnight(palu: Path) -> None:
    code = (
        "from assets.partitions import DAILY, LIVE_DAYS\n"
        "for days in (DAILY, LIVE_DAYS): print(days.time_window_for_partition_key('2026-03-02').start.isoformat())\n"
    )
    environment = {**os.environ, "JSC_CITY": str(palu)}
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, env=environment, capture_output=True, text=True)
    assert done.stdout.split() == ["2026-03-02T00:00:00+08:00"] * 2, done.stderr


def test_dbt_is_told_the_citys_zone(palu: Path) -> None:
    told = dbt_environment()
    assert told == {
        "JSC_CITY_FOLDER": str(palu), "JSC_CITY_CODE": "72.71", "JSC_CITY_NAME": "Kota Palu",
        "JSC_CITY_ZONE": "Asia/Makassar",
    }  # fmt: skip
    files = [*(PROJECT / "dbt_project").glob("m*/**/*.sql"), *(PROJECT / "dbt_project" / "tests").rglob("*.sql")]
    assert len(files) > 100
    assert not [path.name for path in files if "asia/" in path.read_text(encoding="utf-8").lower()]


@pytest.mark.slow
def test_the_sample_city_stands_still_at_its_own_midnight(palu: Path, tmp_path: Path) -> None:
    write_city(tmp_path / "city", end=date(2026, 3, 1), seeds=palu, days=1, weeks=0, cameras=1)
    said = (tmp_path / "city" / "landing" / "SYNTHETIC").read_text(encoding="utf-8")
    assert "as_of: 2026-03-02T00:00:00+08:00" in said


def test_a_city_without_odd_even_is_asked_for_no_rule_of_it() -> None:
    # There is no database to ask.
    assert asyncio.run(read_odd_even(cast("CityDatabase", None), MONDAY)) is None
