"""A report as a program files it: what is sound, and what the inbox is given."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assets.clock import city_zone
from portal.open311.report import MOST_FIELDS, FormError, ReportForm, inbox_body, read_form

NOW = datetime(2026, 3, 10, 9, tzinfo=city_zone())
FIELDS = sorted(field.alias or name for name, field in ReportForm.model_fields.items())
ID = UUID("0b8f2f0e-0000-4000-8000-000000000001")


def form(**fields: str) -> ReportForm:
    return ReportForm.model_validate({"service_code": "jalan", "address_string": "Jl. Merdeka 1", **fields})


def told(form: ReportForm, category: str | None = "Jalan") -> dict[str, Any]:
    return json.loads(inbox_body(form, category, NOW, ID))


def test_the_inbox_is_given_what_the_specification_asks_for() -> None:
    filed = form(
        lat="-6.2", long="106.8", first_name="Siti", last_name="Aminah", phone="0812", email="siti@example.org",
        description="Lubang besar", media_url="https://example.org/a.jpg",
        **{"attribute[tempat]": "dekat pasar", "attribute[visibilitas]": "public"},
    )  # fmt: skip
    assert told(filed) == {
        "kind": "report", "id": str(ID), "created_at": "2026-03-10T09:00:00+07:00", "name": "Siti Aminah",
        "contact": "0812", "text": "Lubang besar\n\nFoto menurut pelapor: https://example.org/a.jpg",
        "address": "Jl. Merdeka 1, dekat pasar", "kelurahan": None, "kecamatan": None, "latitude": -6.2,
        "longitude": 106.8, "category": "Jalan", "visibility": "public", "photo_names": [],
    }  # fmt: skip


def test_what_is_not_given_is_empty_and_the_matter_is_the_service() -> None:
    filed = told(form(description=" ", email="siti@example.org", **{"attribute[nama]": "Siti"}))
    assert (filed["text"], filed["contact"], filed["name"], filed["latitude"]) == (
        "Jalan", "siti@example.org", "Siti", None,
    )  # fmt: skip
    assert told(form(), None)["category"] is None
    assert told(form())["visibility"] == "private"


@pytest.mark.parametrize(
    "fields",
    [
        {"service_code": ""},
        {"address_string": ""},
        {"address_string": " ", "address_id": "12"},
        {"lat": "-6.2"},
        {"long": "106.8"},
        {"lat": "91", "long": "0"},
        {"lat": "nan", "long": "0"},
        {"lat": "inf", "long": "0"},
        {"lat": "selatan", "long": "0"},
        {"description": "x" * 4001},
        {"media_url": "javascript:alert(1)"},
        {"media_url": "file:///etc/passwd"},
        {"first_name": "x" * 101},
        {"attribute[visibilitas]": "semua"},
    ],
    ids=lambda fields: str(fields)[:40],
)
def test_what_is_unsound_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        form(**fields)


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=120)))
def test_every_form_is_either_refused_or_gives_the_inbox_json(fields: dict[str, str]) -> None:
    body = urlencode(fields, errors="replace").encode()
    try:
        filed = ReportForm.model_validate(read_form(body))
    except ValidationError:
        return
    assert "\x00" not in json.loads(inbox_body(filed, None, NOW, ID))["text"]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_a_text_comes_to_the_inbox_as_it_was_written(text: str) -> None:
    filed = form(**read_form(urlencode({"description": text}).encode()))
    assert (filed.description or "").replace("\ufffd", "") == "".join(
        sign for sign in text if sign >= " " and sign not in "\ufffe\uffff\ufffd" or sign in "\t\n\r"
    ).strip()


@pytest.mark.parametrize(
    "body", [b"\xff=1", b"&".join([b"a=1"] * (MOST_FIELDS + 1))], ids=["no UTF-8", "too many fields"]
)
def test_a_body_that_is_no_form_is_refused(body: bytes) -> None:
    with pytest.raises(FormError, match="expected a form"):
        read_form(body)
