"""X: mentions of the city's account, each as the API v2 answers for one tweet.

Belongs here: the envelope of the API v2, and what mentions the city besides complaints.
Does not belong here: who complains about what (sample_city/complaints.py).
"""

import time
from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from sample_city.channels.channel import Channel, Habits
from sample_city.channels.files import pages
from sample_city.exchange import (
    ACCOUNT_ID,
    Answer,
    Feed,
    Host,
    Question,
    Trouble,
    Vendor,
    cursor,
    json_answer,
    offset_of,
    unknown,
    within,
)
from sample_city.model import Complaint, Deliveries, Extras, Item, Missing, PlaceBasis, end_of
from sample_city.people import Person, citizen

_CUT_AT = 280
_HALF_A_BOX = 0.04


def deliveries(day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras) -> Deliveries:
    """The day's mentions, `{"data": tweet, "includes": {...}}` each: tweets, their edits and retweets of them."""
    delivered: Deliveries = []
    for complaint in complaints:
        first = complaint.source_record_id
        place = _place(complaint) if rng.random() < 0.1 and complaint.place_basis is not PlaceBasis.NONE else None
        delivered.append((complaint.reported_at, _tweet(complaint, complaint.text, [first], place)))
        if complaint.edited_text and complaint.edited_at:
            edited = _tweet(complaint, complaint.edited_text, [first, f"{first}1"], place)
            edited["data"]["created_at"] = _moment(complaint.edited_at)
            delivered.append((complaint.edited_at, edited))
        if rng.random() < 0.08:
            delivered.append(_retweet(complaint, day, rng, extras))
    return delivered


def envelope(answers: Sequence[dict[str, Any]], next_token: str | None = None) -> dict[str, Any]:
    """One page of mentions from answers for single tweets, newest first as X has them."""
    includes: dict[str, dict[str, Any]] = {"users": {}, "places": {}, "media": {}}
    for answer in answers:
        for group, things in answer.get("includes", {}).items():
            includes.setdefault(group, {}).update({thing.get("media_key", thing.get("id")): thing for thing in things})
    meta = {"result_count": len(answers), **({} if next_token is None else {"next_token": next_token})}
    if not answers:
        return {"meta": meta}
    kept = {group: list(things.values()) for group, things in includes.items() if things}
    return {"data": [answer["data"] for answer in answers], "includes": kept, "meta": meta}


def feed(items: Sequence[Item], host: Host) -> Feed:
    """Serve mentions; a body is the API's answer about one tweet: `data` and what `includes` joins to it."""
    size = host.page_size
    newest_first = sorted(items, key=lambda item: item.at, reverse=True)

    def answer(question: Question) -> Answer:
        if question.path != f"2/users/{ACCOUNT_ID}/mentions":
            return unknown(question)
        token = question.query.get("pagination_token")
        if token is not None and question.trouble is Trouble.MISSING_PAGE:
            return json_answer({"title": "Invalid Request", "status": 400}, 400)
        start = offset_of(token)
        if question.trouble is Trouble.REPEATED_PAGE:
            start = max(start - size, 0)
        tweets = within(newest_first, question.query, "start_time", "end_time")
        end = start + size
        next_token = cursor(end) if end < len(tweets) else None
        return json_answer(envelope([tweet.body for tweet in tweets[start:end]], next_token))

    return answer


def _tweet(complaint: Complaint, text: str, history: list[str], place: dict[str, Any] | None) -> dict[str, Any]:
    author = complaint.reporter
    written = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    tweet: dict[str, Any] = {
        "id": history[-1],
        "text": written if len(written) <= _CUT_AT else written[: _CUT_AT - 1] + "…",
        "author_id": author.account_id,
        "created_at": _moment(complaint.reported_at),
        "edit_history_tweet_ids": history,
        "public_metrics": {"retweet_count": 0, "reply_count": 0, "like_count": len(text) % 9},
    }
    if len(written) > _CUT_AT:
        tweet["note_tweet"] = {"text": written}
    media = []
    if complaint.has_photo:
        key = f"3_{complaint.source_record_id}"
        tweet["attachments"] = {"media_keys": [key]}
        media = [{"media_key": key, "type": "photo", "url": complaint.photo_url}]
    if place is not None:
        tweet["geo"] = {"place_id": place["id"]}
    users = [_user(author, is_nameless=Missing.REPORTER in complaint.missing)]
    return {"data": tweet, "includes": {"users": users, "places": [place] if place else [], "media": media}}


def _user(author: Person, *, is_nameless: bool) -> dict[str, str]:
    username = author.email.partition("@")[0].replace(".", "_")
    return {"id": author.account_id, "name": "~" if is_nameless else author.name, "username": username}


def _place(complaint: Complaint) -> dict[str, Any]:
    """The kecamatan as X knows it: a box too wide to be a point."""
    area = complaint.kelurahan.kecamatan
    longitude, latitude = area.longitude, area.latitude
    box = [longitude - _HALF_A_BOX, latitude - _HALF_A_BOX, longitude + _HALF_A_BOX, latitude + _HALF_A_BOX]
    return {
        "id": area.code.replace(".", ""),
        "full_name": f"{area.name}, Indonesia",
        "geo": {"type": "Feature", "bbox": [round(side, 6) for side in box], "properties": {}},
    }


def _retweet(complaint: Complaint, day: date, rng: np.random.Generator, extras: Extras) -> tuple[datetime, Any]:
    at = min(complaint.reported_at + timedelta(minutes=int(rng.integers(1, 120))), end_of(day, extras.zone))
    tweet_id, fan = f"{complaint.source_record_id}9", citizen(rng)
    extras.put_aside("x", tweet_id, "reaction", at)
    tweet = {
        "id": tweet_id,
        "text": f"RT @{_user(complaint.reporter, is_nameless=False)['username']}: {complaint.text}"[:140],
        "author_id": fan.account_id,
        "created_at": _moment(at),
        "edit_history_tweet_ids": [tweet_id],
        "referenced_tweets": [{"type": "retweeted", "id": complaint.source_record_id}],
    }
    return at, {"data": tweet, "includes": {"users": [_user(fan, is_nameless=False)], "places": [], "media": []}}


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def _without_ids(answer: dict[str, Any]) -> dict[str, Any]:
    spoilt = deepcopy(answer)
    del spoilt["data"]["id"], spoilt["data"]["edit_history_tweet_ids"]
    return spoilt


def _too_many(seconds: int) -> Answer:
    return Answer(b"", None, 429, {"x-rate-limit-reset": str(int(time.time()) + seconds)})


CHANNEL = Channel(
    code="x",
    habits=Habits(
        share=0.08,
        flaws={Missing.PLACE: 0.05, Missing.PROBLEM: 0.02, Missing.REPORTER: 0.01},
        photo_share=0.4,
        edited_share=0.05,
    ),
    id_form="19{day:%y%m%d}{number:010d}",
    deliveries=deliveries,
    files=pages(100, envelope, "mentions-"),
    spoil=_without_ids,
    vendor=Vendor(
        path="2",
        feed=feed,
        has_accounts=True,
        too_many=_too_many,
        taken=lambda identity: {"data": {"id": identity}},
    ),
)
