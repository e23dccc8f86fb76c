"""Where the city's own reports are: by the kelurahan that is named with them, and by their words."""

import csv
import html

from assets.city import CITIES
from assets.places.gazetteer import Gazetteer
from assets.places.place import NOWHERE
from assets.reference import load_reference
from tests.unit.assets.places.test_place import NO_FIELDS, located

SEEDS = CITIES / "jakarta"


def test_real_reports_are_located_by_the_kelurahan_named_and_mostly_by_their_words(real, report):
    reference = load_reference(SEEDS)
    gazetteer = Gazetteer(reference)
    with (real / "complaints" / "crm" / "reports.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    named = located([report(kelurahan_name=row["location"]) for row in rows], gazetteer)
    assert [place.confidence for place in named] == [1.0] * 76
    told = located([report(**NO_FIELDS, description=html.unescape(row["description"])) for row in rows], gazetteer)
    pairs = [(place, words) for place, words in zip(named, told, strict=True) if words != NOWHERE]
    right = sum(place.kecamatan_code == words.kecamatan_code for place, words in pairs)
    assert len(pairs) >= 8
    assert right / len(pairs) >= 0.75
