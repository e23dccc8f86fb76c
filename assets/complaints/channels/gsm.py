"""What a text message is made of: user data headers and alphabets (3GPP TS 23.040, TS 23.038).

Belongs here: which part of which message a header names, and the characters behind hexadecimal digits.
Does not belong here: rows of an inbox (sms.py).
"""

from dataclasses import dataclass

from assets.sources.wire import LOST_CHARACTER, storable

# Information elements of a header that number the parts of a message, with the bytes of their reference.
_REFERENCE_BYTES = {0x00: 1, 0x08: 2}

_ESCAPE = 0x1B
_GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENSION = dict(zip(b"\x0a\x14\x28\x29\x2f\x3c\x3d\x3e\x40\x65", "\f^{}\\[~]|€", strict=True))

# The upper bytes of UCS-2 of all characters of the GSM alphabet: Latin, Greek, the euro sign.
_UPPER_BYTES = frozenset(b"\x00\x03\x20")


@dataclass(frozen=True)
class Concatenation:
    """The place of a part in a message: `number` of `total`, from 1."""

    reference: str
    total: int
    number: int


def read_concatenation(header: object) -> Concatenation | None:
    """Read which part of a message a user data header names; None where it names none.

    >>> read_concatenation("050003CC0201"), read_concatenation("06080412340302")
    (Concatenation(reference='cc', total=2, number=1), Concatenation(reference='1234', total=3, number=2))
    """
    octets = _octets(header)
    rest = (octets or b"")[1:]
    while len(rest) >= 2:
        element, length = rest[0], rest[1]
        data, rest = rest[2 : 2 + length], rest[2 + length :]
        width = _REFERENCE_BYTES.get(element)
        if width is not None and len(data) == width + 2:
            *_, total, number = data
            if 1 <= number <= total:
                return Concatenation(data[:width].hex(), total, number)
    return None


def decode_unicode(texts: list[object]) -> str | None:
    """Decode consecutive parts in UCS-2; None where one is no hexadecimal.

    Together, because a character beyond the first plane may lie in two parts.

    >>> decode_unicode(["0041D83D", "DE00"])
    'A😀'
    """
    octets = [_octets(text) for text in texts]
    if any(part is None or len(part) % 2 for part in octets):
        return None
    return storable(b"".join(part for part in octets if part).decode("utf-16-be", errors="replace"))


def decode_default(text: object) -> str | None:
    """Decode a part in the default alphabet; None where it is no hexadecimal.

    SMSD writes it in UCS-2, other gateways as the septets themselves, one in a byte.

    >>> decode_default("00480061006C006F"), decode_default("48616C6F1B65")
    ('Halo', 'Halo€')
    """
    octets = _octets(text)
    if octets is None:
        return None
    if len(octets) % 2 == 0 and _UPPER_BYTES.issuperset(octets[::2]):
        return storable(octets.decode("utf-16-be", errors="replace"))
    characters = []
    septets = iter(octets)
    for septet in septets:
        if septet == _ESCAPE:
            characters.append(_GSM_EXTENSION.get(next(septets, _ESCAPE), LOST_CHARACTER))
        else:
            characters.append(_GSM[septet] if septet < len(_GSM) else LOST_CHARACTER)
    return "".join(characters)


def _octets(digits: object) -> bytes | None:
    if not isinstance(digits, str):
        return None
    try:
        return bytes.fromhex(digits)
    except ValueError:
        return None
