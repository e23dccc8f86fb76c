"""Media massa: readers' letters as newspapers publish them in RSS 2.0.

Belongs here: one letter, and the feed around letters.
Does not belong here: who writes to a newspaper (complaints.py), files (landing.py).
"""

import html
from collections.abc import Mapping, Sequence
from datetime import date
from email.utils import format_datetime

import numpy as np

from sample_city.model import Complaint, Deliveries, Extras, Missing

_FEED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Surat Pembaca</title>'
    "<link>https://surat.example.org</link><description>Suara warga</description>\n{items}</channel></rss>\n"
)


def deliveries(day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras) -> Deliveries:
    """The day's letters: what each element of an item holds, by the element's name; `enclosure` is a picture's URL."""
    return [(complaint.reported_at, _letter(complaint)) for complaint in complaints]


def feed(letters: Sequence[Mapping[str, str]]) -> bytes:
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
