"""Which case belongs under which tab at a moment, and in which order it comes."""

from datetime import datetime, timedelta

import pytest

from assets.clock import city_zone
from portal.office.inbox import PAGE, HeldCase, Inbox, Tab, page_of

NOW = datetime(2026, 3, 6, 15, tzinfo=city_zone())
HOUR = timedelta(hours=1)


def held(number: str = "XX2603010001", **facts: object) -> dict[str, object]:
    usual = {
        "category_name": "Jalan", "kelurahan_name": "Kemuning", "kecamatan_name": "Kemuning", "status_name": "Proses",
        "colour": "yellow", "reported_at": NOW - 72 * HOUR, "held_since": NOW - 70 * HOUR, "due_at": NOW + 96 * HOUR,
        "red_flag_at": NOW + 72 * HOUR, "waits_for_reporter": False, "is_relapse": False, "reports": 1,
        "is_synthetic": True,
    }  # fmt: skip
    return {"tracking_number": number, **usual, **facts}


@pytest.mark.parametrize(
    ("facts", "tabs"),
    [
        ({}, set()),
        ({"due_at": NOW + 8 * HOUR}, {Tab.TODAY}),
        # Nine hours later it is tomorrow in the city, though not in London.
        ({"due_at": NOW + 9 * HOUR}, set()),
        ({"due_at": NOW - HOUR}, {Tab.OVERDUE}),
        ({"due_at": None, "red_flag_at": None}, set()),
        ({"red_flag_at": NOW + 23 * HOUR}, {Tab.RED_FLAG}),
        ({"red_flag_at": NOW + 24 * HOUR}, set()),
        # It has the flag already, and is due in a day.
        ({"red_flag_at": NOW - HOUR, "due_at": NOW + 23 * HOUR}, {Tab.RED_FLAG}),
        ({"red_flag_at": NOW - 25 * HOUR, "due_at": NOW - HOUR}, {Tab.OVERDUE}),
        ({"waits_for_reporter": True}, {Tab.WAITING}),
        ({"is_relapse": True}, {Tab.RELAPSED}),
    ],
)
def test_a_case_is_under_its_tabs(facts: dict[str, object], tabs: set[Tab]) -> None:
    case = HeldCase.of(held(**facts))
    assert {tab for tab in Tab if case.is_under(tab, NOW)} == {Tab.ALL, *tabs}


@pytest.mark.parametrize(
    ("tab", "field", "moment", "is_under"),
    [
        # It is 15:00 on Friday, 6 March. What is due this very moment is not late yet.
        (Tab.OVERDUE, "due_at", "2026-03-06T14:59:59.999999+07:00", True),
        (Tab.OVERDUE, "due_at", "2026-03-06T15:00:00+07:00", False),
        (Tab.TODAY, "due_at", "2026-03-06T14:59:59.999999+07:00", False),
        (Tab.TODAY, "due_at", "2026-03-06T15:00:00+07:00", True),
        # The day ends at midnight of the city, seven hours before London's.
        (Tab.TODAY, "due_at", "2026-03-06T23:59:59.999999+07:00", True),
        (Tab.TODAY, "due_at", "2026-03-06T16:59:59.999999+00:00", True),
        (Tab.TODAY, "due_at", "2026-03-07T00:00:00+07:00", False),
        (Tab.TODAY, "due_at", "2026-03-06T17:00:00+00:00", False),
        (Tab.RED_FLAG, "red_flag_at", "2026-03-06T15:00:00+07:00", True),
        (Tab.RED_FLAG, "red_flag_at", "2026-03-07T14:59:59.999999+07:00", True),
        (Tab.RED_FLAG, "red_flag_at", "2026-03-07T15:00:00+07:00", False),
        # It has the flag, and its limit has not passed.
        (Tab.RED_FLAG, "red_flag_at", "2026-03-05T15:00:00+07:00", True),
    ],
)
def test_the_edges_of_a_tab(tab: Tab, field: str, moment: str, is_under: bool) -> None:
    case = HeldCase.of(held(**{field: datetime.fromisoformat(moment)}))
    assert case.is_under(tab, datetime.fromisoformat("2026-03-06T15:00:00+07:00")) is is_under
    assert case.is_under(tab, datetime.fromisoformat("2026-03-06T08:00:00+00:00")) is is_under


def test_what_is_due_first_comes_first_and_what_has_no_limit_last() -> None:
    rows = [held("c", due_at=None), held("b", due_at=NOW + HOUR), held("a", due_at=NOW + HOUR), held("d", due_at=NOW)]
    assert [case.tracking_number for case in Inbox.of(rows, NOW).cases] == ["d", "a", "b", "c"]


def test_counts_are_of_each_tab() -> None:
    inbox = Inbox.of([held(due_at=NOW - HOUR), held(is_relapse=True), held()], NOW)
    assert {tab: count for tab, count in inbox.counts().items() if count} == {
        Tab.ALL: 3, Tab.OVERDUE: 1, Tab.RELAPSED: 1,
    }  # fmt: skip


@pytest.mark.parametrize(("asked", "given", "shown"), [(1, 1, PAGE), (2, 2, 1), (99, 2, 1), (-3, 1, PAGE)])
def test_pages_hold_every_case_once(asked: int, given: int, shown: int) -> None:
    inbox = Inbox.of([held(str(number)) for number in range(PAGE + 1)], NOW)
    cases, page, pages = page_of(inbox.cases, asked)
    assert (len(cases), page, pages) == (shown, given, 2)


def test_a_page_of_nothing_is_one_page() -> None:
    assert page_of((), 1) == ((), 1, 1)
