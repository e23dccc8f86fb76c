"""The mailbox: one RFC 5322 message per e-mail.

Belongs here: charsets, encodings, parts and headers as real mail programs write them.
Does not belong here: what the message says (sample_city/wording.py).
"""

import base64
import html
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from email.message import EmailMessage
from email.utils import format_datetime

import numpy as np

from sample_city.channels.channel import Channel, File, Habits
from sample_city.model import Complaint, Deliveries, Extras, Item, Missing

_MAILBOX = "Pengaduan Kota <pengaduan@example.org>"

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


def deliveries(day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras) -> Deliveries:
    """The messages of one day, in bytes; on some days an automatic reply is among them."""
    delivered: Deliveries = [(complaint.reported_at, _message(complaint, rng).as_bytes()) for complaint in complaints]
    if day.toordinal() % 3 == 0:
        at = datetime.combine(day, time(7, 30), extras.zone)
        reply = _automatic_reply(at)
        extras.put_aside("email", reply["Message-ID"].strip("<>"), "system_message", at)
        delivered.append((at, reply.as_bytes()))
    return delivered


def files(day: date, items: Sequence[Item]) -> Iterator[File]:
    """A file for each message, as a mailbox keeps them."""
    for number, item in enumerate(items, start=1):
        yield File(f"{day:%Y-%m-%d}/{number:04d}.eml", [item.body], lambda of_one: of_one[0])


def _message(complaint: Complaint, rng: np.random.Generator) -> EmailMessage:
    message = EmailMessage()
    sender = complaint.reporter
    is_nameless = Missing.REPORTER in complaint.missing
    message["From"] = sender.email if is_nameless else f"{sender.name} <{sender.email}>"
    message["To"] = _MAILBOX
    message["Subject"] = complaint.title
    message["Date"] = format_datetime(complaint.reported_at)
    message["Message-ID"] = f"<{complaint.source_record_id}>"
    _write_body(message, complaint.text, rng)
    if complaint.has_photo:
        message.add_attachment(_PICTURE, maintype="image", subtype="jpeg", filename="foto lokasi.jpg")
    _name_boundaries(message, complaint.source_record_id)
    return message


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


def _automatic_reply(at: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Balasan Otomatis <tidak-dibalas@example.org>"
    message["To"] = _MAILBOX
    message["Subject"] = "Sedang tidak di kantor"
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<auto.{at:%Y%m%d}@mail.example.org>"
    message["Auto-Submitted"] = "auto-replied"
    message.set_content("Saya sedang cuti.", cte="7bit")
    return message


CHANNEL = Channel(
    code="email",
    habits=Habits(
        share=0.05,
        flaws={Missing.PLACE: 0.04, Missing.PROBLEM: 0.02, Missing.REPORTER: 0.05},
        photo_share=0.2,
    ),
    id_form="{day:%Y%m%d}.{number:05d}@mail.example.org",
    deliveries=deliveries,
    files=files,
    spoil=lambda _: b"pesan terpotong\r\n",
    spoilt_reason="no header field",
)
