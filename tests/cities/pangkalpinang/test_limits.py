"""The sample city keeps the limits of the city's own rules."""

from datetime import date

from assets.city import CITIES
from sample_city.limits import Limits
from sample_city.reference import read_reference

FOLDER = CITIES / "pangkalpinang"


def test_limits_are_those_of_the_citys_rules() -> None:
    city = read_reference(FOLDER)
    found = Limits.read(FOLDER, city, date(2026, 2, 9))
    assert (found.coordinate.hours, found.resolve.hours) == (72, 336)
    assert [limit.working is city for limit in (found.coordinate, found.resolve)] == [True] * 2
