"""E-mail: one RFC 5322 message per file.

Belongs here: reading a message with any charset, boundary and header that real mail programs write.
Does not belong here: fetching it (mailbox.py), whether a report is clear (complaints/triage/).
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from typing import Any
from urllib.parse import quote

from assets.complaints.channels.channel import Authorship, Channel, Reply
from assets.complaints.channels.mail_automatic import is_automatic, is_digest
from assets.complaints.channels.mail_headers import LIBRARY_ERRORS, header_text
from assets.complaints.channels.mail_people import filled_in, writer
from assets.complaints.channels.mailbox import EmailSource, fetch
from assets.complaints.markup import visible_text
from assets.complaints.model import GRACE, NOT_TOLD, NotAReport, Report, SetAsideReason, TimeBasis
from assets.messages.smtp import SmtpSender, SmtpSettings
from assets.sources.charsets import decode
from assets.sources.mail_dates import mail_moment
from assets.sources.records import PayloadError, Record, Unreadable
from assets.sources.windows import Live
from assets.sources.wire import MAX_ID_LENGTH, storable

# Any text is a message to Python's parser; one of these fields makes it a message to us.
HEADER_FIELDS = (
    "From", "Date", "Received", "Return-Path", "Message-ID", "To", "Sender", "Subject", "MIME-Version",
    "Content-Type",
)  # fmt: skip

_PHOTO_SUFFIXES = (".jpg", ".jpeg", ".jpe", ".jfif", ".png")
_PHOTO_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")

# jsonb holds strings up to 256 MiB; mail servers refuse messages far smaller than this.
MAX_BYTES = 64 * 2**20

_HEAD_OF_A_PAGE = 2048
_CHARSET_OF_A_PAGE = re.compile(rb"<meta[^<>]{0,200}charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\xa0]+")
_BLANK_LINES = re.compile(r"\s*\n\s*\n\s*")


def split(content: bytes, origin: str) -> list[Record | Unreadable]:
    """Take one message in, whole.

    Args:
        content: The bytes of the message, with or without an mbox `From ` line.
        origin: The file's path, for what cannot be read.

    Returns:
        One record, its id the Message-ID or `sha256:` and the hash of the bytes where there is none; or one
        unreadable file.
    """
    try:
        if not content.strip():
            raise PayloadError("an RFC 5322 message", "an empty file")
        if len(content) > MAX_BYTES:
            raise PayloadError(f"a message of at most {MAX_BYTES} bytes", f"{len(content)} bytes")
        message = _message(content)
        if not any(field in message for field in HEADER_FIELDS):
            raise PayloadError("an RFC 5322 message", "no header field of one")
    except PayloadError as error:
        return [Unreadable(origin, content, str(error))]
    payload = {"raw_base64": base64.b64encode(content).decode("ascii")}
    return [Record(_message_id(message) or f"sha256:{hashlib.sha256(content).hexdigest()}", payload)]


def parse(record: Record) -> Report | NotAReport:
    """Read one message: the sender reports, the subject is the title, the text is the problem.

    The plain text counts, or the HTML stripped of its markup; text of a forwarded message where the sender
    added none. The moment is that of the Date field where the latest Received field does not contradict it, else of
    that one, else that of the receipt.

    Raises:
        PayloadError: No bytes in the payload, a message that cannot be taken apart, or a digest of several.
    """
    try:
        raw = base64.b64decode(record.payload["raw_base64"], validate=True)
    except (KeyError, TypeError, ValueError) as error:
        raise PayloadError("raw_base64 as base64", "none") from error
    message = _message(raw)
    try:
        return _read(record.source_record_id, message)
    except LIBRARY_ERRORS as error:
        raise _unparsable(error) from error


def _message(content: bytes) -> Message:
    """Parse the bytes of a message; its parser stumbles over a charset with a NUL in it already here."""
    try:
        return message_from_bytes(content)
    except LIBRARY_ERRORS as error:
        raise _unparsable(error) from error


def _unparsable(error: Exception) -> PayloadError:
    return PayloadError("a message that can be taken apart", type(error).__name__)


def _read(source_record_id: str, message: Message) -> Report | NotAReport:
    sent = writer(message)
    if is_automatic(message, by_a_group=sent.by_a_group, by_a_form=sent.by_a_form):
        return NotAReport(SetAsideReason.SYSTEM_MESSAGE)
    if is_digest(message):
        # Its citizens' words would be one report of nobody.
        raise PayloadError("one mail", "a digest of a list; have the list send every mail by itself")
    description = _text(message)
    # A program that names nobody: answers to it reach nobody, and its address is no one person's.
    person = filled_in(description) if sent.by_a_form and not sent.person.address else sent.person
    reported_at, basis = _moment(message)
    return Report(
        source_record_id=source_record_id,
        source_code=None,
        reported_at=reported_at,
        reporter_name=person.name or None,
        reporter_contact=person.address or None,
        reporter_handle=None,
        title=header_text(message, "Subject") or None,
        description=description,
        address=None,
        kelurahan_name=None,
        kecamatan_name=None,
        latitude=None,
        longitude=None,
        category_name=None,
        photo_urls=_photos(source_record_id, message),
        time_basis=basis,
    )


def _message_id(message: Message) -> str | None:
    field = str(message.get("Message-ID", ""))
    stripped = storable("".join(field.split())).strip("<>")
    return stripped if 0 < len(stripped) <= MAX_ID_LENGTH else None


def _moment(message: Message) -> tuple[datetime, TimeBasis]:
    """When a mail was written, by its sender where the server that received it does not contradict."""
    # Each server puts its line on top: the first Received is the latest, the one of our own mailbox.
    lines = (mail_moment(str(line).rpartition(";")[2]) for line in message.get_all("Received", []))
    received = next((moment for moment in lines if moment is not None), None)
    written = mail_moment(str(message["Date"])) if "Date" in message else None
    if written is not None and (received is None or written <= received + GRACE):
        return written, TimeBasis.SENDER
    if received is not None:
        return received, TimeBasis.CARRIER
    return NOT_TOLD, TimeBasis.SENDER


def _text(message: Message) -> str:
    for subtype, enclosed in (("plain", False), ("html", False), ("plain", True), ("html", True)):
        texts = [_content(part) for part in _parts(message, enclosed=enclosed) if _is_text(part, subtype)]
        written = "\n\n".join(text for text in texts if text)
        if written:
            return written
    return ""


def _parts(message: Message, *, enclosed: bool) -> Iterator[Message]:
    """Walk the parts; those of messages that this one encloses only on demand."""
    yield message
    if message.is_multipart() and (enclosed or message.get_content_maintype() != "message"):
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _parts(part, enclosed=enclosed)


def _is_text(part: Message, subtype: str) -> bool:
    return (
        not part.is_multipart()
        and part.get_content_type() == f"text/{subtype}"
        and part.get_content_disposition() != "attachment"
    )


def _content(part: Message) -> str:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    declared = part.get_content_charset()
    if part.get_content_subtype() == "html":
        told = None if declared else _CHARSET_OF_A_PAGE.search(raw[:_HEAD_OF_A_PAGE])
        text = visible_text(storable(decode(raw, told[1].decode("ascii") if told else declared)))
    else:
        text = storable(decode(raw, declared))
    text = _BLANKS.sub(" ", text.replace("\r\n", "\n"))
    return storable(_BLANK_LINES.sub("\n\n", text).strip())


def image(payload: dict[str, Any], url: str) -> bytes | None:
    """The image inside a message that one of its `mid:` URLs names; None where it holds none that can be decoded."""
    parts = list(_parts(_message(base64.b64decode(payload["raw_base64"])), enclosed=False))
    number = url.rpartition("/")[2]
    part = parts[int(number)] if number.isdigit() and int(number) < len(parts) else None
    try:
        content = part.get_payload(decode=True) if part is not None else None
    except LIBRARY_ERRORS:
        return None
    return content if isinstance(content, bytes) else None


def _photos(source_record_id: str, message: Message) -> tuple[str, ...]:
    """Name the images inside the message by `mid:` URLs (RFC 2392): message, then number of the part."""
    return tuple(
        f"mid:{quote(source_record_id, safe='@')}/{number}"
        for number, part in enumerate(_parts(message, enclosed=False))
        if _is_photo(part)
    )


def _is_photo(part: Message) -> bool:
    """Say that a part is an image: by its type, or where that says nothing by its name or its first bytes."""
    kind = part.get_content_maintype()
    if part.is_multipart() or kind in ("multipart", "message"):
        return False
    if kind == "image":
        return True
    if kind == "text" and part.get_content_disposition() is None and not part.get_filename():
        return False
    if str(part.get_filename() or "").strip().casefold().endswith(_PHOTO_SUFFIXES):
        return True
    content = part.get_payload(decode=True)
    return isinstance(content, bytes) and content.startswith(_PHOTO_SIGNATURES)


def authorship(record: Record) -> Authorship:
    """Whose a mail is: by its address; copies of one mail share its moment or its words."""
    content = parse(record)
    if not isinstance(content, Report):
        return Authorship("", (record.payload["raw_base64"],))
    author = (content.reporter_contact or content.reporter_name or "").casefold()
    words = " ".join(f"{content.title or ''} {content.description}".split())
    written = () if content.reported_at == NOT_TOLD else (content.reported_at.isoformat(),)
    return Authorship(author, (*written, words))


def own_addresses() -> frozenset[str]:
    """The addresses that the city itself writes from."""
    source = EmailSource()
    named = {SmtpSettings().sender, source.user or "", *source.own_addresses}
    return frozenset(address.strip().casefold() for address in named if "@" in address)


CHANNEL = Channel(
    code="email",
    suffixes=(".eml", ".txt"),
    split=split,
    parse=parse,
    live=Live(EmailSource, fetch),
    reply=Reply("smtp", SmtpSettings, SmtpSender),
    enclosed=image,
    authorship=authorship,
    own=own_addresses,
)
