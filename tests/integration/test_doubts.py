"""Doubts in the ledger: raised from what is known, a person asked to verify, nothing thrown away."""

import json
from datetime import UTC, datetime, timedelta

import psycopg

from assets.complaints.channels.registry import CHANNELS
from assets.complaints.intake import Readable, store_records
from assets.complaints.ledger import decide_all
from assets.complaints.model import Report
from assets.complaints.triage.credible import CAMPAIGN_ACCOUNTS, Signal
from assets.complaints.triage.desk import Desk
from assets.sources.landing import Batch
from assets.sources.records import Record
from assets.sources.windows import Transaction
from tests.served import HERE, NEXT, NEXT_AREA, REFERENCE

NOW = datetime(2026, 3, 2, tzinfo=UTC)
DESK = Desk.of(REFERENCE)
# A kelurahan of another kecamatan.
ELSEWHERE = [one.name for one in REFERENCE.kelurahan.values() if one.kecamatan_code == NEXT_AREA.code][-1]


def post(number: int, account: str, text: str) -> Record:
    node = {
        "id": f"77_{number}",
        "from": {"name": f"Warga {account} Contoh", "id": account},
        "message": text,
        "created_time": f"2026-03-01T08:{number % 60:02d}:00+0000",
    }
    [record] = CHANNELS["facebook"].split(json.dumps({"data": [node]}).encode(), "1.json")
    assert isinstance(record, Record)
    return record


def decide(transaction: Transaction, *records: Record) -> None:
    readable = []
    for record in records:
        report = CHANNELS["facebook"].parse(record)
        assert isinstance(report, Report)
        readable.append(Readable(record, None, report.reported_at))
    with transaction() as connection:
        store_records(connection, Batch("1", "facebook", NOW, is_synthetic=True), readable)
    decide_all(transaction, DESK, "1", NOW)


def signals(connection: psycopg.Connection) -> list[tuple[str, str, bool, str]]:
    return connection.execute(
        "select source_record_id, signal, needs_verification, decision"
        " from ledger.signals inner join ledger.complaints using (complaint_id, version) order by 1, 2"
    ).fetchall()


def test_a_campaign_over_two_batches_is_doubted_and_accepted(
    transaction: Transaction, connection: psycopg.Connection
) -> None:
    text = f"Jalan berlubang besar di kelurahan {HERE.name} tidak pernah diperbaiki"
    posts = [post(number, f"90{number}", text) for number in range(CAMPAIGN_ACCOUNTS)]
    decide(transaction, *posts[:-1])
    assert signals(connection) == []
    decide(transaction, posts[-1])
    assert signals(connection) == [(f"77_{CAMPAIGN_ACCOUNTS - 1}", Signal.CAMPAIGN.value, True, "accepted")]


def test_a_reporter_whom_agencies_rejected_twice_is_doubted(
    transaction: Transaction, connection: psycopg.Connection
) -> None:
    decide(transaction, post(1, "900", f"Jalan berlubang besar di kelurahan {HERE.name}"),
           post(2, "900", f"Lampu jalan mati total di kelurahan {NEXT.name}"))  # fmt: skip
    for number in (1, 2):
        connection.execute(
            "insert into raw.case_events"
            " values (%s, 'facebook', %s, null, 'ditolak', 'kelurahan', %s, %s, '1', true, now())",
            [f"e{number}", f"77_{number}", NOW, NOW],
        )
    connection.commit()
    decide(transaction, post(3, "900", f"Sampah menumpuk di kelurahan {ELSEWHERE}"),
           post(4, "901", f"Sampah menumpuk di pinggir kali kelurahan {ELSEWHERE}"))  # fmt: skip
    assert signals(connection) == [("77_3", Signal.REJECTED_BEFORE.value, True, "accepted")]


def test_a_jam_is_held_against_the_cameras_of_its_area_and_hour(
    transaction: Transaction, connection: psycopg.Connection
) -> None:
    at = datetime(2026, 3, 1, 8, tzinfo=UTC)
    connection.execute("insert into raw.cameras values ('c1', 'c1', %s, null, null, true, %s)", [HERE.code, NOW])
    connection.execute(
        "create table raw.camera_observations_20260301 partition of raw.camera_observations"
        " for values from ('2026-02-28 17:00+00') to ('2026-03-01 17:00+00')"
    )
    for slot in range(4):
        connection.execute(
            "insert into raw.camera_observations (camera_id, slot_start, captured_at, status, evidence, density_share,"
            " is_synthetic, swept_at) values ('c1', %(at)s, %(at)s, 'good', '', 0.01, true, %(at)s)",
            {"at": at + timedelta(minutes=10 * slot)},
        )
    connection.commit()
    decide(transaction, post(1, "900", f"Macet parah lalu lintas tidak bergerak sama sekali di kelurahan {HERE.name}"),
           post(2, "901", f"Macet parah lalu lintas tidak bergerak sama sekali di kelurahan {ELSEWHERE}"))  # fmt: skip
    assert signals(connection) == [("77_1", Signal.JAM_NOT_SEEN.value, True, "accepted")]
