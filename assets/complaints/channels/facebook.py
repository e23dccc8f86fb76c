"""Facebook: page webhooks and Graph API posts, feeds and comments.

Belongs here: Meta's wire format, split into records and read into reports, events and reactions.
Does not belong here: paging (meta.py), whether a report is clear (complaints/triage/).

A post has one id, whether it comes by webhook or by Graph: `post_id`, or `comment_id` for a comment, and
that is its `source_record_id`. An edit with its new text is a new version of the report; hiding and removing
are events on it. Likes, reactions and private messages to the page are no reports.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic_settings import SettingsConfigDict

from assets.complaints.channels.channel import Channel, Reply
from assets.complaints.channels.meta import cursor_of, delivery, edge, within
from assets.complaints.model import ChannelEvent, EventKind, NotAReport, Report, SetAsideReason
from assets.messages import vendors
from assets.messages.vendors import ReplySender
from assets.sources.records import Delivery, PayloadError, Record, Unreadable, Window
from assets.sources.settings import MetaSource
from assets.sources.transport import Transport, required
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

REACTIONS = frozenset({"like", "reaction"})
CONTENT = frozenset(
    {"post", "status", "photo", "video", "link", "share", "album", "event", "note", "question", "comment"}
)
FILED = frozenset({"add"})
EDITED = frozenset({"edit", "edited", "update"})
MODERATED = {
    "hide": EventKind.HIDDEN,
    "unhide": EventKind.UNHIDDEN,
    "remove": EventKind.REMOVED,
    "delete": EventKind.REMOVED,
}
VERBS = FILED | EDITED | MODERATED.keys()
PAGE_SETTINGS = frozenset(
    {
        "about", "affiliation", "attire", "awards", "bio", "category", "company_overview", "culinary_team",
        "current_location", "description", "email", "founded", "general_info", "general_manager", "genre",
        "hometown", "hours", "location", "members", "mission", "name", "parking", "payment_options",
        "personal_info", "phone", "picture", "plot_outline", "press_contact", "price_range", "products",
        "public_transit", "website",
    }
)  # fmt: skip

_COMMENT = "id,message,from,created_time,attachment"
_POST = (
    "id,message,from,created_time,full_picture,place,attachments{media,subattachments},"
    f"comments.limit(100){{{_COMMENT}}}"
)

# Counters and what others did to a post. With them in the payload every like would be a new version of it.
_NOT_THE_POST = frozenset(
    {"comments", "likes", "reactions", "shares", "insights", "sharedposts", "updated_time", "actions"}
)


class FacebookSource(MetaSource):
    """The city's page, e.g. https://graph.facebook.com/v23.0."""

    model_config = SettingsConfigDict(env_prefix="JSC_FACEBOOK_")


def fetch(window: Window, source: FacebookSource) -> Iterator[Delivery]:
    """Fetch the posts of a window from the page's feed, each with its comments.

    The window is that of the posts. Comments on older posts come by webhook, as edits and removals do.

    Raises:
        SourceError: No answer, an error in place of one, or a page that comes twice.
    """
    # Meta does not say whether these two are of the span: more is asked for than is kept.
    span = {"since": str(math.floor(window.start.timestamp()) - 1), "until": str(math.ceil(window.end.timestamp()))}
    with Transport(source) as transport:
        path = f"{required(source, 'account_id')}/feed"
        for number, posts in enumerate(edge(transport, path, {"fields": _POST, **span}), start=1):
            kept = within(window, posts, "created_time")
            for post in kept:
                _complete_comments(transport, post)
            yield delivery(f"{path} {window.start.isoformat()}/{window.end.isoformat()} page {number}", kept)


def split(content: bytes, origin: str) -> list[Record | Unreadable]:
    """Split one delivery into its posts, comments, changes and messages.

    Args:
        content: A webhook body, or a Graph API answer: a feed, one post, or a list of posts.
        origin: The file's path, for what cannot be read.

    Returns:
        One entry for each item in the order of the delivery; an empty feed has none.
    """
    try:
        document = load_json(content)
        if isinstance(document, list):
            return list(_nodes(document, origin, "", "post"))
        return list(_document(read_object(document, "a Graph API answer or a page webhook"), origin))
    except PayloadError as error:
        return [Unreadable(origin, content, str(error))]


def parse(record: Record) -> Report | ChannelEvent | NotAReport:
    """Read one record of `split`.

    Raises:
        PayloadError: A value that Meta's format does not allow, or a field or verb that is unknown here.
    """
    payload = record.payload
    match payload.get("kind"):
        case "post" | "comment":
            return _graph_report(record.source_record_id, read_object(payload.get("node"), "node"))
        case "change":
            return _change(record.source_record_id, payload)
        case "message":
            return NotAReport(SetAsideReason.DIRECT_MESSAGE)
        case other:
            raise PayloadError("kind post, comment, change or message", found_word(other))


