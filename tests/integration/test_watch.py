"""The watch with a real database, mail server and receiver: each incident is told once, and so is its end."""

import json
import logging
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import dagster as dg
import psycopg
import pytest
import yaml
from dagster._core.storage.tags import WILL_RETRY_TAG
from dagster._daemon.types import DaemonHeartbeat
from typer.testing import CliRunner

from assets.clock import WIB
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.expectations import intake_expectations, newest_batch
from assets.complaints.intake import take_in
from assets.complaints.silence import count_hours
from assets.freshness import SOURCES
from assets.quality import GateResult, store, validate
from assets.reports.archive import publish as publish_report
from assets.resources import City
from assets.settings import Settings
from assets.sources.landing import open_batch
from assets.watch import conditions
from assets.watch.incidents import Incident, Kind
from command.cli import app
from database.settings import PROJECT
from orchestration.builds import Build, begin, publish
from orchestration.watch import BusyError, Evaluation, Watch, build_watch, evaluate
from tests.integration.post import Mailbox

# A Monday, 10:30.
NOW = datetime(2026, 3, 2, 10, 30, tzinfo=WIB)
HOUR = timedelta(hours=1)
ON_CALL = "malam@kota.example"
Look = Callable[..., Evaluation]


class Receiver:
    """A chat's side of a webhook: keeps what it is given, and refuses when told."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.status = 200
        keeper = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # noqa: N802 - the library's name
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if keeper.status == 200:
                    keeper.texts.append(body["text"])
                self.send_response(keeper.status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *arguments: object) -> None:
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/services/T0/B0/secret"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable and no .env of this machine."""
    for name in [name for name in os.environ if name.startswith("JSC_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def chat() -> Iterator[Receiver]:
    receiver = Receiver()
    threading.Thread(target=receiver.server.serve_forever, daemon=True).start()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    """Dagster's own storage, in memory."""
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def look(database_url: str, tmp_path: Path, mailbox: Mailbox, chat: Receiver, instance: dg.DagsterInstance) -> Look:
    """One evaluation at a moment, with everything real."""

    def once(now: datetime = NOW, url: str = database_url, **settings: Any) -> Evaluation:
        given = {"home": tmp_path / "home", "alert_mail": [ON_CALL], "alert_webhook": chat.url, **settings}
        settings = Settings(**given, ui_url="https://dagster.kota.example/")
        city = City(as_of=now.isoformat(), reports=str(settings.reports), landing=str(tmp_path / "landing"))
        return evaluate(Watch(settings, lambda: url, city, lambda: nullcontext(instance), lambda: now))

    return once


def text_of(box: Mailbox, number: int = -1) -> str:
    payload = box.mails[number].get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n")


def subjects(box: Mailbox) -> list[str]:
    """First lines of all mails."""
    return [text_of(box, number).splitlines()[0] for number in range(len(box.mails))]


def judge(connection: psycopg.Connection, gate: str, subject: str, *, passed: bool, run: str, at: datetime) -> None:
    store(connection, [GateResult(gate, "readable", subject, passed, "fail", "rows", "none")], run, at)
    connection.commit()


def build_marts(connection: psycopg.Connection, as_of: datetime) -> None:
    build_id = begin(connection, Build(as_of, "rules", None), "run").build_id
    publish(connection, build_id)
    connection.commit()


class Broken:
    """One kind of trouble: how it begins, and how it ends."""

    def __init__(self, title: str, begins: Callable[..., None], ends: Callable[..., None]) -> None:
        self.title, self.begins, self.ends = title, begins, ends


def job(name: str, *, fails: bool) -> dg.JobDefinition:
    @dg.op
    def step() -> None:
        if fails:
            raise ValueError("the vendor's list ended early\nDETAIL: Key (contact)=(budi@mail.example)")

    @dg.job(name=name)
    def made() -> None:
        step()

    return made


def run(instance: dg.DagsterInstance, name: str = "intake", *, fails: bool, tags: dict[str, str] | None = None) -> None:
    job(name, fails=fails).execute_in_process(instance=instance, raise_on_error=False, tags=tags or {})


def reports_of(channel: str, until: datetime) -> list[tuple[str, datetime]]:
    """Ten weeks of an hour each, until a moment."""
    return [(channel, until - number * HOUR) for number in range(24 * 70)]


def be_silent(connection: psycopg.Connection, **_: object) -> None:
    count_hours(connection, reports_of("jaki", NOW - 6 * HOUR))


def speak(connection: psycopg.Connection, **_: object) -> None:
    count_hours(connection, [("jaki", NOW)])


def lose_provider(connection: psycopg.Connection, **_: object) -> None:
    insert = "insert into raw.provider_outages values ('dishub', %s, 40, 'expected an answer, found none')"
    for minutes in (10, 20, 30):
        connection.execute(insert, [NOW - timedelta(minutes=minutes)])
    connection.execute(
        "insert into raw.cameras (camera_id, name, is_synthetic, registered_at, provider)"
        " values ('c1', 'c1', true, %s, 'dishub')",
        [NOW],
    )


def find_provider(connection: psycopg.Connection, **_: object) -> None:
    observe(connection, NOW + timedelta(minutes=20))


def observe(connection: psycopg.Connection, slot: datetime) -> None:
    connection.execute(
        "create table if not exists raw.camera_observations_today partition of raw.camera_observations"
        " for values from ('2026-03-02 00:00+07') to ('2026-03-03 00:00+07')"
    )
    connection.execute(
        "insert into raw.camera_observations"
        " (camera_id, slot_start, captured_at, status, evidence, is_synthetic, swept_at)"
        " values ('c1', %s, %s, 'valid', '', true, %s)",
        [slot, slot, slot],
    )


def fill_disk(monkeypatch: pytest.MonkeyPatch, **_: object) -> None:
    monkeypatch.setattr(conditions, "LITTLE_ROOM", 1 << 80)
    monkeypatch.setattr(conditions, "_ROOM_AGAIN", 1 << 81)


def empty_disk(monkeypatch: pytest.MonkeyPatch, **_: object) -> None:
    monkeypatch.setattr(conditions, "LITTLE_ROOM", 1)
    monkeypatch.setattr(conditions, "_ROOM_AGAIN", 2)


TROUBLES = {
    "failed run": Broken(
        "The run of intake failed",
        lambda instance, **_: run(instance, fails=True),
        lambda instance, **_: run(instance, fails=False),
    ),
    "red gate": Broken(
        "Gate triage is red: balance of the ledger",
        lambda connection, **_: judge(connection, "triage", "balance of the ledger", passed=False, run="1", at=NOW),
        lambda connection, **_: judge(connection, "triage", "balance of the ledger", passed=True, run="2", at=NOW),
    ),
    "red build": Broken(
        "The marts are not published: mart_overdue_cases failed",
        lambda connection, **_: judge(connection, "dbt", "mart_overdue_cases", passed=False, run="1", at=NOW),
        # What could be built leaves no row: the newest run has none of the model that was broken.
        lambda connection, **_: judge(connection, "dbt", "a test", passed=True, run="2", at=NOW),
    ),
    "stale marts": Broken(
        "Too old: the marts",
        lambda connection, **_: build_marts(connection, NOW - 27 * HOUR),
        lambda connection, **_: build_marts(connection, NOW),
    ),
    "silent channel": Broken("Channel jaki is silent", be_silent, speak),
    "provider down": Broken("Camera provider dishub is down", lose_provider, find_provider),
    "full disk": Broken("The disk of ", fill_disk, empty_disk),
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=list(TROUBLES))
def test_each_trouble_is_told_once_and_so_is_its_end(
    trouble: Broken,
    look: Look,
    connection: psycopg.Connection,
    instance: dg.DagsterInstance,
    mailbox: Mailbox,
    chat: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert look().broken == []
    trouble.begins(connection=connection, instance=instance, monkeypatch=monkeypatch)
    connection.commit()
    for _ in range(3):
        [broken] = look().broken
        assert broken.title.startswith(trouble.title)
    assert len(mailbox.mails) == len(chat.texts) == 1
    assert text_of(mailbox).startswith(f"Broken: {trouble.title}")
    trouble.ends(connection=connection, instance=instance, monkeypatch=monkeypatch)
    connection.commit()
    for _ in range(2):
        assert look(NOW + timedelta(minutes=31)).broken == []
    assert len(mailbox.mails) == len(chat.texts) == 2
    assert text_of(mailbox).startswith(f"Over: {trouble.title}")
    assert chat.texts[-1].startswith(f"Over: {trouble.title}")


def test_the_mail_says_what_one_needs_at_night(
    look: Look, connection: psycopg.Connection, instance: dg.DagsterInstance, mailbox: Mailbox, chat: Receiver
) -> None:
    build_marts(connection, NOW - 3 * HOUR)
    run(instance, fails=True)
    look(datetime.now(UTC) + timedelta(minutes=7))
    [mail] = mailbox.mails
    assert (mail["To"], mail["Auto-Submitted"]) == (ON_CALL, "auto-generated")
    text = text_of(mailbox)
    assert text.splitlines()[0] == "Broken: Too old: the marts; The run of intake failed"
    assert "since       " in text
    assert "(7 min)" in text
    assert "step step: ValueError: the vendor's list ended early\n" in text
    assert "budi" not in text, "the second line of an error may quote a record"
    [failed] = instance.get_runs()
    assert f"look        https://dagster.kota.example/runs/{failed.run_id}" in text
    assert "Readers see meanwhile the marts as of 2026-03-02 07:30 WIB and no report yet." in text
    assert chat.texts == [text]


def test_a_way_that_is_shut_stops_no_other_and_is_told_later(
    look: Look, connection: psycopg.Connection, mailbox: Mailbox, chat: Receiver
) -> None:
    chat.status = 503
    mailbox.refuses = {ON_CALL}
    judge(connection, "triage", "balance of the ledger", passed=False, run="1", at=NOW)
    assert [failure.partition(":")[0] for failure in look().failures] == ["mail", "webhook"]
    mailbox.refuses = set()
    [failure] = look().failures
    assert "503" in failure
    assert "secret" not in failure
    assert (len(mailbox.mails), len(chat.texts)) == (1, 0)
    chat.status = 200
    assert look().failures == []
    assert (len(mailbox.mails), len(chat.texts)) == (1, 1)


def test_settings_that_cannot_be_used_stop_no_other_way(
    look: Look, connection: psycopg.Connection, chat: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge(connection, "triage", "balance of the ledger", passed=False, run="1", at=NOW)
    monkeypatch.setenv("JSC_SMTP_PASSWORD", " ")
    assert look().failures == ["mail: expected settings that can be used, found ValidationError"]
    monkeypatch.setenv("JSC_SMTP_PASSWORD", "rahasia-sekali")
    monkeypatch.setenv("JSC_SMTP_CA_FILE", "/nowhere/ca.pem")
    assert look().failures == ["mail: expected settings that can be used, found FileNotFoundError"]
    assert len(chat.texts) == 1


def test_what_was_over_before_it_could_be_told_is_told_as_over(
    look: Look, connection: psycopg.Connection, chat: Receiver
) -> None:
    chat.status = 500
    judge(connection, "triage", "balance of the ledger", passed=False, run="1", at=NOW)
    look()
    judge(connection, "triage", "balance of the ledger", passed=True, run="2", at=NOW)
    look(NOW + HOUR)
    chat.status = 200
    look(NOW + 2 * HOUR)
    look(NOW + 3 * HOUR)
    [text] = chat.texts
    assert text.startswith("Over: Gate triage is red")
    assert "over since  2026-03-02 11:30 WIB, it lasted 1 h 0 min" in text


def test_a_way_that_is_set_up_later_hears_what_is_broken_and_nothing_old(
    look: Look, connection: psycopg.Connection, mailbox: Mailbox, chat: Receiver
) -> None:
    judge(connection, "triage", "tracking numbers", passed=False, run="1", at=NOW)
    look(NOW - timedelta(days=3), alert_webhook=None)
    judge(connection, "triage", "tracking numbers", passed=True, run="2", at=NOW)
    judge(connection, "triage", "balance of the ledger", passed=False, run="2", at=NOW)
    look(NOW - timedelta(days=2), alert_webhook=None)
    assert (len(mailbox.mails), len(chat.texts)) == (2, 0)
    look()
    assert [text.splitlines()[0] for text in chat.texts] == ["Broken: Gate triage is red: balance of the ledger"]


def test_nothing_is_called_in_a_chat_and_no_secret_is_logged(
    look: Look, connection: psycopg.Connection, chat: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    store(
        connection,
        [GateResult("triage", "x", "batch", False, "fail", "a <b>", "<!channel> & +6281200000001")],
        "1",
        NOW,
    )
    connection.commit()
    look()
    [text] = chat.texts
    assert "&lt;!channel&gt; &amp; …" in text
    assert "services/T0" not in caplog.text


def _look_elsewhere(url: str, home: Path, webhook: str, barrier: threading.Barrier) -> None:
    settings = Settings(home=home, alert_webhook=webhook)
    city = City(as_of=NOW.isoformat(), reports=str(home), landing=str(home))
    with dg.DagsterInstance.ephemeral() as instance:
        watch = Watch(settings, lambda: url, city, lambda: nullcontext(instance), lambda: NOW)
        for _ in range(10):
            barrier.wait()
            try:
                evaluate(watch)
            except BusyError:
                continue


def test_two_evaluations_at_once_tell_once(
    database_url: str, connection: psycopg.Connection, chat: Receiver, tmp_path: Path
) -> None:
    """Of two machines: they share the database and no file."""
    judge(connection, "triage", "balance of the ledger", passed=False, run="1", at=NOW)
    barrier = threading.Barrier(2)
    homes = [tmp_path / name for name in ("one", "two")]
    with ThreadPoolExecutor(2) as machines:
        for done in [machines.submit(_look_elsewhere, database_url, home, chat.url, barrier) for home in homes]:
            done.result(120)
    assert len(chat.texts) == 1


def test_a_database_that_is_down_is_told_once_and_so_is_its_return(
    look: Look, tmp_path: Path, mailbox: Mailbox, chat: Receiver, connection: psycopg.Connection
) -> None:
    publish_report(tmp_path / "home" / "reports", date(2026, 3, 2), {".html": b""})
    nowhere = "postgresql://kota@127.0.0.1:1/jakarta"
    chat.status = 500
    assert len(look(url=nowhere).failures) == 1
    chat.status = 200
    for hours in (1, 2):
        [broken] = look(NOW + hours * HOUR, url=nowhere).broken
        assert broken.kind is Kind.DATABASE_DOWN
        assert broken.since == NOW
    assert len(mailbox.mails) == len(chat.texts) == 1
    assert text_of(mailbox).startswith("Broken: The database cannot be used: nothing runs\n")
    assert "free on the disk: " in text_of(mailbox)
    assert "Readers see meanwhile no mart until the database is up again, and the report of 2026-W10." in chat.texts[0]
    for hours in (3, 4):
        assert look(NOW + hours * HOUR).broken == []
    assert len(mailbox.mails) == len(chat.texts) == 2
    assert text_of(mailbox).startswith("Over: The database cannot be used")
    assert "it lasted 3 h 0 min" in chat.texts[-1]
    look(NOW + 5 * HOUR, url=nowhere)
    assert len(mailbox.mails) == 3, "another outage is another incident"


def test_an_outage_is_remembered_without_room_on_the_disk(look: Look, tmp_path: Path) -> None:
    look()
    file = tmp_path / "home" / "database_outage.json"
    before = file.stat()
    look(url="postgresql://kota@127.0.0.1:1/jakarta")
    after = file.stat()
    assert (after.st_size, after.st_ino) == (before.st_size, before.st_ino)
    assert "refused" in file.read_text(encoding="utf-8")


def test_an_outage_that_cannot_be_remembered_is_told_all_the_same(look: Look, tmp_path: Path, chat: Receiver) -> None:
    (tmp_path / "home" / "database_outage.json").mkdir(parents=True)
    done = look(url="postgresql://kota@127.0.0.1:1/jakarta", alert_mail=[])
    assert [one.kind for one in done.broken] == [Kind.DATABASE_DOWN]
    assert len(chat.texts) == 1
    assert "expected to remember it in " in done.failures[0]


def test_a_look_that_fails_is_told_and_stops_no_other(
    look: Look, connection: psycopg.Connection, mailbox: Mailbox
) -> None:
    judge(connection, "triage", "balance of the ledger", passed=False, run="1", at=NOW)
    be_silent(connection)
    connection.commit()
    look()
    connection.execute("alter table ledger.channel_hours rename to elsewhere")
    connection.commit()
    titles = {one.title for one in look().broken}
    assert titles == {
        "Channel jaki is silent", "Gate triage is red: balance of the ledger", "The watch cannot look at the channels",
    }  # fmt: skip
    assert subjects(mailbox)[-1] == "Broken: The watch cannot look at the channels"


def test_a_channel_whose_batches_cannot_be_read_is_red_until_a_better_one_comes(
    look: Look, connection: psycopg.Connection, tmp_path: Path
) -> None:
    landing, jaki = tmp_path / "landing", CHANNELS["jaki"]
    (landing / "jaki").mkdir(parents=True)

    def deliver(batch: str, files: int) -> None:
        for number in range(files):
            (landing / "jaki" / f"{batch}-{number}.json").write_text(f"no JSON {batch} {number}", encoding="utf-8")
        take_in(connection, jaki, landing, open_batch(landing, "jaki", batch, NOW))
        frame = newest_batch(connection, "jaki")
        store(connection, validate("intake", frame, intake_expectations("jaki", frame)), batch, NOW)
        connection.commit()

    for batch in ("a", "b"):
        deliver(batch, 12)
        [red] = look().broken
        assert red.title == "Gate intake is red: newest batch of jaki"
        assert "12 of 12 rows" in red.found
    deliver("c", 2)
    assert look().broken == [], "too few to be judged, and no longer held back"


def test_a_run_that_is_retried_has_not_ended(look: Look, instance: dg.DagsterInstance) -> None:
    run(instance, fails=True)
    assert len(look().broken) == 1
    run(instance, fails=True, tags={WILL_RETRY_TAG: "true"})
    assert len(look().broken) == 1, "it is not over because it is tried again"
    run(instance, fails=False)
    run(instance, fails=True, tags={WILL_RETRY_TAG: "true"})
    assert look().broken == []


def test_a_dead_daemon_is_told_where_one_has_to_run(look: Look, instance: dg.DagsterInstance) -> None:
    def beat(at: datetime) -> None:
        for part in ("SCHEDULER", "SENSOR", "QUEUED_RUN_COORDINATOR"):
            instance.add_daemon_heartbeat(DaemonHeartbeat(at.timestamp(), part, None, None))

    assert look().broken == []
    [never] = look(environment="production").broken
    assert "never" in never.found
    beat(NOW)
    assert look(environment="production").broken == []
    [gone] = look(NOW + timedelta(minutes=6), environment="production").broken
    assert (gone.kind, gone.since) == (Kind.DAEMON_DOWN, NOW)


def test_a_provider_that_comes_and_goes_is_one_incident(look: Look, connection: psycopg.Connection) -> None:
    lose_provider(connection)
    observe(connection, NOW)
    connection.commit()
    [broken] = look().broken
    assert broken.since == NOW - timedelta(minutes=30)
    assert "40 cameras" in broken.found


def test_the_week_ahead_is_due_on_friday_before_the_planners_meet(look: Look, tmp_path: Path) -> None:
    publish_report(tmp_path / "home" / "reports", date(2026, 3, 2), {".html": b""})
    friday = datetime(2026, 3, 6, 7, tzinfo=WIB)
    assert look(friday - timedelta(minutes=1)).broken == []
    [late] = look(friday).broken
    assert (late.title, late.since) == ("Too old: the weekly report", friday)


def test_a_source_is_too_old_when_a_build_warns_of_it() -> None:
    """The limits of the watch are those of dbt's tests."""
    sources = yaml.safe_load((PROJECT / "dbt_project/models/staging/sources.yml").read_text(encoding="utf-8"))[
        "sources"
    ]
    tested = {
        f"{source['name']}.{table['name']}": (column["name"], timedelta(hours=test["is_fresh"]["arguments"]["hours"]))
        for source in sources
        for table in source["tables"]
        for column in table.get("columns", [])
        for test in column["data_tests"]
        if "is_fresh" in test
    }
    assert tested == SOURCES


def test_old_case_events_are_told(look: Look, connection: psycopg.Connection) -> None:
    connection.execute(
        "insert into raw.case_events (event_id, tracking_number, status, holder_code, occurred_at, received_at,"
        " booked_at, batch_id, is_synthetic) values ('e', 'n', 's', 'h', %(at)s, %(at)s, %(at)s, '1', true)",
        {"at": NOW - 50 * HOUR},
    )
    connection.commit()
    [old] = look().broken
    assert (old.title, old.since) == ("Too old: raw.case_events", NOW - 2 * HOUR)


def test_an_engineer_reads_the_book(look: Look, connection: psycopg.Connection) -> None:
    judge(connection, "triage", "balance of the ledger", passed=False, run="1", at=NOW)
    look()
    connection.execute("set role engineer")
    [row] = connection.execute("select kind, closed_at from quality.incidents").fetchall()
    assert row == ("red_gate", None)
    assert connection.execute("select count(*) from quality.incident_tellings").fetchone() == (2,)


def test_the_sensor_watches_in_production(
    database_url: str, connection: psycopg.Connection, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path, chat: Receiver,
) -> None:  # fmt: skip
    from assets.resources import Database

    assert build_watch("development") == []
    [sensor] = build_watch("production")
    assert sensor.default_status is dg.DefaultSensorStatus.RUNNING
    judge(connection, "triage", "balance of the ledger", passed=False, run="1", at=NOW)
    for name, value in {"HOME": tmp_path / "home", "ALERT_WEBHOOK": chat.url}.items():
        monkeypatch.setenv(f"JSC_{name}", str(value))
    resources = {"database": Database(url=database_url), "city": City(as_of=NOW.isoformat(), landing=str(tmp_path))}

    def tick() -> Any:
        with dg.build_sensor_context(instance=instance, resources=resources) as context:
            return sensor(context)

    chat.status = 500
    with pytest.raises(Exception, match="expected 127.0.0.1 to accept, found status 500"):
        tick()
    chat.status = 200
    assert "Broken: Gate triage is red: balance of the ledger. Messages sent: 1." in tick().skip_message
    assert "Messages sent: 0." in tick().skip_message


def test_the_terminal_says_what_is_broken(
    database_url: str, look: Look, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    judge(connection, "triage", "balance of the ledger", passed=False, run="1", at=NOW)
    build_marts(connection, NOW)
    publish_report(tmp_path / "home" / "reports", date(2026, 3, 2), {".html": b""})
    look()
    monkeypatch.setenv("JSC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JSC_DATABASE_URL", database_url)
    told = CliRunner().invoke(app, ["status"]).output
    assert "broken since 2026-03-02 10:30 WIB: Gate triage is red: balance of the ledger" in told
    assert "readers see: the marts as of 2026-03-02 10:30 WIB and the report of 2026-W10" in told


def test_the_terminal_says_what_it_can_without_a_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    publish_report(tmp_path / "home" / "reports", date(2026, 3, 2), {".html": b""})
    monkeypatch.setenv("JSC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JSC_DATABASE_URL", "postgresql://kota:rahasia@127.0.0.1:1/jakarta")
    done = CliRunner().invoke(app, ["status"])
    assert done.exit_code == 1
    assert "The database cannot be used: " in done.output
    assert "readers see: no mart until the database is up again, and the report of 2026-W10" in done.output
    assert "disk: " in done.output
    assert "weekly_jam_forecast.html, made " in done.output
    assert "rahasia" not in done.output


def test_the_verb_looks_once_and_fails_where_nobody_hears(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JSC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JSC_DATABASE_URL", "postgresql://kota@127.0.0.1:1/jakarta")
    monkeypatch.setenv("JSC_ALERT_MAIL", f'["{ON_CALL}"]')
    done = CliRunner().invoke(app, ["watch"])
    assert done.exit_code == 1
    assert "broken The database cannot be used" in done.output
    assert "Not told: mail: expected JSC_SMTP_URL beside JSC_ALERT_MAIL, found none" in done.output


def test_a_webhook_that_is_no_url_is_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSC_ALERT_WEBHOOK", "hooks.example/secret")
    with pytest.raises(ValueError, match="expected a URL of HTTP in JSC_ALERT_WEBHOOK") as refused:
        Settings()
    assert "secret" not in str(refused.value)


def test_incidents_of_one_subject_and_two_kinds_are_two() -> None:
    def named(kind: Kind) -> str:
        return Incident(kind, "jaki", "", NOW, "", "").key

    assert named(Kind.SILENT_CHANNEL) != named(Kind.RED_GATE)
