"""Readers' letters, on feeds written for one rule each."""

import json
import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.complaints.channels.media_massa import MAX_BYTES, parse, split
from assets.complaints.model import NOT_TOLD, Report, TimeBasis
from assets.sources.records import PayloadError, Record, Unreadable

PUBLISHED = "<pubDate>Mon, 19 Oct 2026 07:30:00 +0700</pubDate>"
MOMENT = datetime(2026, 10, 19, 0, 30, tzinfo=UTC)
FEED = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>Surat Pembaca</title><link>https://example.org/surat</link>
<lastBuildDate>Tue, 20 Oct 2026 00:00:00 +0000</lastBuildDate>
<atom:link href="https://example.org/feed" rel="self"/>
<item>
  <title>Lampu Jalan Mati &amp;amp; Gelap</title>
  <link>https://example.org/surat/1</link>
  <guid isPermaLink="false">surat-1</guid>
  <pubDate>Mon, 19 Oct 2026 07:30:00 +0700</pubDate>
  <dc:creator><![CDATA[Warga Contoh]]></dc:creator>
  <description>Lampu mati sejak [...]</description>
  <content:encoded><![CDATA[<p>Lampu jalan <b>mati</b> di Teratai Timur,&nbsp;lebar &lt; 2&nbsp;m.</p>
    <script>track("<p>x</p>")</script><!-- <p>iklan</p> --><p>Mohon&#8230; <br/>diperbaiki.</p>]]></content:encoded>
  <enclosure url="https://example.org/1.jpg" length="5" type="image/jpeg"/>
  <enclosure url="https://example.org/1.mp3" length="5" type="audio/mpeg"/>
  <category>Surat</category>
</item>
<item>
  <title>Jalan Rusak</title><link>https://example.org/surat/2</link>
  <pubDate>Mon, 19 Oct 2026 00:30:00 GMT</pubDate>
  <description>&lt;p&gt;Jalan rusak di Seruni&lt;/p&gt;</description>
</item>
</channel></rss>
"""


def feed(item: str) -> bytes:
    return f"<rss version='2.0'><channel><item>{item}</item></channel></rss>".encode()


def one(content: bytes) -> Report:
    [record] = split(content, "a.xml")
    assert isinstance(record, Record), record
    return parse(record)


def test_a_letter_is_read_whole():
    [record, _] = split(FEED, "a.xml")
    assert parse(record) == Report(
        source_record_id="surat-1",
        source_code=None,
        reported_at=MOMENT,
        reporter_name="Warga Contoh",
        reporter_contact=None,
        reporter_handle=None,
        title="Lampu Jalan Mati & Gelap",
        description="Lampu jalan mati di Teratai Timur, lebar < 2 m.\nMohon…\ndiperbaiki.",
        address=None,
        kelurahan_name=None,
        kecamatan_name=None,
        latitude=None,
        longitude=None,
        category_name=None,
        photo_urls=("https://example.org/1.jpg",),
    )


def test_a_letter_without_a_guid_has_its_link_for_an_id_and_its_summary_for_a_text():
    [_, record] = split(FEED, "a.xml")
    report = parse(record)
    assert report.source_record_id == "https://example.org/surat/2"
    assert (report.reported_at, report.description) == (MOMENT, "Jalan rusak di Seruni")
    assert (report.reporter_name, report.photo_urls) == (None, ())


def test_the_same_letter_in_a_later_feed_is_the_same_record():
    later = FEED.replace(b"Tue, 20 Oct", b"Wed, 21 Oct").replace(b"<category>Surat</category>", b"")
    assert split(later, "a.xml") == split(FEED, "a.xml")
    [corrected, _] = split(FEED.replace(b"Teratai Timur", b"Teratai Barat"), "a.xml")
    assert corrected.source_record_id == "surat-1"
    assert corrected != split(FEED, "a.xml")[0]


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("Mon, 19 Oct 2026 07:30:00 +0700", 0),
        ("Mon, 19 Oct 2026 07:30:00 WIB", 0),
        ("19 Oct 2026 07:30:00", 0),
        ("Mon, 19 Oct 2026 07:30:00 GMT", 7),
        ("Mon, 19 Oct 2026 07:30:00 -0000", 7),
        ("Mon, 19 Oct 2026 07:30:00 EST", 12),
    ],
)
def test_a_moment_without_a_known_zone_is_wib(written, hour):
    report = one(feed(f"<guid>1</guid><pubDate>{written}</pubDate>"))
    assert report.reported_at == datetime(2026, 10, 19, hour, 30, tzinfo=UTC)


@pytest.mark.parametrize("written", ["", "kemarin", "Mon, 19 Oct 1926 07:30:00 +0700"])
def test_a_letter_without_a_moment_is_of_its_feed_else_of_its_receipt(written):
    item = f"<item><guid>1</guid><pubDate>{written}</pubDate></item>"
    dated = f"<rss><channel><lastBuildDate>Mon, 19 Oct 2026 07:30:00 WIB</lastBuildDate>{item}</channel></rss>"
    report = one(dated.encode())
    expected = (MOMENT, TimeBasis.CARRIER) if not written else (NOT_TOLD, TimeBasis.SENDER)
    assert (report.reported_at, report.time_basis) == expected
    assert one(feed(f"<guid>1</guid><pubDate>{written}</pubDate>")).reported_at == NOT_TOLD


@pytest.mark.parametrize(
    "element",
    [
        "<dc:date>2026-10-19T07:30:00+07:00</dc:date>",
        "<pubDate>2026-10-19 07:30:00</pubDate>",
        "<pubDate>Sen, 19 Okt 2026 07:30:00 +0700</pubDate>",
        "<pubDate>Senin, 19 Oktober 2026 07.30 WIB</pubDate>",
        "<pubDate>2026-10-19T00:30:00Z</pubDate>",
    ],
)
def test_a_moment_may_stand_elsewhere_and_be_written_otherwise(element):
    assert one(feed(f"<guid>1</guid>{element}")).reported_at == MOMENT


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("tinggi < 5 m dan > 2 m", "tinggi < 5 m dan > 2 m"),
        ("a<br>b<BR/>c</P>d", "a\nb\nc\nd"),
        ("a <!-- tak ditutup", "a <!-- tak ditutup"),
        ("a <style>p{}</style>b <ScRiPt src='x'>y</sCrIpT>c", "a b c"),
        ("a <img src='x' alt='y'> b", "a b"),
        ("a &#0; b", "a � b"),
    ],
)
def test_markup_is_stripped_and_words_are_not(markup, text):
    [record] = split(feed(f"<guid>1</guid>{PUBLISHED}<description><![CDATA[{markup}]]></description>"), "a")
    assert parse(record).description == text


@pytest.mark.parametrize("piece", ["<", "<!--", "<script", "<!-- --", "</script ", "<br", "&", " "])
def test_a_letter_of_nothing_but_markup_costs_no_time(piece):
    [record] = split(feed(f"<guid>1</guid>{PUBLISHED}<description><![CDATA[{piece * 100_000}]]></description>"), "a")
    started = time.perf_counter()
    parse(record)
    # Half a minute where a pattern runs over the same text twice.
    assert time.perf_counter() - started < 3


ITEM = b"<rss><channel><item><guid>1</guid><title>&a;</title></item></channel></rss>"
BOMB = b'<!DOCTYPE rss [<!ENTITY b "ha"><!ENTITY a "&b;&b;&b;&b;">]>' + ITEM
FILE = b'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + ITEM
REMOTE = b'<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/rss.dtd">' + ITEM
CUT = "expected a whole feed, found one that is cut off"
NO_FEED = "expected a feed (RSS, RDF or Atom), found something else"
NO_LETTERS = "expected a feed (RSS, RDF or Atom) with letters, found none, and no sound XML"


@pytest.mark.parametrize("content", [BOMB, FILE, REMOTE], ids=["growing", "file", "remote"])
def test_what_a_document_type_declares_is_dropped(content):
    assert one(content).title == "&a;"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "expected a feed, found an empty file"),
        (b"<rss><channel>", CUT),
        (b"<rss/>", NO_LETTERS),
        (b"<rss>" * 70, CUT),
        (b"<html><body/></html>", NO_FEED),
        (b"/etc/hostname", NO_FEED),
        (b"http://127.0.0.1:9/rss", NO_FEED),
        (b"<rss> <" * MAX_BYTES, f"expected a feed of at most {MAX_BYTES} bytes, found {7 * MAX_BYTES} bytes"),
    ],
    ids=range(8),
)
def test_what_is_no_feed_says_why(content, reason):
    assert split(content, "a.xml") == [Unreadable("a.xml", content, reason)]


@pytest.mark.parametrize(
    ("before", "text", "read"),
    [
        ("\n", "Lampu mati", "Lampu mati"),
        ("", "Lampu&nbsp;mati &eacute;", "Lampu mati \u00e9"),
        ("", "Lampu\x0bmati", "Lampu mati"),
        ("", "RT & RW", "RT & RW"),
        ("", "mati<br>Jl. Melati", "mati\nJl. Melati"),
        ("", "mati<br/>Jl. Melati", "mati\nJl. Melati"),
    ],
)
def test_a_feed_that_is_no_xml_is_read_as_feed_readers_do(before, text, read):
    items = "".join(f"<item><guid>{n}</guid>{PUBLISHED}<description>{text}</description></item>" for n in (1, 2))
    content = f'{before}<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{items}</channel></rss>'
    assert [parse(record).description for record in split(content.encode(), "a.xml")] == [read, read]


def test_bytes_that_are_not_of_the_encoding_that_is_declared_keep_their_letters():
    content = '<?xml version="1.0" encoding="UTF-8"?><rss><channel><item><title>caf\xe9</title></item></channel></rss>'
    assert one(content.encode("latin-1")).title == "caf\xe9"


def test_atom_and_rss_1_are_feeds_too():
    atom = one(b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Surat</title><entry><id>tag:1</id><title>T</title>
        <link href="https://koran.example/1"/><author><name>Rini Contoh</name></author>
        <published>2026-10-19T07:30:00+07:00</published>
        <content type="html">&lt;p&gt;Got&lt;/p&gt;&lt;p&gt;mampet&lt;/p&gt;</content></entry></feed>""")
    rdf = one(b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>x</title></channel>
        <item rdf:about="tag:1"><title>T</title><description>Got&lt;br&gt;mampet</description>
        <dc:creator>Rini Contoh</dc:creator><dc:date>2026-10-19T07:30:00+07:00</dc:date></item></rdf:RDF>""")
    assert atom == rdf
    assert (atom.source_record_id, atom.reporter_name, atom.reported_at) == ("tag:1", "Rini Contoh", MOMENT)
    assert atom.description == "Got\nmampet"


@pytest.mark.parametrize(
    "author",
    [
        "<author>rini@warga.example (Rini Contoh)</author>",
        "<author>Rini Contoh</author>",
        "<dc:creator>Rini Contoh</dc:creator>",
    ],
)
def test_an_author_may_stand_in_other_fields(author):
    assert one(feed(f"<guid>1</guid>{author}")).reporter_name == "Rini Contoh"


def test_a_letter_without_guid_and_link_is_known_by_what_it_says():
    [item] = split(feed(f"<title>Jalan rusak</title><guid> </guid>{PUBLISHED}"), "a.xml")
    assert item.source_record_id.startswith("sha256:")
    assert [item] == split(feed(f"<title>Jalan rusak</title>{PUBLISHED}"), "b.xml")
    [nothing] = split(feed(PUBLISHED), "a.xml")
    assert (nothing.origin, nothing.reason) == ("a.xml#item 1", "expected a letter with an id or a text, found none")


def test_a_feed_without_letters_holds_nothing():
    assert split(b"<rss><channel><title>x</title></channel></rss>", "a.xml") == []


def test_other_encodings_are_read():
    text = '<?xml version="1.0" encoding="ISO-8859-1"?><rss><channel><item><guid>é</guid></item></channel></rss>'
    [record] = split(text.encode("latin-1"), "a.xml")
    assert record.source_record_id == "é"


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    content = bytearray(FEED)
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(content)))
        content[start : start + draw(st.integers(0, 12))] = draw(st.binary(max_size=8) | st.sampled_from(
            [b"<!--", b"<![CDATA[", b"<item>", b"&#1;", b"]]>", b"<guid/>", b"\x00"]
        ))  # fmt: skip
    return bytes(content)


def check(content: bytes) -> None:
    for entry in split(content, "f"):
        if isinstance(entry, Unreadable):
            assert entry.reason.startswith("expected ")
            continue
        assert "\x00" not in json.dumps(entry.payload, ensure_ascii=False)
        with suppress(PayloadError):
            parse(entry)


@settings(max_examples=settings.default.max_examples * 3)
@given(content=broken())
def test_broken_feeds_are_read_or_refused_in_words(content):
    check(content)


@settings(max_examples=settings.default.max_examples * 2)
@given(text=st.text(max_size=40), when=st.text(max_size=40))
def test_any_text_in_a_letter_is_read_or_refused_in_words(text, when):
    payload = {"guid": "1", "photos": []}
    for record in (
        Record("1", {**payload, "pubDate": when, "title": text}),
        Record("1", {**payload, "pubDate": "Mon, 19 Oct 2026 07:30:00 +0700", "content:encoded": text}),
    ):
        with suppress(PayloadError):
            parse(record)
