"""What every frame of the report has to hold to, and the error of one that does not.

Belongs here: the check that the report's data share. Does not belong here: a frame's columns (model.py, skill.py).
"""

from collections.abc import Sequence

import pandas as pd


class ReportError(ValueError):
    """The report was given data that it cannot show truthfully."""


def require_columns(frame: pd.DataFrame, columns: Sequence[str], name: str) -> None:
    """Refuse a frame without the columns that the page names.

    Raises:
        ReportError: A column is missing.
    """
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise ReportError(f"{name} lacks columns {missing}, found {list(frame.columns)}")
