"""What reporters read: short enough for one SMS, polite, and nothing personal."""

from itertools import combinations

import pytest

from assets.city import city_folder
from assets.complaints.model import Decision, Missing
from assets.complaints.outbox.answers import KIND_OF, answer
from assets.messages.smsd import MOST_LETTERS
from assets.reference import load_reference

# The longest form of a number.
NUMBER = "XX250305989999"
LACKS = [some for count in (1, 2, 3) for some in combinations(Missing, count)]


@pytest.mark.parametrize("skpd", load_reference(city_folder()).skpd.values(), ids=lambda skpd: skpd.code)
def test_an_acknowledgement_of_every_agency_fits_one_sms(skpd):
    text = answer(Decision.ACCEPTED, NUMBER, [], skpd.name)
    assert len(text) <= MOST_LETTERS
    assert text.isascii()
    assert NUMBER in text
    assert skpd.name in text


@pytest.mark.parametrize("lacks", LACKS, ids=lambda lacks: "+".join(lacks))
def test_a_request_names_everything_that_is_missing_and_fits_one_sms(lacks):
    text = answer(Decision.RETURNED, NUMBER, lacks, "")
    assert len(text) <= MOST_LETTERS
    assert text.isascii()
    asked = {Missing.REPORTER: "nama", Missing.PLACE: "lokasi", Missing.PROBLEM: "masalah"}
    assert [word in text for word in asked.values()] == [what in lacks for what in asked]


def test_every_decision_has_its_kind_and_fits_one_sms():
    assert KIND_OF.keys() == set(Decision)
    assert len(answer(Decision.REJECTED, NUMBER, [], "")) <= MOST_LETTERS
