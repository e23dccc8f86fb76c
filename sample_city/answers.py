"""What reporters answer when they are asked for a name or a place.

Belongs here: who answers, when and in which words.
Does not belong here: what a report lacks (reports.py), how an answer is delivered (channels/).
"""

from dataclasses import replace

import numpy as np

from sample_city.channels.registry import CHANNELS
from sample_city.model import Complaint, Missing, PlaceBasis
from sample_city.reports import later
from sample_city.wording import pick, place_in_words

_NAMES = ("{0}", "Nama saya {0}", "nama: {0}", "saya {0}", "a.n. {0}")
_NAMES_BEFORE_A_PLACE = ("Nama saya {0}, {1}", "nama: {0}, {1}", "{1}. Nama saya {0}")
# An answer comes after the request, which goes out with the next quarter of an hour.
_MEAN_MINUTES = 90


def answered(rng: np.random.Generator, complaint: Complaint) -> Complaint:
    """Let some reporters tell what they were asked for; a problem that nobody told stays untold."""
    share = CHANNELS[complaint.channel].habits.answered_share
    if not share or not complaint.missing or not complaint.problem or rng.random() >= share:
        return complaint
    name = complaint.reporter.name
    place = ""
    if Missing.PLACE in complaint.missing:
        place = place_in_words(rng, complaint.kelurahan, PlaceBasis.KELURAHAN_NAME, complaint.spot)
    if Missing.REPORTER not in complaint.missing:
        answer = place
    elif place:
        answer = pick(rng, _NAMES_BEFORE_A_PLACE).format(name, place)
    else:
        answer = pick(rng, _NAMES).format(name)
    return replace(complaint, answer=answer, edited_at=later(rng, complaint.reported_at, _MEAN_MINUTES))
