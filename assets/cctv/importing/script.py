"""Lists of objects in JavaScript and TypeScript, as pages keep their cameras.

Belongs here: literals, wherever in a script they stand. Does not belong here: running anything; what is no literal
stays unread and says so.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from assets.cctv.camera_list import ListError
from assets.cctv.importing.document import alone_in, lists_in
from assets.cctv.importing.hidden import hidden_in
from assets.cctv.importing.unread import Unread

_TOKEN = re.compile(
    r"(?P<space>\s+|//[^\n]*|/\*.*?(?:\*/|\Z)|<!--[^\n]*)"
    r"""|(?P<text>"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'|`[^`\\]*(?:\\.[^`\\]*)*`)"""
    r"|(?P<number>\.?\d[\w.]*(?:(?<=[eE])[+-]\d+)?)|(?P<word>[\w$]+)|(?P<mark>=>|\.\.\.|.)",
    re.DOTALL,
)
_PATTERN = re.compile(r"/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*")
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}
_WORDS = {"true": True, "false": False, "null": None, "undefined": None, "NaN": None}
_OPEN, _CLOSE = "[{(", "]})"
_ENDS = (",", ";", *_CLOSE)
# Behind these a brace opens an object; elsewhere it opens a block.
_BEFORE_OBJECT = ("=", "(", ",", ":", "[", "?", "default", "return")
_TAIL = ("as", "satisfies", "!")
_EXPECTED = "JSON or JavaScript whose lists can be read"
_UNREAD = Unread("expected a value, found what a script works out")


class _Token(NamedTuple):
    kind: str
    text: str
    place: int


class _BrokenError(ValueError):
    """A literal that does not go on as one; says at which place of the text."""


class _BlockError(ValueError):
    """A brace that opened statements."""


def script_lists(text: str) -> dict[str, list[Any]]:
    """The lists of objects in a script, or in the scripts of a page, by name.

    Raises:
        ListError: One of them breaks off, or is nested too deep.
    """
    script = _scripts_of(text) if text.lstrip().startswith("<") else text
    return _Script(script).lists()


def _scripts_of(page: str) -> str:
    """The scripts of a page, each on the lines that it has there."""
    scripts, done = [], 0
    for found in re.finditer(r"<script\b[^>]*>(.*?)</script\s*>", page, re.IGNORECASE | re.DOTALL):
        scripts.append("\n" * page.count("\n", done, found.start(1)) + found[1] + ";")
        done = found.end(1)
    return "".join(scripts)


def _tokens(text: str) -> Iterator[_Token]:
    place, before = 0, _Token("mark", ";", 0)
    while found := _TOKEN.match(text, place):
        kind, place = str(found.lastgroup), found.end()
        if kind == "space":
            continue
        token = _Token(kind, found[0], found.start())
        if token.text == "/" and (before.kind == "mark" and before.text not in _CLOSE or before.text == "return"):
            pattern = _PATTERN.match(text, token.place)
            if pattern:
                place, token = pattern.end(), _Token("pattern", pattern[0], token.place)
        yield token
        before = token


