"""What only X does: authors beside the tweets, and a limit with the moment at which it ends."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from assets.complaints.channels import x
from assets.complaints.channels.x import XSource
from sample_city.exchange import ACCOUNT_ID, Trouble


@pytest.fixture
def vendors(serve, wire_item, window):
    return serve([wire_item("x", number, window.start) for number in range(1, 6)])


def reports(vendors, window, **settings):
    source = XSource(url=vendors.url("x"), token=vendors.token, account_id=ACCOUNT_ID, **settings)
    return [x.parse(record) for one in x.fetch(window, source) for record in x.split(one.read(), one.origin)]


def test_each_tweet_is_joined_with_its_author(vendors, window):
    assert {report.reporter_name for report in reports(vendors, window)} == {"Warga Contoh"}


def test_a_page_is_asked_for_by_the_token_of_the_one_before(vendors, window):
    reports(vendors, window)
    queries = [parse_qs(urlsplit(path).query) for _, path in vendors.asked]
    assert len(queries) == 3
    assert "pagination_token" not in queries[0]
    assert len({query["pagination_token"][0] for query in queries[1:]}) == 2
    assert {query["start_time"][0] for query in queries} == {"2026-03-01T17:00:00Z"}
    assert {query["end_time"][0] for query in queries} == {"2026-03-03T17:00:00Z"}


def test_a_limit_is_waited_for_on_every_page(vendors, window):
    for number in range(3):
        vendors.misbehave("x", Trouble.RATE_LIMIT, times=4, after=min(number, 1))
    assert len(reports(vendors, window)) == 5
    assert len(vendors.asked) == 3 + 3 * 4


def test_a_delivery_is_named_by_its_window_and_page(vendors, window):
    source = XSource(url=vendors.url("x"), token=vendors.token, account_id=ACCOUNT_ID)
    deliveries = list(x.fetch(window, source))
    path = f"users/{ACCOUNT_ID}/mentions 2026-03-01T17:00:00Z/2026-03-03T17:00:00Z page"
    assert [delivery.origin for delivery in deliveries] == [f"{path} {number}" for number in (1, 2, 3)]
    assert [len(json.loads(delivery.read())["data"]) for delivery in deliveries] == [2, 2, 1]
