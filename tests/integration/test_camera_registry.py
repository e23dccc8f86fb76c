"""The registry of live cameras in a real database: what lists bring, change and take away."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg

from assets.cctv.camera_list import ListedCamera
from assets.cctv.registry import register
from assets.cctv.store import live_cameras
from tests.served import HERE

NOW = datetime(2026, 11, 26, 1, 1, tzinfo=UTC)


def test_what_a_list_brings_and_takes_away_are_events(connection: psycopg.Connection) -> None:
    one = ListedCamera("1", "Satu", source_kind="still", url="http://u:secret@a.id/1.jpg", provider="a.id")
    two = ListedCamera("2", "Dua", kelurahan_code=HERE.code)
    assert register(connection, "list", [one, two], NOW, is_synthetic=False)["appeared"] == 2
    moved = ListedCamera(
        "1", "Satu", source_kind="still", url="http://b.id/1.jpg", provider="b.id", latitude=-6.2, longitude=106.8
    )
    assert register(connection, "list", [moved], NOW, is_synthetic=False) == {"changed": 1, "vanished": 1}
    assert register(connection, "list", [moved, two], NOW, is_synthetic=False) == {
        "same": 1,
        "returned": 1,
        "vanished": 0,
    }
    assert register(connection, "other", [], NOW, is_synthetic=False) == {"vanished": 0}
    changes = connection.execute("select camera_id, change, what from raw.camera_changes order by change_id").fetchall()
    assert changes == [
        ("1", "appeared", []),
        ("2", "appeared", []),
        ("1", "changed", ["latitude", "longitude", "provider"]),
        ("2", "vanished", []),
        ("2", "returned", []),
    ]
    bases = connection.execute("select camera_id, position_basis from raw.cameras order by 1").fetchall()
    assert bases == [("1", "list"), ("2", "kelurahan")]
    [camera], roads, is_synthetic = live_cameras(connection, NOW + timedelta(minutes=1))
    assert (camera.camera_id, camera.url, roads, is_synthetic) == ("1", "http://b.id/1.jpg", {}, False)
    referred = ListedCamera("3", "Tiga", source_kind="hls", url="http://c.id/3.m3u8", referer="https://portal.c.id/")
    register(connection, "third", [referred], NOW, is_synthetic=False)
    asked, _, _ = live_cameras(connection, NOW + timedelta(minutes=1))
    assert {one.camera_id: one.referer for one in asked} == {"1": "", "3": "https://portal.c.id/"}
    turned = replace(referred, view_since=NOW)
    assert register(connection, "third", [turned], NOW, is_synthetic=False)["changed"] == 1
    asked, _, _ = live_cameras(connection, NOW + timedelta(minutes=1))
    assert {one.camera_id: one.view_since for one in asked} == {"1": None, "3": NOW}
    assert live_cameras(connection, NOW)[0] == [], "no camera is missing before its time"
    stored = connection.execute("select string_agg(cameras::text, '') from raw.cameras").fetchall()
    assert "secret" not in stored[0][0]
    assert "portal.c.id" not in stored[0][0]
