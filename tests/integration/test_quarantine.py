"""Quarantine: listed without personal data, and taken in by a parser that was mended."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from assets.complaints import replay
from assets.complaints.channels import jaki
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.intake import take_in
from assets.complaints.model import Report
from assets.complaints.replay import replay_records
from assets.sources.landing import Batch, open_batch
from assets.sources.quarantine import QuarantineError, entries, masked, payload_of
from assets.sources.records import Record

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def report(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "content": "Lampu jalan mati, lapor Budi Contoh",
        "createdAt": "2026-03-01T08:00:00+07:00",
        **changes,
    }


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    (tmp_path / "jaki").mkdir()
    reports = [report(1), report(2, createdAt="kemarin"), report(3, createdAt="besok")]
    (tmp_path / "jaki/a.json").write_text(json.dumps({"data": reports}))
    (tmp_path / "jaki/b.json").write_text("{'Budi Contoh'")
    return tmp_path


@pytest.fixture
def filled(connection: psycopg.Connection, landing: Path) -> psycopg.Connection:
    take_in(connection, CHANNELS["jaki"], landing, open_batch(landing, "jaki", "1", NOW))
    return connection


def again(landing: Path) -> Batch:
    return open_batch(landing, "jaki", "2", NOW)


def numbers(connection: psycopg.Connection) -> list[int]:
    return [entry.quarantine_id for entry in entries(connection)]


def balance(connection: psycopg.Connection) -> tuple[int, int]:
    inbox = connection.execute("select count(*) from raw.inbox").fetchone()
    assert inbox is not None
    return inbox[0], len(entries(connection))


@pytest.fixture
def mended(monkeypatch: pytest.MonkeyPatch) -> None:
    """A parser that has learned what "kemarin" is."""

    def parse(record: Record) -> Report:
        if record.payload["createdAt"] == "kemarin":
            record = Record(record.source_record_id, {**record.payload, "createdAt": "2026-03-01T08:00:00+07:00"})
        return jaki.parse(record)

    monkeypatch.setattr(replay, "CHANNELS", {"jaki": replace(CHANNELS["jaki"], parse=parse)})


def test_the_list_names_reasons_and_no_person(filled: psycopg.Connection) -> None:
    listed = entries(filled)
    assert sorted(entry.origin for entry in listed) == ["jaki/a.json", "jaki/a.json", "jaki/b.json"]
    assert "expected createdAt as a moment, found text of 7 characters" in {entry.reason for entry in listed}
    assert "Budi" not in str(listed)


def test_the_form_of_a_payload_is_shown_and_not_what_it_says(filled: psycopg.Connection) -> None:
    told = [masked(payload_of(filled, number)) for number in numbers(filled)]
    assert any('"createdAt": "xxxxxxx"' in one for one in told)
    assert "Budi" not in str(told)
    with pytest.raises(QuarantineError, match="jsc quarantine list"):
        payload_of(filled, 99)


@pytest.mark.usefixtures("mended")
def test_a_mended_parser_takes_its_backlog_in_once(filled: psycopg.Connection, landing: Path) -> None:
    assert balance(filled) == (1, 3)
    counts = replay_records(filled, "jaki", numbers(filled), again(landing))
    assert (counts.records, counts.quarantined) == (3, 2)
    assert balance(filled) == (2, 2)
    assert filled.execute("select count(*) from raw.pending").fetchone() == (2,)
    replay_records(filled, "jaki", numbers(filled), again(landing))
    assert balance(filled) == (2, 2), "replayed again, nothing is doubled"


def test_what_is_still_unreadable_stays_with_its_bytes(filled: psycopg.Connection, landing: Path) -> None:
    before = [payload_of(filled, number) for number in numbers(filled)]
    replay_records(filled, "jaki", numbers(filled), again(landing))
    assert [payload_of(filled, number) for number in numbers(filled)] == before


def test_a_whole_file_is_taken_in_as_far_as_it_reads(
    filled: psycopg.Connection, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def split(content: bytes, origin: str) -> list[Any]:
        if content.startswith(b"{'"):
            content = json.dumps({"data": [report(7), report(8, createdAt="lusa"), {"content": "x"}]}).encode()
        return jaki.split(content, origin)

    monkeypatch.setattr(replay, "CHANNELS", {"jaki": replace(CHANNELS["jaki"], split=split)})
    replay_records(filled, "jaki", numbers(filled), again(landing))
    assert balance(filled) == (2, 4)
    assert "jaki/b.json#/2" in {entry.origin for entry in entries(filled)}
