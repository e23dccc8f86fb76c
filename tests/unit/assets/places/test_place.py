"""Where a report is: oracles for points and names."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.complaints.triage.words import whereabouts
from assets.places.gazetteer import distance_km
from assets.places.place import MAX_KM, NOWHERE, PlaceBasis, locate

NO_FIELDS = {"kelurahan_name": None, "kecamatan_name": None}


def located(reports, gazetteer):
    return locate([whereabouts(report) for report in reports], gazetteer)


def cosines_km(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """The spherical law of cosines: another formula for the same distance."""
    phi, to_phi = math.radians(latitude), math.radians(to_latitude)
    cosine = math.sin(phi) * math.sin(to_phi)
    cosine += math.cos(phi) * math.cos(to_phi) * math.cos(math.radians(to_longitude - longitude))
    return 6371.0088 * math.acos(max(-1.0, min(1.0, cosine)))


@given(st.floats(-7, -5), st.floats(106, 108), st.floats(-7, -5), st.floats(106, 108))
def test_distance_against_another_formula(latitude, longitude, to_latitude, to_longitude):
    ours = distance_km(np.array(latitude), np.array(longitude), np.array(to_latitude), np.array(to_longitude))
    assert float(ours) == pytest.approx(cosines_km(latitude, longitude, to_latitude, to_longitude), abs=2e-3)


def test_a_point_is_in_the_nearest_kelurahan_as_a_loop_finds_it(reference, gazetteer, report):
    rng = np.random.default_rng(7)
    points = np.column_stack([rng.uniform(-6.3, -6.05, 200), rng.uniform(106.75, 107.0, 200)])
    places = located([report(**NO_FIELDS, latitude=lat, longitude=lon) for lat, lon in points], gazetteer)
    for (lat, lon), place in zip(points, places, strict=True):
        away = {code: cosines_km(lat, lon, k.latitude, k.longitude) for code, k in reference.kelurahan.items()}
        nearest = min(away, key=away.__getitem__)
        if away[nearest] > MAX_KM:
            assert place.basis is not PlaceBasis.COORDINATES
        else:
            assert (place.kelurahan_code, place.basis) == (nearest, PlaceBasis.COORDINATES)
            assert (place.latitude, place.longitude) == (lat, lon)
            assert 0.5 <= place.confidence <= 1


def test_a_point_on_the_seeded_point_is_sure_and_one_halfway_is_not(gazetteer, report):
    on, halfway = located(
        [
            report(**NO_FIELDS, latitude=-6.17, longitude=106.82),
            report(**NO_FIELDS, latitude=-6.17, longitude=106.8099),
        ],
        gazetteer,
    )
    assert on.confidence == pytest.approx(1.0)
    assert halfway.confidence == pytest.approx(0.5)


@pytest.mark.parametrize("point", [(0.0, 0.0), (-6.9, 107.6), (106.82, -6.17), (-6.17, None), (90.0, 180.0)])
def test_a_point_outside_the_city_is_no_place_but_the_name_beside_it_is(gazetteer, report, point):
    latitude, longitude = point
    nowhere, named = located(
        [
            report(**NO_FIELDS, description="Lampu mati", latitude=latitude, longitude=longitude),
            report(kelurahan_name="Seruni", latitude=latitude, longitude=longitude),
        ],
        gazetteer,
    )
    assert nowhere == NOWHERE
    assert (named.kelurahan_code, named.basis, named.latitude) == ("98.71.01.1002", PlaceBasis.KELURAHAN_NAME, None)


def test_the_name_given_with_a_point_decides_between_neighbours(gazetteer, report):
    [place] = located([report(kelurahan_name="Seruni", latitude=-6.17, longitude=106.811)], gazetteer)
    assert (place.kelurahan_code, place.basis, place.confidence) == ("98.71.01.1002", PlaceBasis.COORDINATES, 0.99)


@pytest.mark.parametrize(
    ("kelurahan", "kecamatan", "code", "basis"),
    [
        ("TELUK BARU", None, "98.72.04.1003", PlaceBasis.KELURAHAN_NAME),
        ("Kelurahan Teluk-Baru ", None, "98.72.04.1003", PlaceBasis.KELURAHAN_NAME),
        ("kel. telukbarru", None, "98.72.04.1003", PlaceBasis.KELURAHAN_NAME),
        ("Kemuning", "Kemuning", "98.71.01.1001", PlaceBasis.KELURAHAN_NAME),
        ("Baru", None, "98.74.01.1009", PlaceBasis.KELURAHAN_NAME),
        ("Sukamaju", "TERATAI", "98.74.01", PlaceBasis.KECAMATAN_NAME),
        (None, "Kec. Bugenvil", "98.72.04", PlaceBasis.KECAMATAN_NAME),
        ("Sukamaju", "Cibinong", None, PlaceBasis.NONE),
        ("-", None, None, PlaceBasis.NONE),
    ],
)
def test_names_given_in_fields(gazetteer, report, kelurahan, kecamatan, code, basis):
    [place] = located([report(kelurahan_name=kelurahan, kecamatan_name=kecamatan, description="Lampu mati")], gazetteer)
    assert (place.kelurahan_code or place.kecamatan_code, place.basis) == (code, basis)
    assert (place.confidence > 0) == (code is not None)


def test_a_name_that_contradicts_its_kecamatan_is_less_sure(gazetteer, report):
    agreed, contradicted = located(
        [report(kelurahan_name="Seruni", kecamatan_name=name) for name in ("Kemuning", "Teratai")], gazetteer
    )
    assert agreed.kelurahan_code == contradicted.kelurahan_code == "98.71.01.1002"
    assert contradicted.confidence < agreed.confidence


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Got mampet di kelurahan Teluk Baru sejak kemarin", "98.72.04.1003"),
        ("Got mampet, kel.telukbaru", "98.72.04.1003"),
        ("Got mampet di kel Baru", "98.74.01.1009"),
        ("Got mampet di dahlia timur dekat pasar", "98.72.04.1005"),
        ("Got mampet di Flamboyan, Teratai", "98.74.01.1006"),
        ("Got mampet kecamatan Teratai", "98.74.01"),
        ("Got mampet di Kemuning", "98.71.01"),
        ("Teratai Timur dan Flamboyan banjir", "98.74.01"),
        ("Mohon got yang baru diperbaiki", None),
        ("Macet arah Flamboyan", None),
        ("Kali Seruni meluap", None),
        ("Macet dari Seruni sampai Flamboyan", "98.74.01.1006"),
        ("Seruni Flamboyan macet", None),
        ("Pihak kelurahan tidak menanggapi", None),
        ("Terataian dan flamboyannya", None),
    ],
)
def test_names_in_a_text(gazetteer, report, text, code):
    [place] = located([report(**NO_FIELDS, description=text)], gazetteer)
    assert (place.kelurahan_code or place.kecamatan_code) == code


@pytest.mark.parametrize(
    ("text", "code", "basis"),
    [
        ("Pohon tumbang dekat stasiun teratai", "98.74.01.1001", PlaceBasis.LANDMARK),
        ("Banyak sampah di sekitar Tugu Seroja!", "98.71.01.1001", PlaceBasis.LANDMARK),
        ("Macet di depan pelabuhan", "98.72.04", PlaceBasis.LANDMARK),
        ("Jln Sumarjo macet", "98.74.01", PlaceBasis.ROAD),
        ("macet di teratai raya", "98.74.01", PlaceBasis.ROAD),
        ("Macet di Jl. Gatot Subroto arah Sumarjo", None, PlaceBasis.NONE),
        ("Macet di Jl. Gatot Subroto, simpang jalan sumarjo", "98.74.01", PlaceBasis.ROAD),
        ("Jl. Gatot Subroto kecamatan Kemuning berlubang", "98.71.01", PlaceBasis.KECAMATAN_NAME),
        ("Kata pak Sumarjo jalannya rusak", None, PlaceBasis.NONE),
        ("Got mampet di dahlia timr", "98.72.04.1005", PlaceBasis.KELURAHAN_NAME),
        ("Lampu mati daerah bugenvl", "98.72.04", PlaceBasis.KECAMATAN_NAME),
        ("Petugasnya bugenvl semua", None, PlaceBasis.NONE),
    ],
)
def test_roads_landmarks_and_misspelt_names_in_a_text(gazetteer, report, text, code, basis):
    [place] = located([report(**NO_FIELDS, description=text)], gazetteer)
    assert ((place.kelurahan_code or place.kecamatan_code), place.basis) == (code, basis)


def test_a_misspelt_name_is_less_sure(gazetteer, report):
    texts = ["Got mampet di dahlia timur", "Got mampet di dahlia timr"]
    right, misspelt = located([report(**NO_FIELDS, description=text) for text in texts], gazetteer)
    assert right.kelurahan_code == misspelt.kelurahan_code
    assert 0 < misspelt.confidence < right.confidence


def test_a_name_with_its_title_is_surer_than_alone(gazetteer, report):
    texts = ["Banjir di kelurahan Flamboyan", "Banjir di Flamboyan, Teratai", "Banjir di Flamboyan"]
    places = located([report(**NO_FIELDS, description=text) for text in texts], gazetteer)
    confidences = [place.confidence for place in places]
    assert confidences == sorted(confidences, reverse=True)
    assert len(set(confidences)) == 3
