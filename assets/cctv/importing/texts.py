"""Names and texts as people can read them.

Belongs here: what a page's markup leaves in a text. Does not belong here: what a text means (fields.py).
"""

import html
import re
from functools import lru_cache

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def plain(text: str) -> str:
    r"""A text on one line, without markup.

    >>> plain("Simpang <b>Lima</b> &amp; Pasar")
    'Simpang Lima & Pasar'
    """
    if "<" in text or "&" in text:
        text = html.unescape(_TAG.sub(" ", html.unescape(text)))
    return " ".join(text.split())


@lru_cache(maxsize=4096)
def letters(name: str) -> str:
    """A field's name as it can be compared: letters and digits alone, in lower case."""
    return re.sub(r"[^a-z0-9]", "", name.casefold())
