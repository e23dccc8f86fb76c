"""What was done beside what was reported: small photos, of public reports alone, for a time, erased with them."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import psycopg
import pytest
from PIL import Image

from assets.cases.evidence import compare_evidence
from assets.cases.shown import KEPT, keep_work_pictures
from assets.complaints.forget import forget
from assets.complaints.pictures import keep_pictures
from assets.sources.landing import Batch
from ml.vision.small_picture import MOST_BYTES
from tests import served
from tests.integration.city_of_truth import AS_OF
from tests.integration.closed_city import ClosedCity, closed_city
from tests.integration.drawn import as_jpeg, street
from tests.integration.site import Site
from tests.integration.taken_back import say
from tests.integration.test_lapor import arrived, number_on, rows, send

NAMES = ("laporan", "pekerjaan")
# Photos of a number's report that evidence is held against, and follow-ups that are a copy of one.
KNOWN_OF = """
    select count(distinct photos.photo_id), count(reuse.photo_id)
    from raw.evidence_photos as photos
    inner join ledger.complaints using (inbox_id)
    inner join ledger.tracking_numbers using (complaint_id)
    left join ledger.photo_reuse as reuse on reuse.earlier_photo_id = photos.photo_id and reuse.is_copy
    where tracking_number = '{}'
"""
KEPT_OF = """
    select count(*) from private.report_pictures
    inner join ledger.complaints using (inbox_id)
    inner join ledger.tracking_numbers using (complaint_id)
    where tracking_number = '{}'
"""


@pytest.fixture(scope="module")
def city(server: str, marts: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClosedCity]:
    with closed_city(server, marts, "city_of_photos", tmp_path_factory.mktemp("city")) as city:
        (city.landing / "evidence").mkdir()
        yield city


def photographed(city: ClosedCity, seed: int, **fields: str) -> str:
    """Report something with a photo; its number."""
    exif = Image.Exif()
    exif[0x010F] = "Kamera Rini"
    photo = ("photo", ("foto.jpg", as_jpeg(street(seed), exif=exif)))
    given = {"text": f"Lubang besar di jalan nomor {seed}", "visibility": "public", **fields}
    return number_on(arrived(city.http, send(city.http, files=[photo], **given)).text)


def done(city: ClosedCity, number: str, content: bytes, status: str = "selesai") -> None:
    """Have an agency close a case with a photo, and the photos that wait be read."""
    (city.landing / "evidence" / f"{number}.jpg").write_bytes(content)
    city.book(number, status, photos=(f"{number}.jpg",))
    read_photos(city)


def read_photos(city: ClosedCity) -> int:
    folder = city.landing / "evidence"
    compare_evidence(lambda: psycopg.connect(city.url), folder, Batch("1", "evidence", AS_OF, is_synthetic=True))
    return keep_work_pictures(lambda: psycopg.connect(city.url), folder, AS_OF)


def shown(city: ClosedCity, number: str) -> list[str]:
    """The photos on a number's page, each of which is there."""
    found = re.findall(r'<img src="([^"]+)"', city.http.get(f"/lacak/{number}").text)
    assert all(city.http.get(address).status_code == 200 for address in found)
    return [address.rpartition("/")[2].removesuffix(".jpg") for address in found]


