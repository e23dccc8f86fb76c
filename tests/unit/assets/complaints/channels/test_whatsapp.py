"""WhatsApp's wire format, on bodies written for one rule each and on the real ones."""

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.complaints.channels.whatsapp import parse, split
from assets.complaints.model import ChannelEvent, EventKind, NotAReport, Report, SetAsideReason
from assets.sources.records import PayloadError, Record, Unreadable

CONTACT = {"profile": {"name": "Warga Contoh"}, "wa_id": "628000000001", "user_id": "ID.1"}
TEXT = {"from": "628000000001", "id": "wamid.1", "timestamp": "1792368000", "type": "text", "text": {"body": "Banjir"}}
SYSTEM = NotAReport(SetAsideReason.SYSTEM_MESSAGE)
REACTION = NotAReport(SetAsideReason.REACTION)
MESSAGE = NotAReport(SetAsideReason.DIRECT_MESSAGE)
STATUS = NotAReport(SetAsideReason.SYSTEM_MESSAGE, "status")
OWN = NotAReport(SetAsideReason.OWN_VOICE)
WHATSAPP = "whatsapp_business_account"


def cases(folder, name):
    """The outcome of each named case of a real file, in its order."""
    content = (folder / "complaints" / "whatsapp" / f"{name}.json").read_bytes()
    records = split(content, "f")
    assert len(records) == len(json.loads(content))
    return dict(zip(json.loads(content), (parse(record) for record in records), strict=True))


def body(value: object, field: str = "messages") -> dict[str, object]:
    return {"object": WHATSAPP, "entry": [{"id": "7", "time": 5, "changes": [{"field": field, "value": value}]}]}


def webhook(*messages: object, contacts: object = (CONTACT,)) -> bytes:
    return json.dumps(body({"contacts": contacts, "messages": messages})).encode()


def one(content: bytes) -> Report | ChannelEvent | NotAReport:
    [record] = split(content, "a.json")
    assert isinstance(record, Record), record
    return parse(record)


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(
    ("name", "seconds", "description", "photos"),
    [
        ("text", 1697043223, "Body Text", ()),
        ("image", 1697043379, "", ("https://graph.facebook.com/65463453",)),
        ("media_with_url", 1697043379, "", ("https://graph.facebook.com/65463453",)),
        ("video", 1697044362, "caption", ()),
        ("document", 1697043666, "caption", ()),
        ("audio", 1697043509, "", ()),
        ("voice", 1697043473, "", ()),
        ("reply", 1697044746, "replied text", ()),
        ("forwarded", 1697044815, "forwarded text", ()),
        ("forwarded_many_times", 1697044968, "text forwarded many times", ()),
        ("referral", 1697045000, "BODY", ()),
    ],
)
def test_real_messages_with_a_report(real, name, seconds, description, photos):
    report = cases(real, "message")[name]
    assert isinstance(report, Report)
    assert report.source_record_id == ("wamid.ID" if name == "referral" else "wamid.xyzxyz")
    assert (report.reported_at, report.description, report.photo_urls) == (at(seconds), description, photos)
    assert (report.reporter_name, report.reporter_contact) == ("Test Name", "972987654321")
    assert report.reporter_handle == "US.13491208655302741918"


@pytest.mark.parametrize(
    ("name", "latitude", "longitude", "address"),
    [
        ("current_location", 12.25089, 43.90539, None),
        ("chosen_location", 37.4611978, -122.2164385, "Facebook HQ, 1 Hacker Way, Menlo Park, CA 94025"),
    ],
)
def test_a_real_location_is_a_place(real, name, latitude, longitude, address):
    report = cases(real, "message")[name]
    assert (report.latitude, report.longitude, report.address) == (latitude, longitude, address)
    assert (report.reported_at, report.description) == (at(1697044557), "")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("static_sticker", REACTION),
        ("animated_sticker", REACTION),
        ("reaction", REACTION),
        ("unreaction_empty", REACTION),
        ("unreaction_no_emoji", REACTION),
        ("order", MESSAGE),
        ("unsupported", SYSTEM),
        ("unsupported_with_type", SYSTEM),
        ("interactive_message_with_err", MESSAGE),
    ],
)
def test_real_messages_without_a_report(real, name, expected):
    assert cases(real, "message")[name] == expected


def test_every_real_message_is_counted(real):
    kinds = [type(outcome).__name__ for outcome in cases(real, "message").values()]
    assert (kinds.count("Report"), kinds.count("NotAReport")) == (14, 9)


