"""The version of every page: of what is published, and of what the clock makes of it."""

from datetime import datetime, timedelta

import pytest

from assets.clock import city_zone
from portal.database import ClosedError
from portal.state import STALE, CityState

AS_OF = datetime(2026, 3, 2, 22, tzinfo=city_zone())
TOLD = {
    "published": {"build": 1, "as_of": AS_OF.isoformat(), "published_at": AS_OF.isoformat()},
    "forecast": None,
    "next_hours": None,
    "incidents": [],
}


def at(now: datetime) -> CityState:
    return CityState.of(TOLD, lambda: now)


def test_a_page_that_was_made_in_time_is_made_anew_when_it_is_stale() -> None:
    fresh, stale = at(AS_OF + STALE), at(AS_OF + STALE + timedelta(seconds=1))
    assert (fresh.is_stale, stale.is_stale) == (False, True)
    assert fresh.version != stale.version


def test_what_holds_today_is_said_anew_tomorrow() -> None:
    before, after = at(datetime(2026, 3, 2, 23, 59, tzinfo=city_zone())), at(datetime(2026, 3, 3, tzinfo=city_zone()))
    assert before.version != after.version
    assert before.version == at(AS_OF).version


def test_before_the_first_build_nothing_is_shown() -> None:
    with pytest.raises(ClosedError, match="found none"):
        CityState.of({**TOLD, "published": None}, lambda: AS_OF)
