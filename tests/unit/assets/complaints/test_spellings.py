"""How a person may be written: found in every spelling, and nobody else."""

import base64
import json

import pytest

from assets.complaints.spellings import MASK, Spellings

PHONE = Spellings.of(["+62 812-0000-0001"])
MAIL = Spellings.of(["Budi@Mail.example"])
PSID = Spellings.of(["24680135792468013"])
HANDLE = Spellings.of(["@seroja"])


@pytest.mark.parametrize(
    "text",
    [
        "+6281200000001", "6281200000001", "081200000001", "81200000001", "0812 0000 0001", "0812-0000-0001",
        "(0812) 0000.0001", "+62 (0)812 0000 0001", "0062 812 0000 0001", "+62\u2011812\u20110000\u20110001",
        "Hubungi\\n0812 0000 0001", "tel:+6281200000001", '{"wa_id": "6281200000001"}', "0812/0000/0001",
    ],
)  # fmt: skip
def test_a_number_is_found_in_every_spelling(text: str) -> None:
    assert PHONE.mask_text(f"kata {text}, kata") != f"kata {text}, kata"
    assert PHONE.are_in(f"kata {text}, kata".encode())


@pytest.mark.parametrize("text", ["081200000002", "0812000000011", "1081200000001", "XX2603010001", "8.12"])
def test_another_number_is_not(text: str) -> None:
    assert PHONE.mask_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "budi@mail.example", "BUDI@MAIL.EXAMPLE", "<budi@mail.example>", "budi\\u0040mail.example",
        "mailto:budi@mail.example?x", "\\nbudi@mail.example.",
    ],
)  # fmt: skip
def test_an_address_is_found_in_every_case(text: str) -> None:
    assert MASK in MAIL.mask_text(text)


@pytest.mark.parametrize(
    "text", ["sbudi@mail.example", "budi@mail.example.org", "budi@mail.examples", "budi.a@mail.example"]
)
def test_another_address_is_not(text: str) -> None:
    assert MAIL.mask_text(text) == text


def test_an_id_is_found_inside_of_what_is_made_of_it() -> None:
    assert PSID.mask_text("24680135792468013_77, m24680135792468013") == f"{MASK}_77, m{MASK}"
    assert PSID.mask_text("246801357924680131") == "246801357924680131"
    assert PSID.mask({"id": 24680135792468013, "n": 1, "ok": True}, is_theirs=True) == {"id": MASK, "n": 1, "ok": True}


def test_a_handle_that_is_a_word_is_found_where_it_is_one() -> None:
    assert (
        HANDLE.mask_text("di seroja kata @Seroja, bukan @seroja_baru") == f"di seroja kata {MASK}, bukan @seroja_baru"
    )
    delivered = {"username": "Seroja", "text": "seroja macet"}
    assert HANDLE.mask(delivered, is_theirs=True) == {"username": MASK, "text": "seroja macet"}
    assert HANDLE.mask("Seroja", is_theirs=False) == "Seroja", "the name of a region"
    assert HANDLE.mask_file(b'{"username": "seroja", "text": "seroja macet"}') == (
        f'{{"username": "{MASK}", "text": "seroja macet"}}'.encode()
    )


def test_a_number_in_json_becomes_a_text() -> None:
    theirs = Spellings.of(["900177"])
    masked = theirs.mask_file(b'{"user_id": 900177, "n": 1900177, "text": "Rp 900177 saja"}')
    assert json.loads(masked) == {"user_id": MASK, "n": 1900177, "text": "Rp 900177 saja"}


def test_a_number_inside_of_the_id_of_a_message_is_found() -> None:
    token = "wamid." + base64.b64encode(b"\x1d\x026281200000001\x15").decode()
    other = "wamid." + base64.b64encode(b"\x1d\x026281200000002\x15").decode()
    assert PHONE.mask_text(f"{token} {other}") == f"{MASK} {other}"


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "7bit"])
def test_a_mail_is_read_and_keeps_the_rest(encoding: str) -> None:
    text = "Tanya Budi: budi@mail.example, 0812 0000 0001. Lampu mati."
    part = {
        "base64": base64.encodebytes(text.encode()).decode(),
        "quoted-printable": text.replace("@", "=40"),
        "7bit": text,
    }[encoding]
    mail = (
        "From: Siti <siti@mail.example>\nSubject: =?utf-8?q?dari_budi=40mail=2Eexample?=\nMIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n{part}\n"
    ).encode()
    theirs = Spellings.of(["budi@mail.example", "081200000001"])
    assert theirs.are_in(mail)
    masked = theirs.mask_file(mail)
    assert not theirs.are_in(masked)
    assert b"siti@mail.example" in masked
    payload = {"raw_base64": base64.b64encode(mail).decode()}
    again = theirs.mask(payload, is_theirs=True)
    assert not theirs.are_in(base64.b64decode(again["raw_base64"]))


def test_what_is_short_is_left_to_chance() -> None:
    assert Spellings.of(["5", "abc"]).mask_text("5 abc @abc") == "5 abc @abc"
    assert Spellings.of([]).mask_text("x") == "x"
