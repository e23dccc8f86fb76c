"""What the vendors of the channels have to give: every item of a day, in its vendor's wire format.

Belongs here: the items of a channel and of all, and items that nobody can read.
Does not belong here: the formats (channels/), files (landing.py), servers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from sample_city.channels.channel import Channel
from sample_city.channels.registry import ALL
from sample_city.model import Complaint, Extras, Item, Unreadable


def channel_day(channel: Channel, day: date, complaints: Sequence[Complaint], seed: int, extras: Extras) -> list[Item]:
    """Everything readable that a channel delivers on one day, in the order of time.

    Args:
        channel: Which.
        day: The city's.
        complaints: Of the day; those of other channels are passed over.
        seed: One seed, one wording.
        extras: Receives what is no complaint.
    """
    rng = np.random.default_rng([seed, 9, day.toordinal(), ALL.index(channel)])
    own = [complaint for complaint in complaints if complaint.channel == channel.code]
    delivered = channel.deliveries(day, own, rng, extras) if own else []
    return [Item(channel.code, at, body) for at, body in sorted(delivered, key=lambda each: each[0])]


def feed_day(day: date, complaints: Sequence[Complaint], seed: int, extras: Extras) -> list[Item]:
    """Everything that the channels of a day's complaints deliver, with one item in each that cannot be read.

    Args:
        day: The city's.
        complaints: Of the day.
        seed: One seed, one wording.
        extras: Receives what is no complaint, and what cannot be read (its origin is the vendor's to say).
    """
    items: list[Item] = []
    for channel in ALL:
        of_channel = channel_day(channel, day, complaints, seed, extras)
        spoilt = spoil(channel, of_channel)
        if spoilt is not None:
            extras.unreadable.append(Unreadable(channel.code, "", spoilt.reason))
            of_channel.append(spoilt.item)
        items += of_channel
    return items


@dataclass(frozen=True)
class Spoilt:
    """An item that cannot be read, and why."""

    item: Item
    reason: str


def spoil(channel: Channel, items: Sequence[Item]) -> Spoilt | None:
    """Make of some item one that cannot be read, as its vendor might deliver it; None where there is none to take."""
    model = next((item for item in items if item.is_pushed is channel.is_push_only), None)
    if model is None:
        return None
    return Spoilt(Item(channel.code, model.at, channel.spoil(model.body)), channel.spoilt_reason)
