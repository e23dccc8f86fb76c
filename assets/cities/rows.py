"""A row of a city's table.

Belongs here: the shape of a row. Does not belong here: reading it (tables.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One row of a file: its line, and its values by column."""

    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """The value of a column; empty where there is none."""
        return self.values.get(column, "")


Rows = Mapping[str, tuple[Row, ...]]
