"""The reference data of enforcement: which violations and which ticket-writing cameras there are.

Belongs here: reading their seeds. Does not belong here: areas and agencies (assets/reference).
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assets.city import COUNTRY
from assets.reference import SeedError


@dataclass(frozen=True)
class EtlePoint:
    """One camera that writes tickets."""

    code: str
    kecamatan_code: str


@dataclass(frozen=True)
class EnforcementReference:
    """Codes of the articles, and the cameras by code."""

    articles: frozenset[str]
    points: Mapping[str, EtlePoint]


def load_enforcement(seeds: Path) -> EnforcementReference:
    """Read the reference data.

    Args:
        seeds: The city's folder.

    Raises:
        SeedError: A file or column that is absent.
    """
    articles = _column(COUNTRY / "violation_articles.csv", "article_code")
    devices = seeds / "etle_points.csv"
    points = zip(_column(devices, "device_code"), _column(devices, "kecamatan_code"), strict=True)
    return EnforcementReference(frozenset(articles), {code: EtlePoint(code, area) for code, area in points})


def _column(path: Path, column: str) -> list[str]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [row[column] for row in csv.DictReader(file)]
    except (OSError, KeyError) as error:
        raise SeedError(f"{path.name}: expected a file with the column {column}, found {error}") from error
