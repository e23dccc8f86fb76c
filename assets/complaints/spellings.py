"""How a person may be written: their numbers, addresses, ids and handles, in whatever spelling.

Belongs here: finding them in a text, a JSON value or the bytes of a file, and taking them out.
Does not belong here: whose they are (forget.py), where they are looked for (traces.py, trace_files.py).

A number is found with and without its country code and with whatever stands between its digits; an address in any
case; an id as a word of its own. A handle may be a word that anybody uses ("kota"): it is found behind an @ and
where it is a whole value, not in running text. The id of a WhatsApp message is read too: it holds a number in base64.
"""

import base64
import binascii
import io
import json
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from typing import Any

from assets.sources.telephone import HOME_CODE, read_telephone

MASK = "[dihapus]"
# Below this an id or a handle occurs by chance, and so does a number of so few digits in running text.
LEAST_LETTERS, LEAST_DIGITS = 6, 9

# What may stand between the digits of a number.
SEPARATORS = " \t\r\n().-/\u00a0\u2010\u2011\u2012\u2013\u2014\u2015\u202f\u2212"
_BETWEEN = r"[\s().\-/\u00a0\u2010-\u2015\u202f\u2212]{0,3}"
# In JSON a line break is a backslash and a letter, which is no part of the word behind it.
_BEGIN = r"(?:(?<![0-9a-z_])|(?<=\\[nrtbf]))"
_AT = r"(?:@|\\u0040|%40)"
# No text has a letter before its beginning.
_NEVER = r"x\Ay"
_MESSAGE_ID = re.compile(r"wamid\.[A-Za-z0-9+/=_\-]+")
_MAIL_FIELD = re.compile(rb"(?im)^(?:from|message-id|received|return-path):")


@dataclass(frozen=True)
class Spellings:
    """The spellings of one person.

    Attributes:
        sure: What means them wherever it stands, as a pattern.
        exact: What means them as a whole value only, in lower case.
        needles: What every text that holds them contains, once it is in lower case and without `SEPARATORS`.
        encoded: What the base64 of every text that holds their numbers contains.
    """

    sure: str
    exact: frozenset[str]
    needles: frozenset[str]
    encoded: frozenset[str]

    @classmethod
    def of(cls, contacts: Collection[str]) -> "Spellings":
        """Collect the spellings of telephone numbers, e-mail addresses, ids and handles."""
        sure, exact, needles, encoded = set(), set(), set(), set()
        for contact in (contact.strip() for contact in contacts):
            bare = contact.removeprefix("@").casefold()
            if number := read_telephone(contact):
                sure.add(_number_pattern(number))
                needles.add(number.removeprefix(HOME_CODE).removeprefix("+"))
                encoded |= _in_base64(number.removeprefix(HOME_CODE).removeprefix("+"))
            if "@" in bare:
                sure.add(rf"{_BEGIN}{re.escape(bare).replace('@', _AT)}(?![0-9a-z\-]|\.[0-9a-z])")
            elif number is None and len(bare) >= LEAST_LETTERS:
                sure.add(_id_pattern(bare))
            if len(bare) >= LEAST_LETTERS:
                exact.add(bare)
                needles |= {_squeezed(bare.replace("@", at)) for at in ("@", "\\u0040", "%40")}
        return cls("|".join(sorted(sure)) or _NEVER, frozenset(exact), frozenset(needles), frozenset(encoded))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for: a person who left a name alone."""
        return self.sure == _NEVER and not self.exact

    def mask_text(self, text: str) -> str:
        """Take them out of a running text."""
        masked = re.sub(self.sure, MASK, text, flags=re.IGNORECASE)
        return _MESSAGE_ID.sub(lambda found: MASK if self._is_inside(found[0]) else found[0], masked)

    def mask(self, value: Any, *, is_theirs: bool) -> Any:
        """Take them out of a value of a table, with all that a JSON value holds.

        Args:
            value: Text, number, list or object.
            is_theirs: Whether a whole value may be a handle, as in what a channel delivered.
        """
        if isinstance(value, dict):
            return {key: self._mask_entry(key, one, is_theirs=is_theirs) for key, one in value.items()}
        if isinstance(value, list):
            return [self.mask(one, is_theirs=is_theirs) for one in value]
        if isinstance(value, bool) or not isinstance(value, int | str):
            return value
        text = str(value)
        if is_theirs and text.strip().removeprefix("@").casefold() in self.exact:
            return MASK
        masked = self.mask_text(text)
        return value if masked == text else masked

    def _mask_entry(self, key: str, value: Any, *, is_theirs: bool) -> Any:
        if key == "raw_base64" and isinstance(value, str):
            content = base64.b64decode(value)
            return base64.b64encode(self.mask_file(content)).decode("ascii") if self.are_in(content) else value
        return self.mask(value, is_theirs=is_theirs)

    def are_in(self, content: bytes) -> bool:
        """Whether bytes hold them: a text, JSON, a mail, or a workbook."""
        return any(self._mask_whole(text) != text for text in _legible(content))

    def mask_file(self, content: bytes) -> bytes:
        """Take them out of bytes as `are_in` reads them; what is not theirs stays as it is."""
        if content.startswith(b"PK"):
            return self._mask_workbook(content)
        encoding = _encoding(content)
        masked = self._mask_whole(content.decode(encoding, "surrogateescape")).encode(encoding, "surrogateescape")
        return self._mask_mail(masked) if _MAIL_FIELD.search(masked[:4000]) and self.are_in(masked) else masked

    def _mask_whole(self, text: str) -> str:
        """Take them out of a text in which values stand between quotes, tags or delimiters."""
        masked = self.mask_text(text)
        for one in self.exact:
            value = rf"(?<=[\"'>;|,:\t\n])( ?){_AT}?{re.escape(one)}(?=[\"'<;|,\t\r\n}}\]]|$)"
            masked = re.sub(
                value, rf"\g<1>{MASK}" if not one.isdigit() else _digits_masked, masked, flags=re.IGNORECASE
            )
        return masked

    def _is_inside(self, message_id: str) -> bool:
        token = message_id.removeprefix("wamid.").rstrip("=")
        try:
            inside = base64.b64decode(
                token + "=" * (-len(token) % 4), altchars=b"-_" if set("-_") & set(token) else None
            )
        except (ValueError, binascii.Error):
            return False
        return re.search(self.sure, inside.decode("latin-1"), re.IGNORECASE) is not None

    def _mask_workbook(self, content: bytes) -> bytes:
        masked = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(masked, "w", zipfile.ZIP_DEFLATED) as new:
            for member in old.infolist():
                inside = old.read(member)
                new.writestr(member, self.mask_file(inside) if member.filename.endswith(".xml") else inside)
        return masked.getvalue()

    def _mask_mail(self, content: bytes) -> bytes:
        """Take them out of a mail's encoded fields and parts."""
        message = message_from_bytes(content)
        for name, field in message.items():
            text = _field(field)
            if self.mask_text(text) != text:
                message.replace_header(name, self.mask_text(text))
        for part in message.walk():
            inside = _part(part)
            if inside is not None and self._mask_whole(inside) != inside:
                del part["Content-Transfer-Encoding"]
                part.set_payload(self._mask_whole(inside), "utf-8")
        return message.as_bytes()


