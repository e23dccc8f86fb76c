"""Media massa: readers' letters (surat pembaca) that newspapers publish as feeds.

Belongs here: RSS of every version and Atom, split into letters and read into reports; markup stripped to text.
Does not belong here: asking an address (sources/transport.py), whether a report is clear (complaints/triage/).

A feed repeats its newest letters at every fetch: its record holds the letter only, so that the same letter is
the same record, and a letter that the newspaper corrects is a new version of it.

feedparser reads what newspapers' systems really write: it mends what is no XML, drops a document type with all that
it declares, and asks no address. Its moments are not used: it takes WIB for UTC (sources/mail_dates.py).
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from pydantic_settings import SettingsConfigDict

from assets.complaints.channels.channel import Authorship, Channel
from assets.complaints.markup import visible_text
from assets.complaints.model import NOT_TOLD, Report, TimeBasis
from assets.sources.exports import whole, without_secrets
from assets.sources.mail_dates import mail_moment
from assets.sources.records import Delivery, PayloadError, Record, Unreadable, Window
from assets.sources.settings import HttpSource
from assets.sources.transport import SourceError, Transport
from assets.sources.windows import Live
from assets.sources.wire import MAX_ID_LENGTH, found, read_text, storable

# A feed has some dozens of letters, and mending one that is no XML takes some seconds a megabyte.
MAX_BYTES = 4 * 2**20

# What a letter is told in, by the names of RSS 2.0 whatever the feed calls them; feedDate is that of the whole feed.
TEXTS = ("title", "description", "content:encoded", "dc:creator")

# The root of a feed of any kind: what has none of them is not worth mending.
_ROOT = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf)\b", re.IGNORECASE)
_END = re.compile(rb"</\s*(?:\w+:)?(?:rss|feed|rdf)\s*>|<(?:\w+:)?(?:rss|feed|rdf)\b[^>]*/>", re.IGNORECASE)
_NOT_OF_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ADDRESS_AND_NAME = re.compile(r"[^\s@()]+@[^\s@()]+\s*\(([^()]+)\)")
_PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png")
_NO_LETTER = b'<rss version="2.0"><channel><item></item></channel></rss>'


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
        content: The bytes of a feed.
        origin: The file's path, for what cannot be read.

    Returns:
        One entry for each letter; its id is `guid`, or `link` where there is none, or `sha256:` and the hash of what it
        says where there is neither.
    """
    try:
        letters = list(_letters(content))
    except PayloadError as error:
        return [Unreadable(origin, content, str(error))]
    return [_record(letter, f"{origin}#item {number}") for number, letter in enumerate(letters, start=1)]


def parse(record: Record) -> Report:
    """Read one letter: its author reports, its headline is the title, its text is the problem.

    The whole text counts where the newspaper gives it (`content:encoded`), else its summary. A letter without a
    moment of its own is of the feed's, else of its receipt.

    Raises:
        PayloadError: A value that is no text.
    """
    letter = record.payload
    texts = {name: visible_text(read_text(letter.get(name), name) or "") for name in TEXTS}
    reported_at, basis = _moment(letter)
    return Report(
        source_record_id=record.source_record_id,
        source_code=None,
        reported_at=reported_at,
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
        time_basis=basis,
    )


