"""Telephone numbers, as people, gateways and spreadsheets write them.

Belongs here: reading one number, and telling what is none.
Does not belong here: whose it is (complaints/triage/reporter.py).
"""

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

HOME_REGION, HOME_CODE = "ID", "+62"

# Nearly every number is a mobile number in groups of digits: of these the library, which takes 0.1 ms, is not asked.
_GROUPED = str.maketrans("", "", " -()")
_MOBILE = re.compile(r"(?:\+?62|0)(8[0-9]{8,11})")
_WRITTEN = re.compile(r"\+?[0-9\s().\-/]+")
_DASH = re.compile("[\u2010-\u2015\u2212]")
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15


def read_telephone(text: str | None) -> str | None:
    """Read a number of at least seven digits in E.164; None where the text is no such number.

    >>> read_telephone("0812-3456-789"), read_telephone("+62 (0)21 555 1234"), read_telephone("+65 9123 4567")
    ('+628123456789', '+62215551234', '+6591234567')
    >>> read_telephone("1708"), read_telephone("OPERATOR"), read_telephone("6,2812E+12")
    (None, None, None)
    """
    if text is None:
        return None
    if mobile := _MOBILE.fullmatch(text.translate(_GROUPED)):
        return f"{HOME_CODE}{mobile[1]}"
    written = write_plainly(text)
    digits = "".join(char for char in written if char.isdigit())
    if not _WRITTEN.fullmatch(written) or not _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS:
        return None
    return _parse(written, digits)


def first_telephone(text: str) -> str | None:
    """Read the first number of a cell in which people also wrote words or a second one.

    >>> first_telephone("0812-3456-789 (WA) / 0813-9876-543"), first_telephone("HP: 0812 3456 789 a.n. Rini")
    ('+628123456789', '+628123456789')
    """
    import phonenumbers

    found = phonenumbers.PhoneNumberMatcher(write_plainly(text), HOME_REGION, phonenumbers.Leniency.POSSIBLE)
    numbers = (_e164(match.number) for match in found)
    # The library takes sixteen digits of an identity card for a number within Indonesia.
    return next((number for number in numbers if len(number) <= 1 + _MOST_DIGITS), None)


def write_plainly(text: str) -> str:
    """Write a number in plain signs: without invisible signs, dashes of print, a link, the fraction of a float."""
    shown = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    return _DASH.sub("-", shown).strip().removeprefix("tel:").removesuffix(".0")


def _parse(written: str, digits: str) -> str | None:
    # Half a megabyte of rules that a record with a plain number does not need.
    import phonenumbers

    if digits.startswith("00"):
        written = f"+{digits[2:]}"
    elif digits.startswith("62") and len(digits) >= 10:
        # The library takes a number without a sign for one within Indonesia where it knows no such area.
        written = f"+{digits}"
    try:
        number = phonenumbers.parse(written, HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    return _e164(number)


def _e164(number: "PhoneNumber") -> str:
    """Write a number without its extension."""
    import phonenumbers

    return f"+{number.country_code}{phonenumbers.national_significant_number(number)}"
