"""JAKI: the city's own app, in the public shape of its CRM.

Belongs here: JAKI's wire format, split into records and read into reports.
Does not belong here: how pages are turned (sources/pages.py), what became of a report (cases/), whether it is clear
(complaints/triage/).
"""

import html
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic_settings import SettingsConfigDict

from assets.clock import city_zone
from assets.complaints.channels.channel import Channel
from assets.complaints.model import Report
from assets.sources.pages import fetch_pages, items_of
from assets.sources.records import Delivery, PayloadError, Record, Unreadable, Window
from assets.sources.settings import HttpSource
from assets.sources.windows import Live
from assets.sources.wire import found, read_degrees, read_object, read_text, read_time, record_or_unreadable, unreadable

# The holder's progress, not the report. Kept in the payload, a backfill of an old window would turn every
# status change into a new version of the complaint; progress arrives as case events.
_PROGRESS = "tstatus"


class JakiSource(HttpSource):
    """The CRM's list of reports."""

    model_config = SettingsConfigDict(env_prefix="JSC_JAKI_")


def fetch(window: Window, source: JakiSource) -> Iterator[Delivery]:
    """Fetch the reports of a window, page by page.

    Raises:
        SourceError: No answer, or pages that do not follow each other.
    """
    return fetch_pages(window, source, _moment)


def split(content: bytes, origin: str) -> list[Record | Unreadable]:
    """Split one answer of the CRM into its reports.

    Args:
        content: JSON: `{"data": [...]}`, a list of reports, or one report.
        origin: The file's path, for what cannot be read.

    Returns:
        One entry for each report in the order of the answer.
    """
    try:
        items = items_of(content)
    except PayloadError as error:
        return [Unreadable(origin, content, str(error))]
    return [_record(item, f"{origin}#/{number}") for number, item in enumerate(items)]


def parse(record: Record) -> Report:
    """Read one report of the CRM.

    A `createdAt` without an offset is the city's, the clock of the CRM.

    Raises:
        PayloadError: No `content` field or no moment in `createdAt`, or a value of the wrong kind.
    """
    payload = record.payload
    if "content" not in payload:
        raise PayloadError("content", "none")
    description = read_text(payload["content"], "content") or ""
    kelurahan = read_text(payload.get("village"), "village") or _name(payload, "zone")
    return Report(
        source_record_id=record.source_record_id,
        source_code=read_text(payload.get("code"), "code"),
        reported_at=_moment(payload),
        reporter_name=None,
        reporter_contact=None,
        reporter_handle=None,
        title=None,
        description=html.unescape(description),
        address=None,
        kelurahan_name=kelurahan,
        kecamatan_name=read_text(payload.get("district"), "district"),
        latitude=read_degrees(payload.get("lat"), 90),
        longitude=read_degrees(payload.get("lng"), 180),
        category_name=_name(payload, "complaintCategory"),
        photo_urls=_photos(payload.get("documents")),
        city_name=_region(payload.get("city")),
        province_name=_region(payload.get("province")),
    )


def _moment(item: Mapping[str, Any]) -> datetime:
    return read_time(item.get("createdAt"), "createdAt", without_offset=city_zone())


def _record(item: object, where: str) -> Record | Unreadable:
    try:
        fields = read_object(item, "report")
    except PayloadError as error:
        return unreadable(where, [item], error)
    payload = {key: value for key, value in fields.items() if key != _PROGRESS}
    return record_or_unreadable(where, fields.get("id"), payload, [item])


def _name(payload: dict[str, Any], field: str) -> str | None:
    value = payload.get(field)
    return None if value is None else read_text(read_object(value, field).get("name"), f"{field}.name")


def _region(value: object) -> str | None:
    """Read a kota or province, which says no more than whether a report is another city's: none where it is no text."""
    name = value.get("name") if isinstance(value, dict) else value
    return name.strip() or None if isinstance(name, str) else None


def _photos(documents: object) -> tuple[str, ...]:
    if documents is None:
        return ()
    if not isinstance(documents, list):
        raise PayloadError("documents as a list", found(documents))
    urls = [read_text(read_object(document, "document").get("url"), "url") for document in documents]
    return tuple(url for url in urls if url)


CHANNEL = Channel(code="jaki", suffixes=(".json",), split=split, parse=parse, live=Live(JakiSource, fetch))
