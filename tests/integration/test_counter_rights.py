"""As whom a counter hands in and what it is told, tried in SQL: of a session its own desk, without one nothing."""

import json
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors
from psycopg.types.json import Jsonb

from assets.city import city_folder
from assets.clock import city_zone
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.intake import IntakeCounts
from assets.complaints.ledger import decide_pending
from assets.complaints.reception import take_all
from assets.complaints.triage.desk import Desk
from assets.reference import load_reference
from assets.sources.landing import Batch
from tests.integration.city_of_truth import AS_OF
from tests.integration.desk_city import DeskCity
from tests.integration.test_followup import BEYOND
from tests.served import HERE, HERE_AREA, NEXT, NEXT_AREA, REFERENCE, number

TOLD = {"Nama Pelapor": "Rini Contoh", "Uraian Masalah": "Lampu jalan mati", "Alamat": "Jl. Melati 5"}


@pytest.fixture(scope="module")
def city(city: DeskCity) -> DeskCity:
    with psycopg.connect(city.url) as owner:
        owner.execute(BEYOND)
    return city


@pytest.fixture(autouse=True)
def nothing_waits(city: DeskCity) -> None:
    with psycopg.connect(city.url) as owner:
        owner.execute("delete from private.arrivals")


@pytest.fixture(scope="module")
def lurah(city: DeskCity) -> str:
    return city.arrive("lurah.satu", "kelurahan", HERE.code)


@pytest.fixture(scope="module")
def other_lurah(city: DeskCity) -> str:
    return city.arrive("lurah.dua", "kelurahan", NEXT.code)


@pytest.fixture(scope="module")
def camat(city: DeskCity) -> str:
    return city.arrive("camat", "kecamatan", HERE_AREA.code)


def hand_in(
    city: DeskCity, token: str, told: Any = TOLD, place: str | None = None, receipt: UUID | None = None, at: Any = AS_OF
) -> bool:
    with city.acting(token) as desk:
        values = [receipt or uuid4(), Jsonb(told), place, at]
        [row] = desk.execute("select desk.hand_in(%s, %s, %s, %s) as taken", values).fetchall()
    return bool(row["taken"])


def waiting(city: DeskCity) -> list[tuple[UUID, str, dict[str, str]]]:
    """Receipt, channel and row of what waits."""
    with psycopg.connect(city.url) as owner:
        found = owner.execute("select receipt, channel, body from private.arrivals order by arrival_id").fetchall()
    return [(receipt, channel, *json.loads(body)["rows"]) for receipt, channel, body in found]


def receipt_of(city: DeskCity, token: str, receipt: UUID) -> Any:
    with city.acting(token) as desk:
        [row] = desk.execute("select desk.receipt(%s) as told", [receipt]).fetchall()
    return row["told"]


def test_a_row_is_of_the_sessions_desk_whatever_is_told(city: DeskCity, lurah: str, camat: str) -> None:
    forged = {
        "No Register": f"{NEXT.code}/1", "Petugas": "Orang lain", "Tanggal": "2020-01-01", "Jam": "00:00",
        "Kelurahan": NEXT.name, "Kecamatan": NEXT_AREA.name, "Lain": "x",
    }  # fmt: skip
    receipt = uuid4()
    assert hand_in(city, lurah, {**TOLD, **forged}, receipt=receipt)
    assert hand_in(city, camat, {**TOLD, **forged}, receipt=UUID(int=1))
    local = AS_OF.astimezone(city_zone())
    moment = {"Tanggal": f"{local:%Y-%m-%d}", "Jam": f"{local:%H:%M:%S}"}
    assert waiting(city) == [
        (receipt, "kelurahan", {
            **TOLD, **moment, "No Register": f"{HERE.code}/{receipt}", "Petugas": "Petugas lurah.satu",
            "Kelurahan": HERE.name, "Kecamatan": HERE_AREA.name,
        }),
        (UUID(int=1), "kecamatan", {
            **TOLD, **moment, "No Register": f"{HERE_AREA.code}/{UUID(int=1)}", "Petugas": "Petugas camat",
            "Kecamatan": HERE_AREA.name,
        }),
    ]  # fmt: skip


def test_a_desk_takes_what_lies_elsewhere_in_the_city_as_its_own(city: DeskCity, lurah: str) -> None:
    assert hand_in(city, lurah, place=NEXT.code)
    [(receipt, channel, row)] = waiting(city)
    assert (channel, row["No Register"]) == ("kelurahan", f"{HERE.code}/{receipt}")
    assert (row["Kelurahan"], row["Kecamatan"]) == (NEXT.name, HERE_AREA.name)


