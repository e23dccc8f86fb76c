"""Saya juga: open cases of the same kelurahan and matter, which a report may join.

Belongs here: reading them, and whether a report may join one. Does not belong here: which may be shown (front.nearby),
the form (report.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.asked import Asked
from portal.drafts import Draft, city
from portal.lookup import PERIOD_S, find
from portal.story import Story, holder_named


@dataclass(frozen=True)
class OpenCase:
    """An open public case, as anybody may see it.

    Attributes:
        number: Of its report.
        category: What it is about.
        days: How many days ago it was reported.
        holder: Who holds it.
        status: As the city names it.
        reports: How often it was reported.
        is_synthetic: Whether it is a synthetic city's.
    """

    number: str
    category: str
    days: int
    holder: str
    status: str
    reports: int
    is_synthetic: bool


async def read_nearby(asked: Asked, draft: Draft) -> Sequence[OpenCase] | None:
    """Open public cases where and of what a draft is; None where it says too little, or its client asked too often.

    A list counts as a look-up of a number: it gives numbers away.
    """
    kelurahan = city().kelurahan.get(draft.fields["kelurahan"])
    codes = [one.code for one in city().categories.values() if one.name == draft.fields["category"]]
    if kelurahan is None or not codes:
        return None
    if not await asked.may("lookup", asked.parts.settings.lookups, PERIOD_S):
        return None
    told: Sequence[dict[str, Any]] = await asked.parts.database.value(
        "select front.nearby(%s, %s, %s)", [kelurahan.code, codes[0], asked.parts.clock()]
    )
    return [
        OpenCase(
            one["tracking_number"], one["category_name"], one["days"],
            holder_named(one["holder_name"], kelurahan.name) or "", one["status_name"], one["reports"],
            one["is_synthetic"],
        )
        for one in told
    ]  # fmt: skip


async def joined_by(asked: Asked, draft: Draft) -> Story | None:
    """The case that a draft wants to join; None where it may not, or there is none.

    One that was closed meanwhile is joined too: the report says that it came back.
    """
    found = await find(asked, draft.fields["joins"])
    return found if isinstance(found, Story) and found.may_be_joined else None