def _complete_comments(transport: Transport, post: dict[str, Any]) -> None:
    """Add the comments behind the first page that came with a post."""
    if cursor_of(post.get("comments")) is not None:
        pages = edge(transport, f"{post.get('id')}/comments", {"fields": _COMMENT})
        post["comments"] = {"data": [comment for page in pages for comment in page]}


def _document(document: Mapping[str, Any], origin: str) -> Iterator[Record | Unreadable]:
    if "entry" in document:
        if document.get("object") != "page":
            raise PayloadError("a webhook of object page", found_word(document.get("object")))
        yield from _entries(document["entry"], origin)
    elif "data" in document:
        yield from _nodes(document["data"], origin, "/data", "post")
    elif "error" in document or "error_type" in document:
        raise PayloadError("posts", _graph_error(document))
    else:
        yield from _node(document, origin, "", "post")


def _graph_error(document: Mapping[str, Any]) -> str:
    nested = document.get("error")
    error = nested if isinstance(nested, dict) else document
    code = error.get("code")
    number = f" with code {code}" if isinstance(code, int) else ""
    return f"an error of the Graph API{number}"


def _entries(entries: object, origin: str) -> Iterator[Record | Unreadable]:
    if not isinstance(entries, list):
        raise PayloadError("entry as a list", found(entries))
    for number, entry in enumerate(entries):
        where = f"{origin}#/entry/{number}"
        try:
            yield from _entry(read_object(entry, "entry"), where)
        except PayloadError as error:
            yield unreadable(where, _webhook(entry), error)


def _webhook(entry: object) -> dict[str, Any]:
    return {"object": "page", "entry": [entry]}


def _entry(entry: Mapping[str, Any], where: str) -> Iterator[Record | Unreadable]:
    changes, messages = entry.get("changes"), entry.get("messaging", entry.get("standby"))
    if isinstance(changes, list):
        for number, change in enumerate(changes):
            yield _change_record(change, entry, f"{where}/changes/{number}")
    elif isinstance(messages, list):
        for number, message in enumerate(messages):
            yield _message_record(message, entry, f"{where}/messaging/{number}")
    else:
        raise PayloadError("changes or messaging as a list", found(changes))


def _change_record(change: object, entry: Mapping[str, Any], where: str) -> Record | Unreadable:
    alone = _webhook({"id": entry.get("id"), "time": entry.get("time"), "changes": [change]})
    try:
        fields = read_object(change, "change")
        payload = {"kind": "change", "page_id": entry.get("id"), "time": entry.get("time"), **fields}
        field = _word(fields.get("field"))
        if field in PAGE_SETTINGS:
            setting = f"{read_id(entry.get('id'))}/{field}/{read_id(entry.get('time'))}"
            return record_or_unreadable(where, setting, payload, alone)
        value = read_object(fields.get("value"), "value")
    except PayloadError as error:
        return unreadable(where, alone, error)
    spoken_of = value.get("comment_id")
    if spoken_of is None and value.get("item") != "comment":
        spoken_of = value.get("post_id")
    return record_or_unreadable(where, spoken_of, payload, alone)


def _message_record(message: object, entry: Mapping[str, Any], where: str) -> Record | Unreadable:
    alone = _webhook({"id": entry.get("id"), "time": entry.get("time"), "messaging": [message]})
    try:
        fields = read_object(message, "messaging")
        if "message" in fields:
            spoken_of = read_object(fields["message"], "message").get("mid")
        else:
            # Receipts have no id of their own: one sender and one moment name them.
            sender = read_object(fields.get("sender"), "sender")
            spoken_of = f"{read_id(sender.get('id'))}/{read_id(fields.get('timestamp'))}"
    except PayloadError as error:
        return unreadable(where, alone, error)
    return record_or_unreadable(where, spoken_of, {"kind": "message", "messaging": dict(fields)}, alone)


def _nodes(nodes: object, origin: str, pointer: str, kind: str) -> Iterator[Record | Unreadable]:
    if not isinstance(nodes, list):
        raise PayloadError(f"a list of {kind}s", found(nodes))
    for number, node in enumerate(nodes):
        yield from _node(node, origin, f"{pointer}/{number}", kind)