def test_real_delivery_states_and_system_notes_are_set_aside(real):
    states = ["sent", "delivered", "read", "played", "failed", "with_tracker", "group"]
    assert cases(real, "message_status") == dict.fromkeys(states, STATUS)
    assert cases(real, "system") == {"phone_number_change": SYSTEM, "identity_change": SYSTEM}


def test_a_delivery_state_keeps_nobody():
    to = "6281200000001"
    message = "wamid." + base64.b64encode(f"\x1d\x01{to}".encode()).decode()
    state = {"id": message, "status": "read", "timestamp": "1689380458", "recipient_id": to,
             "recipient_user_id": "ID.2ab13F", "errors": [{"code": 1, "message": f"no {to}"}]}  # fmt: skip
    states = [{**state, "status": status} for status in ("sent", "read")]
    records = split(json.dumps(body({"statuses": states})).encode(), "f")
    assert len({record.source_record_id for record in records}) == 1, "states of one message are told as such"
    broken = split(json.dumps(body({"statuses": [{**state, "id": None}]})).encode(), "f")
    kept = "".join(f"{one}" for one in (*records, *broken))
    assert not [text for text in (to, "ID.2ab13F", message) if text in kept]


def test_a_real_revocation_removes_the_message_that_it_names(real):
    removed = ChannelEvent(EventKind.REMOVED, "<ORIGINAL_WHATSAPP_MESSAGE_ID>", at(1697043223))
    assert cases(real, "deleted_message") == {"revoke": removed}


def test_a_real_edit_is_a_version_of_the_message_that_it_names(real):
    report = cases(real, "edited_message")["image"]
    assert report.source_record_id == "wamid.HBgLMTQxMjU1NTA4MjkVAgASGBQzQUNCNjk5RDUwNUZGMUZEM0VBRAA="
    assert (report.description, report.reported_at) == ("Updated image caption", at(1749854575))
    assert report.photo_urls == ("https://graph.facebook.com/1234567890",)
    assert (report.reporter_name, report.reporter_contact) == ("Test Name", "16505551234")


def test_what_is_no_webhook_says_why(real):
    content = (real / "complaints" / "whatsapp" / "LICENSE").read_bytes()
    assert split(content, "f") == [Unreadable("f", content, "expected JSON, found something else at line 1 column 1")]


def test_a_message_its_edit_and_its_revocation_meet_in_one_id():
    edited = {"original_message_id": "wamid.1", "message": {"type": "text", "text": {"body": "Banjir di Teratai"}}}
    revision = {"from": "628000000001", "id": "wamid.2", "timestamp": "1792368060"}
    records = split(
        webhook(
            TEXT,
            {**revision, "type": "edit", "edit": edited},
            {**revision, "type": "revoke", "revoke": {"original_message_id": "wamid.1"}},
        ),
        "a",
    )
    assert {record.source_record_id for record in records} == {"wamid.1"}
    first, second, event = (parse(record) for record in records)
    assert (first.description, second.description) == ("Banjir", "Banjir di Teratai")
    assert first.reporter_contact == second.reporter_contact == "628000000001"
    assert event == ChannelEvent(EventKind.REMOVED, "wamid.1", at(1792368060))


def test_an_edit_without_its_text_is_an_event():
    edit = {**TEXT, "id": "wamid.2", "type": "edit", "edit": {"original_message_id": "wamid.1"}}
    assert one(webhook(edit)) == ChannelEvent(EventKind.EDITED, "wamid.1", at(1792368000))


def test_a_body_a_list_of_bodies_and_an_object_of_bodies_hold_the_same():
    alone = split(webhook(TEXT), "a")
    document = json.loads(webhook(TEXT))
    assert split(json.dumps([document]).encode(), "a") == alone
    assert split(json.dumps({"a case": document}).encode(), "a") == alone
    assert split(b"[]", "a") == []


def test_a_broken_body_among_others_stops_none_of_them():
    document = json.loads(webhook(TEXT))
    items = split(json.dumps({"good": document, "a/b": {"object": "page"}, "c": None}).encode(), "f")
    assert parse(items[0]).description == "Banjir"
    assert [(item.origin, item.reason) for item in items[1:]] == [
        ("f#/a~1b", f"expected a webhook of object {WHATSAPP}, found page"),
        ("f#/c", "expected a WhatsApp webhook as an object, found none"),
    ]


