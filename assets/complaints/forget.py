"""Erasing a reporter on request (UU 27/2022, article 8): everywhere, with every count intact.

Belongs here: whose complaints they are, and what of them is erased. Does not belong here: the command (command/forget).

What stays is what no longer leads to a person: that a complaint was received, what was decided, its number, area,
category, agency and times. What the channel delivers of it again is not taken in.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg import Connection, sql

from assets.complaints.accounts import erase_accounts, joined_keys
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.complaint_id import complaint_id_for
from assets.complaints.model import Report
from assets.complaints.outbox.follows import erase_follows
from assets.complaints.record_ids import possible_ids
from assets.complaints.spellings import Spellings
from assets.complaints.trace_files import mask_files
from assets.complaints.traces import mask_tables, may_hold
from assets.complaints.tracking import is_number
from assets.complaints.triage.reporter import identities, keys_of_contact
from assets.sources.records import PayloadError, Record
from assets.storage import merge_rows

FORGOTTEN = "forgotten"

# What stands beside a person's contact or account and means the same person.
BESIDE = frozenset(
    {"email", "e-mail", "no telepon", "parent_user_id", "phone", "telepon", "user_id", "username", "wa_id"}
)


class ForgetError(Exception):
    """A reporter who cannot be erased now, or is not known."""


@dataclass(frozen=True)
class Erasure:
    """What was erased.

    Attributes:
        complaints: How many complaints.
        versions: How many versions of them.
        set_aside: How many records of theirs that were no complaint, such as private messages and reactions.
        quarantined: How many quarantined payloads that held the contact.
        followings: How many contacts of theirs that news went to.
        masked: How many values of others that named them.
        own_files: Landing files that held nothing else; the caller deletes them.
        shared_files: Landing files that hold records of others too, and so still hold theirs.
        masked_files: Landing files that they were taken out of, whether any of their records was read from there.
        spellings: How the person is written, for the search of what is left.
    """

    complaints: int
    versions: int
    set_aside: int
    quarantined: int
    followings: int
    masked: int
    own_files: tuple[str, ...]
    shared_files: tuple[str, ...]
    masked_files: tuple[str, ...]
    spellings: Spellings


def forget(connection: Connection, reporter: str, now: datetime, landing: Path) -> Erasure:
    """Erase the reporter who is reached at a contact, or who holds a tracking number.

    What others wrote stays, with the person's contacts and accounts taken out of it. A complaint whose reporter left no
    contact and no account is erased by its number alone: a name is shared.

    Args:
        connection: Open connection; the caller owns the transaction.
        reporter: Telephone number, e-mail address, account id or handle as the reporter gave it, or a tracking number.
        now: When.
        landing: The landing folder; a file may name the person though no record of theirs was read.

    Raises:
        ForgetError: Nobody is known by that, or records still wait for their decision.
    """
    connection.execute("lock table raw.pending in exclusive mode")
    waiting = "select 1 from raw.pending union all select 1 from private.arrivals limit 1"
    if connection.execute(waiting).fetchone() is not None:
        raise ForgetError("Expected every record decided, found some waiting. Run jsc run, then forget again.")
    contacts, keys = _person(connection, reporter)
    spellings = Spellings.of(contacts)
    complaints = _complaints(connection, reporter, keys)
    quarantined = _erase_quarantined(connection, spellings)
    own, shared = _files(connection, complaints)
    again, replies = _by_possible_ids(connection, complaints), _replies(connection, complaints)
    versions = _erase_complaints(connection, complaints)
    beside = _erase_set_aside(connection, spellings)
    erase_accounts(connection, keys)
    followings = erase_follows(connection, contacts, complaints)
    masked = mask_tables(connection, spellings)
    files = mask_files(connection, landing, spellings)
    if not (complaints or quarantined or beside or followings or masked or files):
        raise ForgetError(
            "Expected a contact, account or tracking number of a reporter, found nothing of theirs. Give it as the"
            " reporter wrote it, or the number of one of their complaints."
        )
    rows = [(complaint, now) for complaint in {*again, *replies, *beside}]
    merge_rows(connection, "ledger.forgotten", ["complaint_id", "forgotten_at"], rows, key=["complaint_id"])
    return Erasure(
        len(complaints), versions, len(beside), quarantined, followings, masked, own, shared, tuple(files), spellings
    )


def _person(connection: Connection, reporter: str) -> tuple[set[str], list[str]]:
    """Contacts and accounts of a reporter, and the keys of their complaints.

    Each complaint may tell of another contact of the same person, and that one of other complaints.
    """
    contacts = {*_contacts(connection, reporter), *_accounts_of_handle(connection, reporter)}
    while True:
        keys = joined_keys(connection, [key for one in contacts for key in keys_of_contact(one, CHANNELS)])
        told = contacts | {
            contact
            for report, payload in _reports(connection, _complaints(connection, reporter, keys))
            for contact in _told(report, payload)
        }
        if told == contacts:
            return contacts, keys
        contacts = told


def _reports(connection: Connection, complaints: Collection[UUID]) -> Iterator[tuple[Report, Any]]:
    """What the records of complaints say, with their payloads."""
    rows = connection.execute(
        """
        select inbox.channel, inbox.source_record_id, payloads.payload
        from ledger.complaints
        inner join raw.inbox using (inbox_id)
        inner join private.payloads using (inbox_id)
        where complaints.complaint_id = any(%s)
        """,
        [list(complaints)],
    ).fetchall()
    for channel, source, payload in rows:
        if (report := _parsed(channel, Record(source, payload))) is not None:
            yield report, payload


def _parsed(channel: str, record: Record) -> Report | None:
    try:
        content = CHANNELS[channel].parse(record)
    except PayloadError:
        return None
    return content if isinstance(content, Report) else None


def _told(report: Report, payload: Any) -> set[str]:
    """Contacts and accounts that a record tells of its reporter."""
    own = {told for told in (report.reporter_contact, report.reporter_handle) if told}
    return own | _beside(payload, identities(*own))


def _beside(value: Any, people: frozenset[str]) -> set[str]:
    """What stands beside one of a person's ids in the same object of a payload, or below it."""
    if isinstance(value, list):
        return {told for one in value for told in _beside(one, people)}
    if not isinstance(value, Mapping):
        return set()
    words = [str(one) for one in value.values() if isinstance(one, int | str)]
    if not people.isdisjoint(identities(*words)):
        return _named(value)
    return {told for one in value.values() for told in _beside(one, people)}


