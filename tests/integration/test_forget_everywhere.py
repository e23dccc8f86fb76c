"""A reporter of every channel erased by the command itself: no spelling is left, and every figure is as it was."""

import base64
import json
import re
import zipfile
from datetime import UTC, datetime
from email.mime.text import MIMEText
from pathlib import Path
from typing import Any

import psycopg
import pytest
from openpyxl import Workbook
from psycopg import sql
from typer.testing import CliRunner, Result

from assets.complaints.channels.registry import CHANNELS
from assets.complaints.intake import take_in
from assets.complaints.ledger import decide_all
from assets.complaints.triage.desk import Desk
from assets.resources import Database
from assets.settings import Settings
from assets.sources.landing import open_batch
from command.cli import app
from database.migrate import migrate
from database.server import dagster_url, database_name, start, with_database
from database.server import database_url as url_of
from tests.integration.city_of_truth import dbt
from tests.served import HERE, HERE_AREA, REFERENCE

NOW = datetime(2026, 3, 2, tzinfo=UTC)
AT, ISO = 1772330400, "2026-03-01T02:00:00+0000"
PROBLEM = f"Jalan berlubang besar di Jl. Melati {{}}, kelurahan {HERE.name}"
# Budi by every channel, and what he may be asked for by.
PHONE, MAIL = "81200000001", "budi.contoh@mail.example"
PSID, GRAM, GRAM_NAME = "24680135792468013", "17841400000000077", "budi_contoh77"
X_ID, X_NAME, WA_ID, WA_NAME, QLUE = "1455500000000000077", "budicontohx", "ID.2ab13F77", "budi.wa77", "900177"


def where(channel: str, *spellings: str) -> tuple[str, ...]:
    """Spellings, where the city has the channel."""
    return spellings if channel in REFERENCE.channels else ()


SPELLINGS = (
    PHONE, MAIL, PSID, GRAM, GRAM_NAME, *where("x", X_ID, X_NAME), WA_ID.casefold(), WA_NAME, *where("qlue", QLUE),
)  # fmt: skip
ASKED = ("+62 812-0000-0001", PSID, f"@{GRAM_NAME}", *where("x", f"@{X_NAME}"), *where("qlue", QLUE))
# In the form his address stands beside his number, and goes with it.
ASKED += () if where("balai_warga", MAIL) else (MAIL,)
MESSAGE = "wamid." + base64.b64encode(f"\x1d\x0262{PHONE}\x15\x02".encode()).decode()


def whatsapp(identity: str, text: str, number: str, account: str | None = None, name: str | None = None) -> Any:
    message = {"from": number, "id": identity, "timestamp": str(AT), "type": "text", "text": {"body": text}}
    contact = {"profile": {"name": "Warga Contoh"}, "wa_id": number}
    if account:
        message["from_user_id"], contact["user_id"] = account, account
        contact["profile"] = {"name": "Warga Contoh", "username": name}
    return body({"contacts": [contact], "messages": [message]})


def body(value: Any) -> Any:
    changes = [{"field": "messages", "value": value}]
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}


def states() -> Any:
    return [
        body({"statuses": [{"id": MESSAGE, "status": status, "timestamp": str(AT), "recipient_id": f"62{PHONE}"}]})
        for status in ("sent", "delivered", "read")
    ]


def private(account: str, object_: str) -> Any:
    event = {"sender": {"id": account}, "recipient": {"id": "1"}, "timestamp": AT, "message": {"mid": f"m{account}"}}
    read = {"sender": {"id": account}, "recipient": {"id": "1"}, "timestamp": AT + 9, "read": {"watermark": AT}}
    return {"object": object_, "entry": [{"id": "1", "time": AT, "messaging": [event, read]}]}


def post(number: int, account: str, text: str = "") -> Any:
    return {
        "id": f"77_{number}", "from": {"name": "Warga Contoh", "id": account},
        "message": f"{PROBLEM.format(number)} {text}", "created_time": ISO,
    }  # fmt: skip


def comment(number: int, account: str, name: str) -> Any:
    return {
        "id": str(number), "text": PROBLEM.format(number), "timestamp": ISO, "from": {"id": account, "username": name},
    }  # fmt: skip


