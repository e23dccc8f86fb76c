"""Moments that nobody could tell, ids of two authors, the city's own voice and bad photos, on a real database."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import psycopg
import pytest

from assets.cases.evidence import compare_evidence
from assets.city import city_folder
from assets.complaints import pending
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.forget import forget
from assets.complaints.intake import Readable, store_records, take_in
from assets.complaints.ledger import decide_pending
from assets.complaints.model import NOT_TOLD, Report
from assets.complaints.photos import PhotoSettings, hash_photos
from assets.complaints.triage.desk import Desk
from assets.reference import load_reference
from assets.sources.landing import Batch, open_batch
from assets.sources.records import Record
from tests.served import HERE, HERE_AREA, NEXT, REFERENCE

DESK = Desk.of(load_reference(city_folder()))
NOW = datetime(2026, 11, 28, tzinfo=UTC)
FILED = datetime(2026, 11, 27, 1, tzinfo=UTC)
FUTURE = "Sat, 28 Nov 2099 08:00:00 +0700"


def run(connection: psycopg.Connection, landing: Path, batch: str = "1") -> list[Any]:
    """Take in and decide what lies in a landing folder; who reported what when, as the ledger tells."""
    for code in CHANNELS:
        if (landing / code).is_dir():
            take_in(connection, CHANNELS[code], landing, open_batch(landing, code, batch, NOW))
    decide_pending(connection, DESK, batch, NOW)
    return connection.execute(
        "select people.reporter_name, people.reporter_contact, entries.reported_at, time_basis, entries.decision"
        " from ledger.complaints as entries inner join private.complaints as people using (complaint_id, version)"
        " order by people.reporter_name, entries.version"
    ).fetchall()


def mail(name: str, *, message_id: str = "same@x.example", day: str = "Fri, 27 Nov 2026 08:00:00 +0700",
         text: str = f"Lampu jalan mati di Jl. Kenanga, {HERE.name}.", sender: str = "") -> str:  # fmt: skip
    address = sender or f"{name.lower()}@warga.example"
    return f"From: {name} <{address}>\nSubject: Lampu\nDate: {day}\nMessage-ID: <{message_id}>\n\n{text}\n"


def put(landing: Path, **files: str) -> Path:
    (landing / "email").mkdir(exist_ok=True)
    for name, content in files.items():
        file = landing / "email" / f"{name}.eml"
        file.write_text(content)
        os.utime(file, (FILED.timestamp(), FILED.timestamp()))
    return landing


@pytest.mark.parametrize("told", [datetime(2099, 1, 1, tzinfo=UTC), datetime(1975, 1, 1, tzinfo=UTC), NOT_TOLD])
@pytest.mark.parametrize("code", REFERENCE.channels)
def test_a_moment_that_nobody_could_tell_is_that_of_the_receipt(connection, monkeypatch, code, told):
    report = Report("1", None, told, "Rini", None, "5", None, f"Lampu jalan mati di Jl. Mawar, {HERE.name}", None, None,
                    None, None, None, None, ())  # fmt: skip
    channel = replace(CHANNELS[code], parse=lambda record: report, own=None)
    monkeypatch.setattr(pending, "CHANNELS", {**CHANNELS, code: channel})
    batch = Batch("1", code, NOW, is_synthetic=False)
    store_records(connection, batch, [Readable(Record("1", {"n": 1}), None, told)])
    assert connection.execute("select reported_at from raw.pending").fetchall() == [(NOW,)]
    decide_pending(connection, DESK, "1", NOW)
    found = connection.execute("select reported_at, time_basis from ledger.complaints").fetchall()
    assert found == [(NOW, "receipt")]


def test_a_clock_that_runs_ahead_by_hours_is_believed(connection, tmp_path):
    ahead = NOW + timedelta(hours=20)
    landing = put(tmp_path, a=mail("Rini", day=f"{ahead:%a, %d %b %Y %H:%M:%S} +0000"))
    [(*_, reported_at, basis, _)] = run(connection, landing)
    assert (reported_at, basis) == (ahead, "sender")


def test_a_mail_from_the_future_is_dated_by_its_file(connection, tmp_path):
    [(*_, reported_at, basis, _)] = run(connection, put(tmp_path, a=mail("Rini", day=FUTURE)))
    assert (reported_at, basis) == (FILED, "receipt")


def test_a_file_whose_time_an_archive_set_dates_nothing(connection, tmp_path):
    landing = put(tmp_path, a=mail("Rini", day=FUTURE))
    os.utime(landing / "email" / "a.eml", (0, 0))
    [(*_, reported_at, basis, _)] = run(connection, landing)
    assert (reported_at, basis) == (NOW, "receipt")


def test_one_message_id_of_two_authors_is_two_complaints_however_often_it_is_read(connection, tmp_path):
    tree = mail("Tini", text=f"Pohon tumbang di Jl. Flamboyan, Kelurahan {NEXT.name}, {HERE_AREA.name}.")
    landing = put(tmp_path, a=mail("Tono"), b=tree)
    first = run(connection, landing)
    assert [name for name, *_ in first] == ["Tini", "Tono"]
    ids = "select source_record_id from ledger.complaints order by source_record_id"
    plain, bound = (name for (name,) in connection.execute(ids).fetchall())
    assert plain == "same@x.example"
    assert bound.startswith("same@x.example by ")
    # Copies of both, as another server delivered them.
    put(landing, c=f"Received: x; Fri, 27 Nov 2026 08:00:01 +0700\n{tree}", d=f"X-Copy: 1\n{mail('Tono')}")
    assert run(connection, landing, "2") == first


def test_one_author_whose_program_writes_one_message_id_has_two_complaints(connection, tmp_path):
    other = mail("Tono", day="Sat, 28 Nov 2026 05:00:00 +0700", text=f"Sampah menumpuk di Jl. Melati, {HERE.name}.")
    assert len(run(connection, put(tmp_path, a=mail("Tono"), b=other))) == 2
    versions = connection.execute("select distinct version from ledger.complaints").fetchall()
    assert versions == [(1,)]


def test_who_is_forgotten_stays_so_and_takes_nobody_along(connection, tmp_path):
    landing = put(tmp_path, a=mail("Tono"))
    run(connection, landing)
    forget(connection, "tono@warga.example", NOW, landing)
    put(landing, a=f"X-Copy: 1\n{mail('Tono')}", b=mail("Tini", text=f"Pohon tumbang di Jl. Flamboyan, {NEXT.name}."))
    assert [name for name, *_ in run(connection, landing, "2") if name] == ["Tini"]


@pytest.mark.channels("media_massa")
def test_one_guid_of_all_letters_is_as_many_complaints(connection, tmp_path):
    letters = "".join(
        f"<item><guid>0</guid><title>Surat {n}</title><author>{name}</author>"
        f"<description>Lampu jalan mati di Jl. {street}, {HERE.name}</description></item>"
        for n, (name, street) in enumerate([("Rini", "Mawar"), ("Budi", "Melati"), ("Budi", "Kenanga")])
    )
    (tmp_path / "media_massa").mkdir()
    (tmp_path / "media_massa" / "a.xml").write_text(f"<rss><channel>{letters}</channel></rss>")
    assert [name for name, *_ in run(connection, tmp_path)] == ["Budi", "Budi", "Rini"]
    corrected = letters.replace("Surat 2", "Surat Kedua")
    (tmp_path / "media_massa" / "b.xml").write_text(f"<rss><channel>{corrected}</channel></rss>")
    run(connection, tmp_path, "2")
    assert connection.execute("select count(distinct complaint_id) from ledger.complaints").fetchone() == (3,)


def test_what_the_citys_own_addresses_wrote_is_set_aside(connection, tmp_path, monkeypatch):
    monkeypatch.setenv("JSC_SMTP_SENDER", "jawab@kota.example")
    monkeypatch.setenv("JSC_EMAIL_USER", "Pengaduan@kota.example")
    monkeypatch.setenv("JSC_EMAIL_OWN_ADDRESSES", '["humas@kota.example"]')
    own = ("jawab", "pengaduan", "humas")
    files = {name: mail("Kota", message_id=name, sender=f"{name}@kota.example") for name in own}
    form = f"Reply-To: Rini <rini@warga.example>\n{mail('Formulir', message_id='f', sender='humas@kota.example')}"
    assert [name for name, *_ in run(connection, put(tmp_path, **files, form=form))] == ["Rini"]
    assert connection.execute("select reason, count(*) from ledger.set_aside group by reason").fetchall() == [
        ("own_voice", 3)
    ]


@pytest.mark.parametrize("url", ["http://[x", "http://photos.example/a\x00b", "x" * 5000, "mid:", "http://%zz/"])
def test_a_photo_url_that_cannot_be_parsed_costs_itself_only(database_url, url):
    with psycopg.connect(database_url) as connection:
        node = {"id": "5_1", "message": "Lampu mati", "created_time": "2026-11-27T01:00:00+0000",
                "full_picture": url.replace("\x00", "")}  # fmt: skip
        [record] = CHANNELS["facebook"].split(json.dumps({"data": [node]}).encode(), "1.json")
        store_records(connection, Batch("1", "facebook", NOW, is_synthetic=False), [Readable(record, None, NOW)])
    hash_photos(lambda: psycopg.connect(database_url), PhotoSettings(hosts=frozenset({"photos.example"})), NOW)
    with psycopg.connect(database_url) as connection:
        failures = connection.execute("select failure from ledger.photos").fetchall()
        assert len(failures) == 1
        assert failures[0][0].startswith("expected ")
        assert decide_pending(connection, DESK, "1", NOW) == {"returned": 1}


def test_evidence_that_cannot_be_looked_at_costs_itself_only(database_url, tmp_path):
    line = np.zeros((10, 15_000), np.uint8).T
    (tmp_path / "line.png").write_bytes(cv2.imencode(".png", line)[1].tobytes())
    (tmp_path / "torn.jpg").write_bytes(b"\xff\xd8\xff")
    names = ["line.png", "torn.jpg", "x" * 300, "none.jpg"]
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "insert into raw.case_events (event_id, tracking_number, status, holder_code, occurred_at, booked_at,"
            " received_at, batch_id, is_synthetic, photos)"
            " values ('1', 'XX1', 'done', 'x', %s, %s, %s, '1', false, %s)",
            [NOW, NOW, NOW, names],
        )
    batch = Batch("1", "evidence", NOW, is_synthetic=False)
    counts = compare_evidence(lambda: psycopg.connect(database_url), tmp_path, batch)
    assert (counts.photos, counts.unreadable) == (4, 4)
    with psycopg.connect(database_url) as connection:
        failures = connection.execute("select failure from raw.evidence_photos").fetchall()
    assert all(failure.startswith("expected ") for (failure,) in failures)