def test_a_public_report_stands_beside_the_work(city: ClosedCity) -> None:
    number = photographed(city, 1)
    assert shown(city, number) == []
    assert rows(city.url, KEPT_OF.format(number)) == [(1,)]
    # As a camera writes it: large, with its owner, and on its side.
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = 6, "Petugas Budi"
    done(city, number, as_jpeg(street(2).resize((1920, 1080)), quality=95, exif=exif, comment=b"rumah Budi"))
    assert shown(city, number) == list(NAMES)
    page = city.http.get(f"/lacak/{number}")
    photos = [city.http.get(f"/lacak/{number}/foto/{name}.jpg") for name in NAMES]
    for photo in photos:
        assert photo.headers["content-type"] == "image/jpeg"
        assert photo.headers["cache-control"] == "private, max-age=3600"
        assert len(photo.content) <= MOST_BYTES
        assert b"Exif" not in photo.content
        assert not [name for name in (b"Rini", b"Budi") if name in photo.content]
    with Image.open(BytesIO(photos[1].content)) as work:
        assert work.size == (270, 480), "upright"
    style = city.http.get("/static/portal.css")
    assert sum(len(one.content) for one in (page, style, *photos)) < 120_000
    tag = photos[0].headers["etag"]
    again = city.http.get(f"/lacak/{number}/foto/laporan.jpg", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    typed = f"/lacak/{number[:2].lower()} {number[2:]}/foto/laporan.jpg"
    assert city.http.get(typed).status_code == 200
    assert "pernah dipakai" not in page.text


@pytest.mark.parametrize(
    "fields",
    [
        {"visibility": "private"},
        {"visibility": "confidential"},
        # Public by its reporter's choice, and not by its category.
        {"category": "Pungutan Liar"},
    ],
    ids=["private", "confidential", "by its category"],
)
def test_of_what_is_not_public_nothing_is_kept_or_shown(city: ClosedCity, fields: dict[str, str]) -> None:
    number = photographed(city, 10 + len(str(fields)), **fields)
    assert rows(city.url, KEPT_OF.format(number)) == [(0,)]
    done(city, number, as_jpeg(street(100 + len(str(fields)))))
    assert rows(city.url, f"select failure from raw.evidence_photos where photo_name = '{number}.jpg'") == [(None,)]
    assert shown(city, number) == []
    for name in NAMES:
        assert city.http.get(f"/lacak/{number}/foto/{name}.jpg").status_code == 404
    assert rows(city.url, f"select front.picture('{number}', 'work')") == [(None,)]


def test_what_is_open_refused_or_of_a_private_case_shows_no_photo(city: ClosedCity) -> None:
    still_open, refused = photographed(city, 20), photographed(city, 21)
    done(city, still_open, as_jpeg(street(22)), "proses")
    done(city, refused, as_jpeg(street(23)), "ditolak")
    text = "Tiang listrik miring di depan sekolah dasar"
    private = photographed(city, 24, visibility="private", text=text)
    joined = photographed(city, 25, text=text, name="Siti Contoh", contact="0813 0000 0002")
    done(city, private, as_jpeg(street(26)))
    for number in (still_open, refused, private, joined):
        assert shown(city, number) == []
        assert city.http.get(f"/lacak/{number}/foto/pekerjaan.jpg").status_code == 404


def test_who_makes_a_report_less_visible_takes_its_photo_along(city: ClosedCity) -> None:
    number = photographed(city, 30)
    done(city, number, as_jpeg(street(31)))
    assert shown(city, number) == list(NAMES)
    with psycopg.connect(city.url) as owner:
        owner.execute(
            "update ledger.complaints set visibility = 'confidential' from ledger.tracking_numbers as numbers"
            " where numbers.complaint_id = complaints.complaint_id and tracking_number = %s",
            [number],
        )
    assert shown(city, number) == []
    assert city.http.get(f"/lacak/{number}/foto/laporan.jpg").status_code == 404


@pytest.mark.parametrize(("reasons", "are_shown"), [(("hidden",), False), (("hidden", "unhidden"), True)])
def test_what_its_channel_hid_shows_no_photo(city: ClosedCity, reasons: tuple[str, ...], are_shown: bool) -> None:
    number = photographed(city, 40 + len(reasons))
    done(city, number, as_jpeg(street(45 + len(reasons))))
    say(city.url, number, reasons)
    assert shown(city, number) == (list(NAMES) if are_shown else [])


def test_a_photo_that_was_used_before_is_said_to_be(city: ClosedCity) -> None:
    first, second = photographed(city, 50), photographed(city, 51)
    taken = as_jpeg(street(52))
    done(city, first, taken)
    done(city, second, as_jpeg(street(52).crop((20, 10, 940, 530)), quality=70))
    sentence = "sama dengan foto yang sudah pernah dipakai"
    assert sentence in city.http.get(f"/lacak/{second}").text
    assert sentence not in city.http.get(f"/lacak/{first}").text


def test_the_reporters_own_photo_as_the_photo_of_the_work_is_said_to_be(city: ClosedCity) -> None:
    number = photographed(city, 55)
    done(city, number, as_jpeg(street(55).resize((720, 405)), quality=70))
    assert "sama dengan foto yang sudah pernah dipakai" in city.http.get(f"/lacak/{number}").text
    assert rows(city.url, KNOWN_OF.format(number)) == [(1, 1)]


def test_what_is_no_photo_costs_itself_only(city: ClosedCity) -> None:
    number = photographed(city, 60)
    done(city, number, b"no photo")
    assert shown(city, number) == []
    lost = photographed(city, 61)
    city.book(lost, photos=(f"{lost}.jpg",))
    assert read_photos(city) == 0
    assert shown(city, lost) == []
    (city.landing / "evidence" / f"{lost}.jpg").write_bytes(as_jpeg(street(62)))
    assert read_photos(city) == 1
    assert shown(city, lost) == list(NAMES)


def test_addresses_of_photos_are_of_those_two_alone(city: ClosedCity) -> None:
    number = photographed(city, 70)
    done(city, number, as_jpeg(street(71)))
    for path in (
        f"{number}/foto/work.jpg", f"{number}/foto/..%2Flaporan.jpg", f"{served.number('0001010001')}/foto/laporan.jpg",
        "halo/foto/laporan.jpg", "%3Cscript%3E/foto/laporan.jpg",
    ):  # fmt: skip
        answer = city.http.get(f"/lacak/{path}")
        assert answer.status_code == 404
        assert "<script" not in answer.text
    with psycopg.connect(city.url) as owner:
        owner.execute("delete from front.spendings")
    with Site(city.portal, lookups=1) as http:
        answers = [http.get(f"/lacak/{number}/foto/laporan.jpg").status_code for _ in range(5)]
    assert answers == [200] * 4 + [429]


def test_who_is_forgotten_takes_the_photo_along(city: ClosedCity) -> None:
    number = photographed(city, 80, contact="0899 0000 0080")
    done(city, number, as_jpeg(street(81)))
    assert shown(city, number) == list(NAMES)
    assert rows(city.url, KNOWN_OF.format(number)) == [(1, 0)]
    with psycopg.connect(city.url) as owner:
        before = owner.execute("select count(*) from private.report_pictures").fetchall()
        forget(owner, "0899 0000 0080", AS_OF, city.landing)
        assert owner.execute("select count(*) from private.report_pictures").fetchall() == [(before[0][0] - 1,)]
    # Nor is evidence held against it any more.
    assert rows(city.url, KNOWN_OF.format(number)) == [(0, 0)]
    # What the agency did stays.
    assert shown(city, number) == ["pekerjaan"]


def test_photos_are_kept_for_half_a_year(city: ClosedCity) -> None:
    number = photographed(city, 90)
    done(city, number, as_jpeg(street(91)))

    def left() -> list[Any]:
        return rows(
            city.url,
            "select (select count(*) from private.report_pictures), (select count(*) from private.work_pictures)",
        )

    assert min(left()[0]) > 0
    later = AS_OF + KEPT + timedelta(seconds=1)
    with psycopg.connect(city.url) as owner:
        keep_pictures(owner, [], AS_OF + KEPT)
    assert min(left()[0]) > 0
    with psycopg.connect(city.url) as owner:
        keep_pictures(owner, [], later)
    keep_work_pictures(lambda: psycopg.connect(city.url), city.landing / "evidence", later)
    assert left() == [(0, 0)]
    assert shown(city, number) == []


def test_a_page_without_a_database_says_so() -> None:
    with Site("postgresql://portal@127.0.0.1:1/none") as http:
        assert http.get(f"/lacak/{served.number('2603010001')}/foto/laporan.jpg").status_code == 503
