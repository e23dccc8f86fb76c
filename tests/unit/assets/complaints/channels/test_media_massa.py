"""Readers' letters, on feeds written for one rule each."""

import json
import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.complaints.channels.media_massa import MAX_BYTES, parse, split
from assets.complaints.model import Report
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
  <content:encoded><![CDATA[<p>Lampu jalan <b>mati</b> di Tebet Timur,&nbsp;lebar &lt; 2&nbsp;m.</p>
    <script>track("<p>x</p>")</script><!-- <p>iklan</p> --><p>Mohon&#8230; <br/>diperbaiki.</p>]]></content:encoded>
  <enclosure url="https://example.org/1.jpg" length="5" type="image/jpeg"/>
  <enclosure url="https://example.org/1.mp3" length="5" type="audio/mpeg"/>
  <category>Surat</category>
</item>
<item>
  <title>Jalan Rusak</title><link>https://example.org/surat/2</link>
  <pubDate>Mon, 19 Oct 2026 00:30:00 GMT</pubDate>
  <description>&lt;p&gt;Jalan rusak di Cideng&lt;/p&gt;</description>
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
        description="Lampu jalan mati di Tebet Timur, lebar < 2 m.\nMohon…\ndiperbaiki.",
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
    assert (report.reported_at, report.description) == (MOMENT, "Jalan rusak di Cideng")
    assert (report.reporter_name, report.photo_urls) == (None, ())


def test_the_same_letter_in_a_later_feed_is_the_same_record():
    later = FEED.replace(b"Tue, 20 Oct", b"Wed, 21 Oct").replace(b"<category>Surat</category>", b"")
    assert split(later, "a.xml") == split(FEED, "a.xml")
    [corrected, _] = split(FEED.replace(b"Tebet Timur", b"Tebet Barat"), "a.xml")
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


@pytest.mark.parametrize(
    "written", ["", "kemarin", "Mon, 19 Okt 2026 07:30:00 +0700", "Mon, 19 Oct 1926 07:30:00 +0700"]
)
def test_a_letter_without_a_moment_is_refused(written):
    with pytest.raises(PayloadError, match="expected pubDate as a moment"):
        one(feed(f"<guid>1</guid><pubDate>{written}</pubDate>"))


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


BOMB = b'<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><rss><channel><item/></channel></rss>'
FILE = b'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname">]><rss><channel><title>&a;</title></channel></rss>'
REMOTE = b'<!DOCTYPE rss SYSTEM "http://example.org/rss.dtd"><rss><channel/></rss>'
NO_TYPE = "expected RSS 2.0 without a document type, found a document type"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (BOMB, NO_TYPE),
        (FILE, NO_TYPE),
        (REMOTE, NO_TYPE),
        (BOMB.decode().encode("utf-16"), NO_TYPE),
        (b"", "expected RSS 2.0, found an empty file"),
        (b"<rss><channel>", "expected XML, found something else at line 1 column 15"),
        (b"<rss><channel>&nbsp;</channel></rss>", "expected XML, found something else at line 1 column 15"),
        (b'<?xml version="1.0" encoding="x-none"?><rss/>', "expected XML in a known encoding, found bytes of another"),
        (b"<rss/>", "expected RSS 2.0 with a channel, found XML of root rss"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "expected RSS 2.0 with a channel, found XML of root feed"),
        (b"<html><body/></html>", "expected RSS 2.0 with a channel, found XML of root html"),
        (b"<rss>" * 70, "expected XML at most 64 levels deep, found a deeper one"),
        (b" <" * MAX_BYTES, f"expected a feed of at most {MAX_BYTES} bytes, found {2 * MAX_BYTES} bytes"),
    ],
    ids=range(13),
)
def test_what_is_no_feed_says_why(content, reason):
    assert split(content, "a.xml") == [Unreadable("a.xml", content, reason)]


def test_a_letter_without_guid_and_link_is_kept_and_says_so():
    [item] = split(feed(f"<title>Jalan rusak</title><guid> </guid>{PUBLISHED}"), "a.xml")
    assert (item.origin, item.reason) == ("a.xml#item 1", "expected id, found none")
    assert b"<title>Jalan rusak</title>" in item.content
    [again] = split(item.content, item.origin)
    assert (again.content, again.reason) == (item.content, item.reason)


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
