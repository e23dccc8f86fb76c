"""Who wrote a mail, and which mails nobody wrote."""

import pytest

from assets.complaints.channels.email import parse, split
from assets.complaints.model import NotAReport, Report, SetAsideReason
from assets.messages.letter import Letter
from assets.messages.smtp import _message
from assets.sources.records import PayloadError, Record

DATE = "Date: Mon, 19 Oct 2026 07:30:00 +0700"
CITY = "pengaduan@kota.example"


def read(*lines: str, body: str = "Lampu jalan mati") -> Report | NotAReport:
    [record] = split("\n".join([*lines, DATE, "", body]).encode(), "a.eml")
    assert isinstance(record, Record)
    return parse(record)


def person(*lines: str) -> tuple[str | None, str | None]:
    report = read(*lines)
    assert isinstance(report, Report)
    return report.reporter_name, report.reporter_contact


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("=?utf-8?q?Contoh=2C_Rini?= <rini@warga.example>", "Contoh, Rini"),
        ("=?utf-8?b?Q29udG9oLCBSaW5p?= <rini@warga.example>", "Contoh, Rini"),
        ('"=?utf-8?q?Contoh=2C_Rini?=" <rini@warga.example>', "Contoh, Rini"),
        ('"Contoh, Rini" <rini@warga.example>', "Contoh, Rini"),
        ("Contoh, Rini <rini@warga.example>", "Contoh, Rini"),
        ("=?utf-8?q?Rini_=3CRT_05=3E?= <rini@warga.example>", "Rini <RT 05>"),
        ("rini@warga.example (Rini Contoh)", "Rini Contoh"),
        ("Rini Cöntoh <rini@warga.example>", "Rini Cöntoh"),
        ("Rini Contoh [mailto:rini@warga.example]", "Rini Contoh"),
        ("Contoh, Rini [rini@warga.example]", "Contoh, Rini"),
        ("<rini@warga.example>", None),
        ("rini@kantor.example di HP <rini@warga.example>", "rini@kantor.example di HP"),
        ("=?utf-8?q?Rini_Contoh_=3Crini=40warga.example=3E?=", "Rini Contoh"),
    ],
)
def test_a_name_may_hold_what_tells_addresses_apart(sender, name):
    assert person(f"From: {sender}") == (name, "rini@warga.example")


@pytest.mark.parametrize(
    "lines",
    [
        (f"From: 'Rani Contoh' via Pengaduan <{CITY}>", "X-Original-Sender: rani@warga.example"),
        (f"From: 'Rani Contoh' via Pengaduan <{CITY}>", "X-Original-From: Rani Contoh <rani@warga.example>"),
        (f"From: Rani Contoh via Pengaduan <{CITY}>", "Reply-To: rani@warga.example"),
        (f"From: Rani Contoh via Pengaduan <{CITY}>", f"Reply-To: {CITY}, Rani Contoh <rani@warga.example>"),
        (f"From: Formulir <{CITY}>", "Reply-To: Rani Contoh <rani@warga.example>"),
        ("From: Formulir <wordpress@kota.example>", "Reply-To: =?utf-8?q?Rani_Contoh?= <rani@warga.example>"),
        ("From: noreply@kota.example", "Reply-To: Rani Contoh <rani@warga.example>", "Precedence: bulk"),
        ("From: forms-receipts-noreply@x.example", "Reply-To: Rani Contoh <rani@warga.example>", "Precedence: bulk"),
        ("From: noreply@form.example", "Reply-To: Rani Contoh <rani@warga.example>", "Auto-Submitted: auto-generated"),
        # Mailman 2 where answers go to the list.
        (f"From: Rani Contoh via Pengaduan <{CITY}>", f"Reply-To: {CITY}", "Cc: Rani Contoh <rani@warga.example>"),
        ("From: Rani Contoh <rani@warga.example>", "Reply-To: other@kota.example", "List-Id: <x.kota.example>"),
        # A list that sets Reply-To to itself names nobody by it.
        ("From: Rani Contoh <rani@warga.example>", f"Reply-To: {CITY}", "List-Id: <x.kota.example>"),
    ],
)  # fmt: skip
def test_the_person_behind_a_group_or_a_form_is_the_reporter(lines):
    assert person(f"To: {CITY}", *lines) == ("Rani Contoh", "rani@warga.example")


def test_a_form_that_names_no_person_lends_nobody_its_own_name():
    assert person("From: Formulir <wordpress@kota.example>", "Reply-To: rani@warga.example") == (
        None, "rani@warga.example"
    )  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: auto-generated", "X-Autoreply: yes", "X-Autorespond: cuti", "X-Auto-Response-Suppress: All",
        "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply", "Precedence: auto_reply", "Precedence: bulk",
        "Precedence: Junk",
        "X-Failed-Recipients: q@x.example", "Return-Path: <>", "Content-Type: multipart/report; boundary=x",
        "Content-Type: message/delivery-status", "Subject: Balasan otomatis: Laporan", "Subject: Out of Office",
        "Subject: Automatic reply: Laporan XX2610190001", "Subject: =?utf-8?q?Jawaban_otomatis=3A_x?=",
        "Subject: Undelivered Mail Returned to Sender", "Delivered-To: Autoresponder",
        "Subject: Tanggapan otomatis: Laporan", "Subject: Auto-Response: Laporan", "Subject: [Auto-Reply] Laporan",
        "Subject: Yahoo! Auto Response", "Subject: Di luar kantor: Laporan", "Subject: Tidak dapat dikirim: Laporan",
        "Subject: Warning: message 1abC-00 delayed 24 hours", "Subject: Return Receipt (displayed) - Laporan",
        "Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_Lampu?=", "Subject: Automatische Antwort: Lampu",
        "Subject: =?utf-8?b?6Ieq5Yqo562U5aSNOiBMYW1wdQ==?=", "Subject: Balasan Automatik: Lampu",
        "Subject: Sedang di luar kantor Re: Lampu", "Subject: =?utf-8?q?Respuesta_autom=C3=A1tica=3A_Lampu?=",
        "Return-Path: < >", "Return-Path: <MAILER-DAEMON>", "Preference: auto_reply", "X-Autogenerated: Reply",
    ],
)  # fmt: skip
def test_what_a_program_wrote_is_set_aside(line):
    assert read("From: Sari <sari@kantor.example>", line) == NotAReport(SetAsideReason.SYSTEM_MESSAGE)


