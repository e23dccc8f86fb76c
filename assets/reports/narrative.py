"""The report's sentences that depend on its figures.

Belongs here: how a figure is put into words, and the names of coded values; both the page and the PDF say these.
Does not belong here: how right it was (accuracy_words.py), the calendar (ahead_words.py), checks (check_words.py),
fixed text (templates/), number formats (language.py), the figures (overview.py).
"""

from collections.abc import Mapping, Sequence

from assets.reports.accuracy_words import backtest_statement
from assets.reports.contract import ReportError
from assets.reports.language import Language, mark
from assets.reports.model import (
    Beside,
    Coverage,
    Forecast,
    Intake,
    LastWeek,
    NoForecast,
    WeeklyReport,
)
from assets.reports.overview import Change, Trust

# A channel that returns half of its reports is not understood by those who use it.
RETURNED = 0.5

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
# A slot in which no sweep asked the cameras; no status of a frame.
UNSWEPT = "unswept"
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
    "like_days": mark("median empat minggu bersama hari-hari sejenis"),
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


def change_statement(rows: Sequence[Change], last_week: LastWeek | None, words: Language) -> str:
    """What is expected against the last measured week and a usual one, on the same hours of the same areas."""
    if last_week is None or not rows:
        return words.gettext("Belum ada pekan terukur yang utuh untuk dibandingkan.")
    before, after = sum(row.measured_hours for row in rows), sum(row.expected_hours for row in rows)
    said = [
        words.gettext(
            "Diharapkan %(after)s jam-kecamatan macet; pada jam-jam yang sama terukur %(before)s di pekan %(week)s "
            "(%(difference)s), di %(areas)s kecamatan yang dapat dibandingkan.",
            after=words.rounded(after),
            before=words.integer(before),
            week=words.week_range(last_week.week_start),
            difference=words.gap(after, before),
            areas=words.integer(len(rows)),
        )
    ]
    then = [row.expected_then for row in rows if row.expected_then is not None]
    if len(then) == len(rows):
        said.append(words.gettext("Ramalan bagi pekan itu sendiri: %(hours)s.", hours=words.rounded(sum(then))))
    known = [(row.expected_hours, row.usual_hours) for row in rows if row.usual_hours is not None]
    if known:
        usual = sum(hours for _, hours in known)
        said.append(
            words.gettext(
                "Pekan biasa dari empat pekan terakhir: %(usual)s (%(difference)s).",
                usual=words.rounded(usual),
                difference=words.gap(sum(expected for expected, _ in known), usual),
            )
        )
    more, fewer = _named(rows, 1, words), _named(rows, -1, words)
    if more:
        said.append(words.gettext("Paling bertambah: %(areas)s.", areas=more))
    if fewer:
        said.append(words.gettext("Paling berkurang: %(areas)s.", areas=fewer))
    return " ".join(said)


def _named(rows: Sequence[Change], sign: int, words: Language) -> str:
    # What rounds to nothing is no change.
    chosen = [row for row in rows if round(row.difference) * sign > 0][:NAMES]
    return ", ".join(f"{row.area_name} {words.gap(row.expected_hours, row.measured_hours)}" for row in chosen)


def area_change(change: Change, words: Language) -> str:
    """What is expected of one area beside last week and a usual one, for the head of its part."""
    said = words.gettext(
        "diharapkan %(expected)s, pekan lalu terukur %(measured)s",
        expected=words.rounded(change.expected_hours),
        measured=words.integer(change.measured_hours),
    )
    if change.usual_hours is None:
        return said
    usual = words.gettext("biasanya %(hours)s", hours=words.rounded(change.usual_hours))
    return f"{said}, {usual}"


def mail_minimum(hours: int, words: Language) -> str:
    """From how many jam hours on the mail names an area."""
    return words.gettext(
        "Hanya kecamatan dengan sedikitnya %(hours)s jam macet sepekan yang disebut.", hours=words.integer(hours)
    )


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
    """Whether tickets are written where and when it jams, and how many name no kecamatan."""
    areas = beside.areas
    placed, inside = int(areas["tickets"].sum()), int(areas["tickets_in_jam_hours"].sum())
    tickets = placed + beside.unplaced["tickets"]
    if not tickets:
        return words.gettext("Tidak ada tilang yang tercatat pada periode ini.")
    said = [
        words.gettext(
            "%(inside)s dari %(tickets)s tilang (%(share)s) tertulis pada jam macet di kecamatannya.",
            inside=words.integer(inside),
            tickets=words.integer(tickets),
            share=words.percent(inside / tickets),
        )
    ]
    if beside.unplaced["tickets"]:
        said.append(
            words.gettext(
                "%(num)s tilang tidak menyebut kecamatan yang dikenal.", num=words.integer(beside.unplaced["tickets"])
            )
        )
    jammed = areas[areas["jam_hours"] > 0].sort_values(["jam_hours", "area_name"], ascending=[False, True])
    without = jammed.loc[jammed["tickets_in_jam_hours"] == 0, "area_name"].tolist()
    if without:
        said.append(
            words.gettext(
                "%(num)s kecamatan macet tanpa satu tilang pun pada jam macetnya; terbanyak: %(areas)s.",
                num=words.integer(len(without)),
                areas=", ".join(str(name) for name in without[:NAMES]),
            )
        )
    return " ".join(said)


def intake_statements(intake: Intake, words: Language) -> list[str]:
    """Channels that return at least half of the reports that they bring, all of them first."""
    said = []
    for row in intake.channels.to_dict("records"):
        returned, decided = int(row["returned"]), int(row["accepted"] + row["returned"] + row["rejected"])
        if returned < RETURNED * decided or not returned:
            continue
        values = {"channel": row["channel"], "returned": words.integer(returned), "decided": words.integer(decided)}
        if returned == decided:
            told = words.gettext(
                "%(channel)s mengembalikan 100%% laporannya (%(returned)s dari %(decided)s): tidak satu pun diterima.",
                **values,
            )
        else:
            share = words.percent(returned / decided)
            told = words.gettext(
                "%(channel)s mengembalikan %(share)s laporannya (%(returned)s dari %(decided)s).", share=share, **values
            )
        said.append((-returned / decided, told))
    return [told for _, told in sorted(said)]


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
        backtest=backtest_statement(forecast.backtest, forecast.backtest_weeks, words),
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


def frame_status_name(status: str, words: Language) -> str:
    """Name of a frame status.

    Raises:
        ReportError: The status is unknown to this page.
    """
    if status not in FRAME_STATUSES:
        raise ReportError(f"unknown frame status {status!r}: name it in narrative.FRAME_STATUSES")
    return words.gettext(FRAME_STATUSES[status])