def test_each_of_two_writers_keeps_their_name():
    other = {**TEXT, "from": "628000000002", "id": "wamid.2"}
    contacts = [CONTACT, {"profile": {"name": "Warga Kedua"}, "wa_id": "628000000002"}]
    reports = [parse(record) for record in split(webhook(other, TEXT, contacts=contacts), "a")]
    assert [report.reporter_name for report in reports] == ["Warga Kedua", "Warga Contoh"]


def test_a_writer_whom_no_contact_names_gets_nobody_elses_name():
    stranger = {**TEXT, "from": "628000000002", "id": "wamid.2"}
    reports = [parse(record) for record in split(webhook(TEXT, stranger), "a")]
    assert [(each.reporter_name, each.reporter_contact) for each in reports] == [
        ("Warga Contoh", "628000000001"),
        (None, "628000000002"),
    ]


def test_a_writer_without_a_number_is_known_by_account():
    hidden = {key: value for key, value in TEXT.items() if key != "from"} | {"from_user_id": "ID.9"}
    contacts = [{"profile": {"name": "Warga Contoh"}, "user_id": "ID.9"}]
    report = one(webhook(hidden, contacts=contacts))
    assert (report.reporter_name, report.reporter_contact, report.reporter_handle) == ("Warga Contoh", None, "ID.9")


def test_a_picture_sent_as_a_document_is_a_photo():
    document = {"id": "55", "mime_type": "image/png", "caption": "Jalan rusak"}
    report = one(webhook({**TEXT, "type": "document", "document": document}))
    assert (report.description, report.photo_urls) == ("Jalan rusak", ("https://graph.facebook.com/55",))


def test_what_befalls_the_citys_own_account_is_set_aside():
    assert one(json.dumps(body({"event": "x"}, "account_update")).encode()) == NotAReport(
        SetAsideReason.PAGE_SETTING, "account_update"
    )
    assert one(json.dumps(body({"errors": [{"code": 131000}]})).encode()) == NotAReport(
        SetAsideReason.SYSTEM_MESSAGE, "errors"
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{}", f"expected a webhook of object {WHATSAPP}, found none"),
        (b'"x"', "expected a WhatsApp webhook as an object, found text of 1 characters"),
        (json.dumps({"object": WHATSAPP}).encode(), "expected entry as a list, found none"),
        (json.dumps({"object": WHATSAPP, "entry": [{}]}).encode(), "expected changes as a list, found none"),
        (json.dumps(body({})).encode(), "expected messages, statuses or errors, found none"),
        (json.dumps(body({"messages": {}})).encode(), "expected messages as a list, found an object"),
        (json.dumps(body({}, 7)).encode(), "expected field, found a number"),
        (json.dumps(body({"statuses": [{"status": "sent"}]})).encode(), "expected id, found none"),
        (webhook({**TEXT, "id": None}), "expected id, found none"),
        (webhook({**TEXT, "type": "edit"}), "expected edit as an object, found none"),
        (webhook({**TEXT, "type": "revoke", "revoke": {}}), "expected id, found none"),
        (webhook("x"), "expected message as an object, found text of 1 characters"),
    ],
)
def test_what_cannot_be_a_record_says_why(content, reason):
    [item] = split(content, "a.json")
    assert isinstance(item, Unreadable)
    assert item.reason.endswith(reason)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"type": "hologram"}, "hologram"),
        ({"type": "Pak Budi"}, "text of 8 characters"),
        ({"type": "image"}, "none"),
        ({"timestamp": "yesterday"}, "text of 9 characters"),
        ({"timestamp": "99999999999999999"}, "text of 17 characters"),
        ({"text": {"body": 5}}, "a number"),
        ({"type": "edit", "edit": {"original_message_id": "1", "message": {"type": "reaction"}}}, "reaction"),
    ],
)
def test_an_unknown_word_of_the_format_fails_loudly(changed, found):
    with pytest.raises(PayloadError) as caught:
        one(webhook({**TEXT, **changed}))
    assert caught.value.found == found


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
    file = data.draw(st.sampled_from(sorted((real / "complaints" / "whatsapp").glob("*.json"))))
    document = data.draw(st.sampled_from(list(json.loads(file.read_bytes()).values())))
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(list(places(document))))
        holder[key] = data.draw(JSON)
    for entry in split(json.dumps(document).encode(), "f"):
        if isinstance(entry, Unreadable):
            assert entry.reason.startswith("expected ")
            continue
        with suppress(PayloadError):
            parse(entry)


