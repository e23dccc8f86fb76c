"""Status events and the vocabulary of statuses."""

import csv
import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.cases.events import CaseEvent, split
from assets.complaints.tracking import format_number
from assets.sources.records import Unreadable
from assets.statuses import CLOSED, IN_WORK, OPEN, CaseStatus, UnknownStatusError, status_named
from database.settings import PROJECT

SEED = PROJECT / "cities" / "indonesia" / "case_statuses.csv"
NUMBER, OTHER = (format_number(date(2026, 10, 19), number) for number in (7, 8))
SKPD = frozenset({"dinas_bina_marga", "kelurahan"})
EVENT = {
    "event_id": "e1",
    "complaint": {"tracking_number": NUMBER},
    "status": {"name": "Proses"},
    "skpd": {"code": "kelurahan"},
    "occurred_at": "2026-10-19T14:05:00+07:00",
}


def read(*events: object) -> list[CaseEvent | Unreadable]:
    return split(json.dumps({"data": list(events)}).encode(), "a.json", SKPD)


def test_an_event_names_its_complaint_by_number_or_by_source():
    by_source = {**EVENT, "complaint": {"channel": "jaki", "source_record_id": 9001}}
    moment = datetime(2026, 10, 19, 7, 5, tzinfo=UTC)
    assert read(EVENT, by_source) == [
        CaseEvent("e1", None, None, NUMBER, CaseStatus.PROSES, "kelurahan", moment, moment),
        CaseEvent("e1", "jaki", "9001", None, CaseStatus.PROSES, "kelurahan", moment, moment),
    ]


def test_a_version_says_when_it_was_booked_and_what_it_changes():
    told = {
        "booked_at": "2026-10-20T09:00:00+07:00",
        "is_withdrawn": True,
        "waits_for_reporter": True,
        "promised_at": "2026-11-01T00:00:00+07:00",
        "rating": 4,
    }
    [event] = read({**EVENT, **told})
    assert isinstance(event, CaseEvent)
    assert event.booked_at == datetime(2026, 10, 20, 2, tzinfo=UTC)
    assert (event.is_withdrawn, event.waits_for_reporter, event.rating) == (True, True, 4)
    assert event.promised_at == datetime(2026, 10, 31, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("booked_at", "gestern", "expected booked_at"),
        ("is_withdrawn", "ja", "expected is_withdrawn as true or false"),
        ("rating", 6, "expected rating as 1 to 5"),
        ("rating", True, "expected rating as 1 to 5"),
        ("photos", "a.jpg", "expected photos as a list of file names"),
        ("photos", ["../a.jpg"], "expected photos as a list of file names"),
        ("photos", ["/etc/passwd"], "expected photos as a list of file names"),
    ],
)
def test_a_version_that_cannot_be_read_is_held_with_its_reason(field, value, reason):
    [held] = read({**EVENT, field: value})
    assert isinstance(held, Unreadable)
    assert held.reason.startswith(reason)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"event_id": None}, "expected id, found none"),
        ({"complaint": {}}, "expected id, found none"),
        ({"complaint": {"channel": "jaki"}}, "expected id, found none"),
        ({"complaint": {"tracking_number": "99"}}, "expected a tracking number"),
        ({"status": {"name": "Beres"}}, "expected status menunggu, koordinasi"),
        ({"status": None}, "expected status as an object, found none"),
        ({"skpd": {"code": "dinas_x"}}, "expected an SKPD code of skpd.csv, found text of 7 characters"),
        ({"occurred_at": None}, "expected occurred_at as a moment, found none"),
        ({"occurred_at": "2026-10-19T14:05:00"}, "expected occurred_at as a moment"),
    ],
)
def test_a_broken_event_is_kept_with_its_reason_beside_the_good_ones(change, reason):
    bad, good = read({**EVENT, **change}, EVENT)
    assert isinstance(good, CaseEvent)
    assert (bad.origin, json.loads(bad.content)) == ("a.json#/data/0", {"data": [{**EVENT, **change}]})
    assert bad.reason.startswith(reason)