def tweet(number: int, account: str, name: str) -> Any:
    data = {
        "id": str(number),
        "text": PROBLEM.format(number),
        "author_id": account,
        "created_at": "2026-03-01T02:00:00Z",
    }
    return {"data": [data], "includes": {"users": [{"id": account, "name": "Warga Contoh", "username": name}]}}


def mail(number: int, sender: str, text: str, charset: str = "us-ascii") -> str:
    part = MIMEText(text, "plain", charset)
    part["From"], part["Subject"] = f"Warga Contoh <{sender}>", f"Laporan {number}"
    part["Date"], part["Message-ID"] = f"Sun, 1 Mar 2026 08:0{number}:00 +0700", f"<m{number}@mail.example>"
    return part.as_string()


def workbook(path: Path, rows: list[dict[str, Any]]) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    book.save(path)


def desk(number: int, telephone: Any) -> dict[str, Any]:
    return {
        "No Register": f"{HERE.code}/{number}", "Tanggal": "01/03/2026", "Nama Pelapor": "Warga Contoh",
        "No Telepon": telephone, "Uraian Masalah": PROBLEM.format(number), "Kelurahan": HERE.name,
        "Kecamatan": HERE_AREA.name,
    }  # fmt: skip


def deliver(landing: Path) -> None:
    """Budi and another by every channel of the city, in files of their own and in shared ones, sound and broken."""
    other = "6281300000002"
    files: dict[str, Any] = {
        "whatsapp/budi.json": whatsapp("w1", PROBLEM.format(1), f"62{PHONE}", WA_ID, WA_NAME),
        "whatsapp/other.json": whatsapp(
            "w2", f"{PROBLEM.format(2)}. Hubungi Budi\n0812 0000-0001 ya, @{WA_NAME}", other
        ),
        "whatsapp/states.json": {str(number): one for number, one in enumerate(states())},
        "sms/both.json": [
            {"ID": 1, "ReceivingDateTime": "2026-03-01 09:00:00", "SenderNumber": f"+62{PHONE}",
             "TextDecoded": f"Nama saya Budi. {PROBLEM.format(3)}"},
            {"ID": 2, "ReceivingDateTime": "2026-03-01 09:00:00", "SenderNumber": f"+{other}",
             "TextDecoded": f"Nama saya Siti. {PROBLEM.format(4)}"},
            {"ID": 3, "ReceivingDateTime": "never", "SenderNumber": "(0812) 0000-0001", "TextDecoded": "x"},
        ],
        "facebook/both.json": {"data": [post(5, PSID), post(6, "13579246801357924", f"kata @{X_NAME}")]},
        "facebook/private.json": private(PSID, "page"),
        "instagram/both.json": {"data": [comment(7, GRAM, GRAM_NAME), comment(8, "17841400000000088", "siti")]},
        "instagram/private.json": private(GRAM, "instagram"),
        "x/budi.json": tweet(9, X_ID, X_NAME),
        "jakarta_aman/budi.json": [
            {"id": 10, "name": "Budi Contoh", "phone": f"0{PHONE}", "lat": -6.17, "lng": 106.82, "type": "laporan",
             "text": PROBLEM.format(10), "created_at": "2026-03-01T08:00:00+07:00"},
        ],
        "qlue/both.json": [
            {"id": 11, "user_id": int(QLUE), "username": "Budi Contoh", "title": PROBLEM.format(11), "lat": -6.17,
             "lng": 106.82, "timestamp": "2021-03-01 08:00:00"},
            {"id": 12, "user_id": 900199, "username": "Siti", "title": PROBLEM.format(12), "lat": -6.18, "lng": 106.83,
             "timestamp": "2021-03-01 08:00:00"},
        ],
    }  # fmt: skip
    for path, document in files.items():
        if where(channel_of(path), path):
            (landing / path).parent.mkdir(exist_ok=True)
            (landing / path).write_text(json.dumps(document))
    for folder in ("email", "kelurahan"):
        (landing / folder).mkdir()
    (landing / "email/1.eml").write_text(mail(1, "Budi.Contoh@Mail.Example", PROBLEM.format(13)))
    mention = f"{PROBLEM.format(14)}\nTanya Budi: {MAIL}, +62 812 0000 0001 \u2713"
    (landing / "email/2.eml").write_text(mail(2, "siti@mail.example", mention, "utf-8"))
    (landing / "email/3.eml").write_text(f"Dari {MAIL}\n\nbudi\n")
    workbook(
        landing / "kelurahan/a.xlsx", [desk(17, int(PHONE)), desk(18, "0813 0000 0002"), desk(19, "0812.0000.0001")]
    )
    if where("balai_warga", "form"):
        deliver_forms(landing / "balai_warga")


