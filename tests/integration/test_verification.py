"""Verification over HTTP: the queue, the pair and the doubt, what is decided, and what its holder is told."""

import io
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from PIL import Image

from tests.integration.city_of_truth import rows
from tests.integration.desk_browser import at_desk, field, judge_frame, listed
from tests.integration.desk_city import DeskCity
from tests.integration.flagged import doubt, resolved_by, use_again
from tests.integration.harmful import HARMFUL
from tests.served import HERE

MINE, THEIRS = "dinas_bina_marga", "dinas_perhubungan"
QUEUE = "/petugas/verifikasi"
HOSTILE = "".join(HARMFUL[what] for what in ("script", "SQL", "formula", "override", "braces"))


@pytest.fixture(scope="module")
def verifier(city: DeskCity, site: httpx.Client) -> httpx.Client:
    return at_desk(site, city.arrive("periksa", "biro_pemerintahan", verifies=True))


@pytest.fixture(scope="module")
def mine(city: DeskCity, site: httpx.Client) -> httpx.Client:
    return at_desk(site, city.arrive("marga", MINE))


@pytest.fixture(scope="module")
def closed(city: DeskCity) -> list[dict[str, Any]]:
    return resolved_by(city, MINE)


def decide(browser: httpx.Client, path: str, verdict: str, reason: str = "", **changed: str) -> httpx.Response:
    page = browser.get(path)
    names = [name for name in ("sandi", "versi") if f'name="{name}"' in page.text]
    form = {name: field(page, name) for name in names}
    return browser.post(path, data={**form, "keputusan": verdict, "alasan": reason, **changed})


def test_a_queue_of_nothing_says_so(verifier: httpx.Client) -> None:
    page = verifier.get(QUEUE)
    assert "Tidak ada yang menunggu" in page.text
    assert "<table" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "Belum ada keputusan" in verifier.get(f"{QUEUE}/keputusan").text
    assert verifier.get(QUEUE, params={"halaman": 99}).status_code == 200


def test_a_photo_stands_beside_the_one_that_it_is_again(
    city: DeskCity, verifier: httpx.Client, evidence: Path, closed: list[dict[str, Any]]
) -> None:
    photo = use_again(city, evidence, 1, closed[0]["last_event_id"], closed[1]["last_event_id"])
    page = verifier.get(QUEUE)
    assert "1 hal menunggu" in page.text
    assert f"{QUEUE}/bukti/{photo}" in page.text
    pair = verifier.get(f"{QUEUE}/bukti/{photo}")
    for told in (closed[0]["tracking_number"], closed[1]["tracking_number"], "dicerminkan", "Bagian yang berbeda"):
        assert told in pair.text
    [earlier] = rows(city.url, f"select earlier_photo_id as id from ledger.photo_reuse where photo_id = {photo}")
    weight = len(pair.content)
    for shown in (photo, earlier["id"]):
        address = f"{QUEUE}/foto/{shown}"
        assert f'src="{address}"' in pair.text
        count = f"select count(*) from desk.private_reads where what = 'evidence photo {shown}'"
        assert rows(city.url, count) == [{"count": 0}]
        answer = verifier.get(address)
        assert answer.headers["content-type"] == "image/jpeg"
        with Image.open(io.BytesIO(answer.content)) as image:
            assert max(image.size) == 640
        assert rows(city.url, count) == [{"count": 1}]
        weight += len(answer.content)
    assert weight < 110_000


def photo_of(city: DeskCity, number: int = 0) -> int:
    flagged = rows(city.url, "select photo_id from ledger.photo_reuse where verdict = 'same_photo' order by 1")
    return int(flagged[number]["photo_id"])


