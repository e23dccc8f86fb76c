"""What one channel is: the record in which each channel module ends.

Belongs here: the parts that a channel has. Does not belong here: any channel (its own module), what it is called and
since when it is valid (channels.csv).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from assets.complaints.model import Content
from assets.messages.letter import Sender
from assets.sources.records import Noted, Record, Unreadable
from assets.sources.settings import MetaSource, Source
from assets.sources.windows import Live


@dataclass(frozen=True)
class Reply:
    """How a reporter of a channel is answered.

    Attributes:
        way: Name of the sender in `ledger.messages`.
        settings: Its settings class; without a URL the way is not configured and its messages wait.
        sender: Makes the sender from its settings.
    """

    way: str
    settings: type[Source]
    sender: Callable[[Any], Sender]


@dataclass(frozen=True)
class Authorship:
    """Who wrote a record, and what tells it apart from others of the same author.

    Attributes:
        author: As a key of comparison; empty where the record does not say.
        marks: Two copies of one item share at least one; the first is the surest.
    """

    author: str
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Channel:
    """How one channel is read and answered.

    Attributes:
        code: As in the seed and in the landing folder.
        suffixes: Of the landing files that it reads, lower case with the dot.
        split: Bytes of one landing file and its path to records, and what was passed over; never raises.
        parse: One record to a report, an event on one, or why it is neither; raises `PayloadError` only.
        live: Where it is fetched; None where the vendor pushes only and the landing folder is the one way in.
        reply: How reporters are answered; None where the app or the desk tells them itself.
        asks: Whether its own pages ask reporters for what a report lacks.
        push: Settings of its signed webhooks; None where the vendor pushes nothing.
        enclosed: A payload and a photo's URL to the photo that the payload itself holds, or None; None where payloads
            hold no photos.
        authorship: Whose a record is, where who writes it also chooses its id, so that the id alone names nothing; None
            where the vendor gives ids. Raises `PayloadError` only.
        own: The city's own accounts, addresses or numbers, from the settings as they are when it is called; what they
            wrote is no complaint. None where a payload itself tells them, or the channel answers nobody.
    """

    code: str
    suffixes: tuple[str, ...]
    split: Callable[[bytes, str], Sequence[Record | Unreadable | Noted]]
    parse: Callable[[Record], Content]
    live: Live | None = None
    reply: Reply | None = None
    asks: bool = False
    push: type[MetaSource] | None = None
    enclosed: Callable[[dict[str, Any], str], bytes | None] | None = None
    authorship: Callable[[Record], Authorship] | None = None
    own: Callable[[], Collection[str | None]] | None = None
