"""Spelling, stems, misspellings and phrases, against words chosen by hand."""

import pytest

from ml.routing.vocabulary import read_vocabulary
from ml.routing.words import Lexicon, Mention, Standing, tokens


@pytest.fixture(scope="module")
def lexicon():
    vocabulary = read_vocabulary()
    return Lexicon(vocabulary.signs, vocabulary.spellings)


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("berlubang", "lubang"),
        ("pengaspalan", "aspal"),
        ("dipangkas", "pangkas"),
        ("pemangkasannya", "pangkas"),
        ("menebang", "tebang"),
        ("penyumbatan", "sumbat"),
        ("perparkiran", "parkir"),
        ("selokannya", "selokan"),
        ("dijalan raya", "jalan raya"),
    ],
)
def test_a_form_is_read_as_its_root(lexicon, written, term):
    assert lexicon.terms_in(written) == [term]


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("tortoar", "trotoar"),
        ("trotooooar", "trotoar"),
        ("sepanduk", "spanduk"),
        ("sampahh", "sampah"),
        ("selokn", "selokan"),
        ("transjakrta", "transjakarta"),
        ("jln rusak", "jalan rusak"),
        ("bolong2", "lubang"),
        ("lampu lalulintas", "lampu lalu lintas"),
        ("pedagang kaki lima", "pkl"),
    ],
)
def test_a_misspelling_or_colloquial_form_is_understood(lexicon, written, term):
    assert lexicon.terms_in(written) == [term]


@pytest.mark.parametrize("written", ["sampai", "kabar", "pagar", "pasir", "kalian", "sekali lagi", "sudah 3 kali"])
def test_a_common_word_is_no_misspelling(lexicon, written):
    assert lexicon.terms_in(written) == []


def test_the_longest_phrase_is_taken_over_words_that_say_nothing(lexicon):
    assert lexicon.terms_in("lampu yang di jalan") == ["lampu jalan"]
    assert lexicon.terms_in("lampu merah, lampu merah") == ["lampu merah"]


def test_a_place_that_the_complaint_names_is_silent_here_only(lexicon):
    assert lexicon.terms_in("di Kebun Bibit ada ular", silent=("kebun", "bibit")) == ["ular"]
    assert lexicon.terms_in("di Kebun Bibit ada ular") == ["kebun bibit", "ular"]


def test_entities_and_line_breaks_are_no_words():
    assert tokens("got&nbsp;mampet &lt;b&gt;\nbau") == ["got", "mampet", "b", "bau"]


@pytest.mark.parametrize(
    ("written", "term", "standing"),
    [
        ("tolong lampu di dekat pohon", "pohon", Standing.BESIDE),
        ("sampah di depan kantor lurah", "kantor lurah", Standing.BESIDE),
        ("parkir di samping dari taman", "taman", Standing.BESIDE),
        ("ini bukan parkir liar", "parkir liar", Standing.DENIED),
        ("bukan karena banjir", "banjir", Standing.DENIED),
        ("bukan hanya macet", "macet", Standing.SAID),
        ("lampu belum menyala di taman", "taman", Standing.SAID),
        ("dekat pohon ada ular, pohonnya tumbang", "pohon tumbang", Standing.SAID),
        ("di dekat taman, lalu taman dikunci", "taman", Standing.SAID),
    ],
)
def test_how_a_text_speaks_of_a_term(lexicon, written, term, standing):
    assert Mention(term, standing) in lexicon.mentions_in(written)


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("rusaknya trotoar", "trotoar rusak"),
        ("trotoar xyz rusak", "trotoar rusak"),
        ("tanaman xyz kering", "tanaman kering"),
        ("p!rkir liar", "parkir liar"),
        ("s4mpah", "sampah"),
    ],
)
def test_a_term_in_another_order_parted_or_with_a_hidden_letter(lexicon, written, term):
    assert term in lexicon.terms_in(written)


def test_a_word_that_says_nothing_stays_in_a_term_that_needs_it(lexicon):
    assert lexicon.terms_in("kartu keluarga") == ["kartu keluarga"]
    assert lexicon.terms_in("kartu") == lexicon.terms_in("keluarga") == []
