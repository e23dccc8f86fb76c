"""Media massa: readers' letters (surat pembaca) that newspapers publish as RSS 2.0.

Belongs here: RSS 2.0, split into letters and read into reports; markup stripped to text.
Does not belong here: asking an address (sources/transport.py), whether a report is clear (complaints/triage/), Atom and
RSS 1.0.

A feed repeats its newest letters at every fetch: its record holds the letter only, so that the same letter is
the same record, and a letter that the newspaper corrects is a new version of it.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, TreeBuilder, XMLParser, tostring

from pydantic_settings import SettingsConfigDict

from assets.clock import WIB
from assets.complaints.channels.channel import Channel
from assets.complaints.markup import visible_text
from assets.complaints.model import Report
from assets.sources.exports import whole, without_secrets
from assets.sources.records import Delivery, PayloadError, Record, Unreadable, Window
from assets.sources.settings import HttpSource
from assets.sources.transport import SourceError, Transport
from assets.sources.windows import Live
from assets.sources.wire import MAX_DEPTH, found, found_word, read_id, read_text, read_time, storable

# A feed has some dozens of letters; expat and the tree take ten times the bytes of a feed in memory.
MAX_BYTES = 16 * 2**20

# What a letter is told in, by the names that namespaces have in RSS.
FIELDS = {
    "guid": "guid",
    "link": "link",
    "title": "title",
    "description": "description",
    "{http://purl.org/rss/1.0/modules/content/}encoded": "content:encoded",
    "{http://purl.org/dc/elements/1.1/}creator": "dc:creator",
    "pubDate": "pubDate",
}

# What the standard library raises on broken dates and on encodings that expat does not know.
_DATE_ERRORS = (ValueError, TypeError, LookupError, OverflowError, AttributeError)
_XML_ERRORS = (ValueError, LookupError)

# No pattern here runs over the same text twice: a letter of a megabyte of "<" costs no more than one of words.
_BLANKS = re.compile(r"[^\S\n]+")


class MediaMassaSource(HttpSource):
    """The RSS feeds of readers' letters, their URLs separated by blanks."""

    model_config = SettingsConfigDict(env_prefix="JSC_MEDIA_MASSA_")


def fetch(window: Window, source: MediaMassaSource) -> Iterator[Delivery]:
    """Fetch the feeds as they are now: RSS knows no window, and a letter that was read before adds nothing.

    Raises:
        SourceError: A feed that does not answer, or something else in its place; the other feeds are fetched.
    """
    failures: list[SourceError] = []
    for url in (source.url or "").split():
        try:
            with Transport(source.model_copy(update={"url": url})) as transport:
                feed = whole(f"{without_secrets(url)} as of {window.end.isoformat()}", transport.get(url), split)
        except SourceError as error:
            failures.append(error)
        else:
            yield feed
    if failures:
        raise SourceError(" ".join(f"{error}." for error in failures).replace("..", "."))


def split(content: bytes, origin: str) -> list[Record | Unreadable]:
    """Split one feed into its letters.

    Args:
        content: The bytes of an RSS 2.0 document without a document type.
        origin: The file's path, for what cannot be read.

    Returns:
        One entry for each `item`; its id is `guid`, or `link` where there is none.
    """
    try:
        items = _items(content)
    except PayloadError as error:
        return [Unreadable(origin, content, str(error))]
    return [_record(item, f"{origin}#item {number}") for number, item in enumerate(items, start=1)]


def parse(record: Record) -> Report:
    """Read one letter: its author reports, its headline is the title, its text is the problem.

    The whole text counts where the newspaper gives it (`content:encoded`), else its summary. A `pubDate`
    without a zone, or with "WIB", which RFC 822 does not know, is WIB.

    Raises:
        PayloadError: No moment in `pubDate`, or a value that is no text.
    """
    letter = record.payload
    texts = {name: _plain(read_text(letter.get(name), name) or "") for name in FIELDS.values()}
    return Report(
        source_record_id=record.source_record_id,
        source_code=None,
        reported_at=_moment(letter.get("pubDate")),
        reporter_name=texts["dc:creator"] or None,
        reporter_contact=None,
        reporter_handle=None,
        title=" ".join(texts["title"].split()) or None,
        description=texts["content:encoded"] or texts["description"],
        address=None,
        kelurahan_name=None,
        kecamatan_name=None,
        latitude=None,
        longitude=None,
        category_name=None,
        photo_urls=_photos(letter.get("photos")),
    )


