"""HTML to the text that a reader sees, in time that grows with its length, however it is written.

Belongs here: leaving markup out. Does not belong here: which part of a payload is HTML (channels/).

No library: inscriptis glues the term of a list to its definition and drops all that follows a comment that never ends.
"""

import html
import re

_HIDDEN = re.compile(r"<!--|<(script|style|title|template|noscript)\b", re.IGNORECASE)
_END = {
    "": re.compile("-->"),
    **{
        name: re.compile(f"(?=</{name})", re.IGNORECASE)
        for name in ("script", "style", "title", "template", "noscript")
    },
}
_CELL = re.compile(r"</?(?:td|th)\b[^<>]*>", re.IGNORECASE)
_BREAK = re.compile(
    r"</?(?:br|hr|p|div|tr|table|caption|li|ul|ol|dl|dt|dd|h[1-6]|blockquote|pre|section|article|header|footer|main|"
    r"aside|nav|address|form|fieldset|legend|figure|figcaption|option|details|summary)\b[^<>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-z!?][^<>]*>", re.IGNORECASE)


def visible_text(markup: str) -> str:
    r"""Leave out tags, comments, scripts, styles and the page's title.

    Paragraphs, rows and terms stand on lines of their own, with a blank between cells.

    >>> visible_text("<p>Lampu <b>mati</b></p><script>x</script>Jl. A &amp; B")
    'Lampu mati\nJl. A & B'
    >>> visible_text("<table><tr><td>Nama</td><td>Rini</td></tr><tr><td>RT</td><td>5</td></tr></table>")
    'Nama Rini\nRT 5'
    """
    text = html.unescape(_TAG.sub("", _BREAK.sub("\n", _CELL.sub(" ", _shown(markup)))))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _shown(text: str) -> str:
    """Leave what is hidden out; what has no end is taken for text: nothing is lost."""
    shown, at = [], 0
    while hidden := _HIDDEN.search(text, at):
        end = _END[(hidden[1] or "").casefold()].search(text, hidden.end())
        if end is None:
            break
        shown.append(text[at : hidden.start()])
        at = end.end()
    return "".join([*shown, text[at:]])
