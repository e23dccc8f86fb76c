"""Facebook's landing files: Graph API feed pages of a day, and page webhooks as they came.

Belongs here: Meta's wire format, and what a page receives besides complaints.
Does not belong here: who complains about what (complaints.py).
"""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from sample_city.complaints import PAGE_ID
from sample_city.model import Channel, Complaint, Extras, Missing, SetAside, Unreadable
from sample_city.people import POPULATION, person
from sample_city.reference import WIB

_POSTS_A_PAGE = 50
_ALSO_IN_FEED_SHARE = 0.1


def write_facebook_day(
    landing: Path, day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras
) -> None:
    """Write what the page received on one day.

    Args:
        landing: The landing folder.
        day: WIB.
        complaints: Of this channel and day, in the order of reporting.
        rng: Source of every choice.
        extras: Receives what is no complaint.
    """
    folder = landing / Channel.FACEBOOK
    folder.mkdir(parents=True, exist_ok=True)
    live = [complaint for complaint in complaints if complaint.is_live]
    feed = [complaint for complaint in complaints if not complaint.is_live]
    # The daily reading of the feed finds some posts that a webhook announced before.
    feed += [complaint for complaint in live if not complaint.is_removed and rng.random() < _ALSO_IN_FEED_SHARE]
    _write_feed(folder, day, sorted(feed, key=lambda complaint: complaint.reported_at, reverse=True), extras)
    deliveries = [delivery for complaint in live for delivery in _life_of(complaint, extras)]
    deliveries += _noise(day, live, rng, extras)
    _write_webhooks(folder, day, sorted(deliveries, key=lambda delivery: delivery[0]), extras)


def _write_feed(folder: Path, day: date, posts: list[Complaint], extras: Extras) -> None:
    for start in range(0, len(posts), _POSTS_A_PAGE):
        page = start // _POSTS_A_PAGE + 1
        path = folder / f"feed-{day:%Y-%m-%d}-{page:02d}.json"
        nodes = [_node(complaint) for complaint in posts[start : start + _POSTS_A_PAGE]]
        if page == 1 and day.toordinal() % 2:
            nodes.append({key: value for key, value in nodes[0].items() if key not in ("id", "permalink_url")})
            origin = f"{Channel.FACEBOOK}/{path.name}#/data/{len(nodes) - 1}"
            extras.unreadable.append(Unreadable(Channel.FACEBOOK, origin, "a post without id"))
        cursors = {"before": f"b{day:%y%m%d}{page}", "after": f"a{day:%y%m%d}{page}"}
        _write(path, {"data": nodes, "paging": {"cursors": cursors}})


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
        media = {"image": {"height": 720, "width": 960, "src": _photo(complaint)}}
        node["attachments"] = {"data": [{"type": "photo", "media": media}]}
    return node


def _life_of(complaint: Complaint, extras: Extras) -> list[tuple[datetime, dict[str, Any]]]:
    """The webhooks about one post: that it was added, perhaps that it was edited or removed."""
    added = {
        "item": "photo" if complaint.has_photo else "status",
        "verb": "add",
        "published": 1,
        "message": complaint.text,
        **_about(complaint),
    }
    if complaint.has_photo:
        added["link"] = _photo(complaint)
    deliveries = [(complaint.reported_at, _change(complaint.reported_at, added))]
    if complaint.edited_at is None:
        return deliveries
    if complaint.is_removed:
        change = {"item": "post", "verb": "remove", **_about(complaint)}
        reason = SetAside(Channel.FACEBOOK, complaint.source_record_id, "removed", complaint.edited_at)
        extras.set_aside.append(reason)
    else:
        change = {"item": "status", "verb": "edited", "message": complaint.edited_text, **_about(complaint)}
    return [*deliveries, (complaint.edited_at, _change(complaint.edited_at, change))]


def _about(complaint: Complaint) -> dict[str, Any]:
    sender = {"from": {"name": complaint.reporter.name, "id": complaint.reporter.account_id}}
    return {
        "post_id": complaint.source_record_id,
        "created_time": int(complaint.reported_at.timestamp()),
        **({} if Missing.REPORTER in complaint.missing else sender),
    }


def _noise(
    day: date, live: Sequence[Complaint], rng: np.random.Generator, extras: Extras
) -> list[tuple[datetime, dict[str, Any]]]:
    """Likes and reactions on the day's posts, and private messages to the page."""
    deliveries: list[tuple[datetime, dict[str, Any]]] = []
    for complaint in live:
        if rng.random() < 0.2:
            at = min(complaint.reported_at + timedelta(minutes=int(rng.integers(1, 90))), _end_of(day))
            liker = person(int(rng.integers(POPULATION)))
            item = {"item": "like"} if rng.random() < 0.5 else {"item": "reaction", "reaction_type": "sad"}
            value = {
                **item,
                "verb": "add",
                "post_id": complaint.source_record_id,
                "parent_id": complaint.source_record_id,
                "created_time": int(at.timestamp()),
                "from": {"name": liker.name, "id": liker.account_id},
            }
            deliveries.append((at, _change(at, value)))
            extras.set_aside.append(SetAside(Channel.FACEBOOK, complaint.source_record_id, "reaction", at))
    at = datetime.combine(day, time(int(rng.integers(8, 20)), int(rng.integers(60))), WIB)
    mid = f"m.{day:%y%m%d}{int(rng.integers(10**9)):09d}"
    deliveries.append((at, _private_message(at, mid, person(int(rng.integers(POPULATION))).account_id)))
    extras.set_aside.append(SetAside(Channel.FACEBOOK, mid, "direct_message", at))
    return deliveries


def _change(at: datetime, value: dict[str, Any]) -> dict[str, Any]:
    changes = [{"field": "feed", "value": value}]
    return {"object": "page", "entry": [{"id": PAGE_ID, "time": int(at.timestamp()), "changes": changes}]}


def _private_message(at: datetime, mid: str, sender: str) -> dict[str, Any]:
    milliseconds = int(at.timestamp()) * 1000
    message = {
        "sender": {"id": sender},
        "recipient": {"id": PAGE_ID},
        "timestamp": milliseconds,
        "message": {"mid": mid, "text": "min bagaimana cara lapor?"},
    }
    return {"object": "page", "entry": [{"id": PAGE_ID, "time": milliseconds, "messaging": [message]}]}


def _write_webhooks(folder: Path, day: date, deliveries: list[tuple[datetime, dict[str, Any]]], extras: Extras) -> None:
    for number, (at, delivery) in enumerate(deliveries):
        _write(folder / f"webhook-{at:%Y-%m-%dT%H-%M-%S}-{number:03d}.json", delivery)
    if day.toordinal() % 5 == 1 and deliveries:
        # A delivery cut off on its way; Meta sent it again, so the whole one is there too.
        at, delivery = deliveries[0]
        path = folder / f"webhook-{at:%Y-%m-%dT%H-%M-%S}-torn.json"
        path.write_text(json.dumps(delivery, ensure_ascii=False)[:90], encoding="utf-8")
        extras.unreadable.append(Unreadable(Channel.FACEBOOK, f"{Channel.FACEBOOK}/{path.name}", "torn JSON"))


def _photo(complaint: Complaint) -> str:
    return f"https://photos.example.org/{complaint.source_record_id}.jpg"


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), WIB)


def _write(path: Path, document: dict[str, Any]) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
