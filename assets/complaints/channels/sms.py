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
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql

from assets.clock import city_zone
from assets.complaints.channels.channel import Channel, Reply
from assets.complaints.channels.gsm import Concatenation, decode_default, decode_unicode, read_concatenation
from assets.complaints.model import NotAReport, Report, SetAsideReason
from assets.complaints.triage.names import stated_name
from assets.messages.smsd import SmsdSender
from assets.sources.forms import Form, spelling
from assets.sources.local_time import read_written
from assets.sources.records import Delivery, Noted, PayloadError, Record, Unreadable, Window
from assets.sources.settings import SmsSource
from assets.sources.tables import SUFFIXES, Table, read_table, read_table_id
from assets.sources.telephone import read_telephone, write_plainly
from assets.sources.transport import SourceError
from assets.sources.windows import Live
from assets.sources.wire import LOST_CHARACTER, found, is_rounded, load_json, read_object, read_text, unreadable
from assets.sources.workbook import is_workbook

ID, TIME, SENDER, CODING, HEADER, TEXT, DECODED = (
    "ID", "ReceivingDateTime", "SenderNumber", "Coding", "UDH", "Text", "TextDecoded",
)  # fmt: skip
# The other columns tell what the gateway did with a row, and change when it does more.
COLUMNS = (ID, TIME, SENDER, CODING, HEADER, TEXT, DECODED)
FORM = Form(
    COLUMNS,
    required=(ID, TIME, SENDER, DECODED),
    left_out=("UpdatedInDB", "SMSCNumber", "Class", "RecipientID", "Processed", "Status"),
)

# A sender's reference has one byte and comes round again; its parts follow each other within seconds, or after a
# night without power.
WAIT = timedelta(hours=24)

# A service writes from a word or a short code, a person from a telephone number.
_SHORT_CODE = re.compile(r"[*#+]*[0-9][0-9*#\s-]{0,7}")
_PUNCTUATION = re.compile(r"[^0-9+]")
# With so many beside a word it is a person's number and name, in a form that nobody here knows.
_DIGITS_OF_A_PERSON = 9


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
    def said(self) -> object:
        """Its own text: SMSD decodes the whole message into one of its rows."""
        return self.row.get(TEXT) or self.row.get(DECODED)


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
    inbox = _inbox(source, window.start - 2 * WAIT, window.end)
    rows = [_with_offset(row, source.zone) for row in inbox]
    messages = [
        message
        for message in join(read_part(row) for row in rows)
        if message.settled_at is not None and window.start <= message.settled_at < window.end
    ]
    if messages:
        settled = [part.row for message in messages for _, part in sorted(message.parts.items())]
        origin = f"SMSD inbox {window.start.isoformat()}/{window.end.isoformat()}"
        yield Delivery(origin, lambda: json.dumps(settled).encode())


def split(content: bytes, origin: str) -> list[Record | Unreadable | Noted]:
    """Split an export of the inbox into messages.

    Args:
        content: JSON, a list of rows or one row; or a table. What a message lacks here it lacks for good.
        origin: The file's path, for what cannot be read.

    Returns:
        One record for each message, one unreadable for each row that is none, and what was passed over.
    """
    try:
        rows, others = _rows(content, origin)
    except PayloadError as error:
        return [Unreadable(origin, content, str(error))]
    zone = SmsSource().zone
    parts: list[Part] = []
    for where, row in rows:
        try:
            parts.append(read_part(_with_offset(row, zone)))
        except PayloadError as error:
            others.append(unreadable(where, [row], error))
    return [*(_record(message) for message in join(parts)), *others]


