"""The ways that this installation can send by.

Belongs here: which of the channels' ways are configured. Does not belong here: the ways (complaints/channels/),
sending.
"""

from collections.abc import Mapping

from pydantic_settings import SettingsConfigDict

from assets.complaints.channels.registry import ALL
from assets.messages.letter import Sender
from database.settings import Variables


class OutboxSettings(Variables):
    """Whether answers are sent.

    Attributes:
        send: If false, every message is booked as a dry run and is not sent.
    """

    model_config = SettingsConfigDict(env_prefix="JSC_OUTBOX_")

    send: bool = False


def configured_senders() -> Mapping[str, Sender]:
    """Senders by way; none for a way whose URL is not given: its messages wait."""
    replies = [channel.reply for channel in ALL if channel.reply is not None]
    configured = [(reply, settings) for reply in replies if (settings := reply.settings()).is_configured]
    return {reply.way: reply.sender(settings) for reply, settings in configured}
