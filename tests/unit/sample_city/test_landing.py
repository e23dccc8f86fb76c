"""Landing files are in the wire formats, and the truth tells all and only what they hold."""

import csv
import io
import json
import re
import zipfile
from collections import Counter
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any
from xml.etree.ElementTree import ParseError, fromstring

import pytest
from openpyxl import load_workbook

from assets.city import read_facts
from sample_city.city import SampleCity
from tests.folders import LARGEST

BOUNDS = read_facts(LARGEST).bounds
# Degrees beside the city that a point may lie.
ASTRAY = 0.1


def truth(city: SampleCity, name: str) -> list[dict[str, str]]:
    with (city.truth_folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ids(city: SampleCity, channel: str) -> set[str]:
    return {row["source_record_id"] for row in truth(city, "complaints") if row["channel"] == channel}


def unreadable(city: SampleCity) -> set[str]:
    return {row["origin"] for row in truth(city, "unreadable")}


def documents(city: SampleCity, pattern: str) -> list[tuple[str, Any]]:
    """Every readable JSON document with its path below the landing folder."""
    files = [(file.relative_to(city.landing_folder).as_posix(), file) for file in city.landing_folder.glob(pattern)]
    return [(origin, json.loads(file.read_bytes())) for origin, file in files if origin not in unreadable(city)]


def rows(city: SampleCity) -> list[tuple[Any, ...]]:
    sheets = []
    for file in (city.landing_folder / "kelurahan").glob("*.xlsx"):
        if f"kelurahan/{file.name}" not in unreadable(city):
            sheet = load_workbook(file, read_only=True).worksheets[0]
            header, *body = list(sheet.iter_rows(values_only=True))
            assert header[0] == "No Register"
            assert header[-2:] == ("Uraian Masalah", "Petugas")
            sheets += [row for row in body if row[0] is not None]
    return sheets


def test_every_jaki_report_is_in_the_truth_and_the_other_way_round(city: SampleCity) -> None:
    items = [
        (f"{origin}#/data/{number}", item)
        for origin, page in documents(city, "jaki/*.json")
        for number, item in enumerate(page["data"])
    ]
    assert {str(item["id"]) for _, item in items if "id" in item} == ids(city, "jaki")
    assert {origin for origin, item in items if "id" not in item} < unreadable(city)
    for _, item in items:
        assert datetime.fromisoformat(item["createdAt"]).tzinfo is not None
        assert (item["lat"], item["lng"]) == (0, 0) or all(
            low < value < high + ASTRAY
            for value, low, high in (
                (item["lat"], BOUNDS.south, BOUNDS.north),
                (item["lng"], BOUNDS.west, BOUNDS.east),
            )
        )


def test_every_facebook_post_is_in_the_truth_and_the_other_way_round(city: SampleCity) -> None:
    posts, about = set(), Counter[str]()
    for _, document in documents(city, "facebook/*.json"):
        if "data" in document:
            posts |= {node["id"] for node in document["data"] if "id" in node}
            continue
        for change in (change for entry in document["entry"] for change in entry.get("changes", [])):
            value = change["value"]
            about[f"{value['item'] in ('like', 'reaction')} {value['verb']}"] += 1
            posts.add(value["post_id"])
    assert posts == ids(city, "facebook")
    aside = Counter(row["reason"] for row in truth(city, "set_aside") if row["channel"] == "facebook")
    edited = sum(row["is_edited"] == "1" for row in truth(city, "complaints") if row["channel"] == "facebook")
    assert (about["True add"], about["False remove"]) == (aside["reaction"], aside["removed"])
    assert about["False edited"] == edited > 0


def test_every_e_mail_is_in_the_truth_and_the_other_way_round(city: SampleCity) -> None:
    found, kinds = set(), Counter[str]()
    for file in (city.landing_folder / "email").rglob("*.eml"):
        if not (content := file.read_bytes()):
            assert file.relative_to(city.landing_folder).as_posix() in unreadable(city)
            continue
        message = message_from_bytes(content, policy=policy.default)
        if message["Auto-Submitted"] is None:
            found.add(message["Message-ID"].strip("<>"))
            body = message.get_body(("plain", "html"))
            assert body is not None
            assert len(body.get_content()) > 3
            assert message["Date"].datetime.utcoffset() is not None
            kinds[message.get_content_type()] += 1
    assert found == ids(city, "email")
    assert kinds.keys() == {"text/plain", "text/html", "multipart/alternative", "multipart/mixed"}


def test_every_row_of_the_desks_is_in_the_truth_and_the_other_way_round(city: SampleCity) -> None:
    body = rows(city)
    assert {row[0] for row in body} == ids(city, "kelurahan")
    assert len(body) == len({row[0] for row in body})
    for row in body:
        assert re.fullmatch(r"31\.\d\d\.\d\d\.\d{4}/2026/10/\d{4}", row[0])


def test_what_the_truth_calls_unreadable_cannot_be_read(city: SampleCity) -> None:
    whole = [origin for origin in unreadable(city) if "#" not in origin]
    assert whole
    for origin in whole:
        content = (city.landing_folder / origin).read_bytes()
        if origin.endswith(".json"):
            with pytest.raises(json.JSONDecodeError):
                json.loads(content)
        elif origin.endswith(".xlsx"):
            with pytest.raises(zipfile.BadZipFile):
                load_workbook(io.BytesIO(content))
        elif origin.endswith(".xml"):
            with pytest.raises(ParseError):
                fromstring(content)  # noqa: S314 - our own file
        else:
            assert content == b"" or content.startswith(b"<html>")
    assert len(unreadable(city)) < 0.02 * len(truth(city, "complaints"))


def test_case_events_speak_of_accepted_complaints_in_the_past(city: SampleCity) -> None:
    accepted = {
        (row["channel"], row["source_record_id"]) for row in truth(city, "complaints") if row["decision"] == "accepted"
    }
    events = [(origin, event) for origin, page in documents(city, "case_events/*.json") for event in page["data"]]
    for origin, event in events:
        assert tuple(event["complaint"].values()) in accepted
        assert datetime.fromisoformat(event.get("booked_at", event["occurred_at"])).date() <= city.end
        assert origin <= f"case_events/{city.end}.json"
    assert list((city.landing_folder / "case_events").glob("*.csv"))
    assert {(row["channel"], row["source_record_id"]) for row in truth(city, "cases")} <= accepted


def test_area_history_ends_where_the_last_day_begins(city: SampleCity) -> None:
    with (city.landing_folder / "area_history" / "area_hours.csv").open(encoding="utf-8") as file:
        history = list(csv.DictReader(file))
    assert len(history) == 44 * 24 * 7
    assert max(row["hour_start"] for row in history) == "2026-10-30T23:00:00+07:00"
    assert min(row["hour_start"] for row in truth(city, "area_hours")) == "2026-10-31T00:00:00+07:00"
    assert all(0 <= float(row["jam_index"]) <= 1 for row in history)


def test_nobody_in_the_landing_folder_could_be_real(city: SampleCity) -> None:
    texts = [
        file.read_text("utf-8")
        for kind in ("json", "eml", "csv", "xml")
        for file in city.landing_folder.rglob(f"*.{kind}")
    ]
    texts += [" ".join(str(cell) for cell in row) for row in rows(city)]
    everything = "\n".join(texts)
    domains = set(re.findall(r"[\w.]+@([\w.-]+\w)", everything)) | set(re.findall(r"https?://([\w.]+)", everything))
    domains -= {"purl.org"}
    assert domains
    assert all(re.fullmatch(r"([a-z]+\.)?example\.(org|com|net)", domain) for domain in domains)
    phones = re.findall(r"\+62[ \d]+\d|\b08\d{8,}", everything)
    assert phones
    assert all(re.fullmatch(r"\+62 ?800 ?000 ?\d{4}", phone) for phone in phones)


def test_truth_names_areas_categories_and_agencies_of_the_seeds(city: SampleCity) -> None:
    for name, column in (("kelurahan", "kelurahan_code"), ("categories", "category_code"), ("skpd", "skpd_code")):
        with (LARGEST / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            known = {row[column] for row in csv.DictReader(file)}
        assert {row[column] for row in truth(city, "complaints")} <= known
