"""How right the forecast was, in words.

Belongs here: sentences on errors, hits and ranges beside the plain rules. Does not belong here: the figures (skill.py).
"""

from assets.reports.language import Language, mark
from assets.reports.skill import AccuracySummary, Compared

# Errors that differ by less than two percent are level: a week of one city cannot tell them apart.
LEVEL = 0.02

RULES = {
    "four_week_median": mark("median empat minggu"),
    "same_hour_last_week": mark("jam yang sama minggu lalu"),
}


def comparison(error: Compared, words: Language) -> str:
    """How the model did beside the better rule, said whichever way it went.

    >>> from assets.reports.language import language
    >>> comparison(Compared(0.05, 0.08, 0.0625), language("id"))
    '20% lebih tepat daripada median empat minggu (0,062)'
    >>> comparison(Compared(0.05, 0.04, 0.06), language("id"))
    '25% lebih meleset daripada jam yang sama minggu lalu (0,040)'
    >>> comparison(Compared(0.0501, 0.08, 0.05), language("id"))
    'setara dengan median empat minggu (0,050)'
    """
    rule, best = min(error.rules.items(), key=lambda found: found[1])
    name, shown = words.gettext(RULES[rule]), words.decimal(best, 3)
    if best == 0:
        return words.gettext("pembanding terbaik (%(name)s) tidak meleset sama sekali", name=name)
    gain = 1 - error.model / best
    if abs(gain) < LEVEL:
        return words.gettext("setara dengan %(name)s (%(best)s)", name=name, best=shown)
    share = words.percent(abs(gain))
    if gain > 0:
        return words.gettext("%(share)s lebih tepat daripada %(name)s (%(best)s)", share=share, name=name, best=shown)
    return words.gettext("%(share)s lebih meleset daripada %(name)s (%(best)s)", share=share, name=name, best=shown)


def interval_verdict(share: float | None, words: Language) -> str:
    """Whether the P10-P90 range kept its promise of 80% of the hours.

    >>> from assets.reports.language import language
    >>> [interval_verdict(share, language("id")) for share in (0.81, 0.6, 0.95)]
    ['sesuai janji', 'terlalu sempit', 'terlalu lebar']
    """
    if share is None:
        return words.gettext("tidak ada jam macet pada pekan itu")
    if share < 0.75:
        return words.gettext("terlalu sempit")
    return words.gettext("terlalu lebar") if share > 0.85 else words.gettext("sesuai janji")


def accuracy_statement(accuracy: AccuracySummary | None, words: Language) -> str:
    """How right the last measured week was: first where it jams, then over all hours, then how often it was hit."""
    if accuracy is None:
        return words.gettext(
            "Belum ada pekan yang dapat dinilai: belum ada ramalan yang pekannya sudah selesai diukur."
        )
    week, skill = words.week_range(accuracy.week_start), accuracy.skill
    said = [
        words.gettext("Uji mundur pekan %(week)s.", week=week)
        if accuracy.is_hindcast
        else words.gettext("Ramalan pekan %(week)s.", week=week)
    ]
    if skill.jam_error is None:
        said.append(words.gettext("Tidak satu jam pun macet atau disebut macet."))
    else:
        said.append(
            words.gettext(
                "Pada %(hours)s jam macet meleset rata-rata %(error)s (skala 0–1): %(comparison)s.",
                hours=words.integer(skill.jam_hours),
                error=words.decimal(skill.jam_error.model, 3),
                comparison=comparison(skill.jam_error, words),
            )
        )
    said.append(
        words.gettext(
            "Pada semua jam meleset %(error)s: %(comparison)s.",
            error=words.decimal(skill.error.model, 3),
            comparison=comparison(skill.error, words),
        )
    )
    if skill.jam_f1 is not None:
        said.append(_hits(skill.jam_f1, words))
    said.append(
        words.gettext(
            "Jam-kecamatan macet: diharapkan %(expected)s, terukur %(jammed)s.",
            expected=words.rounded(accuracy.expected),
            jammed=words.integer(accuracy.jammed),
        )
    )
    return " ".join(said)


def _hits(jam_f1: Compared, words: Language) -> str:
    rule, best = max(jam_f1.rules.items(), key=lambda found: found[1])
    return words.gettext(
        "Menandai jam macet: F1 %(score)s, %(name)s %(best)s.",
        score=words.decimal(jam_f1.model, 3),
        name=words.gettext(RULES[rule]),
        best=words.decimal(best, 3),
    )


def backtest_statement(backtest: Compared | None, weeks: int, words: Language) -> str:
    """The errors of the backtest at training."""
    if backtest is None:
        return words.gettext("Riwayat belum cukup panjang untuk uji mundur.")
    return words.gettext(
        "Dalam uji mundur %(weeks)s pekan saat pelatihan, model meleset rata-rata %(model)s; median empat minggu "
        "%(median)s; jam yang sama minggu lalu %(last)s (skala 0–1, semua jam).",
        weeks=words.integer(weeks),
        model=words.decimal(backtest.model, 3),
        median=words.decimal(backtest.four_week_median, 3),
        last=words.decimal(backtest.same_hour_last_week, 3),
    )
