"""One day of the city as a trial of a whole platform: how many complaints it is asked for, on every channel.

Belongs here: a day with its items and its truth, in memory.
Does not belong here: a city on disk (city.py), servers.
"""

from dataclasses import dataclass
from datetime import date

from sample_city.cases import CaseEvent, case_events
from sample_city.channels.registry import CHANNELS
from sample_city.complaints import Planner
from sample_city.feeds import feed_day
from sample_city.model import Complaint, Extras, Item
from sample_city.reference import Reference


@dataclass(frozen=True)
class TrialDay:
    """A day.

    Attributes:
        complaints: What is reported, with its truth, in the order of reporting.
        items: What the vendors have to give, by channel and time.
        extras: What of it is no complaint, and what cannot be read.
        events: What the agencies book on the day's cases, on that day.
    """

    complaints: list[Complaint]
    items: list[Item]
    extras: Extras
    events: list[CaseEvent]


def acceptance_day(reference: Reference, day: date, count: int = 10_000, seed: int = 2019) -> TrialDay:
    """A day of exactly so many complaints over all channels, whether they are still open or not.

    Args:
        reference: The city.
        day: The city's; counters are closed on days off.
        count: Complaints, copies among them.
        seed: One seed, one day.
    """
    complaints = Planner(reference, seed).plan_day(
        day, count, [code for code in CHANNELS if code in reference.channels]
    )
    extras = Extras(zone=reference.zone)
    items = feed_day(day, complaints, seed, extras)
    events = [event for one in complaints for event in case_events(one, reference.agencies, seed)]
    of_day = [event for event in events if event.occurred_at.date() == day]
    return TrialDay(complaints, items, extras, sorted(of_day, key=lambda event: event.occurred_at))
