"""What a report is about, by the city's categories.

Belongs here: reading the category that a channel names.
Does not belong here: who handles it (routing.py); reading it from the text, which is a later step.
"""

from collections.abc import Callable

from assets.places.spelling import squash
from assets.reference import CityReference


def category_reader(reference: CityReference) -> Callable[[str | None], str | None]:
    """Build the reader of category names: their spelling may differ in case, blanks and punctuation.

    Returns:
        A function from a name to the code of its category; None for no name and for one the city lacks.
    """
    codes = {squash(category.name): code for code, category in reference.categories.items()}
    return lambda name: codes.get(squash(name)) if name else None
