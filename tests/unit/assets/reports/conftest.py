"""An invented week for the 44 kecamatan: two rush hours, heavier on Friday, lighter at the weekend."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from assets.city import city_folder
from assets.clock import city_zone
from assets.reference import Kecamatan, load_reference
from assets.reports.ahead import WeekAhead
from assets.reports.language import Language, language
from assets.reports.maps import CityMap, city_map
from assets.reports.model import (
    GATE_COLUMNS,
    Beside,
    Cameras,
    Coverage,
    Forecast,
    Intake,
    JamWindow,
    LastWeek,
    Period,
    WeeklyReport,
)
from assets.reports.skill import AccuracySummary, Compared, Skill
from assets.reports.view import ReportView, compose

MONDAY = date(2026, 10, 12)
KECAMATAN = {
    ("98.71", "Seroja Pusat"): (
        "Kemuning", "Pacar Air", "Amarilis", "Kantil", "Azalea Putih", "Lantana", "Kana Kuning", "Petunia Baru",
    ),
    ("98.72", "Seroja Utara"): (
        "Portulaka", "Tanjung Krisan", "Soka", "Bugenvil", "Gardeniana", "Lavender Biru",
    ),
    ("98.73", "Seroja Barat"): (
        "Calendula", "Gladiol Bersusunan", "Taman Peoni", "Verbena", "Kebon Zinia", "Kalatea", "Petrea",
        "Kenikiran",
    ),
    ("98.74", "Seroja Selatan"): (
        "Teratai", "Hortensia", "Marigol Perkasaan", "Pasar Krokot", "Kecubung Lama", "Celosia",
        "Kecubung Baru", "Pancawarna", "Jenggeran", "Puspadayana",
    ),
    ("98.75", "Seroja Timur"): (
        "Magnolia", "Philodena", "Jasminara", "Kirananda", "Pasar Zinia", "Canna", "Dadap Merah", "Mandevi",
        "Cipresia", "Cineraria",
    ),
    ("98.01", "Kepulauan Melati"): ("Kepulauan Melati Utara", "Kepulauan Melati Selatan"),
}  # fmt: skip


def areas() -> pd.DataFrame:
    return pd.DataFrame(
        [
            (f"{kota_code}.{number:02d}", name, kota_name)
            for (kota_code, kota_name), names in KECAMATAN.items()
            for number, name in enumerate(names, start=1)
        ],
        columns=["area_code", "area_name", "kota_name"],
    )


def forecast_hours() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    clock = pd.date_range(pd.Timestamp(MONDAY, tz=city_zone()), periods=168, freq="h", name="hour_start")
    frame = areas().merge(pd.DataFrame({"hour_start": clock}), how="cross")
    hour, day = frame["hour_start"].dt.hour, frame["hour_start"].dt.day_of_week
    strength = frame["area_code"].map(dict(zip(areas()["area_code"], rng.uniform(0.25, 0.8, 44), strict=True)))
    strength = strength.where(~frame["kota_name"].eq("Kepulauan Melati"), 0.1)
    rush = 0.75 * np.exp(-(((hour - 7.5) / 1.6) ** 2)) + 0.95 * np.exp(-(((hour - 17.7) / 2.3) ** 2))
    noon = 0.45 * np.exp(-(((hour - 14) / 4) ** 2))
    week = np.where(day >= 5, 0.35, np.where(day == 4, 1.12, 1.0))
    index = np.clip(0.06 + strength * (rush * week + noon) + rng.normal(0, 0.025, len(frame)), 0, 1)
    spread = 0.04 + 0.12 * index
    probability = 1 / (1 + np.exp(-(index - 0.61) / 0.05))
    return frame.assign(
        jam_index=index,
        jam_index_p10=np.clip(index - spread, 0, 1),
        jam_index_p90=np.clip(index + spread, 0, 1),
        jam_probability=probability,
        jam_index_mean=index,
        last_week=np.clip(index - 0.01, 0, 1),
        four_week_median=np.clip(index + 0.01, 0, 1),
        basis=np.where(frame["area_name"].eq("Soka"), "pooled", "own"),
        is_jam=(index >= 0.6) | (probability >= 0.5),
    )


def windows_of(hours: pd.DataFrame) -> tuple[JamWindow, ...]:
    """Runs of jammed hours within a day, hour by hour."""
    runs: list[list[dict[str, Any]]] = []
    for row in hours[hours["is_jam"]].sort_values(["area_code", "hour_start"]).to_dict("records"):
        before = runs[-1][-1] if runs else None
        follows = (
            before is not None
            and before["area_code"] == row["area_code"]
            and row["hour_start"] - before["hour_start"] == pd.Timedelta(hours=1)
            and row["hour_start"].hour != 0
        )
        if follows:
            runs[-1].append(row)
        else:
            runs.append([row])
    return tuple(window_of(run) for run in runs)


def window_of(run: list[dict[str, Any]]) -> JamWindow:
    peak = max(run, key=lambda row: row["jam_index"])
    probabilities = [row["jam_probability"] for row in run]
    return JamWindow(
        area_code=peak["area_code"],
        area_name=peak["area_name"],
        kota_name=peak["kota_name"],
        start=run[0]["hour_start"].to_pydatetime(),
        end=(run[-1]["hour_start"] + pd.Timedelta(hours=1)).to_pydatetime(),
        peak_hour=peak["hour_start"].to_pydatetime(),
        peak_jam_index=peak["jam_index"],
        peak_jam_index_p10=peak["jam_index_p10"],
        peak_jam_index_p90=peak["jam_index_p90"],
        mean_probability=sum(probabilities) / len(probabilities),
        expected_jam_hours=sum(probabilities),
    )


def beside() -> Beside:
    rng = np.random.default_rng(5)
    counts = {
        name: rng.integers(5, 90, 44)
        for name in (
            "jam_hours", "tickets", "parking_tickets", "odd_even_tickets", "parking_complaints", "traffic_complaints",
        )
    }  # fmt: skip
    frame = areas().assign(measured_hours=672, tickets_in_jam_hours=counts["tickets"] // 4, odd_even_roads=2, **counts)
    hours = pd.DataFrame({"hour_of_day": range(24), "jam_hours": 3, "tickets": 20, "parking_complaints": 9})
    unplaced = {
        "tickets": 7, "parking_tickets": 4, "odd_even_tickets": 2, "parking_complaints": 3, "traffic_complaints": 1,
    }  # fmt: skip
    period = Period(datetime(2026, 9, 11, tzinfo=city_zone()), datetime(2026, 10, 9, tzinfo=city_zone()))
    return Beside(period, frame, unplaced, hours)


def coverage() -> Coverage:
    frame = areas().assign(
        cameras=6, healthy_cameras=5, slots_expected=6048, slots_usable=5504, camera_hours=600, history_hours=60,
        empty_hours=12,
    )  # fmt: skip
    nothing = frame["area_name"] == "Teratai"
    without = ["cameras", "healthy_cameras", "slots_expected", "slots_usable", "camera_hours", "history_hours"]
    frame.loc[nothing, without] = 0
    frame.loc[nothing, "empty_hours"] = 672
    end = datetime(2026, 10, 9, tzinfo=city_zone())
    return Coverage(
        Period(datetime(2026, 9, 11, tzinfo=city_zone()), end),
        Period(datetime(2026, 10, 2, tzinfo=city_zone()), end),
        frame,
    )


def area_accuracy() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    model = rng.uniform(0.03, 0.09, 44)
    return areas().assign(
        measured_hours=168,
        mae_model=model,
        mae_same_hour_last_week=model * rng.uniform(1.2, 1.7, 44),
        mae_four_week_median=model * rng.uniform(0.95, 1.4, 44),
    )


@pytest.fixture(scope="session")
def week_hours() -> pd.DataFrame:
    return forecast_hours()


@pytest.fixture(scope="session")
def tiles() -> CityMap:
    """The map of the invented kecamatan, without boundaries."""
    placed = {
        code: Kecamatan(code, name, code[:5], kota, -6.1 - number % 7 / 50, 106.7 + number // 7 / 50)
        for number, (code, name, kota) in enumerate(areas().itertuples(index=False))
    }
    return city_map(replace(load_reference(city_folder()), kecamatan=placed), None)


@pytest.fixture(scope="session")
def look(make_report: Callable[..., WeeklyReport], tiles: CityMap) -> Callable[..., ReportView]:
    """Build the view of the invented report, in Indonesian unless told otherwise, with some fields replaced."""

    @cache
    def plain(words: Language) -> ReportView:
        return compose(make_report(), tiles, words)

    def build(words: Language | None = None, **changes: Any) -> ReportView:
        if not changes:
            return plain(words or language("id"))
        return compose(make_report(**changes), tiles, words or language("id"))

    return build


@pytest.fixture(scope="session")
def make_report(week_hours: pd.DataFrame) -> Callable[..., WeeklyReport]:
    """Build the invented report with some fields replaced."""

    def build(**changes: Any) -> WeeklyReport:
        return WeeklyReport(**{**_fields(week_hours), **changes})

    return build


SKILL = Skill(
    error=Compared(0.0541, 0.0823, 0.0662),
    interval_share=0.783,
    jam_hours=471,
    jam_error=Compared(0.0911, 0.1204, 0.0889),
    jam_interval_share=0.685,
    jam_f1=Compared(0.7812, 0.7011, 0.7904),
)


def intake() -> Intake:
    columns = ["channel", "received", "accepted", "returned", "rejected", "set_aside", "quarantined", "pending"]
    channels = pd.DataFrame(
        [
            ("email", 412, 301, 64, 12, 31, 4, 0),
            ("facebook", 1893, 1204, 377, 81, 230, 1, 0),
            ("jaki", 2650, 2588, 40, 20, 0, 0, 2),
            ("kelurahan", 318, 300, 15, 0, 0, 3, 0),
        ],
        columns=columns,
    ).assign(received_ever=9000, accepted_ever=8000)
    period = Period(datetime(2026, 9, 12, tzinfo=city_zone()), datetime(2026, 10, 10, tzinfo=city_zone()))
    return Intake(period, datetime(2026, 2, 3, tzinfo=city_zone()), channels)


def _fields(hours: pd.DataFrame) -> dict[str, Any]:
    evaluated = datetime(2026, 10, 9, 5, 40, tzinfo=city_zone())
    return {
        "week_start": MONDAY,
        "as_of": datetime(2026, 10, 9, 6, 5, tzinfo=city_zone()),
        "forecast": Forecast(
            hours=hours,
            windows=windows_of(hours),
            cutoff=datetime(2026, 10, 9, 0, 0, tzinfo=city_zone()),
            blend={"gradient_boosting": 0.7, "four_week_median": 0.3},
            training=Period(datetime(2026, 7, 1, tzinfo=city_zone()), datetime(2026, 10, 9, tzinfo=city_zone())),
            backtest=Compared(0.0513, 0.0781, 0.0604),
            backtest_weeks=6,
        ),
        "areas_without_forecast": (),
        "accuracy": AccuracySummary(
            week_start=date(2026, 9, 28),
            is_hindcast=True,
            skill=SKILL,
            jammed=392,
            expected=377.4,
            areas=area_accuracy(),
        ),
        "last_week": LastWeek(
            date(2026, 9, 28),
            areas().assign(
                compared_hours=168, measured_jam_hours=range(44), expected_jam_hours=20.4, usual_jam_hours=18.2,
                expected_then=19.5,
            ),
        ),
        "beside": beside(),
        "coverage": coverage(),
        "ahead": WeekAhead(is_calendar_known=True, roads={"98.71.01": ["MH Wiranegara", "Airlangga"]}),
        "intake": intake(),
        "cameras": Cameras(
            Period(datetime(2026, 10, 2, tzinfo=city_zone()), datetime(2026, 10, 9, tzinfo=city_zone())),
            7600,
            7_660_800,
            {
                "good": 6_100_200, "dark": 720_114, "frozen": 201_330, "torn": 9_800, "not_an_image": 3_020,
                "missing": 427_000,
            },
        ),
        "corridors": None,
        "gates": pd.DataFrame(
            [
                ("triage", "sum", "balance of the ledger", True, "in = out", "0 of 12 rows against it", evaluated),
                (
                    "sweep", "sum", "health of the cameras", False, "a density from at least 30% of the 5000 frames",
                    "1234", evaluated,
                ),
                ("forecast", "each", "hours", True, "168 hours for every area", "0 of 44 rows against it", evaluated),
            ],
            columns=GATE_COLUMNS,
        ),
        "is_synthetic": True,
        "code_version": "0.1.0+3f2c9ab",
        "jam_threshold": 0.6,
    }  # fmt: skip
