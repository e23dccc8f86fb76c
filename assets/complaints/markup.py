"""HTML to the text that a reader sees, in time that grows with its length, however it is written.

Belongs here: leaving markup out. Does not belong here: which part of a payload is HTML (channels/).
"""

import html
import re

_HIDDEN = re.compile(r"<!--|<(script|style)\b", re.IGNORECASE)
_END = {
    "": re.compile("-->"),
    "script": re.compile("(?=</script)", re.IGNORECASE),
    "style": re.compile("(?=</style)", re.IGNORECASE),
}
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6]|/blockquote)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z!?][^<>]*>", re.IGNORECASE)


def visible_text(markup: str) -> str:
    r"""Leave out tags, comments, scripts and styles; the end of a paragraph becomes a line break.

    >>> visible_text("<p>Lampu <b>mati</b></p><script>x</script>Jl. A &amp; B")
    'Lampu mati\nJl. A & B'
    """
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", _shown(markup))))


def _shown(text: str) -> str:
    """Leave comments, scripts and styles out; one without an end is taken for text: nothing is lost."""
    shown, at = [], 0
    while hidden := _HIDDEN.search(text, at):
        end = _END[(hidden[1] or "").casefold()].search(text, hidden.end())
        if end is None:
            break
        shown.append(text[at : hidden.start()])
        at = end.end()
    return "".join([*shown, text[at:]])
