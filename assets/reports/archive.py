"""The archive of reports: a folder in which each week's files stay, and the newest stand beside them.

Belongs here: names of files, and writing them so that a reader sees the old ones or the new ones, never half of one.
Does not belong here: what they say (render.py, workbook.py, tables.py).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assets.reports.language import SOURCE
from assets.shelf import files as files_of
from assets.shelf import write_whole

# The name of the files that readers have had from the first report on; all else says weekly congestion report.
NEWEST = "weekly_jam_forecast"
WEEKS = re.compile(rf"{NEWEST}_(\d{{4}})-W(\d{{2}})(?:_([a-z]{{2}}))?\.html")


class NoReportError(Exception):
    """A week without a report in the archive."""


@dataclass(frozen=True)
class Archived:
    """One week's report in one language.

    Attributes:
        week_start: Monday of the week.
        language: ISO 639-1.
        files: All of its files.
    """

    week_start: date
    language: str
    files: Sequence[Path]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.stat().st_size for file in self.files)

    def file(self, ending: str) -> Path:
        """The file of an ending, such as ``.pdf``.

        Raises:
            NoReportError: There is none.
        """
        for file in self.files:
            if file.name.endswith(ending):
                return file
        raise NoReportError(
            f"expected {week_name(self.week_start)} with a {ending}, found none. Make it: jsc report make"
        )


def week_name(week_start: date) -> str:
    """ISO week of a Monday.

    >>> week_name(date(2026, 11, 23))
    '2026-W48'
    """
    week = week_start.isocalendar()
    return f"{week.year}-W{week.week:02d}"


def week_of(name: str) -> date:
    """Monday of an ISO week.

    >>> week_of("2026-W48")
    datetime.date(2026, 11, 23)

    Raises:
        NoReportError: It is none.
    """
    try:
        return date.fromisoformat(f"{name}-1")
    except ValueError as error:
        raise NoReportError(f"expected an ISO week such as 2026-W48, found {name!r}") from error


def file_name(week_start: date, language: str, ending: str) -> str:
    """Name of a week's file in a language.

    >>> file_name(date(2026, 11, 23), "en", "_hours.csv"), file_name(date(2026, 11, 23), "id", ".xlsx")
    ('weekly_jam_forecast_2026-W48_en_hours.csv', 'weekly_jam_forecast_2026-W48.xlsx')
    """
    return f"{NEWEST}_{week_name(week_start)}{language_ending(language, ending)}"


def language_ending(language: str, ending: str) -> str:
    """The end of a name in a language: the source's files have no code in it."""
    return ending if language == SOURCE else f"_{language}{ending}"


def publish(folder: Path, week_start: date, files: Mapping[str, bytes]) -> list[Path]:
    """Write the files of a week, and make them the newest.

    Args:
        folder: Folder of the reports.
        week_start: Monday of the week.
        files: Content by the end of its name, such as ``_en.pdf``.

    Returns:
        The week's own files, which later weeks leave alone.
    """
    if not isinstance(folder, Path):
        return _publish_to_store(folder, week_start, files)
    folder.mkdir(parents=True, exist_ok=True)
    finished: list[tuple[Path, Path]] = []
    for stem in (f"{NEWEST}_{week_name(week_start)}", NEWEST):
        for ending, content in files.items():
            target = folder / f"{stem}{ending}"
            unfinished = target.with_name(f"{target.name}.unfinished")
            unfinished.write_bytes(content)
            finished.append((unfinished, target))
    for unfinished, target in finished:
        unfinished.replace(target)
    return [target for _, target in finished[: len(files)]]


def _publish_to_store(folder: Path, week_start: date, files: Mapping[str, bytes]) -> list[Path]:
    """The same where a file appears when it is complete: the week's own first, then those that are read as newest."""
    stems = (f"{NEWEST}_{week_name(week_start)}", NEWEST)
    written = [(folder / f"{stem}{ending}", content) for stem in stems for ending, content in files.items()]
    for path, content in written:
        write_whole(path, content)
    return [path for path, _ in written[: len(files)]]


def archived(folder: Path) -> list[Archived]:
    """Every week and language in the archive, the newest first."""
    found, there = [], files_of(folder, f"{NEWEST}_*")
    for page in there:
        matched = WEEKS.fullmatch(page.name)
        if matched is None:
            continue
        year, week, code = matched.groups()
        # A table's name is one word behind the page's; two are a table of another language.
        of_week = re.compile(rf"{page.stem}(\.(?!.*unfinished$).*|_[^_]*\.csv)")
        files = [file for file in there if of_week.fullmatch(file.name)]
        found.append(Archived(week_of(f"{year}-W{week}"), code or SOURCE, files))
    return sorted(found, key=lambda one: (one.week_start, one.language), reverse=True)


def newest(folder: Path, languages: Sequence[str], week_start: date | None = None) -> list[Archived]:
    """The newest week's reports, or a given week's, in the order of the languages."""
    found = [one for one in archived(folder) if week_start in (None, one.week_start)]
    if not found:
        return []
    of_week = {one.language: one for one in found if one.week_start == found[0].week_start}
    return [of_week[code] for code in languages if code in of_week]
