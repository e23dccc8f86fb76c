"""What followers of a kelurahan are told: how many public cases are new and were closed, at most once a day.

Belongs here: that count. Does not belong here: what is public (dbt: int_open_reports).

Nothing public is finer than five reports a cell: a count below `LEAST` is not told, and is counted again with what
comes after it. Everybody who follows a kelurahan is told of the same span, so that no two counts can be held against
each other.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from psycopg import Connection

from assets.cases.news.telling import CHANNEL_OF, Follower
from assets.cases.news.words import Vocabulary
from assets.complaints.outbox.answers import MessageKind
from assets.complaints.outbox.queue import Message, enqueue

LEAST = 5

FOLLOWED = """
    select kelurahan_code, follow_id, recipient_id, way, contact
    from private.follows
    inner join private.recipients using (recipient_id)
    where kelurahan_code is not null and confirmed_at is not null and stopped_at is null
    order by kelurahan_code, follow_id
"""
# One that nobody followed so far begins with what comes from now on.
BEGUN = """
    insert into ledger.kelurahan_digests (kelurahan_code, new_until, closed_until)
    select kelurahan_code, %(as_of)s, %(as_of)s from unnest(%(codes)s::text[]) as kelurahan_code
    on conflict do nothing
"""
COUNTED = """
    select digests.kelurahan_code, digests.new_until, digests.closed_until,
        count(*) filter (where decided_at > digests.new_until and decided_at <= %(as_of)s),
        count(*) filter (where ended_at > digests.closed_until and ended_at <= %(as_of)s),
        coalesce(bool_or(is_synthetic), false)
    from ledger.kelurahan_digests as digests
    left join lateral (
        select complaints.decided_at, coalesce(complaints.resolved_at, complaints.rejected_at) as ended_at,
            complaints.is_synthetic
        from marts.fct_complaints as complaints
        inner join intermediate.int_open_reports as reports on reports.complaint_id = complaints.complaint_id
        where complaints.kelurahan_code = digests.kelurahan_code and complaints.duplicate_of is null
            and reports.is_public
            and greatest(complaints.decided_at, complaints.resolved_at, complaints.rejected_at)
                > least(digests.new_until, digests.closed_until)
    ) as cases on true
    where digests.kelurahan_code = any(%(codes)s)
    group by digests.kelurahan_code
"""
TOLD = """
    update ledger.kelurahan_digests set
        new_until = case when %(new)s then %(as_of)s else new_until end,
        closed_until = case when %(closed)s then %(as_of)s else closed_until end
    where kelurahan_code = %(code)s
"""


def write_digests(connection: Connection, vocabulary: Vocabulary, batch_id: str, now: datetime) -> int:
    """Queue the digests of every kelurahan that somebody follows; returns how many messages."""
    followers: dict[str, list[Follower]] = defaultdict(list)
    for code, *row in connection.execute(FOLLOWED):
        followers[code].append(Follower(*row))
    [(as_of,)] = connection.execute("select max(as_of) from marts.fct_complaints").fetchall()
    if not followers or as_of is None:
        return 0
    asked = {"codes": list(followers), "as_of": as_of}
    connection.execute(BEGUN, asked)
    messages: list[Message] = []
    for code, new_since, closed_since, new, closed, is_synthetic in connection.execute(COUNTED, asked).fetchall():
        new, closed = (count if count >= LEAST else 0 for count in (new, closed))
        if new or closed:
            body = vocabulary.digest(code, (new, new_since), (closed, closed_since))
            connection.execute(TOLD, {"new": new > 0, "closed": closed > 0, "as_of": as_of, "code": code})
            messages += _to_followers(followers[code], body, f"Kabar Kelurahan {vocabulary.kelurahan(code)}",
                                      f"{code} {as_of.isoformat()}", is_synthetic=is_synthetic)  # fmt: skip
    return enqueue(connection, messages, batch_id, now)


def _to_followers(
    followers: Sequence[Follower], body: str, subject: str, occasion: str, *, is_synthetic: bool
) -> Iterator[Message]:
    for one in followers:
        yield Message(
            CHANNEL_OF[one.way], one.way, MessageKind.DIGEST, body, is_synthetic, recipient_id=one.recipient_id,
            follow_id=one.follow_id, occasion=occasion, subject=subject,
        )  # fmt: skip
