"""Poison: payloads and pictures that are made to break whoever reads them.

Belongs here: what is poisonous, and a provider of pictures that is away. Does not belong here: vendors of reports
(senders.py), what must hold behind a fault (verdicts.py).
"""

import json
import os
import struct
import zlib
from collections import Counter
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

import cv2
import numpy as np
import psycopg

from assets.clock import city_zone
from benchmarks.faults.trial import END, Trial, variables
from benchmarks.faults.verdicts import BrokenError
from benchmarks.faults.worker import connections

if TYPE_CHECKING:
    from sample_city.camera_hosts import CameraHosts

SOUND: dict[str, Any] = {"content": "Lampu mati", "createdAt": "2026-03-01T08:00:00+07:00", "lat": -6.17, "lng": 106.82}
# Of JAKI: fields that no vendor should send.
FIELDS: list[dict[str, Any]] = [
    {"content": "nol \u0000 di tengah"},
    {"content": "pasangan \ud800 yang hilang"},
    {"content": ["daftar", {"bukan": "teks"}]},
    {"content": "'; drop table ledger.complaints; --"},
    {"content": "<script>alert(1)</script>=HYPERLINK(1)"},
    {"content": "x" * 2_000_000},
    {"content": None},
    {"createdAt": "kemarin"},
    {"createdAt": "9999-12-31T23:59:59+07:00"},
    {"createdAt": -1},
    {"lat": 1e308, "lng": "Infinity"},
    {"lat": float("nan")},
    {"zone": {"name": {"name": {"name": 7}}}},
    {"documents": "bukan daftar"},
]
SLOT = timedelta(minutes=10)
# Providers with the address of their host.
HOSTS = {"a": "127.0.0.2", "b": "127.0.0.3"}
# Cameras of each provider, and the slots of the trial: in the middle ones a provider is away, in one nobody sweeps.
EACH, SLOTS, AWAY, UNSWEPT = 8, 6, range(2, 4), 4


def _nested(depth: int) -> bytes:
    return b'{"data": ' + b"[" * depth + b"]" * depth + b"}"


def _bomb() -> bytes:
    """A workbook whose sheet unpacks to a thousand times its size."""
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 80_000_000)
    return content.getvalue()


def _deliveries() -> dict[str, bytes]:
    """Whole files by their names in the landing folder."""
    return {
        "jaki/racun-dalam.json": _nested(100_000),
        "jaki/racun-angka.json": b'{"data": [{"id": ' + b"9" * 5_000 + b"}]}",
        "jaki/racun-null.json": b"null",
        "jaki/racun-biner.json": bytes(range(256)) * 64,
        "facebook/racun.json": b'{"data": {"data": {"data": 1}}}',
        "facebook/racun-utf16.json": json.dumps({"data": [{"id": 1}]}).encode("utf-16"),
        "email/racun-kepala.eml": b"Content-Type: multipart/mixed; boundary=" + b"x" * 100_000 + b"\n\n--x",
        "email/racun-huruf.eml": b"From: =?utf-99?b?/////?=\nDate: 99 Foo\nMessage-ID: <r>\n\n\xff\xfe",
        "kelurahan/racun-bom.xlsx": _bomb(),
        "kecamatan/racun.xlsx": b"PK\x03\x04" + os.urandom(4_096),
        "media_massa/racun.xml": b'<!DOCTYPE r [<!ENTITY a "'
        + b"x" * 10_000
        + b'">]><rss>'
        + b"&a;" * 10_000
        + b"</rss>",
        "lapor/racun.csv": b'"tanpa akhir;' * 10_000,
        "sms/racun.json": b"[" + b'{"ID": {}},' * 1_000 + b"]",
    }


