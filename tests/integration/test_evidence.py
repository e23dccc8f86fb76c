"""Follow-up photos: what shows an old photo again is found, what shows the same street again is not flagged."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from assets.cases.evidence import EvidenceCounts, compare_evidence
from assets.cases.intake import take_in_events
from assets.city import city_folder
from assets.reference import load_reference
from assets.sources.landing import Batch
from database.server import with_database
from sample_city.bookings import Booked, book, write_bookings
from sample_city.cases import case_events
from sample_city.complaints import Planner
from sample_city.evidence import EDITED, EvidencePhoto, write_evidence
from sample_city.reference import read_reference

SEED, START, DAYS = 6, date(2026, 3, 2), 16
BATCH = Batch("1", "evidence", datetime(2026, 3, 20, tzinfo=UTC), is_synthetic=True)

REUSED = """
    select photos.photo_name, earlier.photo_name
    from ledger.photo_reuse as reuse
    inner join raw.evidence_photos as photos using (photo_id)
    inner join raw.evidence_photos as earlier on reuse.earlier_photo_id = earlier.photo_id
    where reuse.verdict = %s
"""


City = tuple[Path, list[EvidencePhoto], list[Booked]]


def write(landing: Path, days: int, a_day: int) -> City:
    """The photos and events of so many days of so many complaints."""
    reference = read_reference(city_folder())
    planner, agencies, end = Planner(reference, SEED), reference.agencies, START + timedelta(days=days - 1)
    complaints = [one for day in range(days) for one in planner.plan_day(START + timedelta(days=day), a_day)]
    cases = [book(case_events(one, agencies, SEED), agencies, end, SEED) for one in complaints]
    write_bookings(landing, (booking for booked in cases for booking in booked.bookings), SEED)
    return landing, write_evidence(landing, cases, SEED), cases


def take_in(url: str, landing: Path) -> None:
    with psycopg.connect(url) as connection:
        events = Batch("1", "case_events", BATCH.received_at, is_synthetic=True)
        take_in_events(connection, landing, events, frozenset(load_reference(city_folder()).skpd))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return write(tmp_path_factory.mktemp("landing"), DAYS, 300)


@pytest.fixture(scope="module")
def compared(server: str, template: str, city: City) -> Iterator[tuple[str, EvidenceCounts]]:
    """URL of a database after the city's photos were compared, and what that came to."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create database evidence template template_city")
        url = with_database(template, "evidence")
        take_in(url, city[0])
        yield url, compare(url, city[0])
        connection.execute("drop database evidence with (force)")


def compare(url: str, landing: Path) -> EvidenceCounts:
    return compare_evidence(lambda: psycopg.connect(url), landing / "evidence", BATCH)


def pairs(url: str, verdict: str) -> set[tuple[str, str]]:
    with psycopg.connect(url) as connection:
        return set(connection.execute(REUSED, [verdict]).fetchall())


def test_every_photo_that_was_used_before_is_found_and_no_other(
    compared: tuple[str, EvidenceCounts], city: City
) -> None:
    url, counts = compared
    _, photos, cases = city
    assert (counts.photos, counts.unreadable) == (len(photos), 0)
    original = {photo.name: photo.reuses or photo.name for photo in photos}
    edited = {photo.name for photo in photos if photo.alteration == EDITED}
    cheats = {photo.name for photo in photos if photo.reuses}
    assert len(cheats) > 5
    for verdict, expected_of in (("same_photo", cheats - edited), ("edited_copy", edited)):
        found = pairs(url, verdict)
        assert expected_of
        # A copy of an edited copy differs from the photo that was edited, and not from that copy.
        assert {later for later, earlier in found if earlier not in edited} == expected_of
        assert all(original[later] == original[earlier] for later, earlier in found)
    honest = {photo.name for photo in photos if not photo.reuses}
    both = [{name for event in booked.known for name in event.photos} for booked in cases]
    expected = {frozenset(names) for names in both if len(names) == 2 and names <= honest}
    assert expected
    assert expected <= {frozenset(pair) for pair in pairs(url, "same_view")}


def test_reading_again_adds_nothing(compared: tuple[str, EvidenceCounts], city: City) -> None:
    url, _ = compared
    before = pairs(url, "same_photo"), pairs(url, "same_view")
    assert compare(url, city[0]) == EvidenceCounts()
    assert (pairs(url, "same_photo"), pairs(url, "same_view")) == before


def test_a_photo_that_is_absent_or_none_is_booked_as_such(database_url: str, tmp_path: Path) -> None:
    landing, photos, _ = write(tmp_path / "city", 4, 60)
    take_in(database_url, landing)
    shutil.copytree(landing / "evidence", tmp_path / "evidence")
    (tmp_path / "evidence" / photos[0].name).unlink()
    (tmp_path / "evidence" / photos[1].name).write_text("no photo")
    counts = compare(database_url, tmp_path)
    assert (counts.photos, counts.unreadable) == (len(photos), 2)
    with psycopg.connect(database_url) as connection:
        failures = connection.execute(
            "select failure from raw.evidence_photos where failure is not null order by failure"
        ).fetchall()
    assert [failure[:37] for (failure,) in failures] == [
        "expected a photo, found neither JPEG ",
        "expected a photo, found no such file",
    ]
    shutil.copy(landing / "evidence" / photos[0].name, tmp_path / "evidence")
    later = compare(database_url, tmp_path)
    assert (later.photos, later.unreadable) == (1, 0)


def test_a_fault_of_the_database_is_raised_and_booked_on_no_photo(database_url: str, city: City) -> None:
    take_in(database_url, city[0])
    with psycopg.connect(database_url) as other:
        other.execute("lock table private.evidence_pictures in access exclusive mode")
        with pytest.raises(psycopg.OperationalError, match="lock timeout"):
            compare(f"{database_url}{'&' if '?' in database_url else '?'}options=-c%20lock_timeout%3D50", city[0])
    with psycopg.connect(database_url) as connection:
        assert connection.execute("select count(*) from raw.evidence_photos").fetchall() == [(0,)]
