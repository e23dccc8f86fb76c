"""What a unit holds, in the order in which it is due, and the tabs that it falls under.

Belongs here: which case belongs under which tab at a moment. Does not belong here: how a case stands (dbt:
int_desk_cases), whose it is (desk.inbox), the page (inbox_pages.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from assets.clock import city_zone
from assets.reports.language import mark

DAY = timedelta(days=1)
# Cases of a page.
PAGE = 50


class Tab(StrEnum):
    """What an officer looks for."""

    ALL = "semua"
    TODAY = "hari-ini"
    RED_FLAG = "bendera-merah"
    OVERDUE = "terlambat"
    WAITING = "menunggu-pelapor"
    RELAPSED = "muncul-lagi"


TAB_NAMES: Mapping[Tab, str] = {
    Tab.ALL: mark("Semua"),
    Tab.TODAY: mark("Jatuh tempo hari ini"),
    Tab.RED_FLAG: mark("Bendera merah"),
    Tab.OVERDUE: mark("Terlambat"),
    Tab.WAITING: mark("Menunggu pelapor"),
    Tab.RELAPSED: mark("Muncul lagi"),
}


@dataclass(frozen=True)
class HeldCase:
    """A case that the unit holds; a row of `desk.inbox`."""

    tracking_number: str
    category_name: str | None
    kelurahan_name: str | None
    kecamatan_name: str | None
    status_name: str
    colour: str
    reported_at: datetime
    held_since: datetime
    due_at: datetime | None
    red_flag_at: datetime | None
    waits_for_reporter: bool
    is_relapse: bool
    reports: int
    is_synthetic: bool
    relapse_of_number: str | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Read a row."""
        return cls(**row)

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should be done by now."""
        return self.due_at is not None and self.due_at < now

    def is_under(self, tab: Tab, now: datetime) -> bool:
        """Whether it belongs under a tab."""
        match tab:
            case Tab.TODAY:
                today = now.astimezone(city_zone()).date()
                return self.due_at is not None and not self.is_overdue(now) and _day(self.due_at) == today
            case Tab.RED_FLAG:
                return self.red_flag_at is not None and not self.is_overdue(now) and self.red_flag_at < now + DAY
            case Tab.OVERDUE:
                return self.is_overdue(now)
            case Tab.WAITING:
                return self.waits_for_reporter
            case Tab.RELAPSED:
                return self.is_relapse
            case Tab.ALL:
                return True


@dataclass(frozen=True)
class Inbox:
    """What a unit holds at a moment.

    Attributes:
        cases: What is due first comes first; what has no limit, last.
        now: When.
    """

    cases: tuple[HeldCase, ...]
    now: datetime

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]], now: datetime) -> Self:
        """Read the rows of `desk.inbox`."""
        cases = (HeldCase.of(row) for row in rows)
        return cls(tuple(sorted(cases, key=lambda one: (one.due_at is None, one.due_at, one.tracking_number))), now)

    def under(self, tab: Tab) -> tuple[HeldCase, ...]:
        """The cases of a tab."""
        return tuple(case for case in self.cases if case.is_under(tab, self.now))

    def counts(self) -> dict[Tab, int]:
        """How many cases are under each tab."""
        return {tab: len(self.under(tab)) for tab in Tab}


def tab_named(name: str) -> Tab:
    """The tab of an address; one that there is not is all.

    >>> tab_named("terlambat"), tab_named("lain")
    (<Tab.OVERDUE: 'terlambat'>, <Tab.ALL: 'semua'>)
    """
    try:
        return Tab(name)
    except ValueError:
        return Tab.ALL


def page_of(cases: Sequence[HeldCase], number: int) -> tuple[Sequence[HeldCase], int, int]:
    """The cases of a page, its number and how many pages there are; a number beyond is the last one's."""
    pages = max(-(-len(cases) // PAGE), 1)
    page = min(max(number, 1), pages)
    return cases[(page - 1) * PAGE : page * PAGE], page, pages


def _day(moment: datetime) -> object:
    return moment.astimezone(city_zone()).date()