def channel_of(path: str) -> str:
    return path.partition("/")[0]


def deliver_forms(folder: Path) -> None:
    folder.mkdir()
    place = f"{HERE.name};{HERE_AREA.name}"
    (folder / "a.csv").write_text(
        "Nomor;Tanggal;Jam;Nama;Telepon;Email;Isi;Kelurahan;Kecamatan\n"
        f"1;01/03/2026;08:00;Budi Contoh;0812-0000-0001;{MAIL};{PROBLEM.format(15)};{place}\n"
        f"2;01/03/2026;08:00;Siti Contoh;0813-0000-0002;siti@mail.example;{PROBLEM.format(16)};{place}\n"
    )


@pytest.fixture
def city(own: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An installation of its own with all that came in; its landing folder."""
    url, landing = url_of(own), tmp_path / "landing"
    landing.mkdir()
    with psycopg.connect(with_database(url, "postgres"), autocommit=True) as connection:
        for name in map(database_name, (url, dagster_url(own))):
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
    start(own)
    for name, value in {"HOME": own.home, "LANDING": landing}.items():
        monkeypatch.setenv(f"JSC_{name}", str(value))
    monkeypatch.delenv("JSC_DATABASE_URL", raising=False)
    # The command sets it for good.
    monkeypatch.setenv("DAGSTER_HOME", str(own.dagster_home))
    migrate(url)
    deliver(landing)
    database = Database()
    for code in CHANNELS:
        if (landing / code).is_dir():
            with database.transaction() as connection:
                take_in(connection, CHANNELS[code], landing, open_batch(landing, code, "1", NOW))
    decide_all(database.transaction, Desk.of(REFERENCE), "1", NOW)
    with psycopg.connect(dagster_url(own), autocommit=True) as connection:
        connection.execute("create table runs_of_a_test (body text)")
        connection.execute("insert into runs_of_a_test values (%s)", [json.dumps({"error": f"x +62{PHONE}"})])
    return landing


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["forget", "--yes", *arguments])


def told(url: str) -> dict[str, list[str]]:
    """Every row of every table as text, with its times as UTC has them."""
    with psycopg.connect(url, options="-c timezone=UTC") as connection:
        tables = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
            " where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        return {
            table: [str(row) for row in connection.execute(f"select * from {table}".encode())] for (table,) in tables
        }


def contents(file: Path) -> str:
    if file.suffix == ".xlsx":
        with zipfile.ZipFile(file) as book:
            return "".join(book.read(name).decode() for name in book.namelist())
    return file.read_text()


def plain(text: str) -> str:
    """A text as one may read it: with base64 taken apart, no punctuation within numbers, in lower case."""
    inside = "".join(map(decoded, re.findall(r"[A-Za-z0-9+/]{16,}", text)))
    # The text of a mail that is kept as base64.
    deeper = "".join(map(decoded, re.findall(r"(?:[A-Za-z0-9+/]{40,}\n?)+[A-Za-z0-9+/]*", inside)))
    return re.sub(r"(?<=[0-9])[\s().\-]+(?=[0-9])", "", text + inside + deeper).casefold()


def decoded(token: str) -> str:
    letters = re.sub(r"\s", "", token)
    return base64.b64decode(letters[: len(letters) // 4 * 4]).decode("latin-1")


def figures(url: str) -> dict[str, list[str]]:
    """What the marts say, without the moment of the build and the random keys."""
    return {table: sorted(rows) for table, rows in told(url).items() if table.startswith("marts.")}


def counts(url: str) -> dict[str, int]:
    ours = ("raw.", "ledger.complaints", "ledger.set_aside", "ledger.tracking", "ledger.messages", "private.complaints")
    return {table: len(rows) for table, rows in told(url).items() if table.startswith(ours)}


def test_no_spelling_of_a_reporter_of_every_channel_is_left(city: Path, own: Settings) -> None:
    url, runs = url_of(own), dagster_url(own)
    with psycopg.connect(url) as connection:
        found = connection.execute("select distinct channel from ledger.complaints order by 1").fetchall()
        [(states,)] = connection.execute(
            "select count(*) from raw.inbox join private.payloads using (inbox_id) where payload ->> 'kind' = 'status'"
        ).fetchall()
    assert [channel for (channel,) in found] == sorted(path.name for path in city.iterdir()), "each has a complaint"
    assert states == 3
    dbt(url, NOW, "seed", "run")
    before, marts, delivered = counts(url), figures(url), {file: contents(file) for file in city.rglob("*.*")}
    everything = plain("".join(str(told(url)) + str(told(runs)) + str(delivered)))
    assert not [spelling for spelling in SPELLINGS if spelling not in everything], "there before"
    for asked in ASKED:
        done = run(asked)
        assert done.exit_code == 0, done.output
        assert "Nothing of theirs is left" in " ".join(done.output.split())
    tables = plain(str(told(url)) + str(told(runs)))
    assert not [spelling for spelling in SPELLINGS if spelling in tables]
    left = {file.relative_to(city).as_posix(): plain(contents(file)) for file in city.rglob("*.*")}
    assert not [(path, spelling) for path, text in left.items() for spelling in SPELLINGS if spelling in text]
    assert {"whatsapp/budi.json", "x/budi.json", "email/1.eml", "jakarta_aman/budi.json"}.isdisjoint(left)
    assert counts(url) == before
    dbt(url, NOW, "run --full-refresh")
    assert figures(url) == marts
    assert "siti@mail.example" in tables, "the others stay"


def test_what_is_shared_is_named_and_not_read_again(city: Path, own: Settings) -> None:
    done = " ".join(run("0812 0000 0001").output.split())
    shared = (*where("sms", "sms/both.json"), "kelurahan/a.xlsx", "whatsapp/states.json", "whatsapp/other.json",
              "email/2.eml")  # fmt: skip
    for path in shared:
        assert f"{city / path}: contact and accounts were taken out" in done
    before = counts(url_of(own))
    database = Database()
    for code in CHANNELS:
        if (city / code).is_dir():
            with database.transaction() as connection:
                take_in(connection, CHANNELS[code], city, open_batch(city, code, "2", NOW))
    assert counts(url_of(own)) == before


def test_a_number_without_a_contact_erases_its_complaint_and_says_that_nothing_was_searched(
    city: Path, own: Settings
) -> None:
    (city / "kecamatan").mkdir()
    workbook(city / "kecamatan/1.xlsx", [desk(20, None)])
    database = Database()
    with database.transaction() as connection:
        take_in(connection, CHANNELS["kecamatan"], city, open_batch(city, "kecamatan", "2", NOW))
    decide_all(database.transaction, Desk.of(REFERENCE), "2", NOW)
    with psycopg.connect(url_of(own)) as connection:
        [(number,)] = connection.execute(
            "select tracking_number from ledger.tracking_numbers join ledger.complaints using (complaint_id)"
            " where channel = 'kecamatan'"
        ).fetchall()
    done = run(number)
    assert done.exit_code == 0, done.output
    assert "Erased: 1 complaints" in done.output
    assert "there is nothing to search for" in " ".join(done.output.split())
    assert not (city / "kecamatan/1.xlsx").exists()


def test_what_is_left_is_named_and_fails(city: Path, own: Settings) -> None:
    with psycopg.connect(url_of(own), autocommit=True) as connection:
        # A value that nothing may change.
        connection.execute(f"create table raw.kept (what text primary key check (what = '+62{PHONE}'))".encode())
        connection.execute(f"insert into raw.kept values ('+62{PHONE}')".encode())
    done = run("0812 0000 0001")
    assert done.exit_code == 1
    assert "Still theirs: raw.kept.what of the city's database, in 1 rows" in " ".join(done.output.split())