class _Script:
    """A script as its tokens, of which the lists are read one by one."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = [*_tokens(text), _Token("end", "", len(text))]
        self._at = 0
        self._skipped: list[tuple[int, int]] = []
        self._lists: dict[str, list[Any]] = {}
        self._alone: dict[str, list[Any]] = {}

    def lists(self) -> dict[str, list[Any]]:
        """All of them, also those within what is skipped."""
        self._skipped.append((0, len(self._tokens) - 1))
        while self._skipped:
            self._scan(*self._skipped.pop())
        return self._lists or self._alone

    def _scan(self, start: int, end: int) -> None:
        self._at = start
        while self._at < end:
            at, token = self._at, self._tokens[self._at]
            if token.kind == "mark" and token.text in "[{" and (token.text == "[" or self._is_object(at)):
                self._take(at)
            else:
                self._at += 1

    def _is_object(self, at: int) -> bool:
        return at == 0 or self._tokens[at - 1].text in _BEFORE_OBJECT

    def _take(self, at: int) -> None:
        """Read a literal and keep its lists; what is none is looked into."""
        name, is_pushed = self._name_before(at)
        known = len(self._skipped)
        try:
            values = [self._array() if self._text_at(at) == "[" else self._object()]
            while is_pushed and self._text_at(self._at) == "," and self._text_at(self._at + 1) == "{":
                self._at += 1
                values.append(self._object())
        except (_BrokenError, RecursionError) as error:
            is_whole = isinstance(error, _BrokenError) and self._tokens[self._at].kind != "end"
            if is_whole and self._text_at(at) == "[" and self._text_at(at + 1) not in ("{", "..."):
                self._at = at + 1
                del self._skipped[known:]
                return
            where = self._text.count("\n", 0, self._tokens[at].place) + 1
            why = "breaks off" if isinstance(error, _BrokenError) else "is nested too deep"
            name = "a list" if hidden_in(name) else name
            raise ListError(_EXPECTED, f"{name} of line {where}, which {why}", "get the whole file") from error
        except _BlockError:
            self._at = at + 1
            del self._skipped[known:]
            return
        if is_pushed:
            rows = [one for value in values for one in (value if isinstance(value, list) else [value])]
            self._lists.setdefault(name, []).extend(rows)
            return
        for found, rows in lists_in(values[0], name).items():
            self._lists[_free(found, self._lists)] = rows
        if (at == 0 or self._text_at(at - 1) == "=") and (rows := alone_in(values[0])):
            self._alone[_free(name, self._alone)] = rows

    def _name_before(self, at: int) -> tuple[str, bool]:
        """What the literal there is called, and whether it is pushed onto a list of that name."""
        before = self._text_at(at - 1) if at else ""
        if before == ":":
            return self._tokens[at - 2].text.strip("\"'`"), False
        if before == "default":
            return before, False
        if before not in ("=", "("):
            return "list", False
        name, start = self._dotted(at - 2)
        if before == "=" and (not name or self._text_at(start) == ":"):
            while start > max(0, at - 40) and self._text_at(start) not in (":", ";"):
                start -= 1
            name, _ = self._dotted(start - 1)
        list_of, dot, verb = name.rpartition(".")
        is_pushed = before == "(" and verb == "push" and bool(dot)
        return (list_of if is_pushed else name) or "list", is_pushed

    def _dotted(self, at: int) -> tuple[str, int]:
        """A name with dots that ends there, and the place before it."""
        parts = []
        while at >= 0 and self._tokens[at].kind == "word":
            parts.append(self._text_at(at))
            at -= 1
            if self._text_at(at) != ".":
                break
            at -= 1
        return ".".join(reversed(parts)), at

    def _text_at(self, at: int) -> str:
        return self._tokens[at].text if 0 <= at < len(self._tokens) else ""

    def _array(self) -> list[Any]:
        self._at += 1
        values: list[Any] = []
        while self._text_at(self._at) != "]":
            if self._text_at(self._at) == ",":
                self._at += 1
                continue
            values.append(self._value())
            if self._text_at(self._at) not in (",", "]"):
                raise _BrokenError
        self._at += 1
        return values

    def _object(self) -> dict[str, Any]:
        self._at += 1
        fields: dict[str, Any] = {}
        while self._text_at(self._at) != "}":
            token, following = self._tokens[self._at], self._text_at(self._at + 1)
            if token.text == ",":
                self._at += 1
            elif token.kind in ("word", "text", "number") and following == ":":
                self._at += 2
                name = str(_text_of(token.text)) if token.kind == "text" else token.text
                fields[name] = self._value()
            else:
                is_method = following == "(" or self._tokens[self._at + 1].kind == "word"
                if not is_method:
                    fields[token.text] = _UNREAD
                start = self._at
                self._skip(start)
                if self._at == start:
                    raise _BrokenError
        self._at += 1
        return fields

    def _value(self) -> Any:
        """A literal, or what says that there is none."""
        start, token = self._at, self._tokens[self._at]
        value: Any = _UNREAD
        if token.kind == "mark" and token.text in "[{":
            try:
                value = self._array() if token.text == "[" else self._object()
            except _BlockError:
                self._at = start
        elif token.text in ("-", "+") and self._tokens[self._at + 1].kind == "number":
            value, self._at = _number("-" * (token.text == "-") + self._text_at(start + 1)), start + 2
        elif token.kind in ("text", "number"):
            value, self._at = (_text_of if token.kind == "text" else _number)(token.text), start + 1
        elif token.text in _WORDS:
            value, self._at = _WORDS[token.text], start + 1
        following = self._tokens[self._at]
        if following.text in _ENDS and following.kind == "mark" and self._at > start:
            return value
        is_cast = following.text in _TAIL and self._at > start
        self._skip(start)
        return value if is_cast else _UNREAD

    def _skip(self, start: int) -> None:
        """Go on to where an expression ends, and remember it to be looked into."""
        depth = 0
        while True:
            token = self._tokens[self._at]
            if token.kind == "end":
                raise _BrokenError
            if token.kind == "mark":
                if depth == 0 and token.text == ";":
                    raise _BlockError
                if depth == 0 and (token.text == "," or token.text in _CLOSE):
                    break
                depth += (token.text in _OPEN) - (token.text in _CLOSE)
            self._at += 1
        self._skipped.append((start, self._at))


def _free(name: str, taken: dict[str, list[Any]]) -> str:
    """A name that no list has yet."""
    number = 1
    while (free := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    return free


def _text_of(token: str) -> str | Unread:
    inner = token[1:-1]
    if token[0] == "`" and "${" in inner:
        return _UNREAD
    return _ESCAPE.sub(_unescaped, inner) if "\\" in inner else inner


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code:
        return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else ""
    return _ESCAPED.get(found[4], found[4])


def _number(text: str) -> int | float | str:
    try:
        value = json.loads(text)
    except ValueError:
        return f"0{text}" if text.startswith(".") else text
    return value if isinstance(value, int | float) else text
