"""What one channel of the sample is: the record in which each channel module ends.

Belongs here: the parts that a channel has. Does not belong here: any channel (its own module), what every vendor on
loopback shares (sample_city/exchange.py).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from sample_city.exchange import Vendor
from sample_city.model import Complaint, Deliveries, Extras, Item, Missing
from sample_city.reference import Kelurahan


@dataclass(frozen=True)
class File:
    """One landing file.

    Attributes:
        name: Below the channel's folder.
        bodies: What it holds.
        write: Bodies to bytes.
        pointer: Where in the file the body with a number stands, from 0; None where a file holds one body and no more.
    """

    name: str
    bodies: list[Any]
    write: Callable[[list[Any]], bytes]
    pointer: Callable[[int], str] | None = None

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return self.write(self.bodies)


Packer = Callable[[date, Sequence[Item]], Iterator[File]]


@dataclass(frozen=True)
class Habits:
    """What people do on a channel, and what it asks of them.

    Attributes:
        share: Weight among the channels of a day's fresh reports.
        flaws: Shares of the reports that lack something, by what.
        lacks: What every report lacks.
        tells_reporter: Whether it hands over a name that the reporter cannot withhold.
        is_geotagged: Whether it delivers a point.
        asks_area: Whether its form asks for kelurahan, kecamatan and category.
        asks_address: Whether its form asks for the street too.
        desk: A kelurahan to the counter that numbers its reports; None where the channel is no counter.
        begins_at_kelurahan: Whether its cases are given to the kelurahan first.
        photo_share: Of the reports: with a picture.
        live_share: Of the reports: delivered by webhook, where the vendor has both.
        edited_share: Of the reports: edited later that day.
        removed_share: Of the reports: taken back later that day.
        answered_share: Of the reports that lack a name or a place: their reporter answers the request for it that day.
        changes_are_live: Whether only reports that came by webhook are edited or taken back.
        press_share: Of the reports: a press on a button, without a word.
        pin_share: Of the reports without a problem: a point, without a word.
    """

    share: float
    flaws: Mapping[Missing, float]
    lacks: frozenset[Missing] = frozenset()
    tells_reporter: bool = True
    is_geotagged: bool = False
    asks_area: bool = False
    asks_address: bool = False
    desk: Callable[[Kelurahan], str] | None = None
    begins_at_kelurahan: bool = False
    photo_share: float = 0.0
    live_share: float = 0.0
    edited_share: float = 0.0
    removed_share: float = 0.0
    answered_share: float = 0.0
    changes_are_live: bool = False
    press_share: float = 0.0
    pin_share: float = 0.0

    @property
    def is_counter(self) -> bool:
        """Whether people walk in and an officer types; open on working days from 8 to 15."""
        return self.desk is not None


@dataclass(frozen=True)
class Channel:
    """One channel.

    Attributes:
        code: As in the seed and in the landing folder.
        habits: What people do there.
        id_form: Form of its ids, of the fields `day`, `number` (of the day, from 1), `days` (since 2014) and `desk`.
        deliveries: A day's complaints to what its vendor delivers; tells `Extras` what of it is no complaint.
        files: A day's items to landing files.
        spoil: A readable body to one that cannot be read, as its vendor might deliver it.
        spoilt_reason: What is wrong with a spoilt body.
        code_form: Form of the numbers that reporters hold, of the same fields; empty where they hold none.
        is_push_only: Whether the vendor pushes and never answers.
        vendor: How it answers on loopback; None for a database or a mail server, and where nobody is asked.
    """

    code: str
    habits: Habits
    id_form: str
    deliveries: Callable[[date, Sequence[Complaint], np.random.Generator, Extras], Deliveries]
    files: Packer
    spoil: Callable[[Any], Any]
    spoilt_reason: str = "an item without id"
    code_form: str = ""
    is_push_only: bool = False
    vendor: Vendor | None = None
