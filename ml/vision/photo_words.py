"""Words by which an index finds the pictures that share features with one.

Belongs here: which features of a picture are looked for, and what a word is. Does not belong here: comparing two
pictures (photo_match.py), the index (ledger.evidence_candidates).

Features are taken evenly from all over the picture, the strongest of each field: the letters of a stamp are stronger
than most of a street, and would fill the list of a stamped copy alone. On which sides of some planes through the space
of descriptors one lies is nearly always the same in a copy (Charikar 2002); a group of planes with all sides the same
is a word in common. A copy of which a third was replaced shares dozens of words, another picture a few by chance.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ml.vision.photo_match import Picture

# Of the words below; stored with each photo.
VERSION = 2
_COLUMNS, _ROWS, _OF_FIELD = 8, 5, 4
_GROUPS, _PLANES = 3, 28
# Each plane holds half of a descriptor's numbers against the other half.
_SIDES = np.where(
    np.array([np.random.default_rng(number).permutation(128) for number in range(_GROUPS * _PLANES)]).T < 64, 1.0, -1.0
)


def words(picture: "Picture") -> list[int]:
    """Words of a picture, ascending.

    >>> from ml.vision.photo_match import prepare
    >>> words(prepare(np.zeros((90, 160), np.uint8)))
    []
    """
    chosen = _strongest_of_each_field(picture)
    if not len(chosen):
        return []
    # The root makes two descriptors that differ in one strong edge alike (Arandjelovic and Zisserman 2012).
    above = np.sqrt(np.maximum(chosen.astype(np.float64), 0)) @ _SIDES > 0
    weights = 1 << np.arange(_PLANES, dtype=np.int64)
    found = above.reshape(len(chosen), _GROUPS, _PLANES) @ weights + (np.arange(_GROUPS, dtype=np.int64) << _PLANES)
    return [int(word) for word in np.unique(found)]


def _strongest_of_each_field(picture: "Picture") -> np.ndarray:
    """Descriptors of the strongest features of each field, shape (N, 128)."""
    height, width = picture.grey.shape
    fields = np.array([_COLUMNS / width, _ROWS / height])
    columns, rows = (picture.points * fields).astype(int).clip(0, [_COLUMNS - 1, _ROWS - 1]).reshape(-1, 2).T
    field = columns + _COLUMNS * rows
    # Features come strongest first: how many of its field came before each.
    order = np.argsort(field, kind="stable")
    starts = np.searchsorted(field[order], field[order])
    before = np.empty(len(field), int)
    before[order] = np.arange(len(field)) - starts
    return picture.descriptors[before < _OF_FIELD]
