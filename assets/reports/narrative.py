"""The report's sentences that depend on its figures.

Belongs here: how a figure is put into words, and the names of coded values; both the page and the PDF say these.
Does not belong here: fixed text (templates/), number formats (language.py), the figures (overview.py).
"""

from collections.abc import Mapping, Sequence

from assets.reports.language import Language, mark
from assets.reports.model import (
    AccuracySummary,
    Beside,
    Coverage,
    Forecast,
    LastWeek,
    NoForecast,
    ReportError,
    Skill,
    WeeklyReport,
)
from assets.reports.overview import Change, Trust

# A difference in error below half a percent is noise to a planner.
LEVEL = 0.005

# Names in one sentence; more are in the table.
NAMES = 4

NO_FORECAST_REASONS = {
    NoForecast.NO_OBSERVATIONS: mark(
        "Tidak ada satu pun jam pengamatan kecamatan sampai batas data: tidak ada kamera terdaftar yang "
        "mengirim gambar terpakai, dan tidak ada riwayat dari sistem lama."
    ),
    NoForecast.HISTORY_TOO_SHORT: mark(
        "Pengamatan sudah masuk, tetapi riwayatnya belum cukup panjang untuk melatih dan menguji model."
    ),
    NoForecast.GATE_FAILED: mark(
        "Ramalan sudah dihitung, tetapi tidak lolos pemeriksaan mutu sehingga tidak diterbitkan. "
        "Pemeriksaan yang gagal tercantum di bawah."
    ),
}

FRAME_STATUSES = {
    "good": mark("baik"),
    "dark": mark("gelap, tetap terpakai"),
    "view_moved": mark("arah kamera bergeser"),
    "blurred": mark("kabur atau lensa kotor"),
    "frozen": mark("gambar membeku"),
    "offline_card": mark("kartu kamera mati"),
    "overexposed": mark("terlalu terang"),
    "black": mark("hitam"),
    "torn": mark("berkas rusak"),
    "not_an_image": mark("bukan gambar"),
    "unreachable": mark("tidak terjangkau"),
    "missing": mark("tidak ada gambar"),
}
USABLE_STATUSES = frozenset({"good", "dark"})

TRUST_NAMES = {
    Trust.CAMERAS: mark("kamera"),
    Trust.HISTORY: mark("sistem lama"),
    Trust.GAPS: mark("banyak jam kosong"),
    Trust.POOLED: mark("pola wilayah lain"),
    Trust.NOTHING: mark("tanpa data"),
}
# Parts of a forecast (forecast.runs.blend), in the order in which they are said.
BLEND_PARTS = {
    "gradient_boosting": mark("gradient boosting"),
    "four_week_median": mark("median empat minggu"),
    "four_week_median_at_last_level": mark("median empat minggu pada tingkat minggu terakhir"),
}
DOUBTFUL = (Trust.NOTHING, Trust.POOLED, Trust.GAPS)


def no_forecast_reason(forecast: Forecast | NoForecast, words: Language) -> str:
    """Why there is no forecast; empty where there is one."""
    return "" if isinstance(forecast, Forecast) else words.gettext(NO_FORECAST_REASONS[forecast])


def certainty(probability: float, words: Language) -> str:
    """Word for a probability; the page's method section lists the same steps.

    >>> from assets.reports.language import language
    >>> [certainty(p, language("id")) for p in (0.9, 0.7, 0.5, 0.3)]
    ['sangat mungkin', 'mungkin', 'agak mungkin', 'kurang pasti']
    """
    if probability >= 0.8:
        return words.gettext("sangat mungkin")
    if probability >= 0.65:
        return words.gettext("mungkin")
    return words.gettext("agak mungkin") if probability >= 0.5 else words.gettext("kurang pasti")


def comparison(skill: Skill, words: Language) -> str:
    """How the model did beside the better baseline, said whichever way it went.

    >>> from assets.reports.language import language
    >>> comparison(Skill(0.05, 0.08, 0.0625, 0.7, 0.8), language("id"))
    '20% lebih tepat daripada pembanding terbaik (median empat minggu)'
    >>> comparison(Skill(0.05, 0.04, 0.06, 0.7, 0.8), language("id"))
    '25% lebih meleset daripada pembanding terbaik (jam yang sama minggu lalu)'
    """
    name, best = min(
        (words.gettext("median empat minggu"), skill.mae_four_week_median),
        (words.gettext("jam yang sama minggu lalu"), skill.mae_same_hour_last_week),
        key=lambda baseline: baseline[1],
    )
    if best == 0:
        return words.gettext("pembanding terbaik (%(name)s) tidak meleset sama sekali", name=name)
    gain = 1 - skill.mae_model / best
    if abs(gain) < LEVEL:
        return words.gettext("setara dengan pembanding terbaik (%(name)s)", name=name)
    share = words.percent(abs(gain))
    if gain > 0:
        return words.gettext("%(share)s lebih tepat daripada pembanding terbaik (%(name)s)", share=share, name=name)
    return words.gettext("%(share)s lebih meleset daripada pembanding terbaik (%(name)s)", share=share, name=name)


