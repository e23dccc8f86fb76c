"""Rows of the INSERTs of a database's dump.

Belongs here: statements and literals of SQL. Does not belong here: what a column means (fields.py).
"""

import re
from collections.abc import Sequence
from typing import Any

from assets.cctv.camera_list import ListError
from assets.cctv.importing.unread import Unread

STATEMENT = re.compile(r"(?:^|;)[ \t]*(?:INSERT|REPLACE)\s+(?:\w+\s+){0,3}?(?:INTO\s|[`\w.]+\s*\()", re.I | re.M)
# What PostgreSQL writes unless it is told otherwise.
COPIED = re.compile(r"^COPY\s[^\n]{1,2000}\sFROM\s+stdin", re.IGNORECASE | re.MULTILINE)
# The tokenizer takes REPLACE at the start of a statement for a command of which it reads nothing.
_REPLACE = re.compile(r"((?:^|;)[ \t]*)REPLACE(?=\s+(?:\w+\s+){0,2}?(?:INTO\s|[`\w.]+\s*\())", re.I | re.M)
_EXPECTED = "SQL that can be read"
_NO_COLUMNS = ("PRIMARY", "KEY", "UNIQUE", "CONSTRAINT", "INDEX", "FULLTEXT", "SPATIAL", "FOREIGN", "CHECK")
_TEXTS = ("STRING", "NATIONAL_STRING", "NUMBER", "RAW_STRING")
_NAME_THEM = "export them with the names of columns, or with CREATE TABLE"
_NAMELESS = Unread(f"expected the names of its columns, found none; {_NAME_THEM}")
_UNREAD = Unread("expected a value, found what a database works out")


def inserted(text: str) -> dict[str, list[Any]]:
    """Rows by table.

    Raises:
        ListError: No SQL, or a table whose columns nothing names.
    """
    import sqlglot
    from sqlglot.errors import SqlglotError

    try:
        tokens = sqlglot.tokenize(_REPLACE.sub(r"\1INSERT", text), dialect="mysql")
    except SqlglotError as error:
        # Its own words quote the file.
        raise ListError(_EXPECTED, "a quote that is not closed", "get the whole file") from error
    return _Dump(tokens).tables()


class _Dump:
    """The tokens of a dump; kinds by the names of sqlglot."""

    def __init__(self, tokens: Sequence[Any]) -> None:
        self._tokens, self._at = tokens, 0
        self._created: dict[str, list[str]] = {}
        self._rows: dict[str, list[Any]] = {}

    def tables(self) -> dict[str, list[Any]]:
        """Rows by table, those without a row left out."""
        while self._kind():
            if self._kind() == "CREATE":
                self._create()
            elif self._kind() == "INSERT":
                self._insert()
            while self._kind() not in (None, "SEMICOLON"):
                self._at += 1
            self._at += 1
        for name, rows in self._rows.items():
            if rows and all(row is _NAMELESS for row in rows):
                raise ListError(_EXPECTED, f"rows of {name} whose columns nothing names", _NAME_THEM)
        return {name: rows for name, rows in self._rows.items() if rows}

    def _kind(self, ahead: int = 0) -> str | None:
        at = self._at + ahead
        return self._tokens[at].token_type.name if at < len(self._tokens) else None

    def _create(self) -> None:
        """Keep the columns of a table."""
        while self._kind() not in (None, "L_PAREN", "SEMICOLON"):
            self._at += 1
        if self._kind() == "L_PAREN":
            name = self._tokens[self._at - 1].text
            items = [item for item in self._items() if item]
            first = [(item[0].text, item[0].token_type.name) for item in items]
            self._created[name] = [
                text for text, kind in first if kind == "IDENTIFIER" or text.upper().split()[0] not in _NO_COLUMNS
            ]

    def _insert(self) -> None:
        """Keep the rows of a statement."""
        while self._kind() not in (None, "L_PAREN", "SEMICOLON", "VALUES", "SELECT", "SET"):
            self._at += 1
        name, line = self._tokens[self._at - 1].text, self._tokens[self._at - 1].line
        columns = self._created.get(name)
        if self._kind() == "L_PAREN":
            columns = [item[0].text for item in self._items() if item]
        if self._kind() != "VALUES":
            raise ListError(_EXPECTED, f"rows of {name} in line {line} that are no VALUES", "export them as VALUES")
        self._at += 1
        rows = self._rows.setdefault(name, [])
        while self._kind() == "L_PAREN":
            items = self._items()
            rows.append(_NAMELESS if columns is None else _row(columns, items))
            if self._kind() == "COMMA":
                self._at += 1
        if self._kind() not in (None, "SEMICOLON", "ON", "AS", "VAR", "RETURNING"):
            line = self._tokens[self._at].line
            raise ListError(_EXPECTED, f"rows of {name} that do not go on in line {line}", "mend the statement there")

    def _items(self) -> list[list[Any]]:
        """What stands in a pair of parentheses, by commas.

        Raises:
            ListError: They are not closed.
        """
        items: list[list[Any]] = [[]]
        depth, opened = 0, self._tokens[self._at].line
        while self._kind():
            token, kind = self._tokens[self._at], self._kind()
            self._at += 1
            depth += (kind == "L_PAREN") - (kind == "R_PAREN")
            if depth == 0:
                return items
            if kind == "SEMICOLON":
                break
            if depth == 1 and kind == "COMMA":
                items.append([])
            elif depth > 1 or kind != "L_PAREN":
                items[-1].append(token)
        raise ListError(_EXPECTED, f"a row of line {opened} that breaks off", "get the whole file")


def _row(columns: Sequence[str], items: Sequence[Sequence[Any]]) -> Any:
    if len(items) != len(columns):
        return Unread(f"expected {len(columns)} values as there are columns, found {len(items)}")
    return {column: _literal(item) for column, item in zip(columns, items, strict=True)}


def _literal(tokens: Sequence[Any]) -> str | None | Unread:
    kinds = [token.token_type.name for token in tokens]
    if len(kinds) == 2 and kinds[0] in ("DASH", "PLUS") and kinds[1] == "NUMBER":
        return ("-" if kinds[0] == "DASH" else "") + str(tokens[1].text)
    if len(kinds) != 1:
        return _UNREAD
    if kinds[0] in _TEXTS or (kinds[0] == "IDENTIFIER"):
        return str(tokens[0].text)
    return {"TRUE": "1", "FALSE": "0", "NULL": None, "DEFAULT": None}.get(kinds[0], _UNREAD)
