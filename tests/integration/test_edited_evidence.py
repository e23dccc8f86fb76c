"""Edited copies and photos of reporters: found by the nightly run, refused at the desk, shown with what was edited."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from PIL import Image

from assets.cases.evidence import compare_evidence
from assets.complaints.report_photos import KEPT, forget_old_report_photos, keep_report_photos, known
from assets.sources.landing import Batch
from tests.integration.city_of_truth import AS_OF, rows
from tests.integration.desk_browser import act, at_desk, judge_frame, listed
from tests.integration.desk_city import DeskCity
from tests.integration.drawn import as_jpeg, street
from tests.integration.flagged import resolved_by

MINE, QUEUE = "dinas_bina_marga", "/petugas/verifikasi"
# Of a photo of 960 by 540 pixels, what an edit replaces: left, top, right, lower; and the same in shares.
PART, OTHER_PART = (320, 160, 620, 400), (600, 200, 840, 420)
SHARES = (320 / 960, 160 / 540, 300 / 960, 240 / 540)
FOUND = """
    select reuse.verdict, reuse.edited_parts, earlier.inbox_id is not null as is_of_report
    from ledger.photo_reuse as reuse
    inner join raw.evidence_photos as photos using (photo_id)
    inner join raw.evidence_photos as earlier on earlier.photo_id = reuse.earlier_photo_id
    where photos.event_id = '{}'
"""


def edited(taken: Image.Image, part: tuple[int, int, int, int] = PART) -> Image.Image:
    """A photo in which another street stands where something was."""
    copy = taken.copy()
    copy.paste(street(999).crop(part), part[:2])
    return copy.resize((720, 405))


def keep_photo_of_report(city: DeskCity, number: str, photo: bytes) -> int:
    """Have the report of a number come with a photo; its id."""
    [report] = rows(
        city.url,
        "select inbox_id from ledger.complaints inner join ledger.tracking_numbers using (complaint_id)"
        f" where tracking_number = '{number}' order by version limit 1",
    )
    with psycopg.connect(city.url) as owner:
        keep_report_photos(owner, [(report["inbox_id"], 0, known(photo))], AS_OF - timedelta(days=1))
    [kept] = rows(city.url, f"select photo_id from raw.evidence_photos where inbox_id = {report['inbox_id']}")
    return int(kept["photo_id"])


def deliver(city: DeskCity, folder: Path, event: str, photo: bytes) -> list[dict[str, Any]]:
    """Have an agency deliver an event's photo, and the nightly run compare it; what that found."""
    (folder / f"{event}.jpg").write_bytes(photo)
    with psycopg.connect(city.url) as owner:
        owner.execute(
            "update raw.case_events set photos = %s, is_withdrawn = false where event_id = %s",
            [[f"{event}.jpg"], event],
        )
    compare_evidence(lambda: psycopg.connect(city.url), folder, Batch("1", "evidence", AS_OF, True))
    return rows(city.url, FOUND.format(event))


@pytest.fixture(scope="module")
def closed(city: DeskCity) -> list[dict[str, Any]]:
    return resolved_by(city, MINE)


@pytest.fixture(scope="module")
def mine(city: DeskCity, site: httpx.Client) -> httpx.Client:
    return at_desk(site, city.arrive("marga", MINE))


@pytest.fixture(scope="module")
def verifier(city: DeskCity, site: httpx.Client) -> httpx.Client:
    return at_desk(site, city.arrive("periksa", "biro_pemerintahan", verifies=True))


@pytest.fixture(scope="module")
def of_report(city: DeskCity, closed: list[dict[str, Any]]) -> int:
    """The photo of the report of the first case that was closed."""
    return keep_photo_of_report(city, closed[0]["tracking_number"], as_jpeg(street(1)))


def test_an_edited_copy_of_the_reporters_photo_is_found_with_what_was_edited(
    city: DeskCity, evidence: Path, closed: list[dict[str, Any]], of_report: int
) -> None:
    [found] = deliver(city, evidence, closed[0]["last_event_id"], as_jpeg(edited(street(1)), quality=70))
    assert (found["verdict"], found["is_of_report"]) == ("edited_copy", True)
    [part] = found["edited_parts"]
    for photo in ("later", "earlier"):
        assert part[photo] == pytest.approx(SHARES, abs=0.1)


def test_the_reporters_photo_itself_is_found_whole(
    city: DeskCity, evidence: Path, closed: list[dict[str, Any]], of_report: int
) -> None:
    copy = as_jpeg(street(1).transpose(Image.Transpose.FLIP_LEFT_RIGHT).resize((720, 405)), quality=60)
    found = deliver(city, evidence, closed[1]["last_event_id"], copy)
    assert ("same_photo", [], True) in [tuple(one.values()) for one in found]