def _letters(content: bytes) -> Iterator[dict[str, Any]]:
    """Read the letters of a feed.

    Raises:
        PayloadError: No feed, too much of one, or one so broken that no letter is found.
    """
    import feedparser

    if not content.strip():
        raise PayloadError("a feed", "an empty file")
    if len(content) > MAX_BYTES:
        raise PayloadError(f"a feed of at most {MAX_BYTES} bytes", f"{len(content)} bytes")
    markup = content.replace(b"\0", b"")
    if not _ROOT.search(markup):
        raise PayloadError("a feed (RSS, RDF or Atom)", "something else")
    if not _END.search(markup):
        # Its last letter would be read as a shorter version of itself.
        raise PayloadError("a whole feed", "one that is cut off")
    try:
        # As a stream: feedparser takes bytes for the name of a file or an address first.
        feed = feedparser.parse(BytesIO(content), sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # whatever the library stumbles over, it is this feed's
        raise PayloadError("a feed", f"{type(error).__name__} in reading it") from error
    if not feed.entries and (feed.bozo or not feed.version or not feed.feed):
        raise PayloadError("a feed (RSS, RDF or Atom) with letters", "none, and no sound XML")
    feed_date = _first(feed.feed, "published", "updated")
    return (_letter(entry, feed_date) for entry in feed.entries)


def _record(letter: dict[str, Any], where: str) -> Record | Unreadable:
    told = [str(letter[name]) for name in ("dc:creator", *TEXTS) if name in letter]
    named = str(letter.get("guid") or letter.get("link") or "").strip()
    if not named and not told:
        return Unreadable(where, _NO_LETTER, str(PayloadError("a letter with an id or a text", "none")))
    if named and len(named) <= MAX_ID_LENGTH:
        return Record(named, letter)
    return Record(f"sha256:{hashlib.sha256((named or chr(31).join(told)).encode()).hexdigest()}", letter)


def _letter(entry: Mapping[str, Any], feed_date: object) -> dict[str, Any]:
    """Take from an entry what the letter is told in; the first of a name counts, blanks do not."""
    told = {
        "guid": entry.get("id"),
        "link": entry.get("link"),
        "title": entry.get("title"),
        "description": entry.get("summary"),
        "content:encoded": next((part.get("value") for part in entry.get("content", []) if part.get("value")), None),
        "dc:creator": _author(entry),
        "pubDate": _first(entry, "published", "updated", "created"),
    }
    letter: dict[str, Any] = {name: _clean(value) for name, value in told.items() if _clean(value)}
    if "pubDate" not in letter and _clean(feed_date):
        letter["feedDate"] = _clean(feed_date)
    pictures = [*entry.get("enclosures", []), *entry.get("media_content", [])]
    return {**letter, "photos": [url for url in map(_picture, pictures) if url]}


def _author(entry: Mapping[str, Any]) -> object:
    """Name of the first author; of "a@b.id (Name)", RSS's own form, the name."""
    written = str(entry.get("author") or "")
    if match := _ADDRESS_AND_NAME.fullmatch(written.strip()):
        # feedparser takes a domain to end after four letters, and the rest of it for the name.
        return match[1]
    names = [author.get("name") or author.get("email") for author in entry.get("authors", []) if author]
    return next(filter(None, names), written)


def _first(told: Mapping[str, Any], *names: str) -> object:
    """The first of some values that is there; asked by `in`, because feedparser's `get` makes one of another."""
    return next((told[name] for name in names if name in told and told[name]), None)


def _clean(value: object) -> str:
    """A text without what neither XML nor PostgreSQL holds; empty for what is no text."""
    return _NOT_OF_XML.sub(" ", storable(value)).strip() if isinstance(value, str) else ""


def _picture(enclosed: Mapping[str, Any]) -> str:
    """The URL of a picture, told by its type or by its name; empty for anything else."""
    url, kind = _clean(enclosed.get("href") or enclosed.get("url")), str(enclosed.get("type") or "").casefold()
    try:
        named_so = urlsplit(url).path.casefold().endswith(_PHOTO_SUFFIXES)
    except ValueError:
        named_so = False
    is_picture = kind.startswith("image/") or enclosed.get("medium") == "image"
    return url if is_picture or (named_so and kind in ("", "application/octet-stream")) else ""


def _photos(urls: object) -> tuple[str, ...]:
    if not isinstance(urls, list):
        raise PayloadError("photos as a list", found(urls))
    texts = [read_text(url, "url") for url in urls]
    return tuple(dict.fromkeys(text for text in texts if text))


def _moment(letter: Mapping[str, Any]) -> tuple[datetime, TimeBasis]:
    for name, basis in (("pubDate", TimeBasis.SENDER), ("feedDate", TimeBasis.CARRIER)):
        moment = mail_moment(read_text(letter.get(name), name) or "")
        if moment is not None:
            return moment, basis
    return NOT_TOLD, TimeBasis.SENDER


def authorship(record: Record) -> Authorship:
    """Whose a letter is: by its author; a letter that is corrected keeps its text, or its headline and its link."""
    letter = record.payload
    author = " ".join(str(letter.get("dc:creator") or "").casefold().split())
    headline = f"{letter.get('title') or ''} {letter.get('link') or ''}"
    return Authorship(author, (headline, str(letter.get("content:encoded") or letter.get("description") or headline)))


CHANNEL = Channel(
    code="media_massa",
    suffixes=(".xml", ".rss", ".atom", ".rdf"),
    split=split,
    parse=parse,
    live=Live(MediaMassaSource, fetch),
    authorship=authorship,
)
