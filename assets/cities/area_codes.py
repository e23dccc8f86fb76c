"""How the Ministry of Home Affairs writes the codes of areas.

Belongs here: the forms. Does not belong here: whose code is whose (areas.py, skeleton.py).
"""

import re
from collections.abc import Mapping

KOTA = re.compile(r"[0-9]{2}\.[0-9]{2}")
FORMS: Mapping[str, re.Pattern[str]] = {
    "kecamatan": re.compile(r"[0-9]{2}(\.[0-9]{2}){2}"),
    "kelurahan": re.compile(r"[0-9]{2}(\.[0-9]{2}){2}\.[0-9]{4}"),
}


def is_below(code: str, city: str) -> bool:
    """Whether a kota is the city itself, or one of its own."""
    return code == city or (len(city) == 2 and code.startswith(f"{city}.") and len(code) == 5)
