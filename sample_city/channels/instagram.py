"""Instagram: comments below the city's pictures, as Graph API nodes and as webhooks.

Belongs here: Meta's wire format for Instagram, and what an account receives besides complaints.
Does not belong here: who complains about what (sample_city/complaints.py).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from sample_city.channels.channel import Channel, Habits
from sample_city.channels.files import pages, without
from sample_city.channels.meta import Graph, graph_page, vendor
from sample_city.exchange import ACCOUNT_ID as ASKED_ACCOUNT_ID
from sample_city.exchange import Feed, Host
from sample_city.model import Complaint, Deliveries, Extras, Item, Missing, moment_of
from sample_city.people import citizen

ACCOUNT_ID = "17841400000002019"
# Below which a comment stands that names no picture: the city's own of the day.
PICTURE = "17900000000000001"


def deliveries(day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras) -> Deliveries:
    """What the account received on one day.

    Returns:
        Comments, pictures that tag the account (they have a `media_type`), and webhook bodies, which have an `entry`.
    """
    delivered = [
        (complaint.reported_at, _webhook(complaint) if complaint.is_live else _node(complaint))
        for complaint in complaints
    ]
    return [*delivered, _mention(day, rng, extras), _private_message(day, rng, extras)]


def feed(items: Sequence[Item], host: Host) -> Feed:
    """Serve comments below the account's pictures, and pictures that tag it.

    An item with `text` is a comment, below the picture that its `media` names, if any; any other is a picture that
    tags the city. A picture of the city's own is as old as its first comment.
    """
    below: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        if "text" in item.body:
            below[item.body.get("media", {}).get("id", PICTURE)].append(item)
    pictures = []
    for media_id, comments in below.items():
        at = min(comment.at for comment in comments)
        pictures.append(Item("instagram", at, {"id": media_id, "timestamp": f"{at:%Y-%m-%dT%H:%M:%S%z}"}))
    edges = {
        f"{ASKED_ACCOUNT_ID}/media": pictures,
        f"{ASKED_ACCOUNT_ID}/tags": [item for item in items if "text" not in item.body],
        **{f"{media_id}/comments": comments for media_id, comments in below.items()},
    }
    return Graph(edges, host)


def _node(complaint: Complaint) -> dict[str, Any]:
    node: dict[str, Any] = {
        "id": complaint.source_record_id,
        "timestamp": f"{complaint.reported_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}+0000",
        **({} if Missing.REPORTER in complaint.missing else {"username": _username(complaint)}),
    }
    if complaint.has_photo:
        return {**node, "caption": complaint.text, "media_type": "IMAGE", "media_url": complaint.photo_url}
    if Missing.REPORTER not in complaint.missing:
        node["from"] = {"id": complaint.reporter.account_id, "username": _username(complaint)}
    return {**node, "text": complaint.text, "like_count": len(complaint.text) % 7}


def _webhook(complaint: Complaint) -> dict[str, Any]:
    author = {"from": {"id": complaint.reporter.account_id, "username": _username(complaint)}}
    value = {
        **({} if Missing.REPORTER in complaint.missing else author),
        "media": {"id": PICTURE, "media_product_type": "FEED"},
        "id": complaint.source_record_id,
        "text": complaint.text,
    }
    return _entry(complaint.reported_at, {"changes": [{"field": "comments", "value": value}]})


def _username(complaint: Complaint) -> str:
    return complaint.reporter.email.partition("@")[0]


def _mention(day: date, rng: np.random.Generator, extras: Extras) -> tuple[datetime, Any]:
    """A notice that names the id of a comment elsewhere, and no word of it."""
    at = moment_of(day, rng, extras.zone)
    comment = f"1791{day:%y%m%d}{int(rng.integers(10**6)):06d}"
    extras.put_aside("instagram", comment, "system_message", at)
    value = {"media_id": "17900000000000002", "comment_id": comment}
    return at, _entry(at, {"changes": [{"field": "mentions", "value": value}]})


def _private_message(day: date, rng: np.random.Generator, extras: Extras) -> tuple[datetime, Any]:
    at = moment_of(day, rng, extras.zone)
    mid = f"ig.{day:%y%m%d}{int(rng.integers(10**9)):09d}"
    extras.put_aside("instagram", mid, "direct_message", at)
    message = {
        "sender": {"id": citizen(rng).account_id},
        "recipient": {"id": ACCOUNT_ID},
        "timestamp": int(at.timestamp()) * 1000,
        "message": {"mid": mid, "text": "kak boleh tanya?"},
    }
    return at, _entry(at, {"messaging": [message]})


def _entry(at: datetime, what: dict[str, Any]) -> dict[str, Any]:
    return {"object": "instagram", "entry": [{"id": ACCOUNT_ID, "time": int(at.timestamp()), **what}]}


CHANNEL = Channel(
    code="instagram",
    habits=Habits(
        share=0.04,
        flaws={Missing.PLACE: 0.05, Missing.PROBLEM: 0.02, Missing.REPORTER: 0.01},
        photo_share=0.2,
        live_share=0.15,
    ),
    id_form="1790{day:%y%m%d}{number:06d}",
    deliveries=deliveries,
    files=pages(50, graph_page, "media-"),
    spoil=without("id"),
    vendor=vendor(feed),
)
