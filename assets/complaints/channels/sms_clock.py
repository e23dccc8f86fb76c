"""The clock of an SMS gateway, held against that of its database.

Belongs here: by how many hours the two differ. Does not belong here: reading messages (sms.py).

SMSD writes when a message came in the zone of its own process, PostgreSQL when the row was written in that of the
session: a message that is read at once and stands hours off tells that the zone of JSC_SMS_ZONE is not the gateway's.
"""

import math
from datetime import timedelta

import psycopg

from assets.sources.settings import SmsSource

# A modem hands over within minutes; what waited at the network for a telephone that was off comes later.
NEWEST = 100
TOLERANCE = timedelta(minutes=5)

DIFFERENCE = """
with newest as (select "UpdatedInDB", "ReceivingDateTime" from inbox order by "ID" desc limit %(newest)s)
select min(("UpdatedInDB" at time zone current_setting('TimeZone')) - ("ReceivingDateTime" at time zone %(zone)s))
from newest
"""


def hours_off(source: SmsSource) -> int:
    """Count the whole hours by which messages are read too early (too late below 0); 0 where nothing shows it.

    Raises:
        psycopg.Error: No database, or no inbox in it.
    """
    with psycopg.connect(
        source.url or "",
        password=source.password.get_secret_value() if source.password else None,
        connect_timeout=math.ceil(source.timeout_s),
    ) as connection:
        connection.read_only = True
        row = connection.execute(DIFFERENCE, {"newest": NEWEST, "zone": source.zone.key}).fetchone()
    delay: timedelta | None = row[0] if row else None
    if delay is None:
        return 0
    hours = round(delay / timedelta(hours=1))
    return hours if abs(delay - timedelta(hours=hours)) <= TOLERANCE else 0