def _squeezed(text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, SEPARATORS)))


def _in_base64(text: str) -> set[str]:
    """What the base64 of any text around this one contains: the letters that hold nothing else, at three offsets."""
    return {
        base64.b64encode(b"\0" * before + text.encode()).decode()[-(-before * 8 // 6) : (before + len(text)) * 8 // 6]
        for before in range(3)
    }


def _id_pattern(name: str) -> str:
    if name.isdigit() and len(name) >= LEAST_DIGITS:
        # Ids of what an account wrote are made of the account's: "<account>_<post>".
        return f"(?<![0-9]){name}(?![0-9])"
    begin = _AT if name.isalpha() or name.isdigit() else _BEGIN
    return f"{begin}{re.escape(name)}(?![0-9a-z_])"


def _number_pattern(number: str) -> str:
    digits = number.removeprefix(HOME_CODE) if number.startswith(HOME_CODE) else number.removeprefix("+")
    spaced = _BETWEEN.join(digits)
    before = rf"(?:(?:\+|00)?{_BETWEEN}6{_BETWEEN}2{_BETWEEN})?(?:\(?0\)?{_BETWEEN})?"
    return rf"(?<![0-9]){before if number.startswith(HOME_CODE) else ''}{spaced}(?![0-9])"


def _digits_masked(found: re.Match[str]) -> str:
    """A number of JSON that is no text becomes a text."""
    is_bare = found.string[found.start() - 1] == ":"
    return f'{found[1]}"{MASK}"' if is_bare else f"{found[1]}{MASK}"


def _encoding(content: bytes) -> str:
    return "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"


def _legible(content: bytes) -> Iterator[str]:
    """The texts that bytes hold, each as a person would read it."""
    if content.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as workbook:
                for member in workbook.namelist():
                    if member.endswith(".xml"):
                        yield workbook.read(member).decode("utf-8", "replace")
        except (zipfile.BadZipFile, OSError):
            yield content.decode("latin-1")
        return
    text = content.decode(_encoding(content), "replace")
    yield text
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        if _MAIL_FIELD.search(content[:4000]):
            yield from _mail_texts(content)
        return
    yield json.dumps(document, ensure_ascii=False)
    if isinstance(document, dict) and isinstance(document.get("raw_base64"), str):
        try:
            yield from _legible(base64.b64decode(document["raw_base64"]))
        except (ValueError, binascii.Error):
            return


def _mail_texts(content: bytes) -> Iterator[str]:
    try:
        message = message_from_bytes(content)
    except (MessageError, ValueError, LookupError):
        return
    yield from (_field(field) for field in message.values())
    yield from (text for part in message.walk() if (text := _part(part)) is not None)


def _field(field: object) -> str:
    try:
        return str(make_header(decode_header(str(field))))
    except (MessageError, ValueError, LookupError):
        return str(field)


def _part(part: Message) -> str | None:
    """The decoded text of a part; None for one that is no text."""
    if part.get_content_maintype() != "text":
        return None
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return None
    try:
        return content.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return content.decode("utf-8", "replace")
