"""What is wrong with a city's folder, one sentence for each fault.

Belongs here: the shape of a fault. Does not belong here: which faults there are (tables.py, rules.py, areas.py).
"""

from dataclasses import dataclass


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

    def __str__(self) -> str:
        """The fault as a sentence.

        >>> str(Fault("skpd.csv", 3, "skpd_code", "each code once", "dishub again", "Delete one of the two"))
        'skpd.csv, line 3, skpd_code: expected each code once, found dishub again. Delete one of the two.'
        """
        line = f"line {self.line}" if self.line else ""
        where = ", ".join(part for part in (self.file, line, self.column) if part)
        return f"{where}: expected {self.expected}, found {self.found}. {self.remedy}."
