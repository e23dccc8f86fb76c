"""Gammu's inbox: exports of the table, and a real database with it."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from assets.complaints.channels.sms import fetch, parse, split
from assets.complaints.channels.sms_clock import hours_off
from assets.complaints.model import NotAReport, SetAsideReason
from assets.sources.records import PayloadError, Window
from assets.sources.settings import SmsSource
from assets.sources.transport import SourceError
from sample_city.model import Item
from sample_city.smsd import fill_inbox, make_inbox

ROW = {
    "UpdatedInDB": "2019-10-19 14:05:09", "ReceivingDateTime": "2019-10-19 14:05:00", "Text": "",
    "SenderNumber": "+6281200000001", "Coding": "Default_No_Compression", "UDH": "", "SMSCNumber": "+62811",
    "Class": -1, "TextDecoded": "Lampu mati di Jl. Kenanga", "ID": 17, "RecipientID": "", "Processed": False,
}  # fmt: skip
AT = datetime(2019, 10, 19, 7, 5, tzinfo=UTC)
LOST = "\ufffd"


def part(number: int, text: str, *, id: int, second: int = 0, total: int = 3, reference: str = "050003CC") -> dict:
    header = f"{reference}{total:02X}{number:02X}"
    return {**ROW, "ID": id, "UDH": header, "TextDecoded": text, "ReceivingDateTime": f"2019-10-19 14:05:{second:02}"}


def records(*rows: object) -> list:
    return split(json.dumps(rows).encode(), "a.json")


def texts(*rows: object) -> dict[str, str]:
    return {record.source_record_id: parse(record).description for record in records(*rows)}


def test_a_message_is_a_report():
    [record] = records(ROW)
    report = parse(record)
    assert (report.source_record_id, report.reported_at, report.reporter_contact, report.description) == (
        "17", AT, "+6281200000001", "Lampu mati di Jl. Kenanga",
    )  # fmt: skip


def test_what_the_gateway_did_with_a_row_is_no_new_version_of_it():
    assert records(ROW) == records({**ROW, "Processed": True, "UpdatedInDB": "2019-10-20 00:00:00"})


def test_a_csv_export_and_a_json_export_are_the_same():
    rows = [ROW, part(2, " di sini, ", id=19, second=1), part(1, "Got mampet", id=20), part(3, "bau", id=18, second=2)]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ROW)
    writer.writeheader()
    writer.writerows(rows)
    blank_dropped = [{name: value for name, value in row.items() if value != ""} for row in rows]
    assert [(entry.source_record_id, parse(entry)) for entry in split(text.getvalue().encode(), "a.csv")] == [
        (entry.source_record_id, parse(entry)) for entry in records(*blank_dropped)
    ]


def test_parts_out_of_order_are_one_message_of_the_id_that_came_first():
    rows = part(3, "Kenanga", id=18, second=2), part(1, "Lampu ", id=19, second=1), part(2, "mati di ", id=20)
    assert texts(*rows) == {"20": "Lampu mati di Kenanga"}
    assert records(*rows) == records(*reversed(rows))
    [record] = records(*rows)
    assert parse(record).reported_at == AT


def test_a_reference_may_have_two_bytes_and_stand_behind_another_element():
    behind_port = [{**part(n, t, id=n), "UDH": f"0C05040B8423F0080412AB02{n:02X}"} for n, t in ((1, "a"), (2, "b"))]
    assert texts(*behind_port) == {"1": "ab"}


def test_references_that_differ_in_one_byte_are_of_two_messages():
    rows = [part(n, "x", id=n, total=2, reference=f"06080412A{n}") for n in (1, 2)]
    assert texts(*rows) == {"1": f"x{LOST}", "2": f"{LOST}x"}


def test_parts_of_two_senders_and_of_two_messages_of_one_are_not_mixed():
    other = {"SenderNumber": "+6281200000002"}
    rows = [
        part(1, "a", id=1, total=2), {**part(1, "c", id=2, total=2), **other},
        part(2, "b", id=3, total=2), {**part(2, "d", id=4, total=2), **other},
        part(1, "e", id=5, total=2, second=9), part(2, "f", id=6, total=2, second=10),
        {**part(1, "g", id=7, total=2), "ReceivingDateTime": "2019-10-21 14:05:00"},
        {**part(2, "h", id=8, total=2), "ReceivingDateTime": "2019-10-21 14:05:01"},
    ]  # fmt: skip
    assert texts(*rows) == {"1": "ab", "2": "cd", "5": "ef", "7": "gh"}


def test_a_part_that_came_twice_counts_once():
    rows = part(1, "a", id=1, total=2), part(1, "a", id=2, total=2, second=1), part(2, "b", id=3, total=2, second=2)
    assert texts(*rows) == {"1": "ab"}


@pytest.mark.parametrize(
    ("present", "text"), [((1, 3), f"1{LOST}3"), ((2,), f"{LOST}2{LOST}"), ((3,), f"{LOST}3"), ((1,), f"1{LOST}")]
)
def test_parts_that_never_came_leave_the_sign_of_a_loss(present, text):
    assert texts(*(part(number, str(number), id=number) for number in present)) == {str(min(present)): text}


@pytest.mark.parametrize("header", ["050003CC0200", "050003CC0203", "050003CC00", "zz", "05", None, 5])
def test_a_header_that_names_no_part_makes_a_message_of_its_own(header):
    assert texts({**ROW, "UDH": header}) == {"17": ROW["TextDecoded"]}


def test_a_character_that_lies_in_two_parts_is_whole():
    unicode = {"Coding": "Unicode_No_Compression"}
    first = {**part(1, "Banjir ?", id=1, total=2), **unicode, "Text": "Banjir ".encode("utf-16-be").hex() + "d83d"}
    second = {**part(2, "?!", id=2, total=2), **unicode, "Text": "de00" + "!".encode("utf-16-be").hex()}
    assert texts(first, second) == {"1": "Banjir \U0001f600!"}
    assert texts(first) == {"1": f"Banjir {LOST}{LOST}"}


@pytest.mark.parametrize(
    ("coding", "digits", "text"),
    [
        ("Default_No_Compression", "Jalan rusak".encode("utf-16-be").hex(), "Jalan rusak"),
        ("Default_No_Compression", b"Jalan rusak\x1b\x65".hex(), "Jalan rusak€"),
        ("Unicode_No_Compression", "Jalan “rusak”".encode("utf-16-be").hex().upper(), "Jalan “rusak”"),
    ],
)
def test_the_digits_count_where_the_gateway_decoded_nothing(coding, digits, text):
    assert texts({**ROW, "Coding": coding, "Text": digits, "TextDecoded": ""}) == {"17": text}


@pytest.mark.parametrize(
    "change",
    [{"SenderNumber": "INFO"}, {"SenderNumber": "1708"}, {"Coding": "8bit", "Text": "0106", "TextDecoded": ""}],
)
def test_services_and_data_are_set_aside(change):
    [record] = records({**ROW, **change})
    assert parse(record) == NotAReport(SetAsideReason.SYSTEM_MESSAGE)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            {"ReceivingDateTime": None},
            "expected ReceivingDateTime as a day (2026-10-19, 19/10/2026 or 19 Oktober 2026), found none",
        ),
        ({"SenderNumber": None}, "expected SenderNumber, found none"),
        ({"TextDecoded": 5}, "expected TextDecoded as text, found a number"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(change, reason):
    [record] = records({**ROW, **change})
    with pytest.raises(PayloadError) as caught:
        parse(record)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({**ROW, "ID": None}, "expected id, found none"),
        (5, "expected row as an object, found a number"),
        ({"ID": 1, "isi": "x"}, "expected Text or TextDecoded, found none"),
    ],
)
def test_a_row_that_is_none_says_so_and_the_others_are_read(row, reason):
    record, lost = records(row, ROW)
    assert record == records(ROW)[0]
    assert (lost.origin, lost.reason) == ("a.json#/0", reason)


@pytest.fixture
def inbox(connection, database_url):
    """Fill the inbox of an SMSD database and name it as a source."""
    make_inbox(connection)

    def fill(*rows: dict) -> SmsSource:
        fill_inbox(connection, [Item("sms", TWO.start, row) for row in rows])
        connection.commit()
        return SmsSource(url=database_url)

    return fill


def window(start: datetime, hours: float = 1) -> Window:
    return Window(start, start + timedelta(hours=hours))


def fetched(source: SmsSource, at: Window) -> dict[str, str]:
    return {
        record.source_record_id: parse(record).description
        for delivery in fetch(at, source)
        for record in split(delivery.read(), delivery.origin)
    }


TWO = window(datetime(2019, 10, 19, 7, tzinfo=UTC))


def test_a_window_gives_what_came_in_it_and_the_same_twice(inbox):
    times = {"ID": 1, "ReceivingDateTime": "2019-10-19 13:59:59"}, {"ID": 2, "ReceivingDateTime": "2019-10-19 15:00:00"}
    source = inbox(ROW, *({**ROW, **change} for change in times))
    assert fetched(source, TWO) == fetched(source, TWO) == {"17": ROW["TextDecoded"]}


def test_a_delivery_holds_what_a_landing_file_holds(inbox):
    rows = [ROW, part(2, "b", id=18, total=2), part(1, "a", id=19, total=2)]
    [delivery] = fetch(TWO, inbox(*rows))
    landed = split(json.dumps(rows).encode(), "a.json")
    assert [parse(record) for record in split(delivery.read(), "b")] == [parse(record) for record in landed]


def test_a_message_is_of_the_window_in_which_its_last_part_came(inbox):
    late = {**part(1, "a", id=18, total=2), "ReceivingDateTime": "2019-10-19 15:00:05"}
    source = inbox(part(2, "b", id=17, total=2), late)
    assert fetched(source, TWO) == {}
    assert fetched(source, window(TWO.end)) == {"17": "ab"}


def test_a_message_without_all_its_parts_is_waited_for_one_day(inbox):
    source = inbox(part(1, "a", id=17, total=2))
    day = timedelta(hours=24)
    assert [fetched(source, window(TWO.start + wait)) for wait in (timedelta(), day / 2, day, 2 * day)] == [
        {}, {}, {"17": f"a{LOST}"}, {},
    ]  # fmt: skip
    # What the windows give together is every message once, however they are cut.
    assert fetched(source, Window(TWO.start, TWO.start + 2 * day)) == {"17": f"a{LOST}"}


def test_nothing_is_marked_and_nothing_is_deleted(inbox, connection):
    source = inbox(ROW)
    before = connection.execute("select * from inbox").fetchall()
    assert fetched(source, TWO)
    assert connection.execute("select * from inbox").fetchall() == before


def test_a_database_without_inbox_says_what_to_do(database_url):
    with pytest.raises(SourceError, match=r"expected the table inbox, found UndefinedTable\. Look at JSC_SMS_URL"):
        fetched(SmsSource(url=database_url), TWO)


def test_a_database_that_does_not_answer_is_no_source_and_shows_no_credentials():
    with pytest.raises(SourceError, match="found OperationalError") as caught:
        fetched(SmsSource(url="postgresql://rini:kunci@127.0.0.1:1/smsd", timeout_s=2), TWO)
    assert not re.search("rini|kunci", str(caught.value))
    assert caught.value.__suppress_context__


def whole(
    number: int, own: str, all_of_it: str, *, id: int, total: int, coding: str = "Default_No_Compression"
) -> dict:
    """A row as SMSD writes it: the digits of the part, and the whole text in the first."""
    row = part(number, all_of_it if number == 1 else "", id=id, total=total)
    return {**row, "Coding": coding, "Text": own.encode("utf-16-be").hex().upper()}


def test_the_whole_text_in_the_first_row_is_not_read_twice():
    said = ("Lampu ", "mati di ", "Jl. Kenanga")
    rows = [whole(number, own, "".join(said), id=number, total=3) for number, own in enumerate(said, start=1)]
    assert texts(*rows) == {"1": "".join(said)}
    assert texts(*rows[1:]) == {"2": f"{LOST}mati di Jl. Kenanga"}


def test_parts_of_two_alphabets_are_each_read_by_their_own():
    first = whole(1, "gsm dulu ", "gsm dulu lalu 你", id=1, total=2)
    assert texts(first, whole(2, "lalu 你", "", id=2, total=2, coding="Unicode_No_Compression")) == {
        "1": "gsm dulu lalu 你"
    }


def test_a_part_that_came_twice_is_known_by_its_own_text():
    rows = [whole(1, "a", "ab", id=1, total=2), {**whole(1, "a", "", id=2, total=2), "TextDecoded": ""}]
    assert texts(*rows, whole(2, "b", "", id=3, total=2)) == {"1": "ab"}


@pytest.mark.parametrize("digits", ["", "no digits", "123"])
def test_what_the_gateway_decoded_counts_where_there_are_no_digits(digits):
    assert texts({**ROW, "Text": digits}) == {"17": ROW["TextDecoded"]}


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+62 812-0000-0005", "+6281200000005"), ("(0812)00000006", "081200000006"),
        ("6281200000005.0", "6281200000005"),
        ("(021) 555 1234", "0215551234"), ("\u200e+62\u00a0812 0000 0005", "+6281200000005"),
        ("+65 9123-4567", "+6591234567"), ("+62 (0)812 0000 0005", "+6281200000005"),
    ],
)  # fmt: skip
def test_a_number_is_read_without_its_punctuation(written, number):
    [record] = records({**ROW, "SenderNumber": written})
    assert parse(record).reporter_contact == number


@pytest.mark.parametrize(
    "sender",
    ["6,2812E+12", "6.28E+12", "6E12", "+62812000000000000000", "???", "081200000005 (Rini)", "Rini <081200000005>"],
)
def test_a_sender_who_cannot_be_told_is_refused(sender):
    [record] = records({**ROW, "SenderNumber": sender})
    with pytest.raises(PayloadError, match="SenderNumber as a telephone number"):
        parse(record)


@pytest.mark.parametrize("sender", ["PLN-123", "3-Indonesia", "*123#", "99 99", "BNPB"])
def test_a_word_or_a_short_code_is_a_service(sender):
    [record] = records({**ROW, "SenderNumber": sender})
    assert parse(record) == NotAReport(SetAsideReason.SYSTEM_MESSAGE)


def test_the_clock_of_a_gateway_in_another_zone_is_a_setting(monkeypatch):
    monkeypatch.setenv("JSC_SMS_ZONE", "UTC")
    [record] = records(ROW)
    assert parse(record).reported_at == AT + timedelta(hours=7)
    assert records(record.payload["parts"][0]) == [record]
    monkeypatch.setenv("JSC_SMS_ZONE", "Asia/Pontianak")
    assert parse(record).reported_at == AT + timedelta(hours=7)


@pytest.mark.parametrize(
    "written", ["19/10/2019 14.05", "19-Okt-2019 14:05:00", 43757.586805555, "2019-10-19 14.05 WIB"]
)
def test_a_time_that_a_spreadsheet_wrote_is_one(monkeypatch, written):
    row = {**ROW, "ReceivingDateTime": str(written)}
    [record] = records(row)
    assert parse(record).reported_at == AT
    monkeypatch.setenv("JSC_SMS_ZONE", "UTC")
    [record] = records(row)
    assert parse(record).reported_at == (AT if "WIB" in str(written) else AT + timedelta(hours=7))


@pytest.mark.parametrize(
    ("came", "zone", "hours"),
    [
        ("01:00:00", "Asia/Pontianak", 7), ("01:00:00", "UTC", 0), ("08:00:00", "Asia/Pontianak", 0),
        ("10:00:00", "Asia/Pontianak", -2), ("05:20:00", "Asia/Pontianak", 0),
    ],
)  # fmt: skip
def test_a_gateway_in_another_zone_shows_in_its_own_table(inbox, database_url, connection, came, zone, hours):
    row = {**ROW, "UpdatedInDB": "2019-10-19 08:00:03", "ReceivingDateTime": f"2019-10-19 {came}"}
    # Another message waited at the network for hours.
    late = {**row, "ID": 18, "ReceivingDateTime": "2019-10-18 08:30:00"}
    inbox(row, late)
    name = connection.info.dbname
    connection.execute(f"alter database {name} set timezone to 'Asia/Pontianak'")
    connection.commit()
    assert hours_off(SmsSource(url=database_url, zone=zone)) == hours


def test_an_empty_inbox_shows_nothing(inbox):
    assert hours_off(inbox()) == 0
