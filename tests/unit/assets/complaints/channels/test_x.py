"""X's wire format, on answers written for one rule each and on the real ones."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.complaints.channels.x import parse, split
from assets.complaints.model import NotAReport, Report, SetAsideReason
from assets.sources.records import PayloadError, Record, Unreadable

TWEET = {"id": "10", "text": "Lampu mati", "author_id": "5", "created_at": "2026-10-19T00:00:00.000Z"}
AUTHOR = {"id": "5", "name": "Warga Contoh", "username": "warga_contoh"}
STILL = "https://pbs.twimg.com/ext_tw_video_thumb/1460322142680072196/pu/img/Eg0iP3S7EWdFLjxk.jpg"
PHOTOS = ("https://pbs.twimg.com/media/FFOmHNOXIAQfmd0.jpg", "https://pbs.twimg.com/media/FFOmI11XoAoOm41.jpg")


def read(folder, name):
    return (folder / "complaints" / "x" / name).read_bytes()


def answer(*tweets: object, **includes: object) -> bytes:
    return json.dumps({"data": tweets, "includes": includes, "meta": {"result_count": len(tweets)}}).encode()


def one(content: bytes) -> Report | NotAReport:
    [record] = split(content, "a.json")
    assert isinstance(record, Record), record
    return parse(record)


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)


def test_a_real_tweet_is_joined_with_its_author_and_place(real):
    report = one(read(real, "tweet_example_v2.json"))
    assert (report.source_record_id, report.reported_at) == ("1224044675406925824", at(2020, 2, 2, 18, 59, 26))
    assert (report.reporter_name, report.reporter_handle) == ("Marco Mornati", "9920272")
    assert (report.latitude, report.longitude, report.address) == (40.74168819, -73.99960455, "Manhattan, NY")
    assert report.description.startswith("@RedouaneBali @TwitterAPI Try to use some function construct")


def test_a_real_list_of_tweets(real):
    reports = [parse(record) for record in split(read(real, "tweet_list_v2_example.json"), "f")]
    assert [(each.source_record_id, each.reported_at, each.reporter_name, each.photo_urls) for each in reports] == [
        ("1224041905333379073", at(2020, 2, 2, 18, 48, 26), "Redouane", ()),
        ("1460323737035677698", at(2021, 11, 15, 19, 8, 5), "Twitter Dev", (STILL,)),
        ("1464697044006846474", at(2021, 11, 27, 20, 46, 2), "Redouane", PHOTOS),
    ]


def test_a_real_timeline_without_includes_names_its_author_by_account(real):
    reports = [parse(record) for record in split(read(real, "user_timeline_example_v2.json"), "f")]
    assert len({report.source_record_id for report in reports}) == 10
    assert {(each.reporter_name, each.reporter_handle) for each in reports} == {(None, "1307302673318895621")}
    assert (reports[-1].reported_at, reports[-1].description) == (
        at(2020, 12, 12, 20, 6, 1),
        "@RedTheOne 🤖 :  Bien le bonjour RedTheOne!",
    )


def test_a_real_direct_message_is_set_aside(real):
    [record] = split(read(real, "dm_simple_example_v2.json"), "f")
    assert record.source_record_id == "1580705921830768647"
    assert parse(record) == NotAReport(SetAsideReason.DIRECT_MESSAGE)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("user_example_v2.json", "expected tweets, found people"),
        ("user_followers_example_v2.json", "expected tweets, found people"),
        ("rate_limit_status_example.json", "expected tweets, found rate limits"),
        ("LICENSE", "expected JSON, found something else at line 1 column 34"),
    ],
)
def test_what_holds_no_tweets_says_why(real, name, reason):
    content = read(real, name)
    assert split(content, name) == [Unreadable(name, content, reason)]


def test_an_edited_tweet_is_a_version_of_the_first():
    first = {**TWEET, "edit_history_tweet_ids": ["10"]}
    edited = {**TWEET, "id": "11", "text": "Lampu mati di Teratai", "edit_history_tweet_ids": ["10", "11"]}
    [before] = split(answer(first), "a")
    [after] = split(answer(edited), "a")
    assert before.source_record_id == after.source_record_id == "10"
    assert (parse(before).description, parse(after).description) == ("Lampu mati", "Lampu mati di Teratai")


def test_likes_and_the_edit_window_are_no_new_version_of_a_tweet():
    watched = {
        **TWEET,
        "public_metrics": {"like_count": 9},
        "edit_controls": {"edits_remaining": 4},
        "edit_history_tweet_ids": ["10", "11"],
    }
    famous = {**AUTHOR, "public_metrics": {"followers_count": 12}, "description": "x"}
    assert split(answer(TWEET, users=[AUTHOR]), "a") == split(answer(watched, users=[famous]), "a")


def test_a_retweet_repeats_and_a_quote_reports():
    retweet = {**TWEET, "text": "RT @x: Lampu mati", "referenced_tweets": [{"type": "retweeted", "id": "9"}]}
    quote = {**TWEET, "referenced_tweets": [{"type": "quoted", "id": "9"}, {"type": "replied_to", "id": "8"}]}
    assert one(answer(retweet)) == NotAReport(SetAsideReason.REACTION)
    assert one(answer(quote)).description == "Lampu mati"


def test_a_long_text_is_whole_and_its_escapes_are_undone():
    long = {**TWEET, "text": "Lampu...", "note_tweet": {"text": "Lampu &amp; jalan, lebar &lt; 2 m"}}
    assert one(answer(long)).description == "Lampu & jalan, lebar < 2 m"


@pytest.mark.parametrize(
    ("box", "point"),
    [
        ([106.82, -6.18, 106.84, -6.16], (-6.17, 106.83)),
        ([106.83, -6.17, 106.83, -6.17], (-6.17, 106.83)),
        # The box of a whole city: its centre is no place of anything.
        ([106.68, -6.37, 106.97, -5.18], (None, None)),
        ([106.84, -6.16, 106.82, -6.18], (None, None)),
        ([106.82, -6.18, 106.84], (None, None)),
        ([106.82, "x", 106.84, None], (None, None)),
        (None, (None, None)),
    ],
)
def test_the_centre_of_a_small_place_is_a_point(box, point):
    place = {"id": "p", "full_name": "Lantana, Indonesia", "geo": {"bbox": box}}
    report = one(answer({**TWEET, "geo": {"place_id": "p"}}, places=[place]))
    assert (report.latitude, report.longitude) == (pytest.approx(point[0]), pytest.approx(point[1]))
    assert report.address == "Lantana, Indonesia"


def test_the_point_of_a_tweet_comes_before_its_place():
    place = {"id": "p", "full_name": "Lantana", "geo": {"bbox": [106.82, -6.18, 106.84, -6.16]}}
    geo = {"place_id": "p", "coordinates": {"type": "Point", "coordinates": [106.9, -6.2]}}
    report = one(answer({**TWEET, "geo": geo}, places=[place]))
    assert (report.latitude, report.longitude) == (-6.2, 106.9)


def test_an_answer_without_results_holds_nothing():
    assert split(b'{"meta": {"result_count": 0}}', "a") == []
    assert split(b'{"data": [], "meta": {"result_count": 0}}', "a") == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            b'{"title": "Too Many Requests", "status": 429}',
            "expected tweets, found an error of the X API with status 429",
        ),
        (b'{"errors": [{"title": "Not Found Error"}]}', "expected tweets, found an error of the X API"),
        (b'{"meta": {"result_count": 3}}', "expected tweets, found no data"),
        (b'{"data": "x"}', "expected data as an object or a list, found text of 1 characters"),
        (b'{"data": [], "includes": []}', "expected includes as an object, found a list of 0"),
        (b"[]", "expected an envelope of the X API as an object, found a list of 0"),
        (answer({"text": "x", "edit_history_tweet_ids": ["1"]}), "expected id, found none"),
        (answer("x"), "expected tweet as an object, found text of 1 characters"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_record_says_why(content, reason):
    [item] = split(content, "a.json")
    assert isinstance(item, Unreadable)
    assert item.reason == reason


def test_a_person_among_tweets_stops_none_of_them():
    tweet, person = split(answer(TWEET, AUTHOR), "f")
    assert parse(tweet).description == "Lampu mati"
    assert (person.origin, person.reason) == ("f#/data/1", "expected tweets, found people")


@pytest.mark.parametrize(
    ("field", "reason"),
    [("text", "expected text, found none"), ("created_at", "expected created_at as a moment, found none")],
)
def test_a_tweet_that_lost_its_text_or_its_moment_is_refused(field, reason):
    with pytest.raises(PayloadError, match=reason):
        one(answer({key: value for key, value in TWEET.items() if key != field}))


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
    # The two large files are of people and limits, whose values nobody reads.
    names = ("tweet_example_v2", "tweet_list_v2_example", "user_timeline_example_v2", "dm_simple_example_v2")
    document = json.loads(read(real, f"{data.draw(st.sampled_from(names))}.json"))
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(list(places(document))))
        holder[key] = data.draw(JSON)
    for entry in split(json.dumps(document).encode(), "f"):
        if isinstance(entry, Unreadable):
            assert entry.reason.startswith("expected ")
            continue
        with suppress(PayloadError):
            parse(entry)


def test_a_tweet_without_its_moment_tells_it_in_its_id():
    def moment(identity):
        return parse(split(json.dumps({"data": [{"id": identity, "text": "Got mampet"}]}).encode(), "a")[0]).reported_at

    # X's own documentation shows this id beside this moment.
    assert moment("1346889436626259968").replace(microsecond=0) == datetime(2021, 1, 6, 18, 40, 40, tzinfo=UTC)
    for identity in ("20", "x1346889436626259968", "13468894366262599681"):
        with pytest.raises(PayloadError, match="created_at as a moment"):
            moment(identity)


def test_a_saved_stream_is_read_line_by_line_and_a_broken_line_costs_itself():
    def line(identity):
        return json.dumps({"data": {"id": identity, "text": "Got mampet", "created_at": "2026-10-19T00:00:00.000Z"}})

    entries = split(f"{line('1')}\r\n\r\n{line('2')}\r\n{{torn\r\n{line('3')}".encode(), "a.json")
    assert [getattr(entry, "source_record_id", None) for entry in entries] == ["1", "2", None, "3"]
    assert (entries[2].origin, entries[2].content.strip()) == ("a.json#line 4", b"{torn")


def test_tweets_may_come_without_an_envelope():
    tweet = {"id": "1", "text": "x", "created_at": "2026-10-19T00:00:00.000Z"}
    for content in (tweet, [tweet]):
        assert parse(split(json.dumps(content).encode(), "a")[0]).description == "x"


def test_what_the_account_wrote_that_an_answer_is_for_is_its_own():
    tweets = [{"id": n, "text": "x", "author_id": who, "created_at": "2026-10-19T00:00:00Z"} for n, who in ("17", "25")]
    mine, theirs = split(json.dumps({"for_user_id": "7", "data": tweets}).encode(), "a")
    assert parse(mine) == NotAReport(SetAsideReason.OWN_VOICE)
    assert parse(theirs).reporter_handle == "5"
