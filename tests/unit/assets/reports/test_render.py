import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pandas as pd
import pytest

from assets.reports.language import language
from assets.reports.model import Forecast, NoForecast, ReportError, Skill, WeeklyReport
from assets.reports.narrative import FRAME_STATUSES
from assets.reports.render import render_mail, render_page
from assets.reports.view import ReportView
from tests.unit.assets.reports.conftest import windows_of

Build = Callable[..., WeeklyReport]
Look = Callable[..., ReportView]
MEGABYTE = 1_000_000
VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """Attribute values and tag balance of one page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def text_of(page: str) -> str:
    """What is read on a page; the two megabytes of a week take the parser most of a second."""
    shown = re.sub(r"<(style|title)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", shown)))


@pytest.fixture(scope="module")
def html(look: Look) -> str:
    return render_page(look())


def forecast_of(make_report: Build, hours: pd.DataFrame) -> Forecast:
    forecast = make_report().forecast
    assert isinstance(forecast, Forecast)
    return replace(forecast, hours=hours, windows=windows_of(hours))


def test_the_page_needs_no_other_file_and_no_network(html: str) -> None:
    page = Page(html)
    assert page.open == []
    tags = {tag for tag, _, _ in page.attributes}
    assert not tags & {"link", "script", "img", "iframe", "object"}
    assert not [found for found in page.attributes if found[1] in {"src", "href", "xlink:href", "srcset"}]
    assert "http:" not in html
    assert "https:" not in html
    assert "@import" not in html
    assert "url(" not in html
    assert len(html.encode()) < 3 * MEGABYTE


def test_the_page_names_week_period_and_as_of_time(html: str) -> None:
    text = text_of(html)
    assert "Pekan 12–18 Oktober 2026" in text
    assert "sebelum Jumat, 9 Oktober 2026 pukul 00.00 WIB" in text
    assert "Disusun Jumat, 9 Oktober 2026 pukul 06.05 WIB" in text
    assert "dilatih dengan data 1 Juli–8 Oktober 2026" in text
    assert "gradient boosting 70%, median empat minggu 30%" in text
    assert "Versi kode 0.1.0+3f2c9ab" in text


def test_figures_appear_as_given_and_in_indonesian(html: str) -> None:
    text = text_of(html)
    assert "meleset rata-rata 0,05 dari skala 0–1; 18% lebih tepat" in text
    for figure in ("0,054", "0,066", "0,082", "78%", "0,78 dari 1", "7.600", "6.100.200", "7.392 jam-kecamatan"):
        assert figure in text
    assert "uji mundur 6 pekan" in text
    assert "0,051" in text
    without_hours_and_version = re.sub(r"\b[012]\d\.[0-5]0|0\.1\.0", "", text)
    assert not re.findall(r"\b\d\.\d{1,2}\b", without_hours_and_version)


def test_every_area_is_on_the_heat_map_and_has_its_own_week(html: str, week_hours: pd.DataFrame) -> None:
    for name in week_hours["area_name"].unique():
        assert re.search(rf'class="area"[^>]*>{name}</text>', html)
        assert html.count(f'aria-label="Indeks kemacetan {name} menurut hari dan jam"') == 1
        assert html.count(f'aria-label="Indeks kemacetan {name} per jam selama sepekan') == 1


def test_the_worst_window_is_the_first_row(make_report: Build, look: Look, week_hours: pd.DataFrame) -> None:
    quiet = week_hours.assign(jam_index=0.1, jam_probability=0.02, is_jam=False)
    jam = (quiet["area_name"] == "Koja") & quiet["hour_start"].dt.strftime("%d %H").isin(["14 07", "14 08"])
    quiet.loc[jam, ["jam_index", "jam_probability", "is_jam"]] = [0.77, 0.83, True]
    text = text_of(render_page(look(forecast=forecast_of(make_report, quiet))))
    assert "1 dari 44" in text
    assert "Koja Rabu, 14 Oktober, 07.00–09.00 WIB; peluang macet 83%" in text
    assert "1. Koja Jakarta Utara Rabu 14 Oktober 07.00–09.00 puncak 07.00 83% sangat mungkin 0,77" in text


def test_a_week_without_jam_says_so(make_report: Build, look: Look, week_hours: pd.DataFrame) -> None:
    calm = forecast_of(make_report, week_hours.assign(jam_index=0.1, jam_probability=0.01, is_jam=False))
    text = text_of(render_page(look(forecast=calm)))
    assert "Tidak satu jam pun diramalkan macet di 44 kecamatan" in text
    assert "0 dari 44" in text
    assert "Terberat" not in text
    assert text.count("Tidak ada jam macet.") == 44


def test_areas_without_forecast_are_counted_and_named(make_report: Build, look: Look, week_hours: pd.DataFrame) -> None:
    covered = forecast_of(make_report, week_hours[week_hours["kota_name"] != "Kepulauan Seribu"])
    text = text_of(render_page(look(forecast=covered, areas_without_forecast=("Utara X", "Selatan Y"))))
    assert "dari 44" in text
    assert "2 kecamatan tanpa ramalan" in text
    assert "Tanpa ramalan karena tanpa data: Utara X, Selatan Y." in text


def test_synthetic_data_is_marked_on_top_and_at_every_chart(look: Look, html: str) -> None:
    marks = [found.start() for found in re.finditer("DATA SINTETIS", html)]
    # The banner, and the captions: windows, map, heat map, areas, tickets, accuracy, coverage, cameras.
    assert len(marks) == 9
    assert marks[0] < html.index("<h1>")
    real = render_page(look(is_synthetic=False))
    assert "sintetis" not in real.lower()


def test_a_hindcast_is_marked_and_a_published_forecast_is_not(make_report: Build, look: Look, html: str) -> None:
    assert "tidak pernah diterbitkan pada waktunya" in html
    accuracy = make_report().accuracy
    assert accuracy is not None
    published = render_page(look(accuracy=replace(accuracy, is_hindcast=False)))
    assert "Uji mundur" not in published


def test_a_model_worse_than_its_baseline_says_so(make_report: Build, look: Look) -> None:
    accuracy = make_report().accuracy
    assert accuracy is not None
    worse = replace(accuracy, skill=Skill(0.09, 0.08, 0.075, None, 0.6))
    text = text_of(render_page(look(accuracy=worse)))
    assert "20% lebih meleset daripada pembanding terbaik (median empat minggu)" in text
    assert "terlalu sempit" in text
    assert "tidak ada jam macet pada pekan itu" in text


@pytest.mark.parametrize("reason", list(NoForecast))
def test_a_week_without_forecast_is_an_honest_page(make_report: Build, look: Look, reason: NoForecast) -> None:
    nothing = {"accuracy": None, "last_week": None, "beside": None, "coverage": None, "camera_count": 0}
    view = look(forecast=reason, camera_statuses={}, gates=make_report().gates.iloc[:0], **nothing)
    text = text_of(render_page(view))
    assert view.no_forecast_reason in text
    assert "Pekan ini tidak ada ramalan." in render_mail(view)
    assert "Mengapa tidak ada ramalan" in text
    assert "0 kamera terdaftar; belum ada pengamatan" in text
    assert "Semua kanal 5.273 4.393 496 115 261 8" in text
    assert "Belum ada pekan yang dapat dinilai" in text
    assert "Belum ada hasil pemeriksaan mutu" in text
    assert "Peta jam" not in text
    assert "<svg" not in render_page(view)


def test_an_empty_intake_says_so(make_report: Build, look: Look) -> None:
    text = text_of(render_page(look(intake=make_report().intake.iloc[:0])))
    assert "Tidak ada pesan yang masuk" in text


def test_a_record_without_decision_is_reported_not_hidden(make_report: Build, look: Look, html: str) -> None:
    assert "Tidak ada yang hilang" in html
    intake = make_report().intake.copy()
    intake.loc[intake["channel"] == "jaki", "accepted"] -= 3
    text = text_of(render_page(look(intake=intake)))
    assert "jaki: selisih 3 pesan" in text
    assert "Tidak ada yang hilang" not in text


def test_a_failed_gate_is_shown_in_words_before_the_passed_ones(html: str) -> None:
    text = text_of(html)
    assert "2 dari 3 pemeriksaan lulus" in text
    assert "✗ gagal sedikitnya 95% pengamatan terpakai 90% terpakai" in text
    assert text.index("after_sweep") < text.index("after_intake")


def test_odd_text_is_escaped_everywhere(make_report: Build, look: Look, week_hours: pd.DataFrame) -> None:
    odd = "<b onload=x>&\"'{{7*7}}"
    named = week_hours.assign(area_name=week_hours["area_name"].replace("Taman Sari", odd), kota_name=odd)
    gates = make_report().gates.assign(observed=odd)
    intake = make_report().intake.assign(channel=odd)
    forecast = replace(forecast_of(make_report, named), published_as="four_week_median", reason=odd)
    html = render_page(look(forecast=forecast, gates=gates, intake=intake, code_version=odd))
    assert "<b onload" not in html
    assert odd in text_of(html)
    assert not [found for found in Page(html).attributes if found[1].startswith("on")]


def test_an_unknown_frame_status_fails_loudly(look: Look) -> None:
    with pytest.raises(ReportError, match="'stolen'"):
        render_page(look(camera_statuses={"good": 1, "stolen": 2}))


def test_frame_statuses_are_those_of_the_health_ladder() -> None:
    health = pytest.importorskip("ml.vision.health", reason="the camera health ladder is not installed")
    assert set(FRAME_STATUSES) == {status.value for status in health.FrameStatus}


def test_the_same_report_renders_the_same_page(look: Look, html: str) -> None:
    assert render_page(look()) == html


def test_the_page_speaks_english_where_asked(look: Look) -> None:
    html = render_page(look(language("en")))
    text = text_of(html)
    assert '<html lang="en">' in html
    assert "Week 12–18 October 2026" in text
    assert "SYNTHETIC DATA" in text
    assert "off by 0.05 on average on a scale of 0–1; 18% closer than the best baseline (four-week median)" in text
    assert "7,392 measured kecamatan-hours" in text


def test_what_is_published_instead_of_the_model_is_said(make_report: Build, look: Look) -> None:
    forecast = make_report().forecast
    assert isinstance(forecast, Forecast)
    text = text_of(render_page(look(forecast=replace(forecast, published_as="four_week_median", reason="skill 0.9"))))
    assert "Diterbitkan sebagai median empat minggu" in text
    assert "Alasan: skill 0.9." in text


def test_the_mail_has_its_subject_first_and_the_worst_windows(look: Look) -> None:
    view = look()
    subject, _, body = render_mail(view).partition("\n")
    assert subject == "[DATA SINTETIS] Ramalan kemacetan Jakarta, 12–18 Oktober 2026"
    assert view.week is not None
    assert f"1. {view.week.top[0].window.area_name}: " in body
    assert view.statements["accuracy"] in body
