"""Ten thousand complaints of one day, over all channels of the city, from the vendors to the ledger."""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from assets.city import city_folder
from assets.clock import midnight
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.intake import IntakeCounts, fetch_in, take_in
from assets.complaints.ledger import decide_all
from assets.complaints.reception import hand_in, take_all
from assets.complaints.triage.desk import Desk
from assets.sources.landing import open_batch
from assets.sources.records import Window
from database.server import with_database
from sample_city.day import TrialDay, acceptance_day
from sample_city.mail_server import MailServer, NoMailServer
from sample_city.reference import read_reference
from sample_city.smsd import fill_inbox, make_inbox
from sample_city.vendors import Vendors
from tests.served import REFERENCE

COMPLAINTS = 10_000
# A working day on which every channel ran.
DAY = date(2021, 6, 8)
NOW = datetime(2021, 6, 10, tzinfo=UTC)
TOKEN = "rahasia-sekali"  # noqa: S105 - of this test alone


@dataclass(frozen=True)
class Taken:
    """The day after the platform took it in."""

    trial: TrialDay
    counts: dict[str, IntakeCounts]
    url: str


@pytest.fixture(scope="module")
def taken(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taken]:
    trial = acceptance_day(read_reference(city_folder()), DAY, COMPLAINTS)
    landing = tmp_path_factory.mktemp("landing")
    urls = {name: with_database(template, name) for name in ("acceptance_day", "gammu")}
    with psycopg.connect(with_database(template, "postgres"), autocommit=True) as server:
        server.execute("create database acceptance_day template template_city")
        server.execute("create database gammu")
    with psycopg.connect(urls["gammu"]) as gateway:
        make_inbox(gateway)
        # The one that nobody can read has no id: the gateway's own table refuses it.
        fill_inbox(gateway, [item for item in trial.items if item.channel == "sms" and item.body["ID"]])
    hand_in_all(trial, urls["acceptance_day"])
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        vendors = stack.enter_context(Vendors(trial.items, token=TOKEN))
        for name in [name for name in os.environ if name.startswith("JSC_")]:
            patch.delenv(name)
        mailbox = deliver_mails(trial, landing, stack)
        for name, value in {**vendors.environment, **mailbox, "JSC_SMS_URL": urls["gammu"]}.items():
            patch.setenv(name, value)
        counts = walk(lambda: psycopg.connect(urls["acceptance_day"]), landing)
    yield Taken(trial, counts, urls["acceptance_day"])
    with psycopg.connect(with_database(template, "postgres"), autocommit=True) as server:
        for name in urls:
            server.execute(f"drop database {name} with (force)".encode())


def hand_in_all(trial: TrialDay, url: str) -> None:
    """Webhooks and reports of the portal, as the portal hands them in."""
    with psycopg.connect(url) as connection:
        for item in trial.items:
            if item.is_pushed:
                hand_in(connection, item.channel, json.dumps(item.body).encode())


def deliver_mails(trial: TrialDay, landing: Path, stack: ExitStack) -> dict[str, str]:
    """Mails in a mailbox, or as files where there is no mail server; the platform's variables."""
    mails = [item for item in trial.items if item.channel == "email"]
    try:
        server = stack.enter_context(MailServer(user="pengaduan", password=TOKEN))
    except NoMailServer:
        (landing / "email").mkdir()
        for number, item in enumerate(mails):
            (landing / f"email/{number}.eml").write_bytes(item.body)
        return {}
    for item in mails:
        server.deliver(item.body, item.at)
    return server.environment


def walk(
    transaction: Callable[[], AbstractContextManager[psycopg.Connection]], landing: Path
) -> dict[str, IntakeCounts]:
    """What the intake job does."""
    window = Window(midnight(DAY - timedelta(days=1)), midnight(DAY + timedelta(days=2)))
    told = {}
    for code, channel in CHANNELS.items():
        batch = open_batch(landing, code, "1", NOW)
        with transaction() as connection:
            told[code] = take_in(connection, channel, landing, batch)
            take_all(connection, channel, batch, told[code])
        fetch_in(transaction, channel, window, batch, told[code])
    decide_all(transaction, Desk.of(REFERENCE), "1", NOW)
    return told


