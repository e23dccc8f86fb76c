"""Locating judged: random points against the boundaries they were drawn in, texts against the area they were filed in.

Belongs here: the draw and the figures. Does not belong here: locating itself (place.py), showing figures.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assets.places.boundaries import Boundaries, read_boundaries
from assets.places.gazetteer import Gazetteer
from assets.places.place import Place, Whereabouts, locate
from assets.reference import CityReference
from ml.routing.reports import read_reports

_DRAWN_AT_ONCE = 512


def evaluate_locating(
    reference: CityReference, boundaries_path: Path, *, points: int, seed: int, reports: Path | None
) -> dict[str, Any]:
    """Locate random points and real texts.

    Points are drawn evenly over the city's area. A text counts as located rightly where the area that it was filed in
    is the kelurahan or kecamatan found; the file's `location` column names that area and is not shown to the locator.

    Args:
        reference: The city's reference data.
        boundaries_path: GeoJSON of the kelurahan.
        points: How many.
        seed: Of the draw.
        reports: Tab-separated file, see `ml.routing.reports.read_reports`; None judges points alone.

    Returns:
        `boundary` and `nearest`: `points` and the shares `kelurahan`, `kecamatan` found rightly, in [0, 1];
        `reports`, None without a file: `rows`, `judged` (location names an area of the city), `located`,
        `kecamatan_right`, `kelurahan_named`, `kelurahan_right`, counts.

    Raises:
        BoundaryError: The boundaries cannot be used.
        ReportsError: The file of reports cannot be used.
    """
    boundaries = read_boundaries(boundaries_path, reference)
    drawn, truth = _draw(boundaries, points, seed)
    exact, near = Gazetteer(reference, boundaries), Gazetteer(reference)
    return {
        "boundary": _shares(locate(drawn, exact), truth),
        "nearest": _shares(locate(drawn, near), truth),
        "reports": _texts(reports, near) if reports else None,
    }


def _draw(boundaries: Boundaries, count: int, seed: int) -> tuple[list[Whereabouts], list[set[str]]]:
    """Points inside the city, and the kelurahan that hold each: two where their boundaries overlap."""
    import shapely

    rng = np.random.default_rng(seed)
    west, south, east, north = shapely.total_bounds(np.array(boundaries.areas))
    tree = shapely.STRtree(boundaries.areas)
    drawn: list[Whereabouts] = []
    truth: list[set[str]] = []
    while len(drawn) < count:
        longitude = rng.uniform(west, east, _DRAWN_AT_ONCE)
        latitude = rng.uniform(south, north, _DRAWN_AT_ONCE)
        holders: dict[int, set[str]] = {}
        for point, area in tree.query(shapely.points(longitude, latitude), predicate="within").T:
            holders.setdefault(int(point), set()).add(boundaries.codes[area])
        for point, codes in sorted(holders.items()):
            drawn.append(Whereabouts(float(latitude[point]), float(longitude[point])))
            truth.append(codes)
    return drawn[:count], truth[:count]


def _shares(places: Sequence[Place], truth: Sequence[set[str]]) -> dict[str, float]:
    kelurahan = [place.kelurahan_code in codes for place, codes in zip(places, truth, strict=True)]
    kecamatan = [
        place.kecamatan_code in {code.rpartition(".")[0] for code in codes}
        for place, codes in zip(places, truth, strict=True)
    ]
    return {"points": len(places), "kelurahan": float(np.mean(kelurahan)), "kecamatan": float(np.mean(kecamatan))}


def _texts(path: Path, gazetteer: Gazetteer) -> dict[str, int]:
    routed = [one.complaint for one in read_reports(path)]
    filed = [(one, gazetteer.kelurahan_named(one.location)) for one in routed]
    judged = [(one, named.code) for one, named in filed if named is not None]
    places = locate([Whereabouts(text=one.text) for one, _ in judged], gazetteer)
    pairs = [(place, code) for place, (_, code) in zip(places, judged, strict=True) if place.kecamatan_code]
    return {
        "rows": len(routed),
        "judged": len(judged),
        "located": len(pairs),
        "kecamatan_right": sum(place.kecamatan_code == code.rpartition(".")[0] for place, code in pairs),
        "kelurahan_named": sum(place.kelurahan_code is not None for place, _ in pairs),
        "kelurahan_right": sum(place.kelurahan_code == code for place, code in pairs),
    }
