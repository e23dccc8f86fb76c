"""The report's page read back: cells of its tables and named figures."""

from html.parser import HTMLParser


class Tables(HTMLParser):
    """The cells of each table by its classes, and the figures that are named."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: dict[str, list[tuple[dict[str, str], list[str]]]] = {}
        self.figures: dict[str, str] = {}
        self._table, self._figure, self._is_cell = "", "", False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "table":
            self._table = given.get("class", "")
        elif tag == "tr" and given.keys() & {"data-area", "data-channel"}:
            self.rows.setdefault(self._table, []).append((given, []))
        elif tag == "td" and self._table in self.rows:
            self.rows[self._table][-1][1].append("")
            self._is_cell = True
        self._figure = given.get("data-figure", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self._is_cell = False
        elif tag == "table":
            self._table = ""

    def handle_data(self, data: str) -> None:
        if self._figure:
            self.figures[self._figure] = data
            self._figure = ""
        if self._is_cell and self._table in self.rows:
            self.rows[self._table][-1][1][-1] += data

    def of(self, name: str) -> dict[str, list[str]]:
        """Cells by area of the table with that class."""
        [rows] = [rows for classes, rows in self.rows.items() if name in classes.split()]
        return {given.get("data-area", given.get("data-channel", "")): cells for given, cells in rows}
