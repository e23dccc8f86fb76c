"""The gates' results in the report's language.

Belongs here: the name of each check and what it expects, by the gate and the subject that it is kept under, and how
what was found is read. Does not belong here: the checks (*/expectations.py, traffic/gate.py), their query (read.py).

Gates keep their results in English, for the people who run the platform. The figures in such a text are put into the
sentence here, in their order. A check that is not named here is shown as it was kept; a test finds it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assets.reports.language import Language, mark

# The channel stands in the subject.
NEWEST_BATCH = "newest batch of "


@dataclass(frozen=True)
class Check:
    """What a check is called and expects; %(first)s and %(second)s are the figures of the English text."""

    name: str
    expected: str


CHECKS: Mapping[tuple[str, str], Check] = {
    ("intake", NEWEST_BATCH): Check(
        mark("Kiriman terbaru %(channel)s"),
        mark("sedikitnya %(first)s rekaman bernomor dan terbaca"),
    ),
    ("triage", "balance of the ledger"): Check(
        mark("Neraca buku laporan"),
        mark("masuk = diterima + dikembalikan + ditolak + disisihkan + menunggu, tiap kanal"),
    ),
    ("triage", "tracking numbers"): Check(
        mark("Nomor lacak"),
        mark("satu nomor lacak untuk setiap laporan"),
    ),
    ("channel_watch", "silence of channels"): Check(
        mark("Kanal yang diam"),
        mark("tidak ada kanal diam lebih lama daripada biasanya pada jam ini dalam %(first)s pekan"),
    ),
    ("channel_watch", "live sources"): Check(
        mark("Sumber langsung"),
        mark("tidak ada rentang waktu yang masih harus diambil ulang"),
    ),
    ("clock_watch", "clocks of channels"): Check(
        mark("Jam kanal"),
        mark("jam sepi malam hari (%(zone)s) tiap kanal bergeser paling banyak %(first)s jam"),
    ),
    ("sms_clock", "sms"): Check(
        mark("Jam gerbang SMS"),
        mark("jam gerbang SMS cocok dengan zonanya"),
    ),
    ("events_watch", "status events"): Check(
        mark("Kejadian status CRM"),
        mark("tidak ada kejadian status yang tertahan: setiap status dan unit dikenal"),
    ),
    ("events_watch", "the CRM's list of status events"): Check(
        mark("Daftar kejadian CRM"),
        mark("tidak ada rentang waktu CRM yang masih harus diambil ulang"),
    ),
    ("sweep", "panel of the sweep"): Check(
        mark("Kelengkapan sapuan kamera"),
        mark("%(first)s slot untuk setiap kamera dan hari"),
    ),
    ("sweep", "health of the cameras"): Check(
        mark("Kesehatan kamera"),
        mark("kepadatan dari sedikitnya %(first)s di antara %(second)s gambar"),
    ),
    ("slot", "panel of the slot"): Check(
        mark("Kelengkapan slot terbaru"),
        mark("satu baris untuk setiap kamera langsung (%(first)s)"),
    ),
    ("slot", "health of the live cameras"): Check(
        mark("Kesehatan kamera langsung"),
        mark("gambar terpakai dari sedikitnya %(first)s di antara %(second)s kamera"),
    ),
    ("forecast", "hours"): Check(
        mark("Ramalan: kelengkapan"),
        mark("%(first)s jam untuk setiap kecamatan"),
    ),
    ("forecast", "lowest"): Check(
        mark("Ramalan: batas bawah"),
        mark("indeks kemacetan sedikitnya %(first)s"),
    ),
    ("forecast", "highest"): Check(
        mark("Ramalan: batas atas"),
        mark("indeks kemacetan paling banyak %(first)s"),
    ),
    ("forecast", "crossed_intervals"): Check(
        mark("Ramalan: urutan rentang"),
        mark("P10 di bawah P90"),
    ),
    ("forecast", "empty_hours"): Check(
        mark("Ramalan: jam kosong"),
        mark("nilai dan peluang untuk setiap jam"),
    ),
    ("forecast", "error_ratio"): Check(
        mark("Ramalan: kesalahan uji mundur"),
        mark("paling banyak %(first)s kali kesalahan median empat minggu"),
    ),
    ("forecast", "coverage"): Check(
        mark("Ramalan: rentang uji mundur"),
        mark("sedikitnya %(first)s jam di dalam rentang %(second)s%%"),
    ),
    ("expected_counts", "marts and weeks"): Check(
        mark("Jumlah baris kota contoh"),
        mark("tidak ada tabel dan pekan yang jumlah barisnya lain daripada yang ditinjau"),
    ),
    ("dbt", "dbt"): Check(
        mark("Uji tabel"),
        mark("%(first)s uji tanpa satu baris pun yang menyimpang"),
    ),
}

_FIGURE = re.compile(r"(?<![\w.])\d+(?:\.\d+)?%?(?!\w)")
_ROWS = re.compile(r"(?P<count>\d+) of (?P<all>\d+) rows against it(?:: (?P<shown>.*))?", re.DOTALL)
_TESTS = re.compile(r"(?P<count>\d+) of (?P<all>\d+) tests failed")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def check_in_words(row: Mapping[str, Any], words: Language) -> dict[str, Any]:
    """One gate's result as the report shows it.

    Args:
        row: Columns ``model.GATE_COLUMNS``.
        words: Language.
    """
    subject, channel = str(row["subject"]), ""
    if subject.startswith(NEWEST_BATCH):
        subject, channel = NEWEST_BATCH, subject.removeprefix(NEWEST_BATCH)
    check = CHECKS.get((str(row["gate"]), subject))
    name, expected = f"{row['gate']}: {row['subject']}", str(row["expected"])
    if check is not None:
        name = words.gettext(check.name, channel=channel)
        expected = _expected(check, expected, words)
    passed = row["passed"]
    return {
        "name": name,
        "passed": None if passed is None else bool(passed),
        "expected": expected,
        "found": found_in_words(str(row["observed"]), words),
        "evaluated_at": row["evaluated_at"],
    }


def _expected(check: Check, kept: str, words: Language) -> str:
    """The sentence with the figures of the text that was kept; that text where a figure is missing."""
    figures = [_figure(figure, words) for figure in _FIGURE.findall(kept)]
    values = dict(zip(("first", "second"), figures, strict=False))
    try:
        return words.gettext(check.expected, **values)
    except KeyError:
        return kept


def found_in_words(observed: str, words: Language) -> str:
    """What a gate found, without the reason that it was kept with; what is said in no known way stays as it is.

    >>> from assets.reports.language import language
    >>> found_in_words("3 of 44 rows against it: 31.71.01; late", language("id"))
    '3 dari 44 baris menyimpang: 31.71.01'
    >>> found_in_words("0.95", language("id"))
    '0,95'
    """
    first, _, _ = observed.partition("; ")
    if matched := _ROWS.fullmatch(first):
        told = words.gettext("%(count)s dari %(all)s baris menyimpang", **_counts(matched, words))
        return f"{told}: {matched['shown']}" if matched["shown"] else told
    if matched := _TESTS.fullmatch(first):
        return words.gettext("%(count)s dari %(all)s uji gagal", **_counts(matched, words))
    if first in ("nothing", "no difference"):
        return words.gettext("tidak ada")
    return _figure(first, words) if _NUMBER.fullmatch(first) else observed


def _counts(matched: re.Match[str], words: Language) -> dict[str, str]:
    return {name: words.integer(int(matched[name])) for name in ("count", "all")}


def _figure(figure: str, words: Language) -> str:
    number, share = figure.removesuffix("%"), "%" if figure.endswith("%") else ""
    decimals = number.partition(".")[2].rstrip("0")
    shown = words.decimal(float(number), min(len(decimals), 3)) if decimals else words.integer(round(float(number)))
    return shown + share
