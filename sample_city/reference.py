"""The facts of the city that the sample is built on, read from its folder and the country's.

Belongs here: reading areas, categories, agencies, channels and holidays, and refusing what does not fit.
Does not belong here: anything invented (people.py, complaints.py, traffic.py).
"""

import csv
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, timezone, tzinfo
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

COUNTRY = Path(__file__).parents[1] / "cities" / "indonesia"
# Of what is drawn without a city.
USUAL_ZONE = timezone(timedelta(hours=7), "WIB")

_METRES_PER_DEGREE = 111_320.0
# Of an area beyond the commute to the city's centre: islands, villages of a kabupaten.
_FAR_M = 30_000.0


class SeedError(Exception):
    """A seed file is absent, lacks a column, or names something that no other seed knows."""


@dataclass(frozen=True)
class Kecamatan:
    """One of the districts; also an area of the forecast. `city_name` and `government` are those of the whole city."""

    code: str
    name: str
    kota_code: str
    kota_name: str
    latitude: float
    longitude: float
    city_name: str = ""
    government: str = ""


@dataclass(frozen=True)
class Kelurahan:
    """One of the urban villages.

    Attributes:
        code: Kemendagri code, `31.71.01.1001`.
        name: As the seed spells it.
        kecamatan: The district it belongs to.
        latitude: Degrees, of a point inside it.
        longitude: Degrees, of the same point.
        reach_m: Metres around that point in which no other kelurahan's point is nearer.
    """

    code: str
    name: str
    kecamatan: Kecamatan
    latitude: float
    longitude: float
    reach_m: float


@dataclass(frozen=True)
class Category:
    """One category of the CRM, with the agency that usually handles it."""

    code: str
    name: str
    skpd_code: str
    reports_2023: int


@dataclass(frozen=True)
class ChannelRow:
    """One channel of the city.

    Attributes:
        identifies_reporter: Whether its account stands for a name.
        valid_from: First day.
        valid_to: First day after its last one; None while it lives.
    """

    identifies_reporter: bool
    valid_from: date
    valid_to: date | None

    def is_valid(self, day: date) -> bool:
        """Whether the channel is open on that day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class Reference:
    """Everything the sample takes from the seeds.

    `devices` are cameras that write tickets, with their kecamatan; `centre` is the point that the city commutes to, in
    degrees, the middle of its areas where its folder names none.
    """

    kecamatan: tuple[Kecamatan, ...]
    kelurahan: tuple[Kelurahan, ...]
    categories: tuple[Category, ...]
    skpd_codes: frozenset[str]
    holidays: frozenset[date]
    channels: Mapping[str, ChannelRow]
    devices: Mapping[str, str]
    zone: tzinfo
    centre: tuple[float, float]

    def from_centre_m(self, area: Kecamatan) -> float:
        """How far an area is from the city's centre."""
        return distance_m(*self.centre, area.latitude, area.longitude)

    @cached_property
    def near(self) -> tuple[Kecamatan, ...]:
        """Areas that share the city's queues: those that commute to its centre, all where none is so near."""
        return tuple(area for area in self.kecamatan if self.from_centre_m(area) <= _FAR_M) or self.kecamatan

    def is_far(self, area: Kecamatan) -> bool:
        """Whether an area knows none of the city's queues."""
        return area.code not in self._near_codes

    @cached_property
    def _near_codes(self) -> frozenset[str]:
        return frozenset(area.code for area in self.near)

    @property
    def agencies(self) -> tuple[str, ...]:
        """The agencies that categories go to."""
        return tuple(sorted({category.skpd_code for category in self.categories}))

    def is_day_off(self, day: date) -> bool:
        """Whether counters are closed and commuters at home: weekend, holiday or joint leave."""
        return day.weekday() >= 5 or day in self.holidays


def read_reference(seeds: Path, country: Path = COUNTRY) -> Reference:
    """Read the city's files that the sample is drawn from.

    Args:
        seeds: Folder with kecamatan.csv, kelurahan.csv, categories.csv, skpd.csv,
            channels.csv, etle_points.csv and city.toml.
        country: Folder with holidays.csv.

    Raises:
        SeedError: A file or column is absent, or a code points to nothing.
    """
    columns = "kecamatan_code kecamatan_name kota_code kota_name latitude longitude"
    rows, facts = _rows(seeds, "kecamatan", columns), _facts(seeds / "city.toml")
    kecamatan = tuple(
        Kecamatan(
            row["kecamatan_code"],
            row["kecamatan_name"],
            row["kota_code"],
            row["kota_name"],
            float(row["latitude"]),
            float(row["longitude"]),
            facts["name"],
            facts["government"],
        )
        for row in rows
    )
    skpd_codes = frozenset(row["skpd_code"] for row in _rows(seeds, "skpd", "skpd_code"))
    return Reference(
        kecamatan=kecamatan,
        kelurahan=_kelurahan(seeds, {area.code: area for area in kecamatan}),
        categories=_categories(seeds, skpd_codes),
        skpd_codes=skpd_codes,
        holidays=frozenset(
            date.fromisoformat(row["holiday_date"]) for row in _rows(country, "holidays", "holiday_date")
        ),
        channels=_channels(seeds),
        devices={row["device_code"]: row["kecamatan_code"] for row in _rows(seeds, "etle_points", "")},
        zone=ZoneInfo(facts["time_zone"]),
        centre=facts.get("centre") or _middle(kecamatan),
    )


