import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pandas as pd
import pytest

from assets.city import city
from assets.reports.contract import ReportError
from assets.reports.language import language
from assets.reports.model import Forecast, NoForecast, WeeklyReport
from assets.reports.narrative import FRAME_STATUSES
from assets.reports.render import render_mail, render_page, typst_source
from assets.reports.skill import Compared, Skill
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
    assert not [found for found in page.attributes if found[1] in {"src", "xlink:href", "srcset"}]
    assert "http:" not in html
    assert "https:" not in html
    assert "@import" not in html
    assert "url(" not in html
    assert len(html.encode()) < 2.5 * MEGABYTE


@pytest.mark.slow
def test_the_page_links_to_its_own_files_beside_it(look: Look, html: str) -> None:
    for page, stem in ((html, "weekly_jam_forecast_2026-W42"), (render_page(look(language("en"))), "_en")):
        links = [value for tag, name, value in Page(page).attributes if name == "href"]
        assert [link.rpartition(stem)[2] for link in links] == [".xlsx", "_hours.csv", "_windows.csv", ".pdf"]
        assert all("/" not in link for link in links)


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
    assert "Pada 471 jam macet meleset rata-rata 0,091 (skala 0–1): 2% lebih meleset daripada median" in text
    assert "Pada semua jam meleset 0,054: 18% lebih tepat daripada median empat minggu (0,066)" in text
    assert "F1 0,781, median empat minggu 0,790" in text
    for figure in ("0,089", "0,082", "78%", "68%", "0,701", "7.600", "6.100.200", "7.392 jam-kecamatan"):
        assert figure in text, figure
    assert "Diharapkan 898 jam-kecamatan macet; pada jam-jam yang sama terukur 946" in text
    assert "Ramalan bagi pekan itu sendiri: 858. Pekan biasa dari empat pekan terakhir: 801 (+97)." in text
    assert "uji mundur 6 pekan" in text
    assert "0,051" in text
    without_hours_and_version = re.sub(r"\b[012]\d\.[0-5]0|0\.1\.0", "", text)
    assert not re.findall(r"\b\d\.\d{1,2}\b", without_hours_and_version)


def test_every_area_is_on_the_heat_map_and_has_its_own_week(html: str, week_hours: pd.DataFrame) -> None:
    for name in week_hours["area_name"].unique():
        assert re.search(rf'class="area"[^>]*>{name}</text>', html)
        assert html.count(f'aria-label="Indeks kemacetan {name} menurut hari dan jam"') == 1
        assert html.count(f'aria-label="Indeks kemacetan {name} per jam selama sepekan') == 1


def test_the_worst_area_is_the_first_row_with_its_worst_window(
    make_report: Build, look: Look, week_hours: pd.DataFrame
) -> None:
    quiet = week_hours.assign(jam_index=0.1, jam_probability=0.0, is_jam=False)
    days = quiet["hour_start"].dt.strftime("%d %H")
    long = (quiet["area_name"] == "Kantil") & days.isin(["13 07", "13 08"])
    often = (quiet["area_name"] == "Soka") & days.isin(["12 07", "13 07", "14 07"])
    quiet.loc[long | often, ["jam_index", "jam_probability", "is_jam"]] = [0.77, 0.83, True]
    quiet.loc[often & days.str.startswith("14"), "jam_probability"] = 0.9
    text = text_of(render_page(look(forecast=forecast_of(make_report, quiet))))
    assert "2 dari 44" in text
    assert "Kecamatan terberat pekan ini Soka 3 jam macet sepekan; terberat Rabu 07.00–08.00 WIB" in text
    assert "1. Soka Seroja Utara · 2 rentang lain pekan ini 3 diharapkan 2,6 Rabu 07.00–08.00 14 Oktober" in text


