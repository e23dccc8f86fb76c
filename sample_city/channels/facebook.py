"""Facebook: nodes of the page's feed, and page webhooks.

Belongs here: Meta's wire format for pages, and what a page receives besides complaints.
Does not belong here: who complains about what (sample_city/complaints.py).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from sample_city.channels.channel import Channel, Habits
from sample_city.channels.files import pages, without
from sample_city.channels.meta import Graph, graph_page, vendor
from sample_city.exchange import ACCOUNT_ID, Feed, Host
from sample_city.model import Complaint, Deliveries, Extras, Item, Missing, end_of, moment_of
from sample_city.people import citizen

PAGE_ID = "100000000002019"
_ALSO_IN_FEED_SHARE = 0.1


def deliveries(day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras) -> Deliveries:
    """What the page received on one day: nodes of its feed and webhook bodies, which have an `entry`."""
    live = [complaint for complaint in complaints if complaint.is_live]
    # The daily reading of the feed finds some posts that a webhook announced before.
    also = [complaint for complaint in live if not complaint.is_removed and rng.random() < _ALSO_IN_FEED_SHARE]
    asked = [complaint for complaint in complaints if not complaint.is_live]
    delivered = [(complaint.reported_at, _node(complaint)) for complaint in [*asked, *also]]
    for complaint in live:
        delivered += _life_of(complaint, extras)
        if rng.random() < 0.2:
            delivered.append(_liked(complaint, day, rng, extras))
    return [*delivered, _private_message(day, rng, extras)]


def feed(items: Sequence[Item], host: Host) -> Feed:
    """Serve posts in the page's feed; a post's `comments` are the list of what was written below it."""
    edges = {f"{ACCOUNT_ID}/feed": [Item(item.channel, item.at, _without_comments(item.body)) for item in items]}
    for item in items:
        if item.body.get("comments"):
            comments = [Item(item.channel, item.at, comment) for comment in item.body["comments"]]
            edges[f"{item.body['id']}/comments"] = comments
    return Graph(edges, host)


def _node(complaint: Complaint) -> dict[str, Any]:
    node: dict[str, Any] = {
        "id": complaint.source_record_id,
        "from": {"name": complaint.reporter.name, "id": complaint.reporter.account_id},
        "message": complaint.edited_text or complaint.text,
        "type": "photo" if complaint.has_photo else "status",
        "created_time": f"{complaint.reported_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}+0000",
        "permalink_url": f"https://social.example.org/posts/{complaint.source_record_id}",
        "actions": [{"name": "Like"}, {"name": "Comment"}],
    }
    if Missing.REPORTER in complaint.missing:
        del node["from"]
    if complaint.has_photo:
        media = {"image": {"height": 720, "width": 960, "src": complaint.photo_url}}
        node["attachments"] = {"data": [{"type": "photo", "media": media}]}
    return node


def _life_of(complaint: Complaint, extras: Extras) -> Deliveries:
    """The webhooks about one post: that it was added, perhaps that it was edited or removed."""
    added = {
        "item": "photo" if complaint.has_photo else "status",
        "verb": "add",
        "published": 1,
        "message": complaint.text,
        **_about(complaint),
    }
    if complaint.has_photo:
        added["link"] = complaint.photo_url
    delivered = [(complaint.reported_at, _change(complaint.reported_at, added))]
    if complaint.edited_at is None:
        return delivered
    if complaint.is_removed:
        change = {"item": "post", "verb": "remove", **_about(complaint)}
        extras.put_aside("facebook", complaint.source_record_id, "removed", complaint.edited_at)
    else:
        change = {"item": "status", "verb": "edited", "message": complaint.edited_text, **_about(complaint)}
    return [*delivered, (complaint.edited_at, _change(complaint.edited_at, change))]


def _about(complaint: Complaint) -> dict[str, Any]:
    sender = {"from": {"name": complaint.reporter.name, "id": complaint.reporter.account_id}}
    return {
        "post_id": complaint.source_record_id,
        "created_time": int(complaint.reported_at.timestamp()),
        **({} if Missing.REPORTER in complaint.missing else sender),
    }


def _liked(complaint: Complaint, day: date, rng: np.random.Generator, extras: Extras) -> tuple[datetime, Any]:
    at = min(complaint.reported_at + timedelta(minutes=int(rng.integers(1, 90))), end_of(day, extras.zone))
    liker = citizen(rng)
    value = {
        **({"item": "like"} if rng.random() < 0.5 else {"item": "reaction", "reaction_type": "sad"}),
        "verb": "add",
        "post_id": complaint.source_record_id,
        "parent_id": complaint.source_record_id,
        "created_time": int(at.timestamp()),
        "from": {"name": liker.name, "id": liker.account_id},
    }
    extras.put_aside("facebook", complaint.source_record_id, "reaction", at)
    return at, _change(at, value)


def _change(at: datetime, value: dict[str, Any]) -> dict[str, Any]:
    changes = [{"field": "feed", "value": value}]
    return {"object": "page", "entry": [{"id": PAGE_ID, "time": int(at.timestamp()), "changes": changes}]}


def _private_message(day: date, rng: np.random.Generator, extras: Extras) -> tuple[datetime, Any]:
    at = moment_of(day, rng, extras.zone)
    mid = f"m.{day:%y%m%d}{int(rng.integers(10**9)):09d}"
    milliseconds = int(at.timestamp()) * 1000
    message = {
        "sender": {"id": citizen(rng).account_id},
        "recipient": {"id": PAGE_ID},
        "timestamp": milliseconds,
        "message": {"mid": mid, "text": "min bagaimana cara lapor?"},
    }
    extras.put_aside("facebook", mid, "direct_message", at)
    return at, {"object": "page", "entry": [{"id": PAGE_ID, "time": milliseconds, "messaging": [message]}]}


def _without_comments(post: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in post.items() if name != "comments"}


CHANNEL = Channel(
    code="facebook",
    habits=Habits(
        share=0.07,
        flaws={Missing.PLACE: 0.05, Missing.PROBLEM: 0.02, Missing.REPORTER: 0.01},
        photo_share=0.35,
        live_share=0.2,
        edited_share=0.15,
        removed_share=0.06,
        changes_are_live=True,
    ),
    id_form=f"{PAGE_ID}_{{day:%y%m%d}}{{number:05d}}",
    deliveries=deliveries,
    files=pages(50, graph_page, "feed-"),
    spoil=without("id", "permalink_url"),
    vendor=vendor(feed),
)
