"""Photos: hashed once, recognised when they come again, fetched from hosts that the city names only."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np
import psycopg
import pytest

from assets.city import city_folder
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.intake import Readable, store_records
from assets.complaints.ledger import decide_all
from assets.complaints.model import Report
from assets.complaints.photos import PhotoSettings, Transaction, hash_photos
from assets.complaints.triage.credible import Signal
from assets.complaints.triage.desk import Desk
from assets.reference import load_reference
from assets.sources.landing import Batch
from assets.sources.records import Record
from ml.vision.photo_hash import MOST_DIFFERENT, bands, distance, photo_hash
from tests.served import HERE, NEXT, NEXT_AREA

NOW = datetime(2026, 3, 2, tzinfo=UTC)
DESK = Desk.of(load_reference(city_folder()))


def picture(seed: int, width: int = 320, quality: int = 90) -> bytes:
    """A picture of soft shapes, as JPEG."""
    shapes = np.random.default_rng(seed).integers(0, 256, (9, 12), dtype=np.uint8)
    grey = cv2.resize(shapes, (width, width * 3 // 4), interpolation=cv2.INTER_CUBIC)
    return cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def mail(number: int, text: str, photo: bytes | None) -> Record:
    message = EmailMessage()
    message["From"] = f"Budi Contoh <budi{number}@mail.example>"
    message["Date"] = f"Sun, 1 Mar 2026 08:0{number}:00 +0700"
    message["Message-ID"] = f"<m{number}@mail.example>"
    message["Subject"] = "Laporan"
    message.set_content(text)
    if photo:
        message.add_attachment(photo, maintype="image", subtype="jpeg", filename="foto.jpg")
    [record] = CHANNELS["email"].split(message.as_bytes(), "1.eml")
    assert isinstance(record, Record)
    return record


def decide(transaction: Transaction, channel: str, *records: Record, settings: PhotoSettings | None = None) -> None:
    readable = []
    for record in records:
        report = CHANNELS[channel].parse(record)
        assert isinstance(report, Report)
        readable.append(Readable(record, None, report.reported_at))
    with transaction() as connection:
        store_records(connection, Batch("1", channel, NOW, is_synthetic=True), readable)
    hash_photos(transaction, settings or PhotoSettings(), NOW)
    decide_all(transaction, DESK, "1", NOW)


def doubted(connection: psycopg.Connection) -> list[tuple[str, str]]:
    return connection.execute(
        "select source_record_id, signal from ledger.signals inner join ledger.complaints using (complaint_id, version)"
        " order by 1"
    ).fetchall()


def test_a_photo_that_comes_again_smaller_and_compressed_anew_is_doubted(
    transaction: Transaction, connection: psycopg.Connection
) -> None:
    decide(transaction, "email", mail(1, f"Jalan berlubang di kelurahan {HERE.name}", picture(1)))
    smaller = picture(1, width=200, quality=50)
    decide(transaction, "email", mail(2, f"Sampah menumpuk di kelurahan {NEXT.name}", smaller),
           mail(3, f"Lampu jalan mati di kecamatan {NEXT_AREA.name}", picture(2)))  # fmt: skip
    assert doubted(connection) == [("m2@mail.example", Signal.PHOTO_USED_BEFORE.value)]
    [(evidence,)] = connection.execute("select evidence from ledger.signals").fetchall()
    assert evidence["complaints"] == 1
    assert evidence["different_bits"] <= MOST_DIFFERENT


def test_who_confirms_a_case_may_send_its_photo(transaction: Transaction, connection: psycopg.Connection) -> None:
    text = f"Jalan berlubang besar di depan pasar kelurahan {HERE.name}"
    decide(transaction, "email", mail(1, text, picture(1)))
    decide(transaction, "email", mail(2, text, picture(1)))
    assert doubted(connection) == []


def test_a_photo_is_hashed_once_and_what_is_no_photo_says_why(
    transaction: Transaction, connection: psycopg.Connection
) -> None:
    grey = cv2.imencode(".jpg", np.full((90, 120), 128, np.uint8))[1].tobytes()
    records = [mail(1, f"Jalan berlubang di {HERE.name}", picture(1)[:200]), mail(2, f"Sampah di {HERE.name}", grey)]
    decide(transaction, "email", *records)
    failures = [row[0] for row in connection.execute("select failure from ledger.photos order by inbox_id")]
    assert failures[0].startswith("expected a JPEG or PNG")
    assert failures[1] == "expected a picture of something, found next to nothing"
    assert hash_photos(transaction, PhotoSettings(), NOW) == 0


@pytest.fixture
def host() -> Iterator[tuple[int, list[str]]]:
    """A host of photos: its port, and the paths that it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802 - the library's name
            asked.append(self.path)
            content = picture(1)
            self.send_response(200 if self.path == "/1.jpg" else 404)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, asked
    server.shutdown()
    server.server_close()