def test_a_week_without_jam_says_so(make_report: Build, look: Look, week_hours: pd.DataFrame) -> None:
    calm = forecast_of(make_report, week_hours.assign(jam_index=0.1, jam_probability=0.01, is_jam=False))
    text = text_of(render_page(look(forecast=calm)))
    assert "Tidak satu jam pun diramalkan macet di 44 kecamatan" in text
    assert "0 dari 44" in text
    assert "terberat" not in text
    assert text.count("Tidak ada jam macet.") == 44


def test_areas_without_forecast_are_counted_and_named(make_report: Build, look: Look, week_hours: pd.DataFrame) -> None:
    covered = forecast_of(make_report, week_hours[week_hours["kota_name"] != "Kepulauan Melati"])
    text = text_of(render_page(look(forecast=covered, areas_without_forecast=("Utara X", "Selatan Y"))))
    assert "dari 44" in text
    assert "2 kecamatan tanpa ramalan" in text
    assert "Tanpa ramalan karena tanpa data: Utara X, Selatan Y." in text


def test_synthetic_data_is_marked_on_top_and_at_every_chart(look: Look, html: str) -> None:
    marks = [found.start() for found in re.finditer("DATA SINTETIS", html)]
    # The banner, and the captions: areas, map, heat map, each area, tickets, accuracy, coverage, cameras, intake.
    assert len(marks) == 10
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
    worse = replace(accuracy, skill=Skill(error=Compared(0.09, 0.08, 0.075), interval_share=0.6))
    text = text_of(render_page(look(accuracy=worse)))
    assert "20% lebih meleset daripada median empat minggu (0,075)" in text
    assert "lebih tepat" not in text
    assert "terlalu sempit" in text
    assert "tidak ada jam macet pada pekan itu" in text


@pytest.mark.skipif(not city().has_odd_even, reason="the city that is served has no odd-even itself")
def test_a_city_without_odd_even_shows_no_empty_columns_of_it(
    html: str, look: Look, request: pytest.FixtureRequest
) -> None:
    view = look()
    assert "Ruas ganjil-genap" in text_of(html)
    assert "Ruas ganjil-genap" in typst_source(view)
    request.getfixturevalue("palu")
    assert "Ruas ganjil-genap" not in text_of(render_page(view))
    assert "ganjil-genap" not in typst_source(view).partition("Angka tiap kecamatan")[2]


@pytest.mark.parametrize("reason", list(NoForecast))
def test_a_week_without_forecast_is_an_honest_page(make_report: Build, look: Look, reason: NoForecast) -> None:
    nothing = {"accuracy": None, "last_week": None, "beside": None, "coverage": None}
    cameras = replace(make_report().cameras, count=0, slots_expected=0, statuses={})
    view = look(forecast=reason, cameras=cameras, gates=make_report().gates.iloc[:0], **nothing)
    text = text_of(render_page(view))
    assert view.no_forecast_reason in text
    assert "Pekan ini tidak ada ramalan." in render_mail(view)
    assert "Mengapa tidak ada ramalan" in text
    assert "0 kamera terdaftar; belum ada pengamatan" in text
    assert "Semua kanal 5.273 4.393 496 113 261 8 2 36.000 32.000" in text
    assert "Belum ada pekan yang dapat dinilai" in text
    assert "Belum ada hasil pemeriksaan mutu" in text
    assert "Peta jam" not in text
    assert "<svg" not in render_page(view)


def test_an_empty_intake_says_so(make_report: Build, look: Look) -> None:
    intake = make_report().intake
    text = text_of(render_page(look(intake=replace(intake, channels=intake.channels.iloc[:0]))))
    assert "Tidak ada pesan yang masuk" in text


def test_a_record_without_decision_is_reported_not_hidden(make_report: Build, look: Look, html: str) -> None:
    assert "Tidak ada yang hilang" in html
    channels = make_report().intake.channels.copy()
    channels.loc[channels["channel"] == "jaki", "accepted"] -= 3
    text = text_of(render_page(look(intake=replace(make_report().intake, channels=channels))))
    assert "jaki: selisih 3 pesan" in text
    assert "Tidak ada yang hilang" not in text


