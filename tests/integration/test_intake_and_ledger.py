"""Intake and ledger on a real PostgreSQL: replays, versions, events, quarantine, and the sum that must hold."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from openpyxl import Workbook, load_workbook

from assets.city import city_folder
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.intake import IntakeCounts, take_in
from assets.complaints.ledger import decide_pending
from assets.complaints.triage.desk import Desk
from assets.reference import load_reference
from assets.sources.landing import LandingError, Quarantined, new_files, open_batch, write_inventory
from tests.served import HERE, number

NOW = datetime(2026, 3, 2, tzinfo=UTC)
DESK = Desk.of(load_reference(city_folder()))


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    (tmp_path / "facebook").mkdir()
    return tmp_path


def post(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"77_{number}",
        "from": {"name": "Warga Contoh", "id": "900001"},
        "message": f"Lampu jalan mati sudah tiga malam di Jl. Mawar, kelurahan {HERE.name}",
        "created_time": "2026-03-01T08:00:00+0000",
        **changes,
    }


def webhook(verb: str, number: int = 1, **value: Any) -> dict[str, Any]:
    change = {"item": "post", "verb": verb, "post_id": f"77_{number}", **value}
    return {
        "object": "page",
        "entry": [{"id": "77", "time": 1772400000, "changes": [{"field": "feed", "value": change}]}],
    }


def land(landing: Path, name: str, document: object) -> None:
    (landing / "facebook" / name).write_text(json.dumps(document), encoding="utf-8")


def run(connection: psycopg.Connection, landing: Path, batch_id: str) -> IntakeCounts:
    batch = open_batch(landing, "facebook", batch_id, NOW)
    counts = take_in(connection, CHANNELS["facebook"], landing, batch)
    decide_pending(connection, DESK, batch_id, NOW)
    return counts


def rows(connection: psycopg.Connection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query.encode()).fetchall()


def test_a_report_becomes_a_numbered_complaint_with_its_person_kept_apart(
    connection: psycopg.Connection, landing: Path
) -> None:
    land(landing, "a.json", {"data": [post()]})
    run(connection, landing, "1")
    assert rows(connection, "select decision, kelurahan_code, version from ledger.complaints") == [
        ("accepted", HERE.code, 1)
    ]
    assert rows(connection, "select tracking_number from ledger.tracking_numbers") == [(number("2603015001"),)]
    assert rows(connection, "select reporter_name from private.complaints") == [("Warga Contoh",)]


def test_no_name_and_no_word_of_a_reporter_lies_outside_the_private_schema(
    connection: psycopg.Connection, landing: Path
) -> None:
    land(landing, "a.json", {"data": [post(), post(2, message=None), {"message": "Warga Contoh tanpa nomor"}]})
    run(connection, landing, "1")
    tables = rows(
        connection,
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_schema in ('raw', 'ledger', 'forecast', 'quality')",
    )
    for (table,) in tables:
        told = str(rows(connection, f"select t::text from {table} as t"))
        assert "Contoh" not in told, table
        assert "Mawar" not in told, table


def test_reading_the_same_files_again_adds_nothing(connection: psycopg.Connection, landing: Path) -> None:
    land(landing, "a.json", {"data": [post(), post(2)]})
    run(connection, landing, "1")
    assert run(connection, landing, "2") == IntakeCounts()
    assert rows(connection, "select count(*) from ledger.complaints") == [(2,)]


def test_the_same_record_in_another_file_is_a_repetition(connection: psycopg.Connection, landing: Path) -> None:
    land(landing, "a.json", {"data": [post()]})
    run(connection, landing, "1")
    land(landing, "b.json", {"data": [post()]})
    assert run(connection, landing, "2").repeated == 1
    assert rows(connection, "select count(*) from raw.inbox") == [(1,)]


def test_what_is_held_already_is_a_repetition_too(connection: psycopg.Connection, landing: Path) -> None:
    bad = {"message": "tanpa id"}
    land(landing, "a.json", {"data": [post(), bad]})
    assert run(connection, landing, "1").quarantined == 1
    land(landing, "a.json", {"data": [post(), bad, post(2)]})
    again = run(connection, landing, "2")
    assert (again.records, again.repeated, again.quarantined) == (3, 2, 0)


def test_an_edit_is_a_new_version_under_the_old_number(connection: psycopg.Connection, landing: Path) -> None:
    land(landing, "a.json", {"data": [post(message="Lampu jalan mati sudah tiga malam")]})
    run(connection, landing, "1")
    assert rows(connection, "select decision, missing from ledger.complaints") == [("returned", ["place"])]
    land(landing, "b.json", {"data": [post()]})
    run(connection, landing, "2")
    assert rows(connection, "select version, decision from ledger.complaints order by 1") == [
        (1, "returned"),
        (2, "accepted"),
    ]
    assert rows(connection, "select count(*) from ledger.tracking_numbers") == [(1,)]


def test_a_returned_report_that_comes_back_with_its_place_alone_is_decided_anew(
    connection: psycopg.Connection, landing: Path
) -> None:
    text = "Lampu jalan mati sudah tiga malam"
    land(landing, "a.json", {"data": [post(message=text)]})
    run(connection, landing, "1")
    place = {"name": "x", "location": {"latitude": HERE.latitude, "longitude": HERE.longitude}}
    land(landing, "b.json", {"data": [post(message=text, place=place)]})
    run(connection, landing, "2")
    assert rows(connection, "select decision from ledger.complaints order by version") == [("returned",), ("accepted",)]


@pytest.mark.parametrize(("verb", "reason"), [("remove", "removed"), ("hide", "hidden")])
def test_an_event_is_booked_on_its_complaint(
    connection: psycopg.Connection, landing: Path, verb: str, reason: str
) -> None:
    land(landing, "a.json", {"data": [post()]})
    land(landing, "b.json", webhook(verb, **{"from": {"name": "x", "id": "900001"}}))
    run(connection, landing, "1")
    assert rows(
        connection,
        "select reason, complaints.version from ledger.set_aside inner join ledger.complaints using (complaint_id)",
    ) == [(reason, 1)]


def test_everything_received_is_accounted_for(connection: psycopg.Connection, landing: Path) -> None:
    like = webhook("add", 1, item="like", sender_id=5, sender_name="x")
    land(landing, "a.json", {"data": [post(), post(2, message="halo"), {"message": "tanpa id"}]})
    land(landing, "b.json", like)
    (landing / "facebook" / "torn.json").write_bytes(b'{"data": [')
    counts = run(connection, landing, "1")
    [(inbox, decided, aside, quarantined, bytes_kept)] = rows(
        connection,
        "select (select count(*) from raw.inbox), (select count(*) from ledger.complaints),"
        " (select count(*) from ledger.set_aside), (select count(*) from raw.quarantine),"
        " (select count(*) from private.quarantined_payloads where length(payload) > 0)",
    )
    assert (inbox, decided, aside, quarantined, bytes_kept) == (3, 2, 1, 2, 2)
    assert counts.records == inbox + quarantined
    assert rows(connection, "select count(*) from raw.pending") == [(0,)]


def test_every_row_of_a_desks_sheets_is_counted_and_what_was_passed_over_is_named(
    connection: psycopg.Connection, landing: Path
) -> None:
    """Counted by openpyxl: two months with a header, of which one row has no day, and a list of choices."""
    book = Workbook()
    header = ["No. Register", "Tanggal", "Kelurahan", "Uraian Masalah", "Paraf"]
    for month, day in (("November", "27 Nopember 2026"), ("Desember", "kemarin")):
        sheet = book.create_sheet(month)
        for line in (["BUKU REGISTER"], header, [month, day, HERE.name, "Lampu mati"]):
            sheet.append(line)
    book.active.append(["Jalan"])
    (landing / "kelurahan").mkdir()
    book.save(landing / "kelurahan" / "a.xlsx")
    written = load_workbook(landing / "kelurahan" / "a.xlsx")
    below = sum(sheet.max_row - 2 for sheet in written if sheet.max_row > 2)

    counts = take_in(connection, CHANNELS["kelurahan"], landing, open_batch(landing, "kelurahan", "1", NOW))
    assert (counts.records, counts.quarantined) == (below, 1)
    assert counts.as_metadata()["notes"] == [
        "kelurahan/a.xlsx: column Paraf: not known, left out",
        "kelurahan/a.xlsx: sheet Sheet: not a table, 1 rows passed over",
    ]
    desk = HERE.name.casefold().replace(" ", "")
    assert rows(connection, "select source_record_id from raw.inbox") == [(f"{desk}/2026/November",)]
    assert rows(connection, "select origin from raw.quarantine") == [
        (f"kelurahan/a.xlsx Desember row 3#{desk}/Desember",)
    ]


def test_a_synthetic_folder_marks_what_it_feeds(connection: psycopg.Connection, landing: Path) -> None:
    land(landing, "a.json", {"data": [post()]})
    (landing / "SYNTHETIC").write_text("as_of: 2026-03-02T00:00:00+07:00\n")
    run(connection, landing, "1")
    assert rows(connection, "select is_synthetic from ledger.complaints") == [(True,)]


def test_a_folder_that_no_adapter_reads_is_named(connection: psycopg.Connection, landing: Path) -> None:
    (landing / "pigeon_post").mkdir()
    (landing / "pigeon_post" / "1.txt").write_text("coo")
    assert write_inventory(connection, landing, {"facebook": "facebook"}, NOW) == ["pigeon_post"]
    assert rows(connection, "select folder, channel, file_count from raw.landing_inventory order by 1") == [
        ("facebook", "facebook", 0),
        ("pigeon_post", None, 1),
    ]


def test_a_landing_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LandingError, match="nowhere"):
        open_batch(tmp_path / "nowhere", "facebook", "1", NOW)


def test_a_receipt_spares_opening_the_file(connection: psycopg.Connection, landing: Path) -> None:
    land(landing, "a.json", {"data": [post()]})
    run(connection, landing, "1")
    file = landing / "facebook" / "a.json"
    file.chmod(0)
    refused: list[Quarantined] = []
    assert list(new_files(connection, landing, "facebook", refused)) == []
    assert refused == []


def test_every_real_file_is_read_or_quarantined(connection: psycopg.Connection, real: Path) -> None:
    complaints = real / "complaints"
    for code in ("facebook", "email"):
        take_in(connection, CHANNELS[code], complaints, open_batch(complaints, code, "1", NOW))
    decide_pending(connection, DESK, "1", NOW)
    [(unread,)] = rows(
        connection,
        "select count(*) from raw.landing_files as files"
        " where not exists (select from raw.inbox where inbox.file_id = files.file_id)"
        " and not exists (select from raw.quarantine where starts_with(origin, files.path))",
    )
    repeated = {"facebook/webhooks/mention-post-add-real.json"}
    assert unread <= len(repeated)
    assert rows(connection, "select count(*) from raw.quarantine where reason not like 'expected %, found %'") == [(0,)]
