"""Which messages are a word that asks for something, and which are reports."""

import pytest

from assets.complaints.keywords import Keyword, Word, read_keyword

pytestmark = pytest.mark.jakarta

NUMBER = "JK2503050007"


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("LACAK JK2503050007", Keyword(Word.TRACK, NUMBER)),
        ("lacak: jk 250305-0007.", Keyword(Word.TRACK, NUMBER)),
        ("Lacak laporan no. 2503050007", Keyword(Word.TRACK, NUMBER)),
        ("lacak", Keyword(Word.TRACK)),
        ("lacak jk 123", Keyword(Word.TRACK)),
        ("KABAR JK2503050007", Keyword(Word.FOLLOW, NUMBER)),
        ("Berhenti", Keyword(Word.STOP)),
        ("*STOP*", Keyword(Word.STOP)),
        ("berhenti JK2503050007", Keyword(Word.STOP, NUMBER)),
        ("ya!", Keyword(Word.YES)),
    ],
)
def test_a_word_is_read_however_it_is_typed(text: str, keyword: Keyword) -> None:
    assert read_keyword(text) == keyword


@pytest.mark.parametrize(
    "text",
    [
        "", "lacak pencuri motor di Gambir", "stop pungli di kelurahan", "ya pak, lampunya mati", "yang rusak lampunya",
        "lacakan", "kabar lampu bagaimana", "Lampu mati, LACAK JK2503050007", "LACAK JK2503050007 lampunya masih mati",
        "berhenti di jalan 123", "stop 12", "lacak " + "1" * 100,
    ],
)  # fmt: skip
def test_what_says_more_is_a_report(text: str) -> None:
    assert read_keyword(text) is None
