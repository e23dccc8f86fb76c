"""Ids of records that their writers chose: such an id names a record only together with who wrote it.

Belongs here: when two records of one id are two, and the id that the second then bears.
Does not belong here: who wrote a record and what tells it apart (channels/).

Broken mailers give every mail the same Message-ID, and newspapers' systems every letter the same guid. The first that
comes keeps the id as delivered, so that an ordinary id is what it always was and an answer can quote it. Another
author's, or another mail of the same author, bears the id with a mark made of its own content; a copy of it, or a
correction, bears the same, whenever it is read.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from psycopg import Connection

from assets.complaints.channels.channel import Authorship, Channel
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.complaint_id import complaint_id_for
from assets.sources.records import Record

# No Message-ID holds a blank.
_MARK = " by "


def bound_id(record: Record, authorship: Authorship) -> str:
    """The id of a record together with its author and the first thing that tells it apart."""
    own = "\x1f".join((authorship.author, *authorship.marks[:1]))
    return f"{record.source_record_id}{_MARK}{hashlib.sha256(own.encode()).hexdigest()[:16]}"


def is_same(one: Authorship, other: Authorship) -> bool:
    """Say that two records of one id are the same item: by one author, and alike in something.

    >>> is_same(Authorship("a@x", ("Monday", "text")), Authorship("a@x", ("Monday", "other text")))
    True
    >>> is_same(Authorship("a@x", ("Monday", "text")), Authorship("b@x", ("Monday", "text")))
    False
    """
    authors = {one.author, other.author} - {""}
    return len(authors) < 2 and not set(one.marks).isdisjoint(other.marks)


def own_ids(connection: Connection, code: str, records: Sequence[Record]) -> list[Record]:
    """Give each record an id that names it alone; most keep theirs."""
    channel = CHANNELS[code]
    if channel.authorship is None:
        return list(records)
    owners = _owners(connection, code, [record.source_record_id for record in records])
    others: dict[str, list[Record]] = {}
    named = []
    for record in records:
        owner = owners.setdefault(record.source_record_id, record)
        if owner is not None and _are_same(channel, record, owner):
            named.append(record)
            continue
        if record.source_record_id not in others:
            others[record.source_record_id] = _others(connection, code, record.source_record_id)
        kin = others[record.source_record_id]
        same = next((one.source_record_id for one in kin if _are_same(channel, record, one)), None)
        bound = replace(record, source_record_id=same or bound_id(record, _authorship(channel, record)))
        kin.append(bound)
        named.append(bound)
    return named


def _others(connection: Connection, code: str, source_record_id: str) -> list[Record]:
    """The records that bear an id with a mark."""
    rows = connection.execute(
        """
        select inbox.source_record_id, payloads.payload
        from raw.inbox
        inner join private.payloads using (inbox_id)
        where inbox.channel = %s and starts_with(inbox.source_record_id, %s)
        order by inbox.inbox_id
        """,
        [code, source_record_id + _MARK],
    )
    return [Record(source, payload) for source, payload in rows]


def _are_same(channel: Channel, one: Record, other: Record) -> bool:
    return one.payload == other.payload or is_same(_authorship(channel, one), _authorship(channel, other))


def _owners(connection: Connection, code: str, ids: Sequence[str]) -> dict[str, Record | None]:
    """Which record has each id; None where it was of somebody who is forgotten."""
    rows = connection.execute(
        """
        select distinct on (inbox.source_record_id) inbox.source_record_id, payloads.payload
        from raw.inbox
        inner join private.payloads using (inbox_id)
        where inbox.channel = %s and inbox.source_record_id = any(%s)
        order by inbox.source_record_id, inbox.inbox_id
        """,
        [code, list(ids)],
    )
    owners: dict[str, Record | None] = {source: Record(source, payload) for source, payload in rows}
    complaints = {complaint_id_for(code, source): source for source in ids if source not in owners}
    forgotten = connection.execute(
        "select complaint_id from ledger.forgotten where complaint_id = any(%s)", [list(complaints)]
    )
    return owners | {complaints[complaint]: None for (complaint,) in forgotten}


def _authorship(channel: Channel, record: Record) -> Authorship:
    # What cannot be read, for whatever reason, is nobody's and like nothing but itself.
    unread = Authorship("", (repr(record.payload),))
    try:
        return channel.authorship(record) if channel.authorship is not None else unread
    except Exception:  # booked on the record where it is read for its decision
        return unread


def possible_ids(code: str, record: Record) -> list[str]:
    """Ids under which a record would be taken in again, whoever has its own by then."""
    channel = CHANNELS[code]
    if channel.authorship is None or _MARK in record.source_record_id:
        return [record.source_record_id]
    return [record.source_record_id, bound_id(record, _authorship(channel, record))]