def test_who_does_not_verify_is_told_of_no_such_page(
    city: DeskCity, site: httpx.Client, mine: httpx.Client, verifier: httpx.Client
) -> None:
    photo = photo_of(city)
    pages = [QUEUE, f"{QUEUE}/keputusan", f"{QUEUE}/bukti/{photo}", f"{QUEUE}/foto/{photo}"]
    for page in pages:
        assert mine.get(page).status_code == 404
        assert at_desk(site, "a" * 43).get(page).headers["location"] == "/petugas/masuk"
    token = field(mine.get("/petugas"), "sandi")
    sent = mine.post(f"{QUEUE}/bukti/{photo}", data={"sandi": token, "keputusan": "confirmed"})
    assert sent.status_code == 404
    assert "Verifikasi" not in mine.get("/petugas").text
    assert QUEUE in verifier.get("/petugas").text
    for none in ("0", "x", "-1", "9" * 30, str(photo + 999)):
        assert verifier.get(f"{QUEUE}/bukti/{none}").status_code == 404
        assert verifier.get(f"{QUEUE}/foto/{none}").status_code == 404
    assert verifier.get(f"{QUEUE}/laporan/{listed(mine)[0]['Nomor']}").status_code == 404


def test_a_name_that_leads_elsewhere_shows_nothing(city: DeskCity, verifier: httpx.Client, evidence: Path) -> None:
    photo = photo_of(city)
    (evidence.parent / "elsewhere.jpg").write_bytes(next(evidence.glob("*.jpg")).read_bytes())
    [before] = rows(city.url, f"select photo_name from raw.evidence_photos where photo_id = {photo}")
    with psycopg.connect(city.url, autocommit=True) as owner:
        for name in ("../elsewhere.jpg", str(evidence.parent / "elsewhere.jpg"), "..", "gone.jpg"):
            owner.execute("update raw.evidence_photos set photo_name = %s where photo_id = %s", [name, photo])
            assert verifier.get(f"{QUEUE}/foto/{photo}").status_code == 404
        owner.execute(
            "update raw.evidence_photos set photo_name = %s where photo_id = %s", [before["photo_name"], photo]
        )
    assert verifier.get(f"{QUEUE}/foto/{photo}").status_code == 200


def test_a_decision_against_needs_a_reason_and_the_desks_own_form(city: DeskCity, verifier: httpx.Client) -> None:
    path = f"{QUEUE}/bukti/{photo_of(city)}"
    for verdict, reason, said in (
        ("rejected", " ", "Tulis alasannya"), ("to_be_asked", "apa?", "Pilih satu"), ("", "x", "Pilih satu"),
        ("rejected", HOSTILE + "a" * 2000, "terlalu panjang"),
    ):  # fmt: skip
        answer = decide(verifier, path, verdict, reason)
        assert answer.status_code == 422
        assert said in answer.text
        assert "<script" not in answer.text
    assert decide(verifier, path, "confirmed", sandi="a.b.c").status_code == 403
    assert rows(city.url, "select * from desk.verdicts") == []


def test_rejected_evidence_comes_back_to_its_holder_who_sees_why(
    city: DeskCity, site: httpx.Client, verifier: httpx.Client, mine: httpx.Client, closed: list[dict[str, Any]]
) -> None:
    photo, number = photo_of(city), closed[1]["tracking_number"]
    assert number not in {row["Nomor"] for row in listed(mine)}
    answer = decide(verifier, f"{QUEUE}/bukti/{photo}", "rejected", HOSTILE)
    assert answer.headers["location"] == f"{QUEUE}?pesan=decided"
    told = verifier.get(answer.headers["location"])
    assert "Keputusan tercatat" in told.text
    assert "Tidak ada yang menunggu" in told.text
    second = at_desk(site, city.arrive("periksa.dua", "satpol_pp", verifies=True))
    shown = second.get(f"{QUEUE}/bukti/{photo}")
    assert "Petugas periksa" in shown.text
    assert "<textarea" not in shown.text
    token = field(second.get("/petugas"), "sandi")
    late = second.post(f"{QUEUE}/bukti/{photo}", data={"sandi": token, "keputusan": "confirmed"})
    assert "Sudah diputuskan rekan lain" in second.get(late.headers["location"]).text
    assert number in {row["Nomor"] for row in listed(mine)}
    case = mine.get(f"/petugas/kasus/{number}")
    for page in (case, shown, verifier.get(f"{QUEUE}/keputusan")):
        assert "Bukti ditolak" in page.text
        assert "alert(1)&lt;/script&gt;" in page.text
        assert "<script" not in page.text
    assert "kasus kembali dikerjakan" in case.text


