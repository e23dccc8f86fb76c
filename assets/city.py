"""Which city this installation serves: its folder of reference data, and what city.toml says of it.

A city is a folder: city.toml and the CSV files that dbt and Python share. JSC_CITY names one of `cities/`, or a folder
outside the project. What is the same in the whole country stands once, in `cities/indonesia`.

Belongs here: choosing the folder, reading city.toml. Does not belong here: the CSV files (reference.py, dbt_project/).
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import SettingsConfigDict

from database.city import claim
from database.server import libpq_environment
from database.settings import PROJECT, Variables

CITIES = PROJECT / "cities"
COUNTRY = CITIES / "indonesia"
FACTS = "city.toml"

# They stand in pages, letters and formats of sentences: one line, without blanks round it.
Words = Annotated[
    str,
    Field(
        min_length=1, max_length=80, pattern=r"^[^<>&%{}\"\\\p{C}\p{Z}]([^<>&%{}\"\\\p{C}]*[^<>&%{}\"\\\p{C}\p{Z}])?$"
    ),
]
WORDS_ARE = 'up to 80 signs in one line, none around them blank and none of them < > & % { } " \\'
# A name of the internet, as Open311 writes a jurisdiction.
Domain = Annotated[
    str, Field(max_length=80, pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$")
]


class CityError(Exception):
    """No city by that name, or what its folder says of it cannot be read."""


class CitySettings(Variables):
    """The one variable that chooses the city; it is in docs/variables.md."""

    model_config = SettingsConfigDict(env_prefix="JSC_")

    city: str = Field(default="jakarta", description="City: a folder's name below cities/, or a path of one elsewhere.")


class Bounds(BaseModel):
    """A box in degrees, WGS 84, in which every point of the city lies."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    south: float = Field(ge=-90, le=90)
    west: float = Field(ge=-180, le=180)
    north: float = Field(ge=-90, le=90)
    east: float = Field(ge=-180, le=180)


class Point(BaseModel):
    """A point in degrees, WGS 84."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class AreaCounts(BaseModel):
    """How many areas the city has: a folder with fewer has lost some."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kecamatan: int = Field(ge=1)
    kelurahan: int = Field(ge=1)


class CityFacts(BaseModel):
    """What city.toml says.

    Attributes:
        code: By the Ministry of Home Affairs: of a province ('31'), or of a kota or kabupaten ('19.71').
        name: In titles and sentences.
        long_name: As an address ends.
        government: Who answers residents.
        publisher: Who signs reports and letters.
        domain: Of the government's site; Open311 calls it the jurisdiction.
        time_zone: IANA name of one of Indonesia's zones.
        number_prefix: What a tracking number begins with.
        language: Of pages and letters where nobody asked for another.
        has_odd_even: Whether cars are restricted by their plates.
        centre: The point that it commutes to, by which the sample city's traffic is drawn; absent, the middle of its
            kecamatan.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[0-9]{2}(\.[0-9]{2})?$")
    name: Words
    long_name: Words
    government: Words
    publisher: Words
    domain: Domain
    time_zone: Literal["Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura"]
    number_prefix: str = Field(pattern=r"^[A-Z]{2}$")
    language: Literal["id", "en"]
    has_odd_even: bool
    bounds: Bounds
    counts: AreaCounts
    centre: Point | None = None


def folder_of(chosen: str) -> Path:
    """Folder of a city: of `cities/` by its name, or anywhere by its path.

    Raises:
        CityError: There is none.
    """
    named = CITIES / chosen
    folder = named if "/" not in chosen else Path(chosen).expanduser().resolve()
    if not (folder / FACTS).is_file():
        known = ", ".join(sorted(path.parent.name for path in CITIES.glob(f"*/{FACTS}")))
        raise CityError(
            f"Expected in JSC_CITY the name of a city ({known}) or the path of a folder with {FACTS}, found {chosen!r}."
            " Mend JSC_CITY, or make the folder: jsc city new"
        )
    return folder


def read_facts(folder: Path) -> CityFacts:
    """Read a folder's city.toml.

    Raises:
        CityError: It is absent, no TOML, or says what it may not; every fault is named.
    """
    path = folder / FACTS
    try:
        return CityFacts.model_validate(tomllib.loads(path.read_bytes().decode("utf-8-sig")))
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg'][0].lower()}{fault['msg'][1:]}, found {fault['input']!r}"
            for fault in error.errors(include_url=False)
        )
        raise CityError(f"{path}: {faults}. Mend the file") from error
    except (OSError, ValueError) as error:
        raise CityError(f"{path}: expected a TOML file in UTF-8, found {error}. Mend the file") from error


@cache
def city_folder() -> Path:
    """Folder of this installation's city; a process serves one city as long as it lives."""
    return folder_of(CitySettings().city)


@cache
def city() -> CityFacts:
    """Facts of this installation's city."""
    return read_facts(city_folder())


def dbt_environment(url: str | None = None) -> dict[str, str]:
    """What dbt's project and profile read.

    Args:
        url: Of the database; None where nothing is built.
    """
    folder, facts = city_folder(), city()
    # Relative to dbt_project/, so that a copy of the project reads its own.
    named = f"../{folder.relative_to(PROJECT).as_posix()}" if folder.is_relative_to(PROJECT) else str(folder)
    return {
        **(libpq_environment(url) if url else {}),
        "JSC_CITY_FOLDER": named,
        "JSC_CITY_CODE": facts.code,
        "JSC_CITY_NAME": facts.long_name,
        "JSC_CITY_ZONE": facts.time_zone,
    }


def claim_database(url: str) -> None:
    """Have a migrated database serve this installation's city, where it serves none yet.

    Raises:
        OtherCityError: It serves another one.
    """
    facts = city()
    claim(url, facts.code, facts.name, facts.time_zone)
