"""What the sample delivers is what the platform's adapters read: every channel, to the last item."""

from collections import Counter
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from assets.complaints.channels.registry import CHANNELS
from assets.complaints.model import ChannelEvent, NotAReport, Report
from assets.sources.records import PayloadError, Record
from sample_city.channels.registry import CHANNELS as SAMPLED
from sample_city.complaints import Planner
from sample_city.landing import write_day
from sample_city.model import Complaint, Extras, SetAside
from sample_city.reference import Reference

# When the fourteen of 2021 were open, and a day on which the portal is.
DAYS = [*(date(2021, 6, 7) + timedelta(days=number) for number in range(4)), date(2026, 12, 2)]


class City:
    """Four days of landing files, and what the adapters make of them."""

    def __init__(self, reference: Reference, landing: Path) -> None:
        planner = Planner(reference, seed=5)
        self.extras = Extras()
        self.complaints: list[Complaint] = []
        for day in DAYS:
            of_day = planner.plan_day(day)
            write_day(landing, day, of_day, 5, self.extras)
            self.complaints += of_day
        self.reports: dict[str, dict[str, list[Report]]] = {channel: {} for channel in SAMPLED}
        self.aside: Counter[tuple[str, str, str]] = Counter()
        self.unreadable: Counter[str] = Counter()
        for channel in SAMPLED:
            for path in sorted((landing / channel).rglob("*.*")):
                self._read(channel, path, path.relative_to(landing).as_posix())

    def _read(self, channel: str, path: Path, origin: str) -> None:
        adapter = CHANNELS[channel]
        assert path.suffix in adapter.suffixes
        for entry in adapter.split(path.read_bytes(), origin):
            if not isinstance(entry, Record):
                self.unreadable[entry.origin.partition("#")[0]] += 1
                continue
            try:
                read = adapter.parse(entry)
            except PayloadError as error:
                pytest.fail(f"{channel}: {error}")
            if isinstance(read, Report):
                self.reports[channel].setdefault(read.source_record_id, []).append(read)
            elif isinstance(read, ChannelEvent):
                self.aside[channel, read.source_record_id, read.kind] += 1
            else:
                assert isinstance(read, NotAReport)
                self.aside[channel, entry.source_record_id, read.reason] += 1


@pytest.fixture(scope="module")
def taken_in(no_past: None, reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> City:
    return City(reference, tmp_path_factory.mktemp("landing"))


@pytest.mark.parametrize("channel", SAMPLED)
def test_every_complaint_is_read_and_nothing_else(taken_in: City, channel: str) -> None:
    planned = {x.source_record_id: x for x in taken_in.complaints if x.channel == channel}
    assert planned
    answers = {x.answer_id: x for x in planned.values() if x.answer}
    assert taken_in.reports[channel].keys() == planned.keys() | answers.keys()
    assert {name: [x.description for x in taken_in.reports[channel][name]] for name in answers} == {
        name: [complaint.answer] for name, complaint in answers.items()
    }
    for source_record_id, complaint in planned.items():
        versions = taken_in.reports[channel][source_record_id]
        assert complaint.reported_at.replace(second=0) in {x.reported_at.replace(second=0) for x in versions}
        texts = {" ".join(report.description.split()) for report in versions}
        assert " ".join(complaint.text.split()) in {text.removesuffix(" 🙏") for text in texts} or complaint.edited_text
        if complaint.edited_text and channel != "facebook":
            assert len(versions) == 2


def test_what_is_no_complaint_is_told_in_the_truth(taken_in: City) -> None:
    assert taken_in.aside == Counter((x.channel, kept_id(x), x.reason) for x in taken_in.extras.set_aside)
    assert {reason for _, _, reason in taken_in.aside} == {"reaction", "removed", "system_message", "direct_message"}


def kept_id(item: SetAside) -> str:
    """Of a WhatsApp message's state the hash of its id is kept: the id holds the number that the message went to."""
    is_state = (item.channel, item.reason) == ("whatsapp", "system_message")
    return sha256(item.source_record_id.encode()).hexdigest() if is_state else item.source_record_id


def test_what_cannot_be_read_is_told_in_the_truth(taken_in: City) -> None:
    assert taken_in.unreadable == Counter(item.origin.partition("#")[0] for item in taken_in.extras.unreadable)
    assert {item.channel for item in taken_in.extras.unreadable} >= set(SAMPLED) - {"email"}
