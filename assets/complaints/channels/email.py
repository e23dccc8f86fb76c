"""E-mail: one RFC 5322 message per file.

Belongs here: reading a message with any charset, boundary and header that real mail programs write.
Does not belong here: fetching it (mailbox.py), whether a report is clear (complaints/triage/).
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from assets.complaints.channels.channel import Channel, Reply
from assets.complaints.channels.mailbox import EmailSource, fetch
from assets.complaints.markup import visible_text
from assets.complaints.model import NotAReport, Report, SetAsideReason
from assets.messages.smtp import SmtpSender, SmtpSettings
from assets.sources.records import PayloadError, Record, Unreadable
from assets.sources.windows import Live
from assets.sources.wire import MAX_ID_LENGTH, storable

# Any text is a message to Python's parser; one of these fields makes it a message to us.
HEADER_FIELDS = (
    "From", "Date", "Received", "Return-Path", "Message-ID", "To", "Sender", "Subject", "MIME-Version",
    "Content-Type",
)  # fmt: skip

# jsonb holds strings up to 256 MiB; mail servers refuse messages far smaller than this.
MAX_BYTES = 64 * 2**20

# What the standard library raises on broken mail, beyond its documented errors. CPython's parsers of headers
# and parameters index, unpack and decode what they find.
_LIBRARY_ERRORS = (
    ValueError, LookupError, TypeError, AttributeError, AssertionError, OverflowError, RecursionError,
    HeaderParseError, binascii.Error,
)  # fmt: skip

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
    added none. The moment is that of the Date field, else of the latest Received field.

    Raises:
        PayloadError: No bytes in the payload, no moment in Date or Received, or a message that cannot be
            taken apart.
    """
    try:
        raw = base64.b64decode(record.payload["raw_base64"], validate=True)
    except (KeyError, TypeError, ValueError) as error:
        raise PayloadError("raw_base64 as base64", "none") from error
    message = _message(raw)
    try:
        return _read(record.source_record_id, message)
    except _LIBRARY_ERRORS as error:
        raise _unparsable(error) from error


def _message(content: bytes) -> Message:
    """Parse the bytes of a message; its parser stumbles over a charset with a NUL in it already here."""
    try:
        return message_from_bytes(content)
    except _LIBRARY_ERRORS as error:
        raise _unparsable(error) from error


def _unparsable(error: Exception) -> PayloadError:
    return PayloadError("a message that can be taken apart", type(error).__name__)


def _read(source_record_id: str, message: Message) -> Report | NotAReport:
    if _is_automatic(message):
        return NotAReport(SetAsideReason.SYSTEM_MESSAGE)
    name, address = parseaddr(_header(message, "From") or _header(message, "Sender"))
    if "@" not in address:
        # "From: foo" is a name that the parser takes for an address.
        name, address = name or address, ""
    return Report(
        source_record_id=source_record_id,
        source_code=None,
        reported_at=_moment(message),
        reporter_name=name.strip() or None,
        reporter_contact=address or None,
        reporter_handle=None,
        title=_header(message, "Subject") or None,
        description=_text(message),
        address=None,
        kelurahan_name=None,
        kecamatan_name=None,
        latitude=None,
        longitude=None,
        category_name=None,
        photo_urls=_photos(source_record_id, message),
    )


def _message_id(message: Message) -> str | None:
    field = str(message.get("Message-ID", ""))
    stripped = storable("".join(field.split())).strip("<>")
    return stripped if 0 < len(stripped) <= MAX_ID_LENGTH else None


def _is_automatic(message: Message) -> bool:
    """Bounces (RFC 6522) and automatic replies (RFC 3834): no person wrote them."""
    submitted = str(message.get("Auto-Submitted", "no")).split(";")[0].strip().casefold()
    return message.get_content_type() == "multipart/report" or submitted not in ("no", "")


def _moment(message: Message) -> datetime:
    stamps = [str(message["Date"])] if "Date" in message else []
    # Each server puts its line on top: the first Received is the latest, the one of our own mailbox.
    stamps.extend(str(line).rpartition(";")[2] for line in message.get_all("Received", []))
    for stamp in stamps:
        try:
            moment = parsedate_to_datetime(stamp)
            # RFC 5322 writes "-0000" for UTC of an unknown zone, which Python gives back without a zone.
            moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
        except _LIBRARY_ERRORS:
            continue
        if moment.year >= 1970:
            return moment
    raise PayloadError("a moment in the Date or a Received field", f"none in {len(stamps)} fields")


def _header(message: Message, field: str) -> str:
    value = message.get(field)
    if value is None:
        return ""
    try:
        chunks = decode_header(value)
    except _LIBRARY_ERRORS:
        chunks = [(str(value), None)]
    text = "".join(chunk if isinstance(chunk, str) else _decode(chunk, charset or "ascii") for chunk, charset in chunks)
    return " ".join(storable(text).split())


def _decode(raw: bytes, charset: str) -> str:
    """Decode by the charset declared, else UTF-8, else Latin-1, which reads any bytes."""
    for candidate in (charset, "utf-8"):
        try:
            return raw.decode(candidate)
        except (UnicodeError, LookupError, ValueError):
            continue
    return raw.decode("latin-1")


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
    text = storable(_decode(raw, part.get_content_charset("utf-8")))
    if part.get_content_subtype() == "html":
        text = visible_text(text)
    text = _BLANKS.sub(" ", text.replace("\r\n", "\n"))
    return storable(_BLANK_LINES.sub("\n\n", text).strip())


def image(payload: dict[str, Any], url: str) -> bytes | None:
    """The image inside a message that one of its `mid:` URLs names; None where it holds none that can be decoded."""
    parts = list(_parts(_message(base64.b64decode(payload["raw_base64"])), enclosed=False))
    number = url.rpartition("/")[2]
    part = parts[int(number)] if number.isdigit() and int(number) < len(parts) else None
    try:
        content = part.get_payload(decode=True) if part is not None else None
    except _LIBRARY_ERRORS:
        return None
    return content if isinstance(content, bytes) else None


def _photos(source_record_id: str, message: Message) -> tuple[str, ...]:
    """Name the images inside the message by `mid:` URLs (RFC 2392): message, then number of the part."""
    return tuple(
        f"mid:{quote(source_record_id, safe='@')}/{number}"
        for number, part in enumerate(_parts(message, enclosed=False))
        if part.get_content_maintype() == "image"
    )


CHANNEL = Channel(
    code="email",
    suffixes=(".eml", ".txt"),
    split=split,
    parse=parse,
    live=Live(EmailSource, fetch),
    reply=Reply("smtp", SmtpSettings, SmtpSender),
    enclosed=image,
)
