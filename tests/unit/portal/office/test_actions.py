"""What a form books: the status, who holds it next, and what it is refused for."""

from datetime import datetime

import pytest

from assets.clock import city_zone
from assets.statuses import CaseStatus
from portal.office.actions import LONGEST, Action, ActionError, Booking, Unit, booking_of

NOW = datetime(2026, 3, 6, 15, tzinfo=city_zone())
UNITS = {
    unit.skpd_code: unit
    for unit in (
        Unit("dinas_perhubungan", "Dinas Perhubungan", None),
        Unit("up_perparkiran", "Unit Pengelola Perparkiran", "dinas_perhubungan"),
        Unit("satpol_pp", "Satuan Polisi Pamong Praja", None),
    )
}


def booked(action: Action, holder: str = "dinas_perhubungan", **form: str) -> Booking:
    return booking_of(action, {"alasan": "karena itu", **form}, holder, UNITS, NOW)


def test_a_case_is_taken_without_a_word() -> None:
    assert booked(Action.TAKE, alasan=" ") == Booking(CaseStatus.PROSES, "")


@pytest.mark.parametrize(
    ("to", "status"), [("satpol_pp", CaseStatus.KOORDINASI), ("up_perparkiran", CaseStatus.DISPOSISI)]
)
def test_a_dinas_instructs_its_own_unit_and_coordinates_with_others(to: str, status: CaseStatus) -> None:
    assert booked(Action.HAND_OVER, kepada=to) == Booking(status, "karena itu", holder=to)


def test_a_promise_holds_until_the_end_of_its_day() -> None:
    promised = booked(Action.PROMISE, tanggal="2026-03-06").promised_at
    assert promised == datetime(2026, 3, 6, 23, 59, tzinfo=city_zone())


def test_a_reporter_is_asked_by_who_works_on_it_and_a_report_is_rejected_with_a_reason() -> None:
    assert booked(Action.ASK, alasan=" di depan nomor berapa? ") == Booking(
        CaseStatus.PROSES, "di depan nomor berapa?", asks=True
    )
    assert booked(Action.REJECT) == Booking(CaseStatus.DITOLAK, "karena itu")


@pytest.mark.parametrize(
    ("action", "form"),
    [
        (Action.CLOSE, {"alasan": "  "}),
        (Action.ASK, {"alasan": " "}),
        (Action.REJECT, {"alasan": "\n"}),
        (Action.CLOSE, {"alasan": "a" * (LONGEST + 1)}),
        (Action.HAND_OVER, {"kepada": "satpol_pp", "alasan": ""}),
        (Action.HAND_OVER, {"kepada": "dinas_perhubungan"}),
        (Action.HAND_OVER, {"kepada": "'; drop table raw.case_events; --"}),
        (Action.HAND_OVER, {}),
        (Action.PROMISE, {}),
        (Action.PROMISE, {"tanggal": "besok"}),
        (Action.PROMISE, {"tanggal": "2026-03-05"}),
    ],
)
def test_what_lacks_something_is_refused_in_words(action: Action, form: dict[str, str]) -> None:
    with pytest.raises(ActionError, match=r"\w+ \w+"):
        booked(action, **form)
