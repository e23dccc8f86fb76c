"""The answer to LACAK: how the case of a number stands, in one SMS.

Belongs here: the sentence, from what `front.track` tells. Does not belong here: what may be told (front.track).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from assets.complaints.model import Decision
from assets.complaints.outbox.texts import brief_day, fitting, listed
from assets.complaints.triage.message import ASKED_FOR

HOW_TO = "Tulis LACAK lalu nomor laporan, contoh: LACAK JK2503050007. Nomornya ada di jawaban atau slip Anda."
HOW_TO_FOLLOW = "Tulis KABAR lalu nomor laporan, contoh: KABAR JK2503050007. Nomornya ada di jawaban atau slip Anda."
LATER = "Status laporan belum dapat dibaca. Mohon kirim LACAK dan nomornya sekali lagi nanti."


def unknown(number: str) -> str:
    """What is said of a number that nobody was given."""
    return f"Nomor {number} tidak kami temukan. Mohon periksa angkanya."


def answer_lookup(number: str, told: Mapping[str, Any], now: datetime) -> str:
    """Say how a number's case stands.

    Args:
        number: As asked for.
        told: By `front.track`.
        now: When.
    """
    report, events = told["report"], told["events"]
    if report["decision"] == Decision.RETURNED:
        asked = listed([ASKED_FOR[what] for what in report.get("missing") or ()])
        whole = f"Laporan {number} menunggu Anda: mohon balas dengan {asked}." if asked else ""
        return fitting(whole, f"Laporan {number} menunggu kelengkapan dari Anda.")
    if report["decision"] == Decision.REJECTED:
        return f"Laporan {number} tidak diteruskan. Alasannya ada dalam jawaban yang Anda terima."
    last = events[-1] if events else {}
    status, is_closed = last.get("status_name", "Menunggu"), last.get("status_set") == "closed"
    since = f" sejak {brief_day(datetime.fromisoformat(last['occurred_at']))}" if last else ""
    if is_closed:
        return f"Laporan {number}: {status}{since}."
    holder = last.get("holder_name") or report.get("first_holder_name")
    held = f", dipegang {holder}" if holder else ""
    due = _due(report.get("resolve_due_at"), now)
    return fitting(
        f"Laporan {number}: {status}{since}{held}.{due}",
        f"Laporan {number}: {status}{held}.{due}",
        f"Laporan {number}: {status}{since}.{due}",
    )


def _due(moment: str | None, now: datetime) -> str:
    if moment is None:
        return ""
    due = datetime.fromisoformat(moment)
    return f" {'Terlambat, batasnya' if due < now else 'Batas waktu'} {brief_day(due)}."
