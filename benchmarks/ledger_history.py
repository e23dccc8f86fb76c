"""A ledger of any size, grown in SQL from a few thousand complaints that were really decided.

Belongs here: copying decided complaints into the past with ids, texts and reporters of their own.
Does not belong here: what is measured on it (intake.py, marts.py).

Each copy lies on its own days before the original, so that a day of the past holds as many complaints as a day of the
city; spots, agencies and areas stay, as they do in a city whose lamps fail again.
"""

from datetime import timedelta

from psycopg import Connection

COPIES = (
    """
    insert into raw.inbox (inbox_id, channel, source_record_id, content_hash, fetched_at, batch_id, is_synthetic)
    overriding system value
    select inbox_id + %(offset)s, channel, source_record_id || '-' || %(copy)s, md5(content_hash || %(copy)s),
        fetched_at - %(shift)s, 'history', is_synthetic
    from raw.inbox where inbox_id <= %(last)s
    """,
    """
    insert into private.payloads
    select inbox_id + %(offset)s, '{}' from private.payloads where inbox_id <= %(last)s
    """,
    """
    create temporary table copied on commit drop as
    select (jsonb_populate_record(complaints, jsonb_build_object(
        'complaint_id', md5(complaint_id || %(copy)s),
        'inbox_id', inbox_id + %(offset)s,
        'source_record_id', source_record_id || '-' || %(copy)s,
        'text_hash', md5(text_hash || %(copy)s),
        'reported_at', reported_at - %(shift)s,
        'fetched_at', fetched_at - %(shift)s,
        'decided_at', decided_at - %(shift)s,
        'duplicate_of', md5(duplicate_of || %(copy)s),
        'relapse_of', md5(relapse_of || %(copy)s),
        'batch_id', 'history'
    ))).*
    from ledger.complaints where inbox_id <= %(last)s
    """,
    "insert into ledger.complaints select * from copied",
    """
    insert into private.complaints
    select (jsonb_populate_record(complaints, jsonb_build_object(
        'complaint_id', md5(complaint_id || %(copy)s), 'reporter_key', md5(reporter_key || %(copy)s)
    ))).*
    from private.complaints
    where complaint_id in (select complaint_id from ledger.complaints where inbox_id <= %(last)s)
    """,
    """
    insert into ledger.spots (spot, reported_at, complaint_id, category_code, latitude, longitude)
    select spot, reported_at - %(shift)s, md5(complaint_id || %(copy)s)::uuid, category_code, latitude, longitude
    from ledger.spots
    where complaint_id in (select complaint_id from ledger.complaints where inbox_id <= %(last)s)
    """,
    """
    insert into ledger.tracking_numbers
    select tracking_number || '-' || %(copy)s, md5(complaint_id || %(copy)s)::uuid, issued_at - %(shift)s, is_carried
    from base_numbers
    """,
    """
    insert into raw.case_events
    select (jsonb_populate_record(case_events, jsonb_build_object(
        'event_id', event_id || '-' || %(copy)s,
        'source_record_id', source_record_id || '-' || %(copy)s,
        'tracking_number', null,
        'occurred_at', occurred_at - %(shift)s,
        'booked_at', booked_at - %(shift)s,
        'promised_at', promised_at - %(shift)s,
        'received_at', received_at - %(shift)s,
        'batch_id', 'history'
    ))).*
    from base_events as case_events
    """,
)
# What is copied, read once and not found anew among all its copies.
BASES = (
    "create temporary table base_numbers as select * from ledger.tracking_numbers",
    "create temporary table base_events as select * from raw.case_events",
)


def grow(connection: Connection, size: int, days: int) -> int:
    """Copy what the ledger holds into the past until it holds `size` complaints; returns how many it then holds.

    Args:
        connection: Open connection, autocommit: each copy is a transaction.
        size: Complaints wanted, at least those that are there.
        days: That what is there lies on.
    """
    [(base, last)] = connection.execute("select count(*), max(inbox_id) from ledger.complaints").fetchall()
    for statement in BASES:
        connection.execute(statement.encode())
    for copy in range(1, size // base):
        parameters = {
            "copy": str(copy),
            "offset": copy * last,
            "last": last,
            "shift": timedelta(days=copy * days),
        }
        with connection.transaction():
            for statement in COPIES:
                connection.execute(statement.encode(), parameters)
    connection.execute("drop table base_numbers, base_events")
    connection.execute("select setval(pg_get_serial_sequence('raw.inbox', 'inbox_id'), max(inbox_id)) from raw.inbox")
    connection.execute("vacuum analyze")
    [(now,)] = connection.execute("select count(*) from ledger.complaints").fetchall()
    return int(now)
