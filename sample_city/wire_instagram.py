"""Instagram: comments below the city's pictures, as Graph API nodes and as webhooks.

Belongs here: Meta's wire format for Instagram, and what an account receives besides complaints.
Does not belong here: who complains about what (complaints.py), files (landing.py).
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from sample_city.model import Channel, Complaint, Deliveries, Extras, Missing, moment_of
from sample_city.reports import citizen

ACCOUNT_ID = "17841400000002019"


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
        "media": {"id": "17900000000000001", "media_product_type": "FEED"},
        "id": complaint.source_record_id,
        "text": complaint.text,
    }
    return _entry(complaint.reported_at, {"changes": [{"field": "comments", "value": value}]})


def _username(complaint: Complaint) -> str:
    return complaint.reporter.email.partition("@")[0]


def _mention(day: date, rng: np.random.Generator, extras: Extras) -> tuple[datetime, Any]:
    """A notice that names the id of a comment elsewhere, and no word of it."""
    at = moment_of(day, rng)
    comment = f"1791{day:%y%m%d}{int(rng.integers(10**6)):06d}"
    extras.put_aside(Channel.INSTAGRAM, comment, "system_message", at)
    value = {"media_id": "17900000000000002", "comment_id": comment}
    return at, _entry(at, {"changes": [{"field": "mentions", "value": value}]})


def _private_message(day: date, rng: np.random.Generator, extras: Extras) -> tuple[datetime, Any]:
    at = moment_of(day, rng)
    mid = f"ig.{day:%y%m%d}{int(rng.integers(10**9)):09d}"
    extras.put_aside(Channel.INSTAGRAM, mid, "direct_message", at)
    message = {
        "sender": {"id": citizen(rng).account_id},
        "recipient": {"id": ACCOUNT_ID},
        "timestamp": int(at.timestamp()) * 1000,
        "message": {"mid": mid, "text": "kak boleh tanya?"},
    }
    return at, _entry(at, {"messaging": [message]})


def _entry(at: datetime, what: dict[str, Any]) -> dict[str, Any]:
    return {"object": "instagram", "entry": [{"id": ACCOUNT_ID, "time": int(at.timestamp()), **what}]}