@pytest.mark.parametrize("field", ["calls", "group_participants_update", "user_id_update", "flows", "a_field_of_2027"])
def test_a_field_beside_messages_is_counted_under_its_name(field):
    assert one(json.dumps(body({"any": ["thing"]}, field)).encode()) == NotAReport(SetAsideReason.SYSTEM_MESSAGE, field)


def test_a_name_that_is_no_word_of_the_format_is_not_repeated():
    assert one(json.dumps(body(None, "calls of Budi")).encode()).detail == "unnamed"


@pytest.mark.parametrize("field", ["smb_message_echoes", "message_echoes"])
def test_what_the_city_wrote_in_its_own_app_is_counted_message_by_message(field):
    echoes = [{"from": "628000009999", "to": "628000000001", "id": f"wamid.e{n}", "type": "text"} for n in (1, 2)]
    records = split(json.dumps(body({"message_echoes": echoes}, field)).encode(), "a")
    assert [(record.source_record_id, parse(record)) for record in records] == [("wamid.e1", OWN), ("wamid.e2", OWN)]


@pytest.mark.parametrize("shown", ["628000009999", "+62 800-0009-999"])
def test_a_message_from_the_citys_own_number_is_its_own(shown):
    own = {**TEXT, "from": "628000009999"}
    value = {"metadata": {"display_phone_number": shown}, "messages": [own, TEXT]}
    mine, theirs = (parse(record) for record in split(json.dumps(body(value)).encode(), "a"))
    assert mine == OWN
    assert isinstance(theirs, Report)


def form(answers: object, kind: str = "nfm_reply") -> bytes:
    return webhook({**TEXT, "type": "interactive", "interactive": {"type": kind, kind: {"response_json": answers}}})


def test_the_answers_of_a_form_are_a_report():
    picture = {"id": 77, "mime_type": "image/jpeg", "sha256": "x", "file_name": "a.jpg"}
    answers = {"flow_token": "t", "masalah": "Lampu mati", "tempat": {"jalan": "Jl. Mawar", "rt": 5}, "foto": [picture]}
    report = one(form(json.dumps({**answers, "setuju": True, "catatan": " "})))
    assert report.description == "Lampu mati\nJl. Mawar\n5"
    assert report.photo_urls == ("https://graph.facebook.com/77",)
    assert one(form(answers)) == one(form(json.dumps(answers)))


@pytest.mark.parametrize("answers", ["no JSON", "[]", None, 5])
def test_a_form_without_answers_says_so(answers):
    with pytest.raises(PayloadError):
        one(form(answers))


@pytest.mark.parametrize("kind", ["button_reply", "list_reply"])
def test_a_choice_from_a_menu_is_no_report(kind):
    assert one(form("{}", kind)) == MESSAGE


def test_words_beside_an_order_and_on_a_contact_card_are_a_report():
    def order(**told):
        return webhook({**TEXT, "type": "order", "order": {"catalog_id": "1", "product_items": [], **told}})

    assert one(order(text="Got mampet")).description == "Got mampet"
    assert one(order()) == MESSAGE
    card = {
        "name": {"formatted_name": "Pos RW 05", "first_name": "Pos"},
        "phones": [{"phone": "021 555 1234", "type": "WORK"}],
        "addresses": [{"street": "Jl. Mawar 5", "city": "Seroja"}],
    }
    cards = webhook({**TEXT, "type": "contacts", "contacts": [card, {"name": None, "phones": [7]}]})
    assert one(cards).description.splitlines()[0] == "Pos RW 05, 021 555 1234, Jl. Mawar 5, Seroja"


def test_an_account_in_the_field_of_the_number_is_an_account():
    report = one(webhook({**TEXT, "from": "ID.2abF"}, contacts=[]))
    assert (report.reporter_contact, report.reporter_handle) == (None, "ID.2abF")


def test_bodies_on_a_line_each_are_read_line_by_line():
    first, second = webhook(TEXT), webhook({**TEXT, "id": "wamid.2"})
    entries = split(first + b"\n\n" + second + b"\n{broken\n", "a.json")
    assert [entry.source_record_id for entry in entries[:2]] == [TEXT["id"], "wamid.2"]
    assert (entries[2].origin, entries[2].content) == ("a.json#line 4", b"{broken")
