"""Telephone numbers in the spellings of people, gateways and spreadsheets."""

import pytest

from assets.complaints.model import Report
from assets.complaints.triage.reporter import keys_of_contact, reporter_key
from assets.sources.telephone import first_telephone, read_telephone
from assets.sources.wire import is_rounded


def report(contact: str | None, handle: str | None = None) -> Report:
    names = dict.fromkeys(Report.__dataclass_fields__)
    return Report(
        **{**names, "reporter_contact": contact, "reporter_handle": handle, "description": "", "photo_urls": ()}
    )


@pytest.mark.parametrize(
    "written",
    [
        "081200000001", "+6281200000001", "6281200000001", "81200000001", "0812-0000-0001", "+62 812 0000 0001",
        "(0812) 0000.0001", "+62 (0)812-0000-0001", "0062 812 0000 0001", "tel:+62-812-0000-0001", "6281200000001.0",
        "\u200e+62\u00a0812\u20110000\u20110001", "０８１２０００００００１",
    ],
)  # fmt: skip
def test_one_number_is_one_number(written):
    assert read_telephone(written) == "+6281200000001"
    assert reporter_key("sms", report(written)) == reporter_key("sms", report("+6281200000001"))
    assert reporter_key("sms", report("+6281200000001")) in keys_of_contact(written, ["sms"])


@pytest.mark.parametrize(
    "written",
    [
        "081200000001 (WA)", "0812-0000-0001 / 0813-0000-0002", "HP: 0812 0000 0001", "081200000001;081300000002",
        "0812 0000 0001 an. Rini", "Rini 081200000001", "WA +62812 0000 0001 atau 021-555 1234",
        "0812 0000 0001 ext 12",
    ],
)  # fmt: skip
@pytest.mark.parametrize("channel", ["kelurahan", "kecamatan", "balai_warga", "jakarta_aman"])
def test_the_first_number_of_a_cell_with_words_is_its_persons(channel, written):
    assert read_telephone(written) is None
    assert first_telephone(written) == "+6281200000001"
    key = reporter_key(channel, report("+6281200000001"))
    assert reporter_key(channel, report(written)) == key
    assert key in keys_of_contact("0812 0000 0001", [channel])


@pytest.mark.parametrize("written", ["tidak ada", "1708", "NIK 3171012345678901", "RT 05 / RW 03"])
def test_a_cell_without_a_number_names_nobody_by_one(written):
    assert first_telephone(written) is None


@pytest.mark.parametrize(
    ("written", "number"),
    [("(021) 555 1234", "+62215551234"), ("+65 9123 4567", "+6591234567"), ("+1 (620) 555-0100", "+16205550100")],
)
def test_lines_and_numbers_of_other_countries_keep_their_code(written, number):
    assert read_telephone(written) == number


@pytest.mark.parametrize(
    "written",
    ["", " ", "1708", "OPERATOR", "*123#", "budi@mail.example", "ID.2ab13F", "+628120000000000000", None, "+"],
)
def test_what_is_no_number_is_none(written):
    assert read_telephone(written) is None


@pytest.mark.parametrize("written", ["6,2812E+12", "6.28E+12", "6E12", "6.2812e+12"])
def test_a_rounded_number_is_nobodys(written):
    assert is_rounded(written)
    assert reporter_key("kelurahan", report(written)) is None
    assert reporter_key("kelurahan", report(written, "55")) == reporter_key("kelurahan", report(None, "55"))


def test_keys_that_earlier_releases_stored_are_found():
    # SHA-256 of "sms", the unit separator and "phone:81200000001", as stored since the first release.
    stored = "7ced3c85318c51a4b643e8140da2d010f62a726db6cc00c139b17953043c3491"
    assert reporter_key("sms", report("0812-0000-0001")) == stored
    assert stored in keys_of_contact("+62 812 0000 0001", ["sms"])
    # A number of sixteen digits is none to the library and was one before.
    assert len(keys_of_contact("3171000000000001", ["sms"])) == 3
