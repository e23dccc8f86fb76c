"""What a person decides on what was flagged, and what was decided on a case.

Belongs here: the decisions that there are, and reading those that were made. Does not belong here: what is flagged
(verification.py), who may decide (desk.judge_photo, desk.judge_report).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from psycopg import AsyncConnection
from psycopg.rows import DictRow

from assets.reports.language import mark
from portal.office.actions import LONGEST


class Verdict(StrEnum):
    """What is decided, by the names of desk.verdicts."""

    CONFIRMED = "confirmed"
    TO_BE_ASKED = "to_be_asked"
    REJECTED = "rejected"


# What each is called, and by which buttons it is given.
OF_PHOTOS: Mapping[Verdict, str] = {Verdict.CONFIRMED: mark("Bukti sah"), Verdict.REJECTED: mark("Bukti ditolak")}
OF_REPORTS: Mapping[Verdict, str] = {
    Verdict.CONFIRMED: mark("Benar"),
    Verdict.TO_BE_ASKED: mark("Perlu ditanya"),
    Verdict.REJECTED: mark("Tidak benar"),
}


@dataclass(frozen=True)
class Decision:
    """What a person decided.

    Attributes:
        name: What it is called; to be looked up in the reader's language.
        verdict: The decision.
        reason: Why; empty where none was given.
        officer: Who.
        decided_at: When.
        is_back_to_work: Whether it put the case back to work.
    """

    name: str
    verdict: Verdict
    reason: str
    officer: str
    decided_at: datetime
    is_back_to_work: bool

    @classmethod
    def of(cls, told: Mapping[str, Any], *, is_of_photo: bool) -> Self:
        """Read what `desk.decision_of` tells.

        Args:
            told: Its object, or a row with the same names.
            is_of_photo: Whether it is on a follow-up photo, and not on a report.
        """
        verdict, decided_at = Verdict(told["verdict"]), told["decided_at"]
        return cls(
            name=(OF_PHOTOS if is_of_photo else OF_REPORTS)[verdict],
            verdict=verdict,
            reason=told["reason"],
            officer=told["officer"],
            decided_at=datetime.fromisoformat(decided_at) if isinstance(decided_at, str) else decided_at,
            is_back_to_work=told["is_back_to_work"],
        )


async def read_verdicts(connection: AsyncConnection[DictRow], number: str) -> list[Decision]:
    """What was decided on the reports and photos of a case of the session's unit, newest first.

    Args:
        connection: Of the session.
        number: As the city writes it.
    """
    rows = await (await connection.execute("select * from desk.verdicts_on(%s)", [number])).fetchall()
    return [Decision.of(row["decision"], is_of_photo=row["is_of_photo"]) for row in rows]


def lack_of(verdict: str, reason: str, choices: Mapping[Verdict, str]) -> str:
    """What a decision lacks, to be looked up in the reader's language; empty where nothing.

    >>> lack_of("rejected", "sama dengan bukti bulan lalu", OF_PHOTOS), lack_of("to_be_asked", "", OF_PHOTOS)
    ('', 'Pilih satu keputusan.')
    """
    if verdict not in choices:
        return mark("Pilih satu keputusan.")
    if len(reason) > LONGEST:
        return mark("Alasan terlalu panjang: paling banyak 2.000 huruf.")
    if verdict != Verdict.CONFIRMED and not reason:
        return mark("Tulis alasannya: pemegang kasus membacanya.")
    return ""
