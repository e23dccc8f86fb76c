"""Which event of a case is news."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from assets.cases.news.timeline import Case, Event, newest_news
from assets.complaints.outbox.answers import MessageKind
from assets.statuses import CaseStatus

START = datetime(2026, 3, 2, tzinfo=UTC)
MARGA, HUBUNGAN = "dinas_bina_marga", "dinas_perhubungan"


def event(hours: int, status: CaseStatus, holder: str = MARGA, *, promised: bool = False) -> Event:
    at = START + timedelta(hours=hours)
    return Event(f"e{hours}", status, holder, at, at, at + timedelta(days=9) if promised else None)


def told(*events: Event) -> tuple[MessageKind, str] | None:
    news = newest_news(Case(UUID(int=1), MARGA, (), events))
    return None if news is None else (news.kind, news.event.event_id)


def test_who_takes_it_over_what_is_promised_and_that_it_is_closed_are_news() -> None:
    assert told() is None
    assert told(event(1, CaseStatus.PROSES)) is None, "the holder is who it was"
    assert told(event(1, CaseStatus.KOORDINASI, HUBUNGAN)) == (MessageKind.HANDOVER, "e1")
    assert told(event(1, CaseStatus.PROSES, HUBUNGAN)) == (MessageKind.HANDOVER, "e1")
    assert told(event(1, CaseStatus.ESTIMASI_WAKTU_SELESAI, promised=True)) == (MessageKind.PROMISE, "e1")
    for status in (CaseStatus.SELESAI, CaseStatus.DITOLAK):
        assert told(event(1, status, HUBUNGAN)) == (MessageKind.CLOSING, "e1")


def test_the_last_of_them_is_told_in_whatever_order_they_came() -> None:
    events = [event(3, CaseStatus.SELESAI), event(1, CaseStatus.KOORDINASI, HUBUNGAN), event(2, CaseStatus.PROSES)]
    assert told(*events) == (MessageKind.CLOSING, "e3")
    # Work that goes on behind it is no news, and does not make it young again.
    events = [event(1, CaseStatus.KOORDINASI, HUBUNGAN), event(2, CaseStatus.PROSES, HUBUNGAN)]
    assert told(*events) == (MessageKind.HANDOVER, "e1")


def test_a_question_is_news_until_something_comes_behind_it() -> None:
    asked = replace(event(2, CaseStatus.PROSES), waits_for_reporter=True)
    assert told(event(1, CaseStatus.PROSES), asked) == (MessageKind.QUESTION, "e2")
    assert told(asked, event(3, CaseStatus.PROSES)) is None