def interval_verdict(share: float, words: Language) -> str:
    """Whether the P10-P90 range kept its promise of 80% of the hours.

    >>> from assets.reports.language import language
    >>> [interval_verdict(share, language("id")) for share in (0.81, 0.6, 0.95)]
    ['sesuai janji', 'terlalu sempit', 'terlalu lebar']
    """
    if share < 0.75:
        return words.gettext("terlalu sempit")
    return words.gettext("terlalu lebar") if share > 0.85 else words.gettext("sesuai janji")


def f1_words(jam_f1: float | None, words: Language) -> str:
    """F1 of jammed hours, or why there is none.

    >>> from assets.reports.language import language
    >>> f1_words(0.78, language("id"))
    '0,78 dari 1'
    """
    if jam_f1 is None:
        return words.gettext("tidak ada jam macet pada pekan itu")
    return words.gettext("%(score)s dari 1", score=words.decimal(jam_f1))


def accuracy_statement(accuracy: AccuracySummary | None, words: Language) -> str:
    """How right the last measured week was, in a sentence."""
    if accuracy is None:
        return words.gettext(
            "Belum ada pekan yang dapat dinilai: belum ada ramalan yang pekannya sudah selesai diukur."
        )
    values = {
        "week": words.week_range(accuracy.week_start),
        "error": words.decimal(accuracy.skill.mae_model),
        "comparison": comparison(accuracy.skill, words),
    }
    if accuracy.is_hindcast:
        return words.gettext(
            "Uji mundur pekan %(week)s: meleset rata-rata %(error)s dari skala 0–1; %(comparison)s.", **values
        )
    return words.gettext("Pekan %(week)s ramalan meleset rata-rata %(error)s dari skala 0–1; %(comparison)s.", **values)


def change_statement(rows: Sequence[Change], last_week: LastWeek | None, words: Language) -> str:
    """What changes against the last measured week, in two sentences."""
    if last_week is None or not rows:
        return words.gettext("Belum ada pekan terukur yang utuh untuk dibandingkan.")
    before, after = sum(row.measured_hours for row in rows), sum(row.forecast_hours for row in rows)
    said = [
        words.gettext(
            "Diramalkan %(after)s jam-kecamatan macet, terukur %(before)s pada pekan %(week)s (%(difference)s), di "
            "%(areas)s kecamatan yang dapat dibandingkan.",
            after=words.integer(after),
            before=words.integer(before),
            week=words.week_range(last_week.week_start),
            difference=words.signed(after - before),
            areas=words.integer(len(rows)),
        )
    ]
    more, fewer = _named(rows, 1, words), _named(rows, -1, words)
    if more:
        said.append(words.gettext("Paling bertambah: %(areas)s.", areas=more))
    if fewer:
        said.append(words.gettext("Paling berkurang: %(areas)s.", areas=fewer))
    return " ".join(said)


def _named(rows: Sequence[Change], sign: int, words: Language) -> str:
    chosen = [row for row in rows if row.difference * sign > 0][:NAMES]
    return ", ".join(f"{row.area_name} {words.signed(row.difference)}" for row in chosen)


def trust_statement(coverage: Coverage | None, trusted: dict[str, Trust], words: Language) -> str:
    """What the forecast rests on and what to distrust, in two sentences."""
    if coverage is None:
        return words.gettext("Belum ada jam terukur: tidak satu angka pun bersandar pada pengamatan.")
    rests = words.gettext(
        "%(seen)s dari %(areas)s kecamatan punya kamera yang sehat pekan lalu; riwayat %(history)s kecamatan terutama "
        "dari sistem lama.",
        seen=words.integer(int((coverage.areas["healthy_cameras"] > 0).sum())),
        areas=words.integer(len(coverage.areas)),
        history=words.integer(sum(found is Trust.HISTORY for found in trusted.values())),
    )
    names = dict(zip(coverage.areas["area_code"], coverage.areas["area_name"], strict=True))
    doubtful = [
        f"{names[code]} ({trust_name(kind, words)})"
        for wanted in DOUBTFUL
        for code, kind in trusted.items()
        if kind is wanted
    ]
    if not doubtful:
        return rests
    listed = ", ".join(doubtful[:NAMES])
    if len(doubtful) > NAMES:
        listed = words.gettext("%(areas)s dan %(num)s lainnya", areas=listed, num=words.integer(len(doubtful) - NAMES))
    doubted = words.gettext("Jangan dijadikan dasar: %(areas)s.", areas=listed)
    return f"{rests} {doubted}"


def trust_name(kind: Trust, words: Language) -> str:
    """What an area's figures rest on, in a word or two."""
    return words.gettext(TRUST_NAMES[kind])


def published_statement(forecast: Forecast, words: Language) -> str:
    """Said where what is published is not the new model; empty otherwise."""
    if forecast.published_as == "model":
        return ""
    if forecast.published_as == "last_good":
        said = words.gettext(
            "Diterbitkan dengan model pekan sebelumnya, karena model baru tidak lolos pemeriksaan mutu."
        )
    else:
        said = words.gettext(
            "Diterbitkan sebagai median empat minggu, karena tidak ada model yang lolos pemeriksaan mutu."
        )
    if not forecast.reason:
        return said
    reason = words.gettext("Alasan: %(reason)s.", reason=forecast.reason.rstrip("."))
    return f"{said} {reason}"


