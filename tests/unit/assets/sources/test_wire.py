"""The values that every payload is made of."""

import json
from datetime import UTC, datetime

import pytest

from assets.clock import city_zone
from assets.sources.records import PayloadError, Record, Unreadable
from assets.sources.wire import (
    MAX_DEPTH,
    MAX_ID_LENGTH,
    load_json,
    read_degrees,
    read_id,
    read_time,
    record_or_unreadable,
)


def test_what_postgresql_cannot_store_becomes_the_sign_for_a_lost_character():
    document = load_json(rb'{"a\u0000": ["x\u0000y", "\ud800", "\ud83d\ude00"]}')
    assert document == {"a�": ["x�y", "�", "\U0001f600"]}
    json.dumps(document, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (b"Copyright (c) 2010", "something else at line 1 column 1"),
        (b"\xff\xfe\x00", "bytes of another encoding"),
        (b'{"lat": NaN}', "NaN"),
        (b'{"lat": 1e999}', "a number beyond a float"),
        (b"[" * (MAX_DEPTH + 3) + b"]" * (MAX_DEPTH + 3), "a deeper one"),
        (b"[" * 200_000, "a deeper one"),
        (b"9" * 5000, "an integer of thousands of digits"),
    ],
)
def test_a_file_that_is_no_json_says_what_it_is(content, found):
    with pytest.raises(PayloadError) as caught:
        load_json(content)
    assert caught.value.found == found


@pytest.mark.parametrize("lost", [None, "", "  ", True, 1.5, [], {}, "x" * (MAX_ID_LENGTH + 1)])
def test_an_id_that_is_none_makes_an_item_unreadable(lost):
    item = record_or_unreadable("a.json#/0", lost, {"name": "Budi"}, [{"name": "Budi"}])
    assert isinstance(item, Unreadable)
    assert item.reason.startswith(("expected id", "expected an id"))
    assert json.loads(item.content) == [{"name": "Budi"}]


def test_a_lost_id_is_told_in_these_words():
    with pytest.raises(PayloadError, match="^expected id, found none$"):
        read_id(None)
    assert record_or_unreadable("a", 12, {}, []) == Record("12", {})


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (1449135003, datetime(2015, 12, 3, 9, 30, 3, tzinfo=UTC)),
        (1457764197627, datetime(2016, 3, 12, 6, 29, 57, 627000, tzinfo=UTC)),
        ("2014-09-20T12:59:48+0000", datetime(2014, 9, 20, 12, 59, 48, tzinfo=UTC)),
        ("2026-10-19T07:00:00+07:00", datetime(2026, 10, 19, tzinfo=UTC)),
        ("2026-10-19T07:00:00", datetime(2026, 10, 19, tzinfo=UTC)),
    ],
)
def test_moments(value, moment):
    assert read_time(value, "time", without_offset=city_zone()) == moment


@pytest.mark.parametrize("value", ["2026-10-19 14.05", "2026-10-19T14,05", "20261019T14.05"])
def test_a_clock_with_a_dot_is_no_fraction_of_an_hour(value):
    with pytest.raises(PayloadError, match="expected time as a moment"):
        read_time(value, "time", without_offset=city_zone())


@pytest.mark.parametrize("value", [None, True, "yesterday", "", -1, 1e300, float("nan"), "0001-01-01T00:00+07:00", []])
def test_what_is_no_moment_is_refused_without_being_shown(value):
    with pytest.raises(PayloadError) as caught:
        read_time(value, "created_time")
    assert "yesterday" not in str(caught.value)


def test_a_text_without_offset_is_refused_unless_its_zone_is_known():
    with pytest.raises(PayloadError):
        read_time("2026-10-19T07:00:00", "created_time")


@pytest.mark.parametrize("value", [None, "", "x", float("inf"), "nan", 91, True, [], 10**400])
def test_what_is_no_latitude_is_none(value):
    assert read_degrees(value, 90) is None
