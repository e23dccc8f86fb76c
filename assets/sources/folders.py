"""Folders of the landing folder beside those of the channels.

Belongs here: their names. Does not belong here: their readers (cases, enforcement, traffic).
"""

CASE_EVENTS = "case_events"
AREA_HISTORY = "area_history"
TICKETS = "tickets"
EVIDENCE = "evidence"

BESIDE_CHANNELS = (CASE_EVENTS, AREA_HISTORY, TICKETS, EVIDENCE)
