"""What the receipt says of a record: when it can have been written.

Belongs here: moments that are not the sender's to tell, for every channel.
Does not belong here: the moment as a record tells it (channels/).

A record that says it was written more than a day after it was received, or before anybody mailed a complaint, tells
nothing: the receipt counts. That is the time of the landing file, else of the fetch. A file's time is no bound by
itself: archives set it to years ago.
"""

from dataclasses import replace
from datetime import datetime

from assets.complaints.model import GRACE, ChannelEvent, Content, Report, TimeBasis
from assets.sources.mail_dates import EARLIEST


def is_tellable(moment: datetime, fetched_at: datetime) -> bool:
    """Say that a moment can be what its sender says, given when the record was there at the latest."""
    return EARLIEST <= moment <= fetched_at + GRACE


def dated(content: Content, fetched_at: datetime, modified_at: datetime | None) -> Content:
    """Put the receipt for a moment that nobody could tell, and say so.

    Args:
        content: As parsed.
        fetched_at: When the record was fetched.
        modified_at: Time of the landing file that held it, if any.
    """
    receipt = fetched_at if modified_at is None or modified_at < EARLIEST else min(modified_at, fetched_at)
    match content:
        case Report(reported_at=moment) if not is_tellable(moment, fetched_at):
            return replace(content, reported_at=receipt, time_basis=TimeBasis.RECEIPT)
        case ChannelEvent(occurred_at=moment) if not is_tellable(moment, fetched_at):
            return replace(content, occurred_at=receipt)
        case _:
            return content
