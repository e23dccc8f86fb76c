"""Small inputs of LAPOR!'s kinds, each with what is expected of it, decided by the whole triage.

The folders lie beside the checkout; the kinds are tested with inputs of their own beside the channel and the places.
"""

import pytest

from assets.city import city_folder
from assets.clock import city_zone
from assets.complaints.channels.lapor import parse, split
from assets.complaints.model import Decision, Report
from assets.complaints.triage.again import Known
from assets.complaints.triage.batch import triage
from assets.complaints.triage.desk import Desk
from assets.complaints.triage.message import ELSEWHERE
from assets.complaints.triage.model import IntakeReport
from assets.complaints.triage.verdict import Verdict
from assets.reference import load_reference
from assets.sources.records import Record
from tests.unit.cases.folder import case_folder

pytestmark = pytest.mark.jakarta


def records(case: str) -> list[Record]:
    """The records of a case's export."""
    file = case_folder(case) / "lapor" / "a.csv"
    entries = split(file.read_bytes(), file.name)
    assert all(isinstance(entry, Record) for entry in entries)
    return [entry for entry in entries if isinstance(entry, Record)]


def reports(case: str) -> list[Report]:
    read = [parse(record) for record in records(case)]
    assert all(isinstance(report, Report) for report in read)
    return [report for report in read if isinstance(report, Report)]


def decide(case: str) -> list[Verdict]:
    told = reports(case)
    incoming = [IntakeReport(number, "lapor", report.reported_at, report) for number, report in enumerate(told)]
    return triage(incoming, lambda filed, quoted: Known(), Desk.of(load_reference(city_folder())))


@pytest.mark.parametrize("case", ["h-01"])
def test_no_name_of_the_anonymous_is_stored_and_no_title_is_lost(case):
    assert not [record for record in records(case) if "Nama " in str(record.payload)]
    told = reports(case)
    assert [report.reporter_name for report in told] == [None] * 3
    assert [report.title for report in told] == ["Pungutan liar di loket", "Atasan minta uang", "Jalan berlubang"]
    assert [verdict.decision for verdict in decide(case)] == [Decision.ACCEPTED] * 3
    assert decide(case)[2].route.category_code == "jalan"


@pytest.mark.parametrize("case", ["h-02"])
def test_another_city_is_not_ours(case):
    verdicts = decide(case)
    assert [(verdict.decision, verdict.reasons) for verdict in verdicts] == [(Decision.REJECTED, (ELSEWHERE,))] * 4
    assert [verdict.place.kecamatan_code for verdict in verdicts] == [None] * 4
    assert [verdict.again.links for verdict in verdicts] == [()] * 4


@pytest.mark.parametrize("case", ["h-05"])
def test_the_export_runs_in_utc(case):
    # "Selamat malam" at 11:30, "siang" at 04:10, "pagi" at 22:30 of the day before.
    local = [report.reported_at.astimezone(city_zone()) for report in reports(case)]
    assert [f"{at:%d %H:%M}" for at in local] == ["05 18:30", "05 11:10", "06 05:30"]
