"""The reference data: what a seed may not be."""

from datetime import date

import pytest

from assets.reference import SeedError, load_reference


def test_the_small_city_is_read(reference):
    assert reference.kelurahan["98.72.04.1003"].kecamatan_code == "98.72.04"
    assert reference.skpd["up_perparkiran"].parent_code == "dinas_perhubungan"
    assert reference.skpd["kelurahan"].parent_code is None
    assert (reference.channels["jaki"].is_geotagged, reference.channels["facebook"].identifies_reporter) == (
        True,
        False,
    )
    assert (reference.channels["jaki"].valid_to, reference.channels["qlue"].valid_to) == (None, date(2021, 12, 31))


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("kelurahan", "98.71.01.1002,Seruni", "98.71.01.1001,Seruni", "'98.71.01.1001' again"),
        ("kelurahan", "Flamboyan,98.74.01", "Flamboyan,98.74.09", "expected codes of kecamatan.csv, found 98.74.09"),
        ("categories", "mobility,dinas_perhubungan", "mobility,dishub", "expected codes of skpd.csv, found dishub"),
        (
            "skpd",
            "UP Perparkiran,dinas_perhubungan",
            "UP Perparkiran,dishub",
            "expected codes of skpd.csv, found dishub",
        ),
        ("channels", "app,true", "app,ya", "expected true or false, found 'ya'"),
        ("channels", "2019-09-27", "27/9/2019", "channels.csv, row 2"),
        ("kecamatan", "latitude", "lat", "expected a column latitude, found none"),
        ("kecamatan", "-6.17,", "x,", "kecamatan.csv, row 1"),
    ],
)
def test_a_seed_that_contradicts_itself_is_refused(seeds, name, old, new, told):
    path = seeds / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SeedError) as caught:
        load_reference(seeds)
    assert told in str(caught.value)


def test_a_seed_that_is_absent_is_named(seeds):
    (seeds / "skpd.csv").unlink()
    with pytest.raises(SeedError, match=r"skpd\.csv, found none that opens"):
        load_reference(seeds)
