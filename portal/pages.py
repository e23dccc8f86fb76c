"""What every page shares: its language, its frame, and how a template is filled.

Belongs here: the template environment. Does not belong here: any page's content (its own module).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode

import jinja2

from assets.city import city
from assets.clock import city_zone, zone_name
from assets.reports.language import Language, language
from portal.quality import rows_behind
from portal.state import CityState

TEMPLATES = Path(__file__).parent / "templates"
CATALOGUES = Path(__file__).parent / "locale"


@dataclass(frozen=True)
class Reader:
    """Who reads: in which language, under which addresses.

    Attributes:
        words: The language.
        path: The page's address without the language.
        query: What the page depends on behind its address.
    """

    words: Language
    path: str
    query: Mapping[str, str] = field(default_factory=dict)

    def link(self, path: str) -> str:
        """Address of a page in the reader's language."""
        return path if self.words.code == "id" else f"/{self.words.code}{path}"

    @property
    def other(self) -> str:
        """Address of this page in the other language, with what it depends on.

        >>> Reader(language("id", CATALOGUES), "/pilar", {"wilayah": "31.71"}).other
        '/en/pilar?wilayah=31.71'
        """
        asked = f"?{urlencode(self.query)}" if self.query else ""
        return f"{'' if self.words.code == 'en' else '/en'}{self.path}{asked}"


def reader_of(path: str) -> Reader:
    r"""Who reads a page, from its address: `/en/...` is English.

    Its path is one of this host, whatever the address was: a browser takes `//host` and `/\host` for another one.

    >>> reader_of("/en/macet").path, reader_of("/en/macet").words.code, reader_of("/macet").words.code
    ('/macet', 'en', 'id')
    >>> reader_of("/en//host/a?b").path, reader_of("/en/\\host").path
    ('/host/a%3Fb', '/host')
    """
    code, path = ("en", path[3:]) if path == "/en" or path.startswith("/en/") else ("id", path)
    return Reader(language(code, CATALOGUES), "/" + quote(path.lstrip("/\\")))


def render(template: str, reader: Reader, state: CityState | None, **values: object) -> str:
    """Fill a template.

    Args:
        template: Its name.
        reader: Who reads.
        state: What is published; None for a page that shows no figure.
        values: What it shows.
    """
    environment = _environment(reader.words.code)
    return environment.get_template(template).render(reader=reader, link=reader.link, state=state, **values)


@cache
def _environment(code: str) -> jinja2.Environment:
    words = language(code, CATALOGUES)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(words.translations, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    environment.globals.update(words=words, rows_behind=rows_behind, served_city=city(), zone=zone_name())
    environment.filters.update(words.formatters())
    environment.filters["lasting"] = lambda span: lasting(span, words)
    environment.filters["short_moment"] = lambda instant: short_moment(instant, words)
    return environment


def lasting(span: timedelta, words: Language) -> str:
    """A time in the two units that people would say.

    >>> lasting(timedelta(days=2, hours=5, minutes=9), language("id", CATALOGUES))
    '2 hari 5 jam'
    """
    minutes = max(int(span.total_seconds()) // 60, 0)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = []
    if days:
        parts.append(words.ngettext("%(num)s hari", "%(num)s hari", days))
    if hours and days < 14:
        parts.append(words.ngettext("%(num)s jam", "%(num)s jam", hours))
    if not days and (rest or not hours):
        parts.append(words.ngettext("%(num)s menit", "%(num)s menit", rest))
    return " ".join(parts)


def short_moment(instant: datetime, words: Language) -> str:
    """Day, month and time of day in the city.

    >>> short_moment(datetime.fromisoformat("2026-10-08T23:05:00+00:00"), language("id", CATALOGUES))
    '9 Okt 2026, 06.05'
    """
    local = instant.astimezone(city_zone())
    return f"{words.brief_date(local.date())} {local.year}, {words.clock(local.hour, local.minute)}"
