"""A city whose time runs: what its senders have delivered by now, served on loopback, with faults that come and go.

Belongs here: days as they begin, what of them is delivered when, faults. Does not belong here: the clock (whoever calls
`advance`), the servers (vendors.py, camera_hosts.py, mail_server.py), the platform.

    with LiveCity(reference, landing, gateway, faults={LiveFault.FLOOD}) as city:
        city.advance(now)
"""

import json
from collections.abc import Callable, Iterable, Set
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg

from sample_city.bookings import book, item_of
from sample_city.cases import case_events
from sample_city.channels.registry import CHANNELS
from sample_city.day import acceptance_day
from sample_city.exchange import Trouble
from sample_city.live_cameras import LiveCameras
from sample_city.live_faults import LiveFault
from sample_city.mail_server import MailServer, NoMailServer
from sample_city.model import Item
from sample_city.reference import Reference
from sample_city.smsd import fill_inbox, make_inbox
from sample_city.tickets import Ticket, tickets_of, write_tickets
from sample_city.vendors import Vendors

TOKEN = "kunci-kota-contoh"  # noqa: S105 - of this machine's loopback alone
A_DAY = 600
CAMERAS = 16
SEED = 2019
# Vendors still have what is so old.
KEPT = timedelta(days=3)
# The vendor that is away, the one that floods, and the one that delivers what nobody can read.
AWAY, FLOODING, POISONED = "jaki", "qlue", "jakarta_aman"
FLOOD_AN_HOUR = 3_000


def is_on(now: datetime) -> bool:
    """Whether the faults are on: in the third and fourth of every six hours of the moment's own clock.

    >>> from datetime import UTC
    >>> [hour for hour in range(24) if is_on(datetime(2026, 3, 1, hour, tzinfo=UTC))]
    [2, 3, 8, 9, 14, 15, 20, 21]
    """
    return now.hour % 6 in (2, 3)


@dataclass
class _Day:
    """A day: what is still to be delivered, by time, and its tickets."""

    coming: list[Item]
    tickets: list[Ticket] = field(default_factory=list)


