"""Facebook's wire format, on bodies written for one rule each and on the real ones."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assets.complaints.channels.facebook import parse, split
from assets.complaints.model import ChannelEvent, EventKind, NotAReport, Report, SetAsideReason
from assets.sources.records import PayloadError, Record, Unreadable

OWN = NotAReport(SetAsideReason.OWN_VOICE)
PAGE = "1234567890321"
REMOVED = "905578656204626_905579239537901"
COMMENT = "901097836652708_903438993085259"
SHORT = "This is just a short test message"
ACTION = "Let's see the Webhooks in action :D"
PHOTO = "A new really great Photo"


def delivered(folder: Path, name: str) -> list[Report | ChannelEvent | NotAReport]:
    content = (folder / "complaints" / "facebook" / name).read_bytes()
    return [parse(record) for record in split(content, name)]


def webhook(value: object, field: str = "feed", time: object = 1467890409) -> bytes:
    change = {"field": field, "value": value}
    return json.dumps({"object": "page", "entry": [{"id": "77", "time": time, "changes": [change]}]}).encode()


def one(content: bytes) -> Report | ChannelEvent | NotAReport:
    [record] = split(content, "a.json")
    assert isinstance(record, Record), record
    return parse(record)


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(
    ("name", "source_record_id", "seconds", "reporter", "description", "photos"),
    [
        ("feed-comment-add-25", COMMENT, 1449135003, "Tester", "and the next one", 0),
        ("feed-comment-add-with-photo", COMMENT, 1449135003, "Tester", "and the next one", 1),
        ("feed-comment-edited-25", "900728623356296_900744590021366", 1448555737, "Tester", ACTION, 0),
        ("feed-photo-add-25", f"{PAGE}_900767076685784", 1448555796, "Testers Paradise", "", 1),
        ("feed-photo-add-message", f"{PAGE}_900767076685784", 1448555796, "Testers Paradise", PHOTO, 1),
        ("feed-post-add-25", f"{PAGE}_7293787835232", 1454707020, "John Doe", "Let's check this", 0),
        ("feed-post-edit", f"{PAGE}_7293787835232", 1467890409, "Joe", "Let's check this", 0),
        ("feed-status-add-25", f"{PAGE}_930145403745849", 1448633038, "Tester", SHORT, 0),
        ("feed-status-add-photos", f"{PAGE}_930145403745849", 1448633038, "Tester", SHORT, 3),
        ("feed-status-edited-25", f"{PAGE}_949560725137650", 1451949415, "Tester", "This is an edited test message", 0),
        ("mention-comment-add", "7363534231324_3754798971271444", 1614340862, None, "Just a test message", 0),
        ("mention-post-add-real", f"{PAGE}_98722536423179", 1614340562, None, "A test post message", 0),
        ("mention-post-add", "44444444_444444444", 1496349586, "Example Name", "", 0),
    ],
)  # fmt: skip
def test_webhooks_with_a_report(real, name, source_record_id, seconds, reporter, description, photos):
    content = (real / "complaints" / "facebook" / "webhooks" / f"{name}.json").read_bytes()
    # In most of them the page tries its own webhook: delivered to another page they are a visitor's.
    body = json.loads(content)
    body["entry"][0]["id"] = "77"
    report = one(json.dumps(body).encode())
    assert isinstance(report, Report)
    assert (report.source_record_id, report.reported_at) == (source_record_id, at(seconds))
    assert (report.reporter_name, report.description, len(report.photo_urls)) == (reporter, description, photos)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("feed-post-hide", [ChannelEvent(EventKind.HIDDEN, f"{PAGE}_7293787835232", at(1467890409))]),
        ("feed-post-remove-25", [ChannelEvent(EventKind.REMOVED, f"{PAGE}_901097836652708", at(1452098986))]),
        ("feed-comment-remove-25", [ChannelEvent(EventKind.REMOVED, REMOVED, at(1452107182))]),
        ("feed-like-add-25", [NotAReport(SetAsideReason.REACTION)]),
        ("feed-reaction-add", [NotAReport(SetAsideReason.REACTION)]),
        ("feed-comment-add-25", [OWN]),
        ("feed-photo-add-25", [OWN]),
        ("feed-status-edited-25", [OWN]),
        (
            "feed-two-entries-25",
            [NotAReport(SetAsideReason.PAGE_SETTING, name) for name in ("parking", "payment_options")],
        ),
        ("messaging-message-basic", [NotAReport(SetAsideReason.DIRECT_MESSAGE)]),
        ("messaging-message-location-attachment", [NotAReport(SetAsideReason.DIRECT_MESSAGE)]),
        ("messaging-message-media-attachment", [NotAReport(SetAsideReason.DIRECT_MESSAGE)]),
    ],
)  # fmt: skip
def test_webhooks_without_a_report(real, name, expected):
    assert delivered(real, f"webhooks/{name}.json") == expected


def test_the_two_settings_of_one_delivery_are_two_records(real):
    records = split(
        (real / "complaints" / "facebook" / "webhooks" / "feed-two-entries-25.json").read_bytes(), "two.json"
    )
    assert [record.source_record_id for record in records] == [
        "1234567890321/parking/1449589360",
        "1234567890321/payment_options/1449589369",
    ]


def test_a_feed_gives_its_posts_and_their_comments(real):
    reports = delivered(real, "graph/feed-got.json")
    assert len(reports) == 73
    assert len({report.source_record_id for report in reports}) == 73
    assert sum(report.source_record_id.startswith("74133697733_") for report in reports) == 25


@pytest.mark.parametrize(
    ("name", "source_record_id"),
    [("photo-comments", "45672463272_3527532723"), ("post-with-comment", "123456789_9876543")],
)
def test_a_post_that_carries_only_comments_is_their_envelope(real, name, source_record_id):
    [comment] = delivered(real, f"graph/{name}.json")
    assert (comment.source_record_id, comment.reporter_name[:9]) == (source_record_id, "Test User")


def test_photos_of_a_post_come_from_its_picture_and_its_attachments(real):
    assert [len(report.photo_urls) for report in delivered(real, "graph/post-fullpicture.json")] == [1]
    assert [len(report.photo_urls) for report in delivered(real, "graph/post-attachments.json")] == [3]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("graph/exampleErrorNew.json", "expected posts, found an error of the Graph API with code 190"),
        ("graph/exampleOauthError.json", "expected posts, found an error of the Graph API with code 400"),
        ("LICENSE", "expected JSON, found something else at line 1 column 1"),
    ],
)
def test_what_holds_no_posts_says_why(real, name, reason):
    content = (real / "complaints" / "facebook" / name).read_bytes()
    assert split(content, name) == [Unreadable(name, content, reason)]


def test_the_same_post_by_graph_and_by_webhook_has_one_id():
    node = {"id": "77_1", "message": "Lampu mati", "created_time": "2026-10-19T00:00:00+0000"}
    change = {"item": "status", "verb": "add", "post_id": "77_1", "message": "Lampu mati", "created_time": 1792368000}
    by_graph, by_webhook = one(json.dumps({"data": [node]}).encode()), one(webhook(change))
    assert by_graph == by_webhook


def test_what_others_do_to_a_post_is_no_new_version_of_it():
    node = {"id": "77_1", "message": "Lampu mati", "created_time": "2026-10-19T00:00:00+0000"}
    liked = {
        **node,
        "likes": {"data": [{"id": "5"}]},
        "shares": {"count": 2},
        "updated_time": "2026-10-20T00:00:00+0000",
    }
    assert split(json.dumps(node).encode(), "a") == split(json.dumps(liked).encode(), "a")


def test_taking_a_like_back_removes_no_post():
    assert one(webhook({"item": "like", "verb": "remove", "post_id": "77_1"})) == NotAReport(SetAsideReason.REACTION)


def test_an_edit_with_its_text_is_a_report_and_without_it_an_event():
    edit = {"item": "post", "verb": "edited", "post_id": "77_1"}
    assert one(webhook(edit)) == ChannelEvent(EventKind.EDITED, "77_1", at(1467890409))
    assert one(webhook({**edit, "message": "Lampu mati"})).description == "Lampu mati"


def test_a_place_that_a_post_is_tagged_with_is_its_point():
    place = {"name": "Taman Seroja", "location": {"latitude": -6.2, "longitude": 106.83, "street": "Jl. Diponegoro"}}
    report = one(json.dumps({"id": "77_1", "place": place, "created_time": "2026-10-19T00:00:00+0000"}).encode())
    assert (report.latitude, report.longitude) == (-6.2, 106.83)
    assert report.address == "Taman Seroja, Jl. Diponegoro"


@pytest.mark.parametrize(
    "body",
    [
        {"message": "x", "created_time": "2026-10-19T00:00:00+0000"},
        {"data": [{"message": "x"}, {"message": "y", "comments": {"data": []}}]},
        {"data": [{"id": "77_1", "comments": {"data": [{"message": "x"}]}}]},
        {"object": "page", "entry": [{"id": "7", "changes": [{"field": "feed", "value": {"item": "post"}}]}]},
        {"object": "page", "entry": [{"changes": [{"field": "parking"}]}]},
        {"object": "page", "entry": [{"messaging": [{"message": {"text": "x"}}]}]},
    ],
)  # fmt: skip
def test_items_that_lost_their_ids_are_kept_and_say_so(body):
    items = split(json.dumps(body).encode(), "a.json")
    assert items
    assert {item.reason for item in items} == {"expected id, found none"}


def test_a_comment_that_lost_its_id_is_not_taken_for_its_post():
    [item] = split(webhook({"item": "comment", "verb": "add", "post_id": "77_1", "message": "x"}), "a.json")
    assert item.reason == "expected id, found none"


@pytest.mark.parametrize(
    ("value", "field", "found"),
    [
        ({"post_id": "77_1", "item": "post", "verb": "teleport"}, "feed", "teleport"),
        ({"post_id": "77_1", "item": "hologram", "verb": "add"}, "feed", "hologram"),
        ({"post_id": "77_1", "item": ["Budi"], "verb": "add"}, "feed", "a list of 1"),
    ],
)
def test_an_unknown_word_of_the_format_fails_loudly(value, field, found):
    with pytest.raises(PayloadError) as caught:
        one(webhook(value, field))
    assert caught.value.found == found


def test_a_webhook_of_another_product_is_refused():
    [item] = split(b'{"object": "instagram", "entry": []}', "a.json")
    assert item.reason == "expected a webhook of object page, found instagram"


def test_what_the_page_wrote_is_no_report_whoever_it_answers():
    page = {"id": "77", "name": "Kota"}
    said = {"item": "comment", "comment_id": "77_1_2", "post_id": "77_1", "message": "Sudah ditangani"}
    for verb in ("add", "edited"):
        assert one(webhook({**said, "verb": verb, "from": page})) == OWN
        assert isinstance(one(webhook({**said, "verb": verb, "from": {"id": "5"}})), Report)
    assert one(webhook({**said, "verb": "add", "sender_id": 77})) == OWN
    # The page hides a citizen's comment: that is still told of it.
    assert one(webhook({**said, "verb": "hide", "from": page})).kind == EventKind.HIDDEN


def test_posts_of_the_page_and_its_comments_are_told_from_those_of_visitors():
    def node(identity, author):
        return {"id": identity, "message": "x", "from": {"id": author}, "created_time": "2026-10-19T00:00:00+0000"}

    below = {"comments": {"data": [node("1_2", "77"), node("1_3", "5")]}}
    feed = {"data": [node("77_9", "77"), {**node("77_8", "5"), **below}]}
    told = {record.source_record_id: parse(record) for record in split(json.dumps(feed).encode(), "a.json")}
    assert [name for name, outcome in told.items() if outcome == OWN] == ["77_9", "1_2"]
    assert [name for name, outcome in told.items() if isinstance(outcome, Report)] == ["77_8", "1_3"]


@pytest.mark.parametrize("field", ["leadgen", "conversations", "videos", "a_field_of_2027"])
def test_a_field_without_words_of_people_is_counted_under_its_name(field):
    assert one(webhook({"leadgen_id": "1"}, field)) == NotAReport(SetAsideReason.SYSTEM_MESSAGE, field)


REVIEW = {
    "item": "rating", "verb": "add", "open_graph_story_id": "91", "reviewer_id": "5", "reviewer_name": "Budi",
    "recommendation_type": "NEGATIVE", "review_text": "Trotoar di Jl. Mawar rusak", "created_time": 1792368000,
}  # fmt: skip


def test_the_words_of_a_review_are_a_report_and_its_stars_are_not():
    graph = {
        "open_graph_story": {"id": "91"}, "reviewer": {"id": "5", "name": "Budi"}, "recommendation_type": "negative",
        "review_text": "Trotoar di Jl. Mawar rusak", "created_time": "2026-10-19T00:00:00+0000",
    }  # fmt: skip
    report = one(webhook(REVIEW, "ratings"))
    assert (report.source_record_id, report.reporter_name, report.description) == ("91", "Budi", REVIEW["review_text"])
    assert one(json.dumps({"data": [graph]}).encode()) == report
    stars = NotAReport(SetAsideReason.REACTION, "rating")
    assert one(webhook({**REVIEW, "review_text": " "}, "ratings")) == stars
    del graph["open_graph_story"], graph["review_text"]
    assert one(json.dumps({"data": [graph]}).encode()) == stars
    assert one(webhook({**REVIEW, "verb": "remove"}, "ratings")).kind == EventKind.REMOVED


@pytest.mark.parametrize(
    "event",
    [
        {"delivery": {"mids": ["m"]}}, {"read": {"watermark": 1}}, {"account_linking": {"status": "linked"}},
        {"postback": {"title": "Mulai"}}, {"policy_enforcement": {"action": "block"}}, {"optin": {"ref": "x"}},
        {"referral": {"ref": "x"}}, {"pass_thread_control": {}}, {"an_event_of_2027": None},
    ],
)  # fmt: skip
@pytest.mark.parametrize("around", [{"sender": {"id": "5"}, "timestamp": 1}, {"recipient": {"id": "77"}}, {}])
@pytest.mark.parametrize("listed", ["messaging", "standby"])
def test_an_event_about_private_messages_is_counted_under_its_name(event, around, listed):
    entry = {"id": "77", "time": 1792368000, listed: [{**around, **event}]}
    [name] = event
    assert one(json.dumps({"object": "page", "entry": [entry]}).encode()) == NotAReport(
        SetAsideReason.SYSTEM_MESSAGE, name
    )


def test_the_pages_own_private_messages_come_back_as_echoes():
    message = {
        "sender": {"id": "77"},
        "recipient": {"id": "5"},
        "timestamp": 1,
        "message": {"mid": "m", "is_echo": True},
    }
    entry = {"id": "77", "time": 1, "messaging": [message], "standby": [{**message, "message": {"mid": "n"}}]}
    records = split(json.dumps({"object": "page", "entry": [entry]}).encode(), "a")
    assert [parse(record) for record in records] == [OWN, NotAReport(SetAsideReason.DIRECT_MESSAGE)]
