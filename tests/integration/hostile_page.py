"""What makes an answer harmless: nothing of a text runs, leads away, breaks the frame or fills the page.

Belongs here: judging one answer by its kind. Does not belong here: which answers there are (test_hostile_text.py).
"""

import csv
import io
import re
from html.parser import HTMLParser

import httpx

# In every hostile text, so that a page that shows one is known.
MARK = "q7wx"
# Letters that turn the direction of what follows them around; the isolates that a frame itself may write are none.
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069\u200f\u061c]")
FORMULA = re.compile(r"^[=+\-@\t\r]")
LARGEST_PAGE, LARGEST_DATA = 120_000, 2_000_000
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
ISOLATING = {"bdi", "textarea", "option"}


class Frame(HTMLParser):
    """Walks a page as a browser does and notes what a text could have done to it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and not re.fullmatch(r"/static/[a-z-]+\.js", given.get("src", "")):
            self.faults.append(f"a script of {given}")
        if tag in ("iframe", "object", "embed", "base", "svg:script", "style"):
            self.faults.append(f"a {tag}")
        for name, value in given.items():
            if name.startswith("on") or name in ("style", "srcdoc") or MARK in name:
                self.faults.append(f"{tag} {name}={value[:40]}")
            if name in ("href", "src", "action", "formaction") and not re.match(
                r"(/(?!/)|#|\?|data:image/|https://creativecommons\.org/)", value
            ):
                self.faults.append(f"{tag} leads to {value[:60]}")
            if TURNS.search(value) and (tag, name) not in {("input", "value"), ("textarea", "value")}:
                self.faults.append(f"{tag} {name} turns letters around")
        if tag not in VOID:
            self._open.append((tag, tag in ISOLATING or "dir" in given))

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        if TURNS.search(data) and not any(isolates for _, isolates in self._open):
            self.faults.append(f"turns letters around in {[tag for tag, _ in self._open]}")

    def close(self) -> None:
        super().close()
        if self._open:
            self.faults.append(f"left open: {self._open}")


def faults_of(answer: httpx.Response) -> list[str]:
    """What is harmful in an answer; empty where nothing is."""
    found = [] if answer.status_code < 500 else [f"status {answer.status_code}"]
    kind = answer.headers.get("content-type", "")
    largest = LARGEST_PAGE if kind.startswith("text/html") else LARGEST_DATA
    # A table that is taken as a file is as large as its rows.
    if len(answer.content) > largest and "attachment" not in answer.headers.get("content-disposition", ""):
        found.append(f"{len(answer.content):,} bytes")
    if "nosniff" not in answer.headers.get("x-content-type-options", ""):
        found.append("a browser may guess what it is")
    if "default-src 'none'" not in answer.headers.get("content-security-policy", ""):
        found.append("no policy")
    if kind.startswith("text/html"):
        frame = Frame()
        frame.feed(answer.text)
        frame.close()
        found += frame.faults
    elif kind.startswith("text/csv"):
        found += [f"computed: {cell[:40]!r}" for cell in computed_cells(answer.text)]
    return found


def computed_cells(text: str) -> list[str]:
    """Cells of a CSV file that a spreadsheet would compute; a number is none."""
    cells = (cell for row in csv.reader(io.StringIO(text)) for cell in row)
    return [cell for cell in cells if FORMULA.match(cell) and not re.fullmatch(r"[+-]?\d[\d.e+-]*", cell)]
