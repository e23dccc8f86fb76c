"""Which checks stand behind a table, and what they found in the build that is published.

Belongs here: reading that, and the way to the rows behind a figure. Does not belong here: what is checked (dbt's tests,
*/expectations.py), which checks stand behind which table (orchestration/checks_behind.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from portal.database import CityDatabase


@dataclass(frozen=True)
class Found:
    """What one check found.

    Attributes:
        name: Of the check, as dbt or its gate calls it.
        gate: dbt, or the gate that it is a part of.
        passed: None where it was not run.
        is_warning: Whether a failure is a finding, and stops nothing.
        evaluated_at: When.
    """

    name: str
    gate: str
    passed: bool | None
    is_warning: bool
    evaluated_at: datetime


@dataclass(frozen=True)
class Checks:
    """The checks behind a table.

    Attributes:
        as_of: Moment of the build that they judged.
        found: What each found; none where a build kept no record of them.
        red_since: Since when something that the table rests on is red or too old; None where nothing is.
    """

    as_of: datetime | None
    found: Sequence[Found]
    red_since: datetime | None

    @property
    def passed(self) -> int:
        """Checks that passed."""
        return sum(one.passed is True for one in self.found)

    @property
    def warned(self) -> int:
        """Findings that stop nothing."""
        return sum(one.passed is False for one in self.found)


async def read_checks(database: CityDatabase, view: str) -> Checks:
    """The checks behind a view of schema portal.

    Raises:
        ClosedError: The database does not answer.
    """
    told: dict[str, Any] = await database.value("select front.checks(%s)", [view])
    found = [
        Found(
            one["name"], one["gate"], one["passed"], one["severity"] == "warn",
            datetime.fromisoformat(one["evaluated_at"]),
        )
        for one in told["found"]
    ]  # fmt: skip
    as_of, red = told["as_of"], told["red_since"]
    return Checks(datetime.fromisoformat(as_of) if as_of else None, found, datetime.fromisoformat(red) if red else None)


def rows_behind(table: str, **wanted: object) -> str:
    """Address of the rows of an open table from which a figure is computed, as CSV.

    >>> rows_behind("unit", unit_kind="skpd")
    '/data/unit.csv?unit_kind=skpd'
    """
    return f"/data/{table}.csv?{urlencode(wanted)}"
