"""What is wrong with a city's folder, one sentence for each fault.

Belongs here: the shape of a fault. Does not belong here: which faults there are (check.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

# More signs of a value say no more.
LONGEST = 60
# More rows of one file with one fault are told in one sentence: they have one cause.
MOST_ALIKE = 5
# So many of their lines are listed.
MOST_LISTED = 12


@dataclass(frozen=True, order=True)
class Fault:
    """One fault.

    Attributes:
        file: Name of the file in the folder.
        line: Line of the file, from 1; 0 where the fault is of the whole file.
        column: Column or field; empty where the fault is of the whole line.
        expected: What should stand there.
        found: What stands there.
        remedy: What a person does about it.
    """

    file: str
    line: int
    column: str
    expected: str
    found: str
    remedy: str

    @property
    def cells(self) -> frozenset[tuple[str, int, str]]:
        """File, line and column of each cell that it is of; none where it is of a whole line or file."""
        columns = self.column.split(", ") if self.line and self.column else ()
        return frozenset((self.file, self.line, column) for column in columns)

    def __str__(self) -> str:
        """The fault as a sentence.

        >>> str(Fault("skpd.csv", 3, "skpd_code", "each code once", "dishub again", "Delete one of the two"))
        'skpd.csv, line 3, skpd_code: expected each code once, found dishub again. Delete one of the two.'
        """
        line = f"line {self.line}" if self.line else ""
        where = ", ".join(part for part in (self.file, line, self.column) if part)
        return f"{where}: expected {self.expected}, found {self.found}. {self.remedy}."


def quoted(value: str) -> str:
    """A value as a sentence quotes it, cut where it is long.

    >>> quoted("24228\u00b2"), quoted("")
    ("'24228\u00b2'", 'nothing')
    """
    if not value:
        return "nothing"
    return repr(value) if len(value) <= LONGEST else f"{value[:LONGEST]!r} and {len(value) - LONGEST} more signs"


def unsaid(faults: Iterable[Fault], told: Iterable[Fault]) -> list[Fault]:
    """The faults in cells of which nothing was told yet.

    Args:
        faults: Further ones.
        told: Those before them.
    """
    cells = {cell for fault in told for cell in fault.cells}
    return [fault for fault in faults if not fault.cells & cells]


def gathered(faults: Iterable[Fault]) -> list[Fault]:
    """Each fault once, in the order of files and lines; many rows with one fault as the first of them.

    Args:
        faults: In any order.

    >>> many = [Fault("skpd.csv", line, "skpd_name", "a name", "none", "Add it") for line in range(2, 8)]
    >>> str(gathered(many)[0])
    'skpd.csv, line 2, skpd_name: expected a name, found none, and so in 6 rows: lines 2, 3, 4, 5, 6, 7. Add it.'
    """
    alike: dict[tuple[str, ...], list[Fault]] = {}
    for fault in sorted(set(faults)):
        # What is of a whole file has no like.
        key = (fault.file, fault.column, fault.remedy) if fault.line else (str(fault),)
        alike.setdefault(key, []).append(fault)
    told: list[Fault] = []
    for same in alike.values():
        told += same if len(same) <= MOST_ALIKE else [_first_of(same)]
    return sorted(told)


def _first_of(same: list[Fault]) -> Fault:
    first, lines = same[0], [str(fault.line) for fault in same]
    listed = ", ".join(lines[:MOST_LISTED]) + (f" ... {lines[-1]}" if len(lines) > MOST_LISTED else "")
    return replace(first, found=f"{first.found}, and so in {len(same)} rows: lines {listed}")
