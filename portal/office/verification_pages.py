"""Verification: the queue of what was flagged for a person, each thing's page, what was decided, and the photos.

Belongs here: those pages. Does not belong here: what they show (verification.py), who may decide on what (schema desk).
"""

import asyncio
import re
from pathlib import Path
from typing import LiteralString

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.office.actions import LONGEST
from portal.office.evidence import bare
from portal.office.verdicts import OF_PHOTOS, OF_REPORTS, lack_of
from portal.office.verification import (
    MOST_PAGES,
    PAGE,
    note_read,
    read_decisions,
    read_photo,
    read_queue,
    read_report,
    read_words,
    sentences,
)
from portal.office.visits import PRIVATE, NotHereError, Visit, VisitOf, number_of

router = APIRouter(default_response_class=HTMLResponse)

QUEUE = "/petugas/verifikasi"
# Two photos of a pair stand in one page: pixels of the longer side, and how good a JPEG.
LONGEST_SIDE, QUALITY = 640, 60
PHOTO: LiteralString = "select desk.report_picture(%(photo)s) as kept, desk.photo_name(%(photo)s) as name"
JUDGE_PHOTO: LiteralString = "select desk.judge_photo(%s, %s, %s, %s) as outcome"
JUDGE_REPORT: LiteralString = "select desk.judge_report(%s, %s, %s, %s, %s) as outcome"


