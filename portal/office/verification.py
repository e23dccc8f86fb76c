"""What was flagged for a person: the queue, a photo beside what it is a copy of, a report with its doubts.

Belongs here: reading what schema desk tells who verifies, and a doubt as a sentence. Does not belong here: what raises
a doubt (assets/complaints/triage/credible.py), what may be decided (verdicts.py), the pages (verification_pages.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from psycopg import AsyncConnection
from psycopg.rows import DictRow

from assets.complaints.triage.credible import Signal
from assets.reports.language import Language, mark
from portal.office.cases import MOST_SIGNS
from portal.office.verdicts import Decision

# Items of a page, and pages that may be asked for.
PAGE, MOST_PAGES = 50, 10_000
SIGNAL_NAMES: Mapping[Signal, str] = {
    Signal.CAMPAIGN: mark("teks yang sama dari banyak akun"),
    Signal.REJECTED_BEFORE: mark("pelapor pernah ditolak"),
    Signal.PLACE_MISMATCH: mark("teks dan titik berjauhan"),
    Signal.JAM_NOT_SEEN: mark("kemacetan tidak terlihat kamera"),
    Signal.PHOTO_USED_BEFORE: mark("foto dari laporan lain"),
}
# What `desk.photo_facts` tells of a photo whose case is known.
FACTS = (
    "number", "category_name", "kelurahan_name", "kecamatan_name", "visibility", "is_synthetic", "status_name",
    "holder_name", "occurred_at",
)  # fmt: skip
# Who reported is no matter of who verifies: it has no place here.
WORDS = """
    select address, title, left(description, %(most)s) as description, length(description) > %(most)s as is_cut
    from private.complaints
    where complaint_id = %(report)s
    order by version desc
    limit 1
"""


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for a person.

    Attributes:
        photo_id: Of the follow-up photo; None where it is a report.
        facts: A row of `desk.to_verify`.
        signals: What is doubted of a report.
    """

    photo_id: int | None
    facts: Mapping[str, Any]
    signals: tuple[str, ...]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Read a row."""
        return cls(row["photo_id"], row, tuple(SIGNAL_NAMES[Signal(signal)] for signal in row["signals"]))

    @property
    def path(self) -> str:
        """Address of its page."""
        if self.photo_id is not None:
            return f"/petugas/verifikasi/bukti/{self.photo_id}"
        return f"/petugas/verifikasi/laporan/{self.facts['number']}"


@dataclass(frozen=True)
class Shown:
    """One photo: whose it is, of which case and when; some of it is unknown where its case is."""

    photo_id: int
    facts: Mapping[str, Any]
    occurred_at: datetime | None


@dataclass(frozen=True)
class Pair:
    """A flagged photo's earlier one, and what they have in common.

    Attributes:
        earlier: The earlier photo.
        is_of_report: Whether a reporter sent it, and no agency.
        is_mirrored: Whether one is the other's mirror image.
        changed_share: Of what both show, a stamp left out.
        features_in_common: Points that agree.
        parts: What was replaced: boxes as shares of width and height, in each photo (later, earlier).
    """

    earlier: Shown
    is_of_report: bool
    is_mirrored: bool
    changed_share: float
    features_in_common: int
    parts: tuple[Mapping[str, tuple[float, float, float, float]], ...]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """Read one pair of `desk.flagged_photo`."""
        return cls(
            _shown(told["earlier_photo_id"], told), told["is_of_report"], told["is_mirrored"], told["changed_share"],
            told["features_in_common"], tuple(told["edited_parts"]),
        )  # fmt: skip


@dataclass(frozen=True)
class FlaggedPhoto:
    """A follow-up photo that is an earlier one again, or an edited copy of one.

    Attributes:
        photo: The photo.
        pairs: What it is a copy of, what they share most first; at most three.
        decision: None while it waits.
    """

    photo: Shown
    pairs: tuple[Pair, ...]
    decision: Decision | None


@dataclass(frozen=True)
class FlaggedReport:
    """A report that triage doubts, without anything private.

    Attributes:
        facts: A row of int_tracked_reports.
        reported_at: When.
        version: Which version of it is doubted.
        signals: What is doubted, and what it rests on.
        decision: None while it waits.
    """

    facts: Mapping[str, Any]
    reported_at: datetime
    version: int
    signals: tuple[Mapping[str, Any], ...]
    decision: Decision | None


async def read_queue(connection: AsyncConnection[DictRow], page: int) -> tuple[list[Waiting], int]:
    """What waits on a page of the queue, oldest first, and how much waits in all.

    Args:
        connection: Of the session.
        page: From 1.
    """
    query = "select * from desk.to_verify(%s, %s)"
    rows = await (await connection.execute(query, [PAGE, (page - 1) * PAGE])).fetchall()
    return [Waiting.of(row) for row in rows], int(rows[0]["total"]) if rows else 0


async def read_decisions(connection: AsyncConnection[DictRow], page: int) -> tuple[list[tuple[DictRow, Decision]], int]:
    """What was decided within 30 days, newest first, with the row that names it, and how much in all."""
    query = "select * from desk.decisions(%s, %s)"
    rows = await (await connection.execute(query, [PAGE, (page - 1) * PAGE])).fetchall()
    decided = [(row, Decision.of(row, is_of_photo=row["photo_id"] is not None)) for row in rows]
    return decided, int(rows[0]["total"]) if rows else 0


async def read_photo(connection: AsyncConnection[DictRow], photo_id: int) -> FlaggedPhoto | None:
    """A flagged photo; None where the session's officer does not verify it."""
    row = await (await connection.execute("select desk.flagged_photo(%s) as told", [photo_id])).fetchone()
    if row is None or row["told"] is None:
        return None
    told = row["told"]
    decision = told["decision"] and Decision.of(told["decision"], is_of_photo=True)
    return FlaggedPhoto(_shown(photo_id, told), tuple(Pair.of(pair) for pair in told["pairs"] or ()), decision)


