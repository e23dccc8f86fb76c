"""Heads of HTTP answers as cameras send them, made such that a strict reader takes them.

Belongs here: lines of a head that break HTTP. Does not belong here: what an answer means (wire.py).

Firmware writes header lines without a name, blanks before the colon, two lengths, "ICY" for HTTP. The picture behind
them is whole; only the lines are dropped that say nothing.
"""

import re
import ssl

import httpcore

MOST_HEAD = 64 * 1024

_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"(?:HTTP/1\.([01])|HTTP/\d(?:\.\d)?|ICY)[ \t]+(\d{3})(?!\d)")
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# Of a mended head, where the length and nothing else says how long the body is.
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


def mended_head(head: bytes) -> bytes:
    r"""Keep of a head what HTTP allows.

    Args:
        head: From the status line to the blank line.

    Returns:
        The same with lawful lines only; as it is where it has no status line, or is a provisional one.

    >>> mended_head(b"HTTP/1.1 200 OK\nX-Odd : 1\nTue, 12 Jun 2012 01:56:34 GMT\nContent-Length: 5\n\n")
    b'HTTP/1.1 200 \r\nX-Odd: 1\r\nContent-Length: 5\r\n\r\n'
    """
    status, *lines = re.split(rb"\r?\n", head.strip())
    said = _STATUS.match(status)
    if said is None or said[2].startswith(b"1"):
        return head
    kept: list[tuple[bytes, bytes]] = []
    for line in lines:
        name, colon, value = line.partition(b":")
        name = name.rstrip()
        if colon and _TOKEN.fullmatch(name):
            kept.append((name, _CONTROL.sub(b"", value).strip()))
    lengths = {value for name, value in kept if name.lower() == b"content-length"}
    trusts_length = len(lengths) == 1 and lengths.pop().isdigit()
    answer = [b"HTTP/1.%s %s " % (said[1] or b"0", said[2])]
    for name, value in kept:
        key = name.lower()
        if key == b"content-length":
            if not trusts_length:
                continue
            # Said twice alike, it is said once.
            trusts_length = False
        if key == b"transfer-encoding" and value.lower() != b"chunked":
            continue
        answer.append(name + b": " + value)
    return b"\r\n".join(answer) + b"\r\n\r\n"


class LenientStream(httpcore.AsyncNetworkStream):
    """A connection whose answers begin with a mended head, and end where that says.

    What a host sends beyond the length that it announced would be taken for the head of its next answer: it is dropped,
    and the connection is not used again.
    """

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner, self._awaits_head = inner, False
        # Bytes of the body that are still to come; None where the head does not say.
        self._left: int | None = None
        self._is_spoiled = False

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send; what is read next begins with a head, for nobody here asks before the answer ended."""
        self._awaits_head = True
        await self._inner.write(buffer, timeout)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Receive; a head is given whole."""
        if not self._awaits_head:
            return self._within(await self._inner.read(max_bytes, timeout))
        received = b""
        while len(received) < MOST_HEAD:
            chunk = await self._inner.read(max_bytes, timeout)
            received = (received + chunk).lstrip(b"\r\n")
            end = _END.search(received)
            if end is not None:
                self._awaits_head = False
                head = mended_head(received[: end.end()])
                length = None if _CHUNKED.search(head) else _LENGTH.search(head)
                self._left = None if length is None else int(length[1])
                return head + self._within(received[end.end() :])
            if not chunk:
                break
        self._awaits_head, self._left = False, None
        return received

    def _within(self, body: bytes) -> bytes:
        if self._left is None:
            return body
        self._is_spoiled = self._is_spoiled or len(body) > self._left
        body = body[: self._left]
        self._left -= len(body)
        return body

    async def aclose(self) -> None:
        """Close the connection."""
        await self._inner.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        """The same over TLS."""
        return LenientStream(await self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> object:
        """What the connection below knows; one with a surplus counts as one that was closed."""
        if info == "is_readable" and self._is_spoiled:
            return True
        return self._inner.get_extra_info(info)
