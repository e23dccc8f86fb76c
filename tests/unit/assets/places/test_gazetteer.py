"""Names of the city, and the words that may begin them.

Belongs here: what the gazetteer says of a word. Does not belong here: places of reports (test_place.py).
"""

from itertools import chain

from assets.places.gazetteer import Gazetteer
from assets.places.spelling import words
from tests.served import REFERENCE

GAZETTEER = Gazetteer(REFERENCE)


def test_no_name_is_passed_over_for_its_first_word():
    reference = GAZETTEER.reference
    places = chain(reference.kelurahan.values(), reference.kecamatan.values(), reference.named_places.values())
    names = [words(place.name) for place in places]
    assert [name for name in names if not GAZETTEER.may_begin_name(name[0])] == []
    assert [name for name in names if not GAZETTEER.may_begin_name("".join(name))] == []
    assert not GAZETTEER.may_begin_name("xylofon")
