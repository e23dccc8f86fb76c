"""The weekly congestion report as a page, as a PDF and as a mail, all of one view.

Belongs here: filling the templates and typesetting.
Does not belong here: what is shown (view.py), how it is laid out (templates/).
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from assets.city import city
from assets.reports import accuracy_words, charts, narrative
from assets.reports.language import Language
from assets.reports.overview import MAIL_HOURS
from assets.reports.view import ReportView

TEMPLATES = Path(__file__).parent / "templates"


def render_page(view: ReportView) -> str:
    """One HTML page that needs no other file and no network."""
    environment = _environment(view.words, autoescape=True)
    return environment.get_template("weekly.html.j2").render(view=view, report=view.report)


def render_mail(view: ReportView) -> str:
    """The text of the mail that brings the PDF; its first line is the subject."""
    return (
        _environment(view.words, autoescape=False).get_template("weekly.txt.j2").render(view=view, report=view.report)
    )


def render_pdf(view: ReportView) -> bytes:
    """The same as a PDF on A4 paper.

    The fonts are those of matplotlib's wheel, so that every machine sets the same lines.
    """
    import typst
    from matplotlib import get_data_path

    source: bytes = typst_source(view).encode()
    return bytes(
        typst.compile(
            source,
            font_paths=typst.Fonts(
                include_system_fonts=False,
                include_embedded_fonts=False,
                font_paths=[Path(get_data_path()) / "fonts" / "ttf"],
            ),
            timestamp=int(view.report.as_of.timestamp()),
        )
    )


def typst_source(view: ReportView) -> str:
    """The PDF's source.

    Whatever the template prints becomes a literal of Typst's: a text can never be taken for markup or code.
    """
    environment = _environment(view.words, autoescape=False, finalize=literal)
    style = environment.get_template("_charts.css.j2").render()

    def picture(chart: Markup) -> str:
        font = "svg text{font-family:'DejaVu Sans'}"
        standing = str(chart).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        return standing.replace(">", f"><style>{font}{style}</style>", 1)

    environment.filters["picture"] = picture
    return environment.get_template("weekly.typ.j2").render(view=view, report=view.report)


def literal(value: object) -> str:
    """A value as Typst writes it.

    >>> literal("#panic()"), literal(3), literal(None), literal(True), literal(["a", 1])
    ('"#panic()"', '3', 'none', 'true', '("a", 1,)')
    """
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return "(" + "".join(f"{literal(item)}, " for item in value).rstrip() + ")"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


@cache
def _environment(
    words: Language, *, autoescape: bool, finalize: Callable[[object], object] | None = None
) -> jinja2.Environment:
    """The templates of one language; they are compiled when they are first filled."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=autoescape,  # noqa: S701 - off for what is no HTML: plain mail, and literals of Typst's
        finalize=finalize,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(words.translations, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    environment.filters.update(words.formatters())
    environment.globals.update(
        words=words,
        publisher=city().publisher,
        has_odd_even=city().has_odd_even,
        hour_range=words.hour_range,
        short_hour_range=words.short_hour_range,
        period_range=words.period_range,
        certainty=lambda probability: narrative.certainty(probability, words),
        interval_verdict=lambda share: accuracy_words.interval_verdict(share, words),
        area_change=lambda change: narrative.area_change(change, words),
        mail_hours=MAIL_HOURS,
        mail_minimum=lambda: narrative.mail_minimum(MAIL_HOURS, words),
        legend=lambda threshold: charts.legend(threshold, words),
        jam_mark=lambda: charts.jam_mark(words),
    )
    return environment
