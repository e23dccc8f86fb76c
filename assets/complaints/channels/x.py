"""X: answers of the API v2, such as the mentions of the city's account.

Belongs here: the envelope of API v2, its tweets joined with author, place and media and read into reports.
Does not belong here: waiting for a rate limit (sources/transport.py), whether a report is clear (complaints/triage/).

Every edit of a tweet has an id of its own; the first id of its history is the `source_record_id` of them all.
A retweet repeats another's words and is no report; a reply and a quote say something of their own. Direct
messages and what the city's own account wrote are set aside; people, followers and errors hold no report and say so.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic_settings import SettingsConfigDict

from assets.complaints.channels.channel import Channel, Reply
from assets.complaints.model import NotAReport, Report, SetAsideReason
from assets.messages import vendors
from assets.messages.vendors import ReplySender
from assets.sources.json_lines import line_by_line
from assets.sources.records import Delivery, PayloadError, Record, Unreadable, Window
from assets.sources.settings import HttpSource
from assets.sources.transport import AGAIN, SourceError, Transport, required
from assets.sources.windows import Live
from assets.sources.wire import (
    found,
    found_word,
    load_json,
    read_degrees,
    read_id,
    read_object,
    read_text,
    read_time,
    record_or_unreadable,
    unreadable,
)

# A place is delivered as a box. The centre of a box wider than a kelurahan or two (0.03 degrees, 3.3 km) is no
# point where anything was seen: of such a place only the name counts.
MAX_BOX_DEGREES = 0.03

# Counters, X's own guesses and the clock of the edit window. With them in the payload every like would be a new
# version of the tweet.
_NOT_THE_TWEET = frozenset(
    {
        "public_metrics", "non_public_metrics", "organic_metrics", "promoted_metrics", "context_annotations",
        "edit_controls", "edit_history_tweet_ids",
    }
)  # fmt: skip
_ASKED = {
    "max_results": "100",
    "expansions": "author_id,geo.place_id,attachments.media_keys",
    "tweet.fields": "attachments,author_id,created_at,edit_history_tweet_ids,geo,note_tweet,referenced_tweets",
    "user.fields": "name,username",
    "place.fields": "full_name,geo",
    "media.fields": "preview_image_url,type,url",
}
# Ids of before November 2010 are short and tell no moment.
_SNOWFLAKE = re.compile(r"[0-9]{15,19}")
_FIRST_SNOWFLAKE_MS = 1_288_834_974_657
_OF_AUTHOR = ("id", "name", "username")
_OF_PLACE = ("id", "full_name", "geo")
_OF_MEDIA = ("media_key", "type", "url", "preview_image_url")


class XSource(HttpSource):
    """The city's account, e.g. https://api.x.com/2.

    Attributes:
        account_id: Of the user whose mentions are read.
    """

    model_config = SettingsConfigDict(env_prefix="JSC_X_")

    account_id: str | None = None


def fetch(window: Window, source: XSource) -> Iterator[Delivery]:
    """Fetch the mentions of the city's account in a window.

    Raises:
        SourceError: No answer, an error in place of one, or a page that comes twice.
    """
    path = f"users/{required(source, 'account_id')}/mentions"
    span = {
        name: f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        for name, at in (("start_time", window.start), ("end_time", window.end))
    }
    token: dict[str, str] = {}
    seen: set[str] = set()
    with Transport(source) as transport:
        while True:
            envelope = transport.get_json(path, {**_ASKED, **span, **token})
            meta = envelope.get("meta") if isinstance(envelope, dict) else None
            if not isinstance(meta, dict):
                raise SourceError(f"expected a page of {path}, found no envelope of the X API; {AGAIN}")
            yield _delivery(f"{path} {span['start_time']}/{span['end_time']} page {len(seen) + 1}", envelope)
            following = meta.get("next_token")
            if following is None:
                return
            if following in seen:
                raise SourceError(f"expected a new page of {path}, found the token of one that came before; {AGAIN}")
            seen.add(following)
            token = {"pagination_token": following}


@line_by_line
def split(content: bytes, origin: str) -> list[Record | Unreadable]:
    """Split one answer into its tweets and direct messages.

    Args:
        content: An envelope `{"data": ..., "includes": ..., "meta": ...}`, its data one object or a list; tweets
            without an envelope; or one of these on each line, as a stream is saved.
        origin: The file's path, for what cannot be read.

    Returns:
        One entry for each item in the order of the answer; an answer without results has none.
    """
    try:
        document = load_json(content)
        envelope = {"data": document} if _is_bare(document) else read_object(document, "an envelope of the X API")
        items = _items(envelope)
        included = _included(envelope.get("includes"))
    except PayloadError as error:
        return [Unreadable(origin, content, str(error))]
    account = envelope.get("for_user_id")
    return [_record(item, included, account, f"{origin}#{pointer}") for pointer, item in items]


def parse(record: Record) -> Report | NotAReport:
    """Read one record of `split`.

    Raises:
        PayloadError: No text, no moment in `created_at` or the id, or a value of the wrong kind.
    """
    payload = record.payload
    match payload.get("kind"):
        case "tweet":
            return _tweet(record.source_record_id, payload)
        case "message":
            return NotAReport(SetAsideReason.DIRECT_MESSAGE)
        case other:
            raise PayloadError("kind tweet or message", found_word(other))


def _delivery(origin: str, envelope: dict[str, Any]) -> Delivery:
    content = json.dumps(envelope, ensure_ascii=False).encode()
    return Delivery(origin, lambda: content)


def _is_bare(document: object) -> bool:
    """Say whether tweets came without their envelope."""
    return (isinstance(document, list) and bool(document)) or (
        isinstance(document, dict) and {"id", "text"} <= document.keys()
    )


def _items(envelope: Mapping[str, Any]) -> list[tuple[str, object]]:
    """List the items of an envelope with their pointers.

    Raises:
        PayloadError: An envelope of something else than tweets or messages.
    """
    if "data" not in envelope:
        meta = envelope.get("meta")
        if isinstance(meta, dict) and meta.get("result_count") == 0 and "errors" not in envelope:
            return []
        raise PayloadError("tweets", _refusal(envelope))
    data = envelope["data"]
    if not isinstance(data, dict | list):
        raise PayloadError("data as an object or a list", found(data))
    items: list[tuple[str, object]] = [("/data", data)]
    if isinstance(data, list):
        items = [(f"/data/{number}", item) for number, item in enumerate(data)]
    # One reason for a page of a hundred followers: it is one mistake of whoever fetched it.
    if items and all(_is_person(item) for _, item in items):
        raise PayloadError("tweets", "people")
    return items


def _refusal(envelope: Mapping[str, Any]) -> str:
    if "resources" in envelope:
        return "rate limits"
    if not envelope.keys() & {"errors", "title", "status"}:
        return "no data"
    status = envelope.get("status")
    return f"an error of the X API{f' with status {status}' if isinstance(status, int) else ''}"


def _is_person(item: object) -> bool:
    return isinstance(item, dict) and "username" in item and "text" not in item


def _included(includes: object) -> dict[str, dict[str, dict[str, Any]]]:
    """Index what an envelope includes beside its data: users and places by id, media by key."""
    groups = {} if includes is None else read_object(includes, "includes")
    return {
        name: {
            thing[key]: {field: thing[field] for field in fields if field in thing}
            for thing in _list(groups.get(name))
            if isinstance(thing, dict) and isinstance(thing.get(key), str)
        }
        for name, key, fields in (
            ("users", "id", _OF_AUTHOR),
            ("places", "id", _OF_PLACE),
            ("media", "media_key", _OF_MEDIA),
        )
    }


def _record(
    item: object, included: Mapping[str, Mapping[str, dict[str, Any]]], account: object, where: str
) -> Record | Unreadable:
    tweet = _object(item)
    author = _joined(included["users"], tweet.get("author_id"))
    place = _joined(included["places"], _object(tweet.get("geo")).get("place_id"))
    media_keys = _list(_object(tweet.get("attachments")).get("media_keys"))
    media = [thing for key in media_keys if (thing := _joined(included["media"], key))]
    alone = {"data": [item], "includes": {"users": [author], "places": [place], "media": media}}
    try:
        fields = read_object(item, "tweet")
        if _is_person(fields):
            raise PayloadError("tweets", "people")
        if fields.keys() & {"event_type", "dm_conversation_id"}:
            return record_or_unreadable(where, fields.get("id"), {"kind": "message", "message": dict(fields)}, alone)
        read_id(fields.get("id"))
    except PayloadError as error:
        return unreadable(where, alone, error)
    payload: dict[str, Any] = {
        "kind": "tweet",
        "tweet": {key: value for key, value in fields.items() if key not in _NOT_THE_TWEET},
        "author": author,
        "place": place,
        "media": media,
    }
    if account is not None and account == fields.get("author_id"):
        payload["account_id"] = account
    history = _list(fields.get("edit_history_tweet_ids"))
    return record_or_unreadable(where, history[0] if history else fields["id"], payload, alone)


def _joined(things: Mapping[str, dict[str, Any]], key: object) -> dict[str, Any] | None:
    return things.get(key) if isinstance(key, str) else None


def _tweet(source_record_id: str, payload: Mapping[str, Any]) -> Report | NotAReport:
    tweet = read_object(payload.get("tweet"), "tweet")
    if any(_object(other).get("type") == "retweeted" for other in _list(tweet.get("referenced_tweets"))):
        return NotAReport(SetAsideReason.REACTION)
    if "account_id" in payload:
        return NotAReport(SetAsideReason.OWN_VOICE)
    # A text over 280 characters is cut in `text`.
    text = _object(tweet.get("note_tweet")).get("text", tweet.get("text"))
    if text is None:
        raise PayloadError("text", "none")
    author, place = _object(payload.get("author")), _object(payload.get("place"))
    latitude, longitude = _point(tweet, place)
    return Report(
        source_record_id=source_record_id,
        source_code=None,
        reported_at=_moment(tweet),
        reporter_name=read_text(author.get("name"), "name"),
        reporter_contact=None,
        reporter_handle=None if tweet.get("author_id") is None else read_id(tweet["author_id"]),
        title=None,
        # The API escapes & < > in texts and nothing else.
        description=html.unescape(read_text(text, "text") or ""),
        address=read_text(place.get("full_name"), "full_name"),
        kelurahan_name=None,
        kecamatan_name=None,
        latitude=latitude,
        longitude=longitude,
        category_name=None,
        photo_urls=tuple(dict.fromkeys(_photos(payload.get("media")))),
    )


def _moment(tweet: Mapping[str, Any]) -> datetime:
    """Read when a tweet was written: an answer without `created_at` tells it in the id, which counts milliseconds."""
    if tweet.get("created_at") is not None:
        return read_time(tweet["created_at"], "created_at")
    number = read_id(tweet.get("id"))
    if not _SNOWFLAKE.fullmatch(number):
        raise PayloadError("created_at as a moment", "none, and an id that tells none")
    return read_time((int(number) >> 22) + _FIRST_SNOWFLAKE_MS, "id")


def _point(tweet: Mapping[str, Any], place: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Latitude and longitude of a tweet: its own point, else the centre of a place that is small enough."""
    own = _list(_object(_object(tweet.get("geo")).get("coordinates")).get("coordinates"))
    if len(own) == 2:
        return read_degrees(own[1], 90), read_degrees(own[0], 180)
    box = _list(_object(place.get("geo")).get("bbox"))
    if len(box) != 4:
        return None, None
    west, south, east, north = (read_degrees(side, limit) for side, limit in zip(box, (180, 90, 180, 90), strict=True))
    if west is None or south is None or east is None or north is None:
        return None, None
    if not (0 <= east - west <= MAX_BOX_DEGREES and 0 <= north - south <= MAX_BOX_DEGREES):
        return None, None
    return (south + north) / 2, (west + east) / 2


def _photos(media: object) -> Iterator[str]:
    """Yield the picture of each photo, and the still of each video."""
    for thing in _list(media):
        fields = _object(thing)
        url = fields.get("url" if fields.get("type") == "photo" else "preview_image_url")
        if isinstance(url, str) and url:
            yield url


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


CHANNEL = Channel(
    code="x",
    suffixes=(".json",),
    split=split,
    parse=parse,
    live=Live(XSource, fetch),
    own=lambda: [XSource().account_id],
    reply=Reply("x", XSource, lambda source: ReplySender(source, vendors.x)),
)
