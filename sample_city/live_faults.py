"""What can go wrong with the senders of a city whose time runs.

Belongs here: the faults' names, so light that a command line can name them.
Does not belong here: what each does, and when (live.py).
"""

from enum import StrEnum


class LiveFault(StrEnum):
    """What can go wrong with the senders; each is on in two of every six hours."""

    CHANNEL_DOWN = "channel_down"  # JAKI answers nothing but errors
    FLOOD = "flood"  # Qlue delivers thousands of reports
    PROVIDER_DOWN = "provider_down"  # half of the cameras answer nobody
    POISON = "poison"  # what Jakarta Aman delivers cannot be read