@pytest.mark.parametrize(
    "sender",
    [
        "MAILER-DAEMON@mx.example", "Post <postmaster@mx.example>", "mailerdaemon@x.example", "<>", "bounces@x.example",
        "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@kantor.example>",
    ],
)  # fmt: skip
def test_what_a_mail_server_wrote_is_set_aside(sender):
    assert read(f"From: {sender}") == NotAReport(SetAsideReason.SYSTEM_MESSAGE)


@pytest.mark.parametrize(
    "lines",
    [
        ("Auto-Submitted: no",),
        ("Precedence: list", "List-Id: <rw05.warga.example>"),
        ("Precedence: bulk", "Sender: owner-rw05@warga.example"),
        ("Precedence: first-class",),
        ("Return-Path: <rini@warga.example>",),
        # Exchange writes it into what people send to its distribution lists.
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply",),
        ("Subject: Re: Balasan otomatis: Laporan",),
        ("Subject: Balasan otomatis dari aplikasi salah alamat",),
        ("Subject: Otomatis mati lampu jalan",),
        ("Subject: Automatische Antwort kam nicht",),
        ("Subject: Petugas tidak di kantor, loket tutup",),
    ],
)
def test_what_a_person_wrote_is_a_report(lines):
    assert isinstance(read("From: Rini <rini@warga.example>", *lines), Report)


def test_a_form_is_no_reporter_and_its_text_names_the_person():
    body = "From: Rani Contoh <rani@warga.example>\nSubject: Lampu\n\nMessage Body:\nLampu jalan mati"
    report = read("From: Kota <wordpress@kota.example>", body=body)
    assert isinstance(report, Report)
    assert (report.reporter_name, report.reporter_contact) == ("Rani Contoh", "rani@warga.example")
    assert person("From: Kota <wordpress@kota.example>") == (None, None)


def parts(*bodies: str, kind: str = "mixed") -> tuple[str, str]:
    """The field and the body of a mail of several parts."""
    return f"Content-Type: multipart/{kind}; boundary=b", "".join(f"--b\n{body}\n" for body in bodies) + "--b--\n"


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("alternative", "Content-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR"),
        ("mixed", "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nMETHOD:REPLY"),
        ("mixed", "Content-Type: message/disposition-notification\n\nDisposition: manual-action; displayed"),
        ("mixed", "Content-Type: multipart/report; boundary=c\n\n--c\nContent-Type: text/plain\n\nGagal\n--c--"),
    ],
)
def test_a_part_may_tell_that_a_program_wrote_the_mail(kind, part):
    field, body = parts("Content-Type: text/plain\n\nRani menerima", part, kind=kind)
    assert read("From: Rani <rani@warga.example>", field, body=body) == NotAReport(SetAsideReason.SYSTEM_MESSAGE)


@pytest.mark.parametrize(
    "part",
    [
        "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST",
        "Content-Type: message/rfc822\n\nContent-Type: multipart/report; boundary=c\n\n--c\n\nGagal\n--c--",
    ],
)
def test_an_invitation_and_a_bounce_that_a_person_sends_on_are_reports(part):
    field, body = parts("Content-Type: text/plain\n\nMohon hadir, lampu mati", part)
    assert isinstance(read("From: Rani <rani@warga.example>", field, body=body), Report)


@pytest.mark.parametrize("subject", ["Pengaduan Digest, Vol 12, Issue 3", f"Digest for {CITY} - 3 updates in 2 topics"])
def test_the_digest_of_a_list_is_no_report_of_one_person(subject):
    with pytest.raises(PayloadError, match="expected one mail, found a digest of a list"):
        read(f"From: {CITY}", f"Subject: {subject}", "List-Id: <x.kota.example>")
    field, body = parts("\nFrom: a@warga.example\n\nLampu mati", kind="digest")
    with pytest.raises(PayloadError, match="a digest of a list"):
        read(f"From: {CITY}", field, body=body)


def test_the_products_own_acknowledgement_is_no_complaint():
    letter = Letter(7, "XX2610190001", "same@x.example by 0123456789abcdef", "rini@warga.example", "Terima kasih.")
    sent = _message(letter, CITY)
    assert sent["In-Reply-To"] == "<same@x.example>"
    [record] = split(sent.as_bytes(), "a.eml")
    assert parse(record) == NotAReport(SetAsideReason.SYSTEM_MESSAGE)