class _Plain(TreeBuilder):
    """A tree of elements and texts: no document type, hence no entity but XML's own five, and no depth to fear."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        """Refuse a document type before anything in it is read.

        Raises:
            PayloadError: Always: entities of a document type read files and grow without bound.
        """
        raise PayloadError("RSS 2.0 without a document type", "a document type")

    def start(self, tag: Any, attrs: dict[Any, Any], /) -> Element:
        """Open an element.

        Raises:
            PayloadError: Deeper than `MAX_DEPTH`.
        """
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise PayloadError(f"XML at most {MAX_DEPTH} levels deep", "a deeper one")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        """Close an element."""
        self._depth -= 1
        return super().end(tag)


def _items(content: bytes) -> list[Element]:
    """Read the items of a feed.

    Raises:
        PayloadError: No XML, too much of it, or XML that is no RSS 2.0.
    """
    if not content.strip():
        raise PayloadError("RSS 2.0", "an empty file")
    if len(content) > MAX_BYTES:
        raise PayloadError(f"a feed of at most {MAX_BYTES} bytes", f"{len(content)} bytes")
    # What makes this parser unsafe needs a document type, which _Plain refuses.
    parser = XMLParser(target=_Plain())  # noqa: S314
    try:
        parser.feed(content)
        root = parser.close()
    except ParseError as error:
        line, column = error.position
        raise PayloadError("XML", f"something else at line {line} column {column + 1}") from error
    except _XML_ERRORS as error:
        raise PayloadError("XML in a known encoding", "bytes of another") from error
    channel = root.find("channel")
    if root.tag != "rss" or channel is None:
        raise PayloadError("RSS 2.0 with a channel", f"XML of root {found_word(root.tag.rpartition('}')[2])}")
    return channel.findall("item")


def _record(item: Element, where: str) -> Record | Unreadable:
    letter = _letter(item)
    try:
        return Record(read_id(letter.get("guid", letter.get("link"))), letter)
    except PayloadError as error:
        return Unreadable(where, _feed(item), str(error))


def _feed(item: Element) -> bytes:
    """Write the least feed that holds one item; it is read as the item was."""
    root = Element("rss", version="2.0")
    SubElement(root, "channel").append(item)
    # The writer leaves a carriage return as it is, and every reader then takes it for a line feed.
    return tostring(root, encoding="utf-8").replace(b"\r", b"&#13;")


def _letter(item: Element) -> dict[str, Any]:
    """Take from an item what the letter is told in; the first of a name counts, blanks do not."""
    letter: dict[str, Any] = {}
    for part in item:
        name = FIELDS.get(part.tag)
        text = storable("".join(part.itertext())).strip()
        if name is not None and text:
            letter.setdefault(name, text)
    pictures = [part.get("url") for part in item.findall("enclosure") if part.get("type", "").startswith("image/")]
    return {**letter, "photos": [storable(url) for url in pictures if url]}


def _photos(urls: object) -> tuple[str, ...]:
    if not isinstance(urls, list):
        raise PayloadError("photos as a list", found(urls))
    texts = [read_text(url, "url") for url in urls]
    return tuple(dict.fromkeys(text for text in texts if text))


def _moment(value: object) -> datetime:
    expected = "pubDate as a moment of RFC 822"
    if not isinstance(value, str):
        raise PayloadError(expected, found(value))
    try:
        moment = parsedate_to_datetime(value)
        # RFC 5322 writes "-0000" for UTC of an unknown zone, which Python gives back without a zone.
        zone = UTC if value.strip().endswith("-0000") else WIB
        return read_time(moment.replace(tzinfo=moment.tzinfo or zone).isoformat(), "pubDate")
    except _DATE_ERRORS as error:
        raise PayloadError(expected, found(value)) from error


def _plain(text: str) -> str:
    r"""Strip a text of its markup; paragraphs stay apart.

    >>> _plain("<p>Lampu jalan <b>mati</b>,</p><!-- <p>iklan</p> --><p>a &lt; b &amp; c</p>")
    'Lampu jalan mati,\na < b & c'
    """
    bare = visible_text(text)
    lines = (_BLANKS.sub(" ", line).strip() for line in bare.splitlines())
    return "\n".join(line for line in lines if line)


CHANNEL = Channel(
    code="media_massa", suffixes=(".xml", ".rss"), split=split, parse=parse, live=Live(MediaMassaSource, fetch)
)