def parse(record: Record) -> Report | NotAReport:
    """Read one message.

    `ReceivingDateTime` is of the gateway's zone, the city's where `split` wrote no offset behind it; of several
    parts the first counts.

    Raises:
        PayloadError: No moment in `ReceivingDateTime`, a sender that was rounded, or a value of the wrong kind.
    """
    parts = record.payload.get("parts")
    if not isinstance(parts, list) or not parts:
        raise PayloadError("parts as a list", found(parts))
    rows = [read_object(part, "part") for part in parts]
    sender = read_text(rows[0].get(SENDER), SENDER)
    if sender is None:
        raise PayloadError(SENDER, "none")
    number, text = _number(sender), _text(rows, record.payload.get("total"))
    if (_is_data(rows[0]) and not text) or number is None:
        return NotAReport(SetAsideReason.SYSTEM_MESSAGE)
    return Report(
        source_record_id=record.source_record_id,
        source_code=None,
        reported_at=min(read_written(row.get(TIME), TIME) for row in rows),
        reporter_name=stated_name(text),
        reporter_contact=number,
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


def _number(sender: str) -> str | None:
    """Read the number of a person without its punctuation; None for a service: letters or a short code.

    Raises:
        PayloadError: A number that a spreadsheet rounded, or signs that are neither.
    """
    if is_rounded(write_plainly(sender)):
        raise PayloadError(f"{SENDER} as a telephone number", "one that a spreadsheet rounded")
    if (number := read_telephone(sender)) is not None:
        # "+62 (0)812" is answered without the 0.
        return number if sender.strip().startswith("+") else _PUNCTUATION.sub("", write_plainly(sender))
    is_word = any(char.isalpha() for char in sender) and sum(char.isdigit() for char in sender) < _DIGITS_OF_A_PERSON
    if is_word or _SHORT_CODE.fullmatch(sender.strip()):
        return None
    raise PayloadError(f"{SENDER} as a telephone number, a word or a short code", found(sender))


def _inbox(source: SmsSource, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Read the rows that came in a span of time, as texts: so an export of the table holds them too."""
    columns = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(column)) for column in COLUMNS)
    query = sql.SQL("select {} from inbox where {time} >= %s and {time} < %s order by {time}, {id}")
    span = [moment.astimezone(source.zone).replace(tzinfo=None) for moment in (start, end)]
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
    named = {FORM.own_names.get(spelling(name)): value for name, value in read_object(row, "row").items()}
    known = {name: value for name, value in named.items() if name is not None and value is not None}
    if not named.keys() & {TEXT, DECODED}:
        raise PayloadError(f"{TEXT} or {DECODED}", "none")
    known[ID] = read_table_id(known.get(ID), ID)
    try:
        at = read_written(known.get(TIME), TIME)
    except PayloadError:
        # The row is a message all the same; it is refused where it is parsed.
        at = None
    return Part(known, known[ID], at, read_concatenation(known.get(HEADER)))


def _with_offset(row: object, zone: ZoneInfo) -> Any:
    """Write the gateway's offset behind its clock, where that is not the city's and none is written."""
    if zone.key == city_zone().key or not isinstance(row, dict):
        return row
    return {
        name: _in_zone(value, zone) if FORM.own_names.get(spelling(name)) == TIME else value
        for name, value in row.items()
    }


def _in_zone(value: object, zone: ZoneInfo) -> object:
    try:
        moment = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return _written_in_zone(value, zone)
    return value if moment is None or moment.tzinfo is not None else moment.replace(tzinfo=zone).isoformat(" ")


def _written_in_zone(value: object, zone: ZoneInfo) -> object:
    try:
        return read_written(value, TIME, zone=zone).astimezone(zone).isoformat(" ")
    except PayloadError:
        return value


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


def _rows(content: bytes, origin: str) -> tuple[list[tuple[str, object]], list[Unreadable | Noted]]:
    """Read the rows of an export, each with where it stands; and those that are torn, with what was passed over.

    Raises:
        PayloadError: No such export.
    """
    if content.lstrip()[:1] in (b"[", b"{") and not is_workbook(content):
        try:
            document = load_json(content)
        except PayloadError as error:
            # A table's first column may have such a name all the same.
            table = _table_or(content, error)
        else:
            rows = document if isinstance(document, list) else [document]
            return [(f"{origin}#/{number}", row) for number, row in enumerate(rows)], []
    else:
        table = read_table(content, FORM)
    torn = [Unreadable(f"{origin}#{row.place}", row.content, str(row.fault)) for row in table.rows if row.fault]
    # The column of the text is there, whether or not this row has one.
    sound = [(f"{origin}#{row.place}", {DECODED: None, **row.values}) for row in table.rows if not row.fault]
    return list(sound), [*torn, *(Noted(origin, note) for note in table.notes)]


def _table_or(content: bytes, error: PayloadError) -> Table:
    try:
        return read_table(content, FORM)
    except PayloadError:
        raise error from None


def _text(rows: list[Mapping[str, Any]], total: object) -> str:
    """Put a message together, with the sign for a lost character where parts are missing."""
    present = {row.get("number"): row for row in rows}
    numbers = range(1, total + 1) if isinstance(total, int) else present.keys()
    runs = groupby(numbers, key=lambda number: number in present)
    return "".join(
        _decode([present[number] for number in run]) if is_there else LOST_CHARACTER for is_there, run in runs
    ).strip()


def _decode(rows: list[Mapping[str, Any]]) -> str:
    """Decode consecutive parts, each from its own digits by its own alphabet.

    SMSD decodes the text of a whole message into its first row and leaves the others empty: what is decoded counts
    where a row has no digits only. Parts in UCS-2 are decoded together, for a character may lie in two of them.
    """
    runs = groupby(rows, key=lambda row: str(row.get(CODING)).startswith("Unicode") and bool(row.get(TEXT)))
    return "".join(_decode_run(list(run), is_unicode) for is_unicode, run in runs)


def _decode_run(rows: list[Mapping[str, Any]], is_unicode: bool) -> str:
    together = decode_unicode([row.get(TEXT) for row in rows]) if is_unicode else None
    if together is not None:
        return together
    return "".join(_decode_alone(row) for row in rows)


def _decode_alone(row: Mapping[str, Any]) -> str:
    decoded = _decoded(row) or ""
    if _is_data(row) or not row.get(TEXT):
        return decoded
    text = decode_unicode([row[TEXT]]) if str(row.get(CODING)).startswith("Unicode") else decode_default(row[TEXT])
    return decoded if text is None else text


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
    suffixes=(".json", *SUFFIXES),
    split=split,
    parse=parse,
    live=Live(SmsSource, fetch),
    own=lambda: [SmsSource().number],
    reply=Reply("smsd", SmsSource, SmsdSender),
)
