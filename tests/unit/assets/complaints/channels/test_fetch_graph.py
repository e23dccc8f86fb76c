"""What only Meta's vendors do: comments below posts and pictures, links that carry credentials, cursors."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from assets.complaints.channels import facebook, instagram
from assets.complaints.channels.facebook import FacebookSource
from assets.sources.records import Window
from sample_city.exchange import ACCOUNT_ID, Trouble
from sample_city.model import Item

HOUR = timedelta(hours=1)


def commented(post: Item, count: int) -> Item:
    comments = [
        {"id": f"7_{n}", "message": "x", "created_time": "2026-03-09T00:00:00+0000"} for n in range(100, 100 + count)
    ]
    return replace(post, body={**post.body, "comments": comments})


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5])
def test_a_post_brings_all_of_its_comments(serve, fetched, wire_item, window, count):
    vendors = serve([commented(wire_item("facebook", 1, window.start), count)])
    ids = fetched(vendors, "facebook")
    assert ids == ["7_1", *(f"7_{number}" for number in range(100, 100 + count))]
    assert fetched(vendors, "facebook") == ids


def test_comments_whose_second_page_fails_do_not_pass_for_all(serve, fetched, wire_item, window):
    vendors = serve([commented(wire_item("facebook", 1, window.start), 5)])
    undisturbed = fetched(vendors, "facebook")
    vendors.misbehave("facebook", Trouble.CUT_OFF, after=2)
    assert fetched(vendors, "facebook") == undisturbed


@pytest.mark.parametrize("code", ["facebook", "instagram"])
def test_a_link_to_another_host_is_not_followed(serve, fetched, wire_item, window, code):
    vendors = serve([wire_item(code, number, window.start + number * HOUR) for number in range(1, 8)])
    undisturbed = fetched(vendors, code)
    vendors.misbehave(code, Trouble.FOREIGN_NEXT, times=9)
    assert fetched(vendors, code) == undisturbed
    assert {host.partition(":")[0] for host, _ in vendors.asked} == {"127.0.0.1"}


def test_what_is_delivered_holds_no_link_and_no_credential(serve, wire_item, window):
    vendors = serve([commented(wire_item("facebook", number, window.start), 3) for number in range(1, 6)])
    source = FacebookSource(url=vendors.url("facebook"), token=vendors.token, account_id=ACCOUNT_ID)
    contents = [delivery.read() for delivery in facebook.fetch(window, source)]
    assert len(contents) == 3
    assert not any(vendors.token.encode() in content or b"paging" in content for content in contents)


def test_posts_are_of_the_window_even_where_the_vendor_gives_more(serve, fetched, wire_item, window):
    posts = [wire_item("facebook", number, window.start + (number - 1) * HOUR) for number in (1, 2, 3)]
    # As if the vendor understood the span of its own accord.
    vendors = serve([replace(post, at=window.start + HOUR) for post in posts])
    assert fetched(vendors, "facebook", Window(window.start + HOUR, window.start + 2 * HOUR)) == ["7_2"]


def test_pictures_that_tag_the_city_are_fetched_beside_comments(serve, fetched, wire_item, window):
    tagged = {"id": "T1", "caption": "Banjir @seroja", "timestamp": "2026-03-02T00:00:00+0000", "username": "a"}
    late = {**tagged, "id": "T2", "timestamp": "2026-03-04T00:00:00+0000"}
    pictures = [Item("instagram", window.start, body) for body in (tagged, late)]
    assert fetched(serve([wire_item("instagram", 1, window.start), *pictures]), "instagram") == ["1", "T1"]


def test_a_reply_is_a_comment_of_its_own(serve, wire_item, window):
    comment = wire_item("instagram", 1, window.start)
    reply = {"id": "2", "text": "Di sini juga", "timestamp": "2026-03-02T00:00:00+0000", "username": "b"}
    late = {**reply, "id": "3", "timestamp": "2026-03-04T00:00:00+0000"}
    vendors = serve([replace(comment, body={**comment.body, "replies": {"data": [reply, late]}})])
    source = instagram.InstagramSource(url=vendors.url("instagram"), token=vendors.token, account_id=ACCOUNT_ID)
    ids = [node["id"] for delivery in instagram.fetch(window, source) for node in json.loads(delivery.read())["data"]]
    assert ids == ["1", "2"]
