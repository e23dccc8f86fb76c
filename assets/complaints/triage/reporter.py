"""Who reports, as far as triage needs to know: a name, and a key that is the same next time.

Belongs here: whether a person is named, and the pseudonymous key of a reporter within a channel.
Does not belong here: storing either (complaints/entries.py, schema `private`), a reporter's several accounts
(complaints/accounts.py).
"""

import hashlib
import re
from collections.abc import Iterable

from assets.complaints.model import Report
from assets.places.spelling import squash, words
from assets.sources.telephone import HOME_CODE, first_telephone, read_telephone, write_plainly
from assets.sources.wire import is_rounded

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
# Desks write "-" or "tidak ada" where nobody told a number: the same for everybody.
_FEWEST_DIGITS = 5
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
    return None if identity is None else _key(channel, identity)


def identities(*texts: str | None) -> frozenset[str]:
    """List as whom contacts or account ids name somebody: two texts that share one name the same.

    >>> identities("0812 3456 789") & identities("+62812-3456-789")
    frozenset({'phone:8123456789'})
    """
    return frozenset(named for text in texts for named in (_contact(text), _handle(text)) if named is not None)


def key_of_account(channel: str, handle: str | None) -> str | None:
    """Key an account by its id alone, as a report without a contact is keyed."""
    identity = _handle(handle)
    return None if identity is None else _key(channel, identity)


def keys_of_contact(contact: str, channels: Iterable[str]) -> list[str]:
    """List the keys that a contact or account id may have, in each channel, those of earlier releases among them."""
    named = identities(contact) | {_contact_of_earlier_releases(contact)}
    return [_key(channel, identity) for channel in channels for identity in sorted(named)]


def _key(channel: str, identity: str) -> str:
    return hashlib.sha256(f"{channel}\x1f{identity}".encode()).hexdigest()


def _contact(contact: str | None) -> str | None:
    if not contact or not contact.strip() or is_rounded(write_plainly(contact)):
        return None
    number = read_telephone(contact)
    if number is None and "@" not in contact and any(char.isdigit() for char in contact):
        number = first_telephone(contact)
    if number is None:
        is_one = "@" in contact or sum(char.isdigit() for char in contact) >= _FEWEST_DIGITS
        return f"contact:{contact.strip().casefold()}" if is_one else None
    return f"phone:{number.removeprefix(HOME_CODE).removeprefix('+')}"


def _contact_of_earlier_releases(contact: str) -> str:
    """Before a library read telephone numbers: some that it refuses are stored under this."""
    if not _PHONE.fullmatch(contact.strip()):
        return f"contact:{contact.strip().casefold()}"
    digits = "".join(char for char in contact if char.isdigit())
    return f"phone:{digits.removeprefix('62').removeprefix('0')}"


def _handle(handle: str | None) -> str | None:
    return f"handle:{handle.strip().casefold()}" if handle and handle.strip() else None
