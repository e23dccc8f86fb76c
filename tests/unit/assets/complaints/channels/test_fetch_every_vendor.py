"""What holds for the live source of every channel that is asked over HTTP, whatever its vendor's shape."""

import logging
import re
import traceback
from datetime import UTC, datetime, timedelta

import pytest

from assets.sources.records import Window
from assets.sources.transport import SourceError
from sample_city.exchange import Trouble
from sample_city.vendors import Vendors

# Two whole days of the city.
WINDOW = Window(datetime(2026, 3, 1, 17, tzinfo=UTC), datetime(2026, 3, 3, 17, tzinfo=UTC))
DAY = timedelta(days=1)
CREDENTIAL = "kunci-rahasia"

GRAPH = ("facebook", "instagram")
LISTS = ("jaki", "qlue", "jakarta_aman")
EXPORTS = ("lapor", "balai_warga", "kelurahan", "kecamatan")
WITH_WINDOWS = (*GRAPH, "x", *LISTS, *EXPORTS)
ALL = (*WITH_WINDOWS, "media_massa")

# More than any fetch asks.
ALWAYS = 200


@pytest.fixture(scope="module")
def city(wire_item):
    """Seven complaints of each channel, from the first second of the window to the last, and two beside it."""
    span = WINDOW.end - WINDOW.start - timedelta(seconds=1)
    within = [WINDOW.start + span / 6 * number for number in range(7)]
    moments = [*within, WINDOW.start - timedelta(seconds=1), WINDOW.end]
    items = [wire_item(code, number, at) for code in ALL for number, at in enumerate(moments, start=1)]
    with Vendors(items, token=CREDENTIAL, page_size=2) as vendors:
        yield vendors


@pytest.fixture
def vendors(city):
    """The vendors, in good order."""
    city.behave()
    city.asked.clear()
    return city


def numbers(ids: list[str]) -> list[int]:
    return sorted(int(re.findall(r"\d+", identity)[-1]) for identity in ids)


@pytest.mark.parametrize("code", WITH_WINDOWS)
def test_a_window_gives_each_of_its_items_once_and_the_same_twice(vendors, fetched, code):
    first = fetched(vendors, code)
    assert numbers(first) == [1, 2, 3, 4, 5, 6, 7]
    assert fetched(vendors, code) == first


@pytest.mark.parametrize("code", WITH_WINDOWS)
def test_windows_that_follow_each_other_give_everything_once(vendors, fetched, code):
    starts = [WINDOW.start + number * DAY for number in (-1, 0, 1, 2)]
    days = [Window(start, start + DAY) for start in starts]
    assert numbers([one for day in days for one in fetched(vendors, code, day)]) == [1, 2, 3, 4, 5, 6, 7, 8, 9]


def test_a_feed_without_windows_gives_all_it_holds(vendors, fetched):
    first = fetched(vendors, "media_massa")
    assert numbers(first) == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert fetched(vendors, "media_massa") == first


@pytest.mark.parametrize("code", WITH_WINDOWS)
def test_a_window_in_which_nothing_happened_is_empty(vendors, fetched, code):
    assert fetched(vendors, code, Window(WINDOW.end + DAY, WINDOW.end + 2 * DAY)) == []


def with_key(vendors, code):
    """The address of a vendor that wants a key in its query too."""
    url = vendors.url(code)
    return url if code in (*GRAPH, "x") else f"{url}{'&' if '?' in url else '?'}key=kunci-tiga"


SURVIVED = (Trouble.RATE_LIMIT, Trouble.SERVER_ERROR, Trouble.CUT_OFF, Trouble.SILENCE)


