"""The hidden curve of the areas: peaks where and when a city has them, repeatable, never beyond its range."""

from datetime import date

import pandas as pd
import pytest

from sample_city.reference import Reference
from sample_city.traffic import area_hours

MACET = 0.60


@pytest.fixture(scope="module")
def hours(reference: Reference) -> pd.DataFrame:
    """Six weeks with the holidays of May 2026."""
    frame = area_hours(reference, date(2026, 4, 20), date(2026, 5, 31), seed=2019)
    day = frame["hour_start"].dt.date
    return frame.assign(
        hour=frame["hour_start"].dt.hour,
        weekday=[value.weekday() for value in day],
        is_day_off=[reference.is_day_off(value) for value in day],
        is_holiday=[value in reference.holidays for value in day],
    )


def test_the_panel_is_complete_and_in_range(hours: pd.DataFrame, reference: Reference) -> None:
    assert len(hours) == len(reference.kecamatan) * 42 * 24
    assert not hours.duplicated(["area_code", "hour_start"]).any()
    assert set(hours["area_code"]) == {area.code for area in reference.kecamatan}
    assert hours["jam_index"].between(0, 1).all()


def test_the_same_seed_gives_the_same_hours_and_another_does_not(reference: Reference) -> None:
    def three_days(seed: int) -> pd.DataFrame:
        return area_hours(reference, date(2026, 5, 1), date(2026, 5, 3), seed)

    pd.testing.assert_frame_equal(three_days(1), three_days(1))
    assert not three_days(1).equals(three_days(2))


def test_peaks_are_macet_in_busy_areas_and_most_hours_are_not(hours: pd.DataFrame, reference: Reference) -> None:
    jams = hours[hours["jam_index"] >= MACET]
    assert 0.01 < len(jams) / len(hours) < 0.12
    assert jams["area_code"].nunique() > 20
    islands = [area.code for area in reference.kecamatan if not area.kota_name.startswith("Kota ")]
    assert not jams["area_code"].isin(islands).any(), "no jams on the islands"
    assert jams["hour"].between(6, 20).mean() > 0.95


def test_working_days_have_two_peaks_and_the_evening_is_higher(hours: pd.DataFrame) -> None:
    by_hour = hours[~hours["is_day_off"]].groupby("hour")["jam_index"].mean()
    morning, noon, evening = by_hour[6:9].max(), by_hour[10:13].min(), by_hour[16:19].max()
    assert noon < morning < evening


def test_friday_evening_is_the_worst_and_holidays_are_the_emptiest(hours: pd.DataFrame) -> None:
    evening = hours[hours["hour"].isin([17, 18]) & ~hours["is_day_off"]]
    assert evening.groupby("weekday")["jam_index"].mean().idxmax() == 4
    by_kind = hours.groupby(["is_holiday", "is_day_off"])["jam_index"].mean()
    assert by_kind[True, True] < by_kind[False, True] < by_kind[False, False]
