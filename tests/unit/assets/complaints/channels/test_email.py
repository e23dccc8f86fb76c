"""E-mail, on messages written for one rule each and on the real ones."""

import base64
from datetime import UTC, datetime

import pytest

from assets.complaints.channels.email import parse, split
from assets.complaints.model import NOT_TOLD, NotAReport, Report, SetAsideReason, TimeBasis
from assets.sources.records import PayloadError, Record, Unreadable

LIKE = "Hi,\n\nDo you like this message?\n\n-Me"
DATE = "Date: Mon, 19 Oct 2026 07:30:00 +0700"


def message(*lines: str, body: str = "Lampu jalan mati") -> bytes:
    return "\r\n".join([*lines, "", body]).encode("latin-1")


def read(content: bytes) -> Report | NotAReport:
    [record] = split(content, "a.eml")
    assert isinstance(record, Record), record
    return parse(record)


def test_every_real_message_is_a_record_or_says_why_not(real):
    entries = {
        path.name: split(path.read_bytes(), path.name) for path in sorted((real / "complaints" / "email").iterdir())
    }
    assert len(entries) == 47
    unreadable = [entry for [entry] in entries.values() if isinstance(entry, Unreadable)]
    # msg_19 is the text of a digest without a single header field.
    assert [(entry.origin, entry.reason) for entry in unreadable] == [
        ("msg_19.txt", "expected an RFC 5322 message, found no header field of one")
    ]
    outcomes = []
    for [entry] in entries.values():
        if isinstance(entry, Record):
            try:
                outcomes.append(type(parse(entry)).__name__)
            except PayloadError as error:
                outcomes.append(error.expected)
    assert {outcome: outcomes.count(outcome) for outcome in outcomes} == {
        "Report": 38,
        "NotAReport": 4,
        # msg_02, msg_28, msg_30 and msg_34 are digests of lists.
        "one mail": 4,
    }


@pytest.mark.parametrize(
    ("name", "source_record_id", "reporter", "title", "description"),
    [
        ("msg_01", "15090.61304.110929.45684@aaa.zzz.org", "John X. Doe", "This is a test message", LIKE),
        ("msg_15", "xxxx", None, "XX", "Some removed test."),
        ("msg_33", None, "Anne Person", "Re: Limiting Perl CPU Utilization...", "part 1\n\npart 2"),
        ("msg_46", None, "Sender", "GroupwiseForwardingTest", "Testing email forwarding with Groupwise 1.2.2010"),
    ],
)  # fmt: skip
def test_real_messages(real, name, source_record_id, reporter, title, description):
    report = read((real / "complaints" / "email" / f"{name}.txt").read_bytes())
    assert report.source_record_id == source_record_id or report.source_record_id.startswith("sha256:")
    assert (report.reporter_name, report.title, report.description) == (reporter, title, description)


@pytest.mark.parametrize("name", ["msg_05", "msg_16", "msg_25", "msg_43"])
def test_bounces_are_no_reports(real, name):
    assert read((real / "complaints" / "email" / f"{name}.txt").read_bytes()) == NotAReport(
        SetAsideReason.SYSTEM_MESSAGE
    )


def test_a_record_holds_the_whole_message():
    content = message("From: a@b.id", "Message-ID: <1@b.id>")
    [record] = split(content, "a.eml")
    assert record.source_record_id == "1@b.id"
    assert base64.b64decode(record.payload["raw_base64"]) == content


def test_a_message_without_an_id_is_known_by_its_bytes():
    [one], [same], [other] = (split(message("From: a@b.id", body=body), "a") for body in ("x", "x", "y"))
    assert one == same
    assert one.source_record_id.startswith("sha256:")
    assert one.source_record_id != other.source_record_id


