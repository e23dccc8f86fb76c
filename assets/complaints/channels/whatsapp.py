"""WhatsApp: webhook bodies of the Cloud API.

Belongs here: the Cloud API's wire format, split into records and read into reports and events.
Does not belong here: media behind an id (fetching), whether a report is clear (complaints/triage/).

What a person writes, says, films or points at is a report, also where it lacks words: it is returned with a
request for them; so are the answers of a form. An edit is a new version of the message that it names, a revocation an
event on it; both carry an id of their own, which names nothing that was reported. Delivery states of the city's own
messages, what it wrote itself, system notes, reactions and stickers, and answers to its menus are no reports. Only the
field `messages` holds words of people and is judged strictly; any other field is a notice under its own name.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from pydantic_settings import SettingsConfigDict

from assets.complaints.channels.channel import Channel, Reply
from assets.complaints.channels.messenger import notice_record, read_notice
from assets.complaints.channels.whatsapp_forms import read_cards, read_form, read_order
from assets.complaints.model import ChannelEvent, Content, EventKind, NotAReport, Report, SetAsideReason
from assets.messages import vendors
from assets.messages.vendors import ReplySender
from assets.sources.json_lines import line_by_line
from assets.sources.records import PayloadError, Record, Unreadable
from assets.sources.settings import MetaSource
from assets.sources.wire import (
    found,
    found_word,
    load_json,
    name_of_notice,
    read_degrees,
    read_id,
    read_object,
    read_text,
    read_time,
    record_or_unreadable,
    unreadable,
)

# Not every one of them holds words.
SHAPES = frozenset({"interactive", "order", "contacts"})
CONTENT = SHAPES | {"text", "location", "image", "video", "document", "audio"}
REVISIONS = frozenset({"edit", "revoke"})
SET_ASIDE = {
    "reaction": SetAsideReason.REACTION,
    "sticker": SetAsideReason.REACTION,
    "system": SetAsideReason.SYSTEM_MESSAGE,
    # WhatsApp says that something came and hands nothing of it over.
    "unsupported": SetAsideReason.SYSTEM_MESSAGE,
    "unknown": SetAsideReason.SYSTEM_MESSAGE,
    "request_welcome": SetAsideReason.SYSTEM_MESSAGE,
    "button": SetAsideReason.DIRECT_MESSAGE,
}
# Of the city's own phone and web app, beside the API.
ECHOES = {"smb_message_echoes": "message_echoes", "message_echoes": "message_echoes"}
TYPES = CONTENT | REVISIONS | SET_ASIDE.keys()
ACCOUNT_FIELDS = frozenset(
    {
        "account_alerts", "account_review_update", "account_update", "business_capability_update",
        "message_template_quality_update", "message_template_status_update", "phone_number_name_update",
        "phone_number_quality_update", "security", "template_category_update", "user_preferences",
    }
)  # fmt: skip

_OF_STATUS = ("id", "status", "timestamp")

_UNIX_SECONDS = re.compile(r"[0-9]{1,13}")
_OBJECT = "whatsapp_business_account"


class WhatsappSource(MetaSource):
    """The city's number at the Cloud API: answers go there, messages come by webhook."""

    model_config = SettingsConfigDict(env_prefix="JSC_WHATSAPP_")

    # Name of an approved template in Indonesian whose body is one parameter: by it the city speaks first.
    template: str | None = None


@line_by_line
def split(content: bytes, origin: str) -> list[Record | Unreadable]:
    """Split one delivery, or a collection of them, into messages, states and notices.

    Args:
        content: A webhook body, a list of bodies, or an object whose values are bodies.
        origin: The file's path, for what cannot be read.

    Returns:
        One entry for each item in the order of the delivery.
    """
    try:
        return list(_document(load_json(content), origin))
    except PayloadError as error:
        return [Unreadable(origin, content, str(error))]


