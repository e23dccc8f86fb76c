"""Instagram: comment and mention webhooks and Graph API comments and media.

Belongs here: Meta's wire format for Instagram, split into records and read into reports.
Does not belong here: paging (meta.py), whether a report is clear (complaints/triage/), Facebook's pages (facebook.py).

A comment has one id, whether it comes by webhook or by Graph, and that is its `source_record_id`; a caption has
the id of its media. A mention webhook names only the id of what mentions the city, no word of it and no author:
it is set aside, and the Graph answer of the same id is the report. What the account itself wrote is set aside too.
Instagram tells of no edit and no removal.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic_settings import SettingsConfigDict

from assets.complaints.channels.channel import Channel, Reply
from assets.complaints.channels.messenger import LISTS, messaging_record, notice_record, read_messaging, read_notice
from assets.complaints.channels.meta import cursor_of, delivery, edge, within
from assets.complaints.model import NotAReport, Report, SetAsideReason
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
    read_id,
    read_object,
    read_text,
    read_time,
    record_or_unreadable,
    unreadable,
)

COMMENTS = frozenset({"comments", "live_comments"})
NOTICES = frozenset({"mentions", "story_insights"})
MESSAGES = frozenset(
    {
        "message_edit", "message_reactions", "messages", "messaging_handover", "messaging_optins",
        "messaging_postbacks", "messaging_referral", "messaging_seen", "standby",
    }
)  # fmt: skip
FIELDS = COMMENTS | NOTICES | MESSAGES

# Who still comments on a picture does so in its first month; the Graph API knows no window of comments.
_COMMENTED_FOR = timedelta(days=30)
_COMMENT = "id,text,timestamp,username,from,replies{id,text,timestamp,username,from}"
_TAGGED = "id,caption,timestamp,username,media_type,media_url,thumbnail_url"

# Of the node that mentions the city, inside the answer about the city's own account.
_MENTIONING = ("mentioned_comment", "mentioned_media")

# Counters and what others wrote below it. With them in the payload every like would be a new version of it.
_NOT_THE_COMMENT = frozenset({"comments", "replies", "like_count", "comments_count", "insights"})


class InstagramSource(MetaSource):
    """The city's professional account, e.g. https://graph.facebook.com/v23.0."""

    model_config = SettingsConfigDict(env_prefix="JSC_INSTAGRAM_")


def fetch(window: Window, source: InstagramSource) -> Iterator[Delivery]:
    """Fetch the comments of a window below the account's pictures, and the pictures that tag it.

    Comments below a picture that is older than a month come by webhook only.

    Raises:
        SourceError: No answer, an error in place of one, or a page that comes twice.
    """
    span = f"{window.start.isoformat()}/{window.end.isoformat()}"
    since = {"since": str(int((window.start - _COMMENTED_FOR).timestamp())), "until": str(int(window.end.timestamp()))}
    with Transport(source) as transport:
        path = f"{required(source, 'account_id')}/media"
        asked = {"fields": f"id,timestamp,comments.limit(100){{{_COMMENT}}}", **since}
        for number, media in enumerate(edge(transport, path, asked), start=1):
            comments = (comment for picture in media for comment in _comments(transport, picture))
            yield delivery(f"{path} {span} page {number}", within(window, comments, "timestamp"))
        path = f"{source.account_id}/tags"
        for number, media in enumerate(edge(transport, path, {"fields": _TAGGED}), start=1):
            yield delivery(f"{path} {span} page {number}", within(window, media, "timestamp"))


@line_by_line
def split(content: bytes, origin: str) -> list[Record | Unreadable]:
    """Split one delivery into its comments, media, notices and messages.

    Args:
        content: A webhook body, a Graph API answer (a page of nodes, one node, a mention), or a list of either.
        origin: The file's path, for what cannot be read.

    Returns:
        One entry for each item in the order of the delivery; an empty page has none.
    """
    try:
        document = load_json(content)
        if isinstance(document, list):
            return [entry for number, item in enumerate(document) for entry in _item(item, origin, f"/{number}")]
        return list(_document(read_object(document, "a Graph API answer or an Instagram webhook"), origin, ""))
    except PayloadError as error:
        return [Unreadable(origin, content, str(error))]