def test_headers_in_any_charset():
    report = read(message(
        "From: =?iso-8859-1?q?Andr=E9?= Wijaya <andre@b.id>", DATE, "Subject: =?utf-8?b?TGFtcHUg8J+SoQ==?= mati"
    ))  # fmt: skip
    assert (report.reporter_name, report.reporter_contact) == ("André Wijaya", "andre@b.id")
    assert report.title == "Lampu \U0001f4a1 mati"
    assert report.reported_at == datetime(2026, 10, 19, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(("charset", "text"), [("iso-2022-jp", "道路の穴"), ("koi8-r", "яма на дороге")])
def test_a_text_is_read_by_its_declared_charset(charset, text):
    header = f"From: a@b.id\n{DATE}\nContent-Type: text/plain; charset={charset}\n\n"
    assert read(header.encode() + text.encode(charset)).description == text


def test_a_charset_that_does_not_exist_loses_no_text():
    report = read(message("From: a@b.id", DATE, "Content-Type: text/plain; charset=klingon", body="caf\xe9 rusak"))
    assert report.description == "café rusak"


def test_plain_text_wins_over_html_and_html_is_stripped():
    html = "Content-Type: text/html\r\n\r\n<style>p {}</style><p>Got &amp; kali</p><p>mampet</p>\r\n"
    plain = "Content-Type: text/plain\r\n\r\nGot mampet\r\n"
    header = ("From: a@b.id", DATE, 'Content-Type: multipart/alternative; boundary="B"')
    both = read(message(*header, body=f"--B\r\n{html}--B\r\n{plain}--B--"))
    alone = read(message(*header, body=f"--B\r\n{html}--B--"))
    assert (both.description, alone.description.split()) == ("Got mampet", ["Got", "&", "kali", "mampet"])


def test_images_inside_a_message_are_its_photos():
    image = "Content-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n/9j/\r\n"
    header = ("From: a@b.id", DATE, "Message-ID: <1@b.id>", 'Content-Type: multipart/mixed; boundary="B"')
    assert read(message(*header, body=f"--B\r\n{image}--B--")).photo_urls == ("mid:1@b.id/1",)


def test_the_moment_is_of_date_else_of_the_latest_received():
    received = (
        "Received: from x; Mon, 19 Oct 2026 08:00:00 +0700",
        "Received: from y; Mon, 19 Oct 2026 07:00:00 +0700",
    )
    assert read(message("From: a@b.id", *received)).reported_at == datetime(2026, 10, 19, 1, tzinfo=UTC)
    assert read(message("From: a@b.id", "Date: soon", *received)).reported_at == datetime(2026, 10, 19, 1, tzinfo=UTC)
    assert read(message("From: a@b.id", "Date: soon")).reported_at == NOT_TOLD


def test_automatic_replies_are_no_reports():
    reply = message("From: a@b.id", DATE, "Auto-Submitted: auto-replied (vacation)")
    assert read(reply) == NotAReport(SetAsideReason.SYSTEM_MESSAGE)


@pytest.mark.parametrize(
    ("content", "found"),
    [(b"", "an empty file"), (b"Copyright (c) 2010\n\nPermission is granted", "no header field of one")],
)
def test_what_is_no_message_says_so(content, found):
    assert split(content, "LICENSE") == [Unreadable("LICENSE", content, f"expected an RFC 5322 message, found {found}")]


def test_markup_that_never_ends_costs_no_more_than_its_length():
    body = b"<script " * 40_000
    content = b"From: A <a@example.org>\nDate: Mon, 19 Oct 2026 07:30:00 +0700\nContent-Type: text/html\n\n" + body
    [record] = split(content, "f")
    assert isinstance(parse(record), Report)


def test_a_message_that_pythons_parser_cannot_split_is_refused_in_words():
    # A NUL in the charset of a boundary: the parser of the standard library raises while it looks for parts.
    content = message(DATE, "Content-Type: multipart/mixed; boundary*=a\0b''c")
    [entry] = split(content, "a.eml")
    assert isinstance(entry, Unreadable)
    assert entry.reason == "expected a message that can be taken apart, found ValueError"


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("Mon, 19 Oct 2026 20:00:00 WIB", 13),
        ("Mon, 19 Oct 2026 20:00:00 WITA", 12),
        ("Mon, 19 Oct 2026 20:00:00 WIT", 11),
        ("Mon, 19 Oct 2026 20:00:00", 13),
        ("Mon, 19 Oct 2026 20:00:00 -0000", 20),
        ("Mon Oct 19 20:00:00 2026", 13),
        ("Senin, 19 Oktober 2026 20.00 WIB", 13),
        ("Mon, 19 Oct 2026 20:00:00 GMT+07:00", 13),
    ],
)
def test_a_moment_of_the_citys_zones(written, hour):
    report = read(message("From: a@b.id", f"Date: {written}"))
    assert (report.reported_at, report.time_basis) == (
        datetime(2026, 10, 19, hour, tzinfo=UTC), TimeBasis.SENDER
    )  # fmt: skip