def test_every_source_answered(taken: Taken) -> None:
    assert {code: counts.failures for code, counts in taken.counts.items() if counts.failures} == {}
    assert {code for code, counts in taken.counts.items() if counts.records} == set(REFERENCE.channels)


# A message that gives what its reporter's earlier one lacked: it completes that report.
REPLIES = """
    from ledger.complaints inner join raw.inbox using (inbox_id)
    where inbox.source_record_id <> complaints.source_record_id
"""


def test_none_is_lost_none_doubled_and_none_made_up(taken: Taken) -> None:
    with psycopg.connect(taken.url) as connection:
        ledger = connection.execute(
            "select channel, source_record_id from ledger.complaints where version = 1"
            f" union all select inbox.channel, inbox.source_record_id {REPLIES}"
        ).fetchall()
    truth = Counter((str(one.channel), one.source_record_id) for one in taken.trial.complaints)
    assert len(truth) == COMPLAINTS
    truth.update(("sms", one.answer_id) for one in taken.trial.complaints if one.answer)
    assert Counter(ledger) == truth


def test_every_number_is_issued_and_no_number_twice(taken: Taken) -> None:
    with psycopg.connect(taken.url) as connection:
        [(complaints, numbered, numbers)] = connection.execute(
            "select count(distinct complaint_id), count(distinct tracking_numbers.complaint_id),"
            " count(distinct tracking_number)"
            " from ledger.complaints left join ledger.tracking_numbers using (complaint_id)"
        ).fetchall()
        [(replies,)] = connection.execute(f"select count(*) {REPLIES}").fetchall()
    answers = sum(bool(one.answer) for one in taken.trial.complaints)
    assert complaints == numbered == numbers == COMPLAINTS + answers - replies


# An SMS alone has its answer in a message of its own.
@pytest.mark.channels("sms")
def test_an_answer_completes_the_report_that_it_is_for(taken: Taken) -> None:
    planned = {one.source_record_id: one for one in taken.trial.complaints}
    with psycopg.connect(taken.url) as connection:
        rows = connection.execute(
            f"select inbox.source_record_id, complaints.source_record_id, complaints.decision {REPLIES}"
        ).fetchall()
    completed = {reply: (earlier, decision) for reply, earlier, decision in rows}
    answers = {one.answer_id: (one.source_record_id, "accepted") for one in taken.trial.complaints if one.answer}
    # A place that its words hide from the platform stays a question.
    read = [completed.get(reply) == told for reply, told in answers.items()]
    assert len(read) > 30
    assert sum(read) / len(read) >= 0.9
    others = {reply: earlier for reply, (earlier, _) in completed.items() if reply not in answers}
    assert len(others) < COMPLAINTS / 1000
    for reply, earlier in others.items():
        assert planned[earlier].reporter == planned[reply].reporter
        assert planned[earlier].missing
        assert planned[reply].missing


def test_what_was_received_is_accounted_for_in_every_channel(taken: Taken) -> None:
    with psycopg.connect(taken.url) as connection:
        booked: Counter[str] = Counter()
        for table in ("ledger.complaints", "ledger.set_aside", "raw.quarantine"):
            booked.update(
                dict(connection.execute(f"select channel, count(*) from {table} group by 1".encode()).fetchall())
            )
        [(pending,)] = connection.execute("select count(*) from raw.pending").fetchall()
    received = {code: counts.records - counts.repeated for code, counts in taken.counts.items() if counts.records}
    assert pending == 0
    assert dict(booked) == received


def test_what_nobody_can_read_is_quarantined_with_a_reason_and_nothing_else(taken: Taken) -> None:
    with psycopg.connect(taken.url) as connection:
        rows = connection.execute("select channel, reason from raw.quarantine").fetchall()
    unreadable = [str(one.channel) for one in taken.trial.extras.unreadable if one.channel != "sms"]
    assert Counter(channel for channel, _ in rows) == Counter(unreadable)
    assert all(reason.startswith("expected ") for _, reason in rows)


def test_no_credential_is_kept_anywhere(taken: Taken) -> None:
    with psycopg.connect(taken.url) as connection:
        for table in ("raw.fetches", "raw.receipts", "raw.quarantine", "raw.inbox"):
            told = str(connection.execute(f"select * from {table}".encode()).fetchall())
            assert TOKEN not in told
