"""What LACAK is answered: one SMS, whatever agency and status, and nothing that the number's page does not tell."""

from datetime import datetime
from typing import Any

import pytest

from assets.city import city_folder
from assets.complaints.model import Missing
from assets.complaints.outbox.lookup import HOW_TO, HOW_TO_FOLLOW, LATER, answer_lookup, unknown
from assets.complaints.outbox.requested import CONFIRMED, STOPPED
from assets.messages.smsd import MOST_LETTERS
from assets.reference import load_reference

NUMBER = "XX250305989999"
NOW = datetime.fromisoformat("2025-03-20T10:00:00+07:00")
DUE, LATE = "2025-03-28T10:00:00+07:00", "2025-03-12T10:00:00+07:00"


def told(event: dict[str, Any] | None = None, **report: Any) -> dict[str, Any]:
    usual = {"decision": "accepted", "first_holder_name": "Dinas Bina Marga", "resolve_due_at": DUE}
    return {"report": {**usual, **report}, "events": [event] if event else []}


def event(status: str = "Koordinasi", **fields: Any) -> dict[str, Any]:
    return {
        "status_name": status, "status_set": "open", "holder_name": "Dinas Perhubungan",
        "occurred_at": "2025-03-06T08:00:00+07:00", **fields,
    }  # fmt: skip


@pytest.mark.parametrize("skpd", load_reference(city_folder()).skpd.values(), ids=lambda skpd: skpd.code)
@pytest.mark.parametrize("due", [DUE, LATE])
def test_an_answer_fits_one_sms_for_every_agency(skpd: Any, due: str) -> None:
    text = answer_lookup(NUMBER, told(event("Estimasi waktu selesai", holder_name=skpd.name), resolve_due_at=due), NOW)
    assert len(text) <= MOST_LETTERS
    assert text.isascii()
    assert "Estimasi waktu selesai" in text
    assert ("Terlambat" in text) == (due == LATE)


@pytest.mark.parametrize(
    ("case", "text"),
    [
        (told(), "Menunggu, dipegang Dinas Bina Marga. Batas waktu 28 Mar 2025."),
        (told(event()), "Koordinasi sejak 6 Mar 2025, dipegang Dinas Perhubungan. Batas waktu 28 Mar 2025."),
        (told(event("Selesai", status_set="closed")), "Selesai sejak 6 Mar 2025."),
        # Of a confidential one the database tells neither holder nor limit.
        ({"report": {"decision": "accepted"}, "events": [event(holder_name=None)]}, "Koordinasi sejak 6 Mar 2025."),
    ],
    ids=["without an event", "open", "closed", "confidential"],
)
def test_it_says_how_the_case_stands(case: dict[str, Any], text: str) -> None:
    assert answer_lookup(NUMBER, case, NOW) == f"Laporan {NUMBER}: {text}"


def test_a_returned_report_is_asked_for_what_it_lacks() -> None:
    text = answer_lookup(NUMBER, told(decision="returned", missing=[one.value for one in Missing]), NOW)
    assert len(text) <= MOST_LETTERS
    assert NUMBER in text
    assert "menunggu" in text
    assert "nama" in answer_lookup(NUMBER, told(decision="returned", missing=["reporter"]), NOW)


@pytest.mark.parametrize(
    "text",
    [
        HOW_TO,
        HOW_TO_FOLLOW,
        LATER,
        STOPPED,
        CONFIRMED,
        unknown(NUMBER),
        answer_lookup(NUMBER, told(decision="rejected"), NOW),
    ],
)
def test_every_other_answer_fits_one_sms(text: str) -> None:
    assert len(text) <= MOST_LETTERS
    assert text.isascii()
