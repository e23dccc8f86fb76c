"""One small sample city and one fortnight of complaints, made once for all tests of this folder."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from sample_city.city import SampleCity, write_city
from sample_city.complaints import Planner
from sample_city.model import Complaint
from sample_city.reference import Reference, read_reference
from tests.folders import LARGEST

SMALL = {"end": date(2026, 10, 31), "seeds": LARGEST, "days": 4, "weeks": 1, "cameras": 2}
PLAN_SEED, PLAN_START, PLAN_DAYS = 7, date(2026, 4, 27), 14


@pytest.fixture(scope="session")
def reference() -> Reference:
    return read_reference(LARGEST)


def pytest_itemcollected(item: pytest.Item) -> None:
    """What reads a whole city or its plan waits ten seconds for it: `make test-fast` leaves it out."""
    if {"city", "plan"} & {*getattr(item, "fixturenames", ())}:
        item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> SampleCity:
    """Four days (Wednesday to Saturday), one week of history, two cameras. Read only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sample_city.complaints.MOST_DAYS", SMALL["days"])
        return write_city(tmp_path_factory.mktemp("sample") / "city", **SMALL)


@pytest.fixture(scope="session")
def plan(reference: Reference) -> dict[date, list[Complaint]]:
    """The complaints of a fortnight that has a holiday, by the day; ten kelurahan are watched."""
    planner = Planner(reference, PLAN_SEED, reference.kelurahan[50:60])
    days = [PLAN_START + timedelta(days=number) for number in range(PLAN_DAYS)]
    return {day: planner.plan_day(day) for day in days}


@pytest.fixture(scope="session")
def complaints(plan: dict[date, list[Complaint]]) -> list[Complaint]:
    """All of that fortnight."""
    return [complaint for of_day in plan.values() for complaint in of_day]


@pytest.fixture(scope="module")
def no_past() -> Iterator[None]:
    """Plans begin with their day: the four weeks before it, which bring some followers, cost most of a plan."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sample_city.complaints.MOST_DAYS", 0)
        yield
