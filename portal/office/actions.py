"""What an officer does with a case: take it, hand it over, ask its reporter, promise a date, close or reject it.

Belongs here: what each asks for, and the status that it books. Does not belong here: whether the officer may
(desk.book), the pages (case_pages.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from assets.clock import city_zone
from assets.reports.language import mark
from assets.statuses import CaseStatus

# Signs of a reason.
LONGEST = 2000
# A promise holds until the end of its day.
END_OF_DAY = time(23, 59)


class Action(StrEnum):
    """By the names that addresses have."""

    TAKE = "ambil"
    HAND_OVER = "serahkan"
    ASK = "tanya"
    PROMISE = "janji"
    CLOSE = "tutup"
    REJECT = "tolak"


@dataclass(frozen=True)
class Unit:
    """An agency, or a unit of one."""

    skpd_code: str
    skpd_name: str
    parent_skpd_code: str | None


@dataclass(frozen=True)
class Booking:
    """A status event to be booked.

    Attributes:
        status: From then on.
        note: Why.
        holder: Who is to hold it; None for who holds it already.
        promised_at: Promised end of long work.
        asks: Whether the note is a question to the reporter, who is waited for.
    """

    status: CaseStatus
    note: str
    holder: str | None = None
    promised_at: datetime | None = None
    asks: bool = False


class ActionError(Exception):
    """An action that lacks something; says what, in the language of the sources."""


def booking_of(
    action: Action, form: Mapping[str, str], holder: str, units: Mapping[str, Unit], now: datetime
) -> Booking:
    """What a form books.

    Args:
        action: What is done.
        form: Its fields.
        holder: Who holds the case.
        units: Agencies by code.
        now: What time it is in the city.

    Raises:
        ActionError: Something is missing or makes no sense.
    """
    note = form.get("alasan", "").strip()
    if len(note) > LONGEST:
        raise ActionError(mark("Alasan terlalu panjang: paling banyak 2.000 huruf."))
    if not note and action is not Action.TAKE:
        is_question = action is Action.ASK
        raise ActionError(
            mark("Tulis pertanyaannya.") if is_question else mark("Tulis alasannya: rekan berikutnya perlu tahu.")
        )
    match action:
        case Action.TAKE:
            return Booking(CaseStatus.PROSES, note)
        case Action.CLOSE:
            return Booking(CaseStatus.SELESAI, note)
        case Action.REJECT:
            return Booking(CaseStatus.DITOLAK, note)
        case Action.ASK:
            return Booking(CaseStatus.PROSES, note, asks=True)
        case Action.PROMISE:
            return Booking(CaseStatus.ESTIMASI_WAKTU_SELESAI, note, promised_at=_promised(form, now))
        case Action.HAND_OVER:
            return _handed_over(form, note, holder, units)


def _handed_over(form: Mapping[str, str], note: str, holder: str, units: Mapping[str, Unit]) -> Booking:
    unit = units.get(form.get("kepada", ""))
    if unit is None or unit.skpd_code == holder:
        raise ActionError(mark("Pilih SKPD lain yang menerima kasus ini."))
    # A Dinas instructs its own units; it coordinates with others.
    is_own = unit.parent_skpd_code == holder
    return Booking(CaseStatus.DISPOSISI if is_own else CaseStatus.KOORDINASI, note, holder=unit.skpd_code)


def _promised(form: Mapping[str, str], now: datetime) -> datetime:
    try:
        day = date.fromisoformat(form.get("tanggal", ""))
    except ValueError:
        raise ActionError(mark("Pilih tanggal yang dijanjikan.")) from None
    promised_at = datetime.combine(day, END_OF_DAY, city_zone())
    if promised_at <= now:
        raise ActionError(mark("Tanggal yang dijanjikan sudah lewat."))
    return promised_at
