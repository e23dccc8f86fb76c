"""Who reports, as far as triage needs to know: a name, and a key that is the same next time.

Belongs here: whether a person is named, and the pseudonymous key of a reporter within a channel.
Does not belong here: storing either (ledger.py, schema `private`).
"""

import hashlib
import re

from assets.complaints.model import Report
from assets.complaints.triage.words import squash, words

_NO_NAME = frozenset(
    {
        "anonim",
        "anonymous",
        "hambaallah",
        "namapelapor",
        "noname",
        "tanpanama",
        "tidakadanama",
        "unknown",
        "warga",
    }
)
_PHONE = re.compile(r"\+?[\d\s().\-]{7,}")


def is_named(report: Report) -> bool:
    """Say whether a report names its reporter: letters that are a name and no word for "nobody"."""
    name = report.reporter_name or ""
    return sum(char.isalpha() for char in name) > 1 and "@" not in name and squash(name) not in _NO_NAME


def reporter_key(channel: str, report: Report) -> str | None:
    """Key a reporter by contact, else account, else name.

    Pseudonymous, not anonymous: whoever holds a telephone number can compute its key and look for it. So the
    key lives in schema `private` only. It holds within one channel: one person on two channels has two keys.

    Returns:
        SHA-256, hexadecimal; None where the report names nobody.
    """
    identity = _contact(report.reporter_contact) or _handle(report.reporter_handle)
    if identity is None and is_named(report):
        identity = f"name:{' '.join(words(report.reporter_name or ''))}"
    return None if identity is None else hashlib.sha256(f"{channel}\x1f{identity}".encode()).hexdigest()


def _contact(contact: str | None) -> str | None:
    if not contact or not contact.strip():
        return None
    if not _PHONE.fullmatch(contact.strip()):
        return f"contact:{contact.strip().casefold()}"
    digits = "".join(char for char in contact if char.isdigit())
    # One number is written 0812..., +62 812... and, by Excel, 812...
    return f"phone:{digits.removeprefix('62').removeprefix('0')}"


def _handle(handle: str | None) -> str | None:
    return f"handle:{handle.strip().casefold()}" if handle and handle.strip() else None
