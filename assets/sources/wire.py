"""What every wire format needs: JSON, ids, times, numbers and texts, read with care.

Belongs here: reading one value of a payload, or refusing it in words that hold no personal data.
Does not belong here: the shape of one channel's payload (complaints/channels/).
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from assets.sources.records import PayloadError, Record, Unreadable

# PostgreSQL's jsonb and text hold neither NUL nor half a surrogate pair. U+FFFD is Unicode's own sign for "a
# character was lost here": the record stays readable and the loss stays visible.
LOST_CHARACTER = "\ufffd"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

# PostgreSQL refuses an index entry over 2,704 bytes; no channel's real id comes near this.
MAX_ID_LENGTH = 500
MAX_DEPTH = 64
_MILLISECONDS_FROM = 1e11
_WIRE_WORD = re.compile(r"[a-z][a-z_]{0,30}")
# 8412345678 in a narrow cell: spreadsheets show 8.41E+09, in either decimal sign, and save what they show.
_ROUNDED = re.compile(r"\s*[0-9]+(?:[.,][0-9]+)?E\+?[0-9]+\s*", re.IGNORECASE)
_NOTICE = re.compile(r"[a-z][a-z0-9_]{0,60}")

# "2019-10-19 14.05" is five past two to who writes it, and 14:00:00.05 to Python.
_FRACTION_OF_AN_HOUR = re.compile(r"[\dW-]+\D\d\d[.,]")


def found(value: object) -> str:
    """Name the kind of a value without showing it.

    >>> found("Budi, 0812"), found(None), found([1, 2])
    ('text of 10 characters', 'none', 'a list of 2')
    """
    match value:
        case None:
            return "none"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return f"text of {len(value)} characters" if value.strip() else "empty text"
        case list():
            return f"a list of {len(value)}"
        case _:
            return "an object"


def found_word(value: object) -> str:
    """Show a word of the wire format's own vocabulary; name the kind of anything else.

    >>> found_word("unlock"), found_word("Jl. Mawar 5")
    ('unlock', 'text of 11 characters')
    """
    if isinstance(value, str) and _WIRE_WORD.fullmatch(value):
        return value
    return found(value)


def name_of_notice(value: object) -> str:
    """Name a notice by the vendor's own word for it; whatever is no such word has no name.

    >>> name_of_notice("group_participants_update"), name_of_notice("Budi 0812"), name_of_notice(None)
    ('group_participants_update', 'unnamed', 'unnamed')
    """
    return value if isinstance(value, str) and _NOTICE.fullmatch(value) else "unnamed"


def storable(text: str) -> str:
    """Put the sign for a lost character where PostgreSQL could not store the one delivered."""
    return _UNSTORABLE.sub(LOST_CHARACTER, text)


def load_json(content: bytes) -> Any:
    """Read JSON bytes into values that jsonb can store.

    Raises:
        PayloadError: Not JSON, a number beyond a float, or nested deeper than `MAX_DEPTH`.
    """
    if not content.strip():
        raise PayloadError("JSON", "an empty file")
    try:
        document = json.loads(content, parse_constant=_refuse_number, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise PayloadError("JSON in a Unicode encoding", "bytes of another encoding") from error
    except json.JSONDecodeError as error:
        raise PayloadError("JSON", f"something else at line {error.lineno} column {error.colno}") from error
    except ValueError as error:
        raise PayloadError("JSON numbers", "an integer of thousands of digits") from error
    except RecursionError as error:
        raise PayloadError(f"JSON at most {MAX_DEPTH} levels deep", "a deeper one") from error
    return _storable_value(document, 0)


def read_id(value: object) -> str:
    """Read an id: text or an integer.

    Raises:
        PayloadError: None, blank, of another kind, or longer than `MAX_ID_LENGTH`.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise PayloadError("id", "none" if value is None else found(value))
    if len(value) > MAX_ID_LENGTH:
        raise PayloadError(f"an id of at most {MAX_ID_LENGTH} characters", found(value))
    return value.strip()


