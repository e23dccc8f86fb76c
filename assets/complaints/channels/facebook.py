"""Facebook: page webhooks and Graph API posts, feeds and comments.

Belongs here: Meta's wire format, split into records and read into reports, events and reactions.
Does not belong here: paging (meta.py), whether a report is clear (complaints/triage/).

A post has one id, whether it comes by webhook or by Graph: `post_id`, or `comment_id` for a comment, and
that is its `source_record_id`. An edit with its new text is a new version of the report; hiding and removing
are events on it. A review is a report by its words. Likes, reactions, private messages to the page and what the page
itself wrote are no reports.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic_settings import SettingsConfigDict

from assets.complaints.channels.channel import Channel, Reply
from assets.complaints.channels.messenger import LISTS, messaging_record, notice_record, read_messaging, read_notice
from assets.complaints.channels.meta import cursor_of, delivery, edge, within
from assets.complaints.model import ChannelEvent, Content, EventKind, NotAReport, Report, SetAsideReason
from assets.messages import vendors
from assets.messages.vendors import ReplySender
from assets.sources.json_lines import line_by_line
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

# Fields whose changes may hold words of people; every other field is a notice.
SPOKEN = frozenset({"feed", "mention", "ratings"})
REACTIONS = frozenset({"like", "reaction"})
CONTENT = frozenset(
    {"post", "status", "photo", "video", "link", "share", "album", "event", "note", "question", "comment", "rating"}
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

_OF_A_REVIEW = frozenset({"review_text", "recommendation_type", "has_review"})

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


@line_by_line
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


def parse(record: Record) -> Content:
    """Read one record of `split`.

    Raises:
        PayloadError: A value that Meta's format does not allow, or a field or verb that is unknown here.
    """
    payload = record.payload
    match payload.get("kind"):
        case "post" | "comment":
            report = _graph_report(record.source_record_id, read_object(payload.get("node"), "node"))
            return _own_or(report, payload.get("page_id", _wall(record.source_record_id)))
        case "review":
            node = read_object(payload.get("node"), "node")
            return _review(record.source_record_id, node, _object(node.get("reviewer")))
        case "change":
            return _change(record.source_record_id, payload)
        case "message":
            return read_messaging(payload)
        case "notice":
            return read_notice(payload)
        case other:
            raise PayloadError("kind post, comment, review, change, message or notice", found_word(other))


def _wall(post_id: object) -> str | None:
    """Name the page on whose wall a post stands: the Graph API writes `page_post`.

    Who is the author of what stands on his wall is the page: what people write on walls of their own comes by webhook.
    """
    page, _, post = post_id.partition("_") if isinstance(post_id, str) else ("", "", "")
    return page if post else None


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
    lists = [name for name in ("changes", *LISTS) if isinstance(entry.get(name), list)]
    if not lists:
        raise PayloadError("changes or messaging as a list", found(entry.get("changes")))
    for name in lists:
        for number, item in enumerate(entry[name]):
            at, alone = f"{where}/{name}/{number}", {"id": entry.get("id"), "time": entry.get("time"), name: [item]}
            if name == "changes":
                yield _change_record(item, entry, at, _webhook(alone))
            else:
                yield messaging_record(item, entry, at, _webhook(alone))


def _change_record(change: object, entry: Mapping[str, Any], where: str, alone: object) -> Record | Unreadable:
    try:
        fields = read_object(change, "change")
        payload = {"kind": "change", "page_id": entry.get("id"), "time": entry.get("time"), **fields}
        field = _word(fields.get("field"))
        if field in PAGE_SETTINGS:
            setting = f"{read_id(entry.get('id'))}/{field}/{read_id(entry.get('time'))}"
            return record_or_unreadable(where, setting, payload, alone)
        if field and field not in SPOKEN:
            return notice_record(field, fields.get("value"), entry, where, alone)
        value = read_object(fields.get("value"), "value")
    except PayloadError as error:
        return unreadable(where, alone, error)
    spoken_of = value.get("comment_id")
    if spoken_of is None and value.get("item") != "comment":
        spoken_of = value.get("post_id") if value.get("post_id") is not None else value.get("open_graph_story_id")
    return record_or_unreadable(where, spoken_of, payload, alone)


def _nodes(
    nodes: object, origin: str, pointer: str, kind: str, page: str | None = None
) -> Iterator[Record | Unreadable]:
    if not isinstance(nodes, list):
        raise PayloadError(f"a list of {kind}s", found(nodes))
    for number, node in enumerate(nodes):
        yield from _node(node, origin, f"{pointer}/{number}", kind, page)


def _node(node: object, origin: str, pointer: str, kind: str, page: str | None = None) -> Iterator[Record | Unreadable]:
    """Yield a post with its comments, or one comment below a post of a page."""
    where = f"{origin}#{pointer}" if pointer else origin
    try:
        fields = read_object(node, kind)
    except PayloadError as error:
        yield unreadable(where, _answer(node, kind), error)
        return
    own = {key: value for key, value in fields.items() if key not in _NOT_THE_POST}
    if own.keys() & _OF_A_REVIEW:
        yield record_or_unreadable(where, _id_of_review(own), {"kind": "review", "node": own}, _answer(own, kind))
        return
    comments = fields.get("comments")
    # A post that was asked for its comments only carries nothing but its id: the envelope of the comments.
    if own.keys() != {"id"} or not isinstance(comments, dict):
        payload: dict[str, Any] = {"kind": kind, "node": own}
        if page is not None and _object(own.get("from")).get("id") == page:
            payload["page_id"] = page
        yield record_or_unreadable(where, own.get("id"), payload, _answer(own, kind))
    if isinstance(comments, dict):
        below, wall = comments.get("data", []), _wall(own.get("id"))
        try:
            yield from _nodes(below, origin, f"{pointer}/comments/data", "comment", wall)
        except PayloadError as error:
            yield unreadable(f"{origin}#{pointer}/comments", {"id": own.get("id"), "comments": comments}, error)


def _id_of_review(review: Mapping[str, Any]) -> object:
    """Id of a review's story, as its webhook names it; without one its author and moment name it."""
    story = _object(review.get("open_graph_story")).get("id")
    reviewer, moment = _object(review.get("reviewer")).get("id"), review.get("created_time")
    return f"{reviewer}/{moment}" if story is None and reviewer and moment else story


