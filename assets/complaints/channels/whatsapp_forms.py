"""What people say on WhatsApp in other shapes than a text: forms, orders and contact cards, as words and pictures.

Belongs here: the words of such a message. Does not belong here: the webhook around it (whatsapp.py).
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from assets.sources.records import PayloadError
from assets.sources.wire import found, load_json, read_object, read_text

# What the platform that sent the form wrote into it, to know it again.
_NOT_ANSWERED = frozenset({"flow_token"})
_FEWEST_OF_MEDIA = frozenset({"id", "mime_type"})


def read_form(interactive: Mapping[str, Any]) -> tuple[str, list[Mapping[str, Any]]] | None:
    """Read the answers of a form, and the media that were put into it; None where it is a choice from a menu.

    >>> read_form({"type": "nfm_reply", "nfm_reply": {"response_json": '{"flow_token": "t", "a": "Got mampet"}'}})
    ('Got mampet', [])

    Raises:
        PayloadError: No object of answers.
    """
    if interactive.get("type") != "nfm_reply":
        return None
    answered = read_object(interactive.get("nfm_reply"), "nfm_reply").get("response_json")
    if isinstance(answered, str):
        answered = load_json(answered.encode(errors="replace"))
    answers = {
        name: value for name, value in read_object(answered, "response_json").items() if name not in _NOT_ANSWERED
    }
    said = list(_leaves(answers))
    return "\n".join(one for one in said if isinstance(one, str)), [one for one in said if isinstance(one, dict)]


def read_order(order: Mapping[str, Any]) -> str | None:
    """Read what was written beside an order; None where nothing was.

    Raises:
        PayloadError: Something that is no text.
    """
    return read_text(order.get("text"), "text")


def read_cards(cards: object) -> str:
    """Read contact cards as a line each: name, numbers, addresses.

    >>> read_cards([{"name": {"formatted_name": "Pos RW 05"}, "phones": [{"phone": "021 5551234", "type": "WORK"}]}])
    'Pos RW 05, 021 5551234'

    Raises:
        PayloadError: No list of cards.
    """
    if not isinstance(cards, list):
        raise PayloadError("contacts as a list", found(cards))
    return "\n".join(", ".join(_card(read_object(card, "contact"))) for card in cards)


def _card(card: Mapping[str, Any]) -> Iterator[str]:
    name = card.get("name")
    told = [name.get("formatted_name") if isinstance(name, dict) else None]
    for group, parts in (("phones", ("phone",)), ("addresses", ("street", "city"))):
        listed = card.get(group)
        for one in listed if isinstance(listed, list) else ():
            told += [one.get(part) for part in parts] if isinstance(one, dict) else []
    return (one.strip() for one in told if isinstance(one, str) and one.strip())


def _leaves(value: object) -> Iterator[str | dict[str, Any]]:
    """Yield each answer in its order: texts and numbers as text, media as they are."""
    if isinstance(value, dict) and value.keys() >= _FEWEST_OF_MEDIA:
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    elif isinstance(value, str) and value.strip():
        yield value.strip()
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield json.dumps(value)
