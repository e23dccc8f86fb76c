"""To whom a report may be shown: the least visible of its channel, its reporter's choice and its category."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from assets.city import city_folder
from assets.complaints.model import Report, Visibility
from assets.complaints.triage.model import CategoryBasis, Route, RoutingBasis
from assets.complaints.triage.visibility import visibility_of
from assets.reference import load_reference

pytestmark = pytest.mark.jakarta

REFERENCE = load_reference(city_folder())


def route(code: str | None, guess: str | None) -> Route:
    return Route(code, CategoryBasis.NONE, guess, None, "kelurahan", RoutingBasis.ABSTAINED, 0.0, ())


@pytest.mark.parametrize(
    ("channel", "choice", "category", "guess", "shown"),
    [
        ("jaki", "public", "jalan", "jalan", "public"),
        ("jaki", "public", None, None, "public"),
        ("whatsapp", "public", "jalan", "jalan", "private"),
        ("kelurahan", "public", "jalan", "jalan", "private"),
        ("lapor", "private", "jalan", "jalan", "private"),
        ("lapor", "confidential", "jalan", "jalan", "confidential"),
        ("facebook", "public", "pungutan_liar", "jalan", "confidential"),
        ("facebook", "public", None, "perlindungan_korban_tindak_kekerasan", "confidential"),
        ("sms", "public", "hubungan_kepegawaian", None, "confidential"),
    ],
)
def test_the_least_visible_counts(
    report: Callable[..., Report], channel: str, choice: str, category: str | None, guess: str | None, shown: str
) -> None:
    told = replace(report(), visibility=Visibility(choice))
    assert visibility_of(channel, told, route(category, guess), REFERENCE) == shown


def test_messages_mails_and_counters_are_private() -> None:
    private = {code for code, channel in REFERENCE.channels.items() if channel.visibility == "private"}
    kinds = {code for code, channel in REFERENCE.channels.items() if channel.kind in ("message", "counter")}
    assert kinds <= private
