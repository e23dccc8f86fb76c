"""SMS: the inbox that Gammu SMSD fills, from its database or from an export of its table.

Belongs here: the inbox's columns, parts joined to messages, and messages read into reports.
Does not belong here: headers and alphabets (gsm.py), whether a report is clear (complaints/triage/).

A long message comes in parts, out of order, each with the sender's reference for the whole. They are one record,
under the id of the row that came first. Where a part never came, the sign for a lost character stands in its
place.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import psycopg
from psycopg import sql

from assets.clock import WIB
from assets.complaints.channels.channel import Channel, Reply
from assets.complaints.channels.gsm import Concatenation, decode_default, decode_unicode, read_concatenation
from assets.complaints.model import NotAReport, Report, SetAsideReason
from assets.complaints.triage.names import stated_name
from assets.messages.smsd import SmsdSender
from assets.sources.csv_rows import read_rows, spelling
from assets.sources.records import Delivery, PayloadError, Record, Unreadable, Window
from assets.sources.settings import SmsSource
from assets.sources.transport import SourceError
from assets.sources.windows import Live
from assets.sources.wire import LOST_CHARACTER, found, load_json, read_id, read_object, read_text, read_time, unreadable

ID, TIME, SENDER, CODING, HEADER, TEXT, DECODED = (
    "ID", "ReceivingDateTime", "SenderNumber", "Coding", "UDH", "Text", "TextDecoded",
)  # fmt: skip
# The other columns tell what the gateway did with a row, and change when it does more.
COLUMNS = (ID, TIME, SENDER, CODING, HEADER, TEXT, DECODED)
_BY_SPELLING = {spelling(column): column for column in COLUMNS}

# A sender's reference has one byte and comes round again; its parts follow each other within seconds, or after a
# night without power.
WAIT = timedelta(hours=24)

# A service writes from a word or a short code, a person from a telephone number.
_TELEPHONE = re.compile(r"\+?\d{7,15}")


@dataclass(frozen=True)
class Part:
    """One row of the inbox.

    Attributes:
        row: Its known columns.
        id: Of the row.
        at: When it came; None where it does not say.
        place: Its place in a message of several parts; None for a message of one.
    """

    row: dict[str, Any]
    id: str
    at: datetime | None
    place: Concatenation | None

    @property
    def order(self) -> tuple[datetime, int, str]:
        """The order in which rows came."""
        return self.at or datetime.min.replace(tzinfo=UTC), len(self.id), self.id

    @property
    def said(self) -> tuple[object, object]:
        """Its text, in both forms."""
        return self.row.get(TEXT), self.row.get(DECODED)


@dataclass
class Message:
    """Parts that belong together, by their number."""

    total: int
    parts: dict[int, Part] = field(default_factory=dict)

    @property
    def first(self) -> Part:
        """The part that came first."""
        return min(self.parts.values(), key=lambda part: part.order)

    @property
    def settled_at(self) -> datetime | None:
        """From when on the message is what it is: its last part came, or is waited for no longer."""
        moments = [part.at for part in self.parts.values() if part.at is not None]
        if not moments:
            return None
        return max(moments) if len(self.parts) == self.total else min(moments) + WAIT

    def takes(self, part: Part, place: Concatenation) -> bool:
        """Say whether a part with this message's reference is of this message, and not of a later one."""
        came, comes = self.first.at, part.at
        if came is None or comes is None or comes - came > WAIT:
            return False
        return place.number not in self.parts or self.parts[place.number].said == part.said


