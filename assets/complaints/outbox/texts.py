"""How the sentences of messages are put together: days, lists, and the longest that one SMS holds.

Belongs here: those forms. Does not belong here: any sentence.
"""

from collections.abc import Sequence
from datetime import datetime

from assets.clock import city_zone
from assets.complaints.outbox.address import BY_WORD
from assets.messages.smsd import MOST_LETTERS

MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
# Of news, which says how it is stopped.
NEWS_LETTERS = MOST_LETTERS - len(BY_WORD)


def brief_day(moment: datetime) -> str:
    """Day in the city.

    >>> brief_day(datetime.fromisoformat("2026-08-16T23:05:00+00:00"))
    '17 Agu 2026'
    """
    local = moment.astimezone(city_zone())
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def listed(words: Sequence[str]) -> str:
    """Words as a list of a sentence.

    >>> listed(["a"]), listed(["a", "b", "c"]), listed([])
    ('a', 'a, b dan c', '')
    """
    return " dan ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def fitting(*variants: str, most: int | None = MOST_LETTERS) -> str:
    """The first of some sentences that fits, or the last one; an empty one is passed over.

    >>> fitting("", "long", "l", most=2), fitting("long", "l", most=None)
    ('l', 'long')
    """
    given = [variant for variant in variants if variant]
    return next((variant for variant in given if most is None or len(variant) <= most), given[-1])
