"""Every message of the pages has its translation, and no translation is of a message that is gone."""

import csv

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from assets.city import city_folder
from assets.reports.language import language
from database.settings import PROJECT
from portal.pages import CATALOGUES
from portal.words import LEVELS, UNITS


def test_the_catalogue_holds_exactly_the_messages_of_the_pages() -> None:
    found = {
        message
        for _, _, message, _, _ in extract_from_dir(
            PROJECT / "portal",
            method_map=[("**.py", "python"), ("**.j2", "jinja2.ext:babel_extract")],
            options_map={"**.j2": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}},
            keywords={"_": None, "gettext": None, "ngettext": (1, 2), "mark": None},
        )
    }
    with (CATALOGUES / "en.po").open("rb") as file:
        catalogue = read_po(file, locale="en", abort_invalid=True)
    messages = [message for message in catalogue if message.id]
    assert {message.id for message in messages} == found
    assert not [
        message.id
        for message in messages
        if not all([message.string] if isinstance(message.string, str) else message.string)
    ]
    assert not [(message.id, error) for message in messages for error in message.check(catalogue)]


@pytest.mark.parametrize("code", ["id", "en"])
def test_each_level_has_a_letter_of_its_own(code: str) -> None:
    """It stands for the level where colours are not seen."""
    letters = [language(code, CATALOGUES).gettext(level)[0] for level in LEVELS]
    assert len(set(letters)) == len(letters)


def test_words_of_tables_are_those_of_the_seeds() -> None:
    def seeded(file: str, column: str) -> set[str]:
        with (city_folder() / f"{file}.csv").open(encoding="utf-8", newline="") as rows:
            return {row[column] for row in csv.DictReader(rows)}

    assert set(LEVELS) == seeded("traffic_levels", "level_name_id")
    assert {*UNITS, "share"} == seeded("pillar_indicators", "unit")
