"""What tests name of the city that is served, whichever JSC_CITY chooses.

Belongs here: places of its folder, numbers as it writes them. Does not belong here: a city of one test's own
(other_city.py), what is true of one city alone (tests/cities).
"""

from assets.city import city, city_folder
from assets.reference import load_reference

REFERENCE = load_reference(city_folder())
# Kecamatan of the kota on the mainland, and two kelurahan of the first of them.
AREAS = [one for one in REFERENCE.kecamatan.values() if one.kota_name.startswith("Kota ")]
HERE_AREA, NEXT_AREA = AREAS[:2]
HERE, NEXT = [one for one in REFERENCE.kelurahan.values() if one.kecamatan_code == HERE_AREA.code][:2]


def number(digits: str) -> str:
    """A tracking number of the city, of its digits: `2603010001` is the first of 1 March 2026."""
    return f"{city().number_prefix}{digits}"