async def read_report(connection: AsyncConnection[DictRow], number: str) -> FlaggedReport | None:
    """A doubted report by its number; None where the session's officer does not verify it."""
    row = await (await connection.execute("select desk.flagged_report(%s) as told", [number])).fetchone()
    if row is None or row["told"] is None:
        return None
    told = row["told"]
    return FlaggedReport(
        facts=told,
        reported_at=datetime.fromisoformat(told["reported_at"]),
        version=told["version"],
        signals=tuple(told["signals"] or ()),
        decision=told["decision"] and Decision.of(told["decision"], is_of_photo=False),
    )


async def note_read(connection: AsyncConnection[DictRow], report: FlaggedReport) -> None:
    """Note that the officer reads the words of a report; they may be read when this is committed."""
    await connection.execute("select desk.note_read(%s, %s)", [report.facts["complaint_id"], "verification"])


async def read_words(connection: AsyncConnection[DictRow], report: FlaggedReport) -> DictRow | None:
    """The words of a report and its address; None where they were erased, or are not noted as read."""
    values = {"report": report.facts["complaint_id"], "most": MOST_SIGNS}
    return await (await connection.execute(WORDS, values)).fetchone()


def sentences(signals: Sequence[Mapping[str, Any]], words: Language) -> list[str]:
    """What is doubted of a report, each doubt with what it rests on.

    Args:
        signals: As `desk.flagged_report` tells them.
        words: The reader's language.
    """
    return [_sentence(Signal(one["signal"]), one, words) for one in signals]


def _sentence(signal: Signal, told: Mapping[str, Any], words: Language) -> str:
    evidence = told["evidence"]
    match signal:
        case Signal.CAMPAIGN:
            return words.gettext(
                "Teks yang sama datang dari %(accounts)s akun dalam %(hours)s jam.",
                accounts=words.integer(evidence["accounts"]), hours=words.decimal(evidence["hours"], 1),
            )  # fmt: skip
        case Signal.REJECTED_BEFORE:
            return words.ngettext(
                "%(num)s laporan terdahulu dari pelapor ini ditolak SKPD.",
                "%(num)s laporan terdahulu dari pelapor ini ditolak SKPD.",
                evidence["complaints"],
            )
        case Signal.PLACE_MISMATCH:
            return words.gettext(
                "Teksnya menyebut Kelurahan %(named)s, tetapi titiknya %(km)s km dari sana, di %(point_in)s.",
                named=told["named"], km=words.decimal(evidence["km"], 1),
                point_in=told["point_in"] or words.gettext("tempat yang tidak dikenal"),
            )  # fmt: skip
        case Signal.JAM_NOT_SEEN:
            return words.ngettext(
                "Laporan menyebut macet, tetapi kamera di kecamatan itu melihat jalan lengang: paling banyak %(share)s"
                " jalan terisi pada %(num)s pengamatan.",
                "Laporan menyebut macet, tetapi kamera di kecamatan itu melihat jalan lengang: paling banyak %(share)s"
                " jalan terisi pada %(num)s pengamatan.",
                evidence["observations"], share=words.percent(evidence["densest_share"]),
            )  # fmt: skip
        case Signal.PHOTO_USED_BEFORE:
            return words.ngettext(
                "Fotonya juga datang bersama %(num)s laporan lain yang tidak berkaitan.",
                "Fotonya juga datang bersama %(num)s laporan lain yang tidak berkaitan.",
                evidence["complaints"],
            )


def _shown(photo_id: int, told: Mapping[str, Any]) -> Shown:
    facts = {**dict.fromkeys(FACTS), **told}
    at = facts["occurred_at"]
    return Shown(photo_id, facts, datetime.fromisoformat(at) if at else None)
