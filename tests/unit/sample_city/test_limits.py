"""Limits on the clocks of all days and of working days."""

from datetime import datetime

import pytest

from assets.city import city_folder
from sample_city.limits import Limit
from sample_city.reference import Reference, read_reference


@pytest.fixture(scope="module")
def city() -> Reference:
    return read_reference(city_folder())


def test_days_off_do_not_count_on_the_clock_of_working_days(city: Reference) -> None:
    # A Friday, and the next day that is worked: Monday is joint leave, Tuesday a holiday.
    friday, wednesday = (datetime(2026, 2, day, 20, tzinfo=city.zone) for day in (13, 18))
    assert (Limit(6).due(friday), Limit(6).between(friday, wednesday)) == (friday.replace(day=14, hour=2), 120)
    working = Limit(6, city)
    assert working.due(friday) == wednesday.replace(hour=2)
    assert working.due(friday, paused=20) == wednesday.replace(hour=22)
    assert working.due(friday, paused=22) == wednesday.replace(day=19, hour=0)
    assert working.between(friday, wednesday) == 24
    assert working.between(friday, friday.replace(day=15)) == 4
