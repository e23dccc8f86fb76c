"""Small inputs of kinds of tables that real desks and exports send, each with what is expected of it.

The folders lie beside the checkout; the kinds are tested with inputs of their own in tests/unit/assets/sources.
"""

from pathlib import Path

import pytest

from assets.complaints.channels.registry import CHANNELS
from assets.complaints.model import Report
from assets.sources.records import Record, Unreadable
from tests.unit.cases.folder import case_folder

SUFFIXES = (".csv", ".xlsx")
MORNING, START_OF_DAY = "2026-11-27T01:05", "2026-11-26T17:00"
SATURDAY, START_OF_SATURDAY = "2026-11-28T01:05", "2026-11-27T17:00"

# Of each folder: the reports by id and the minute (UTC) in which they came.
EXPECTED = {
    "08": {f"kebonsirih/2026/{number}": MORNING for number in (101, 102, 103)},
    "10": {"kebonsirih/2026/101": MORNING},
    "18": {f"kebonsirih/2026/{number}": MORNING for number in (101, 102, 103)},
    "19": {"kebonsirih/2026/101": MORNING},
    "20": {
        "kebonsirih/2026/201": SATURDAY,
        "kebonsirih/2026/202": "2026-02-27T17:00",
        **{f"kebonsirih/2026/{number}": START_OF_SATURDAY for number in (203, 204, 205, 206, 208)},
        "kebonsirih/2026/207": "2026-09-27T17:00",
        **{f"kebonsirih/2026/{number}": SATURDAY for number in (209, 210, 211)},
        "8412400": "2026-11-27T08:05",
        "8412401": MORNING,
        "8412402": MORNING,
    },
    "21": {"8412345": None},
    "22": {"8412345": None, "8412346": None},
    "23": {"8412345": None},
    "46": {"kebonsirih/2026/101": MORNING},
}


def read(folder: Path) -> tuple[list[Report], list[Unreadable]]:
    reports, refused = [], []
    for file in sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES):
        channel = CHANNELS[file.parent.name]
        for entry in channel.split(file.read_bytes(), file.name):
            if isinstance(entry, Record):
                report = channel.parse(entry)
                assert isinstance(report, Report)
                reports.append(report)
            elif isinstance(entry, Unreadable):
                refused.append(entry)
    return reports, refused


@pytest.mark.parametrize("case", EXPECTED)
def test_case(case):
    reports, refused = read(case_folder(case))
    # The zone of LAPOR!'s clock is a setting; a moment with an offset, and a desk's, is what it says.
    told = {report.source_record_id: f"{report.reported_at:%Y-%m-%dT%H:%M}" for report in reports}
    expected = EXPECTED[case]
    assert {key: moment for key, moment in told.items() if expected.get(key)} == {
        key: moment for key, moment in expected.items() if moment
    }
    assert set(expected) <= set(told)
    assert all(report.description for report in reports)
    assert [entry.origin for entry in refused] == (["password.xlsx"] if case == "46" else [])
    assert all("without a password" in entry.reason for entry in refused)


def test_case_19_keeps_the_telephone_number():
    assert [report.reporter_contact for report in read(case_folder("19"))[0]] == ["081200000009"]
