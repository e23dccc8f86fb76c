"""Publishing a report: a reader sees the old page or the new one, never half of one.

Belongs here: where a page goes. Does not belong here: what it says.
"""

from datetime import date
from pathlib import Path

NEWEST = "weekly_jam_forecast.html"


def publish(folder: Path, week_start: date, page: str) -> Path:
    """Write the page of a week, and make it the newest.

    Args:
        folder: Folder of the reports.
        week_start: Monday of the week.
        page: HTML.

    Returns:
        The week's own file, which later weeks leave alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    week = week_start.isocalendar()
    path = folder / f"weekly_jam_forecast_{week.year}-W{week.week:02d}.html"
    for target in (path, folder / NEWEST):
        unfinished = target.with_suffix(".unfinished")
        unfinished.write_text(page, encoding="utf-8")
        unfinished.replace(target)
    return path