def _named(person: Mapping[str, Any]) -> set[str]:
    told = {
        str(one)
        for key, one in person.items()
        if key.casefold() in BESIDE and isinstance(one, int | str) and str(one).strip(" -")
    }
    return told.union(*(_named(one) for one in person.values() if isinstance(one, Mapping)))


def _accounts_of_handle(connection: Connection, reporter: str) -> set[str]:
    """Accounts of reporters of whom a channel told this handle beside the account."""
    handle = reporter.strip().removeprefix("@").casefold()
    if not handle or is_number(reporter):
        return set()
    rows = connection.execute(
        """
        select inbox.channel, inbox.source_record_id, payloads.payload
        from ledger.complaints
        inner join raw.inbox using (inbox_id)
        inner join private.payloads using (inbox_id)
        where position(to_json(%s::text)::text in lower(payloads.payload::text)) > 0
        """,
        [handle],
    ).fetchall()
    accounts: set[str] = set()
    for channel, source, payload in rows:
        report = _parsed(channel, Record(source, payload))
        told = _told(report, payload) if report is not None else set()
        if handle in {one.removeprefix("@").casefold() for one in told}:
            accounts |= told
    return accounts


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


def _contacts(connection: Connection, reporter: str) -> set[str]:
    if not is_number(reporter):
        return {reporter, reporter.strip().removeprefix("@")}
    rows = connection.execute(
        """
        select distinct reporter_contact
        from private.complaints
        inner join ledger.tracking_numbers using (complaint_id)
        where tracking_number = %s and reporter_contact is not null
        """,
        [reporter.strip().upper()],
    ).fetchall()
    return {contact for (contact,) in rows}


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


def _erase_quarantined(connection: Connection, spellings: Spellings) -> int:
    rows = connection.execute("select quarantine_id, payload from private.quarantined_payloads")
    theirs = [number for number, payload in rows if spellings.are_in(bytes(payload))]
    connection.execute("delete from private.quarantined_payloads where quarantine_id = any(%s)", [theirs])
    return len(theirs)


def _erase_set_aside(connection: Connection, spellings: Spellings) -> list[UUID]:
    """Erase records that are no complaint and name the person; return them as the complaints that they would be."""
    columns = sql.Identifier("payloads", "payload"), sql.Identifier("inbox", "source_record_id")
    rows = connection.execute(
        sql.SQL(
            """
            select inbox.inbox_id, inbox.channel, inbox.source_record_id, payloads.payload
            from ledger.set_aside
            inner join raw.inbox using (inbox_id)
            inner join private.payloads using (inbox_id)
            where {} or {}
            """
        ).format(*(may_hold(column, spellings) for column in columns))
    ).fetchall()
    theirs = [
        (inbox_id, complaint_id_for(channel, source))
        for inbox_id, channel, source, payload in rows
        if spellings.mask([source, payload], is_theirs=True) != [source, payload]
    ]
    numbers = [inbox_id for inbox_id, _ in theirs]
    connection.execute("delete from private.payloads where inbox_id = any(%s)", [numbers])
    connection.execute(
        "update raw.inbox set source_record_id = %s || ':' || inbox_id where inbox_id = any(%s)", [FORGOTTEN, numbers]
    )
    return [complaint for _, complaint in theirs]


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
    "delete from private.answers where complaint_id = any(%(complaints)s)",
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
    photos as (delete from ledger.photos using theirs where photos.inbox_id = theirs.inbox_id),
    known as (delete from raw.evidence_photos using theirs where evidence_photos.inbox_id = theirs.inbox_id),
    pictures as (
        delete from private.report_pictures using theirs where report_pictures.inbox_id = theirs.inbox_id
    )
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
