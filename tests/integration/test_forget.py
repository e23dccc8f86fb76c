"""One reporter erased: nothing of theirs left anywhere, every count as it was, and no way back in."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Json, Jsonb

from assets.cases.intake import take_in_events
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.forget import ForgetError, delete_files, forget
from assets.complaints.intake import take_in
from assets.complaints.ledger import decide_pending
from assets.complaints.spellings import Spellings
from assets.complaints.traces import find_in_tables, mask_tables
from assets.complaints.triage.desk import Desk
from assets.sources.landing import open_batch
from tests.served import HERE, REFERENCE

NOW = datetime(2026, 3, 2, tzinfo=UTC)
DESK = Desk.of(REFERENCE)
LAMP = f"Lampu jalan mati di Jl. Mawar, kelurahan {HERE.name}"


def mail(sender: str, name: str, number: int, text: str = LAMP) -> str:
    return (
        f"From: {name} <{sender}>\nDate: Sun, 1 Mar 2026 08:0{number}:00 +0700\nMessage-ID: <m{number}@mail.example>\n"
        f"Subject: Laporan {number}\n\n{text} nomor {number}\n"
    )


def post(number: int, name: str, account: str) -> dict[str, Any]:
    return {
        "id": f"77_{number}",
        "from": {"name": name, "id": account},
        "message": f"Jalan berlubang besar di Jl. Melati {number}, kelurahan {HERE.name}",
        "created_time": "2026-03-01T08:00:00+0000",
    }


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    for folder in ("email", "facebook", "case_events"):
        (tmp_path / folder).mkdir()
    (tmp_path / "email/1.eml").write_text(mail("budi@mail.example", "Budi Contoh", 1))
    (tmp_path / "email/2.eml").write_text(mail("Budi@Mail.example", "Budi Contoh", 2))
    (tmp_path / "email/3.eml").write_text(mail("siti@mail.example", "Siti Contoh", 3))
    # No field of a mail: quarantined, with the address inside.
    (tmp_path / "email/4.eml").write_text("Dari budi@mail.example\n\nbudi\n")
    posts = [post(1, "Budi Contoh", "900001"), post(2, "Siti Contoh", "900002")]
    (tmp_path / "facebook/a.json").write_text(json.dumps({"data": posts}))
    event = {
        "event_id": "e1",
        "complaint": {"channel": "email", "source_record_id": "m1@mail.example"},
        "status": {"name": "Proses"},
        "skpd": {"code": "kelurahan"},
        "occurred_at": "2026-03-01T09:00:00+07:00",
    }
    (tmp_path / "case_events/1.json").write_text(json.dumps({"data": [event]}))
    return tmp_path


def run(connection: psycopg.Connection, landing: Path, batch_id: str) -> None:
    for code in ("email", "facebook"):
        take_in(connection, CHANNELS[code], landing, open_batch(landing, code, batch_id, NOW))
    decide_pending(connection, DESK, batch_id, NOW)
    take_in_events(connection, landing, open_batch(landing, "case_events", batch_id, NOW), REFERENCE.skpd.keys())


def counts(connection: psycopg.Connection) -> list[Any]:
    tables = ("raw.inbox", "raw.quarantine", "raw.case_events", "ledger.complaints", "ledger.tracking_numbers",
              "private.complaints")  # fmt: skip
    return [connection.execute(f"select count(*) from {table}".encode()).fetchone() for table in tables]


def everything(connection: psycopg.Connection) -> str:
    tables = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_schema in ('raw', 'ledger', 'private', 'quality', 'forecast')"
    ).fetchall()
    told = ["".join(str(row) for row in connection.execute(f"select * from {table}".encode())) for (table,) in tables]
    return "\n".join(told)


def test_nothing_of_a_forgotten_reporter_is_left_and_every_count_stays(
    connection: psycopg.Connection, landing: Path
) -> None:
    run(connection, landing, "1")
    before = counts(connection)
    erasure = forget(connection, "budi@mail.example", NOW, landing)
    assert (erasure.complaints, erasure.versions, erasure.quarantined) == (2, 2, 1)
    told = everything(connection)
    assert "budi@" not in told.casefold()
    assert "m1@mail" not in told
    assert counts(connection) == before
    assert "siti@mail.example" in told, "the others stay"
    [(joined,)] = connection.execute(
        "select count(*) from raw.case_events inner join ledger.complaints using (channel, source_record_id)"
    ).fetchall()
    assert joined == 1, "the case keeps its events"


def test_what_held_nothing_else_is_deleted_and_what_holds_others_is_named(
    connection: psycopg.Connection, landing: Path
) -> None:
    run(connection, landing, "1")
    mails = forget(connection, "budi@mail.example", NOW, landing)
    posts = forget(connection, "900001", NOW, landing)
    assert mails.own_files == ("email/1.eml", "email/2.eml")
    assert (posts.own_files, posts.shared_files) == ((), ("facebook/a.json",))
    delete_files(landing, mails.own_files)
    assert sorted(file.name for file in (landing / "email").iterdir()) == ["3.eml", "4.eml"]


def test_a_forgotten_complaint_is_not_taken_in_again(connection: psycopg.Connection, landing: Path) -> None:
    run(connection, landing, "1")
    forget(connection, "budi@mail.example", NOW, landing)
    before = counts(connection)
    (landing / "email/again.eml").write_text(mail("budi@mail.example", "Budi Contoh", 1))
    edited = (landing / "case_events/1.json").read_text().replace("e1", "e2").replace("Proses", "Selesai")
    (landing / "case_events/2.json").write_text(edited)
    run(connection, landing, "2")
    assert counts(connection)[0] == before[0]
    assert "m1@mail" not in everything(connection)


def test_a_tracking_number_finds_its_reporter(connection: psycopg.Connection, landing: Path) -> None:
    run(connection, landing, "1")
    [(number,)] = connection.execute(
        "select tracking_number from ledger.tracking_numbers inner join ledger.complaints using (complaint_id)"
        " where source_record_id = 'm1@mail.example'"
    ).fetchall()
    assert forget(connection, number.lower(), NOW, landing).complaints == 2


def test_nobody_by_that_contact_is_said(connection: psycopg.Connection, landing: Path) -> None:
    run(connection, landing, "1")
    with pytest.raises(ForgetError, match="found nothing of theirs"):
        forget(connection, "nobody@mail.example", NOW, landing)


def test_who_stands_in_a_landing_file_alone_is_taken_out_of_it(connection: psycopg.Connection, landing: Path) -> None:
    run(connection, landing, "1")
    (landing / "notes").mkdir()
    (landing / "notes/desk.txt").write_text("Tono Contoh, tono@mail.example, menelepon lagi\n")
    erasure = forget(connection, "TONO@mail.example", NOW, landing)
    assert (erasure.complaints, erasure.masked, erasure.masked_files) == (0, 0, ("notes/desk.txt",))
    assert (landing / "notes/desk.txt").read_text() == "Tono Contoh, [dihapus], menelepon lagi\n"
    with pytest.raises(ForgetError, match="found nothing of theirs"):
        forget(connection, "tono@mail.example", NOW, landing)


def test_an_undecided_queue_is_decided_first(connection: psycopg.Connection, landing: Path) -> None:
    take_in(connection, CHANNELS["email"], landing, open_batch(landing, "email", "1", NOW))
    with pytest.raises(ForgetError, match="Run jsc run"):
        forget(connection, "budi@mail.example", NOW, landing)


WRITTEN = (
    "+6281200000001", "081200000001", "0812 0000 0001", "0812-0000-0001", "(0812) 0000.0001", "+62 (0)812 0000 0001",
    "0812\u20110000\u20110001", "0812\n0000\n0001", "BUDI@Mail.Example", "<budi@mail.example>", "budi%40mail.example",
    "24680135792468013", "x24680135792468013_77", "@Budi_Contoh", "kata budi_contoh",
    "wamid." + base64.b64encode(b"\x1d\x026281200000001\x15").decode(),
    "wamid." + base64.b64encode(b"\x1d6281200000001\x15").decode(),
    "wamid." + base64.b64encode(b"6281200000001\x15").decode(),
)  # fmt: skip
NOT_THEIRS = ("0812 0000 0002", "sbudi@mail.example", "246801357924680131", "budi_contoh2", "wamid.x", "a%b_c", "\\n")


@pytest.mark.parametrize("kind", ["text", "jsonb", "json", "text[]", "varchar", "bytea"])
def test_every_spelling_in_every_kind_of_column_is_found_and_taken_out(
    connection: psycopg.Connection, kind: str
) -> None:
    theirs = Spellings.of(["+62 812 0000 0001", "budi@mail.example", "24680135792468013", "@budi_contoh"])
    as_kind: dict[str, Callable[[str], Any]] = {
        "jsonb": lambda text: Jsonb({"said": [f"kata {text} saja"]}), "json": lambda text: Json([f"kata {text} saja"]),
        "text[]": lambda text: [f"kata {text} saja"], "bytea": lambda text: f"kata {text} saja".encode(),
    }  # fmt: skip
    connection.execute(f"create table raw.said (number int, what {kind})".encode())
    for number, text in enumerate((*WRITTEN, *NOT_THEIRS)):
        value = as_kind.get(kind, lambda text: f"kata {text} saja")(text)
        connection.execute("insert into raw.said values (%s, %s)", [number, value])
    before = connection.execute("select what::text from raw.said order by number").fetchall()
    assert find_in_tables(connection, theirs) == {"raw.said.what": len(WRITTEN)}
    assert mask_tables(connection, theirs) == len(WRITTEN)
    assert find_in_tables(connection, theirs) == {}
    after = connection.execute("select what::text from raw.said order by number").fetchall()
    assert after[len(WRITTEN) :] == before[len(WRITTEN) :], "others stay as they are"


def test_nothing_is_found_of_whom_nothing_is_known(connection: psycopg.Connection, landing: Path) -> None:
    run(connection, landing, "1")
    assert find_in_tables(connection, Spellings.of([])) == {}