def _node(node: object, origin: str, pointer: str, kind: str) -> Iterator[Record | Unreadable]:
    where = f"{origin}#{pointer}" if pointer else origin
    try:
        fields = read_object(node, kind)
    except PayloadError as error:
        yield unreadable(where, _answer(node, kind), error)
        return
    own = {key: value for key, value in fields.items() if key not in _NOT_THE_POST}
    comments = fields.get("comments")
    # A post that was asked for its comments only carries nothing but its id: the envelope of the comments.
    if own.keys() != {"id"} or not isinstance(comments, dict):
        yield record_or_unreadable(where, own.get("id"), {"kind": kind, "node": own}, _answer(own, kind))
    if isinstance(comments, dict):
        try:
            yield from _nodes(comments.get("data", []), origin, f"{pointer}/comments/data", "comment")
        except PayloadError as error:
            yield unreadable(f"{origin}#{pointer}/comments", {"id": own.get("id"), "comments": comments}, error)


def _answer(node: object, kind: str) -> object:
    """Make the least answer that holds one post or one comment."""
    return [node] if kind == "post" else {"id": None, "comments": {"data": [node]}}


def _change(source_record_id: str, payload: Mapping[str, Any]) -> Report | ChannelEvent | NotAReport:
    field = _word(payload.get("field"))
    if field in PAGE_SETTINGS:
        return NotAReport(SetAsideReason.PAGE_SETTING)
    if field not in ("feed", "mention"):
        raise PayloadError("field feed, mention or a page setting", found_word(payload.get("field")))
    value = read_object(payload.get("value"), "value")
    item, verb = _word(value.get("item")), _word(value.get("verb"))
    # Before the verb: taking a like back is a `remove` with the post's id and must not remove the post.
    if item in REACTIONS:
        return NotAReport(SetAsideReason.REACTION)
    if item not in CONTENT:
        raise PayloadError(f"item {', '.join(sorted(CONTENT | REACTIONS))}", found_word(value.get("item")))
    if verb not in VERBS:
        raise PayloadError(f"verb {', '.join(sorted(VERBS))}", found_word(value.get("verb")))
    happened = payload.get("time") if payload.get("time") is not None else value.get("created_time")
    if verb in MODERATED:
        return ChannelEvent(MODERATED[verb], source_record_id, read_time(happened, "time"))
    if verb in EDITED and "message" not in value:
        return ChannelEvent(EventKind.EDITED, source_record_id, read_time(happened, "time"))
    return _webhook_report(source_record_id, value, happened)


def _webhook_report(source_record_id: str, value: Mapping[str, Any], happened: object) -> Report:
    filed = value.get("created_time") if value.get("created_time") is not None else happened
    sender = {"id": value.get("sender_id"), "name": value.get("sender_name")}
    if value.get("from") is not None:
        sender = {**sender, **read_object(value["from"], "from")}
    photos = [value.get("photo"), *_list(value.get("photos"))]
    if value.get("item") == "photo":
        photos.append(value.get("link"))
    return _report(source_record_id, filed, sender, value, photos)


def _graph_report(source_record_id: str, node: Mapping[str, Any]) -> Report:
    sender = {} if node.get("from") is None else read_object(node["from"], "from")
    photos = [node.get("full_picture") or node.get("picture")]
    media = [*_list(_object(node.get("attachments")).get("data")), node.get("attachment")]
    photos.extend(image for attachment in media for image in _images(attachment))
    return _report(source_record_id, node.get("created_time"), sender, node, photos)


def _report(
    source_record_id: str,
    filed: object,
    sender: Mapping[str, Any],
    source: Mapping[str, Any],
    photos: list[object],
) -> Report:
    place = _object(source.get("place"))
    location = _object(place.get("location"))
    named = [read_text(part, "place") for part in (place.get("name"), location.get("street"))]
    return Report(
        source_record_id=source_record_id,
        source_code=None,
        reported_at=read_time(filed, "created_time"),
        reporter_name=read_text(sender.get("name"), "name"),
        reporter_contact=None,
        reporter_handle=None if sender.get("id") is None else read_id(sender["id"]),
        title=None,
        description=read_text(source.get("message"), "message") or "",
        address=", ".join(part for part in named if part) or None,
        kelurahan_name=None,
        kecamatan_name=None,
        latitude=read_degrees(location.get("latitude"), 90),
        longitude=read_degrees(location.get("longitude"), 180),
        category_name=None,
        photo_urls=tuple(dict.fromkeys(url for url in photos if isinstance(url, str) and url)),
    )


def _images(attachment: object) -> Iterator[object]:
    fields = _object(attachment)
    yield _object(_object(fields.get("media")).get("image")).get("src")
    for child in _list(_object(fields.get("subattachments")).get("data")):
        yield from _images(child)


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


CHANNEL = Channel(
    code="facebook",
    suffixes=(".json",),
    split=split,
    parse=parse,
    live=Live(FacebookSource, fetch),
    reply=Reply("facebook", FacebookSource, lambda source: ReplySender(source, vendors.facebook)),
    push=FacebookSource,
)
