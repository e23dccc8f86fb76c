"""What the watch looks at, and what it says in a terminal: with a real database, mail server and receiver."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import psycopg
import pytest
import yaml
from dagster._core.storage.tags import WILL_RETRY_TAG
from dagster._daemon.types import DaemonHeartbeat
from typer.testing import CliRunner

from assets.clock import city_zone
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.expectations import intake_expectations, newest_batch
from assets.complaints.intake import take_in
from assets.complaints.reception import hand_in
from assets.freshness import SOURCES
from assets.quality import store, validate
from assets.reports.archive import publish as publish_report
from assets.resources import City
from assets.settings import Settings
from assets.sources.landing import open_batch
from assets.watch.incidents import Incident, Kind
from command.cli import app
from database.settings import PROJECT
from orchestration.watch import build_watch
from tests.integration.post import Mailbox
from tests.integration.test_clerk import Working, report, until
from tests.integration.troubles import be_silent, lose_provider, observe
from tests.integration.watching import HOUR, NOW, ON_CALL, Look, Receiver, build_marts, judge, run, subjects

pytestmark = pytest.mark.usefixtures("no_settings")


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
        "Channel email is silent", "Gate triage is red: balance of the ledger", "The watch cannot look at the channels",
    }  # fmt: skip
    assert subjects(mailbox)[-1] == "Broken: The watch cannot look at the channels"


def test_a_channel_whose_batches_cannot_be_read_is_red_until_a_better_one_comes(
    look: Look, connection: psycopg.Connection, tmp_path: Path
) -> None:
    landing, channel = tmp_path / "landing", CHANNELS["email"]
    (landing / "email").mkdir(parents=True)

    def deliver(batch: str, files: int) -> None:
        for number in range(files):
            (landing / "email" / f"{batch}-{number}.eml").write_text(f"no JSON {batch} {number}", encoding="utf-8")
        take_in(connection, channel, landing, open_batch(landing, "email", batch, NOW))
        frame = newest_batch(connection, "email")
        store(connection, validate("intake", frame, intake_expectations("email", frame)), batch, NOW)
        connection.commit()

    for batch in ("a", "b"):
        deliver(batch, 12)
        [red] = look().broken
        assert red.title == "Gate intake is red: newest batch of email"
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
    friday = datetime(2026, 3, 6, 7, tzinfo=city_zone())
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


def test_reports_that_wait_are_told_until_a_clerk_takes_them(
    database_url: str, look: Look, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JSC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JSC_DATABASE_URL", database_url)
    waits = "Reports of the portal wait: no clerk takes them"

    def wait(since: str) -> None:
        connection.execute("update private.arrivals set received_at = clock_timestamp() - %s::interval", [since])
        connection.commit()

    hand_in(connection, "portal", report(1))
    wait("50 seconds")
    assert look().broken == []
    assert waits not in CliRunner().invoke(app, ["status"]).output
    wait("61 seconds")
    assert waits in CliRunner().invoke(app, ["status"]).output, "before anybody looked"
    [waiting] = look().broken
    assert (waiting.title, waiting.kind) == (waits, Kind.WAITING_ARRIVALS)
    assert waiting.found.startswith("1 of portal, the oldest since ")
    assert CliRunner().invoke(app, ["status"]).output.count(waits) == 1
    with Working(database_url, tmp_path / "landing"):
        until(lambda: connection.execute("select count(*) from private.arrivals").fetchone() == (0,))
    connection.rollback()
    assert look().broken == []
    assert waits not in CliRunner().invoke(app, ["status"]).output


def test_the_terminal_says_what_it_can_without_a_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    publish_report(tmp_path / "home" / "reports", date(2026, 3, 2), {".html": b""})
    monkeypatch.setenv("JSC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JSC_DATABASE_URL", "postgresql://kota:rahasia@127.0.0.1:1/kota")
    done = CliRunner().invoke(app, ["status"])
    assert done.exit_code == 1
    assert "The database cannot be used: " in done.output
    assert "readers see: no mart until the database is up again, and the report of 2026-W10" in done.output
    assert "disk: " in done.output
    assert "weekly_jam_forecast.html, made " in done.output
    assert "rahasia" not in done.output


def test_the_verb_looks_once_and_fails_where_nobody_hears(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JSC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JSC_DATABASE_URL", "postgresql://kota@127.0.0.1:1/kota")
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
        return Incident(kind, "email", "", NOW, "", "").key

    assert named(Kind.SILENT_CHANNEL) != named(Kind.RED_GATE)
