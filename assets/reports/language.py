"""The report's languages: sentences by gettext, numbers and days by CLDR.

Belongs here: how a value is written and a sentence found in a language. Indonesian is the language of the sources;
another one is a catalogue (locale/<code>.po), read as it is.
Does not belong here: the sentences (narrative.py, templates/).

Of any sentence `%(city)s` is the city's name, `%(zone)s` how its zone is written, `%(utc)s` the zone's
distance to UTC, and `%(prefix)s` what a tracking number begins with.
"""

import gettext
import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path

from babel.core import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from assets.city import city
from assets.clock import city_zone, zone_name

SOURCE = "id"
LANGUAGES = ("id", "en")
LOCALES = Path(__file__).parent / "locale"
NOT_MEASURED = "–"

# CLDR's territory settles the order of day and month, and the comma.
TERRITORIES = {"id": "id_ID", "en": "en_GB"}


def mark(message: str) -> str:
    """Mark a message for the catalogues where it stands in a table; whoever shows it looks it up."""
    return message


@dataclass(frozen=True)
class Language:
    """One language of the report.

    Attributes:
        code: ISO 639-1.
        locale: Of CLDR.
        translations: The catalogue; for the source language there is none.
    """

    code: str
    locale: Locale
    translations: gettext.NullTranslations

    def gettext(self, message: str, **values: object) -> str:
        """The message in this language with its values put in."""
        return self.translations.gettext(message) % values

    def ngettext(self, one: str, many: str, num: int, **values: object) -> str:
        """The message for a count; `num` stands in it as the language writes numbers."""
        return self.translations.ngettext(one, many, num) % {"num": self.integer(num), **values}

    def decimal(self, value: float | None, digits: int = 2) -> str:
        """Number with a fixed count of decimals; a dash where nothing was measured.

        >>> language("id").decimal(0.05), language("id").decimal(1234.5, 1), language("id").decimal(None)
        ('0,05', '1.234,5', '–')
        """
        if value is None or math.isnan(value):
            return NOT_MEASURED
        return _decimal(round(value, digits), digits, self.locale)

    def integer(self, value: int | None) -> str:
        """Whole number, its thousands apart; a dash where there is none.

        >>> language("id").integer(7678), language("en").integer(7678)
        ('7.678', '7,678')
        """
        return NOT_MEASURED if value is None else str(format_decimal(value, format="#,##0", locale=self.locale))

    def signed(self, value: int | None) -> str:
        """Whole number with its sign.

        >>> language("id").signed(3), language("id").signed(-2), language("id").signed(0)
        ('+3', '−2', '0')
        """
        if value is None:
            return NOT_MEASURED
        sign = "+" if value > 0 else "−" if value < 0 else ""
        return sign + self.integer(abs(value))

    def rounded(self, value: float | None) -> str:
        """Number to the nearest whole one; a dash where there is none.

        >>> language("id").rounded(24.6), language("id").rounded(None)
        ('25', '–')
        """
        return self.integer(None if value is None or math.isnan(value) else round(value))

    def gap(self, after: float, before: float | None) -> str:
        """How much more one number is than another, of both as they are shown: who subtracts finds the same.

        >>> language("id").gap(356.6, 362.4), language("id").gap(2.6, 2), language("id").gap(2.6, None)
        ('−5', '+1', '–')
        """
        return self.signed(None if before is None or math.isnan(before) else round(after) - round(before))

    def percent(self, share: float | None) -> str:
        """Share in [0, 1] as whole percent; never rounds up to certainty or down to impossibility.

        >>> [language("id").percent(share) for share in (0.834, 0.999, 0.001, 1.0)]
        ['83%', '>99%', '<1%', '100%']
        """
        if share is None or math.isnan(share):
            return NOT_MEASURED
        if 0.995 <= share < 1:
            return ">99%"
        if 0 < share < 0.005:
            return "<1%"
        return f"{share * 100:.0f}%"

    def chance(self, probability: float) -> str:
        """Probability as whole percent; no forecast is certain, whatever its own sample says.

        >>> [language("id").chance(probability) for probability in (0.834, 1.0, 0.0)]
        ['83%', '>99%', '<1%']
        """
        if probability >= 0.995:
            return ">99%"
        return "<1%" if probability < 0.005 else self.percent(probability)

    def day_name(self, day: date) -> str:
        """Name of the weekday.

        >>> language("id").day_name(date(2026, 10, 16)), language("en").day_name(date(2026, 10, 16))
        ('Jumat', 'Friday')
        """
        return self._date(day, "EEEE")

    def day_letters(self, day: date) -> str:
        """Weekday in three letters.

        >>> language("id").day_letters(date(2026, 10, 16)), language("en").day_letters(date(2026, 10, 16))
        ('Jum', 'Fri')
        """
        return self._date(day, "EEE")

    def short_date(self, day: date) -> str:
        """Day and month.

        >>> language("id").short_date(date(2026, 8, 17))
        '17 Agustus'
        """
        return self._date(day, "d MMMM")

    def brief_date(self, day: date) -> str:
        """Day and month, for narrow columns.

        >>> language("id").brief_date(date(2026, 8, 17))
        '17 Agu'
        """
        return self._date(day, "d MMM")

    def long_date(self, day: date) -> str:
        """Weekday, day, month and year.

        >>> language("id").long_date(date(2026, 8, 17))
        'Senin, 17 Agustus 2026'
        """
        return self._date(day, "EEEE, d MMMM y")

    def long_day(self, day: date) -> str:
        """Weekday, day and month.

        >>> language("id").long_day(date(2026, 8, 17))
        'Senin, 17 Agustus'
        """
        return self._date(day, "EEEE, d MMMM")

    def day_of(self, instant: datetime) -> str:
        """Day of an aware timestamp (the city's) with its year.

        >>> language("id").day_of(datetime.fromisoformat("2026-10-08T23:05:00+00:00"))
        '9 Oktober 2026'
        """
        return self._date(instant.astimezone(city_zone()).date(), "d MMMM y")

    def moment(self, instant: datetime) -> str:
        """Aware timestamp as date and time in the city.

        >>> language("id").moment(datetime.fromisoformat("2026-10-08T23:05:00+00:00"))
        'Jumat, 9 Oktober 2026 pukul 06.05 WIB'
        """
        local = instant.astimezone(city_zone())
        return self.gettext(
            "%(day)s pukul %(time)s %(zone)s",
            day=self.long_date(local.date()),
            time=self.clock(local.hour, local.minute),
        )

    def clock(self, hour: int, minute: int = 0) -> str:
        """Time of day.

        >>> language("id").clock(6, 5), language("en").clock(6, 5)
        ('06.05', '06:05')
        """
        return f"{hour:02d}{'.' if self.code == SOURCE else ':'}{minute:02d}"

    def date_range(self, first: date, last: date) -> str:
        """Both days included, without repeating the month or year that they share.

        >>> language("id").date_range(date(2026, 10, 12), date(2026, 10, 18))
        '12–18 Oktober 2026'
        >>> language("en").date_range(date(2026, 9, 28), date(2026, 10, 4))
        '28 September–4 October 2026'
        >>> language("id").date_range(date(2026, 12, 28), date(2027, 1, 3))
        '28 Desember 2026–3 Januari 2027'
        """
        end = self._date(last, "d MMMM y")
        if first == last:
            return end
        if first.year != last.year:
            return f"{self._date(first, 'd MMMM y')}–{end}"
        return f"{self.short_date(first) if first.month != last.month else first.day}–{end}"

    def week_range(self, week_start: date) -> str:
        """The seven days from ``week_start``.

        >>> language("id").week_range(date(2026, 10, 12))
        '12–18 Oktober 2026'
        """
        return self.date_range(week_start, week_start + timedelta(days=6))

    def period_range(self, start: datetime, end: datetime) -> str:
        """Days that a period touches; ``end`` itself lies outside.

        >>> first = datetime(2026, 10, 1, tzinfo=city_zone())
        >>> language("id").period_range(first, first + timedelta(days=7))
        '1–7 Oktober 2026'
        """
        last = end.astimezone(city_zone()) - timedelta(microseconds=1)
        return self.date_range(start.astimezone(city_zone()).date(), last.date())

    def hour_range(self, start: datetime, end: datetime) -> str:
        """Hours in the city; midnight at the end is 24.00, as timetables write it.

        >>> four = datetime(2026, 10, 16, 16, tzinfo=city_zone())
        >>> language("id").hour_range(four, four + timedelta(hours=8))
        '16.00–24.00'
        """
        return f"{self.clock(start.astimezone(city_zone()).hour)}–{self.clock(end.astimezone(city_zone()).hour or 24)}"

    def short_hour_range(self, start: datetime, end: datetime) -> str:
        """Hours in the city without minutes, for timetable cells.

        >>> seven, nine = (datetime(2026, 10, 16, hour, tzinfo=city_zone()) for hour in (7, 9))
        >>> language("id").short_hour_range(seven, nine)
        '07–09'
        """
        return f"{start.astimezone(city_zone()).hour:02d}–{end.astimezone(city_zone()).hour or 24:02d}"

    def formatters(self) -> dict[str, Callable[..., str]]:
        """What templates may call by name."""
        return {
            formatter.__name__: formatter
            for formatter in (
                self.decimal, self.integer, self.signed, self.rounded, self.gap, self.percent, self.chance,
                self.day_name, self.day_letters, self.short_date, self.brief_date, self.long_date, self.long_day,
                self.day_of, self.moment, self.clock, self.week_range, self.period_range, self.hour_range,
                self.short_hour_range,
            )
        }  # fmt: skip

    def _date(self, day: date, pattern: str) -> str:
        return str(format_date(day, pattern, locale=self.locale))


