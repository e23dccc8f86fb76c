"""Folders of real cities, for a test that needs one or all of them, whichever city is served.

Belongs here: which they are. Does not belong here: facts of one (tests/cities), what tests name of the city that
is served (served.py).
"""

from assets.city import CITIES, read_facts

FOLDERS = sorted((path.parent for path in CITIES.glob("*/city.toml")), key=lambda one: read_facts(one).counts.kelurahan)
SMALLEST, LARGEST = FOLDERS[0], FOLDERS[-1]
