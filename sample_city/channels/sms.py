"""SMS: rows of the inbox that Gammu SMSD fills.

Belongs here: parts, headers and alphabets (3GPP TS 23.040, TS 23.038), and what a modem receives besides complaints.
Does not belong here: who complains about what (sample_city/complaints.py).
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np

from sample_city.channels.channel import Channel, Habits
from sample_city.channels.tables import blank, csv_files
from sample_city.model import Complaint, Deliveries, Extras, Missing, moment_of

COLUMNS = (
    "UpdatedInDB", "ReceivingDateTime", "Text", "SenderNumber", "Coding", "UDH", "SMSCNumber", "Class", "TextDecoded",
    "ID", "RecipientID", "Processed", "Status",
)  # fmt: skip
# Characters of one message, and of one part of a longer one.
_DEFAULT, _UNICODE = (160, 153), (70, 67)
_PHONE_WITH_EMOJI_SHARE = 0.15


def deliveries(day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras) -> Deliveries:
    """The rows of one day, a row for each part of a message in the order in which the modem took them."""
    delivered: Deliveries = []
    for complaint in complaints:
        delivered += _parts(complaint, rng)
        if complaint.answer and complaint.edited_at is not None:
            delivered.append((complaint.edited_at, _answer(complaint, complaint.edited_at)))
    at = moment_of(day, rng, extras.zone)
    # Behind the ids of any day's messages.
    notice_id = str(2_000_000_000 + day.toordinal())
    extras.put_aside("sms", notice_id, "system_message", at)
    notice = "Sisa kuota Anda 1 GB. Info *123#"
    return [*delivered, (at, _row(notice_id, at, "OPERATOR", notice, "Default_No_Compression", ""))]


def _parts(complaint: Complaint, rng: np.random.Generator) -> Deliveries:
    text = complaint.text + (" 🙏" if rng.random() < _PHONE_WITH_EMOJI_SHARE else "")
    coding, (alone, each) = (
        ("Default_No_Compression", _DEFAULT) if text.isascii() else ("Unicode_No_Compression", _UNICODE)
    )
    # Two bytes each: a character beyond the first plane takes two places, and may lie in two parts.
    units = text.encode("utf-16-be")
    size = len(units) // 2
    cuts = [units] if size <= alone else [units[2 * start : 2 * (start + each)] for start in range(0, size, each)]
    sender = complaint.reporter.phone.replace(" ", "")
    reference = f"{int(rng.integers(256)):02X}"
    delivered: Deliveries = []
    is_torn = rng.random() < 0.3
    for place, index in enumerate(rng.permutation(len(cuts)) if is_torn else range(len(cuts))):
        at = complaint.reported_at + timedelta(seconds=place)
        header = f"050003{reference}{len(cuts):02X}{index + 1:02X}" if len(cuts) > 1 else ""
        row_id = str(int(complaint.source_record_id) + place)
        # SMSD decodes a message that it holds whole into its first row, and parts that came one by one each for itself.
        whole = text if index == 0 else ""
        decoded = cuts[index].decode("utf-16-be", errors="replace") if is_torn else whole
        delivered.append((at, {**_row(row_id, at, sender, decoded, coding, header), "Text": cuts[index].hex().upper()}))
    return delivered


def _answer(complaint: Complaint, at: datetime) -> dict[str, str]:
    """A name, or a place, by the same telephone: never longer than one message."""
    sender = complaint.reporter.phone.replace(" ", "")
    return _row(complaint.answer_id, at, sender, complaint.answer, "Default_No_Compression", "")


def _row(row_id: str, at: datetime, sender: str, text: str, coding: str, header: str) -> dict[str, str]:
    clock = f"{at:%Y-%m-%d %H:%M:%S}"
    return {
        "UpdatedInDB": clock,
        "ReceivingDateTime": clock,
        "Text": text.encode("utf-16-be").hex().upper(),
        "SenderNumber": sender,
        "Coding": coding,
        "UDH": header,
        "SMSCNumber": "+628000000000",
        "Class": "-1",
        "TextDecoded": text,
        "ID": row_id,
        "RecipientID": "pengaduan",
        "Processed": "false",
        "Status": "0",
    }


CHANNEL = Channel(
    code="sms",
    habits=Habits(
        share=0.015,
        flaws={Missing.PLACE: 0.06, Missing.PROBLEM: 0.02},
        # A text message has a number and no name.
        lacks=frozenset({Missing.REPORTER}),
        tells_reporter=False,
        answered_share=0.4,
    ),
    # Of the row of the first part; a message has fewer than nine, the last place is of the answer to a request, and a
    # database counts in 31 bits.
    id_form="{days}{number:04d}0",
    deliveries=deliveries,
    files=csv_files(COLUMNS),
    spoil=blank("ID"),
)