class OfCity(gettext.NullTranslations):
    """A catalogue whose sentences name the city and its zone.

    Args:
        told: The catalogue.
    """

    def __init__(self, told: gettext.NullTranslations) -> None:
        super().__init__()
        self.told = told

    def gettext(self, message: str) -> str:
        """The message in the catalogue's language."""
        return _named(self.told.gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The message for a count."""
        return _named(self.told.ngettext(msgid1, msgid2, n))


def _named(sentence: str) -> str:
    if "%(" not in sentence:
        return sentence
    for mark_of, name in _names().items():
        sentence = sentence.replace(mark_of, name)
    return sentence


@cache
def _names() -> dict[str, str]:
    hours = city_zone().utcoffset(datetime(2026, 1, 1)) or timedelta()  # noqa: DTZ001 - a zone that moves no clock
    return {
        "%(city)s": city().name,
        "%(zone)s": zone_name(),
        "%(utc)s": f"UTC+{hours // timedelta(hours=1)}",
        "%(prefix)s": city().number_prefix,
    }


@cache
def language(code: str, catalogues: Path = LOCALES) -> Language:
    """A language of the report, or of other pages with catalogues of their own.

    Args:
        code: ISO 639-1.
        catalogues: Folder of `<code>.po`.

    Raises:
        LookupError: There is none of that code.
    """
    if code not in LANGUAGES:
        raise LookupError(f"expected one of {', '.join(LANGUAGES)} as the language, found {code!r}")
    return Language(code, Locale.parse(TERRITORIES[code]), OfCity(_translations(code, catalogues)))


@lru_cache(maxsize=4096)
def _decimal(value: float, digits: int, locale: Locale) -> str:
    """A page writes thousands of shares, of which a hundred differ; CLDR's pattern is slow to follow."""
    return str(format_decimal(value, format="#,##0." + "0" * digits, locale=locale))


def _translations(code: str, catalogues: Path) -> gettext.NullTranslations:
    if code == SOURCE:
        return gettext.NullTranslations()
    with (catalogues / f"{code}.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