def fetch(window: Window, source: SmsSource) -> Iterator[Delivery]:
    """Fetch the messages of a window from SMSD's database; nothing is marked there and nothing deleted.

    A message is of the window in which its last part came, or in which waiting for it ended: only then is it
    known, and it stays the same when the window is fetched again.

    Raises:
        SourceError: No database, no inbox in it, or no answer in time.
    """
    rows = _inbox(source, window.start - 2 * WAIT, window.end)
    messages = [
        message
        for message in join(read_part(row) for row in rows)
        if message.settled_at is not None and window.start <= message.settled_at < window.end
    ]
    if messages:
        settled = [part.row for message in messages for _, part in sorted(message.parts.items())]
        origin = f"SMSD inbox {window.start.isoformat()}/{window.end.isoformat()}"
        yield Delivery(origin, lambda: json.dumps(settled).encode())


def split(content: bytes, origin: str) -> list[Record | Unreadable]:
    """Split an export of the inbox into messages.

    Args:
        content: JSON, a list of rows or one row; or CSV. What a message lacks here it lacks for good.
        origin: The file's path, for what cannot be read.

    Returns:
        One record for each message, one unreadable for each row that is none.
    """
    try:
        rows, lost = _rows(content, origin)
    except PayloadError as error:
        return [Unreadable(origin, content, str(error))]
    parts: list[Part] = []
    for where, row in rows:
        try:
            parts.append(read_part(row))
        except PayloadError as error:
            lost.append(unreadable(where, [row], error))
    return [*(_record(message) for message in join(parts)), *lost]


def parse(record: Record) -> Report | NotAReport:
    """Read one message.

    `ReceivingDateTime` is the clock of the gateway, WIB; of several parts the first counts.

    Raises:
        PayloadError: No moment in `ReceivingDateTime`, or a value of the wrong kind.
    """
    parts = record.payload.get("parts")
    if not isinstance(parts, list) or not parts:
        raise PayloadError("parts as a list", found(parts))
    rows = [read_object(part, "part") for part in parts]
    sender = read_text(rows[0].get(SENDER), SENDER)
    if sender is None:
        raise PayloadError(SENDER, "none")
    text = _text(rows, record.payload.get("total"))
    if (_is_data(rows[0]) and not text) or not _TELEPHONE.fullmatch(sender):
        return NotAReport(SetAsideReason.SYSTEM_MESSAGE)
    return Report(
        source_record_id=record.source_record_id,
        source_code=None,
        reported_at=min(read_time(row.get(TIME), TIME, without_offset=WIB) for row in rows),
        reporter_name=stated_name(text),
        reporter_contact=sender,
        reporter_handle=None,
        title=None,
        description=text,
        address=None,
        kelurahan_name=None,
        kecamatan_name=None,
        latitude=None,
        longitude=None,
        category_name=None,
        photo_urls=(),
    )


