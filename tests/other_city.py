"""Another city in another zone: a kota of Sulawesi in WITA, made by the skeleton from a tiny list of codes.

Belongs here: making its folder, and letting this process serve it for a while. Does not belong here: what it tests.
"""

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assets import city, clock
from assets.cities.skeleton import make_skeleton
from assets.complaints import tracking
from assets.complaints.triage.words import city_words
from assets.reports import language, render
from portal import pages

CODES = (
    ("72", "Sulawesi Tengah", "provinsi"),
    ("72.71", "Kota Palu", "kota"),
    ("72.71.01", "Palu Timur", "kecamatan"),
    ("72.71.01.1001", "Besusu Barat", "kelurahan"),
    ("72.71.01.1002", "Besusu  Tengah", "kelurahan"),
    ("72.71.02", "Palu Barat", "kecamatan"),
    ("72.71.02.1001", "Ujuna", "kelurahan"),
    ("73.71", "Kota Makassar", "kota"),
)
REMEMBERED = (
    city.city, city.city_folder, clock.city_zone, clock.zone_name, tracking.number_as_written, language._names,
    render._environment, pages._environment, city_words,
)  # fmt: skip


def write_codes(path: Path) -> Path:
    """The ministry's list, as far as it is of the city, and another kota."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("kode", "nama", "tingkat"), *CODES])
    return path


def write_palu(folder: Path, codes: Path) -> Path:
    """The skeleton, with what a person fills in; places are invented."""
    make_skeleton("72.71", codes, folder)
    facts = (folder / "city.toml").read_text(encoding="utf-8")
    for field, value in (("domain", "palu.example.org"), ("number_prefix", "PL")):
        facts = facts.replace(f'{field} = ""', f'{field} = "{value}"')
    (folder / "city.toml").write_text(facts, encoding="utf-8")
    for name in ("kecamatan", "kelurahan"):
        path = folder / f"{name}.csv"
        lines = path.read_text(encoding="utf-8").splitlines()
        placed = [re.sub(",,$", f",-0.9,119.8{number}", line) for number, line in enumerate(lines)]
        path.write_text("\n".join(placed) + "\n", encoding="utf-8")
    people = folder / "population.csv"
    people.write_text(people.read_text(encoding="utf-8").replace("72.71,,", "72.71,1000,2025"), encoding="utf-8")
    return folder


@contextmanager
def served(folder: Path) -> Iterator[Path]:
    """Let this process serve a city for a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JSC_CITY", str(folder))
        for one in REMEMBERED:
            one.cache_clear()
        yield folder
    for one in REMEMBERED:
        one.cache_clear()