def parse(record: Record) -> Report | NotAReport:
    """Read one record of `split`.

    A comment by webhook carries no moment of its own: that of the notification counts.

    Raises:
        PayloadError: A value that Meta's format does not allow, or no moment.
    """
    payload = record.payload
    match payload.get("kind"):
        case "node":
            node = read_object(payload.get("node"), "node")
            report = _report(record.source_record_id, node, read_time(node.get("timestamp"), "timestamp"))
            # The Graph API names the owner of media to the owner only.
            return NotAReport(SetAsideReason.OWN_VOICE) if _owner(node) else _own_or(report, payload.get("owner_id"))
        case "comment":
            value = read_object(payload.get("value"), "value")
            report = _report(record.source_record_id, value, read_time(payload.get("time"), "time"))
            return _own_or(report, payload.get("account_id"))
        case "notice":
            return read_notice(payload)
        case "message":
            return read_messaging(payload)
        case other:
            raise PayloadError("kind node, comment, notice or message", found_word(other))


def _own_or(report: Report, account_id: object) -> Report | NotAReport:
    """Set aside what the account itself wrote."""
    is_own = report.reporter_handle is not None and report.reporter_handle == str(account_id).strip()
    return NotAReport(SetAsideReason.OWN_VOICE) if is_own else report


def _owner(node: Mapping[str, Any]) -> object:
    owner = node.get("owner")
    return owner.get("id") if isinstance(owner, dict) else None