def test_a_photo_of_a_report_is_never_the_one_that_is_flagged(
    city: DeskCity, evidence: Path, closed: list[dict[str, Any]]
) -> None:
    assert deliver(city, evidence, closed[2]["last_event_id"], as_jpeg(street(2))) == []
    # Who says that it came back may send the agency's own photo.
    photo = keep_photo_of_report(city, closed[3]["tracking_number"], as_jpeg(street(2), quality=60))
    assert rows(city.url, f"select 1 from ledger.photo_reuse where {photo} in (photo_id, earlier_photo_id)") == []


def test_the_pair_is_shown_with_what_was_edited_framed(
    city: DeskCity, verifier: httpx.Client, closed: list[dict[str, Any]], of_report: int
) -> None:
    [flagged] = rows(
        city.url, f"select photo_id from raw.evidence_photos where event_id = '{closed[0]['last_event_id']}'"
    )
    path = f"{QUEUE}/bukti/{flagged['photo_id']}"
    assert path in verifier.get(QUEUE).text
    page = verifier.get(path)
    for told in ("Foto ini suntingan foto lain", "Foto pelapor", "Dikirim pelapor", closed[0]["tracking_number"]):
        assert told in page.text
    assert page.text.count("<rect") == 4
    assert "This photo is an edit of another" in verifier.get(f"/en{path}").text
    for language in ("", "/en"):
        judge_frame(verifier.get(f"{language}{path}"), language)
    noted = f"select count(*) from desk.private_reads where what = 'evidence photo {of_report}'"
    assert rows(city.url, noted) == [{"count": 0}]
    picture = verifier.get(f"{QUEUE}/foto/{of_report}")
    with Image.open(io.BytesIO(picture.content)) as image:
        assert image.size == (480, 270)
    assert rows(city.url, noted) == [{"count": 1}]


def test_a_photo_of_a_report_is_shown_to_nobody_else(
    city: DeskCity, mine: httpx.Client, verifier: httpx.Client, closed: list[dict[str, Any]], of_report: int
) -> None:
    assert mine.get(f"{QUEUE}/foto/{of_report}").status_code == 404
    of_no_pair = keep_photo_of_report(city, closed[4]["tracking_number"], as_jpeg(street(9)))
    assert verifier.get(f"{QUEUE}/foto/{of_no_pair}").status_code == 404
    with psycopg.connect(city.desk) as desk:
        assert desk.execute("select desk.report_picture(%s)", [of_report]).fetchall() == [(None,)]
        for forbidden in ("select ledger.evidence_candidates('{1}', '{1}', 0, 9)", "select desk.report_of_photo(1)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), desk.transaction():
                desk.execute(forbidden)


def test_the_desk_refuses_what_the_nightly_run_would_flag_and_says_which_it_is(
    city: DeskCity, mine: httpx.Client, of_report: int
) -> None:
    first, second = (row["Nomor"] for row in listed(mine)[:2])
    for photo, said in (
        (street(1).crop((20, 10, 940, 530)), "Foto ini foto pelapor"),
        (edited(street(1), OTHER_PART), "Foto ini suntingan dari foto pelapor"),
        # What the agency delivered for another case.
        (edited(street(1)), "Foto ini sudah pernah dipakai"),
    ):
        refused = act(mine, first, "tutup", alasan="ditambal", photo=as_jpeg(photo, quality=70))
        assert refused.status_code == 422
        assert said in refused.text
    assert act(mine, first, "tutup", alasan="ditambal", photo=as_jpeg(street(3))).status_code == 303
    refused = act(mine, second, "tutup", alasan="ditambal", photo=as_jpeg(edited(street(3)), quality=70))
    assert "Foto ini suntingan dari foto bukti yang sudah ada" in refused.text


def test_photos_of_reports_go_after_a_year_but_those_of_a_pair(city: DeskCity, of_report: int) -> None:
    with psycopg.connect(city.url) as owner:
        assert forget_old_report_photos(owner, AS_OF + KEPT - timedelta(days=2)) == 0
        assert forget_old_report_photos(owner, AS_OF + KEPT) == 2
        left = owner.execute("select photo_id from raw.evidence_photos where inbox_id is not null").fetchall()
        assert left == [(of_report,)]


def test_words_of_earlier_code_are_made_anew(city: DeskCity, evidence: Path, of_report: int) -> None:
    of_it = f"select words, words_version from raw.evidence_photos where photo_id = {of_report}"
    before = rows(city.url, of_it)
    with psycopg.connect(city.url) as owner:
        owner.execute(
            "update raw.evidence_photos set words = '{7}', words_version = 1 where photo_id = %s", [of_report]
        )
    compare_evidence(lambda: psycopg.connect(city.url), evidence, Batch("1", "evidence", AS_OF, True))
    assert rows(city.url, of_it) == before