def post(number: int, url: str) -> Record:
    node = {
        "id": f"5_{number}", "message": f"Jalan berlubang dekat pasar {number}", "full_picture": url,
        "created_time": "2026-03-01T01:00:00+0000", "from": {"id": str(number), "name": "Budi Contoh"},
        "place": {"location": {"latitude": HERE.latitude, "longitude": HERE.longitude}},
    }  # fmt: skip
    [record] = CHANNELS["facebook"].split(json.dumps({"data": [node]}).encode(), "1.json")
    assert isinstance(record, Record)
    return record


def test_only_hosts_that_the_city_names_are_asked(
    transaction: Transaction, connection: psycopg.Connection, host: tuple[int, list[str]]
) -> None:
    port, asked = host
    named = PhotoSettings(hosts=frozenset({"127.0.0.1"}))
    urls = [f"http://localhost:{port}/1.jpg", "file:///etc/passwd", f"http://127.0.0.1:{port}/1.jpg"]
    urls.append(f"http://127.0.0.1:{port}/4.jpg")
    decide(transaction, "facebook", *(post(number, url) for number, url in enumerate(urls)), settings=named)
    assert asked == ["/1.jpg", "/4.jpg"]
    rows = connection.execute(
        "select perceptual_hash is not null, failure from ledger.photos order by inbox_id"
    ).fetchall()
    assert [is_hashed for is_hashed, _ in rows] == [False, False, True, False]
    assert rows[0][1] == rows[1][1] == "expected a photo at a host of JSC_PHOTO_HOSTS, found another"
    assert rows[3][1] == "expected a photo, found status 404"


def test_without_hosts_nobody_is_asked(
    transaction: Transaction, connection: psycopg.Connection, host: tuple[int, list[str]]
) -> None:
    port, asked = host
    decide(transaction, "facebook", post(1, f"http://127.0.0.1:{port}/1.jpg"))
    assert asked == []
    assert connection.execute("select count(*) from ledger.photos").fetchone() == (0,)


def test_real_snapshots_are_recognised_after_compression_and_told_from_other_cameras(real: Path) -> None:
    one, other = (sorted((real / "cctv/lta" / camera).rglob("*.jpg"))[:12] for camera in ("2701", "4703"))

    def digest(path: Path, quality: int | None = None) -> int:
        grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if quality:
            grey = cv2.imdecode(cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 0)
        hashed = photo_hash(grey)
        assert hashed is not None
        return hashed

    same = [distance(digest(path), digest(path, quality)) for path in one + other for quality in (30, 60)]
    assert np.mean(np.array(same) <= MOST_DIFFERENT) >= 0.9
    assert min(distance(digest(a), digest(b)) for a in one for b in other) > MOST_DIFFERENT


def test_two_hashes_within_reach_share_a_band() -> None:
    rng = np.random.default_rng(0)
    for _ in range(500):
        bits = int.from_bytes(rng.bytes(8), signed=True)
        flipped = bits
        for position in rng.choice(63, MOST_DIFFERENT, replace=False):
            flipped ^= 1 << int(position)
        assert distance(bits, flipped) == MOST_DIFFERENT
        assert any(a == b for a, b in zip(bands(bits), bands(flipped), strict=True))
