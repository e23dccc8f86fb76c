"""A whole sample city on disk: landing files, camera frames and their hidden truth.

Belongs here: what is written in which order, and that a city is there in full or not at all.
Does not belong here: what the files say (every other module of this package).
"""

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sample_city.bookings import book, write_bookings
from sample_city.cases import BIRO_PEMERINTAHAN, KELURAHAN, case_events
from sample_city.complaints import Planner
from sample_city.evidence import write_evidence
from sample_city.frames import CameraDay, choose_cameras, write_frames, write_registry
from sample_city.landing import write_day
from sample_city.model import Complaint, Extras
from sample_city.reference import Reference, SeedError, read_reference
from sample_city.tickets import tickets_of, write_tickets
from sample_city.traffic import area_hours, write_area_history
from sample_city.truth import (
    write_cases,
    write_complaints,
    write_evidence_truth,
    write_extras,
    write_frame_truth,
    write_hours,
    write_ticket_truth,
)

CAMERAS = 22
MARKER = "SYNTHETIC"
MANIFEST = "city.json"

# A forecast of the two weeks after the last day can be held against what then happens.
_DAYS_AHEAD = 14
_MARKER_TEXT = """Everything in this folder is synthetic: no person, report, case or vehicle in it is real.
The city's clock stands still at the end of its last day:
as_of: {as_of}
city: {name}
"""
OnStep = Callable[[str, int, int], None]


class CityFolderError(Exception):
    """The folder for the city holds something else."""


@dataclass(frozen=True)
class SampleCity:
    """A complete sample city.

    Attributes:
        folder: Where it lies.
        end: Its last day.
        days: Days of complaints, the last one included.
        weeks: Weeks of area history before the last day.
        cameras: Cameras with frames of the last day.
        seed: What it was drawn with.
    """

    folder: Path
    end: date
    days: int
    weeks: int
    cameras: int
    seed: int

    @property
    def name(self) -> str:
        """What it was drawn with: by it the rows that its marts should have are found (seed expected_counts)."""
        return f"{self.end} {self.days}d {self.weeks}w {self.cameras}c {self.seed}"

    @property
    def landing_folder(self) -> Path:
        """What the platform takes in."""
        return self.folder / "landing"

    @property
    def cameras_folder(self) -> Path:
        """What the platform sweeps."""
        return self.folder / "cameras"

    @property
    def truth_folder(self) -> Path:
        """What the platform must not read."""
        return self.folder / "truth"


