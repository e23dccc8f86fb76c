"""Who wrote a mail, and which mails nobody wrote."""

import pytest

from assets.complaints.channels.email import parse, split
from assets.complaints.model import NotAReport, Report, SetAsideReason
from assets.messages.letter import Letter
from assets.messages.smtp import _message
from assets.sources.records import Record

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
        ("<rini@warga.example>", None),
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
        "X-Auto-Response-Suppress: OOF, AutoReply", "Precedence: auto_reply", "Precedence: bulk", "Precedence: Junk",
        "X-Failed-Recipients: q@x.example", "Return-Path: <>", "Content-Type: multipart/report; boundary=x",
        "Content-Type: message/delivery-status", "Subject: Balasan otomatis: Laporan", "Subject: Out of Office",
        "Subject: Automatic reply: Laporan JK2610190001", "Subject: =?utf-8?q?Jawaban_otomatis=3A_x?=",
        "Subject: Undelivered Mail Returned to Sender", "Delivered-To: Autoresponder",
    ],
)  # fmt: skip
def test_what_a_program_wrote_is_set_aside(line):
    assert read("From: Sari <sari@kantor.example>", line) == NotAReport(SetAsideReason.SYSTEM_MESSAGE)


@pytest.mark.parametrize(
    "sender", ["MAILER-DAEMON@mx.example", "Post <postmaster@mx.example>", "mailerdaemon@x.example"]
)
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
        ("Subject: Re: Balasan otomatis: Laporan",),
        ("Subject: Balasan otomatis dari aplikasi salah alamat",),
        ("Subject: Otomatis mati lampu jalan",),
    ],
)
def test_what_a_person_wrote_is_a_report(lines):
    assert isinstance(read("From: Rini <rini@warga.example>", *lines), Report)


def test_the_products_own_acknowledgement_is_no_complaint():
    letter = Letter(7, "JK2610190001", "same@x.example by 0123456789abcdef", "rini@warga.example", "Terima kasih.")
    sent = _message(letter, CITY)
    assert sent["In-Reply-To"] == "<same@x.example>"
    [record] = split(sent.as_bytes(), "a.eml")
    assert parse(record) == NotAReport(SetAsideReason.SYSTEM_MESSAGE)
