"""The shared cases of the social and message channels: each folder gives what its README expects."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from assets.complaints.channels.registry import CHANNELS
from assets.complaints.channels.whatsapp import WhatsappSource
from assets.complaints.model import NotAReport, Report
from assets.messages import vendors
from assets.messages.letter import Letter
from assets.sources.records import PayloadError, Record
from tests.unit.cases.folder import case_folder


def read(number: str) -> dict[str, str]:
    """By file and record of a case: its text, why it is set aside, or why it is refused."""
    files = [file for file in sorted(case_folder(number).glob("*/*")) if file.parent.name in CHANNELS]
    return {
        f"{file.name} {number}": told(entry, file.parent.name)
        for file in files
        for number, entry in enumerate(CHANNELS[file.parent.name].split(file.read_bytes(), file.name))
    }


def told(entry: Any, channel: str) -> str:
    if not isinstance(entry, Record):
        return f"unreadable: {entry.reason}"
    try:
        content = CHANNELS[channel].parse(entry)
    except PayloadError as error:
        return f"refused: {error}"
    if isinstance(content, NotAReport):
        return f"aside: {content.reason.value} {content.detail or ''}".strip()
    assert isinstance(content, Report)
    return content.description


EXPECTED = {
    "02": {"own-comment.json 0": "aside: own_voice", "own-post-graph.json 0": "aside: own_voice"},
    "30": {
        "calls.json 0": "aside: system_message calls",
        "echo.json 0": "aside: own_voice",
        "group.json 0": "aside: system_message group_participants_update",
        "user-id.json 0": "aside: system_message user_id_update",
    },
    "h-03": {
        "account_linking.json 0": "aside: system_message account_linking",
        "delivery.json 0": "aside: system_message delivery",
        "policy.json 0": "aside: system_message policy_enforcement",
        "postback.json 0": "aside: system_message postback",
    },
}


@pytest.mark.parametrize("number", EXPECTED)
def test_a_case_gives_what_it_expects(number):
    assert read(number) == EXPECTED[number]


def parsed(case: str, name: str) -> list[Report]:
    file = case_folder(case) / name
    channel = file.parent.name if file.parent.name in CHANNELS else "sms"
    return [CHANNELS[channel].parse(entry) for entry in CHANNELS[channel].split(file.read_bytes(), file.name)]


def test_32_the_moment_is_in_the_id():
    [report] = parsed("32", "x/a.json")
    assert report.reported_at == datetime(2025, 11, 19, 19, 58, 10, 991000, tzinfo=UTC)


def test_33_an_account_is_answered_by_its_id():
    [report] = parsed("33", "whatsapp/a.json")
    letter = Letter(1, "XX2611280001", report.source_record_id, report.reporter_handle, "Terima kasih.")
    _, sent = vendors.whatsapp(WhatsappSource(account_id="111"))(letter)
    assert (sent["recipient"], sent["recipient_type"], "to" in sent) == ("ID.2", "individual", False)


def test_m_01_long_messages_are_read_once():
    reports = parsed("m-01", "inbox.json")
    assert [report.description for report in reports] == ["satu dua tiga", "gsm dulu lalu é你"]


def test_m_02_the_zone_of_the_gateway_is_a_setting(monkeypatch):
    monkeypatch.setenv("JSC_SMS_ZONE", "UTC")
    row = {"ID": 1, "ReceivingDateTime": "2026-11-28 01:00:00", "SenderNumber": "+6281200000001", "TextDecoded": "Halo"}
    [record] = CHANNELS["sms"].split(json.dumps([row]).encode(), "a.json")
    assert CHANNELS["sms"].parse(record).reported_at == datetime(2026, 11, 28, 1, tzinfo=UTC)