@router.get(QUEUE)
async def queue(visit: VisitOf, halaman: int = 1, pesan: str = "") -> Response:
    """What waits for a person, oldest first."""
    _require_verifier(visit)
    page = min(max(halaman, 1), MOST_PAGES)
    async with visit.acting() as connection:
        waiting, total = await read_queue(connection, page)
        if not waiting and page > 1:
            page = 1
            waiting, total = await read_queue(connection, page)
    return visit.page(
        "verification.html.j2", waiting=waiting, total=total, page_number=page, pages=max(-(-total // PAGE), 1),
        message=pesan, now=visit.office.clock(), is_synthetic=any(one.facts["is_synthetic"] for one in waiting),
    )  # fmt: skip


@router.get(f"{QUEUE}/keputusan")
async def decisions(visit: VisitOf, halaman: int = 1) -> Response:
    """What was decided within 30 days, newest first."""
    _require_verifier(visit)
    page = min(max(halaman, 1), MOST_PAGES)
    async with visit.acting() as connection:
        decided, total = await read_decisions(connection, page)
    return visit.page(
        "decisions.html.j2", decided=decided, total=total, page_number=page, pages=max(-(-total // PAGE), 1),
        is_synthetic=any(row["is_synthetic"] for row, _ in decided),
    )  # fmt: skip


@router.get(f"{QUEUE}/bukti/{{photo}}")
async def photo_page(visit: VisitOf, photo: str) -> Response:
    """A follow-up photo beside the earlier ones that it is a copy of."""
    return await _photo_page(visit, photo)


@router.post(f"{QUEUE}/bukti/{{photo}}")
async def judge_photo(visit: VisitOf, photo: str) -> Response:
    """Take the decision on a photo."""
    form = await visit.form()
    verdict, reason = form.get("keputusan", ""), form.get("alasan", "").strip()
    lacking = lack_of(verdict, reason, OF_PHOTOS)
    if lacking:
        return await _photo_page(visit, photo, 422, visit.reader.words.gettext(lacking), reason)
    return await _decided(visit, JUDGE_PHOTO, _photo_id(photo), verdict, reason)


@router.get(f"{QUEUE}/laporan/{{nomor}}")
async def report_page(visit: VisitOf, nomor: str) -> Response:
    """A doubted report, with what is doubted and its words."""
    return await _report_page(visit, nomor)


@router.post(f"{QUEUE}/laporan/{{nomor}}")
async def judge_report(visit: VisitOf, nomor: str) -> Response:
    """Take the decision on a report."""
    form = await visit.form()
    verdict, reason, seen = form.get("keputusan", ""), form.get("alasan", "").strip(), form.get("versi", "")
    lacking = lack_of(verdict, reason, OF_REPORTS)
    if lacking:
        return await _report_page(visit, nomor, 422, visit.reader.words.gettext(lacking), reason)
    version = int(seen) if re.fullmatch(r"\d{1,6}", seen) else 0
    return await _decided(visit, JUDGE_REPORT, number_of(nomor), version, verdict, reason)


@router.get(f"{QUEUE}/foto/{{photo}}")
async def picture(visit: VisitOf, photo: str) -> Response:
    """A photo of a flagged pair, small and without what a file may carry beside it; its reading is noted first."""
    photo_id, folder = _photo_id(photo), visit.office.evidence
    async with visit.acting() as connection:
        await connection.execute("select desk.note_photo_read(%s)", [photo_id])
    async with visit.acting() as connection:
        row = await (await connection.execute(PHOTO, {"photo": photo_id})).fetchone()
    kept, name = (row["kept"], row["name"]) if row else (None, None)
    async with visit.office.examining:
        small = await asyncio.to_thread(_small, kept, name, folder)
    return Response(small, media_type="image/jpeg", headers=PRIVATE)


def _content(kept: bytes | None, name: str | None, folder: Path | None) -> bytes:
    """The photo of a report as it is kept, or a follow-up photo from its file."""
    if kept is not None:
        return kept
    # Names are the agencies': one that leads elsewhere is none.
    if not name or folder is None or "/" in name or name in (".", ".."):
        raise NotHereError
    return (folder / name).read_bytes()


async def _photo_page(visit: Visit, photo: str, status: int = 200, problem: str = "", typed: str = "") -> Response:
    _require_verifier(visit)
    async with visit.acting() as connection:
        flagged = await read_photo(connection, _photo_id(photo))
    if flagged is None:
        raise NotHereError
    return visit.page(
        "photo_pair.html.j2", status, flagged=flagged, choices=OF_PHOTOS, decision=flagged.decision, problem=problem,
        typed=typed, longest=LONGEST, is_synthetic=flagged.photo.facts["is_synthetic"],
    )  # fmt: skip


async def _report_page(visit: Visit, nomor: str, status: int = 200, problem: str = "", typed: str = "") -> Response:
    _require_verifier(visit)
    async with visit.acting() as connection:
        flagged = await read_report(connection, number_of(nomor))
        if flagged is not None:
            await note_read(connection, flagged)
    if flagged is None:
        raise NotHereError
    async with visit.acting() as connection:
        said = await read_words(connection, flagged)
    return visit.page(
        "doubted_report.html.j2", status, flagged=flagged, said=said,
        doubts=sentences(flagged.signals, visit.reader.words), choices=OF_REPORTS, decision=flagged.decision,
        problem=problem, typed=typed, longest=LONGEST, is_synthetic=flagged.facts["is_synthetic"],
    )  # fmt: skip


async def _decided(visit: Visit, query: LiteralString, *values: object) -> Response:
    """Book a decision, and go on with the queue."""
    async with visit.acting() as connection:
        row = await (await connection.execute(query, [*values, visit.office.clock()])).fetchone()
    outcome = row["outcome"] if row else "not_yours"
    if outcome == "not_yours":
        raise NotHereError
    return visit.goes_to(f"{QUEUE}?pesan={outcome}")


def _require_verifier(visit: Visit) -> None:
    """Tell who does not verify what is told of a case that is not theirs."""
    if not visit.officer.is_verifier:
        raise NotHereError


def _small(kept: bytes | None, name: str | None, folder: Path | None) -> bytes:
    from PIL.Image import DecompressionBombError

    try:
        return bare(_content(kept, name, folder), LONGEST_SIDE, QUALITY)
    except (OSError, SyntaxError, ValueError, DecompressionBombError) as error:
        raise NotHereError from error


def _photo_id(text: str) -> int:
    if not re.fullmatch(r"\d{1,18}", text):
        raise NotHereError
    return int(text)