@pytest.mark.parametrize("unit", ["dinas_bina_marga", "biro_pemerintahan", "satpol_pp"])
def test_officers_of_other_agencies_have_no_counter(city: DeskCity, unit: str) -> None:
    assert not hand_in(city, city.arrive(f"loket.{unit}", unit))
    assert waiting(city) == []


@pytest.mark.skipif("kota_administrasi" not in REFERENCE.skpd, reason="no kota of the city is an agency of its own")
def test_officers_of_a_kota_have_no_counter(city: DeskCity) -> None:
    assert not hand_in(city, city.arrive("loket.kota", "kota_administrasi", HERE_AREA.kota_code))
    assert waiting(city) == []


@pytest.mark.parametrize(
    "end",
    [
        "update desk.sessions set expires_at = now() where officer_id = %s",
        "update desk.sessions set last_seen_at = now() - interval '61 minutes' where officer_id = %s",
        "update desk.officers set disabled_at = now() where officer_id = %s",
        "delete from desk.sessions where officer_id = %s",
    ],
)
def test_a_session_that_is_over_hands_in_nothing(city: DeskCity, end: str) -> None:
    login, receipt = f"habis.{len(end)}", uuid4()
    token = city.arrive(login, "kelurahan", HERE.code)
    with psycopg.connect(city.url) as owner:
        [(officer,)] = owner.execute("select officer_id from desk.officers where login = %s", [login]).fetchall()
        owner.execute(end.encode(), [officer])
    assert not hand_in(city, token, receipt=receipt)
    assert receipt_of(city, token, receipt) is None
    assert waiting(city) == []


def test_without_a_session_nothing_is_handed_in_or_told(city: DeskCity, lurah: str) -> None:
    for token in ("", "another", lurah[:-1]):
        assert not hand_in(city, token)
    assert waiting(city) == []


def test_a_receipt_is_told_to_its_own_desk_alone(city: DeskCity, lurah: str, other_lurah: str, camat: str) -> None:
    receipt = uuid4()
    assert hand_in(city, lurah, receipt=receipt)
    assert receipt_of(city, lurah, receipt) is None
    decide(city, "kelurahan")
    told = receipt_of(city, lurah, receipt)
    assert told["decision"] == "accepted"
    assert re.fullmatch(number(r"\d{10}"), told["tracking_number"])
    assert told["received_at"]
    assert set(told) == {
        "tracking_number", "decision", "missing", "is_duplicate", "is_relapse", "is_synthetic", "received_at",
    }  # fmt: skip
    for other in (other_lurah, camat, "", city.arrive("biro.tanda", "biro_pemerintahan")):
        assert receipt_of(city, other, receipt) is None
    # It came once, and comes no second time.
    assert hand_in(city, lurah, receipt=receipt)
    assert waiting(city) == []


def decide(city: DeskCity, channel: str) -> None:
    """Take what waits, and decide it."""
    batch = Batch(f"counter {uuid4()}", channel, AS_OF, is_synthetic=True)
    with psycopg.connect(city.url) as owner:
        take_all(owner, CHANNELS[channel], batch, IntakeCounts())
        decide_pending(owner, Desk.of(load_reference(city_folder())), batch.batch_id, AS_OF)


def test_a_report_that_is_sent_twice_waits_once(city: DeskCity, lurah: str) -> None:
    for _ in range(2):
        assert hand_in(city, lurah, receipt=UUID(int=9))
    assert len(waiting(city)) == 1


def test_no_clock_of_a_page_is_ahead_of_the_servers(city: DeskCity, lurah: str) -> None:
    assert hand_in(city, lurah, at=AS_OF + timedelta(days=9000))
    [(*_, row)] = waiting(city)
    with psycopg.connect(city.url) as owner:
        [(today,)] = owner.execute(f"select (now() at time zone '{city_zone().key}')::date::text").fetchall()
    assert row["Tanggal"] == today


@pytest.mark.parametrize(
    ("told", "place"),
    [
        (TOLD, f"{HERE_AREA.kota_code}.99.9999"), (TOLD, f"{HERE_AREA.code}.9"), (TOLD, "'; drop table x; --"),
        ([TOLD], None), ("text", None), ({"Uraian Masalah": "a" * 70_000}, None),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused(city: DeskCity, lurah: str, told: Any, place: str | None) -> None:
    with pytest.raises(errors.InvalidParameterValue):
        hand_in(city, lurah, told, place)
    assert waiting(city) == []


def test_a_text_that_is_sql_is_a_text(city: DeskCity, lurah: str) -> None:
    nasty = "'); drop table private.arrivals; -- \u202e <script> =cmd()"
    assert hand_in(city, lurah, dict.fromkeys(TOLD, nasty))
    [(*_, row)] = waiting(city)
    assert {row[name] for name in TOLD} == {nasty}
