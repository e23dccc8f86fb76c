"""The officers' desk over HTTP: the inbox, a case, what is booked, and what others try."""

import asyncio
import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from openpyxl import load_workbook
from PIL import Image

from assets.cases.evidence import compare_evidence
from assets.clock import city_zone
from assets.complaints.comparable import packed
from assets.sources.landing import Batch
from database.roles import portal_login
from portal.office.actions import ActionError
from portal.office.database import DeskDatabase
from portal.office.evidence import Evidence, examine
from portal.office.export import MEDIA_TYPES, Form
from portal.office.forms import MOST_BYTES, MOST_PHOTO_BYTES
from tests import served
from tests.integration.city_of_truth import AS_OF, rows
from tests.integration.desk_browser import NO_PHOTO, act, at_desk, field, judge_frame, listed
from tests.integration.desk_city import DeskCity
from tests.integration.drawn import as_jpeg, street
from tests.integration.harmful import HARMFUL, OVERRIDE
from tests.integration.site import Site

MINE, THEIRS = "dinas_bina_marga", "dinas_perhubungan"
OF_THE_DESK = "select * from raw.evidence_photos where photo_name ~ '^desk-' order by photo_id"


@pytest.fixture(scope="module")
def mine(city: DeskCity, site: httpx.Client) -> httpx.Client:
    return at_desk(site, city.arrive("marga", MINE))


@pytest.fixture(scope="module")
def theirs(city: DeskCity, site: httpx.Client) -> httpx.Client:
    return at_desk(site, city.arrive("hubungan", THEIRS))


def said_of(city: DeskCity, number: str) -> dict[str, Any]:
    [found] = rows(
        city.url,
        "select private.complaints.* from private.complaints inner join ledger.tracking_numbers using (complaint_id)"
        f" where tracking_number = '{number}' order by version desc limit 1",
    )
    return found


def test_a_form_of_another_site_is_not_taken(city: DeskCity, site: httpx.Client, mine: httpx.Client) -> None:
    number = listed(mine)[0]["Nomor"]
    before = rows(city.url, "select count(*) from raw.case_events")
    path = f"/petugas/kasus/{number}/ambil"
    stolen = field(at_desk(site, city.arrive("penyerang", THEIRS)).get("/petugas"), "sandi")
    for form in ({}, {"sandi": ""}, {"sandi": "a.b.c"}, {"sandi": stolen}):
        answer = mine.post(path, data=form)
        assert answer.status_code == 403, form
    assert mine.post("/petugas/keluar").status_code == 403
    assert at_desk(site).post("/petugas/masuk", data={"nama": "marga", "kata_sandi": "x"}).status_code == 403
    assert rows(city.url, "select count(*) from raw.case_events") == before


