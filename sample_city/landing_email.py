"""The mailbox's landing files: one RFC 5322 message per e-mail.

Belongs here: charsets, encodings, parts and headers as real mail programs write them.
Does not belong here: what the message says (wording.py).
"""

import base64
import html
from collections.abc import Sequence
from datetime import date, datetime, time
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import numpy as np

from sample_city.model import Channel, Complaint, Extras, Missing, SetAside, Unreadable
from sample_city.reference import WIB

_MAILBOX = "Pengaduan Jakarta <pengaduan@example.org>"

# A picture of 1x1 pixel: enough to be an attachment.
_PICTURE = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////////////////////////////////////"
    "////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8A"
    "VN//2Q=="
)
_ENCODINGS = (
    ("utf-8", "quoted-printable"),
    ("utf-8", "base64"),
    ("utf-8", "8bit"),
    ("iso-8859-1", "quoted-printable"),
    ("windows-1252", "8bit"),
    ("us-ascii", "7bit"),
)


def write_email_day(
    landing: Path, day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras
) -> None:
    """Write the messages of one day, one file each in a folder of the day.

    Args:
        landing: The landing folder.
        day: WIB.
        complaints: Of this channel and day, in the order of reporting.
        rng: Source of every choice.
        extras: Receives what is no complaint.
    """
    folder = landing / Channel.EMAIL / f"{day:%Y-%m-%d}"
    folder.mkdir(parents=True, exist_ok=True)
    for number, complaint in enumerate(complaints, start=1):
        (folder / f"{number:04d}.eml").write_bytes(_message(complaint, rng).as_bytes())
    if day.toordinal() % 3 == 0:
        reply = _automatic_reply(day)
        (folder / "auto-reply.eml").write_bytes(reply.as_bytes())
        at = datetime.combine(day, time(7, 30), WIB)
        extras.set_aside.append(SetAside(Channel.EMAIL, reply["Message-ID"].strip("<>"), "system_message", at))
    if day.toordinal() % 6 == 2:
        path = folder / "empty.eml"
        path.write_bytes(b"")
        origin = path.relative_to(landing).as_posix()
        extras.unreadable.append(Unreadable(Channel.EMAIL, origin, "an empty file"))


def _message(complaint: Complaint, rng: np.random.Generator) -> EmailMessage:
    message = EmailMessage()
    sender = complaint.reporter
    is_nameless = Missing.REPORTER in complaint.missing
    message["From"] = sender.email if is_nameless else f"{sender.name} <{sender.email}>"
    message["To"] = _MAILBOX
    message["Subject"] = _subject(complaint)
    message["Date"] = format_datetime(complaint.reported_at)
    message["Message-ID"] = f"<{complaint.source_record_id}>"
    _write_body(message, complaint.text, rng)
    if complaint.has_photo:
        message.add_attachment(_PICTURE, maintype="image", subtype="jpeg", filename="foto lokasi.jpg")
    _name_boundaries(message, complaint.source_record_id)
    return message


def _subject(complaint: Complaint) -> str:
    """The same for the same text: a repetition has the same subject."""
    if Missing.PROBLEM in complaint.missing:
        return "Laporan"
    subjects = (f"Laporan {complaint.category.name}", "Pengaduan warga – mohon tindak lanjut", "lapor", "")
    return subjects[len(complaint.text) % len(subjects)]


def _write_body(message: EmailMessage, text: str, rng: np.random.Generator) -> None:
    charset, encoding = _ENCODINGS[int(rng.integers(len(_ENCODINGS)))]
    markup = f"<html><body><p>{html.escape(text).replace(chr(10), '<br>')}</p></body></html>"
    draw = rng.random()
    if draw < 0.12:
        message.set_content(markup, subtype="html", charset="utf-8", cte="quoted-printable")
        return
    message.set_content(text, charset=charset, cte=encoding)
    if draw < 0.35:
        message.add_alternative(markup, subtype="html", charset="utf-8", cte="base64")


def _name_boundaries(message: EmailMessage, source_record_id: str) -> None:
    """Name the boundaries by the message: the standard library would draw them at random."""
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"==={source_record_id.partition('@')[0]}.{number}===")


def _automatic_reply(day: date) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Balasan Otomatis <tidak-dibalas@example.org>"
    message["To"] = _MAILBOX
    message["Subject"] = "Sedang tidak di kantor"
    message["Date"] = format_datetime(datetime.combine(day, time(7, 30), WIB))
    message["Message-ID"] = f"<auto.{day:%Y%m%d}@mail.example.org>"
    message["Auto-Submitted"] = "auto-replied"
    message.set_content("Saya sedang cuti.", cte="7bit")
    return message
