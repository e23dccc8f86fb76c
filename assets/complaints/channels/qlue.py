"""Qlue: the citizens' app of 2014 to 2021, in the JSON that it handed to the city.

Belongs here: Qlue's wire format, split into records and read into reports.
Does not belong here: how pages are turned (sources/pages.py), what became of a report (cases/), whether it is clear
(complaints/triage/).
"""

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
from assets.sources.wire import (
    read_degrees,
    read_id,
    read_object,
    read_text,
    read_time,
    record_or_unreadable,
    unreadable,
)

# The holder's progress (wait, process, complete), not the report: kept in the payload, each step would be a new
# version of the complaint.
_PROGRESS = "progress"


class QlueSource(HttpSource):
    """Qlue's list of reports."""

    model_config = SettingsConfigDict(env_prefix="JSC_QLUE_")


def fetch(window: Window, source: QlueSource) -> Iterator[Delivery]:
    """Fetch the reports of a window, page by page.

    Raises:
        SourceError: No answer, or pages that do not follow each other.
    """
    return fetch_pages(window, source, _moment)


def split(content: bytes, origin: str) -> list[Record | Unreadable]:
    """Split one page into its reports.

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


def parse(record: Record) -> Report:
    """Read one report.

    A `timestamp` without an offset is the city's.

    Raises:
        PayloadError: Neither `title` nor `description`, no moment in `timestamp`, or a value of the wrong kind.
    """
    payload = record.payload
    if not payload.keys() & {"title", "description"}:
        raise PayloadError("title or description", "none")
    image = read_text(payload.get("image_url"), "image_url")
    return Report(
        source_record_id=record.source_record_id,
        source_code=None,
        reported_at=_moment(payload),
        reporter_name=read_text(payload.get("username"), "username"),
        reporter_contact=None,
        reporter_handle=None if payload.get("user_id") is None else read_id(payload["user_id"]),
        title=read_text(payload.get("title"), "title"),
        description=read_text(payload.get("description"), "description") or "",
        address=None,
        kelurahan_name=read_text(payload.get("kelurahan"), "kelurahan"),
        kecamatan_name=read_text(payload.get("kecamatan"), "kecamatan"),
        latitude=read_degrees(payload.get("lat"), 90),
        longitude=read_degrees(payload.get("lng"), 180),
        category_name=read_text(payload.get("tag1"), "tag1") or read_text(payload.get("tag2"), "tag2"),
        photo_urls=(image,) if image else (),
    )


def _moment(item: Mapping[str, Any]) -> datetime:
    return read_time(item.get("timestamp"), "timestamp", without_offset=city_zone())


def _record(item: object, where: str) -> Record | Unreadable:
    try:
        fields = read_object(item, "report")
    except PayloadError as error:
        return unreadable(where, [item], error)
    payload = {key: value for key, value in fields.items() if key != _PROGRESS}
    return record_or_unreadable(where, fields.get("id"), payload, [item])


CHANNEL = Channel(code="qlue", suffixes=(".json",), split=split, parse=parse, live=Live(QlueSource, fetch))
