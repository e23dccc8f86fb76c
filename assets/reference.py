"""The city's reference data, as seeded: areas, known places, agencies, categories and channels.

Belongs here: reading the seed files that Python and dbt share, and refusing a seed that contradicts itself.
Does not belong here: what triage does with an area or a category (complaints/triage/).
"""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from assets.city import COUNTRY

# Agencies that triage hands complaints to by their codes, whatever the city calls them: that of the place, and whoever
# distributes what is unclear.
KELURAHAN = "kelurahan"
DISTRIBUTOR = "biro_pemerintahan"

_Row = TypeVar("_Row")


class SeedError(Exception):
    """A seed file that is absent, malformed or contradicts another."""


@dataclass(frozen=True)
class Kecamatan:
    """A district; `code` by the Ministry of Home Affairs ('31.71.01'), the point in degrees, WGS 84."""

    code: str
    name: str
    kota_code: str
    kota_name: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Kelurahan:
    """A ward; `code` by the Ministry of Home Affairs ('31.71.01.1001'), the point in degrees, WGS 84."""

    code: str
    name: str
    kecamatan_code: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class NamedPlace:
    """A road or landmark and the area it lies in: a kecamatan, or the kelurahan of a landmark."""

    name: str
    is_road: bool
    area_code: str


@dataclass(frozen=True)
class Skpd:
    """A city agency, or a unit of one (`parent_code`)."""

    code: str
    name: str
    parent_code: str | None
    receiving_class: str


@dataclass(frozen=True)
class Category:
    """A category of the CRM and the agency that usually handles it."""

    code: str
    name: str
    pillar_code: str
    skpd_code: str
    visibility: str


@dataclass(frozen=True)
class ChannelSeed:
    """What the city knows of a channel; `valid_to` is None while it runs."""

    code: str
    name: str
    kind: str
    is_geotagged: bool
    identifies_reporter: bool
    visibility: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Region:
    """A name of a province, kota or kabupaten of the country.

    Attributes:
        kind: province, kota or kabupaten.
        name: Without its title.
        province_code: Of the province that it is or lies in.
        needs_title: Whether the bare name means something else too.
    """

    kind: str
    name: str
    province_code: str
    needs_title: bool


@dataclass(frozen=True)
class CategorySynonym:
    """A name by which a channel means a category of the city; `category_code` is None where it may be several."""

    channel: str
    name: str
    category_code: str | None


@dataclass(frozen=True)
class CityReference:
    """All reference data by code, in the order of the seeds.

    A city without `regions` knows no place elsewhere, one without `category_synonyms` only its own names.
    """

    kecamatan: Mapping[str, Kecamatan]
    kelurahan: Mapping[str, Kelurahan]
    named_places: Mapping[str, NamedPlace]
    skpd: Mapping[str, Skpd]
    categories: Mapping[str, Category]
    channels: Mapping[str, ChannelSeed]
    regions: Mapping[str, Region]
    category_synonyms: Mapping[str, CategorySynonym]


def load_reference(seeds: Path, country: Path = COUNTRY) -> CityReference:
    """Read the reference data.

    Args:
        seeds: The city's folder.
        country: The folder of what is the same in the whole country.

    Raises:
        SeedError: A file or column that is absent, a value that cannot be read, a code that stands twice, or
            a code that points nowhere.
    """
    reference = CityReference(
        kecamatan=_read(seeds / "kecamatan.csv", "kecamatan_code", _kecamatan),
        kelurahan=_read(seeds / "kelurahan.csv", "kelurahan_code", _kelurahan),
        named_places=_read(seeds / "named_places.csv", "place_name, area_code", _named_place),
        skpd=_read(seeds / "skpd.csv", "skpd_code", _skpd),
        categories=_read(seeds / "categories.csv", "category_code", _category),
        channels=_read(seeds / "channels.csv", "channel_code", _channel),
        regions=_read_if_any(country / "regions.csv", "region_kind, region_name", _region),
        category_synonyms=_read_if_any(
            seeds / "category_synonyms.csv", "channel_code, category_name", _category_synonym
        ),
    )
    _refuse_dangling(reference)
    return reference


