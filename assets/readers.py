"""Which folder of the landing folder is read by which adapter.

Belongs here: the folder names. Does not belong here: the adapters.
"""

from collections.abc import Mapping

from assets.complaints.channels.registry import CHANNELS

CASE_EVENTS = "case_events"
AREA_HISTORY = "area_history"
TICKETS = "tickets"
EVIDENCE = "evidence"

READERS: Mapping[str, str] = {code: code for code in (*CHANNELS, CASE_EVENTS, AREA_HISTORY, TICKETS, EVIDENCE)}
