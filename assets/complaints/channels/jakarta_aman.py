"""Jakarta Aman: the safety app, with its panic button and its reports of what is no emergency.

Belongs here: Jakarta Aman's wire format, split into records and read into reports.
Does not belong here: how pages are turned (sources/pages.py), whether a report is clear (complaints/triage/).

Who presses the button writes nothing: the kind of alarm is then the title, so that nobody in need is asked what
the problem is. A press that was taken back is an event on it; a trial of the button is set aside.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic_settings import SettingsConfigDict

from assets.clock import city_zone
from assets.complaints.channels.channel import Channel
from assets.complaints.model import ChannelEvent, Content, EventKind, NotAReport, Report, SetAsideReason
from assets.sources.pages import fetch_pages, items_of
from assets.sources.records import Delivery, PayloadError, Record, Unreadable, Window
from assets.sources.settings import HttpSource
from assets.sources.windows import Live
from assets.sources.wire import (
    read_degrees,
    read_id,
    read_object,
    read_text,
    read_time,
    record_or_unreadable,
    unreadable,
)

PRESSES = frozenset({"panic", "panic_button", "panic button", "darurat", "emergency", "sos"})
CANCELLED = frozenset({"cancelled", "canceled", "cancel", "batal", "dibatalkan"})
TRIALS = frozenset({"test", "tes", "uji coba", "simulasi"})

# Every other state is the holder's progress, not the report.
_STATE = "status"


class JakartaAmanSource(HttpSource):
    """Jakarta Aman's list of reports."""

    model_config = SettingsConfigDict(env_prefix="JSC_JAKARTA_AMAN_")


def fetch(window: Window, source: JakartaAmanSource) -> Iterator[Delivery]:
    """Fetch the reports of a window, page by page.

    Raises:
        SourceError: No answer, or pages that do not follow each other.
    """
    return fetch_pages(window, source, _moment)


def split(content: bytes, origin: str) -> list[Record | Unreadable]:
    """Split one page into its presses and reports.

    Args:
        content: JSON: `{"data": [...]}`, a list of reports, or one report.
        origin: The file's path, for what cannot be read.

    Returns:
        One entry for each report in the order of the page.
    """
    try:
        items = items_of(content)
    except PayloadError as error:
        return [Unreadable(origin, content, str(error))]
    return [_record(item, f"{origin}#/{number}") for number, item in enumerate(items)]


def parse(record: Record) -> Content:
    """Read one press or report.

    A `created_at` without an offset is the city's.

    Raises:
        PayloadError: No moment in `created_at`, no `text` in what is no press, or a value of the wrong kind.
    """
    payload = record.payload
    state, kind = _word(payload, _STATE), _word(payload, "type")
    if TRIALS & {state, kind}:
        return NotAReport(SetAsideReason.SYSTEM_MESSAGE)
    if state in CANCELLED:
        return ChannelEvent(EventKind.REMOVED, record.source_record_id, _moment(payload))
    if "text" not in payload and kind not in PRESSES:
        raise PayloadError("text", "none")
    text, category = read_text(payload.get("text"), "text"), read_text(payload.get("type"), "type")
    phone = payload.get("phone")
    return Report(
        source_record_id=record.source_record_id,
        source_code=None,
        reported_at=_moment(payload),
        reporter_name=read_text(payload.get("name"), "name"),
        reporter_contact=read_id(phone) if isinstance(phone, int) else read_text(phone, "phone"),
        reporter_handle=None,
        title=f"Tombol darurat: {category}" if category and not text else None,
        description=text or "",
        address=None,
        kelurahan_name=None,
        kecamatan_name=None,
        latitude=read_degrees(payload.get("lat"), 90),
        longitude=read_degrees(payload.get("lng"), 180),
        category_name=category,
        photo_urls=(),
    )


def _moment(item: Mapping[str, Any]) -> datetime:
    return read_time(item.get("created_at"), "created_at", without_offset=city_zone())


def _word(item: Mapping[str, Any], field: str) -> str:
    value = item.get(field)
    return value.strip().casefold() if isinstance(value, str) else ""


def _record(item: object, where: str) -> Record | Unreadable:
    try:
        fields = read_object(item, "report")
    except PayloadError as error:
        return unreadable(where, [item], error)
    is_progress = _word(fields, _STATE) not in CANCELLED | TRIALS
    payload = {key: value for key, value in fields.items() if key != _STATE or not is_progress}
    return record_or_unreadable(where, fields.get("id"), payload, [item])


CHANNEL = Channel(
    code="jakarta_aman", suffixes=(".json",), split=split, parse=parse, live=Live(JakartaAmanSource, fetch)
)