def _read(path: Path, key: str, make: Callable[[dict[str, str]], _Row]) -> Mapping[str, _Row]:
    rows: dict[str, _Row] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                code = ", ".join(row[column] for column in key.split(", "))
                if code in rows:
                    raise SeedError(f"{path.name}: expected each {key} once, found '{code}' again")
                rows[code] = make(row)
    except OSError as error:
        raise SeedError(f"expected a seed file {path}, found none that opens") from error
    except KeyError as error:
        raise SeedError(f"{path.name}: expected a column {error.args[0]}, found none") from error
    except (ValueError, TypeError) as error:
        raise SeedError(f"{path.name}, row {len(rows) + 1}: {error}") from error
    return MappingProxyType(rows)


def _read_if_any(path: Path, key: str, make: Callable[[dict[str, str]], _Row]) -> Mapping[str, _Row]:
    return _read(path, key, make) if path.exists() else MappingProxyType({})


def _kecamatan(row: dict[str, str]) -> Kecamatan:
    return Kecamatan(
        row["kecamatan_code"], row["kecamatan_name"], row["kota_code"], row["kota_name"],
        float(row["latitude"]), float(row["longitude"]),
    )  # fmt: skip


def _kelurahan(row: dict[str, str]) -> Kelurahan:
    return Kelurahan(
        row["kelurahan_code"], row["kelurahan_name"], row["kecamatan_code"],
        float(row["latitude"]), float(row["longitude"]),
    )  # fmt: skip


def _named_place(row: dict[str, str]) -> NamedPlace:
    if row["place_kind"] not in ("road", "landmark"):
        raise ValueError(f"expected road or landmark, found '{row['place_kind']}'")
    return NamedPlace(row["place_name"], row["place_kind"] == "road", row["area_code"])


def _skpd(row: dict[str, str]) -> Skpd:
    return Skpd(row["skpd_code"], row["skpd_name"], row["parent_skpd_code"] or None, row["receiving_class"])


def _category(row: dict[str, str]) -> Category:
    return Category(row["category_code"], row["category_name"], row["pillar_code"], row["skpd_code"], row["visibility"])


def _channel(row: dict[str, str]) -> ChannelSeed:
    return ChannelSeed(
        code=row["channel_code"],
        name=row["channel_name"],
        kind=row["channel_kind"],
        is_geotagged=_flag(row["is_geotagged"]),
        identifies_reporter=_flag(row["identifies_reporter"]),
        visibility=row["visibility"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
    )


def _region(row: dict[str, str]) -> Region:
    return Region(row["region_kind"], row["region_name"], row["province_code"], _flag(row["needs_title"]))


def _category_synonym(row: dict[str, str]) -> CategorySynonym:
    return CategorySynonym(row["channel_code"], row["category_name"], row["category_code"] or None)


def _flag(text: str) -> bool:
    if text.casefold() not in ("true", "false"):
        raise ValueError(f"expected true or false, found '{text}'")
    return text.casefold() == "true"


def _refuse_dangling(reference: CityReference) -> None:
    kecamatan_of_kelurahan = {row.kecamatan_code for row in reference.kelurahan.values()}
    skpd_of_categories = {row.skpd_code for row in reference.categories.values()}
    areas = {row.area_code for row in reference.named_places.values()}
    parents_of_skpd = {row.parent_code for row in reference.skpd.values() if row.parent_code}
    synonyms = reference.category_synonyms.values()
    pointers = (
        ("kelurahan", "kecamatan", kecamatan_of_kelurahan, reference.kecamatan),
        ("named_places", "kecamatan or kelurahan", areas, {**reference.kecamatan, **reference.kelurahan}),
        ("categories", "skpd", skpd_of_categories, reference.skpd),
        ("skpd", "skpd", parents_of_skpd, reference.skpd),
        ("category_synonyms", "channels", {row.channel for row in synonyms}, reference.channels),
        (
            "category_synonyms", "categories",
            {row.category_code for row in synonyms if row.category_code}, reference.categories,
        ),
    )  # fmt: skip
    for source, target, codes, known in pointers:
        if unknown := sorted(codes - known.keys()):
            raise SeedError(f"{source}.csv: expected codes of {target}.csv, found {', '.join(unknown)}")