def _comments(transport: Transport, picture: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Comments below a picture, with those behind the first page, each answer as a comment of its own."""
    first = picture.get("comments")
    pages: Iterator[list[Any]] = iter([_list(first.get("data")) if isinstance(first, dict) else []])
    if cursor_of(first) is not None:
        pages = edge(transport, f"{picture.get('id')}/comments", {"fields": _COMMENT})
    for comment in (comment for page in pages for comment in page if isinstance(comment, dict)):
        replies = comment.pop("replies", None)
        yield comment
        yield from (reply for reply in _list(replies.get("data") if isinstance(replies, dict) else None))


def _item(item: object, origin: str, pointer: str) -> Iterator[Record | Unreadable]:
    try:
        yield from _document(read_object(item, "a comment or an Instagram webhook"), origin, pointer)
    except PayloadError as error:
        yield unreadable(f"{origin}#{pointer}", [item], error)


def _document(document: Mapping[str, Any], origin: str, pointer: str) -> Iterator[Record | Unreadable]:
    mentioning = [name for name in _MENTIONING if name in document]
    if "entry" in document:
        if document.get("object") != "instagram":
            raise PayloadError("a webhook of object instagram", found_word(document.get("object")))
        yield from _entries(document["entry"], f"{origin}#{pointer}/entry")
    elif "data" in document:
        yield from _nodes(document["data"], origin, f"{pointer}/data")
    elif "error" in document or "error_type" in document:
        raise PayloadError("comments", _graph_error(document))
    elif mentioning:
        for name in mentioning:
            yield from _node(document[name], origin, f"{pointer}/{name}")
    else:
        yield from _node(document, origin, pointer)


def _graph_error(document: Mapping[str, Any]) -> str:
    nested = document.get("error")
    code = (nested if isinstance(nested, dict) else document).get("code")
    return f"an error of the Graph API{f' with code {code}' if isinstance(code, int) else ''}"


def _entries(entries: object, where: str) -> Iterator[Record | Unreadable]:
    if not isinstance(entries, list):
        raise PayloadError("entry as a list", found(entries))
    for number, entry in enumerate(entries):
        try:
            yield from _entry(read_object(entry, "entry"), f"{where}/{number}")
        except PayloadError as error:
            yield unreadable(f"{where}/{number}", _webhook(entry), error)


def _webhook(entry: object) -> dict[str, Any]:
    return {"object": "instagram", "entry": [entry]}


def _entry(entry: Mapping[str, Any], where: str) -> Iterator[Record | Unreadable]:
    lists = [name for name in ("changes", *LISTS) if isinstance(entry.get(name), list)]
    if not lists and "field" in entry:
        # With Instagram's own login the change lies in the entry itself.
        yield _change_record({"field": entry["field"], "value": entry.get("value")}, entry, where)
    elif not lists:
        raise PayloadError("changes or messaging as a list", found(entry.get("changes")))
    for name in lists:
        for number, item in enumerate(entry[name]):
            at = f"{where}/{name}/{number}"
            if name == "changes":
                yield _change_record(item, entry, at)
            else:
                alone = _webhook({"id": entry.get("id"), "time": entry.get("time"), name: [item]})
                yield messaging_record(item, entry, at, alone)


def _change_record(change: object, entry: Mapping[str, Any], where: str) -> Record | Unreadable:
    alone = _webhook({"id": entry.get("id"), "time": entry.get("time"), "changes": [change]})
    try:
        fields = read_object(change, "change")
        field = fields.get("field")
        if not isinstance(field, str) or not field:
            raise PayloadError("field", found(field))
        if field not in FIELDS:
            return notice_record(field, fields.get("value"), entry, where, alone)
        value = read_object(fields.get("value"), "value")
    except PayloadError as error:
        return unreadable(where, alone, error)
    if field in MESSAGES:
        return messaging_record(value, entry, where, alone)
    kind, spoken_of = "comment", value.get("id")
    if field in NOTICES:
        kind = "notice"
        spoken_of = value.get("comment_id") if value.get("comment_id") is not None else value.get("media_id")
    payload = {"kind": kind, "account_id": entry.get("id"), "time": entry.get("time"), **fields}
    return record_or_unreadable(where, spoken_of, payload, alone)


def _nodes(nodes: object, origin: str, pointer: str, owner: object = None) -> Iterator[Record | Unreadable]:
    if not isinstance(nodes, list):
        raise PayloadError("a list of comments", found(nodes))
    for number, node in enumerate(nodes):
        yield from _node(node, origin, f"{pointer}/{number}", owner)


def _node(node: object, origin: str, pointer: str, owner: object = None) -> Iterator[Record | Unreadable]:
    """Yield media with its comments, or a comment with its answers below media of an owner, where that is told."""
    where = f"{origin}#{pointer}" if pointer else origin
    try:
        fields = read_object(node, "comment")
    except PayloadError as error:
        yield unreadable(where, {"data": [node]}, error)
        return
    own = {key: value for key, value in fields.items() if key not in _NOT_THE_COMMENT}
    below = {name: fields[name] for name in ("comments", "replies") if isinstance(fields.get(name), dict)}
    # Media that was asked for its comments only carries nothing but its id: the envelope of the comments.
    if own.keys() != {"id"} or not below:
        payload: dict[str, Any] = {"kind": "node", "node": own}
        author = own.get("from")
        if owner is not None and isinstance(author, dict) and author.get("id") == owner:
            payload["owner_id"] = owner
        yield record_or_unreadable(where, own.get("id"), payload, {"data": [own]})
    for name, answers in below.items():
        try:
            yield from _nodes(answers.get("data", []), origin, f"{pointer}/{name}/data", _owner(fields) or owner)
        except PayloadError as error:
            yield unreadable(f"{origin}#{pointer}/{name}", {"id": own.get("id"), name: answers}, error)


def _report(source_record_id: str, source: Mapping[str, Any], reported_at: datetime) -> Report:
    author = {} if source.get("from") is None else read_object(source["from"], "from")
    user = {} if source.get("user") is None else read_object(source["user"], "user")
    username = read_text(author.get("username", source.get("username")), "username")
    account = next((person["id"] for person in (author, user) if person.get("id") is not None), None)
    return Report(
        source_record_id=source_record_id,
        source_code=None,
        reported_at=reported_at,
        reporter_name=username,
        reporter_contact=None,
        # The id before the name: a name that its owner gave up may be another person's tomorrow.
        reporter_handle=username if account is None else read_id(account),
        title=None,
        description=read_text(source.get("text", source.get("caption")), "text") or "",
        address=None,
        kelurahan_name=None,
        kecamatan_name=None,
        latitude=None,
        longitude=None,
        category_name=None,
        photo_urls=tuple(dict.fromkeys(url for url in _images(source) if isinstance(url, str) and url)),
    )


def _images(media: Mapping[str, Any]) -> Iterator[object]:
    """Yield the picture of media and of its children; of a video its still."""
    yield media.get("thumbnail_url" if media.get("media_type") == "VIDEO" else "media_url")
    children = media.get("children")
    for child in _list(children.get("data") if isinstance(children, dict) else None):
        if isinstance(child, dict):
            yield from _images(child)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


CHANNEL = Channel(
    code="instagram",
    suffixes=(".json",),
    split=split,
    parse=parse,
    live=Live(InstagramSource, fetch),
    own=lambda: [InstagramSource().account_id],
    reply=Reply("instagram", InstagramSource, lambda source: ReplySender(source, vendors.instagram)),
    push=InstagramSource,
)