@pytest.mark.parametrize("written", ["Sat, 28 Nov 2099 08:00:00 +0700", "Tue, 1 Jan 1980 00:00:00 +0700", "kemarin"])
def test_a_clock_that_the_server_contradicts_is_not_the_senders_to_tell(written):
    received = "Received: from a by b; Mon, 19 Oct 2026 08:00:00 WIB"
    report = read(message("From: a@b.id", f"Date: {written}", received))
    assert (report.reported_at, report.time_basis) == (datetime(2026, 10, 19, 1, tzinfo=UTC), TimeBasis.CARRIER)


@pytest.mark.parametrize(
    ("declared", "raw", "text"),
    [
        ("utf-8", b"\x93Got\x94 caf\xe9", "“Got” café"),
        ("iso-8859-1", "Got “x” é".encode(), "Got “x” é"),
        ("us-ascii", b"caf\xe9 \x96 x", "café – x"),
        (None, b"caf\xe9", "café"),
        ("utf-8", "é é".encode() + b" \xe9", "é é é"),
        ("utf-16", b"Got mampet", "Got mampet"),
    ],
)
def test_a_charset_may_lie(declared, raw, text):
    kind = f"Content-Type: text/plain; charset={declared}\n" if declared else ""
    assert read(f"From: a@b.id\n{DATE}\n{kind}\n".encode() + raw).description == text


def test_cells_and_terms_of_a_form_stay_apart():
    page = (
        "<html><head><title>Untitled</title></head><table><tr><td>Nama</td><td>Rini</td></tr>"
        "<tr><th>RT</th><td>05</td></tr></table><dl><dt>Masalah</dt><dd>Lampu mati</dd></dl></html>"
    )
    report = read(message("From: a@b.id", DATE, "Content-Type: text/html", body=page))
    assert report.description == "Nama Rini\nRT 05\nMasalah\nLampu mati"


JPEG, PNG = "/9j/4AAQ", "iVBORw0KGgoAAAANSUhEUg=="


@pytest.mark.parametrize(
    ("head", "content", "is_photo"),
    [
        ('application/octet-stream; name="IMG_1.JPG"', JPEG, True),
        ("application/octet-stream", JPEG, True),
        ("application/x-unknown", PNG, True),
        ('text/plain; name="a.jpeg"', JPEG, True),
        ("image/heic", "AAAA", True),
        ('application/pdf; name="a.pdf"', "JVBERi0=", False),
        ("application/octet-stream", "AAAA", False),
    ],
)
@pytest.mark.parametrize("way", ["attachment", "inline"])
def test_a_photo_is_told_by_its_name_or_its_bytes_too(head, content, is_photo, way):
    part = (
        f"Content-Type: {head}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: {way}\r\n\r\n{content}\r\n"
    )
    header = ("From: a@b.id", DATE, "Message-ID: <1@b.id>", 'Content-Type: multipart/mixed; boundary="B"')
    urls = read(message(*header, body=f"--B\r\nContent-Type: text/plain\r\n\r\nx\r\n--B\r\n{part}--B--")).photo_urls
    assert urls == (("mid:1@b.id/2",) if is_photo else ())