def _png(width: int, height: int) -> bytes:
    """A picture whose head promises more pixels than memory holds."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def _pictures(sound: bytes) -> list[bytes]:
    """Pictures that are none."""
    return [
        b"",
        b"\xff\xd8\xff",
        sound[: len(sound) // 2],
        sound[:200] + bytes(2_000) + sound[2_200:],
        b"<html><title>503</title></html>",
        _png(60_000, 60_000),
        b"GIF89a\xff\xff\xff\xff",
        bytes(100_000),
    ]


def poisoned(trial: Trial) -> str:
    """Poison among the day's files, and a camera of poisonous pictures."""
    landing, cameras = trial.work.landing, trial.work.cameras
    items = [{**SOUND, **fields, "id": 8_000_000_000 + number} for number, fields in enumerate(FIELDS)]
    (landing / "jaki" / "racun.json").write_text(json.dumps({"data": items}), encoding="utf-8")
    for name, content in _deliveries().items():
        (landing / name).parent.mkdir(exist_ok=True)
        (landing / name).write_bytes(content)
    sound = next(cameras.rglob("*.jpg")).read_bytes()
    camera = cameras / "racun"
    camera.mkdir()
    pictures = _pictures(sound)
    for number, content in enumerate(pictures):
        at = datetime(END.year, END.month, END.day, 8, tzinfo=city_zone()) + number * SLOT
        (camera / f"{at:%Y-%m-%dT%H-%M-%S}.jpg").write_bytes(content)
    trial.finish()
    good = "select count(*) from raw.camera_observations where camera_id = 'racun' and status = 'good'"
    if trial.count(good):
        raise BrokenError("expected no poisonous picture to be good, found one")
    held = "select count(*) from raw.quarantine where origin like '%racun%'"
    return f"{len(items) + len(_deliveries())} payloads, {trial.count(held):,} held; {len(pictures)} pictures"


def provider_down(trial: Trial) -> str:
    """One of two providers of live pictures is away for two slots, and in one slot nobody sweeps."""
    from sample_city.camera_hosts import CameraHosts

    pictures = {f"{kind}{number}": _street(number) for kind in HOSTS for number in range(EACH)}
    hosts = trial.stack.enter_context(CameraHosts(pictures, has_etags=False))
    trial.stack.enter_context(variables(JSC_HOME=str(trial.folder)))
    first = datetime(END.year, END.month, END.day, 8, tzinfo=city_zone())
    slots = [first + number * SLOT for number in range(SLOTS)]

    def sweep_all() -> None:
        for number, slot in enumerate(slots):
            hosts.away = {HOSTS["a"]} if number in AWAY else set()
            _sweep(trial, slot, late=SLOT if number == UNSWEPT else timedelta())

    _register(trial, hosts, first)
    trial.job = sweep_all
    sweep_all()
    told = Counter(_statuses(trial))
    outages = trial.count("select count(*) from raw.provider_outages where provider = 'a'")
    expected = {"unreachable": EACH * len(AWAY), "missing": 2 * EACH, "good": 2 * EACH * (SLOTS - 1) - EACH * len(AWAY)}
    if told != expected or outages != len(AWAY):
        raise BrokenError(f"expected {expected} and {len(AWAY)} outages, found {dict(told)} and {outages}")
    return f"{len(AWAY)} outages, {EACH * len(AWAY)} rows unreachable"


def _street(seed: int) -> list[bytes]:
    """Pictures of one road with other traffic in each."""
    from sample_city.scene import make_scene
    from sample_city.vehicles import draw_vehicles, place_vehicles

    draw = np.random.default_rng(seed)
    scene = make_scene(draw, is_lit=True)
    told = []
    for _ in range(SLOTS):
        canvas = scene.daylight.copy()
        draw_vehicles(canvas, scene.view, place_vehicles(draw, scene.view, float(draw.uniform(0, 0.5))).vehicles)
        noisy = canvas.astype(np.float32) + draw.normal(0, 3, canvas.shape)
        told.append(bytes(cv2.imencode(".jpg", np.clip(noisy, 0, 255).astype(np.uint8))[1]))
    return told


def _register(trial: Trial, hosts: "CameraHosts", now: datetime) -> None:
    from assets.cctv.store import write_registry

    path = trial.folder / "live.csv"
    rows = [
        f"{kind}{number},Jalan {number},{kind},still,http://{address}:{hosts.port}/still/{kind}{number}"
        for kind, address in HOSTS.items()
        for number in range(EACH)
    ]
    path.write_text("\n".join(["camera_id,name,provider,source_kind,url", *rows]), encoding="utf-8")
    with psycopg.connect(trial.url) as connection:
        _, refused = write_registry(connection, [path], now)
    if refused:
        raise BrokenError(f"expected every camera in the registry, found {refused[0]}")


def _sweep(trial: Trial, slot: datetime, *, late: timedelta) -> None:
    from assets.cctv.slot import LiveSweep, sweep_slot

    how = LiveSweep(trial.folder / "states", None, 400)
    sweep_slot(connections(trial.url), slot, slot + late + timedelta(seconds=30), how, lambda _: None)


def _statuses(trial: Trial) -> list[str]:
    with psycopg.connect(trial.url) as connection:
        return [status for (status,) in connection.execute("select status from raw.camera_observations")]
