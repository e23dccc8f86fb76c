"""What an officer types becomes the row of a workbook, and what it lacks is said by the words of triage."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from assets.complaints.channels.counter import KECAMATAN, KELURAHAN, parse
from assets.complaints.model import Missing
from assets.sources.records import Record
from portal.office.counter_drafts import LONGEST, CounterDraft, areas_around
from portal.office.visits import Officer

pytestmark = pytest.mark.jakarta

NOW = datetime(2026, 12, 2, 3, tzinfo=UTC)
GAMBIR = Officer("lurah", "Bu Lurah", "kelurahan", "Kelurahan", "31.71.01.1001", "Gambir", False)
CAMAT = Officer("camat", "Pak Camat", "kecamatan", "Kecamatan", "31.74.07", "Kebayoran Baru", False)
SOUND = {"text": "Lampu jalan mati", "name": "Rini Contoh"}


@pytest.mark.parametrize("officer", [GAMBIR, CAMAT])
@pytest.mark.parametrize(
    ("changed", "lacks"),
    [
        ({}, ()),
        ({"contact": "0812 0000 0001", "address": "Jl. Melati 5"}, ()),
        ({"name": ""}, (Missing.REPORTER,)),
        ({"name": "Anonim"}, (Missing.REPORTER,)),
        ({"text": "tolong pak"}, (Missing.PROBLEM,)),
        ({"text": "", "name": ""}, (Missing.REPORTER, Missing.PROBLEM)),
        # The rest is in the report that it completes.
        ({"text": "", "name": "", "completes": "jk 2603010001"}, ()),
        ({"text": "", "name": "", "completes": "laporan saya"}, (Missing.REPORTER, Missing.PROBLEM)),
    ],
)
def test_what_is_lacking_is_what_triage_would_ask_for(
    officer: Officer, changed: dict[str, str], lacks: tuple[Missing, ...]
) -> None:
    assert CounterDraft.of({**SOUND, **changed}, officer).lacks(NOW) == lacks


def test_the_place_is_the_officers_own_until_another_is_chosen() -> None:
    assert CounterDraft.new(GAMBIR).place_code == "31.71.01.1001"
    assert CounterDraft.of({"kelurahan": "31.71.99.9999"}, GAMBIR).place_code == "31.71.01.1001"
    assert CounterDraft.of({"kelurahan": "31.71.01.1002"}, GAMBIR).place_code == "31.71.01.1002"
    assert CounterDraft.new(CAMAT).place_code is None
    assert [area.name for area, _ in areas_around(CAMAT)][:2] == ["Kebayoran Baru", "Cakung"]
    assert sum(len(members) for _, members in areas_around(CAMAT)) == 267


def test_a_row_has_the_columns_of_a_workbook() -> None:
    typed = {**SOUND, "id": str(UUID(int=7)), "contact": " 0812 0000 0001 ", "address": "Jl. Melati 5", "rt": "3",
             "rw": "04", "category": "  sampah ", "card": "1"}  # fmt: skip
    draft = CounterDraft.of(typed, GAMBIR)
    row = {"No Register": "31.71.01.1001/7", "Tanggal": "2026-12-02", "Jam": "10:00:00", **draft.row()}
    for channel in (KELURAHAN, KECAMATAN):
        [record] = channel.split(json.dumps({"rows": [row]}).encode(), "arrival")
        assert isinstance(record, Record)
        # No cell is lost on the way: each is a column that the channel reads.
        assert set(record.payload) == {column for column, cell in row.items() if cell}
        report = parse(record)
        assert (report.reporter_name, report.reporter_contact) == ("Rini Contoh", "0812 0000 0001")
        assert (report.address, report.category_name) == ("Jl. Melati 5 RT 3 RW 04", "Sampah")
        assert report.reported_at == NOW
        assert report.completes is None
    assert draft.receipt == UUID(int=7)


def test_what_completes_a_report_says_so() -> None:
    row = {"No Register": "31.71.01.1001/7", "Tanggal": "2026-12-02", "Jam": "10:00",
           **CounterDraft.of({**SOUND, "completes": "jk 2603010001"}, GAMBIR).row()}  # fmt: skip
    assert parse(Record("7", row)).completes == "JK2603010001"


@pytest.mark.parametrize("typed", [{"id": "x", "kelurahan": "<script>"}, {}, {"text": "x" * 100_000}])
def test_what_is_too_long_is_cut_and_what_is_none_is_replaced(typed: dict[str, str]) -> None:
    fields = CounterDraft.of(typed, GAMBIR).fields
    assert UUID(fields["id"]).version == 4
    assert all(len(value) <= LONGEST[name] for name, value in fields.items())