def write_city(
    folder: Path,
    *,
    end: date,
    seeds: Path,
    days: int = 28,
    weeks: int = 12,
    cameras: int = CAMERAS,
    seed: int = 2019,
    on_step: OnStep | None = None,
) -> SampleCity:
    """Write a sample city, or return the one that is there.

    The city is made in a folder beside `folder` and moved there when it is complete: whoever is interrupted
    leaves no half a city. One that is there is left alone, whatever it was drawn with.

    Args:
        folder: Where the city shall lie; absent or empty, or a city.
        end: The last full day.
        seeds: The city's folder.
        days: Days of complaints up to `end`.
        weeks: Weeks of area history up to the beginning of `end`.
        cameras: Cameras with frames of `end`, one per kecamatan near the city's centre; as many as there are of these
            where they are fewer.
        seed: The same seed and arguments write the same bytes.
        on_step: Called with the step's name, what of it is done, and how much it is in all.

    Raises:
        CityFolderError: The folder holds something that is no sample city.
        SeedError: A seed file is absent or does not fit.
    """
    with _one_writer(folder):
        if (folder / MANIFEST).is_file():
            return read_city(folder)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CityFolderError(f"expected {folder} to be absent, empty or a sample city, found something else")
        reference = read_reference(seeds)
        draft = folder.with_name(f".{folder.name}.partial")
        shutil.rmtree(draft, ignore_errors=True)
        city = SampleCity(draft, end, days, weeks, min(cameras, len(reference.near)), seed)
        try:
            _write(city, reference, on_step or _ignore)
            draft.rename(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return read_city(folder)


def read_city(folder: Path) -> SampleCity:
    """Read what a complete city says of itself.

    Raises:
        CityFolderError: No sample city lies there.
    """
    try:
        facts = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return SampleCity(folder, **{**facts, "end": date.fromisoformat(facts["end"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CityFolderError(f"expected a sample city with {MANIFEST} in {folder}, found none") from error


def _write(city: SampleCity, reference: Reference, on_step: OnStep) -> None:
    for marked in (city.landing_folder, city.cameras_folder):
        marked.mkdir(parents=True)
        said = _MARKER_TEXT.format(as_of=_end_of(city, reference).isoformat(), name=city.name)
        (marked / MARKER).write_text(said, encoding="utf-8")
    complaints = _write_channels(city, reference, on_step)
    _write_cases(city, reference, complaints)
    on_step("cases", 1, 1)
    _write_tickets(city, reference)
    on_step("tickets", 1, 1)
    _write_traffic(city, reference, on_step)
    facts = asdict(city)
    del facts["folder"]
    manifest = {**facts, "end": city.end.isoformat()}
    (city.folder / MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")


def _end_of(city: SampleCity, reference: Reference) -> datetime:
    """The moment at which its clock stands still."""
    return datetime.combine(city.end + timedelta(days=1), time(), reference.zone)


def _write_channels(city: SampleCity, reference: Reference, on_step: OnStep) -> list[Complaint]:
    watched = [camera.kelurahan for camera in choose_cameras(reference, city.cameras, city.seed)]
    planner, extras, complaints = Planner(reference, city.seed, watched), Extras(zone=reference.zone), []
    for number in range(city.days):
        day = city.end - timedelta(days=city.days - 1 - number)
        of_day = planner.plan_day(day)
        write_day(city.landing_folder, day, of_day, city.seed, extras)
        complaints += of_day
        on_step("complaints", number + 1, city.days)
    write_complaints(city.truth_folder, complaints)
    write_extras(city.truth_folder, extras)
    return complaints


def _write_cases(city: SampleCity, reference: Reference, complaints: list[Complaint]) -> None:
    unknown = {KELURAHAN, BIRO_PEMERINTAHAN} - reference.skpd_codes
    if unknown:
        raise SeedError(f"expected {', '.join(sorted(unknown))} in skpd.csv, found none; mend the seed")
    agencies, seed = reference.agencies, city.seed
    cases = [book(case_events(complaint, agencies, seed), agencies, city.end, seed) for complaint in complaints]
    write_bookings(city.landing_folder, (booking for booked in cases for booking in booked.bookings), seed)
    write_evidence_truth(city.truth_folder, write_evidence(city.landing_folder, cases, seed))
    write_cases(city.truth_folder, cases, _end_of(city, reference))


def _write_tickets(city: SampleCity, reference: Reference) -> None:
    written = []
    for number in range(city.days):
        day = city.end - timedelta(days=city.days - 1 - number)
        of_day = tickets_of(day, reference, city.seed)
        write_tickets(city.landing_folder, day, of_day, city.seed)
        written += of_day
    write_ticket_truth(city.truth_folder, written)


def _write_traffic(city: SampleCity, reference: Reference, on_step: OnStep) -> None:
    first, last = city.end - timedelta(weeks=city.weeks), city.end + timedelta(days=_DAYS_AHEAD)
    hours = area_hours(reference, first, last, city.seed)
    is_past = hours["hour_start"].dt.date < city.end
    write_area_history(city.landing_folder, hours[is_past])
    write_hours(city.truth_folder, hours[~is_past])
    on_step("area hours", 1, 1)
    last_day = hours[hours["hour_start"].dt.date == city.end]
    curves = {str(code): tuple(rows["jam_index"].tolist()) for code, rows in last_day.groupby("area_code")}
    registry = choose_cameras(reference, city.cameras, city.seed)
    write_registry(city.cameras_folder, registry)
    jobs = [
        CameraDay(
            city.cameras_folder, camera, city.end, curves[camera.kelurahan.kecamatan.code], city.seed, reference.zone
        )
        for camera in registry
    ]
    frames = write_frames(jobs, lambda done, total: on_step("frames", done, total))
    write_frame_truth(city.truth_folder, frames)


@contextmanager
def _one_writer(folder: Path) -> Iterator[None]:
    """Let one process at a time write this city; the lock goes with its holder, however that ends."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f".{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _ignore(step: str, done: int, total: int) -> None:
    """Report no progress."""
