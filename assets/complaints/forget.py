"""Erasing a reporter on request (UU 27/2022, article 8): everywhere, with every count intact.

Belongs here: whose complaints they are, and what of them is erased. Does not belong here: the command (command/forget).

What stays is what no longer leads to a person: that a complaint was received, what was decided, its number, area,
category, agency and times. What the channel delivers of it again is not taken in.
"""

import base64
import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from psycopg import Connection

from assets.complaints.accounts import erase_accounts, joined_keys
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.complaint_id import complaint_id_for
from assets.complaints.record_ids import possible_ids
from assets.complaints.tracking import is_number
from assets.complaints.triage.reporter import contact_spellings, keys_of_contact
from assets.sources.records import Record
from assets.sources.telephone import HOME_CODE, read_telephone
from assets.storage import merge_rows

FORGOTTEN = "forgotten"

# Below this a contact or handle occurs in payloads of others by chance.
LEAST_LETTERS = 6

_BETWEEN_DIGITS = re.compile(rb"(?<=[0-9])[\s().\-]+(?=[0-9])")


class ForgetError(Exception):
    """A reporter who cannot be erased now, or is not known."""


@dataclass(frozen=True)
class Erasure:
    """What was erased.

    Attributes:
        complaints: How many complaints.
        versions: How many versions of them.
        quarantined: How many quarantined payloads that held the contact.
        own_files: Landing files that held nothing else; the caller deletes them.
        shared_files: Landing files that hold records of others too, and so still hold theirs.
    """

    complaints: int
    versions: int
    quarantined: int
    own_files: tuple[str, ...]
    shared_files: tuple[str, ...]


def forget(connection: Connection, reporter: str, now: datetime) -> Erasure:
    """Erase the reporter who is reached at a contact, or who holds a tracking number.

    A complaint whose reporter left no contact and no account is erased by its number alone: a name is shared.

    Args:
        connection: Open connection; the caller owns the transaction.
        reporter: Telephone number, e-mail address or account id as the reporter gave it, or a tracking number.
        now: When.

    Raises:
        ForgetError: Nobody is known by that, or records still wait for their decision.
    """
    connection.execute("lock table raw.pending in exclusive mode")
    if connection.execute("select from raw.pending limit 1").fetchone() is not None:
        raise ForgetError("Expected every record decided, found some waiting. Run jsc run, then forget again.")
    contacts = _contacts(connection, reporter)
    keys = joined_keys(connection, [key for contact in contacts for key in keys_of_contact(contact, CHANNELS)])
    complaints = _complaints(connection, reporter, keys)
    quarantined = _erase_quarantined(connection, {*contacts, *_contacts_of(connection, keys)})
    if not complaints and not quarantined:
        raise ForgetError(
            "Expected a contact, account or tracking number of a reporter, found nothing of theirs. Give it as the"
            " reporter wrote it, or the number of one of their complaints."
        )
    own, shared = _files(connection, complaints)
    again, replies = _by_possible_ids(connection, complaints), _replies(connection, complaints)
    versions = _erase_complaints(connection, complaints)
    erase_accounts(connection, keys)
    rows = [(complaint, now) for complaint in {*again, *replies}]
    merge_rows(connection, "ledger.forgotten", ["complaint_id", "forgotten_at"], rows, key=["complaint_id"])
    return Erasure(len(complaints), versions, quarantined, own, shared)


def _by_possible_ids(connection: Connection, complaints: Collection[UUID]) -> set[UUID]:
    """These complaints, by every id under which their records would come again."""
    rows = connection.execute(
        """
        select complaints.channel, complaints.source_record_id, payloads.payload
        from ledger.complaints
        inner join private.payloads using (inbox_id)
        where complaints.complaint_id = any(%s)
        """,
        [list(complaints)],
    )
    return set(complaints) | {
        complaint_id_for(channel, source_record_id)
        for channel, source, payload in rows
        for source_record_id in possible_ids(channel, Record(source, payload))
    }


def delete_files(landing: Path, paths: Collection[str]) -> None:
    """Delete landing files that held nothing but records of the erased reporter."""
    for path in paths:
        (landing / path).unlink(missing_ok=True)


def _contacts(connection: Connection, reporter: str) -> list[str]:
    if not is_number(reporter):
        return [reporter]
    rows = connection.execute(
        """
        select distinct reporter_contact
        from private.complaints
        inner join ledger.tracking_numbers using (complaint_id)
        where tracking_number = %s and reporter_contact is not null
        """,
        [reporter.strip().upper()],
    ).fetchall()
    return [contact for (contact,) in rows]


def _contacts_of(connection: Connection, keys: Collection[str]) -> list[str]:
    """Contacts and accounts under which a reporter's complaints came."""
    rows = connection.execute(
        "select distinct reporter_contact from private.complaints"
        " where reporter_key = any(%s) and reporter_contact is not null",
        [list(keys)],
    ).fetchall()
    return [contact for (contact,) in rows]