def test_an_export_in_csv_says_the_same_as_the_crm():
    export = (
        "event_id;tracking_number;channel;source_record_id;Status;skpd_code;occurred_at;is_withdrawn;rating\n"
        f"e1;{NUMBER};;;Proses;kelurahan;19 Oktober 2026 14.05;;\n"
        "e2;;jaki;9001;Selesai; kelurahan ;2026-10-19T14:05:00+07:00;ya;4\n"
    )
    second = {
        **EVENT,
        "event_id": "e2",
        "complaint": {"channel": "jaki", "source_record_id": "9001"},
        "status": {"name": "Selesai"},
        "is_withdrawn": True,
        "rating": 4,
    }
    assert split(export.encode(), "a.csv", SKPD) == read(EVENT, second)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"e1;{NUMBER};Beres;kelurahan;19/10/2026 14.05;;", "expected status menunggu, koordinasi"),
        (f"e1;{NUMBER};Proses;dinas_x;19/10/2026 14.05;;", "expected an SKPD code"),
        (f"e1;{NUMBER};Proses;kelurahan;kemarin;;", "expected occurred_at as a day"),
        (f"e1;{NUMBER};Proses;kelurahan;19/10/2026 14.05;vielleicht;", "expected is_withdrawn as true or false"),
        (f"e1;{NUMBER};Proses;kelurahan;19/10/2026 14.05;;gut", "expected rating as a number"),
        (f"e1;{NUMBER};Proses", "expected a row of 7 cells, found 3"),
    ],
)
def test_a_row_that_cannot_be_read_is_held_as_an_export_of_its_own(row, reason):
    header = "event_id;tracking_number;status;skpd_code;occurred_at;is_withdrawn;rating\n"
    good = f"e9;{OTHER};Proses;kelurahan;19/10/2026 14.05;tidak;5\n"
    held, read_well = split(f"{header}{row}\n{good}".encode(), "a.csv", SKPD)
    assert isinstance(read_well, CaseEvent)
    assert (held.origin, held.content) == ("a.csv#row 2", f"{header}{row}\n".encode())
    assert held.reason.startswith(reason)
    assert split(held.content, "a.csv", SKPD)[0].reason == held.reason


@given(st.text())
def test_any_text_below_a_header_is_read_or_refused_in_words(text):
    header = "event_id;tracking_number;status;skpd_code;occurred_at;is_withdrawn;rating\n"
    for item in split((header + text).encode("utf-8", "surrogatepass"), "a.csv", SKPD):
        assert isinstance(item, CaseEvent) or item.reason.startswith("expected ")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"data": {}}', b"MIT License"])
def test_a_file_that_holds_no_events_is_kept_whole(content):
    [item] = split(content, "a.json", SKPD)
    assert (item.origin, item.content) == ("a.json", content)


@given(st.dictionaries(st.sampled_from(sorted(EVENT)), st.none() | st.integers() | st.text() | st.lists(st.none())))
def test_any_value_in_any_field_is_read_or_refused_in_words(change):
    [item] = read({**EVENT, **change})
    assert isinstance(item, CaseEvent) or item.reason.startswith("expected ")


def test_every_status_is_in_one_of_three_sets():
    assert set(CaseStatus) == OPEN | IN_WORK | CLOSED
    assert len(OPEN) + len(IN_WORK) + len(CLOSED) == len(CaseStatus) == 8


def test_the_statuses_and_their_sets_equal_the_seed():
    with SEED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["status_code"] for row in rows} == set(CaseStatus)
    assert {row["status_code"] for row in rows if row["status_set"] == "open"} == OPEN
    assert {row["status_code"] for row in rows if row["status_set"] == "in_work"} == IN_WORK
    assert {status_named(row["status_name"]) for row in rows} == set(CaseStatus)


def test_a_status_that_the_city_lacks_is_refused():
    with pytest.raises(UnknownStatusError, match="expected one of menunggu"):
        status_named("beres")