def test_a_failed_gate_is_shown_in_words_before_the_passed_ones(html: str, look: Look) -> None:
    text = text_of(html)
    assert "2 dari 3 pemeriksaan lulus" in text
    assert "✗ gagal kepadatan dari sedikitnya 30% di antara 5.000 gambar 1.234" in text
    assert text.index("Kesehatan kamera") < text.index("Neraca buku laporan")
    english = text_of(render_page(look(language("en"))))
    assert "✗ failed a density from at least 30% of the 5,000 pictures 1,234" in english


@pytest.mark.slow
def test_odd_text_is_escaped_everywhere(make_report: Build, look: Look, week_hours: pd.DataFrame) -> None:
    odd = "<b onload=x>&\"'{{7*7}}"
    named = week_hours.assign(area_name=week_hours["area_name"].replace("Taman Peoni", odd), kota_name=odd)
    gates = make_report().gates.assign(observed=odd)
    intake = replace(make_report().intake, channels=make_report().intake.channels.assign(channel=odd))
    forecast = replace(forecast_of(make_report, named), published_as="four_week_median", reason=odd)
    html = render_page(look(forecast=forecast, gates=gates, intake=intake, code_version=odd))
    assert "<b onload" not in html
    assert odd in text_of(html)
    assert not [found for found in Page(html).attributes if found[1].startswith("on")]


def test_an_unknown_frame_status_fails_loudly(make_report: Build, look: Look) -> None:
    with pytest.raises(ReportError, match="'stolen'"):
        render_page(look(cameras=replace(make_report().cameras, statuses={"good": 1, "stolen": 2})))


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
    assert "off by 0.091 on average (scale 0–1): 2% further off than the four-week median (0.089)" in text
    assert "7,392 measured kecamatan-hours" in text


@pytest.mark.slow
def test_what_is_published_instead_of_the_model_is_said(make_report: Build, look: Look) -> None:
    forecast = make_report().forecast
    assert isinstance(forecast, Forecast)
    text = text_of(render_page(look(forecast=replace(forecast, published_as="four_week_median", reason="skill 0.9"))))
    assert "Diterbitkan sebagai median empat minggu" in text
    assert "Alasan: skill 0.9." in text


def test_the_mail_has_its_subject_first_and_the_worst_areas(look: Look) -> None:
    view = look()
    subject, _, body = render_mail(view).partition("\n")
    assert subject == f"[DATA SINTETIS] Ramalan kemacetan {city().name}, 12–18 Oktober 2026"
    assert view.week is not None
    worst = view.week.top[0]
    assert f"1. {worst.window.area_name}: {worst.area.jam_hours} jam macet sepekan" in body
    assert view.statements["accuracy"] in body
    assert view.statements["calendar"] in body


@pytest.mark.slow
def test_the_mail_names_no_area_for_a_handful_of_hours(
    make_report: Build, look: Look, week_hours: pd.DataFrame
) -> None:
    quiet = week_hours.assign(jam_index=0.1, jam_probability=0.0, is_jam=False)
    hours = quiet["hour_start"].dt.hour.eq(17) & quiet["hour_start"].dt.day_of_week.lt(5)
    for name, days in (("Soka", 5), ("Kantil", 4)):
        of_area = hours & (quiet["area_name"] == name) & quiet["hour_start"].dt.day_of_week.lt(days)
        quiet.loc[of_area, ["jam_index", "jam_probability", "is_jam"]] = [0.77, 0.83, True]
    mail = render_mail(look(forecast=forecast_of(make_report, quiet)))
    assert "1. Soka: 5 jam macet sepekan" in mail
    assert "sedikitnya 5 jam macet sepekan yang disebut" in mail
    assert "2. " not in mail
    few = quiet.assign(is_jam=quiet["is_jam"] & quiet["hour_start"].dt.day_of_week.lt(4))
    mail = render_mail(look(forecast=forecast_of(make_report, few)))
    assert "Tidak ada kecamatan dengan sedikitnya 5 jam macet pekan ini." in mail
    assert "1. " not in mail
