"""Every message has its translation, and no translation is of a message that is gone."""

import gettext
from collections.abc import Callable
from dataclasses import replace

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from assets.reports.language import LANGUAGES, LOCALES, SOURCE, OfCity, language
from assets.reports.model import NoForecast
from assets.reports.render import render_mail, render_page, typst_source
from assets.reports.view import ReportView
from database.settings import PROJECT

TRANSLATED = [code for code in LANGUAGES if code != SOURCE]


def catalogue(code: str) -> Catalog:
    with (LOCALES / f"{code}.po").open("rb") as file:
        return read_po(file, locale=code, abort_invalid=True)


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_catalogue_holds_exactly_the_messages_of_the_sources(code: str) -> None:
    found = {
        message
        for _, _, message, _, _ in extract_from_dir(
            PROJECT / "assets" / "reports",
            method_map=[("**.py", "python"), ("**.j2", "jinja2.ext:babel_extract")],
            options_map={"**.j2": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}},
            keywords={"_": None, "gettext": None, "ngettext": (1, 2), "mark": None},
        )
    }
    assert {message.id for message in catalogue(code) if message.id} == found
    assert len(found) > 150


@pytest.mark.parametrize("code", TRANSLATED)
@pytest.mark.slow
def test_every_translation_is_whole_and_takes_the_same_values(code: str) -> None:
    messages = [message for message in catalogue(code) if message.id]
    assert not [message.id for message in messages if not all(_texts(message))]
    assert not [(message.id, error) for message in messages for error in message.check(catalogue(code))]


def _texts(message: Message) -> tuple[str, ...]:
    """A message's translations: one, or one for each of its numbers."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


class Loud(gettext.NullTranslations):
    """What is asked for and not in the catalogue, said aloud."""

    def gettext(self, message: str) -> str:
        raise LookupError(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        raise LookupError(msgid1)


@pytest.mark.parametrize("code", TRANSLATED)
@pytest.mark.parametrize("forecast", [None, *NoForecast])
@pytest.mark.slow
def test_nothing_is_shown_that_the_catalogue_lacks(
    look: Callable[..., ReportView], code: str, forecast: NoForecast | None
) -> None:
    words = language(code)
    translations = gettext.GNUTranslations()
    assert isinstance(words.translations, OfCity)
    vars(translations).update(vars(words.translations.told))
    translations.add_fallback(Loud())
    view = look(replace(words, translations=OfCity(translations)), **({"forecast": forecast} if forecast else {}))
    assert render_page(view)
    assert typst_source(view)
    assert render_mail(view)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(LookupError, match="found 'fr'"):
        language("fr")