def _middle(kecamatan: Sequence[Kecamatan]) -> tuple[float, float]:
    latitude, longitude = np.mean([(area.latitude, area.longitude) for area in kecamatan], axis=0)
    return float(latitude), float(longitude)


def distance_m(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Distance in metres of two points of one city, as if the earth were flat there.

    >>> round(distance_m(-6.2, 106.8, -6.21, 106.8))
    1113
    """
    north = (other_latitude - latitude) * _METRES_PER_DEGREE
    east = (other_longitude - longitude) * _METRES_PER_DEGREE * math.cos(math.radians(latitude))
    return math.hypot(north, east)


def distances_m(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Distances in metres of points to others, as `distance_m` has them.

    Args:
        points: Latitude and longitude in degrees, shape (n, 2).
        others: The same, shape (m, 2).

    Returns:
        Shape (n, m).
    """
    north = (others[None, :, 0] - points[:, None, 0]) * _METRES_PER_DEGREE
    east = (others[None, :, 1] - points[:, None, 1]) * _METRES_PER_DEGREE * np.cos(np.radians(points[:, None, 0]))
    return np.asarray(np.hypot(north, east))


def shifted(latitude: float, longitude: float, north_m: float, east_m: float) -> tuple[float, float]:
    """Move a point by metres; degrees rounded to about 1 cm.

    >>> shifted(-6.2, 106.8, 0.0, 0.0)
    (-6.2, 106.8)
    """
    east_degrees = east_m / (_METRES_PER_DEGREE * math.cos(math.radians(latitude)))
    return round(latitude + north_m / _METRES_PER_DEGREE, 7), round(longitude + east_degrees, 7)


def shifted_all(latitude: float, longitude: float, north_m: np.ndarray, east_m: np.ndarray) -> np.ndarray:
    """A point moved by metres as `shifted` does, by each of n moves; degrees, shape (n, 2)."""
    east_degrees = east_m / (_METRES_PER_DEGREE * math.cos(math.radians(latitude)))
    return np.column_stack([latitude + north_m / _METRES_PER_DEGREE, longitude + east_degrees]).round(7)


def _kelurahan(seeds: Path, kecamatan: dict[str, Kecamatan]) -> tuple[Kelurahan, ...]:
    columns = "kelurahan_code kelurahan_name kecamatan_code latitude longitude"
    rows = _rows(seeds, "kelurahan", columns)
    points = [(float(row["latitude"]), float(row["longitude"])) for row in rows]
    kelurahan = []
    for number, (row, point) in enumerate(zip(rows, points, strict=True)):
        area = kecamatan.get(row["kecamatan_code"])
        if area is None:
            raise SeedError(
                f"{seeds / 'kelurahan.csv'}: expected a kecamatan_code of kecamatan.csv, found "
                f"{row['kecamatan_code']} for {row['kelurahan_code']}; mend the seed"
            )
        others = points[:number] + points[number + 1 :]
        reach_m = min((distance_m(*point, *other) for other in others), default=1000.0) / 2
        kelurahan.append(Kelurahan(row["kelurahan_code"], row["kelurahan_name"], area, *point, reach_m))
    return tuple(kelurahan)


def _categories(seeds: Path, skpd_codes: frozenset[str]) -> tuple[Category, ...]:
    rows = _rows(seeds, "categories", "category_code category_name skpd_code crm_reports_2023")
    unknown = {row["skpd_code"] for row in rows} - skpd_codes
    if unknown:
        raise SeedError(
            f"{seeds / 'categories.csv'}: expected codes of skpd.csv, found {', '.join(sorted(unknown))}; mend the seed"
        )
    return tuple(
        Category(row["category_code"], row["category_name"], row["skpd_code"], int(row["crm_reports_2023"]))
        for row in rows
    )


def _channels(seeds: Path) -> dict[str, ChannelRow]:
    return {
        row["channel_code"]: ChannelRow(
            row["identifies_reporter"] == "true",
            date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        )
        for row in _rows(seeds, "channels", "channel_code identifies_reporter valid_from valid_to")
    }


def _facts(path: Path) -> dict[str, Any]:
    """Name, government and zone of the city, and its centre where it names one."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        facts: dict[str, Any] = {field: str(told[field]) for field in ("name", "government", "time_zone")}
        if "centre" in told:
            facts["centre"] = float(told["centre"]["latitude"]), float(told["centre"]["longitude"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SeedError(f"{path}: expected the city's facts, found none that can be read ({error}); mend it") from error
    return facts


def _rows(seeds: Path, name: str, columns: str) -> list[dict[str, str]]:
    path = seeds / f"{name}.csv"
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except FileNotFoundError as error:
        raise SeedError(f"expected the seed file {path}, found none; pass the folder of the seeds") from error
    missing = set(columns.split()) - set(rows[0] if rows else ())
    if missing:
        raise SeedError(f"{path}: expected the columns {columns}, found none named {', '.join(sorted(missing))}")
    return rows
