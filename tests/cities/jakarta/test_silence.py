"""Until when a holder may be silent: literal dates of the city's own rules."""

from datetime import datetime, timedelta

import pytest

from assets.cases.news.silence import Rules
from assets.city import CITIES
from assets.clock import city_zone

RULES = Rules.read(CITIES / "jakarta")
REPORTED, GIVEN = datetime(2026, 3, 2, 8, tzinfo=city_zone()), datetime(2026, 3, 2, 9, tzinfo=city_zone())


def test_without_an_event_the_limit_to_coordinate_holds_from_when_the_holder_got_it() -> None:
    assert RULES.heard_until(REPORTED, GIVEN, None, None) == datetime(2026, 3, 2, 15, tzinfo=city_zone())


def test_behind_an_event_the_limit_to_resolve_holds_from_that_event() -> None:
    last = datetime(2026, 3, 5, 10, tzinfo=city_zone())
    assert RULES.heard_until(REPORTED, GIVEN, last, None) == datetime(2026, 3, 12, 10, tzinfo=city_zone())


@pytest.mark.parametrize(("promised_in", "until"), [(20, 20), (3, 7)])
def test_a_promise_lasts_where_it_is_later(promised_in: int, until: int) -> None:
    last = datetime(2026, 3, 5, 10, tzinfo=city_zone())
    promised = last + timedelta(days=promised_in)
    assert RULES.heard_until(REPORTED, GIVEN, last, promised) == last + timedelta(days=until)


def test_the_rule_is_that_of_the_day_of_the_report() -> None:
    # Before 2019 the lurah had 24 hours; how long resolving may take no rule said.
    reported = datetime(2018, 12, 31, 23, tzinfo=city_zone())
    assert RULES.heard_until(reported, reported, None, None) == reported + timedelta(hours=24)
    assert RULES.heard_until(reported, reported, reported, None) is None
