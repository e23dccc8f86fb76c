"""Tracking numbers as people type them.

Belongs here: what a typed text may mean, and what was read otherwise than it was typed. Does not belong here: the
number's form (assets/complaints/tracking.py).
"""

import re
import unicodedata
from dataclasses import dataclass

from assets.city import city
from assets.complaints.tracking import TrackingNumberError, parse_number

# Longer than any number with all that people put between its digits.
LONGEST = 60
# Read on paper or heard on the telephone as the digit beside them.
_LIKE_DIGITS = str.maketrans("OQDILSBZ", "00011582")
_CARRIED = re.compile(r"EM\d{6}[0-9A-Z]{4}")


@dataclass(frozen=True)
class TypedNumber:
    """A number as read.

    Attributes:
        number: As the city writes it.
        is_corrected: Whether a letter was read as a digit.
    """

    number: str
    is_corrected: bool = False


def read_typed(text: str) -> TypedNumber | None:
    """Read a number whatever people put between its signs; None for what is none.

    >>> read_typed(" jk 250305-0007. ")
    TypedNumber(number='JK2503050007', is_corrected=False)
    >>> read_typed("2503O5OOO7")
    TypedNumber(number='JK2503050007', is_corrected=True)
    >>> read_typed("laporan saya")
    """
    if len(text) > LONGEST:
        return None
    signs = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())
    if _CARRIED.fullmatch(signs):
        return TypedNumber(signs)
    prefix = city().number_prefix
    typed = signs.removeprefix("NOMOR").removeprefix("NO").removeprefix(prefix)
    digits = typed.translate(_LIKE_DIGITS)
    try:
        return TypedNumber(parse_number(f"{prefix}{digits}"), is_corrected=digits != typed)
    except TrackingNumberError:
        return None