def parse(record: Record) -> Content:
    """Read one record of `split`.

    Raises:
        PayloadError: A value that the Cloud API does not allow, or a type of message that is unknown here.
    """
    payload = record.payload
    match payload.get("kind"):
        case "message":
            return _message(record.source_record_id, payload)
        case "status" | "errors" as kind:
            return NotAReport(SetAsideReason.SYSTEM_MESSAGE, kind)
        case "account":
            return NotAReport(SetAsideReason.PAGE_SETTING, name_of_notice(payload.get("field")))
        case "notice":
            return read_notice(payload)
        case "echo":
            return NotAReport(SetAsideReason.OWN_VOICE)
        case other:
            raise PayloadError("kind message, status, errors, account, notice or echo", found_word(other))


def _document(document: object, origin: str) -> Iterator[Record | Unreadable]:
    if isinstance(document, list):
        yield from _bodies(((str(number), body) for number, body in enumerate(document)), origin)
        return
    fields = read_object(document, "a WhatsApp webhook")
    if not _is_body(fields) and any(_is_body(value) for value in fields.values()):
        yield from _bodies(fields.items(), origin)
    else:
        yield from _body(fields, f"{origin}#")


def _is_body(value: object) -> bool:
    return isinstance(value, dict) and "entry" in value


def _bodies(bodies: Iterable[tuple[str, object]], origin: str) -> Iterator[Record | Unreadable]:
    for name, body in bodies:
        where = f"{origin}#/{name.replace('~', '~0').replace('/', '~1')}"
        try:
            yield from _body(read_object(body, "a WhatsApp webhook"), where)
        except PayloadError as error:
            yield unreadable(where, [body], error)


def _body(body: Mapping[str, Any], where: str) -> Iterator[Record | Unreadable]:
    if body.get("object") != _OBJECT:
        raise PayloadError(f"a webhook of object {_OBJECT}", found_word(body.get("object")))
    for number, entry in enumerate(_list(body.get("entry"), "entry")):
        at = f"{where}/entry/{number}"
        try:
            fields = read_object(entry, "entry")
            changes = _list(fields.get("changes"), "changes")
        except PayloadError as error:
            yield unreadable(at, {"object": _OBJECT, "entry": [entry]}, error)
            continue
        for place, change in enumerate(changes):
            yield from _change(change, fields, f"{at}/changes/{place}")


def _webhook(change: object, entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"object": _OBJECT, "entry": [{"id": entry.get("id"), "time": entry.get("time"), "changes": [change]}]}


def _change(change: object, entry: Mapping[str, Any], where: str) -> Iterator[Record | Unreadable]:
    try:
        fields = read_object(change, "change")
        field = fields.get("field")
        if isinstance(field, str) and field in ACCOUNT_FIELDS:
            payload = {"kind": "account", "time": entry.get("time"), **fields}
            account = f"{read_id(entry.get('id'))}/{field}"
            yield record_or_unreadable(where, account, payload, _webhook(change, entry))
            return
        if not isinstance(field, str) or not field:
            raise PayloadError("field", found(field))
        value = fields.get("value")
        if field != "messages":
            yield from _notices(field, value, entry, where)
            return
        value = read_object(value, "value")
        messages, statuses = (_list(value.get(name, []), name) for name in ("messages", "statuses"))
        if not (value.keys() & {"messages", "statuses", "errors"}):
            raise PayloadError("messages, statuses or errors", "none")
    except PayloadError as error:
        yield unreadable(where, _webhook(change, entry), error)
        return
    for number, message in enumerate(messages):
        yield _message_record(message, value, entry, f"{where}/value/messages/{number}")
    for number, status in enumerate(statuses):
        yield _status_record(status, entry, f"{where}/value/statuses/{number}")
    # Errors beside a message are about that message; alone they are about the city's own number.
    if not messages and not statuses and "errors" in value:
        payload = {"kind": "errors", "time": entry.get("time"), "errors": value["errors"]}
        yield record_or_unreadable(where, entry.get("id"), payload, _webhook(change, entry))


