"""What a report is about, by the city's categories.

Belongs here: reading the category that a channel names.
Does not belong here: who handles it (routing.py); reading it from the text, which is a later step.
"""

from collections.abc import Callable

from assets.places.spelling import squash
from assets.reference import CityReference


def category_reader(reference: CityReference) -> Callable[[str, str | None], str | None]:
    """Build the reader of category names: their spelling may differ in case, blanks and punctuation.

    Returns:
        A function from a channel and a name to the code of its category; None for no name, for one that the city lacks
        and for one that may be several of the city's. A name of the city means the city's category in every channel.
    """
    codes = {squash(category.name): code for code, category in reference.categories.items()}
    others = {(one.channel, squash(one.name)): one.category_code for one in reference.category_synonyms.values()}

    def read(channel: str, name: str | None) -> str | None:
        spelling = squash(name or "")
        return codes.get(spelling) or others.get((channel, spelling))

    return read
