"""Bytes to text where the charset that is declared may be another than the one that was written.

Belongs here: which charset bytes are read by. Does not belong here: where a charset is declared (complaints/channels/).
"""

import codecs

# What is declared by habit: bytes that are UTF-8 beyond ASCII are never one of these by chance.
_BY_HABIT = frozenset({"ascii", "iso8859-1", "cp1252", "iso8859-15"})
_WIDE = ("utf-16", "utf-32")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
# A byte that is no UTF-8 stands as a lone surrogate, U+DC80 to U+DCFF: as Windows writes it, else as Latin-1.
_AS_WINDOWS = {0xDC00 + byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0x100)}


def decode(raw: bytes, declared: str | None) -> str:
    r"""Decode by the charset declared where the bytes bear it out, else as UTF-8, else as Windows-1252.

    Bytes that are UTF-8 but for a few keep their letters: only the few are read as Windows-1252. No byte is lost.

    >>> decode(b"\x93Got\x94 caf\xe9", "utf-8"), decode("Café".encode(), "iso-8859-1")
    ('“Got” café', 'Café')
    """
    for mark, charset in _BOMS:
        if raw.startswith(mark):
            declared = charset
            break
    name = _known(declared)
    is_wide_by_name_only = name.startswith(_WIDE) and b"\0" not in raw
    if name and name != "utf-8" and name not in _BY_HABIT and not is_wide_by_name_only:
        try:
            return raw.decode(name)
        except (UnicodeError, ValueError):
            pass
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        if name in _BY_HABIT:
            # Who declares Latin-1 or ASCII and writes bytes beyond it writes Windows-1252.
            return raw.decode("ascii", "surrogateescape").translate(_AS_WINDOWS)
        return raw.decode("utf-8", "surrogateescape").translate(_AS_WINDOWS)


def _known(declared: str | None) -> str:
    """Python's name of a charset of texts; empty for one that it does not know."""
    try:
        found = codecs.lookup(declared or "utf-8")
        # Codecs that are none of texts (base64, rot13) raise here.
        "".encode(found.name)
    except (LookupError, ValueError, TypeError):
        return ""
    return found.name
