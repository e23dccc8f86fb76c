"""The cases of a tab as a table to take along: CSV, or a workbook.

Belongs here: which columns it has, and what each form is sent as. Does not belong here: what a cell may hold and how it
is kept from being computed (assets/reports/tables.py, assets/reports/workbook.py), which case is under which tab
(inbox.py).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from assets.clock import city_zone
from assets.reports.language import Language
from portal.office.inbox import HeldCase

if TYPE_CHECKING:
    import pandas as pd


class Form(StrEnum):
    """By the ends of file names."""

    CSV = "csv"
    XLSX = "xlsx"


MEDIA_TYPES = {
    Form.CSV: "text/csv; charset=utf-8",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def exported(form: Form, cases: Sequence[HeldCase], words: Language) -> bytes:
    """The file, without anything private, no cell of it computed.

    Args:
        form: Of the file.
        cases: Its rows.
        words: The reader's language, in which the columns are named.
    """
    from assets.reports.tables import csv_text
    from assets.reports.workbook import one_sheet

    writers: dict[Form, Callable[[pd.DataFrame], bytes]] = {
        Form.CSV: lambda table: csv_text(table).encode(),
        Form.XLSX: lambda table: one_sheet(words.gettext("Kasus"), table),
    }
    return writers[form](_table(cases, words))


def _table(cases: Sequence[HeldCase], words: Language) -> "pd.DataFrame":
    import pandas as pd

    names = {
        "tracking_number": words.gettext("Nomor"),
        "category_name": words.gettext("Masalah"),
        "kelurahan_name": words.gettext("Kelurahan"),
        "kecamatan_name": words.gettext("Kecamatan"),
        "status_name": words.gettext("Status"),
        "reported_at": words.gettext("Dilaporkan"),
        "held_since": words.gettext("Dipegang sejak"),
        "due_at": words.gettext("Batas waktu"),
        "red_flag_at": words.gettext("Bendera merah"),
        "waits_for_reporter": words.gettext("Menunggu pelapor"),
        "is_relapse": words.gettext("Muncul lagi"),
        "relapse_of_number": words.gettext("Nomor sebelumnya"),
        "reports": words.gettext("Pelapor"),
        "is_synthetic": words.gettext("Data sintetis"),
    }
    rows = [[_cell(getattr(case, column)) for column in names] for case in cases]
    return pd.DataFrame(rows, columns=list(names.values()), dtype=object)


def _cell(value: object) -> object:
    """A moment in the city's time; anything else as it is."""
    return value.astimezone(city_zone()) if isinstance(value, datetime) else value
