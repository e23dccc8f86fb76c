"""WhatsApp: webhook bodies of the Cloud API.

Belongs here: the Cloud API's wire format, and what the city's number receives besides complaints.
Does not belong here: who complains about what (sample_city/complaints.py).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from sample_city.channels.channel import Channel, File, Habits
from sample_city.channels.files import as_json
from sample_city.channels.meta import vendor
from sample_city.model import Complaint, Deliveries, Extras, Item, Missing, end_of, moment_of
from sample_city.people import Person, citizen

ACCOUNT_ID, NUMBER_ID, NUMBER = "102290000002019", "106540000002019", "628000009999"
_STATES = ("sent", "delivered", "read")


def deliveries(day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras) -> Deliveries:
    """The webhook bodies of one day: messages, edits, revocations, reactions, and states of the city's own answers."""
    delivered: Deliveries = []
    for complaint in complaints:
        delivered.append((complaint.reported_at, _body(complaint, _message(complaint))))
        if complaint.edited_at is not None:
            delivered.append((complaint.edited_at, _body(complaint, _revision(complaint, extras))))
        if rng.random() < 0.3:
            delivered += _states(complaint, day, rng, extras)
    for kind in ("reaction", "sticker", "button"):
        delivered.append(_aside(day, kind, rng, extras))
    return delivered


def files(day: date, items: Sequence[Item]) -> Iterator[File]:
    """The bodies of each hour in a list."""
    by_hour: defaultdict[int, list[Any]] = defaultdict(list)
    for item in items:
        by_hour[item.at.hour].append(item.body)
    for hour, bodies in by_hour.items():
        yield File(f"{day:%Y-%m-%d}T{hour:02d}.json", bodies, as_json, lambda number: f"/{number}")


def _message(complaint: Complaint) -> dict[str, Any]:
    return {**_head(complaint, complaint.source_record_id, complaint.reported_at), **_content(complaint)}


def _content(complaint: Complaint) -> dict[str, Any]:
    """A pin without a word, a picture with a caption, or a text."""
    if complaint.latitude is not None and not complaint.text:
        return {
            "type": "location",
            "location": {"latitude": complaint.latitude, "longitude": complaint.longitude},
        }
    if complaint.has_photo:
        image = {"caption": complaint.text, "mime_type": "image/jpeg", "id": _media_id(complaint), "sha256": "c2FtcGxl"}
        return {"type": "image", "image": image}
    return {"type": "text", "text": {"body": complaint.text}}


def _media_id(complaint: Complaint) -> str:
    return complaint.source_record_id.removeprefix("wamid.")


def _revision(complaint: Complaint, extras: Extras) -> dict[str, Any]:
    at = complaint.edited_at or complaint.reported_at
    head = _head(complaint, f"{complaint.source_record_id}.r", at)
    if complaint.is_removed:
        extras.put_aside("whatsapp", complaint.source_record_id, "removed", at)
        return {**head, "type": "revoke", "revoke": {"original_message_id": complaint.source_record_id}}
    message = {"type": "text", "text": {"body": complaint.edited_text}}
    return {
        **head,
        "type": "edit",
        "edit": {"original_message_id": complaint.source_record_id, "message": message},
    }


def _head(complaint: Complaint, message_id: str, at: datetime) -> dict[str, Any]:
    return {"from": _wa_id(complaint.reporter), "id": message_id, "timestamp": str(int(at.timestamp()))}


def _body(complaint: Complaint, message: dict[str, Any]) -> dict[str, Any]:
    contact = _contact(complaint.reporter)
    if Missing.REPORTER in complaint.missing:
        del contact["profile"]
    return _webhook({"contacts": [contact], "messages": [message]})


def _states(complaint: Complaint, day: date, rng: np.random.Generator, extras: Extras) -> Deliveries:
    """What became of the city's answer: the three states come each for itself, or all in one body."""
    answer = f"wamid.A{complaint.source_record_id.removeprefix('wamid.')}"
    states = []
    for number, state in enumerate(_STATES):
        at = min(complaint.reported_at + timedelta(seconds=20 + 15 * number), end_of(day, extras.zone))
        states.append((at, {"id": answer, "status": state, "timestamp": str(int(at.timestamp()))}))
        extras.put_aside("whatsapp", answer, "system_message", at)
    known = {"recipient_id": _wa_id(complaint.reporter)}
    if rng.random() < 0.3:
        return [(states[-1][0], _webhook({"statuses": [{**state, **known} for _, state in states]}))]
    return [(at, _webhook({"statuses": [{**state, **known}]})) for at, state in states]


def _aside(day: date, kind: str, rng: np.random.Generator, extras: Extras) -> tuple[datetime, Any]:
    at, sender = moment_of(day, rng, extras.zone), citizen(rng)
    message_id = f"wamid.{kind}{day:%y%m%d}"
    content: dict[str, Any] = {
        "reaction": {"message_id": f"wamid.A{day:%y%m%d}000000", "emoji": "👍"},
        "sticker": {"mime_type": "image/webp", "id": f"9{day:%y%m%d}"},
        "button": {"payload": "MENU_LAPOR", "text": "Cara lapor"},
    }
    extras.put_aside("whatsapp", message_id, "direct_message" if kind == "button" else "reaction", at)
    message = {
        "from": _wa_id(sender),
        "id": message_id,
        "timestamp": str(int(at.timestamp())),
        "type": kind,
        kind: content[kind],
    }
    return at, _webhook({"contacts": [_contact(sender)], "messages": [message]})


def _contact(sender: Person) -> dict[str, Any]:
    return {"profile": {"name": sender.name}, "wa_id": _wa_id(sender)}


def _wa_id(sender: Person) -> str:
    return sender.phone.replace("+", "").replace(" ", "")


def _webhook(content: dict[str, Any]) -> dict[str, Any]:
    number = {"display_phone_number": NUMBER, "phone_number_id": NUMBER_ID}
    value = {"messaging_product": "whatsapp", "metadata": number, **content}
    entry = {"id": ACCOUNT_ID, "changes": [{"value": value, "field": "messages"}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def _without_ids(body: dict[str, Any]) -> dict[str, Any]:
    spoilt = deepcopy(body)
    value = spoilt["entry"][0]["changes"][0]["value"]
    for thing in (*value.get("messages", ()), *value.get("statuses", ())):
        del thing["id"]
    return spoilt


CHANNEL = Channel(
    code="whatsapp",
    habits=Habits(
        share=0.08,
        flaws={Missing.PLACE: 0.05, Missing.PROBLEM: 0.04, Missing.REPORTER: 0.02},
        photo_share=0.45,
        edited_share=0.05,
        removed_share=0.03,
        pin_share=0.6,
    ),
    id_form="wamid.{day:%y%m%d}{number:06d}",
    deliveries=deliveries,
    files=files,
    spoil=_without_ids,
    is_push_only=True,
    vendor=vendor(None, lambda identity: {"messaging_product": "whatsapp", "messages": [{"id": identity}]}),
)
