"""All channels together: the registry, the seed, and bytes that nobody meant to send."""

import csv
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from assets.complaints.channels.kelurahan import COLUMNS
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.model import PayloadError, Record, Unreadable
from orchestration.settings import PROJECT

SEED = PROJECT / "dbt_project" / "seeds" / "channels.csv"
REAL = PROJECT.parent / "shared" / "real" / "complaints"


def workbook() -> bytes:
    book = Workbook()
    book.active.append(list(COLUMNS))
    book.active.append(["31.71.01.1001/1", "2026-10-19", "08:00", *["x"] * 10])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# Small bodies of each channel for the fuzzer to break; the real ones join where they are.
SEEDS = {
    "facebook": [
        b'{"object":"page","entry":[{"id":"7","time":1449135003,"changes":[{"field":"feed","value":{"item":"comment",'
        b'"verb":"add","comment_id":"1_2","post_id":"7_1","message":"x","from":{"id":"5","name":"A"}}}]}]}',
        b'{"data":[{"id":"7_1","message":"x","created_time":"2014-09-20T12:59:48+0000","comments":{"data":[{"id":"1"}]}}]}',
    ],
    "email": [b"From: =?utf-8?q?A?= <a@b.id>\nDate: Mon, 19 Oct 2026 07:30:00 +0700\nMessage-ID: <1>\n"
              b"Content-Type: multipart/mixed; boundary=\"B\"\n\n--B\nContent-Type: text/html; charset*=utf-8''x"
              b"\n\n<p>x\n--B--"],
    "jaki": [b'{"data":[{"id":1,"content":"x","createdAt":"2026-10-19T07:30:00Z","lat":-6.2,"lng":106.8,'
             b'"zone":{"name":"x"},"documents":[{"url":"u"}]}]}'],
    "kelurahan": [workbook()],
    "instagram": [b'{"object":"instagram","entry":[{"id":"7","time":1449135003,"changes":[{"field":"comments","value":'
                  b'{"id":"1","text":"x","from":{"id":"5","username":"a"},"media":{"id":"2"}}}]}]}'],
    "whatsapp": [b'{"object":"whatsapp_business_account","entry":[{"id":"7","changes":[{"field":"messages","value":'
                 b'{"messaging_product":"whatsapp","metadata":{"phone_number_id":"1"},"contacts":[{"wa_id":"5",'
                 b'"profile":{"name":"A"}}],"messages":[{"from":"5","id":"w","timestamp":"1449135003","type":"text",'
                 b'"text":{"body":"x"}}]}}]}]}'],
    "x": [b'{"data":[{"id":"1","text":"x","author_id":"5","created_at":"2026-10-19T07:30:00.000Z"}],'
          b'"includes":{"users":[{"id":"5","name":"A","username":"a"}]},"meta":{"result_count":1}}'],
    "media_massa": [b'<rss version="2.0"><channel><item><guid>1</guid><title>x</title><description>y</description>'
                    b'<pubDate>Mon, 19 Oct 2026 07:30:00 +0700</pubDate></item></channel></rss>'],
}  # fmt: skip
for _code in ("facebook", "email", "instagram", "whatsapp", "x"):
    SEEDS[_code] += [path.read_bytes() for path in sorted((REAL / _code).rglob("*")) if path.is_file()]


def test_the_registry_equals_the_seed():
    with SEED.open(encoding="utf-8", newline="") as file:
        seeded = [row["channel_code"] for row in csv.DictReader(file)]
    assert sorted(seeded) == sorted(CHANNELS)
    assert all(code == channel.code for code, channel in CHANNELS.items())


@st.composite
def broken(draw: st.DrawFn, code: str) -> bytes:
    content = bytearray(draw(st.sampled_from(SEEDS[code])))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(content)))
        end = start + draw(st.integers(0, 12))
        content[start:end] = draw(st.binary(max_size=8))
    return bytes(content)


def check(code: str, content: bytes) -> None:
    """Split and parse: every item is a storable record or says why not, and only `PayloadError` is raised."""
    entries = CHANNELS[code].split(content, "f")
    for entry in entries:
        if isinstance(entry, Unreadable):
            assert entry.reason.startswith("expected ")
            continue
        assert isinstance(entry, Record)
        stored = json.loads(json.dumps(entry.payload, allow_nan=False))
        assert "\x00" not in json.dumps(stored, ensure_ascii=False).encode().decode()
        # Parsed again from the database, a record must read the same.
        outcomes = []
        for record in (entry, Record(entry.source_record_id, stored)):
            try:
                outcomes.append(CHANNELS[code].parse(record))
            except PayloadError as error:
                outcomes.append(str(error))
        assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize("code", CHANNELS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_broken_bytes_are_read_or_refused_in_words(code, data):
    check(code, data.draw(broken(code)))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=8,
)


@pytest.mark.parametrize("code", ["facebook", "jaki", "instagram", "whatsapp", "x"])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_value_in_any_field_is_read_or_refused_in_words(code, data):
    document = json.loads(data.draw(st.sampled_from([body for body in SEEDS[code] if body.startswith(b"{")])))
    places = list(_places(document))
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(places))
        holder[key] = data.draw(JSON)
    check(code, json.dumps(document).encode())


def _places(value):
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)
