"""Private messages to a page or an account, and the events about them, as Messenger and Instagram deliver both.

Belongs here: the entries `messaging` and `standby`, and the name of a notice. Does not belong here: what is public
(facebook.py, instagram.py).

A private message is no report. Who reads, taps or links is a notice, named by the vendor's word for it.
"""

from collections.abc import Mapping
from typing import Any

from assets.complaints.model import NotAReport, SetAsideReason
from assets.sources.records import PayloadError, Record, Unreadable
from assets.sources.wire import name_of_notice, read_id, read_object, record_or_unreadable, unreadable

LISTS = ("messaging", "standby")

# Of every event: who, whom and when.
_AROUND = frozenset({"sender", "recipient", "timestamp", "hop_context", "prior_message", "app_id"})


def messaging_record(event: object, entry: Mapping[str, Any], where: str, alone: object) -> Record | Unreadable:
    """Make a record of a message, or of an event about messages.

    Args:
        event: The item of the list.
        entry: What the list stands in.
        where: Where the item stands, for what cannot be read.
        alone: The least delivery that holds the item.
    """
    try:
        fields = read_object(event, "messaging")
        if "message" in fields:
            spoken_of = read_id(read_object(fields["message"], "message").get("mid"))
        else:
            spoken_of = _id_of_event(fields, entry)
    except PayloadError as error:
        return unreadable(where, alone, error)
    return record_or_unreadable(where, spoken_of, {"kind": "message", "messaging": dict(fields)}, alone)


def read_messaging(payload: Mapping[str, Any]) -> NotAReport:
    """Say why a record of `messaging_record` is no report.

    Raises:
        PayloadError: No such record.
    """
    fields = read_object(payload.get("messaging"), "messaging")
    if "message" not in fields:
        return NotAReport(SetAsideReason.SYSTEM_MESSAGE, _name(fields))
    message = read_object(fields["message"], "message")
    return NotAReport(SetAsideReason.OWN_VOICE if message.get("is_echo") is True else SetAsideReason.DIRECT_MESSAGE)


def notice_record(
    field: object, value: object, entry: Mapping[str, Any], where: str, alone: object
) -> Record | Unreadable:
    """Make a record of a notice that holds no word of a person; whatever it is named and holds, it is counted."""
    name = name_of_notice(field)
    payload = {"kind": "notice", "field": name, "time": entry.get("time"), "value": value}
    return record_or_unreadable(where, _joined(entry.get("id"), name, entry.get("time")), payload, alone)


def read_notice(payload: Mapping[str, Any]) -> NotAReport:
    """Set a notice aside under its name."""
    return NotAReport(SetAsideReason.SYSTEM_MESSAGE, name_of_notice(payload.get("field")))


def _id_of_event(fields: Mapping[str, Any], entry: Mapping[str, Any]) -> str:
    """Name an event, which has no id of its own, by its sender and its moment; not every event has both."""
    people = (fields.get(name) for name in ("sender", "recipient"))
    who = next((person["id"] for person in people if isinstance(person, dict) and person.get("id")), entry.get("id"))
    moment = fields.get("timestamp") if fields.get("timestamp") is not None else entry.get("time")
    return _joined(who, moment) or _name(fields)


def _joined(*parts: object) -> str:
    return "/".join(str(part).strip() for part in parts if isinstance(part, str | int) and str(part).strip())


def _name(fields: Mapping[str, Any]) -> str:
    return name_of_notice(next((name for name in fields if name not in _AROUND), None))
