"""By what a table is known: its columns, their spellings, and which of them it must have.

Belongs here: names of columns. Does not belong here: where a file has its header (tables.py), what a column means (the
channel's module).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

# The columns of a header in their order; None for one that is not known.
Names = tuple[str | None, ...]

TELEPHONE_NAMES = (
    "No Telepon", "Nomor Telepon", "Telepon", "No Telp", "Telp", "No Telpon", "No Tlp", "No HP", "Nomor HP", "HP",
    "No Handphone", "Handphone", "No WA", "WhatsApp", "No HP/WA", "No Telp/HP", "No Telepon/HP", "Kontak",
)  # fmt: skip

# Of the country's areas, which are desa where they are no kelurahan.
KELURAHAN_NAMES = (
    "Kelurahan/Desa", "Desa/Kelurahan", "Kel/Desa", "Desa/Kel", "Nama Kelurahan", "Nama Kelurahan/Desa", "Kel", "Desa",
)  # fmt: skip
KECAMATAN_NAMES = ("Nama Kecamatan", "Kec", "Kecamatan/Distrik", "Distrik")

# A longer cell is a text and no name of a column.
LONGEST_NAME = 60

_NO_LETTER = re.compile(r"[\W_]+")


def spelling(name: str) -> str:
    """Spell a column's name without case, blanks and punctuation.

    >>> spelling(" NO.  Register") == spelling("No_Register")
    True
    """
    return _NO_LETTER.sub("", name.casefold())


@dataclass(frozen=True)
class Form:
    """By what a table is known.

    Attributes:
        columns: Those that are read, whatever their order and spelling.
        required: Those of them without which it is another table.
        synonyms: Other names of columns; where both stand in a table, the column's own counts.
        left_out: Known columns that are left out on purpose, and not named as unknown.
    """

    columns: Sequence[str]
    required: Sequence[str]
    synonyms: Mapping[str, str] = field(default_factory=dict)
    left_out: Sequence[str] = ()

    @cached_property
    def own_names(self) -> dict[str, str]:
        """Columns by the spelling of their own name."""
        return {spelling(column): column for column in self.columns}

    @cached_property
    def other_names(self) -> dict[str, str]:
        """Columns by the spelling of another name."""
        return {spelling(name): column for name, column in self.synonyms.items()}

    @cached_property
    def all_names(self) -> frozenset[str]:
        """Spellings of every name of a column."""
        return frozenset({*self.own_names, *self.other_names})

    @cached_property
    def known(self) -> frozenset[str]:
        """Spellings of what needs no word: columns, what is left out, and nothing."""
        return self.all_names | {"", *map(spelling, self.left_out)}

    def header(self, cells: Sequence[object]) -> Names:
        """Name the cells of a header; None for one that is no known column, or a second one of the same."""
        spelt = [spelling(cell) if isinstance(cell, str) and len(cell) <= LONGEST_NAME else "" for cell in cells]
        own = [self.own_names.get(name) for name in spelt]
        taken = set(own)
        return tuple(
            column or (other if (other := self.other_names.get(name)) not in taken else None)
            for column, name in zip(own, spelt, strict=True)
        )

    def lacking(self, names: Iterable[str | None]) -> list[str]:
        """List the required columns that a header has not."""
        there = set(names)
        return [column for column in self.required if column not in there]
