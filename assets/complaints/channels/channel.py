"""What one channel is: the record in which each channel module ends.

Belongs here: the parts that a channel has. Does not belong here: any channel (its own module), what it is called and
since when it is valid (seeds/channels.csv).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from assets.complaints.model import ChannelEvent, NotAReport, Report
from assets.messages.letter import Sender
from assets.sources.records import Record, Unreadable
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
class Channel:
    """How one channel is read and answered.

    Attributes:
        code: As in the seed and in the landing folder.
        suffixes: Of the landing files that it reads, lower case with the dot.
        split: Bytes of one landing file and its path to records; never raises.
        parse: One record to a report, an event on one, or why it is neither; raises `PayloadError` only.
        live: Where it is fetched; None where the vendor pushes only and the landing folder is the one way in.
        reply: How reporters are answered; None where the app or the desk tells them itself.
        push: Settings of its signed webhooks; None where the vendor pushes nothing.
        own: The city's own accounts or numbers, from the settings as they are when it is called; what they wrote is no
            complaint. None where the channel answers nobody.
        enclosed: A payload and a photo's URL to the photo that the payload itself holds, or None; None where payloads
            hold no photos.
    """

    code: str
    suffixes: tuple[str, ...]
    split: Callable[[bytes, str], list[Record | Unreadable]]
    parse: Callable[[Record], Report | ChannelEvent | NotAReport]
    live: Live | None = None
    reply: Reply | None = None
    push: type[MetaSource] | None = None
    own: Callable[[], Collection[str | None]] | None = None
    enclosed: Callable[[dict[str, Any], str], bytes | None] | None = None
