"""Doubts: what raises one, what does not, and that its evidence holds nothing personal."""

from datetime import timedelta

import pytest

from assets.city import city_folder
from assets.complaints.triage.credible import (
    CAMPAIGN_ACCOUNTS,
    EMPTY_ROAD_SHARE,
    LEAST_OBSERVATIONS,
    Signal,
    campaign,
    claims_jam,
    jam_not_seen,
    place_mismatch,
    rejected_before,
)
from assets.complaints.triage.desk import Desk
from assets.reference import load_reference
from tests.unit.assets.complaints.triage.test_again import NOW, filed

pytestmark = pytest.mark.jakarta

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk.of(load_reference(city_folder()))


def test_one_text_from_many_accounts_within_hours_is_a_campaign():
    told = [(NOW + number * HOUR / 2, f"key {number}") for number in range(CAMPAIGN_ACCOUNTS)]
    doubt = campaign(filed(), told)
    assert doubt is not None
    assert doubt.signal is Signal.CAMPAIGN
    assert doubt.evidence == {"accounts": CAMPAIGN_ACCOUNTS, "hours": 2.0}
    assert campaign(filed(), told[1:]) is None
    assert campaign(filed(), [(at, "one key") for at, _ in told]) is None
    assert campaign(filed(), [(NOW - number * 12 * HOUR, who) for number, (_, who) in enumerate(told)]) is None


@pytest.mark.parametrize(("rejected", "is_doubted"), [(0, False), (1, False), (2, True)])
def test_a_reporter_whose_complaints_were_rejected(rejected, is_doubted):
    assert (rejected_before(rejected) is not None) is is_doubted


def test_a_point_far_from_the_kelurahan_that_the_text_names(desk):
    gambir = desk.reference.kelurahan["31.71.01.1001"]
    here = (gambir.latitude, gambir.longitude)
    far = place_mismatch(filed("jalan rusak di kelurahan Marunda", point=here), desk.gazetteer)
    assert far is not None
    assert far.evidence["named"] == "31.72.04.1003"
    assert far.evidence["km"] > 10
    assert place_mismatch(filed("jalan rusak di kelurahan Gambir", point=here), desk.gazetteer) is None
    assert place_mismatch(filed("jalan rusak di kelurahan Cideng", point=here), desk.gazetteer) is None
    assert place_mismatch(filed("jalan rusak arah Marunda", point=here), desk.gazetteer) is None
    assert place_mismatch(filed("jalan rusak di kelurahan Marunda"), desk.gazetteer) is None


def test_a_jam_that_every_camera_denies():
    claim = filed("macet parah tidak bergerak", category_guess="arus_lalu_lintas")
    assert claims_jam(claim)
    assert not claims_jam(filed("keran air macet", category_guess="air_bersih"))
    empty = [EMPTY_ROAD_SHARE / 2] * LEAST_OBSERVATIONS
    doubt = jam_not_seen(empty)
    assert doubt is not None
    assert doubt.evidence["observations"] == LEAST_OBSERVATIONS
    assert jam_not_seen(empty[1:]) is None, "too few cameras to deny anything"
    assert jam_not_seen([*empty, EMPTY_ROAD_SHARE]) is None