def record_or_unreadable(
    origin: str, source_record_id: object, payload: dict[str, Any], delivery: object
) -> Record | Unreadable:
    """Make a record of an item, or keep `delivery`, the least one that holds the item, and say why it can be none."""
    try:
        return Record(read_id(source_record_id), payload)
    except PayloadError as error:
        return unreadable(origin, delivery, error)


def unreadable(origin: str, delivery: object, error: PayloadError) -> Unreadable:
    """Keep an item that cannot be a record.

    Args:
        origin: Where it stood.
        delivery: The item in the least JSON that the channel's `split` reads, so that it can be read again once
            the channel's module was mended. It holds nothing else: what stood beside the item was read already.
        error: Why it cannot be a record.
    """
    return Unreadable(origin, json.dumps(delivery, ensure_ascii=False).encode(), str(error))


def is_rounded(text: str) -> bool:
    """Say whether a spreadsheet rounded a number: thousands of ids or telephone numbers are then the same.

    >>> is_rounded("6,2812E+12"), is_rounded("6.28e12"), is_rounded("+628120000")
    (True, True, False)
    """
    return _ROUNDED.fullmatch(text) is not None


def read_object(value: object, name: str) -> Mapping[str, Any]:
    """Read a JSON object.

    Raises:
        PayloadError: Anything else.
    """
    if not isinstance(value, dict):
        raise PayloadError(f"{name} as an object", found(value))
    return value


def read_text(value: object, name: str) -> str | None:
    """Read a text; None where it is absent or blank.

    Raises:
        PayloadError: Something that is no text.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        raise PayloadError(f"{name} as text", found(value))
    return value.strip() or None


def read_degrees(value: object, limit: float) -> float | None:
    """Read a coordinate, as number or text; None where it is absent, no number or beyond the globe.

    >>> read_degrees("-6.2", 90), read_degrees(106.8, 90), read_degrees("", 90)
    (-6.2, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        degrees = float(value)
    except (ValueError, OverflowError):
        return None
    return degrees if math.isfinite(degrees) and abs(degrees) <= limit else None


def read_time(value: object, name: str, *, without_offset: tzinfo | None = None) -> datetime:
    """Read a moment: ISO 8601 text, or Unix seconds or milliseconds.

    Args:
        value: The moment as delivered.
        name: Its name in the payload, for the error.
        without_offset: The zone of a text without an offset; None refuses such a text.

    Returns:
        The moment in UTC.

    Raises:
        PayloadError: No moment of the years 1970 to 9999.
    """
    expected = f"{name} as a moment"
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _in_utc(_from_unix(value))
        if isinstance(value, str) and not _FRACTION_OF_AN_HOUR.match(value.strip()):
            moment = datetime.fromisoformat(value.strip())
            if moment.tzinfo is None and without_offset is not None:
                moment = moment.replace(tzinfo=without_offset)
            return _in_utc(moment)
    except (ValueError, OverflowError, OSError) as error:
        raise PayloadError(expected, found(value)) from error
    raise PayloadError(expected, found(value))


def _from_unix(value: float) -> datetime:
    seconds = value / 1000 if value >= _MILLISECONDS_FROM else value
    return datetime.fromtimestamp(seconds, UTC)


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("no offset")
    moment = moment.astimezone(UTC)
    if moment.year < 1970:
        raise ValueError("before 1970")
    return moment


def _refuse_number(constant: str) -> float:
    raise PayloadError("JSON numbers", constant)


def _finite(literal: str) -> float:
    number = float(literal)
    if not math.isfinite(number):
        raise PayloadError("JSON numbers", "a number beyond a float")
    return number


def _storable_value(value: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise PayloadError(f"JSON at most {MAX_DEPTH} levels deep", "a deeper one")
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_storable_value(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {storable(key): _storable_value(item, depth + 1) for key, item in value.items()}
    return value
