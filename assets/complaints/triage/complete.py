"""Is a report clear? Who reports, where, and what the problem is.

Belongs here: what a report lacks.
Does not belong here: how it is asked for (message.py), where the place is (places/place.py).
"""

from assets.complaints.model import Missing, Report
from assets.complaints.triage.reporter import is_named
from assets.complaints.triage.words import report_text, telling_words
from assets.places.place import Place, PlaceBasis
from assets.places.spelling import words
from assets.reference import ChannelSeed

# "Lampu mati" says what is wrong; "banjir" alone does not say what is asked.
MIN_TELLING_WORDS = 2
MIN_ADDRESS_WORDS = 2


def missing(report: Report, place: Place, channel: ChannelSeed) -> tuple[Missing, ...]:
    """Name what a report lacks, in the order in which it is asked for.

    The account of a channel that identifies its reporters is a reporter. An address that an officer can read
    is a place, even where no area could be read from it; one in another city is none.
    """
    has_address = place.outside is None and len(words(report.address or "")) >= MIN_ADDRESS_WORDS
    lacks = {
        Missing.REPORTER: not (channel.identifies_reporter or is_named(report)),
        Missing.PLACE: place.basis is PlaceBasis.NONE and not has_address,
        Missing.PROBLEM: telling_words(report_text(report)) < MIN_TELLING_WORDS,
    }
    return tuple(what for what, is_lacking in lacks.items() if is_lacking)