def _notices(field: str, value: object, entry: Mapping[str, Any], where: str) -> Iterator[Record | Unreadable]:
    """Yield what the city itself wrote elsewhere message by message, and any other field as one notice."""
    echoes = value.get(ECHOES[field]) if field in ECHOES and isinstance(value, dict) else None
    if not isinstance(echoes, list) or not echoes:
        yield notice_record(field, value, entry, where, _webhook({"field": field, "value": value}, entry))
        return
    for number, echo in enumerate(echoes):
        alone = _webhook({"field": field, "value": {ECHOES[field]: [echo]}}, entry)
        spoken_of = echo.get("id") if isinstance(echo, dict) else None
        payload = {"kind": "echo", "message": echo}
        yield record_or_unreadable(f"{where}/value/{ECHOES[field]}/{number}", spoken_of, payload, alone)


def _is_own(message: Mapping[str, Any], value: Mapping[str, Any]) -> bool:
    """Say whether a message came from the number that it was delivered for."""
    metadata = value.get("metadata")
    own = metadata.get("display_phone_number") if isinstance(metadata, dict) else None
    sender = message.get("from")
    return isinstance(own, str) and isinstance(sender, str) and _digits(own) == _digits(sender) != ""


def _digits(number: str) -> str:
    return "".join(char for char in number if char.isdigit())


def _message_record(
    message: object, value: Mapping[str, Any], entry: Mapping[str, Any], where: str
) -> Record | Unreadable:
    contact = _contact(message, value) if isinstance(message, dict) else None
    alone = _webhook({"field": "messages", "value": {"contacts": [contact], "messages": [message]}}, entry)
    try:
        fields = read_object(message, "message")
        kind, spoken_of = fields.get("type"), fields.get("id")
        if isinstance(kind, str) and kind in REVISIONS:
            spoken_of = read_object(fields.get(kind), kind).get("original_message_id")
    except PayloadError as error:
        return unreadable(where, alone, error)
    if _is_own(fields, value):
        return record_or_unreadable(where, spoken_of, {"kind": "echo", "message": dict(fields)}, alone)
    return record_or_unreadable(
        where, spoken_of, {"kind": "message", "message": dict(fields), "contact": contact}, alone
    )


def _contact(message: Mapping[str, Any], value: Mapping[str, Any]) -> dict[str, Any] | None:
    """Find who wrote a message.

    The account id of a contact is not always the telephone number that wrote (Meta's reference says so): the
    only contact of the only message is its author all the same.
    """
    delivered = value.get("contacts")
    contacts = [contact for contact in delivered if isinstance(contact, dict)] if isinstance(delivered, list) else []
    for theirs, ours in (("wa_id", "from"), ("user_id", "from_user_id")):
        for contact in contacts:
            if contact.get(theirs) is not None and contact.get(theirs) == message.get(ours):
                return contact
    return contacts[0] if len(contacts) == 1 and len(value["messages"]) == 1 else None


def _status_record(status: object, entry: Mapping[str, Any], where: str) -> Record | Unreadable:
    """Keep of a delivery state what it says and not whom it names: nobody in it reported anything.

    The id of a message holds, in base64, the number that it went to; its hash tells the states of one message as well.
    """
    kept = {name: status[name] for name in _OF_STATUS if name in status} if isinstance(status, dict) else None
    alone = _webhook({"field": "messages", "value": {"statuses": [kept]}}, entry)
    try:
        fields = dict(read_object(kept, "status"))
        fields["id"] = hashlib.sha256(read_id(fields.get("id")).encode()).hexdigest()
    except PayloadError as error:
        return unreadable(where, alone, error)
    return record_or_unreadable(where, fields["id"], {"kind": "status", "status": fields}, alone)


def _message(source_record_id: str, payload: Mapping[str, Any]) -> Content:
    message = read_object(payload.get("message"), "message")
    kind = _type(message, TYPES)
    if kind in SET_ASIDE:
        return NotAReport(SET_ASIDE[kind])
    moment = _moment(message.get("timestamp"))
    if kind == "revoke":
        return ChannelEvent(EventKind.REMOVED, source_record_id, moment)
    content: Mapping[str, Any] = message
    if kind == "edit":
        edit = read_object(message.get("edit"), "edit")
        if edit.get("message") is None:
            return ChannelEvent(EventKind.EDITED, source_record_id, moment)
        content = read_object(edit["message"], "message")
    said = _said(content)
    if said is None:
        return NotAReport(SetAsideReason.DIRECT_MESSAGE)
    return _report(source_record_id, moment, message, said, payload.get("contact"))


