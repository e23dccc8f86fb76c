"""What the vendors of the channels have to give: every item of a day, in its vendor's wire format.

Belongs here: which channel speaks which format, and items that nobody can read.
Does not belong here: the formats (wire_*.py), files (landing.py), servers.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from sample_city import (
    wire_apps,
    wire_email,
    wire_facebook,
    wire_instagram,
    wire_press,
    wire_sms,
    wire_tables,
    wire_whatsapp,
    wire_x,
)
from sample_city.model import Channel, Complaint, Deliveries, Extras, Unreadable

_Wire = Callable[[date, Sequence[Complaint], np.random.Generator, Extras], Deliveries]

_WIRES: Mapping[Channel, _Wire] = {
    Channel.FACEBOOK: wire_facebook.deliveries,
    Channel.EMAIL: wire_email.deliveries,
    Channel.JAKI: wire_apps.jaki_deliveries,
    Channel.KELURAHAN: wire_tables.desk_deliveries,
    Channel.INSTAGRAM: wire_instagram.deliveries,
    Channel.WHATSAPP: wire_whatsapp.deliveries,
    Channel.X: wire_x.deliveries,
    Channel.MEDIA_MASSA: wire_press.deliveries,
    Channel.QLUE: wire_apps.qlue_deliveries,
    Channel.JAKARTA_AMAN: wire_apps.jakarta_aman_deliveries,
    Channel.SMS: wire_sms.deliveries,
    Channel.LAPOR: wire_tables.lapor_deliveries,
    Channel.BALAI_WARGA: wire_tables.balai_warga_deliveries,
    Channel.KECAMATAN: wire_tables.desk_deliveries,
}

# What names an item; without it nobody can say which complaint it is.
_ID_FIELDS: Mapping[Channel, tuple[str, ...]] = {
    Channel.FACEBOOK: ("id", "permalink_url"),
    Channel.JAKI: ("id", "code"),
    Channel.KELURAHAN: ("No Register",),
    Channel.INSTAGRAM: ("id",),
    Channel.MEDIA_MASSA: ("guid", "link"),
    Channel.QLUE: ("id",),
    Channel.JAKARTA_AMAN: ("id",),
    Channel.SMS: ("ID",),
    Channel.LAPOR: ("Tracking ID",),
    Channel.BALAI_WARGA: ("Nomor",),
    Channel.KECAMATAN: ("No Register",),
}
_TABLES = frozenset({Channel.KELURAHAN, Channel.KECAMATAN, Channel.LAPOR, Channel.BALAI_WARGA, Channel.SMS})


@dataclass(frozen=True)
class Item:
    """One thing that a vendor has to give.

    Attributes:
        channel: Whose.
        at: When it happened, by which a vendor finds it for a window; aware.
        body: In the vendor's format: a JSON object, a row by its columns, or the bytes of a message.
    """

    channel: Channel
    at: datetime
    body: Any

    @property
    def is_pushed(self) -> bool:
        """Whether the vendor pushes it (a webhook body) instead of giving it when asked."""
        return isinstance(self.body, dict) and "entry" in self.body


def channel_day(channel: Channel, day: date, complaints: Sequence[Complaint], seed: int, extras: Extras) -> list[Item]:
    """Everything readable that a channel delivers on one day, in the order of time.

    Args:
        channel: Which.
        day: WIB.
        complaints: Of the day; those of other channels are passed over.
        seed: One seed, one wording.
        extras: Receives what is no complaint.
    """
    rng = np.random.default_rng([seed, 9, day.toordinal(), list(Channel).index(channel)])
    own = [complaint for complaint in complaints if complaint.channel is channel]
    delivered = _WIRES[channel](day, own, rng, extras) if own else []
    return [Item(channel, at, body) for at, body in sorted(delivered, key=lambda each: each[0])]


def feed_day(day: date, complaints: Sequence[Complaint], seed: int, extras: Extras) -> list[Item]:
    """Everything that the channels of a day's complaints deliver, with one item in each that cannot be read.

    Args:
        day: WIB.
        complaints: Of the day.
        seed: One seed, one wording.
        extras: Receives what is no complaint, and what cannot be read (its origin is the vendor's to say).
    """
    items: list[Item] = []
    for channel in Channel:
        of_channel = channel_day(channel, day, complaints, seed, extras)
        spoilt = spoil(of_channel)
        if spoilt is not None:
            extras.unreadable.append(Unreadable(channel, "", spoilt.reason))
            of_channel.append(spoilt.item)
        items += of_channel
    return items


@dataclass(frozen=True)
class Spoilt:
    """An item that cannot be read, and why."""

    item: Item
    reason: str


def spoil(items: Sequence[Item]) -> Spoilt | None:
    """Make of some item one that cannot be read, as its vendor might deliver it; None where there is none to take."""
    model = next((item for item in items if item.is_pushed is (item.channel is Channel.WHATSAPP)), None)
    if model is None:
        return None
    body, reason = deepcopy(model.body), "an item without id"
    match model.channel:
        case Channel.EMAIL:
            body, reason = b"pesan terpotong\r\n", "no header field"
        case Channel.X:
            del body["data"]["id"], body["data"]["edit_history_tweet_ids"]
        case Channel.WHATSAPP:
            value = body["entry"][0]["changes"][0]["value"]
            for thing in (*value.get("messages", ()), *value.get("statuses", ())):
                thing.pop("id")
        case channel:
            for field in _ID_FIELDS[channel]:
                body = {**body, field: ""} if channel in _TABLES else {k: v for k, v in body.items() if k != field}
    return Spoilt(Item(model.channel, model.at, body), reason)
