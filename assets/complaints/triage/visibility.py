"""To whom a report may be shown.

Belongs here: the rule. Does not belong here: which channels and categories are public (channels.csv,
categories.csv), how counts are coarsened (dbt_project/macros/coarsen.sql).
"""

from collections.abc import Iterable

from assets.complaints.model import Report, Visibility
from assets.complaints.triage.model import Route
from assets.reference import CityReference

_LEAST_LAST = tuple(Visibility)


def visibility_of(channel: str, report: Report, route: Route, reference: CityReference) -> Visibility:
    """Say to whom a report may be shown: the least visible of its channel, its reporter's choice and its category.

    A category that the text only suggests counts too: what may be about violence is not shown to see whether it is.
    """
    codes = [code for code in (route.category_code, route.category_guess) if code]
    said = (
        Visibility(reference.channels[channel].visibility),
        report.visibility,
        *(Visibility(reference.categories[code].visibility) for code in codes if code in reference.categories),
    )
    return least_visible(said)


def least_visible(said: Iterable[Visibility]) -> Visibility:
    """Take the least visible of several.

    >>> least_visible([Visibility.PRIVATE, Visibility.PUBLIC]).value
    'private'
    """
    return max(said, key=_LEAST_LAST.index)
