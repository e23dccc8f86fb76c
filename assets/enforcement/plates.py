"""Number plates: left out before anything is stored.

Belongs here: what a plate looks like, and a payload without any. Does not belong here: what a ticket is (tickets.py).
"""

import re
from typing import Any

# B 1234 XYZ, b1234xyz, B-1234-XYZ; of the military and police five digits and a dash.
PLATE = re.compile(r"(?<![\w-])(?:[A-Z]{1,2}[ .-]?\d{1,4}[ .-]?[A-Z]{1,3}|\d{4,6}-\d{2})(?![\w-])", re.IGNORECASE)
MASK = "***"
PLATE_FIELDS = frozenset({"plate", "plateno", "platenumber", "tnkb", "nopol", "nopolisi", "nomorpolisi", "platnomor"})


def is_plate_field(name: str) -> bool:
    """Whether a field or column holds plates.

    >>> is_plate_field("TNKB"), is_plate_field("No. Polisi"), is_plate_field("Pasal")
    (True, True, False)
    """
    return "".join(char for char in name.casefold() if char.isalpha()) in PLATE_FIELDS


def without_plates(value: Any) -> Any:
    """A value of JSON without the fields that hold plates, and with those in its texts masked.

    >>> without_plates({"plate": "B 1234 XYZ", "note": "mobil B1234XYZ di Sudirman", "n": 3})
    {'note': 'mobil *** di Sudirman', 'n': 3}
    """
    match value:
        case str():
            return PLATE.sub(MASK, value)
        case list():
            return [without_plates(item) for item in value]
        case dict():
            return {key: without_plates(item) for key, item in value.items() if not is_plate_field(key)}
        case _:
            return value


def form_of(content: bytes) -> bytes:
    """The form of what cannot be taken apart, letters as x and digits as 9: a misread plate has no pattern to mask.

    >>> form_of(b"T1;B 12E4 XYZ;Dishub")
    b'x9;x 99x9 xxx;xxxxxx'
    """
    text = content.decode("utf-8", errors="replace")
    return "".join("9" if char.isdigit() else "x" if char.isalpha() else char for char in text).encode()
