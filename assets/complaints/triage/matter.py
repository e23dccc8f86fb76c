"""Is it the same matter? What is wrong, in whatever words.

Belongs here: how alike two complaints are in what they say. Does not belong here: where they are (spot.py).
"""

from assets.complaints.triage.filed import Filed

# A judgement, tried on the sample city's rephrased reports.
LEAST_WITHOUT_CATEGORY = 0.55


def likeness(one: Filed, other: Filed) -> float:
    """How alike the matters of two complaints are, in [0, 1].

    The likeliest agencies speak for what is wrong even where no word is shared, "bolong" and "berlubang"; shared words
    speak where the agencies are unsure.
    """
    return max(_agencies(one, other), _words(one, other))


def same_matter(one: Filed, other: Filed) -> bool:
    """Say whether two complaints at one spot speak of the same thing.

    Two categories that are known and differ are two matters.
    """
    if one.category_code and other.category_code:
        return one.category_code == other.category_code
    return likeness(one, other) >= LEAST_WITHOUT_CATEGORY


def _agencies(one: Filed, other: Filed) -> float:
    """Probability that both mean one agency: the Bhattacharyya coefficient of their likeliest."""
    shared = one.agencies.keys() & other.agencies.keys()
    return float(sum((one.agencies[code] * other.agencies[code]) ** 0.5 for code in shared))


def _words(one: Filed, other: Filed) -> float:
    """Share of the shorter text's telling words that the other has."""
    fewer = min(len(one.telling), len(other.telling))
    return len(one.telling & other.telling) / fewer if fewer else 0.0
