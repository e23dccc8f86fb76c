"""The report's sentences that depend on its figures, in Indonesian.

Belongs here: how a figure is put into words, and the names of coded values.
Does not belong here: fixed text (templates/), number formats (indonesian.py).
"""

from assets.reports.indonesian import decimal, percent
from assets.reports.model import NoForecast, ReportError, Skill

# A difference in error below half a percent is noise to a planner.
LEVEL = 0.005

NO_FORECAST_REASONS = {
    NoForecast.NO_OBSERVATIONS: (
        "Tidak ada satu pun jam pengamatan kecamatan sampai batas data: tidak ada kamera terdaftar yang "
        "mengirim gambar terpakai, dan tidak ada riwayat dari sistem lama."
    ),
    NoForecast.HISTORY_TOO_SHORT: (
        "Pengamatan sudah masuk, tetapi riwayatnya belum cukup panjang untuk melatih dan menguji model."
    ),
    NoForecast.GATE_FAILED: (
        "Ramalan sudah dihitung, tetapi tidak lolos pemeriksaan mutu sehingga tidak diterbitkan. "
        "Pemeriksaan yang gagal tercantum di bawah."
    ),
}

FRAME_STATUSES = {
    "good": "baik",
    "dark": "gelap, tetap terpakai",
    "view_moved": "arah kamera bergeser",
    "blurred": "kabur atau lensa kotor",
    "frozen": "gambar membeku",
    "offline_card": "kartu kamera mati",
    "overexposed": "terlalu terang",
    "black": "hitam",
    "torn": "berkas rusak",
    "not_an_image": "bukan gambar",
    "unreachable": "tidak terjangkau",
    "missing": "tidak ada gambar",
}
USABLE_STATUSES = frozenset({"good", "dark"})


def certainty(probability: float) -> str:
    """Word for a probability; the page's method section lists the same steps.

    >>> [certainty(p) for p in (0.9, 0.7, 0.5, 0.3)]
    ['sangat mungkin', 'mungkin', 'agak mungkin', 'kurang pasti']
    """
    for lowest, word in ((0.8, "sangat mungkin"), (0.65, "mungkin"), (0.5, "agak mungkin")):
        if probability >= lowest:
            return word
    return "kurang pasti"


def comparison(skill: Skill) -> str:
    """How the model did beside the better baseline, said whichever way it went.

    >>> comparison(Skill(0.05, 0.08, 0.0625, 0.7, 0.8))
    '20% lebih tepat daripada pembanding terbaik (median empat minggu)'
    >>> comparison(Skill(0.05, 0.04, 0.06, 0.7, 0.8))
    '25% lebih meleset daripada pembanding terbaik (jam yang sama minggu lalu)'
    """
    name, best = min(
        ("median empat minggu", skill.mae_four_week_median),
        ("jam yang sama minggu lalu", skill.mae_same_hour_last_week),
        key=lambda baseline: baseline[1],
    )
    if best == 0:
        return f"pembanding terbaik ({name}) tidak meleset sama sekali"
    gain = 1 - skill.mae_model / best
    if abs(gain) < LEVEL:
        return f"setara dengan pembanding terbaik ({name})"
    direction = "lebih tepat" if gain > 0 else "lebih meleset"
    return f"{percent(abs(gain))} {direction} daripada pembanding terbaik ({name})"


def interval_verdict(share: float) -> str:
    """Whether the P10-P90 range kept its promise of 80% of the hours.

    >>> interval_verdict(0.81), interval_verdict(0.6), interval_verdict(0.95)
    ('sesuai janji', 'terlalu sempit', 'terlalu lebar')
    """
    if share < 0.75:
        return "terlalu sempit"
    return "terlalu lebar" if share > 0.85 else "sesuai janji"


def f1_words(jam_f1: float | None) -> str:
    """F1 of jammed hours, or why there is none.

    >>> f1_words(0.78)
    '0,78 dari 1'
    """
    return "tidak ada jam macet pada pekan itu" if jam_f1 is None else f"{decimal(jam_f1)} dari 1"


def frame_status_name(status: str) -> str:
    """Indonesian name of a frame status.

    Raises:
        ReportError: The status is unknown to this page.
    """
    if status not in FRAME_STATUSES:
        raise ReportError(f"unknown frame status {status!r}: name it in narrative.FRAME_STATUSES")
    return FRAME_STATUSES[status]
