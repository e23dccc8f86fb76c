"""E-mails and readers' letters of others' bug reports (../shared/cases), each read as it should be."""

import pytest

from assets.complaints.channels import email, media_massa
from assets.complaints.model import NOT_TOLD, NotAReport, Report, SetAsideReason, TimeBasis
from assets.complaints.photos import PhotoError, _digest
from assets.sources.records import Record
from tests.unit.cases.folder import case_folder


def mail(case: str, name: str = "a.eml") -> tuple[Record, Report | NotAReport]:
    [record] = email.split((case_folder(case) / "email" / name).read_bytes(), name)
    assert isinstance(record, Record)
    return record, email.parse(record)


def letters(case: str, name: str) -> list[Report]:
    content = (case_folder(case) / "media_massa" / name).read_bytes()
    return [media_massa.parse(record) for record in media_massa.split(content, name)]


@pytest.mark.parametrize("case", ["01", "47"])
def test_a_photo(case):
    record, report = mail(case)
    [url] = report.photo_urls
    picture = email.image(record.payload, url)
    if case == "47":
        assert _digest(picture)
        return
    with pytest.raises(PhotoError, match="expected a JPEG or PNG, found NotAnImageError"):
        _digest(picture)


@pytest.mark.parametrize(
    ("case", "name", "reporter", "contact"),
    [
        pytest.param("04", "a.eml", "Rani Contoh", "rani@warga.example", id="04-a"),
        pytest.param("04", "b.eml", "Dodi Contoh", "dodi@warga.example", id="04-b"),
        pytest.param("14", "a.eml", "Contoh, Rini", "rini@warga.example", id="14"),
    ],
)
def test_a_reporter(case, name, reporter, contact):
    _, report = mail(case, name)
    assert (report.reporter_name, report.reporter_contact) == (reporter, contact)


@pytest.mark.parametrize("case", ["06"])
def test_two_mails_of_one_id(case):
    (one, _), (other, _) = mail(case, "a.eml"), mail(case, "b.eml")
    assert one.source_record_id == other.source_record_id
    assert email.authorship(one).author != email.authorship(other).author


@pytest.mark.parametrize("name", ["bounce.eml", "vacation.eml"], ids=["15-bounce", "15-vacation"])
def test_an_automatic_mail(name):
    assert mail("15", name)[1] == NotAReport(SetAsideReason.SYSTEM_MESSAGE)


@pytest.mark.parametrize(
    ("case", "moment", "basis"),
    [
        pytest.param("16", "2026-11-27T13:00:00+00:00", TimeBasis.SENDER, id="16"),
        pytest.param("17", "2026-11-27T01:00:01+00:00", TimeBasis.CARRIER, id="17"),
    ],
)
def test_a_moment(case, moment, basis):
    _, report = mail(case)
    assert (report.reported_at.isoformat(), report.time_basis) == (moment, basis)


@pytest.mark.parametrize("case", ["27"])
def test_a_letters_day(case):
    day = "2026-11-27T01:00:00+00:00"
    expected = [day, day, "2026-12-04T01:00:00+00:00", NOT_TOLD.isoformat()]
    assert [letter.reported_at.isoformat() for letter in letters(case, "a.xml")] == expected


@pytest.mark.parametrize("case", ["29"])
def test_cells(case):
    _, report = mail(case)
    assert report.description == "Nama Rini\nAlamat Jl. Mawar 5 RT 05\nMasalah\nLampu mati"
