"""The tables of the router: consistent, without a row that can never be found."""

import shutil

import pytest

from ml.routing.classes import CLASSES, ReceivingClass, class_of_agency
from ml.routing.vocabulary import TABLES, VocabularyError, read_vocabulary
from ml.routing.words import Lexicon, tokens


@pytest.mark.parametrize("code", CLASSES)
def test_the_code_of_a_class_is_a_name_of_it(code):
    assert class_of_agency(code) == code


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("DINAS PERTAMANAN DAN HUTAN", ReceivingClass.PERTAMANAN),
        ("BADAN PEMBINAAN BADAN USAHA MILIK DAERAH", ReceivingClass.BUMD),
        ("Suku Dinas Cipta Karya, Tata Ruang dan Pertanahan Kota Adm. Seroja Timur", ReceivingClass.CITATA),
        ("Satuan Polisi Pamong Praja", ReceivingClass.SATPOL_PP),
        ("Kelurahan Seruni", ReceivingClass.KELURAHAN),
        ("Kecamatan Lantana", ReceivingClass.OTHER),
    ],
)
def test_spellings_of_agencies(name, expected):
    assert class_of_agency(name) == expected


def test_every_term_can_be_found():
    vocabulary = read_vocabulary()
    lexicon = Lexicon(vocabulary.signs, vocabulary.spellings)
    assert not [term for term in vocabulary.signs if lexicon.terms_in(term) != [term]]


def test_every_meaning_means_itself():
    """A meaning that is respelt or silenced in turn would never meet the term it stands for."""
    vocabulary = read_vocabulary()
    lexicon = Lexicon(vocabulary.signs, vocabulary.spellings)
    meanings = {tuple(tokens(means)) for means in vocabulary.spellings.values()}
    assert not [meaning for meaning in meanings if lexicon.canonical(meaning) != meaning]


@pytest.mark.parametrize(
    ("table", "row", "message"),
    [
        ("vocabulary.csv", "naga,dinas_naga,3,", "dinas_naga"),
        ("vocabulary.csv", "naga,other,10,", "strength 10"),
        ("vocabulary.csv", "naga,other,3,Naga", "'Naga'"),
        ("vocabulary.csv", "aspal,dinas_bina_marga,3,Jalan", "twice"),
        ("categories.csv", "Naga,2,dinas_naga,", "dinas_naga"),
        ("spellings.csv", "naga", "fewer cells"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path, table, row, message):
    for file in TABLES.glob("*.csv"):
        shutil.copy(file, tmp_path)
    with (tmp_path / table).open("a", encoding="utf-8") as file:
        file.write(row + "\n")
    with pytest.raises(VocabularyError, match=message):
        read_vocabulary(tmp_path)