def beside_statement(beside: Beside, words: Language) -> str:
    """Whether tickets are written where and when it jams, in two sentences."""
    areas = beside.areas
    tickets, inside = int(areas["tickets"].sum()), int(areas["tickets_in_jam_hours"].sum())
    if not tickets:
        return words.gettext("Tidak ada tilang yang tercatat pada periode ini.")
    said = words.gettext(
        "%(inside)s dari %(tickets)s tilang (%(share)s) tertulis pada jam macet di kecamatannya.",
        inside=words.integer(inside),
        tickets=words.integer(tickets),
        share=words.percent(inside / tickets),
    )
    jammed = areas[areas["jam_hours"] > 0].sort_values(["jam_hours", "area_name"], ascending=[False, True])
    without = jammed.loc[jammed["tickets_in_jam_hours"] == 0, "area_name"].tolist()
    if not without:
        return said
    listed = ", ".join(str(name) for name in without[:NAMES])
    rest = words.gettext(
        "%(num)s kecamatan macet tanpa satu tilang pun pada jam macetnya; terbanyak: %(areas)s.",
        num=words.integer(len(without)),
        areas=listed,
    )
    return f"{said} {rest}"


def method_paragraphs(report: WeeklyReport, forecast: Forecast, words: Language) -> list[str]:
    """How the figures are made."""
    index = words.gettext(
        "Indeks kemacetan berjalan dari 0 (arus bebas) sampai 1 (berhenti total), tiap kecamatan dan jam, dari "
        "kepadatan di gambar kamera dan riwayat sistem lama. Satu jam disebut macet bila indeksnya sedikitnya "
        "%(threshold)s, atau bila peluang macetnya sedikitnya 50%%. Rentang macet adalah jam-jam macet yang berurutan "
        "dalam satu hari; indeks dan peluangnya berlaku untuk seluruh kecamatan, bukan untuk satu ruas jalan. Peluang "
        "dalam kata: sangat mungkin mulai 80%%, mungkin mulai 65%%, agak mungkin mulai 50%%, di bawahnya kurang pasti. "
        "Rentang P10–P90 seharusnya memuat delapan dari sepuluh nilai sebenarnya.",
        threshold=words.decimal(report.jam_threshold),
    )
    model = words.gettext(
        "Model: %(model)s, dilatih dengan data %(training)s. Batas data %(cutoff)s: tidak ada nilai sesudahnya yang "
        "dipakai. Jam tanpa pengamatan dibiarkan kosong: tidak melatih model dan tidak pernah menyatakan macet. "
        "%(backtest)s Ramalan adalah dugaan terbaik dari pola lalu lintas dan hari libur; kecelakaan, banjir dan acara "
        "mendadak tidak diketahui model.",
        model=blend_words(forecast.blend, words),
        training=words.period_range(forecast.training.start, forecast.training.end),
        cutoff=words.moment(forecast.cutoff),
        backtest=_backtest(forecast, words),
    )
    return [index, model]


def blend_words(blend: Mapping[str, float], words: Language) -> str:
    """The parts of a forecast with their weights, without those below half a percent.

    Raises:
        ReportError: A part is unknown to this page.

    >>> from assets.reports.language import language
    >>> blend_words({"gradient_boosting": 0.75, "four_week_median": 0.25}, language("en"))
    'gradient boosting 75%, four-week median 25%'
    """
    unknown = sorted(blend.keys() - BLEND_PARTS.keys())
    if unknown:
        raise ReportError(f"unknown part of a forecast {unknown[0]!r}: name it in narrative.BLEND_PARTS")
    said = [
        f"{words.gettext(name)} {blend[part]:.0%}" for part, name in BLEND_PARTS.items() if round(blend.get(part, 0), 2)
    ]
    return ", ".join(said) or words.gettext("bobotnya tidak tercatat")


def _backtest(forecast: Forecast, words: Language) -> str:
    if forecast.backtest is None:
        return words.gettext("Riwayat belum cukup panjang untuk uji mundur.")
    return words.gettext(
        "Dalam uji mundur %(weeks)s pekan saat pelatihan, model meleset rata-rata %(model)s; median empat minggu "
        "%(median)s; jam yang sama minggu lalu %(last)s (skala 0–1).",
        weeks=words.integer(forecast.backtest_weeks),
        model=words.decimal(forecast.backtest.mae_model, 3),
        median=words.decimal(forecast.backtest.mae_four_week_median, 3),
        last=words.decimal(forecast.backtest.mae_same_hour_last_week, 3),
    )


def frame_status_name(status: str, words: Language) -> str:
    """Name of a frame status.

    Raises:
        ReportError: The status is unknown to this page.
    """
    if status not in FRAME_STATUSES:
        raise ReportError(f"unknown frame status {status!r}: name it in narrative.FRAME_STATUSES")
    return words.gettext(FRAME_STATUSES[status])