def test_a_form_of_a_megabyte_is_not_read(mine: httpx.Client) -> None:
    number = listed(mine)[0]["Nomor"]
    assert act(mine, number, "serahkan", alasan=HARMFUL["long"]).status_code == 413
    assert act(mine, number, "tutup", alasan=HARMFUL["long"]).status_code == 422
    assert act(mine, number, "tutup", alasan="selesai", photo=b"a" * (MOST_PHOTO_BYTES + MOST_BYTES)).status_code == 413
    assert mine.post(f"/petugas/kasus/{number}/ambil", content=b"\xff" * 100).status_code == 422
    assert mine.post(f"/petugas/kasus/{number}/ambil", content=b"a=1&" * 100).status_code == 422
    assert act(mine, number, "serahkan", alasan="a" * (MOST_BYTES // 2), kepada=THEIRS).status_code == 422


def test_tabs_and_export_are_of_what_the_unit_holds(city: DeskCity, mine: httpx.Client) -> None:
    held = rows(
        city.url,
        "select case_id, is_overdue, is_relapse, resolve_due_at from marts.mart_due_cases"
        f" where holder_code = '{MINE}'",
    )
    assert len(listed(mine, "terlambat")) == sum(row["is_overdue"] for row in held)
    due = [row["resolve_due_at"] for row in held if row["resolve_due_at"] is not None]
    today = [
        at for at in due if at >= AS_OF and at.astimezone(city_zone()).date() == AS_OF.astimezone(city_zone()).date()
    ]
    assert len(listed(mine, "hari-ini")) == len(today)
    assert 0 < len(listed(mine, "terlambat")) < len(listed(mine))
    page = mine.get("/petugas")
    counts = {tab: int(count) for tab, count in re.findall(r'tab=([a-z-]+)"[^>]*>[^<]*<b>([\d.]+)</b>', page.text)}
    assert counts == {tab: len(listed(mine, tab)) for tab in counts}
    assert len(counts) == 6
    assert not {"Nama", "Kontak", "Alamat"} & set(listed(mine)[0])


def test_no_cell_of_the_export_is_computed(city: DeskCity, mine: httpx.Client) -> None:
    with psycopg.connect(city.url) as owner:
        before = owner.execute("select category_code, category_name from reference.categories").fetchall()
        for start in ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1"):
            owner.execute("update reference.categories set category_name = %s", [start])
            owner.commit()
            assert {row["Masalah"] for row in listed(mine)} == {f"'{start}"}
        for code, name in before:
            owner.execute("update reference.categories set category_name = %s where category_code = %s", [name, code])


def test_a_case_shows_what_was_reported_and_its_reading_is_noted(city: DeskCity, mine: httpx.Client) -> None:
    number = listed(mine)[0]["Nomor"]
    said = said_of(city, number)
    count = f"select count(*) from desk.private_reads where complaint_id = '{said['complaint_id']}'"
    [before], page = rows(city.url, count), mine.get(f"/petugas/kasus/{number}")
    for told in ("description", "reporter_name", "reporter_contact", "address"):
        assert said[told] in page.text
    assert page.headers["cache-control"] == "no-store"
    assert rows(city.url, count) == [{"count": before["count"] + 1}]
    assert mine.get("/petugas/cari", params={"nomor": number.lower()}).headers["location"].endswith(number)


def test_the_workbook_is_the_same_list_and_says_what_is_synthetic(mine: httpx.Client) -> None:
    answer = mine.get("/petugas/kasus.xlsx", params={"tab": "terlambat"})
    assert answer.headers["content-type"] == MEDIA_TYPES[Form.XLSX]
    assert answer.headers["cache-control"] == "no-store"
    [names, *cells] = load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    expected = listed(mine, "terlambat")
    assert [row[0] for row in cells] == [row["Nomor"] for row in expected] != []
    assert list(names) == list(expected[0])
    assert {row["Data sintetis"] for row in expected} == {"true"} == {str(row[-1]).lower() for row in cells}
    assert mine.get("/petugas/kasus.exe").status_code == 422


def test_a_reporter_is_asked_and_a_report_is_rejected_in_words_for_them(city: DeskCity, mine: httpx.Client) -> None:
    number, other = (row["Nomor"] for row in listed(mine)[-2:])
    assert act(mine, number, "tanya", alasan=" ").status_code == 422
    assert act(mine, number, "tanya", alasan="Di depan nomor berapa?").status_code == 303
    assert number in {row["Nomor"] for row in listed(mine, "menunggu-pelapor")}
    page = mine.get(f"/petugas/kasus/{number}")
    assert "Di depan nomor berapa?" in page.text
    assert "Menunggu jawaban pelapor." in page.text
    assert act(mine, number, "ambil").status_code == 303
    assert number not in {row["Nomor"] for row in listed(mine, "menunggu-pelapor")}
    assert act(mine, other, "tolak", alasan="Jalan ini milik pengembang.").status_code == 303
    assert "sudah ditutup" in mine.get(f"/petugas/kasus/{other}").text
    assert rows(
        city.url,
        "select status, waits_for_reporter, note, for_reporter from raw.case_events"
        f" inner join desk.notes using (event_id) where tracking_number in ('{number}', '{other}')"
        " order by status desc, waits_for_reporter desc",
    ) == [
        {"status": "proses", "waits_for_reporter": True, "note": "Di depan nomor berapa?", "for_reporter": True},
        {"status": "proses", "waits_for_reporter": False, "note": "", "for_reporter": False},
        {"status": "ditolak", "waits_for_reporter": False, "note": "Jalan ini milik pengembang.", "for_reporter": True},
    ]


def test_another_units_case_is_told_like_one_that_does_not_exist(
    city: DeskCity, mine: httpx.Client, theirs: httpx.Client
) -> None:
    number = listed(theirs)[0]["Nomor"]
    answers = [mine.get(f"/petugas/kasus/{one}") for one in (number, served.number("0001010001"), "halo", "<script>")]
    assert [answer.status_code for answer in answers] == [404] * 4
    # But for the way to the same page in English.
    assert len({re.sub('href="/en[^"]*"', "", answer.text) for answer in answers}) == 1
    page = mine.get(f"/petugas/kasus/{listed(mine)[0]['Nomor']}")
    posted = mine.post(f"/petugas/kasus/{number}/ambil", data={"sandi": field(page, "sandi"), "terakhir": ""})
    assert posted.status_code == 404


@pytest.mark.parametrize("what", HARMFUL)
def test_what_reporters_and_officers_write_harms_no_page(city: DeskCity, mine: httpx.Client, what: str) -> None:
    text = HARMFUL[what]
    number = listed(mine)[len(what)]["Nomor"]
    with psycopg.connect(city.url) as owner:
        owner.execute(
            "update private.complaints set title = left(%(text)s, 200), description = %(text)s, reporter_name ="
            " left(%(text)s, 200), reporter_contact = left(%(text)s, 200), address = left(%(text)s, 200)"
            " where complaint_id = %(case)s",
            {"text": text, "case": said_of(city, number)["complaint_id"]},
        )
    answer = act(mine, number, "ambil", alasan=text[:2000])
    assert answer.status_code == 303
    page = mine.get(answer.headers["location"])
    assert page.status_code == 200
    assert not re.search("<script|<img|onerror=[^&]*>", page.text)
    assert len(page.content) < 120_000
    # What turns the direction of letters around stands alone in what isolates it.
    for before in re.findall(f"([^>]*){OVERRIDE}", page.text):
        assert before.strip() == ""
    assert mine.get("/petugas").status_code == 200
    assert said_of(city, number)["description"] == text


def test_a_case_is_taken_promised_handed_over_and_closed(
    city: DeskCity, mine: httpx.Client, theirs: httpx.Client
) -> None:
    number = listed(mine)[0]["Nomor"]
    day = (AS_OF.astimezone(city_zone()) + timedelta(days=9)).date().isoformat()
    for action, fields in (
        ("ambil", {"alasan": ""}),
        ("janji", {"alasan": "menunggu aspal", "tanggal": day}),
    ):
        assert act(mine, number, action, **fields).headers["location"] == f"/petugas/kasus/{number}?pesan=tercatat"
    refused = act(mine, number, "serahkan", alasan="bukan jalan kami", kepada=MINE)
    assert refused.status_code == 422
    assert "bukan jalan kami" in refused.text
    stale = mine.get(f"/petugas/kasus/{number}")
    answer = act(mine, number, "serahkan", alasan="rambu, bukan jalan", kepada=THEIRS)
    assert "diserahkan" in mine.get(answer.headers["location"]).text
    assert number not in {row["Nomor"] for row in listed(mine)}
    again = {name: field(stale, name) for name in ("sandi", "terakhir")}
    assert mine.post(f"/petugas/kasus/{number}/ambil", data=again).status_code == 404
    page = theirs.get(f"/petugas/kasus/{number}")
    assert "rambu, bukan jalan" in page.text
    old = {name: field(page, name) for name in ("sandi", "terakhir")}
    assert act(theirs, number, "ambil").status_code == 303
    changed = theirs.post(f"/petugas/kasus/{number}/tutup", data={**old, "alasan": "selesai"}, files=NO_PHOTO)
    assert "berubah" in theirs.get(changed.headers["location"]).text
    assert act(theirs, number, "tutup", alasan="sudah dipasang").status_code == 303
    closed = theirs.get(f"/petugas/kasus/{number}")
    assert "sudah ditutup" in closed.text
    assert number not in {row["Nomor"] for row in listed(theirs)}


def test_a_case_is_closed_by_a_photo_that_was_not_used_before(
    city: DeskCity, mine: httpx.Client, evidence: Path
) -> None:
    first, second, third = (row["Nomor"] for row in listed(mine)[:3])
    taken = street(1)
    exif = Image.Exif()
    exif[0x010F] = "Kamera Budi"
    closed = act(mine, first, "tutup", alasan="ditambal", photo=as_jpeg(taken, exif=exif, comment=b"rumah Budi"))
    assert closed.status_code == 303
    [photo] = rows(city.url, OF_THE_DESK)
    assert rows(city.url, f"select photos, status from raw.case_events where event_id = '{photo['event_id']}'") == [
        {"photos": [photo["photo_name"]], "status": "selesai"}
    ]
    kept = (evidence / photo["photo_name"]).read_bytes()
    assert b"Budi" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == taken.size
    # Smaller, more compressed and without an edge it is the same photo still.
    again = as_jpeg(taken.crop((40, 20, 940, 520)).resize((720, 400)), quality=60)
    refused = act(mine, second, "tutup", alasan="ditambal", photo=again)
    assert refused.status_code == 422
    assert "sudah pernah dipakai" in refused.text
    assert second in {row["Nomor"] for row in listed(mine)}
    assert act(mine, second, "tutup", alasan="ditambal", photo=as_jpeg(street(2))).status_code == 303
    for other in (b"no photo", as_jpeg(taken)[:2000], b"%PDF-1.7"):
        assert act(mine, third, "tutup", alasan="ditambal", photo=other).status_code == 422
    assert len([file for file in evidence.iterdir() if file.suffix == ".jpg"]) == 2
    kept_before = rows(city.url, OF_THE_DESK)
    assert len(kept_before) == 2
    compare_evidence(lambda: psycopg.connect(city.url), evidence, Batch("1", "evidence", AS_OF, True))
    assert rows(city.url, OF_THE_DESK) == kept_before, "they were compared when they were sent"


BOOK = """
    select desk.book(
        %(number)s, (desk.case_of(%(number)s) -> 'case' ->> 'last_event_id'), 'selesai', null, null, 'ditambal',
        %(now)s, %(photo)s, %(words)s, %(picture)s, '[]'
    ) as outcome
"""


def test_a_photo_that_two_send_at_a_time_is_accepted_once(city: DeskCity, mine: httpx.Client) -> None:
    numbers, photo = [row["Nomor"] for row in listed(mine)[:2]], as_jpeg(street(3))
    desk, token = DeskDatabase(city.desk, connections=3), city.arrive("bersama", MINE)

    async def book(number: str, found: Evidence) -> str:
        async with desk.acting(token) as connection:
            found = await found.against_what_came_meanwhile(connection)
            # The other one waits here, as long as this is not over.
            await asyncio.sleep(0.2)
            values = {
                "number": number, "now": AS_OF, "photo": found.name, "words": found.words,
                "picture": packed(found.picture),
            }  # fmt: skip
            row = await (await connection.execute(BOOK, values)).fetchone()
        assert row is not None
        return str(row["outcome"])

    async def both() -> list[str | BaseException]:
        await desk.open()
        async with desk.acting(token) as one, desk.acting(token) as other:
            examined = [await examine(one, photo), await examine(other, photo)]
        booked = await asyncio.gather(*map(book, numbers, examined), return_exceptions=True)
        await desk.close()
        return booked

    first, second = sorted(asyncio.run(both()), key=str)
    assert (second, type(first)) == ("booked", ActionError)
    assert "sudah pernah dipakai" in str(first)
    assert len(set(numbers) & {row["Nomor"] for row in listed(mine)}) == 1


@pytest.mark.parametrize("page", ["/petugas", "/petugas/masuk"])
def test_pages_run_nothing_and_speak_both_languages(mine: httpx.Client, page: str) -> None:
    number = listed(mine)[0]["Nomor"]
    for language in ("", "/en"):
        for path in (page, f"/petugas/kasus/{number}"):
            judge_frame(mine.get(f"{language}{path}"), language)


def test_without_its_address_there_is_no_desk(city: DeskCity) -> None:
    with Site(portal_login(city.url, city_zone().key)) as http:
        assert http.get("/petugas/masuk").status_code == 404
