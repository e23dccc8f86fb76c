"""Who gets a complaint first, about what, and how surely: on the city's own seeds."""

from collections.abc import Callable

import pytest

from assets.city import city_folder
from assets.complaints.model import Report
from assets.complaints.triage.desk import Desk
from assets.complaints.triage.model import CategoryBasis, IntakeReport, Route, RoutingBasis
from assets.complaints.triage.routing import DISTRIBUTOR, KELURAHAN, LEAST_CATEGORY_PROBABILITY
from assets.complaints.triage.words import whereabouts
from assets.places.place import locate
from assets.reference import load_reference
from ml.routing.classes import ReceivingClass
from ml.routing.model import ABSTAIN_BELOW

pytestmark = pytest.mark.jakarta

HOLE = "Jalan berlubang besar dan aspal rusak di jalan raya, bahaya untuk motor"
PARKED = "Banyak mobil parkir liar sembarangan di bahu jalan"


@pytest.fixture(scope="module")
def city() -> Desk:
    return Desk.of(load_reference(city_folder()))


@pytest.fixture
def route(city: Desk, report: Callable[..., Report]) -> Callable[..., Route]:
    def routed(channel: str, **changes: object) -> Route:
        told = report(**changes)
        incoming = IntakeReport(1, channel, told.reported_at, told)
        return city.router.route([incoming], locate([whereabouts(told)], city.gazetteer))[0]

    return routed


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        (HOLE, "dinas_bina_marga"),
        (PARKED, "dinas_perhubungan"),
        ("Pohon besar mau tumbang, mohon dipangkas", "dinas_pertamanan_dan_hutan_kota"),
        ("Pedagang kaki lima PKL liar berjualan di trotoar", "satpol_pp"),
    ],
)
def test_the_text_alone_names_the_agency_and_the_category(route, text, agency):
    routed = route("facebook", description=text, category_name=None)
    assert (routed.skpd_code, routed.basis) == (agency, RoutingBasis.TEXT)
    assert routed.probability >= ABSTAIN_BELOW
    assert routed.candidates[0] == (agency, routed.probability)
    assert routed.category_basis is CategoryBasis.TEXT
    assert routed.category_probability is not None
    assert routed.category_probability >= LEAST_CATEGORY_PROBABILITY


def test_a_geotagged_report_goes_to_the_kelurahan_of_its_point_and_names_who_comes_next(route):
    routed = route("jaki", description=HOLE, kelurahan_name="Gambir")
    assert (routed.skpd_code, routed.basis) == (KELURAHAN, RoutingBasis.KELURAHAN_OF_THE_POINT)
    assert routed.candidates[0][0] == "dinas_bina_marga"
    without = route("jaki", description=HOLE, kelurahan_name=None, kecamatan_name="Tebet")
    assert (without.skpd_code, without.basis) == ("dinas_bina_marga", RoutingBasis.TEXT)


def test_what_says_too_little_goes_to_biro_pemerintahan_with_its_low_probability(route):
    routed = route("facebook", description="Mohon bantuannya pak gubernur", category_name=None)
    assert (routed.skpd_code, routed.basis) == (DISTRIBUTOR, RoutingBasis.ABSTAINED)
    assert routed.probability < ABSTAIN_BELOW
    assert (routed.category_code, routed.category_basis) == (None, CategoryBasis.NONE)
    assert routed.category_probability is None


def test_a_category_that_the_channel_names_is_kept_whatever_its_spelling(route):
    routed = route("facebook", description=PARKED, category_name=" PARKIR  liar")
    assert (routed.category_code, routed.category_basis) == ("parkir_liar", CategoryBasis.CHANNEL)
    assert routed.category_probability is None


def test_a_class_of_many_agencies_goes_to_the_one_of_the_category(route):
    routed = route("facebook", description="Ada gelandangan dan pengemis di lampu merah", category_name="PMKS")
    assert routed.skpd_code == "dinas_sosial"


def test_the_three_likeliest_are_agencies_of_the_city_in_descending_order(city, route):
    routed = route("facebook", description=HOLE)
    chances = [chance for _, chance in routed.candidates]
    assert len(chances) == 3
    assert chances == sorted(chances, reverse=True)
    assert {code for code, _ in routed.candidates} <= city.reference.skpd.keys()


def test_every_class_but_the_rest_is_an_agency_of_the_seeds(city):
    assert {one.value for one in ReceivingClass} - {ReceivingClass.OTHER} <= city.reference.skpd.keys()