def _complaints(connection: Connection, reporter: str, keys: Collection[str]) -> list[UUID]:
    number = reporter.strip().upper() if is_number(reporter) else None
    rows = connection.execute(
        """
        select complaint_id from private.complaints where reporter_key = any(%s)
        union
        select complaint_id from ledger.tracking_numbers where tracking_number = %s
        """,
        [list(keys), number],
    ).fetchall()
    known = {complaint for (complaint,) in connection.execute("select complaint_id from ledger.forgotten")}
    return [complaint for (complaint,) in rows if complaint not in known]


def _replies(connection: Connection, complaints: Collection[UUID]) -> list[UUID]:
    """Messages that completed these complaints, as the complaints that they would be if they came again."""
    rows = connection.execute(
        """
        select inbox.channel, inbox.source_record_id from ledger.complaints
        inner join raw.inbox using (inbox_id)
        where complaints.complaint_id = any(%s)
            and (inbox.channel, inbox.source_record_id) <> (complaints.channel, complaints.source_record_id)
        """,
        [list(complaints)],
    )
    return [complaint_id_for(channel, source_record_id) for channel, source_record_id in rows]


def _erase_quarantined(connection: Connection, contacts: Collection[str]) -> int:
    spellings = {
        spelling.casefold().encode()
        for contact in contacts
        for spelling in contact_spellings(contact)
        if len(spelling) >= LEAST_LETTERS
    }
    numbers = {number.removeprefix(HOME_CODE).encode() for each in contacts if (number := read_telephone(each))}
    rows = connection.execute("select quarantine_id, payload from private.quarantined_payloads")
    theirs = [number for number, payload in rows if _holds(_legible(payload), spellings, numbers)]
    connection.execute("delete from private.quarantined_payloads where quarantine_id = any(%s)", [theirs])
    return len(theirs)


def _holds(text: bytes, spellings: Collection[bytes], numbers: Collection[bytes]) -> bool:
    """Whether a payload holds a contact in one of its spellings, or a telephone number with whatever punctuation."""
    if any(each in text for each in spellings):
        return True
    unpunctuated = _BETWEEN_DIGITS.sub(b"", text) if numbers else b""
    return any(each in unpunctuated for each in numbers)


def _legible(payload: bytes) -> bytes:
    """Lower-case bytes to search in; a mail is kept as base64."""
    try:
        return base64.b64decode(json.loads(payload)["raw_base64"], validate=True).lower()
    except (ValueError, LookupError, TypeError):
        return payload.lower()


def _files(connection: Connection, complaints: Collection[UUID]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Landing files that hold records of these complaints only, and those that hold others too."""
    rows = connection.execute(
        """
        with theirs as (
            select inbox_id from ledger.complaints where complaint_id = any(%(complaints)s)
            union
            select inbox_id from ledger.set_aside where complaint_id = any(%(complaints)s)
        ),
        files as (select distinct file_id from raw.inbox inner join theirs using (inbox_id))
        select
            landing_files.path,
            bool_and(theirs.inbox_id is not null)
            and not exists (
                select from raw.quarantine
                where quarantine.channel = landing_files.channel
                    and split_part(quarantine.origin, '#', 1) = landing_files.path
            )
        from files
        inner join raw.landing_files using (file_id)
        inner join raw.inbox using (file_id)
        left join theirs using (inbox_id)
        group by landing_files.path, landing_files.channel
        order by landing_files.path
        """,
        {"complaints": list(complaints)},
    ).fetchall()
    own = tuple(path for path, is_own in rows if is_own)
    return own, tuple(path for path, is_own in rows if not is_own)


ERASE = (
    # A model holds words of what taught it: the next training makes one without theirs.
    "update ledger.routing_models set model = null, is_published = false where model is not null",
    "delete from ledger.spots where complaint_id = any(%(complaints)s)",
    """
    update private.complaints
    set reporter_key = null, reporter_name = null, reporter_contact = null, address = null, title = null,
        description = '', photo_urls = '{}'
    where complaint_id = any(%(complaints)s)
    """,
    """
    with theirs as (
        select inbox_id from ledger.complaints where complaint_id = any(%(complaints)s)
        union
        select inbox_id from ledger.set_aside where complaint_id = any(%(complaints)s)
    ),
    payloads as (delete from private.payloads using theirs where payloads.inbox_id = theirs.inbox_id),
    photos as (delete from ledger.photos using theirs where photos.inbox_id = theirs.inbox_id)
    update raw.inbox
    set source_record_id = %(forgotten)s || ':' || inbox.inbox_id
    from theirs where inbox.inbox_id = theirs.inbox_id
    """,
    """
    update raw.case_events
    set source_record_id = %(forgotten)s || ':' || complaints.complaint_id
    from ledger.complaints
    where complaints.complaint_id = any(%(complaints)s) and complaints.version = 1
        and case_events.channel = complaints.channel
        and case_events.source_record_id = complaints.source_record_id
    """,
    """
    update ledger.complaints
    set source_record_id = %(forgotten)s || ':' || complaint_id, text_hash = %(forgotten)s,
        latitude = null, longitude = null
    where complaint_id = any(%(complaints)s)
    """,
)


def _erase_complaints(connection: Connection, complaints: Collection[UUID]) -> int:
    versions = 0
    for statement in ERASE:
        parameters = {"complaints": list(complaints), "forgotten": FORGOTTEN}
        versions = connection.execute(statement.encode(), parameters).rowcount
    return versions
