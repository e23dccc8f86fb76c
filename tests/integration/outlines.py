"""Maps of the city that is served: its boundaries among the real data, and where a map writes a name.

Belongs here: what tests of several maps need. Does not belong here: what is true of a map (the tests).
"""

import re
from pathlib import Path
from statistics import fmean

import pytest

from assets.city import city_folder
from assets.places.boundaries import Boundaries, read_boundaries
from tests.served import REFERENCE


def boundaries(real: Path) -> Boundaries:
    """The boundaries of the city's kelurahan; a test that needs them is skipped where nobody gave any."""
    name = city_folder().name
    found = sorted((real / name).glob("*_kelurahan.geojson"))
    if not found:
        pytest.skip(f"the real data hold no boundaries of {name}")
    return read_boundaries(found[0], REFERENCE)


def spot_of(picture: str, name: str) -> tuple[float, float]:
    """The middle of a name on a map of kelurahan, in pixels; each of its words is a line."""
    lines = re.findall(r'<tspan x="([\d.]+)" y="([\d.]+)">([^<]+)</tspan>', picture)
    words = name.split()
    starts = range(len(lines) - len(words) + 1)
    parts = (lines[start : start + len(words)] for start in starts)
    written = next(part for part in parts if [word for *_, word in part] == words)
    return float(written[0][0]), fmean(float(y) for _, y, _ in written)
