"""The real Gammu SMSD with a dummy phone, a real PostgreSQL between: what it writes is what was sent."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from assets.complaints.channels.sms import fetch, parse, split
from assets.sources.records import Window
from assets.sources.settings import SmsSource

# As Debian's package installs them.
TABLES = Path("/usr/share/doc/gammu-smsd/examples/pgsql.sql")
SENT_AT = datetime(2026, 11, 28, 1, tzinfo=UTC)
LONG = "Lampu jalan mati di depan pasar, sudah tiga malam gelap sekali. " * 6
SENDER = "+6281200000001"

# Sent texts, each with its parts: the alphabet and the characters of one.
PARTS = [LONG[start : start + 153] for start in range(0, len(LONG), 153)]
MIXED = ["gsm dulu ", "lalu é你 di Jl. Mawar"]

Daemon = Callable[[str], SmsSource]


def message(part: str, number: int, of: int, reference: int) -> str:
    """One received part in Gammu's own file format."""
    digits = part.encode("utf-16-be").hex().upper()
    lines = "\n".join(f"Text{n:02d} = {digits[at : at + 200]}" for n, at in enumerate(range(0, len(digits), 200)))
    return (
        "[SMSBackup000]\nPDU = Deliver\n"
        f"DateTime = {SENT_AT:%Y%m%dT%H%M%SZ}\n"
        f'State = UnRead\nNumber = "{SENDER}"\nUDH = 050003{reference:02X}{of:02X}{number:02X}\n{lines}\n'
        f"Coding = {'Default_No_Compression' if part.isascii() else 'Unicode_No_Compression'}\n"
        f"Folder = 1\nLength = {len(part)}\nClass = -1\n"
    )


@pytest.fixture
def daemon(database_url: str, tmp_path: Path) -> Iterator[Daemon]:
    """Run the daemon in a zone until it has read all that lies in its phone."""
    binary = shutil.which("gammu-smsd")
    if binary is None or not TABLES.is_file():
        pytest.skip("no gammu-smsd with its tables on this machine (apt-get install gammu-smsd)")
    inbox = tmp_path / "phone" / "sms" / "1"
    for folder in (inbox, *(inbox.parent / str(n) for n in range(2, 6))):
        folder.mkdir(parents=True)
    for reference, parts in enumerate((PARTS, MIXED), start=1):
        for number, part in enumerate(parts, start=1):
            (inbox / f"{10 * reference + number}").write_text(message(part, number, len(parts), reference))
    with psycopg.connect(database_url) as connection:
        # A server of our days has the language from the beginning.
        connection.execute(TABLES.read_text().replace("CREATE LANGUAGE plpgsql;", "").encode())
    running: list[subprocess.Popen[bytes]] = []

    def run(zone: str) -> SmsSource:
        known = conninfo_to_dict(database_url)
        settings = tmp_path / "smsdrc"
        settings.write_text(
            f"[gammu]\ndevice = {tmp_path / 'phone'}\nmodel = dummy\nconnection = none\n"
            f"[smsd]\nservice = sql\ndriver = native_pgsql\nhost = {known['host']}\nuser = {known['user']}\n"
            f"password = {known.get('password', '')}\ndatabase = {known['dbname']}\n"
            f"logfile = {tmp_path / 'log'}\ndebuglevel = 255\nloopsleep = 1\nreceivefrequency = 1\n"
            "checkbattery = 0\nchecksignal = 0\n"
        )
        environment = {**os.environ, "TZ": zone, "PGPORT": str(known.get("port", 5432))}
        running.append(
            subprocess.Popen(
                [binary, "-c", settings, "-p", tmp_path / "pid"],
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )  # fmt: skip
        )
        _wait(running[-1], database_url, tmp_path / "log")
        return SmsSource(url=database_url, zone=zone)

    yield run
    for process in running:
        process.terminate()
        process.wait(30)


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    rows = len(PARTS) + len(MIXED)
    for _ in range(240):
        if process.poll() is not None:
            break
        with psycopg.connect(url) as connection:
            if connection.execute("select count(*) from inbox").fetchone() == (rows,):
                return
        time.sleep(0.25)
    pytest.fail(f"the daemon did not write its {rows} rows:\n{log.read_text()[-3000:] if log.exists() else 'no log'}")


@pytest.mark.parametrize("zone", ["UTC", "Asia/Pontianak"])
def test_long_messages_are_read_as_they_were_sent_in_whatever_zone_the_daemon_runs(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    source = daemon(zone)
    with psycopg.connect(source.url or "") as connection:
        decoded = [text for (text,) in connection.execute('select "TextDecoded" from inbox order by "ID"')]
        assert decoded[0] == LONG, "SMSD decodes the whole message into its first row"
        assert decoded[1] == ""
    monkeypatch.setenv("JSC_SMS_ZONE", zone)
    window = Window(SENT_AT - timedelta(hours=1), SENT_AT + timedelta(hours=1))
    reports = [parse(record) for one in fetch(window, source) for record in split(one.read(), one.origin)]
    assert sorted(report.description for report in reports) == sorted([LONG.strip(), "".join(MIXED)])
    assert {report.reported_at for report in reports} == {SENT_AT}
