"""One small sample city, written once for all tests of this folder."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from sample_city import complaints
from sample_city.city import SampleCity, write_city
from sample_city.reference import Reference, read_reference

SEEDS = Path(__file__).parents[3] / "dbt_project" / "seeds"
SMALL = {"end": date(2026, 10, 31), "seeds": SEEDS, "days": 4, "weeks": 1, "cameras": 2}


@pytest.fixture(scope="session")
def reference() -> Reference:
    return read_reference(SEEDS)


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> SampleCity:
    """Four days (Wednesday to Saturday), one week of history, two cameras. Read only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(complaints, "MOST_DAYS", SMALL["days"])
        return write_city(tmp_path_factory.mktemp("sample") / "city", **SMALL)


@pytest.fixture(scope="module")
def no_past() -> Iterator[None]:
    """Plans begin with their day: the four weeks before it, which bring some followers, cost most of a plan."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(complaints, "MOST_DAYS", 0)
        yield
