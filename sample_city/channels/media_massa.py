"""Media massa: readers' letters as newspapers publish them in RSS 2.0.

Belongs here: one letter, and the feed around letters.
Does not belong here: who writes to a newspaper (sample_city/complaints.py).
"""

import html
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from email.utils import format_datetime

import numpy as np

from sample_city.channels.channel import Channel, File, Habits
from sample_city.channels.files import without
from sample_city.exchange import Answer, Feed, Host, Question, Vendor, unknown
from sample_city.model import Complaint, Deliveries, Extras, Item, Missing

_FEED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Surat Pembaca</title>'
    "<link>https://surat.example.org</link><description>Suara warga</description>\n{items}</channel></rss>\n"
)


def deliveries(day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras) -> Deliveries:
    """The day's letters: what each element of an item holds, by the element's name; `enclosure` is a picture's URL."""
    return [(complaint.reported_at, _letter(complaint)) for complaint in complaints]


def files(day: date, items: Sequence[Item]) -> Iterator[File]:
    """The feed as it was in the morning, at noon and in the evening: it repeats its letters."""
    for hour in (8, 12, 24):
        letters = [item.body for item in items if item.at.hour < hour]
        if letters:
            yield File(f"{day:%Y-%m-%d}T{hour:02d}.xml", letters, _rss, lambda number: f"item {number + 1}")


def feed(items: Sequence[Item], _: Host) -> Feed:
    """Serve all letters as one feed, `rss`, newest first; a body is a letter's elements by their names."""

    def answer(question: Question) -> Answer:
        if question.path != "rss":
            return unknown(question)
        newest_first = sorted(items, key=lambda item: item.at, reverse=True)
        letters = [{"pubDate": format_datetime(item.at), **item.body} for item in newest_first]
        return Answer(_rss(letters), "application/rss+xml")

    return answer


def _rss(letters: Sequence[Mapping[str, str]]) -> bytes:
    """Letters as a feed in UTF-8."""
    return _FEED.format(items="".join(f"<item>{_elements(letter)}</item>\n" for letter in letters)).encode()


def _letter(complaint: Complaint) -> dict[str, str]:
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in complaint.text.split("\n"))
    letter = {
        "title": complaint.title or "Surat Pembaca",
        "link": complaint.source_record_id,
        "guid": complaint.source_record_id,
        "dc:creator": complaint.reporter.name,
        "pubDate": format_datetime(complaint.reported_at),
        "description": f"{complaint.text[:80]}...",
        "content:encoded": paragraphs,
    }
    if Missing.REPORTER in complaint.missing:
        del letter["dc:creator"]
    return {**letter, "enclosure": complaint.photo_url} if complaint.has_photo else letter


def _elements(letter: Mapping[str, str]) -> str:
    parts = []
    for name, text in letter.items():
        if name == "enclosure":
            parts.append(f'<enclosure url="{html.escape(text)}" length="0" type="image/jpeg"/>')
        else:
            parts.append(f"<{name}>{html.escape(text)}</{name}>")
    return "".join(parts)


CHANNEL = Channel(
    code="media_massa",
    habits=Habits(share=0.006, flaws={Missing.PLACE: 0.02, Missing.REPORTER: 0.02}, photo_share=0.2),
    id_form="https://surat.example.org/{day:%Y/%m/%d}/{number:04d}",
    deliveries=deliveries,
    files=files,
    spoil=without("guid", "link", "title", "description", "content:encoded", "dc:creator"),
    spoilt_reason="a letter without id and text",
    vendor=Vendor(path="rss", feed=feed),
)
