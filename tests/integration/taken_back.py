"""What a channel says of a report after it came in: that it was hidden, shown again or removed.

Belongs here: having it said. Does not belong here: what follows from it (the tests).
"""

from collections.abc import Iterable

import psycopg

SAID = """
    with inbox as (
        insert into raw.inbox (channel, source_record_id, content_hash, fetched_at, batch_id, is_synthetic)
        values ('facebook', 'said of ' || %(complaint)s, %(hours)s::text, now(), '1', true)
        returning inbox_id
    )
    insert into ledger.set_aside (inbox_id, channel, reason, complaint_id, occurred_at, decided_at, batch_id)
    select inbox_id, 'facebook', %(reason)s, %(complaint)s, now() + make_interval(hours => %(hours)s), now(), '1'
    from inbox
"""


def say(url: str, number: str, reasons: Iterable[str]) -> None:
    """Have the channel of a tracking number say one thing after the other, an hour between them."""
    with psycopg.connect(url) as owner:
        [(complaint,)] = owner.execute(
            "select complaint_id from ledger.tracking_numbers where tracking_number = %s", [number]
        ).fetchall()
        for hours, reason in enumerate(reasons):
            owner.execute(SAID, {"complaint": complaint, "hours": hours, "reason": reason})
