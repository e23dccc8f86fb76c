"""Lists of objects in JavaScript and TypeScript, as pages keep their cameras.

Belongs here: literals, wherever in a script they stand. Does not belong here: the grammar (tree-sitter), running
anything; what is no literal stays unread and says so.
"""

import json
import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from assets.cctv.camera_list import ListError
from assets.cctv.importing.document import alone_in, lists_in
from assets.cctv.importing.hidden import hidden_in
from assets.cctv.importing.unread import Unread

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}
_NAME = re.compile(r"[\w$]+(?:\.[\w$]+)*")
_LITERALS = ("array", "object")
# What stands round a value and changes nothing of it.
_ROUND = ("as_expression", "satisfies_expression", "non_null_expression", "parenthesized_expression", "type_assertion")
_NO_VALUES = {"true": True, "false": False, "null": None, "undefined": None}
_EXPECTED = "JSON or JavaScript whose lists can be read"
_UNREAD = Unread("expected a value, found what a script works out")


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


@cache
def _parser() -> "Parser":
    from tree_sitter import Language, Parser
    from tree_sitter_typescript import language_typescript

    return Parser(Language(language_typescript()))


class _Script:
    """A script as its tree, of which the lists are read one by one."""

    def __init__(self, text: str) -> None:
        tree = _parser().parse(text.encode())
        self._root = tree.root_node
        self._waiting = [self._root]
        self._lists: dict[str, list[Any]] = {}
        self._alone: dict[str, list[Any]] = {}

    def lists(self) -> dict[str, list[Any]]:
        """All of them, also those within what a script works out."""
        while self._waiting:
            node = self._waiting.pop()
            if node.type in _LITERALS:
                self._take(node)
            else:
                if node.is_error and _holds_objects(node):
                    raise _broken(node, _name_in(node), "breaks off")
                self._waiting += reversed(node.named_children)
        return self._lists or self._alone

    def _take(self, node: "Node") -> None:
        """Read a literal and keep its lists."""
        name, is_pushed = _name_of(node)
        try:
            value = self._value(node)
        except RecursionError as error:
            raise _broken(node, name, "is nested too deep") from error
        if is_pushed:
            self._lists.setdefault(name, []).extend(value if isinstance(value, list) else [value])
            return
        for found, rows in lists_in(value, name).items():
            self._lists[_free(found, self._lists)] = rows
        if _is_named(node) and (rows := alone_in(value)):
            self._alone[_free(name, self._alone)] = rows

    def _value(self, node: "Node") -> Any:
        """A literal, or what says that there is none; what a script works out is looked into later."""
        if node.is_missing or node.is_error:
            raise _broken(node, _name_of(_outermost(node))[0], "breaks off")
        kind = node.type
        if kind == "array":
            return [self._value(child) for child in node.named_children if child.type != "comment"]
        if kind == "object":
            return self._fields(node)
        if kind in _ROUND:
            return self._value(node.named_children[-1 if kind == "type_assertion" else 0])
        if kind in _NO_VALUES:
            return _NO_VALUES[kind]
        if read := _READ.get(kind):
            return read(_text(node))
        self._waiting.append(node)
        return _UNREAD

    def _fields(self, node: "Node") -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for child in node.named_children:
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if child.is_error or child.is_missing:
                raise _broken(child, _name_of(_outermost(child))[0], "breaks off")
            if key is not None and value is not None:
                said = _text_of(_text(key)) if key.type == "string" else _text(key)
                fields[str(said)] = self._value(value)
            elif child.type == "method_definition":
                self._waiting.append(child)
            elif child.type != "comment":
                fields[_text(child)] = _UNREAD
        return fields


def _name_of(node: "Node") -> tuple[str, bool]:
    """What a literal is called, and whether it is pushed onto a list of that name."""
    parent = _around(node).parent
    if parent is None:
        return "list", False
    if parent.type == "arguments" and parent.parent is not None:
        name = _dotted(parent.parent.child_by_field_name("function"))
        list_of, dot, verb = name.rpartition(".")
        return (list_of, True) if verb == "push" and dot else (name or "list", False)
    if parent.type == "export_statement":
        return "default", False
    for field in ("name", "left", "key"):
        named = parent.child_by_field_name(field)
        if named is not None:
            return _dotted(named).strip("\"'`") or "list", False
    return "list", False


def _dotted(node: "Node | None") -> str:
    """A name, with dots or in quotes; empty for what is none."""
    text = "" if node is None else _text(node)
    return text if _NAME.fullmatch(text.strip("\"'`")) else ""


def _around(node: "Node") -> "Node":
    """A value with what stands round it and changes nothing of it."""
    while node.parent is not None and node.parent.type in _ROUND:
        node = node.parent
    return node


def _is_named(node: "Node") -> bool:
    """Whether a literal is assigned, or all that there is."""
    parent = _around(node).parent
    return parent is None or parent.type in ("variable_declarator", "assignment_expression", "expression_statement")


def _outermost(node: "Node") -> "Node":
    """The literal in which a node lies, the outermost."""
    found, above = node, node.parent
    while above is not None:
        if above.type in _LITERALS:
            found = above
        above = above.parent
    return found


def _holds_objects(error: "Node") -> bool:
    """Whether what the grammar could not read is a list of objects, or an object."""
    return any(child.type in ("pair", "object", "array") for child in error.named_children)


def _name_in(error: "Node") -> str:
    named = [child for child in error.named_children if child.type == "identifier"]
    return _text(named[-1]) if named else "a list"


def _broken(node: "Node", name: str, why: str) -> ListError:
    line = _outermost(node).start_point.row + 1
    return ListError(
        _EXPECTED, f"{'a list' if hidden_in(name) else name} of line {line}, which {why}", "get the whole file"
    )


def _text(node: "Node") -> str:
    return (node.text or b"").decode(errors="replace")


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


def _number(text: str) -> int | float | str | Unread:
    """A number, with its sign; one in a way of JavaScript's own as its text."""
    plain = "".join(text.split()).removeprefix("+")
    if not re.fullmatch(r"-?\.?\d[\w.+-]*", plain):
        return _UNREAD
    try:
        value = json.loads(plain)
    except ValueError:
        return plain.replace(".", "0.", 1) if plain.startswith((".", "-.")) else plain
    return value if isinstance(value, int | float) else plain


_READ: dict[str, Callable[[str], Any]] = {
    "string": _text_of, "template_string": _text_of, "number": _number, "unary_expression": _number,
}  # fmt: skip