def _inbox(source: SmsSource, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Read the rows that came in a span of time, as texts: so an export of the table holds them too."""
    columns = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(column)) for column in COLUMNS)
    query = sql.SQL("select {} from inbox where {time} >= %s and {time} < %s order by {time}, {id}")
    span = [moment.astimezone(WIB).replace(tzinfo=None) for moment in (start, end)]
    try:
        with psycopg.connect(
            source.url or "",
            password=source.password.get_secret_value() if source.password else None,
            connect_timeout=math.ceil(source.timeout_s),
            options=f"-c statement_timeout={source.timeout_s * 1000:.0f} -c datestyle=iso",
        ) as connection:
            connection.read_only = True
            found_rows = connection.execute(
                query.format(columns, time=sql.Identifier(TIME), id=sql.Identifier(ID)), span
            ).fetchall()
    except psycopg.Error as error:
        # The driver's own words may quote the address, with the password in it.
        raise SourceError(
            f"SMSD database: expected the table inbox, found {type(error).__name__}. Look at JSC_SMS_URL."
        ) from None
    return [dict(zip(COLUMNS, row, strict=True)) for row in found_rows]


def read_part(row: object) -> Part:
    """Read a row of the inbox.

    Raises:
        PayloadError: No row, no id, or neither of the columns that hold a text.
    """
    named = {_BY_SPELLING.get(spelling(name)): value for name, value in read_object(row, "row").items()}
    known = {name: value for name, value in named.items() if name is not None and value is not None}
    if not named.keys() & {TEXT, DECODED}:
        raise PayloadError(f"{TEXT} or {DECODED}", "none")
    known[ID] = read_id(known.get(ID))
    try:
        at = read_time(known.get(TIME), TIME, without_offset=WIB)
    except PayloadError:
        # The row is a message all the same; it is refused where it is parsed.
        at = None
    return Part(known, known[ID], at, read_concatenation(known.get(HEADER)))


def join(parts: Iterable[Part]) -> list[Message]:
    """Join parts to messages, in the order in which messages began; a part that came twice counts once."""
    messages: list[Message] = []
    newest: dict[tuple[str, str, int], Message] = {}
    for part in sorted(parts, key=lambda part: part.order):
        if part.place is None:
            messages.append(Message(1, {1: part}))
            continue
        key = str(part.row.get(SENDER)), part.place.reference, part.place.total
        message = newest.get(key)
        if message is None or not message.takes(part, part.place):
            message = newest[key] = Message(part.place.total)
            messages.append(message)
        message.parts.setdefault(part.place.number, part)
    return messages


def _record(message: Message) -> Record:
    parts = [{"number": number, **part.row} for number, part in sorted(message.parts.items())]
    return Record(message.first.id, {"total": message.total, "parts": parts})


def _rows(content: bytes, origin: str) -> tuple[list[tuple[str, object]], list[Unreadable]]:
    """Read the rows of an export, each with where it stands, and those that are torn.

    Raises:
        PayloadError: No such export.
    """
    try:
        table = read_rows(content, COLUMNS, (ID, TIME, SENDER, DECODED))
    except PayloadError:
        if content.lstrip()[:1] not in (b"[", b"{"):
            raise
        document = load_json(content)
        rows = document if isinstance(document, list) else [document]
        return [(f"{origin}#/{number}", row) for number, row in enumerate(rows)], []
    torn = [Unreadable(f"{origin}#row {row.number}", row.content, str(row.fault)) for row in table if row.fault]
    # The column of the text is there, whether or not this row has one.
    sound = [(f"{origin}#row {row.number}", {DECODED: None, **row.values}) for row in table if not row.fault]
    return list(sound), torn


def _text(rows: list[Mapping[str, Any]], total: object) -> str:
    """Put a message together, with the sign for a lost character where parts are missing."""
    present = {row.get("number"): row for row in rows}
    numbers = range(1, total + 1) if isinstance(total, int) else present.keys()
    runs = groupby(numbers, key=lambda number: number in present)
    return "".join(
        _decode([present[number] for number in run]) if is_there else LOST_CHARACTER for is_there, run in runs
    ).strip()


def _decode(rows: list[Mapping[str, Any]]) -> str:
    """Decode consecutive parts.

    UCS-2 is read from its digits: SMSD decodes each part for itself, and a character that lies in two parts
    is then lost.
    """
    if all(str(row.get(CODING)).startswith("Unicode") and row.get(TEXT) for row in rows):
        text = decode_unicode([row.get(TEXT) for row in rows])
        if text is not None:
            return text
    return "".join(_decoded(row) or (not _is_data(row) and decode_default(row.get(TEXT))) or "" for row in rows)


def _is_data(row: Mapping[str, Any]) -> bool:
    """Say whether a message is of octets, as settings and pictures are, and not of characters."""
    return row.get(CODING) == "8bit"


def _decoded(row: Mapping[str, Any]) -> str | None:
    text = row.get(DECODED)
    if text is not None and not isinstance(text, str):
        raise PayloadError(f"{DECODED} as text", found(text))
    return text


CHANNEL = Channel(
    code="sms",
    suffixes=(".json", ".csv"),
    split=split,
    parse=parse,
    live=Live(SmsSource, fetch),
    reply=Reply("smsd", SmsSource, SmsdSender),
)
