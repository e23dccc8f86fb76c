"""Who reports: what names nobody joins nobody."""

import pytest

from assets.complaints.triage.names import stated_name
from assets.complaints.triage.reporter import identities, reporter_key


@pytest.mark.parametrize("none", ["-", "tidak ada", "n/a", "0", "08xx"])
def test_a_word_for_no_number_makes_two_people_one_no_more(report, none):
    siti, budi = (report(reporter_name=name, reporter_contact=none) for name in ("Siti", "Budi"))
    assert reporter_key("kelurahan", siti) != reporter_key("kelurahan", budi)
    assert reporter_key("kelurahan", report(reporter_name=None, reporter_contact=none)) is None


def test_a_number_in_any_form_and_an_address_name_somebody():
    assert identities("warga@contoh.example") == identities("WARGA@contoh.example ")
    assert {len(identities(contact)) for contact in ("0812345678", "12345", "warga@contoh.example")} == {2}


@pytest.mark.parametrize("text", ["gelap di Jl. An Nur", "Masjid An Nahl bocor", "depan tk an-nisa"])
def test_an_arabic_article_is_no_sign_of_a_name(text):
    assert stated_name(text) is None


@pytest.mark.parametrize("text", ["a.n. Nina, lampu mati", "an. Nina", "a/n Nina", "an Rini: got mampet", "AN BUDI"])
def test_in_the_name_of(text):
    assert stated_name(text) in {"Nina", "Rini", "BUDI"}