@pytest.mark.parametrize("trouble", SURVIVED)
@pytest.mark.parametrize("code", ALL)
def test_what_passes_is_survived(vendors, fetched, code, trouble):
    undisturbed = fetched(vendors, code)
    vendors.asked.clear()
    vendors.misbehave(code, trouble)
    # A good answer that a busy machine gives too late is asked for again too.
    timeout = 0.4 if trouble is Trouble.SILENCE else 10
    assert fetched(vendors, code, timeout_s=timeout) == undisturbed
    assert vendors.asked[0] == vendors.asked[1]


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (Trouble.RATE_LIMIT, "(rate limit); its window is fetched again"),
        (Trouble.USED_UP, "found its rate limit used up until 20"),
        (Trouble.SERVER_ERROR, "in 2 attempts, found status 503; its window is fetched again"),
        (Trouble.CUT_OFF, "in 2 attempts, found RemoteProtocolError (no whole answer); its window is fetched again"),
        (Trouble.SILENCE, "in 2 attempts, found ReadTimeout (no whole answer); its window is fetched again"),
        (Trouble.REDIRECT, "found status 302; look at JSC_"),
        (Trouble.LOGIN_PAGE, "expected "),
    ],
)
@pytest.mark.parametrize("code", ALL)
def test_what_lasts_fails_in_words_without_the_credential(vendors, fetched, caplog, code, trouble, reason):
    caplog.set_level(logging.DEBUG)
    vendors.misbehave(code, trouble, times=ALWAYS)
    timeout = 0.05 if trouble is Trouble.SILENCE else 10
    with pytest.raises(SourceError, match=re.escape(reason)) as caught:
        fetched(vendors, code, url=with_key(vendors, code), attempts=2, timeout_s=timeout)
    assert re.search(r"expected .+, found .+[.;] ?\w+", str(caught.value))
    assert "kunci" not in "".join(traceback.format_exception(caught.value))
    assert "kunci" not in caplog.text
    # No question and with it no credential goes anywhere else.
    assert {host for host, _ in vendors.asked} == {vendors.url(code).split("/")[2]}


@pytest.mark.parametrize("code", ALL)
def test_no_log_shows_a_credential(vendors, fetched, caplog, code):
    caplog.set_level(logging.DEBUG)
    assert fetched(vendors, code, url=with_key(vendors, code))
    assert caplog.text
    assert "kunci" not in caplog.text


@pytest.mark.parametrize("code", ALL)
def test_a_wrong_credential_is_named_by_its_variable_and_asked_once(vendors, fetched, code):
    found = "status 400 with code 190" if code in GRAPH else "status 401"
    with pytest.raises(SourceError, match=f"accept the credential, found {found}; mend JSC_{code.upper()}_TOKEN"):
        fetched(vendors, code, token=CREDENTIAL[::-1])
    assert len(vendors.asked) == 1


@pytest.mark.parametrize("code", [*GRAPH, "x", *LISTS])
@pytest.mark.parametrize("trouble", [Trouble.REPEATED_PAGE, Trouble.MISSING_PAGE])
def test_pages_that_do_not_follow_each_other_fail_and_lose_nothing(vendors, fetched, code, trouble):
    # Instagram's second question is for the first page of comments below a picture.
    vendors.misbehave(code, trouble, after=2 if code == "instagram" else 1)
    with pytest.raises(SourceError, match="expected .+, found .+"):
        fetched(vendors, code)
    assert numbers(fetched(vendors, code)) == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("code", ALL)
def test_trouble_on_a_later_page_or_day_is_survived_too(vendors, fetched, code):
    undisturbed = fetched(vendors, code)
    vendors.misbehave(code, Trouble.CUT_OFF, after=1, times=2)
    vendors.misbehave(code, Trouble.SERVER_ERROR, after=1)
    assert fetched(vendors, code) == undisturbed


@pytest.mark.parametrize("code", [*GRAPH, "x"])
def test_an_account_is_needed(vendors, fetched, code):
    with pytest.raises(SourceError, match=f"expected JSC_{code.upper()}_ACCOUNT_ID, found none"):
        fetched(vendors, code, account_id=None)
