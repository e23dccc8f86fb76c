"""A trial day: exactly as many complaints as asked for, every channel, nothing that its truth does not tell."""

from collections import Counter
from datetime import date, timedelta

import pytest

from sample_city.channels.registry import CHANNELS
from sample_city.day import TrialDay, acceptance_day
from sample_city.reference import Reference

DAY = date(2021, 6, 8)
COUNT = 600


@pytest.fixture(scope="module")
def trial(reference: Reference) -> TrialDay:
    return acceptance_day(reference, DAY, COUNT, seed=4)


def test_the_day_has_its_complaints_on_every_channel(trial: TrialDay) -> None:
    assert len(trial.complaints) == len({complaint.name for complaint in trial.complaints}) == COUNT
    assert {complaint.channel for complaint in trial.complaints} == set(CHANNELS)
    assert {complaint.reported_at.date() for complaint in trial.complaints} == {DAY}


def test_every_channel_delivers_its_complaints_and_one_item_that_cannot_be_read(trial: TrialDay) -> None:
    items = Counter(item.channel for item in trial.items)
    complaints = Counter(complaint.channel for complaint in trial.complaints)
    assert all(items[channel] > complaints[channel] for channel in CHANNELS)
    assert Counter(item.channel for item in trial.extras.unreadable) == dict.fromkeys(CHANNELS, 1)
    assert all(item.at.date() - DAY <= timedelta(days=1) for item in trial.items)
    pushed = {item.channel for item in trial.items if item.is_pushed}
    assert pushed == {"facebook", "instagram", "whatsapp", "portal"}


def test_agencies_book_events_on_accepted_complaints_of_the_day(trial: TrialDay) -> None:
    names = {complaint.name for complaint in trial.complaints if complaint.accepted_at}
    assert trial.events
    assert {f"{event.channel}/{event.source_record_id}" for event in trial.events} <= names
    assert {event.occurred_at.date() for event in trial.events} == {DAY}


def test_the_same_day_comes_again(reference: Reference, trial: TrialDay) -> None:
    assert acceptance_day(reference, DAY, COUNT, seed=4) == trial