def _answer(node: object, kind: str) -> object:
    """Make the least answer that holds one post or one comment."""
    return [node] if kind == "post" else {"id": None, "comments": {"data": [node]}}


def _change(source_record_id: str, payload: Mapping[str, Any]) -> Content:
    field = _word(payload.get("field"))
    if field in PAGE_SETTINGS:
        return NotAReport(SetAsideReason.PAGE_SETTING, field)
    if field not in SPOKEN:
        raise PayloadError(f"field {', '.join(sorted(SPOKEN))} or a notice", found_word(payload.get("field")))
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
    if item == "rating":
        reviewer = {"id": value.get("reviewer_id"), "name": value.get("reviewer_name")}
        return _review(source_record_id, {"created_time": happened, **value}, reviewer)
    if verb in EDITED and "message" not in value:
        return ChannelEvent(EventKind.EDITED, source_record_id, read_time(happened, "time"))
    report = _webhook_report(source_record_id, value, happened)
    return _own_or(report, payload.get("page_id"))


def _own_or(report: Report, page_id: object) -> Report | NotAReport:
    """Set aside what the page itself wrote."""
    is_own = report.reporter_handle is not None and report.reporter_handle == str(page_id).strip()
    return NotAReport(SetAsideReason.OWN_VOICE) if is_own else report


def _review(source_record_id: str, source: Mapping[str, Any], reviewer: Mapping[str, Any]) -> Report | NotAReport:
    """Read a review: its words are a report, stars and recommendations alone a reaction."""
    words = read_text(source.get("review_text"), "review_text")
    if words is None:
        return NotAReport(SetAsideReason.REACTION, "rating")
    return _report(source_record_id, source.get("created_time"), reviewer, {"message": words}, [])


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
    own=lambda: [FacebookSource().account_id],
    reply=Reply("facebook", FacebookSource, lambda source: ReplySender(source, vendors.facebook)),
    push=FacebookSource,
)
