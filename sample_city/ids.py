"""The ids that the channels give, in the form in which each of them gives it.

Belongs here: numbering the reports of a day.
Does not belong here: which reports a day has (complaints.py).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sample_city.model import COUNTERS, Channel, Complaint

PAGE_ID = "100000000002019"
_FIRST_DAY = date(2014, 1, 1)
_FORMS = {
    Channel.FACEBOOK: f"{PAGE_ID}_{{day:%y%m%d}}{{number:05d}}",
    Channel.EMAIL: "{day:%Y%m%d}.{number:05d}@mail.example.org",
    Channel.JAKI: "{day:%y%m%d}{number:04d}",
    Channel.INSTAGRAM: "1790{day:%y%m%d}{number:06d}",
    Channel.WHATSAPP: "wamid.{day:%y%m%d}{number:06d}",
    Channel.X: "19{day:%y%m%d}{number:010d}",
    Channel.MEDIA_MASSA: "https://surat.example.org/{day:%Y/%m/%d}/{number:04d}",
    Channel.QLUE: "{day:%y%m%d}{number:05d}",
    Channel.JAKARTA_AMAN: "JA-{day:%y%m%d}-{number:05d}",
    Channel.LAPOR: "{day:%y%m%d}{number:05d}",
    Channel.BALAI_WARGA: "BW{day:%y%m%d}{number:05d}",
}


def numbered(planned: Iterable[Complaint], day: date, given: Counter[str]) -> list[Complaint]:
    """Number complaints of one day in the order given.

    Args:
        planned: They have no id yet.
        day: Theirs (WIB).
        given: How many each channel, and each desk, has numbered before; added to.
    """
    complaints = []
    for complaint in planned:
        source = _source(complaint)
        given[source] += 1
        code = f"JK{day:%y%m%d}{given[source]:04d}" if complaint.channel is Channel.JAKI else ""
        source_record_id = _id(complaint.channel, source, day, given[source])
        complaints.append(replace(complaint, source_record_id=source_record_id, source_code=code))
    return complaints


def _source(complaint: Complaint) -> str:
    """Who counts: the channel, or the desk with its own register."""
    if complaint.channel not in COUNTERS:
        return complaint.channel
    is_kelurahan = complaint.channel is Channel.KELURAHAN
    return complaint.kelurahan.code if is_kelurahan else complaint.kelurahan.kecamatan.code


def _id(channel: Channel, source: str, day: date, number: int) -> str:
    if channel is Channel.SMS:
        # Of the row of the first part; a message has fewer than ten, and a database counts in 31 bits.
        return str((day - _FIRST_DAY).days * 100_000 + number * 10)
    if channel in COUNTERS:
        # A desk begins each month anew, and each day with the hundreds of that day.
        return f"{source}/{day:%Y/%m}/{day.day * 100 + number:04d}"
    return _FORMS[channel].format(day=day, number=number)
