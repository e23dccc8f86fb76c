"""Coordinates of other people's lists: what is mended is mended in one way only, and never silently."""

from hypothesis import given
from hypothesis import strategies as st

from assets.cctv.importing.position import INDONESIA, Box, Position, read_position

CITY = Box(-2.2, 106.0, -2.0, 106.2)
NORTHS, EASTS = st.integers(-2_200_000, -2_000_000), st.integers(106_000_000, 106_200_000)
ANY = st.one_of(st.none(), st.floats(), st.integers(), st.text(max_size=20))


def degrees(micro: int) -> str:
    sign, digits = ("-" if micro < 0 else ""), f"{abs(micro):07d}"
    return f"{sign}{digits[:-6]}.{digits[-6:]}"


@given(NORTHS, EASTS)
def test_a_position_in_the_city_is_taken_as_it_stands(north: int, east: int) -> None:
    taken = Position(north / 1e6, east / 1e6)
    assert read_position(degrees(north), degrees(east), CITY) == taken
    assert read_position(degrees(north).replace(".", ","), east / 1e6, CITY) == taken


@given(NORTHS, EASTS)
def test_a_swapped_one_is_turned_and_named(north: int, east: int) -> None:
    found = read_position(degrees(east), degrees(north), CITY)
    assert (found.latitude, found.longitude) == (north / 1e6, east / 1e6)
    assert "swapped" in found.doubt


@given(NORTHS, EASTS, st.booleans(), st.booleans())
def test_a_lost_point_is_set_where_one_place_only_is_in_the_city(
    north: int, east: int, lost_north: bool, lost_east: bool
) -> None:
    texts = [
        text.replace(".", "") if is_lost else text
        for text, is_lost in ((degrees(north), lost_north), (degrees(east), lost_east))
    ]
    found = read_position(*texts, CITY)
    assert (found.latitude, found.longitude) == (north / 1e6, east / 1e6)
    assert bool(found.doubt) == (lost_north or lost_east)


@given(ANY, ANY)
def test_whatever_is_written_gives_a_place_in_the_city_or_none_with_a_reason(north: object, east: object) -> None:
    found = read_position(north, east, CITY)
    if found.latitude is None or found.longitude is None:
        assert found.latitude is None
        assert found.longitude is None
        assert found.doubt
        return
    assert CITY.holds(found.latitude, found.longitude)
    if not found.doubt:
        assert [float(str(one).replace(",", ".")) for one in (north, east)] == [found.latitude, found.longitude]


@given(st.integers(-10_900_000, -10_000_000), EASTS)
def test_a_lost_point_that_may_stand_in_two_places_is_not_set(north: int, east: int) -> None:
    """-10.5 and -1.05 are both of Indonesia."""
    found = read_position(degrees(north).replace(".", ""), degrees(east), INDONESIA)
    assert found.latitude is None
    assert found.doubt == "latitude without a decimal point, with 2 possible places"


def test_what_is_no_position_says_why() -> None:
    said = {
        (None, ""): "no position",
        ("-2.1", " "): "half a position",
        ("0", "0.0"): "the position 0, 0",
        ("-2.1", "timur"): "a position that is no pair of numbers",
        ("-6.2", "106.8"): "a position outside the city",
        (2.1, 106.1): "a position outside the city",
    }
    assert {pair: read_position(*pair, CITY).doubt for pair in said} == said