def test_a_doubted_report_is_shown_with_its_doubts_and_words_and_without_its_reporter(
    city: DeskCity, verifier: httpx.Client, mine: httpx.Client
) -> None:
    number = listed(mine)[0]["Nomor"]
    [report] = rows(city.url, f"select complaint_id from ledger.tracking_numbers where tracking_number = '{number}'")
    doubt(city, report["complaint_id"])
    with psycopg.connect(city.url) as owner:
        owner.execute(
            "update private.complaints set description = %s where complaint_id = %s", [HOSTILE, report["complaint_id"]]
        )
    assert "teks yang sama dari banyak akun, teks dan titik berjauhan" in verifier.get(QUEUE).text
    page = verifier.get(f"{QUEUE}/laporan/{number}")
    assert "Teks yang sama datang dari 9 akun dalam 2,5 jam." in page.text
    assert f"Teksnya menyebut Kelurahan {HERE.name}" in page.text
    assert "alert(1)&lt;/script&gt;" in page.text
    assert "<script" not in page.text
    [said] = rows(city.url, f"select * from private.complaints where complaint_id = '{report['complaint_id']}'")
    assert said["address"] in page.text
    assert said["reporter_name"] not in page.text
    assert said["reporter_contact"] not in page.text
    reads = rows(city.url, f"select what from desk.private_reads where complaint_id = '{report['complaint_id']}'")
    assert reads == [{"what": "verification"}]
    assert decide(verifier, f"{QUEUE}/laporan/{number}", "confirmed", versi="7").headers["location"].endswith("changed")
    assert decide(verifier, f"{QUEUE}/laporan/{number}", "to_be_asked").status_code == 422
    answer = decide(verifier, f"{QUEUE}/laporan/{number}", "to_be_asked", "siapa yang melihatnya?")
    assert answer.headers["location"] == f"{QUEUE}?pesan=decided"
    case = mine.get(f"/petugas/kasus/{number}")
    assert "Perlu ditanya" in case.text
    assert "siapa yang melihatnya?" in case.text


def test_a_long_queue_has_pages_of_fifty(city: DeskCity, verifier: httpx.Client) -> None:
    open_cases = rows(
        city.url,
        "select complaint_id from marts.fct_complaints where status_set <> 'closed' and decision = 'accepted'"
        " and duplicate_of is null order by complaint_id limit 53",
    )
    for case in open_cases:
        doubt(city, case["complaint_id"])
    first, second = (verifier.get(QUEUE, params={"halaman": page}) for page in (1, 2))
    total = int(first.text.partition(" hal menunggu")[0].rpartition(">")[2])
    assert total in (52, 53)
    assert [page.text.count('class="place"') for page in (first, second)] == [50, total - 50]
    assert len(first.content) < 120_000
    assert verifier.get(QUEUE, params={"halaman": 10**12}).text.count('class="place"') == 50


@pytest.mark.parametrize("language", ["", "/en"])
def test_pages_run_nothing_and_speak_both_languages(city: DeskCity, verifier: httpx.Client, language: str) -> None:
    [waiting] = rows(city.url, "select number from (select tracking_number as number from ledger.tracking_numbers"
                     " inner join ledger.complaints using (complaint_id) where needs_verification"
                     " order by 1 desc limit 1) as newest")  # fmt: skip
    paths = ("", "/keputusan", f"/bukti/{photo_of(city)}", f"/laporan/{waiting['number']}")
    for path in paths:
        judge_frame(verifier.get(f"{language}{QUEUE}{path}"), language)