@dataclass(frozen=True)
class _Said:
    """What a message holds: words, a place and pictures."""

    words: str = ""
    place: Mapping[str, Any] = field(default_factory=dict)
    photos: tuple[str, ...] = ()


def _said(content: Mapping[str, Any]) -> _Said | None:
    """Read what a message holds; None for a choice from the city's own menu, and where no word came."""
    kind = _type(content, CONTENT)
    if kind in SHAPES and content.get(kind) is None:
        return None
    if kind == "contacts":
        return _Said(read_cards(content.get(kind)))
    body = read_object(content.get(kind), kind)
    match kind:
        case "interactive":
            form = read_form(body)
            return (
                None if form is None else _Said(form[0], photos=tuple(p for one in form[1] for p in _photos(kind, one)))
            )
        case "order":
            words = read_order(body)
            return None if words is None else _Said(words)
        case "location":
            return _Said(place=body)
        case _:
            words = "body" if kind == "text" else "caption"
            return _Said(read_text(body.get(words), words) or "", photos=_photos(kind, body))


def _report(
    source_record_id: str, moment: datetime, message: Mapping[str, Any], said: _Said, contact: object
) -> Report:
    person = {} if contact is None else read_object(contact, "contact")
    profile = {} if person.get("profile") is None else read_object(person["profile"], "profile")
    named = [read_text(said.place.get(part), part) for part in ("name", "address")]
    number, account = _who(message, person)
    return Report(
        source_record_id=source_record_id,
        source_code=None,
        reported_at=moment,
        reporter_name=read_text(profile.get("name"), "name"),
        reporter_contact=number,
        reporter_handle=account,
        title=None,
        description=said.words,
        address=", ".join(part for part in named if part) or None,
        kelurahan_name=None,
        kecamatan_name=None,
        latitude=read_degrees(said.place.get("latitude"), 90),
        longitude=read_degrees(said.place.get("longitude"), 180),
        category_name=None,
        photo_urls=said.photos,
    )


def _who(message: Mapping[str, Any], person: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Telephone number and account of an author, each where it is told; an account may stand in the number's field."""
    told = [read_id(value) for value in (message.get("from"), person.get("wa_id")) if value is not None]
    ids = [read_id(value) for value in (message.get("from_user_id"), person.get("user_id")) if value is not None]
    ids += [value for value in told if vendors.is_user_id(value)]
    return next((value for value in told if not vendors.is_user_id(value)), None), ids[0] if ids else None


def _type(message: Mapping[str, Any], known: frozenset[str]) -> str:
    kind = message.get("type")
    if not isinstance(kind, str) or kind not in known:
        raise PayloadError(f"type {', '.join(sorted(known))}", found_word(kind))
    return kind


def _photos(kind: str, body: Mapping[str, Any]) -> tuple[str, ...]:
    """Name a picture by its Graph URL, which lives 30 days; the `url` beside it dies within minutes."""
    mime_type = body.get("mime_type")
    is_picture = kind == "image" or (isinstance(mime_type, str) and mime_type.startswith("image/"))
    if not is_picture or body.get("id") is None:
        return ()
    return (f"https://graph.facebook.com/{quote(read_id(body['id']), safe='')}",)


def _moment(value: object) -> datetime:
    """Read a moment: the Cloud API writes Unix seconds as text."""
    is_seconds = isinstance(value, str) and _UNIX_SECONDS.fullmatch(value)
    return read_time(int(str(value)) if is_seconds else value, "timestamp")


def _list(value: object, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise PayloadError(f"{name} as a list", found(value))
    return value


CHANNEL = Channel(
    code="whatsapp",
    suffixes=(".json",),
    split=split,
    parse=parse,
    reply=Reply(
        "whatsapp", WhatsappSource, lambda source: ReplySender(source, vendors.whatsapp(source, source.template))
    ),
    push=WhatsappSource,
)
