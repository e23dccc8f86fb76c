"""The city's own voice: what its accounts and numbers wrote is no complaint, whichever way it comes back.

Belongs here: comparing a report's author with the accounts of the settings. Does not belong here: what a payload itself
says of its author (channels/).
"""

from collections.abc import Callable, Mapping

from assets.complaints.channels.registry import ALL
from assets.complaints.model import Content, NotAReport, Report, SetAsideReason
from assets.complaints.triage.reporter import identities


def own_voice() -> Callable[[str, Content], Content]:
    """Read the city's accounts from the settings as they are now.

    Returns:
        A channel's code and what one of its records says, to the same; what the city wrote itself is set aside.
    """
    own: Mapping[str, frozenset[str]] = {
        channel.code: identities(*channel.own()) for channel in ALL if channel.own is not None
    }

    def heard(channel: str, content: Content) -> Content:
        if not isinstance(content, Report) or not own.get(channel):
            return content
        author = identities(content.reporter_contact, content.reporter_handle)
        return content if author.isdisjoint(own[channel]) else NotAReport(SetAsideReason.OWN_VOICE)

    return heard
