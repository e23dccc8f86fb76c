"""The portal: what people report on the city's own page.

Belongs here: the portal's JSON, split into records and read into reports.
Does not belong here: the page and its form (portal/), whether a report is clear (complaints/triage/).

A report quotes the `number` that it completes, reopens or joins; photos are enclosed, made anew and small by the page.
"""

import base64
import binascii
from typing import Any

from assets.complaints.channels.channel import Channel
from assets.complaints.model import Report, Visibility
from assets.complaints.tracking import is_number
from assets.sources.pages import items_of
from assets.sources.records import PayloadError, Record, Unreadable
from assets.sources.wire import (
    found,
    read_degrees,
    read_object,
    read_text,
    read_time,
    record_or_unreadable,
    unreadable,
)

COMPLETION, REOPENING, JOINING = "completion", "reopening", "joining"
KINDS = ("report", COMPLETION, REOPENING, JOINING)
# Quoted in words too, for whoever reads it, and for triage.
TITLES = {
    REOPENING: "Belum selesai, melanjutkan laporan {}.",
    JOINING: "Saya juga mengalami masalah ini, seperti laporan {}.",
}


def split(content: bytes, origin: str) -> list[Record | Unreadable]:
    """Split what the portal handed in into its reports.

    Args:
        content: JSON: one report, a list of reports, or `{"data": [...]}`.
        origin: Where it came from, for what cannot be read.

    Returns:
        One entry for each report.
    """
    try:
        items = items_of(content)
    except PayloadError as error:
        return [Unreadable(origin, content, str(error))]
    return [_record(item, f"{origin}#/{number}") for number, item in enumerate(items)]


def _record(item: object, where: str) -> Record | Unreadable:
    try:
        fields = read_object(item, "report")
    except PayloadError as error:
        return unreadable(where, [item], error)
    return record_or_unreadable(where, fields.get("id"), dict(fields), [item])


def parse(record: Record) -> Report:
    """Read one report of the portal.

    Raises:
        PayloadError: No kind, moment with an offset or text, or a value of the wrong kind.
    """
    payload = record.payload
    if "text" not in payload:
        raise PayloadError("text", "none")
    kind, number = _quoted(payload)
    return Report(
        source_record_id=record.source_record_id,
        source_code=None,
        reported_at=read_time(payload.get("created_at"), "created_at"),
        reporter_name=read_text(payload.get("name"), "name"),
        reporter_contact=read_text(payload.get("contact"), "contact"),
        reporter_handle=None,
        title=TITLES[kind].format(number) if kind in TITLES else None,
        description=read_text(payload["text"], "text") or "",
        address=read_text(payload.get("address"), "address"),
        kelurahan_name=read_text(payload.get("kelurahan"), "kelurahan"),
        kecamatan_name=read_text(payload.get("kecamatan"), "kecamatan"),
        latitude=read_degrees(payload.get("latitude"), 90),
        longitude=read_degrees(payload.get("longitude"), 180),
        category_name=read_text(payload.get("category"), "category"),
        photo_urls=tuple(f"mid:{record.source_record_id}/{number}" for number in range(len(_photos(payload)))),
        visibility=_visibility(payload),
        completes=number if kind == COMPLETION else None,
        continues=number if kind in TITLES else None,
    )


def _quoted(payload: dict[str, Any]) -> tuple[str, str | None]:
    """What a report is, and the number that it quotes."""
    kind, number = payload.get("kind"), read_text(payload.get("number"), "number")
    if not isinstance(kind, str) or kind not in KINDS:
        raise PayloadError(f"a kind of {', '.join(KINDS)}", found(kind))
    if kind == "report":
        return kind, None
    if number is None or not is_number(number):
        raise PayloadError("number as a tracking number", found(payload.get("number")))
    return kind, number


def _visibility(payload: dict[str, Any]) -> Visibility:
    """What the reporter chose; counted alone where nothing was chosen."""
    chosen = payload.get("visibility", Visibility.PRIVATE.value)
    if not isinstance(chosen, str) or chosen not in {*Visibility}:
        raise PayloadError("a visibility", found(chosen))
    return Visibility(chosen)


def _photos(payload: dict[str, Any]) -> list[str]:
    photos = payload.get("photos") or []
    if not isinstance(photos, list) or not all(isinstance(photo, str) for photo in photos):
        raise PayloadError("photos as a list of texts", found(photos))
    return photos


def photo(payload: dict[str, Any], url: str) -> bytes | None:
    """The enclosed photo that one of the report's URLs names; None where there is none that can be decoded."""
    photos, number = _photos(payload), url.rpartition("/")[2]
    if not number.isdigit() or int(number) >= len(photos):
        return None
    try:
        return base64.b64decode(photos[int(number)], validate=True)
    except (binascii.Error, ValueError):
        return None


CHANNEL = Channel(code="portal", suffixes=(".json",), split=split, parse=parse, asks=True, enclosed=photo)
