"""Instagram's wire format, on bodies written for one rule each and on the real ones."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.complaints.channels.instagram import parse, split
from assets.complaints.model import NotAReport, Report, SetAsideReason
from assets.sources.records import PayloadError, Record, Unreadable

ACCOUNT = "98765432123"
OWN = NotAReport(SetAsideReason.OWN_VOICE)
NOTICE = NotAReport(SetAsideReason.SYSTEM_MESSAGE, "mentions")
MESSAGE = NotAReport(SetAsideReason.DIRECT_MESSAGE)


def delivered(folder, name):
    return [
        parse(record) for record in split((folder / "complaints" / "instagram" / f"{name}.json").read_bytes(), name)
    ]


def webhook(value: object, field: str = "comments") -> bytes:
    entry = {"id": "0", "time": 1792368000, "changes": [{"field": field, "value": value}]}
    return json.dumps({"object": "instagram", "entry": [entry]}).encode()


def one(content: bytes) -> Report | NotAReport:
    [record] = split(content, "a.json")
    assert isinstance(record, Record), record
    return parse(record)


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("comment", [
            ("123456789", at(2018, 2, 23, 21, 32, 16), None, ACCOUNT, "Great!"),
            ("1234567891", at(2018, 2, 24, 16, 33, 6), None, None, "yeah"),
        ]),
        ("comment_missing_user", [
            ("17916477187142401", at(2018, 4, 24, 8, 14, 12), "bincyshiona", "bincyshiona", "Nice"),
        ]),
        ("wh-comments-2021", [
            ("123456789", at(2018, 2, 23, 15, 21, 47), "testuser", "1234536447", "This is an example."),
        ]),
        ("wh-comments", [("123456789", at(2018, 2, 23, 15, 21, 47), None, None, "This is an example.")]),
    ],
)  # fmt: skip
def test_real_comments(real, name, expected):
    told = [
        (each.source_record_id, each.reported_at, each.reporter_name, each.reporter_handle, each.description)
        for each in delivered(real, name)
    ]
    assert told == expected


def test_a_real_mention_is_set_aside_under_the_id_of_what_mentions(real):
    content = (real / "complaints" / "instagram" / "wh-mentions.json").read_bytes()
    [record] = split(content, "a.json")
    assert (record.source_record_id, parse(record)) == ("17887498072083520", NOTICE)


def test_the_real_media_that_mentions_was_asked_for_without_its_moment(real):
    [record] = split((real / "complaints" / "instagram" / "mentioned-media.json").read_bytes(), "a.json")
    assert record.source_record_id == "17873440459141021"
    with pytest.raises(PayloadError, match="expected timestamp as a moment, found none"):
        parse(record)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("ig_login_exception.json", "expected comments, found an error of the Graph API with code 2500"),
        ("LICENSE", "expected JSON, found something else at line 1 column 1"),
    ],
)
def test_what_holds_no_comments_says_why(real, name, reason):
    content = (real / "complaints" / "instagram" / name).read_bytes()
    assert split(content, name) == [Unreadable(name, content, reason)]


def test_the_same_comment_by_graph_and_by_webhook_is_one_report():
    person = {"id": "5", "username": "warga.contoh"}
    node = {"id": "17", "text": "Lampu mati", "timestamp": "2026-10-19T00:00:00+0000", "from": person, "like_count": 3}
    value = {"id": "17", "text": "Lampu mati", "from": person, "media": {"id": "9"}}
    by_graph, by_webhook = one(json.dumps({"data": [node]}).encode()), one(webhook(value))
    assert by_graph == by_webhook
    assert (by_graph.reporter_name, by_graph.reporter_handle) == ("warga.contoh", "5")


def test_a_mention_and_what_it_announces_have_one_id():
    [notice] = split(webhook({"media_id": "9", "comment_id": "17"}, "mentions"), "a")
    comment = {"id": "17", "text": "@kota lampu mati", "timestamp": "2026-10-19T00:00:00+0000"}
    [answer] = split(json.dumps({"mentioned_comment": comment, "id": "0"}).encode(), "a")
    assert notice.source_record_id == answer.source_record_id == "17"
    assert (parse(notice), parse(answer).description) == (NOTICE, "@kota lampu mati")
    [caption] = split(webhook({"media_id": "9"}, "mentions"), "a")
    assert caption.source_record_id == "9"


def test_likes_and_replies_are_no_new_version_of_a_comment():
    comment = {"id": "17", "text": "Lampu mati", "timestamp": "2026-10-19T00:00:00+0000"}
    reply = {"id": "18", "text": "Sama", "timestamp": "2026-10-19T01:00:00+0000"}
    liked = {**comment, "like_count": 7, "replies": {"data": [reply]}}
    [before] = split(json.dumps(comment).encode(), "a")
    [after, answer] = split(json.dumps(liked).encode(), "a")
    assert before == after
    assert answer.source_record_id == "18"


def test_media_that_carries_only_comments_is_their_envelope():
    page = {"data": [{"id": "9", "comments": {"data": [{"id": "17", "text": "x"}]}}]}
    assert [record.source_record_id for record in split(json.dumps(page).encode(), "a")] == ["17"]


def test_photos_are_the_pictures_of_media_and_the_stills_of_videos():
    media = {
        "id": "9", "caption": "Jalan rusak", "timestamp": "2026-10-19T00:00:00+0000", "media_type": "CAROUSEL_ALBUM",
        "media_url": "https://example.org/1.jpg",
        "children": {"data": [
            {"media_type": "IMAGE", "media_url": "https://example.org/1.jpg"},
            {"media_type": "VIDEO", "media_url": "https://example.org/2.mp4", "thumbnail_url": "https://example.org/2.jpg"},
        ]},
    }  # fmt: skip
    report = one(json.dumps(media).encode())
    assert report.description == "Jalan rusak"
    assert report.photo_urls == ("https://example.org/1.jpg", "https://example.org/2.jpg")


def test_a_change_may_lie_in_its_entry_and_bodies_in_a_list():
    entry = {"id": "0", "time": 1792368000, "field": "comments", "value": {"id": "17", "text": "Lampu mati"}}
    body = {"object": "instagram", "entry": [entry]}
    node = {"id": "18", "text": "Jalan rusak", "timestamp": "2026-10-19T00:00:00+0000"}
    records = split(json.dumps([body, node, {"error": {"code": 190}}]).encode(), "a")
    assert [parse(record).description for record in records[:2]] == ["Lampu mati", "Jalan rusak"]
    assert (records[2].origin, records[2].reason) == (
        "a#/2",
        "expected comments, found an error of the Graph API with code 190",
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (webhook({"media_id": "9", "reach": 12}, "story_insights"), NotAReport(NOTICE.reason, "story_insights")),
        (webhook({"sender": {"id": "5"}, "timestamp": 1, "message": {"mid": "m1", "text": "x"}}, "messages"), MESSAGE),
        (
            b'{"object":"instagram","entry":[{"id":"0","messaging":[{"sender":{"id":"5"},"timestamp":1,"read":{}}]}]}',
            NotAReport(NOTICE.reason, "read"),
        ),
    ],
)  # fmt: skip
def test_notices_and_private_messages_are_set_aside(content, expected):
    assert one(content) == expected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (webhook({"text": "x"}), "expected id, found none"),
        (webhook({"comment_id": " "}, "mentions"), "expected id, found empty text"),
        (webhook({"id": "1"}, ["comments"]), "expected field, found a list of 1"),
        (webhook("x"), "expected value as an object, found text of 1 characters"),
        (b'{"object": "page", "entry": []}', "expected a webhook of object instagram, found page"),
        (b'{"object": "instagram", "entry": {}}', "expected entry as a list, found an object"),
        (b'{"object": "instagram", "entry": [{"id": "0"}]}', "expected changes or messaging as a list, found none"),
        (b'{"data": {"id": "1"}}', "expected a list of comments, found an object"),
        (b'{"data": [{"text": "x"}]}', "expected id, found none"),
        (b'{"id": "9", "comments": {"data": 5}}', "expected a list of comments, found a number"),
        (b'["x"]', "expected a comment or an Instagram webhook as an object, found text of 1 characters"),
    ],
)
def test_what_cannot_be_a_record_says_why(content, reason):
    [item] = split(content, "a.json")
    assert isinstance(item, Unreadable)
    assert item.reason.endswith(reason)


def test_an_empty_page_holds_nothing():
    assert split(b'{"data": [], "paging": {}}', "a") == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def places(value):
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(inner, dict | list):
            yield from places(inner)


@settings(max_examples=settings.default.max_examples * 2)
@given(data=st.data())
def test_any_value_in_any_place_of_a_real_payload_is_read_or_refused_in_words(real, data):
    documents = sorted((real / "complaints" / "instagram").glob("*.json"))
    document = json.loads(data.draw(st.sampled_from(documents)).read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(list(places(document))))
        holder[key] = data.draw(JSON)
    for entry in split(json.dumps(document).encode(), "f"):
        if isinstance(entry, Unreadable):
            assert entry.reason.startswith("expected ")
            continue
        with suppress(PayloadError):
            parse(entry)


@pytest.mark.parametrize("field", ["business_login", "creator_marketplace", "a_field_of_2027"])
def test_a_field_without_words_of_people_is_counted_under_its_name(field):
    assert one(webhook("any thing", field)) == NotAReport(SetAsideReason.SYSTEM_MESSAGE, field)


def test_what_the_account_wrote_is_no_report_by_webhook_and_by_graph():
    said = {"id": "17", "text": "Sudah ditangani", "media": {"id": "9"}}
    assert one(webhook({**said, "from": {"id": "0", "username": "kota"}})) == OWN
    assert isinstance(one(webhook({**said, "from": {"id": "5", "username": "warga"}})), Report)
    at = {"timestamp": "2026-10-19T00:00:00+0000"}
    below = [{"id": n, "text": "x", "from": {"id": who}, **at} for n, who in (("1", "0"), ("2", "5"))]
    media = {"id": "9", "caption": "Kerja bakti", "owner": {"id": "0"}, "comments": {"data": below}, **at}
    told = [parse(record) for record in split(json.dumps(media).encode(), "a")]
    assert told[:2] == [OWN, OWN]
    assert isinstance(told[2], Report)
    echo = {"sender": {"id": "0"}, "timestamp": 1, "message": {"mid": "m1", "is_echo": True}}
    assert one(webhook(echo, "messages")) == OWN
