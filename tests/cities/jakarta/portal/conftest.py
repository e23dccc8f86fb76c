"""The city's places with its boundaries and without."""

from pathlib import Path

import pytest

from assets.places.boundaries import read_boundaries
from assets.reference import CityReference
from portal.drafts import city
from portal.places import Places


@pytest.fixture(scope="session")
def reference() -> CityReference:
    return city()


@pytest.fixture(scope="session")
def bounded(real: Path) -> Places:
    return Places(city(), read_boundaries(real / "jakarta" / "dki_kelurahan.geojson", city()))


@pytest.fixture(scope="session")
def unbounded() -> Places:
    return Places(city(), None)


@pytest.fixture(params=["bounded", "unbounded"])
def places(request: pytest.FixtureRequest) -> Places:
    """With boundaries, and without."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Places)
    return found
