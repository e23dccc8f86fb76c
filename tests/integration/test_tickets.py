"""Tickets of the sample city: all in their areas, none twice, and no plate anywhere in the database."""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from assets.city import city_folder
from assets.enforcement.intake import OTHER, read_streets, replay_tickets, take_in_tickets
from assets.sources.landing import open_batch
from assets.sources.quarantine import entries
from sample_city.reference import read_reference
from sample_city.tickets import tickets_of, write_tickets
from sample_city.truth import write_ticket_truth
from tests.served import HERE_AREA

NOW = datetime(2026, 10, 25, tzinfo=UTC)
SEED = 4


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    written, reference = [], read_reference(city_folder())
    # As many tickets as a city of 44 kecamatan has in five days.
    for number in reversed(range(round(5 * 44 / len(reference.kecamatan)))):
        day = date(2026, 10, 23) - timedelta(days=number)
        written += (of_day := tickets_of(day, reference, SEED))
        write_tickets(tmp_path / "landing", day, of_day, SEED)
    write_ticket_truth(tmp_path / "truth", written)
    return tmp_path / "landing"


@pytest.fixture
def truth(landing: Path) -> list[dict[str, str]]:
    with (landing.parent / "truth" / "tickets.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def take_in(connection: psycopg.Connection, landing: Path, batch_id: str) -> dict[str, int]:
    batch = open_batch(landing, "tickets", batch_id, NOW)
    return dict(take_in_tickets(connection, landing, batch, read_streets(city_folder()))[0])


def test_every_ticket_is_there_once_in_its_area(
    connection: psycopg.Connection, landing: Path, truth: list[dict[str, str]]
) -> None:
    counts = take_in(connection, landing, "1")
    readable = [row for row in truth if row["is_readable"] == "1"]
    stored = connection.execute(
        "select ticket_number, occurred_at, article_code, coalesce(kecamatan_code, '') from raw.tickets"
    ).fetchall()
    told = [
        (row["ticket_number"], datetime.fromisoformat(row["occurred_at"]), row["article_code"], row["kecamatan_code"])
        for row in readable
    ]
    assert sorted(stored) == sorted(told)
    assert counts["tickets"] == len(readable)
    assert counts["repeated"] > 0
    assert counts["quarantined"] >= len(truth) - len(readable) > 0


def test_the_same_folder_twice_adds_nothing(connection: psycopg.Connection, landing: Path) -> None:
    take_in(connection, landing, "1")
    assert take_in(connection, landing, "2") == {}


def test_another_ticket_under_a_known_number_is_held(connection: psycopg.Connection, tmp_path: Path) -> None:
    header = "No Tilang;Tanggal;Jam;Lokasi;Pasal;Jenis Kendaraan;TNKB;Instansi"
    first = f"TLG1;19/10/2026;08.05;Kec. {HERE_AREA.name};287_3_parkir;Sepeda Motor;;Dishub"
    other = first.replace("08.05", "09.05")
    (tmp_path / "tickets").mkdir()
    (tmp_path / "tickets" / "a.csv").write_text("\n".join((header, first, other)))
    assert take_in(connection, tmp_path, "1") == {"files": 1, "tickets": 1, "repeated": 0, "quarantined": 1}
    (tmp_path / "tickets" / "b.csv").write_text("\n".join((header, first, other.replace("09.05", "10.05"))))
    assert take_in(connection, tmp_path, "2") == {"files": 1, "tickets": 0, "repeated": 1, "quarantined": 1}


def test_what_was_held_is_taken_in_once_its_article_is_known(connection: psycopg.Connection, tmp_path: Path) -> None:
    header = "No Tilang;Tanggal;Jam;Lokasi;Pasal;Jenis Kendaraan;TNKB;Instansi"
    known = f"TLG1;19/10/2026;08.05;Kec. {HERE_AREA.name};287_3_parkir;Sepeda Motor;;Dishub"
    unknown = known.replace("TLG1", "TLG2").replace("287_3_parkir", "300_baru")
    (tmp_path / "tickets").mkdir()
    (tmp_path / "tickets" / "a.csv").write_text("\n".join((header, known, known.replace("08.05", "09.05"), unknown)))
    take_in(connection, tmp_path, "1")
    numbers = [entry.quarantine_id for entry in entries(connection, "tickets")]
    streets = read_streets(city_folder())
    batch = open_batch(tmp_path, "tickets", "2", NOW)
    assert replay_tickets(connection, numbers, batch, streets) == (2, 2)
    wiser = replace(streets, codes=replace(streets.codes, articles={*streets.codes.articles, "300_baru"}))
    assert replay_tickets(connection, numbers, batch, wiser) == (2, 1)
    assert [entry.reason for entry in entries(connection, "tickets")] == [OTHER]
    [(stored, area)] = connection.execute(
        "select article_code, kecamatan_code from raw.tickets where ticket_number = 'TLG2'"
    ).fetchall()
    assert (stored, area) == ("300_baru", HERE_AREA.code)


def test_no_plate_is_anywhere_in_the_database(
    connection: psycopg.Connection, landing: Path, truth: list[dict[str, str]]
) -> None:
    take_in(connection, landing, "1")
    tables = connection.execute(
        "select table_schema, table_name from information_schema.tables"
        " where table_schema in ('raw', 'private', 'ledger', 'quality') and table_type = 'BASE TABLE'"
    ).fetchall()
    held = connection.execute(
        "select string_agg(convert_from(payload, 'UTF8'), ' ') from private.quarantined_payloads"
    ).fetchall()[0][0]
    stored = " ".join(
        row
        for schema, table in tables
        for (row,) in connection.execute(
            sql.SQL("select rows::text from {} as rows").format(sql.Identifier(schema, table))
        )
    )
    assert "TLG261019" in stored
    assert not [row["plate"] for row in truth if row["plate"] in stored or row["plate"] in held]
