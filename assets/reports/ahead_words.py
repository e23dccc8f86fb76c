"""What is known ahead of the week, in words: days off, school breaks, events and closures, and what a list got wrong.

Belongs here: these sentences. Does not belong here: the lists (city_lists.py), what the model forecasts.
"""

from collections.abc import Mapping

from assets.reports.ahead import CityEvent, EventKind, RefusedRow, WeekAhead
from assets.reports.language import Language, mark

EVENT_KINDS = {EventKind.EVENT: mark("acara"), EventKind.CLOSURE: mark("penutupan")}

# More are in the areas' parts.
EVENTS = 6


def calendar_statement(ahead: WeekAhead, words: Language) -> str:
    """Holidays and school breaks of the week, also where there are none."""
    return f"{_holidays(ahead, words)} {_breaks(ahead, words)}"


def _holidays(ahead: WeekAhead, words: Language) -> str:
    if ahead.holidays:
        named = ", ".join(f"{words.long_day(one.day)} ({one.name})" for one in ahead.holidays)
        return words.gettext("Hari libur pekan ini: %(days)s.", days=named)
    if not ahead.is_calendar_known:
        return words.gettext("Kalender hari libur belum mencakup pekan ini.")
    return words.gettext("Tidak ada hari libur nasional atau cuti bersama pekan ini.")


def _breaks(ahead: WeekAhead, words: Language) -> str:
    if not ahead.school_breaks:
        return words.gettext("Tidak ada libur sekolah.")
    named = ", ".join(f"{one.name}, {words.date_range(one.first_day, one.last_day)}" for one in ahead.school_breaks)
    return words.gettext("Libur sekolah: %(breaks)s.", breaks=named)


def events_statement(ahead: WeekAhead, names: Mapping[str, str], words: Language) -> str:
    """Events and closures of the week, also where the list has none; empty where the city keeps no list.

    Args:
        ahead: What is known ahead.
        names: Names of the kecamatan by code.
        words: Language.
    """
    if not ahead.has_events:
        return ""
    if not ahead.events:
        return words.gettext("Tidak ada acara atau penutupan dalam daftar kota untuk pekan ini.")
    told = [f"{event_words(one, words)} ({_place(one, names, words)})" for one in ahead.events[:EVENTS]]
    listed = "; ".join(told)
    if len(ahead.events) > EVENTS:
        rest = words.integer(len(ahead.events) - EVENTS)
        listed = words.gettext("%(areas)s dan %(num)s lainnya", areas=listed, num=rest)
    return words.gettext("Menurut daftar kota: %(events)s.", events=listed)


def event_words(event: CityEvent, words: Language) -> str:
    """One event with its kind and days."""
    kind, days = words.gettext(EVENT_KINDS[event.kind]), words.date_range(event.first_day, event.last_day)
    return f"{kind}: {event.what}, {days}"


def _place(event: CityEvent, names: Mapping[str, str], words: Language) -> str:
    return words.gettext("seluruh kota") if event.area_code is None else names.get(event.area_code, event.area_code)


def refused_words(row: RefusedRow, words: Language) -> str:
    """One row of a list that could not be read, and why."""
    values = {"list": row.list_name, "row": words.integer(row.row), "column": row.column, "found": row.found}
    if row.row == 0:
        return words.gettext("%(list)s: tidak dapat dibaca (%(found)s); daftar tidak dipakai", **values)
    if row.column:
        return words.gettext("%(list)s baris %(row)s: isi kolom %(column)s tidak dikenal: “%(found)s”", **values)
    if row.found:
        return words.gettext("%(list)s baris %(row)s: tidak dapat dibaca (%(found)s)", **values)
    return words.gettext("%(list)s baris %(row)s: sudah ada di baris lain", **values)