class LiveCity:
    """All senders of the city; a context manager that starts and stops their servers.

    Args:
        reference: The city.
        landing: The platform's landing folder, for what comes as files.
        gateway: URL of an empty database for the SMS gateway.
        push: Takes what a vendor pushes: channel, body, moment.
        faults: What shall go wrong.
        a_day: Complaints of a day.
    """

    def __init__(
        self,
        reference: Reference,
        landing: Path,
        gateway: str,
        push: Callable[[str, bytes, datetime], object],
        *,
        faults: Set[LiveFault] = frozenset(),
        a_day: int = A_DAY,
    ) -> None:
        self._reference, self._landing, self._gateway, self._push = reference, landing, gateway, push
        self._faults, self._a_day = faults, a_day
        self._days: dict[date, _Day] = {}
        self._delivered: list[Item] = []
        self._was_on = False
        self._stack = ExitStack()
        self._mail: MailServer | None = None
        self.vendors = Vendors([], token=TOKEN)
        self.cameras = LiveCameras(reference, min(CAMERAS, len(reference.near)), SEED)

    def __enter__(self) -> Self:
        """Start the servers."""
        self._stack.enter_context(self.vendors)
        self._stack.enter_context(self.cameras)
        try:
            self._mail = self._stack.enter_context(MailServer(user="pengaduan", password=TOKEN))
        except NoMailServer:
            self._mail = None
        with psycopg.connect(self._gateway) as gateway:
            make_inbox(gateway)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop them."""
        self._stack.close()

    @property
    def environment(self) -> dict[str, str]:
        """The platform's variables for all senders."""
        mail = self._mail.environment if self._mail else {}
        return {**self.vendors.environment, **mail, "JSC_SMS_URL": self._gateway}

    def advance(self, now: datetime) -> int:
        """Deliver what came since the last time; how many items that is.

        Args:
            now: The city's moment; never earlier than the last one.
        """
        now = now.astimezone(self._reference.zone)
        today = now.date()
        if today not in self._days:
            self._days[today] = self._begin(today)
        self._set_faults(now)
        came = [item for day in self._days.values() for item in _due(day.coming, now)]
        for item in came:
            self._deliver(item)
        self._delivered = [one for one in (*self._delivered, *came) if now - one.at < KEPT]
        if came:
            self.vendors.deliver(self._delivered)
            with psycopg.connect(self._gateway) as gateway:
                # What nobody can read has no id: the gateway's own table refuses it.
                fill_inbox(gateway, [_taken_in(one) for one in came if one.channel == "sms" and one.body["ID"] != ""])
        self._end_days(today)
        self.cameras.show(now)
        return len(came)

    def _begin(self, day: date) -> _Day:
        trial = acceptance_day(self._reference, day, self._a_day, SEED)
        items = [_poisoned(item) if LiveFault.POISON in self._faults else item for item in trial.items]
        agencies, end = self._reference.agencies, day + timedelta(days=KEPT.days)
        cases = (book(case_events(one, agencies, SEED), agencies, end, SEED) for one in trial.complaints)
        booked = [
            Item("case_events", booking.booked_at or booking.event.occurred_at, item_of(booking))
            for case in cases
            for booking in case.bookings
        ]
        flood = _flood(day, self._reference.zone) if LiveFault.FLOOD in self._faults else []
        coming = sorted([*items, *booked, *flood], key=lambda item: item.at, reverse=True)
        return _Day(coming, list(tickets_of(day, self._reference, SEED)))

    def _set_faults(self, now: datetime) -> None:
        if is_on(now) == self._was_on:
            return
        self._was_on = is_on(now)
        self.vendors.behave()
        if self._was_on and LiveFault.CHANNEL_DOWN in self._faults:
            self.vendors.misbehave(AWAY, Trouble.SERVER_ERROR, times=100_000)
        self.cameras.be_away({"swasta"} if self._was_on and LiveFault.PROVIDER_DOWN in self._faults else set())

    def _deliver(self, item: Item) -> None:
        """Hand over what is not asked for over HTTP."""
        if item.is_pushed:
            self._push(item.channel, json.dumps(item.body).encode(), item.at)
        elif item.channel == "email" and self._mail:
            self._mail.deliver(item.body, item.at)
        elif item.channel == "email":
            folder = self._landing / "email"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{item.at:%Y%m%dT%H%M%S%f}-{len(list(folder.iterdir()))}.eml").write_bytes(item.body)

    def _end_days(self, today: date) -> None:
        """Let the tickets of days that ended come, and forget what is delivered."""
        for day in [day for day in self._days if day < today]:
            if tickets := self._days[day].tickets:
                write_tickets(self._landing, day, tickets, SEED)
                self._days[day].tickets = []
            if not self._days[day].coming:
                del self._days[day]


def _taken_in(item: Item) -> Item:
    """A message as the gateway books it by the city's clock, not by the database's."""
    return Item(item.channel, item.at, {**item.body, "UpdatedInDB": item.body["ReceivingDateTime"]})


def _due(coming: list[Item], now: datetime) -> Iterable[Item]:
    """Take what is due off the end of a list that is sorted, the latest first."""
    while coming and coming[-1].at <= now:
        yield coming.pop()


def _poisoned(item: Item) -> Item:
    if item.channel != POISONED or not is_on(item.at):
        return item
    return Item(item.channel, item.at, CHANNELS[POISONED].spoil(item.body))


def _flood(day: date, zone: tzinfo) -> list[Item]:
    """Reports of the same hours by the thousand, in the shape of Qlue."""
    midnight = datetime.combine(day, time(), zone)
    moments = [
        midnight + timedelta(hours=hour, seconds=1.2 * number) for hour in (8, 9) for number in range(FLOOD_AN_HOUR)
    ]
    return [Item(FLOODING, at, _report(day, number, at)) for number, at in enumerate(moments)]


def _report(day: date, number: int, at: datetime) -> dict[str, Any]:
    return {
        "id": day.toordinal() * 100_000 + number,
        "title": f"Banjir di depan rumah nomor {number}",
        "timestamp": f"{at:%Y-%m-%d %H:%M:%S}",
    }
