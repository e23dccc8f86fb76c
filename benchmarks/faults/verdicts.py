"""What must hold behind every fault, read from the tables.

Belongs here: sums, numbers, panels, and all that a fault could lose or double. Does not belong here: the faults.
"""

from collections.abc import Callable
from typing import Any

import psycopg

State = dict[str, list[tuple[Any, ...]]]

# What a fault could lose, double or change. Keys that the database deals out are left out: their order is a run's own.
STATE = {
    "inbox": "select channel, source_record_id, content_hash from raw.inbox order by 1, 2, 3",
    "payloads": "select count(*) from private.payloads",
    "quarantine": "select channel, origin, content_hash, reason from raw.quarantine order by 1, 2, 3",
    "pending": "select count(*) from raw.pending",
    "decisions": "select complaint_id, version, decision, duplicate_of, relapse_of, category_code, skpd_code,"
    " kelurahan_code from ledger.complaints order by 1, 2",
    "people": "select complaint_id, version from private.complaints order by 1, 2",
    "set aside": "select channel, reason, count(*) from ledger.set_aside group by 1, 2 order by 1, 2",
    "numbered": "select complaint_id from ledger.tracking_numbers order by 1",
    "messages": "select complaint_id, version, kind, state from ledger.message_states order by 1, 2, 3",
    "waiting messages": "select count(*) from ledger.outbox",
    "status events": "select count(*), md5(string_agg(told, ';' order by told)) from (select (to_jsonb(one)"
    " - 'batch_id' - 'received_at')::text as told from raw.case_events as one) as events",
    "tickets": "select count(*), md5(string_agg(told, ';' order by told)) from (select (to_jsonb(one)"
    " - 'batch_id' - 'received_at')::text as told from raw.tickets as one) as tickets",
    "observations": "select camera_id, slot_start, captured_at, status, density_share, jam_index"
    " from raw.camera_observations order by 1, 2, 3",
}

# Per channel: what was received by the batches' own counts, what lies in the tables, and what became of it.
ACCOUNTS = """
with told as (
    select channel, sum(record_count - repeated_count) as received from raw.batches
    where channel in (select channel from raw.inbox union select channel from raw.quarantine)
    group by channel
),
booked as (
    select
        inbox.channel,
        count(*) as kept,
        count(*) filter (where decision = 'accepted') as accepted,
        count(*) filter (where decision = 'returned') as returned,
        count(*) filter (where decision = 'rejected') as rejected,
        count(set_aside.inbox_id) as set_aside,
        count(pending.inbox_id) as pending
    from raw.inbox
    left join ledger.complaints using (inbox_id)
    left join ledger.set_aside using (inbox_id)
    left join raw.pending using (inbox_id)
    group by inbox.channel
),
held as (
    select channel, count(*) as quarantined from raw.quarantine where replayed_at is null group by channel
)
select
    channel, coalesce(received, 0), coalesce(accepted, 0), coalesce(returned, 0), coalesce(rejected, 0),
    coalesce(booked.set_aside, 0), coalesce(quarantined, 0), coalesce(pending, 0), coalesce(kept, 0)
from booked
full join held using (channel)
full join told using (channel)
where channel not in ('case_events', 'tickets')
order by channel
"""


class BrokenError(Exception):
    """Something does not hold behind a fault."""


def state(url: str) -> State:
    """Everything that a fault could lose or double."""
    with psycopg.connect(url) as connection:
        return {name: connection.execute(query.encode()).fetchall() for name, query in STATE.items()}


def accounted(connection: psycopg.Connection) -> str:
    """Received = accepted + returned + rejected + set aside + quarantined + pending, in every channel."""
    total = 0
    for channel, received, *outcomes, kept in connection.execute(ACCOUNTS):
        quarantined = outcomes[4]
        if received != sum(outcomes) or kept + quarantined != received:
            raise BrokenError(f"{channel}: received {received}, kept {kept}, outcomes {outcomes}")
        total += received
    return f"{total:,}"


def numbered(connection: psycopg.Connection) -> str:
    """Each complaint has one number, and no number was issued twice."""
    [(complaints, with_number, numbers, issued)] = connection.execute(
        """
        select
            count(distinct complaints.complaint_id), count(distinct numbers.complaint_id),
            count(distinct tracking_number), (select count(*) from ledger.tracking_numbers)
        from ledger.complaints left join ledger.tracking_numbers as numbers using (complaint_id)
        """
    ).fetchall()
    if not complaints == with_number == numbers == issued:
        raise BrokenError(f"{complaints} complaints, {with_number} with a number, {numbers} numbers, {issued} issued")
    return f"{complaints:,}"


def complete(connection: psycopg.Connection) -> str:
    """Every camera has every slot between the first and the last that were swept, with a picture or without one."""
    rows = connection.execute(
        """
        with span as (
            select min(slot_start) as first, max(slot_start) as last from raw.camera_observations
        )
        select
            count(distinct camera_id) * (select extract(epoch from last - first) / 600 + 1 from span),
            count(distinct (camera_id, slot_start))
        from raw.camera_observations
        """
    ).fetchall()
    [(expected, found)] = rows
    if (expected or 0) != found:
        raise BrokenError(f"expected {expected} pairs of camera and slot, found {found}")
    return f"{found:,}"


CHECKS: dict[str, Callable[[psycopg.Connection], str]] = {
    "accounted for": accounted,
    "numbers": numbered,
    "camera slots": complete,
}


def check(url: str) -> list[str]:
    """What each check counted, in the order of CHECKS.

    Raises:
        BrokenError: One of them does not hold.
    """
    told = []
    with psycopg.connect(url) as connection:
        for name, holds in CHECKS.items():
            try:
                told.append(holds(connection))
            except BrokenError as error:
                raise BrokenError(f"{name}: {error}") from error
    return told


def alike(expected: State, found: State) -> None:
    """Nothing is lost, doubled or changed.

    Raises:
        BrokenError: Some table differs.
    """
    for name, rows in expected.items():
        if rows != found[name]:
            lost, more = set(rows) - set(found[name]), set(found[name]) - set(rows)
            raise BrokenError(f"{name}: lost {len(lost)} {_some(lost)}, made up {len(more)} {_some(more)}")


def _some(rows: set[tuple[Any, ...]]) -> list[str]:
    return sorted(map(str, rows))[:2]


def contained(expected: State, found: State) -> None:
    """All records are there, whatever came beside them; which complaint one completes may depend on what came before.

    Raises:
        BrokenError: One is lost.
    """
    lost = set(expected["inbox"]) - set(found["inbox"])
    if lost:
        raise BrokenError(f"inbox: lost {len(lost)} {_some(lost)}")
