r"""A host on loopback that answers byte for byte what it is told, lawful or not.

Belongs here: the server. Does not belong here: hosts that behave as cameras do (camera_hosts.py).

    with RawHost({"/a": b"HTTP/1.1 200 OK\r\n\r\npicture"}) as host:
        platform.sweep(host.url("/a"))
"""

import re
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

# The answer to a request: bytes, or a function of the request's head that gives them piece by piece.
Said = bytes | Callable[[str], Iterable[bytes]]


class RawHost:
    """Answers each request and closes the connection; a context manager.

    Args:
        answers: By path; what has none is answered with status 404. May be changed while the host runs.
        address: Of loopback.
    """

    def __init__(self, answers: Mapping[str, Said], address: str = "127.0.0.1") -> None:
        self.answers = dict(answers)
        # Heads of the requests as they came, and the bytes sent by path.
        self.requests: list[str] = []
        self.sent: Counter[str] = Counter()
        self._address = address

    def __enter__(self) -> Self:
        self._server = socket.create_server((self._address, 0))
        self.port = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()

    def url(self, path: str, login: str = "") -> str:
        """Address of a path; a login stands before the host."""
        return f"http://{login}{'@' if login else ''}{self._address}:{self.port}{path}"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            asked = b""
            while b"\r\n\r\n" not in asked:
                part = connection.recv(65536)
                if not part:
                    return
                asked += part
            head = asked.decode("latin-1")
            self.requests.append(head)
            path = head.split(" ")[1].partition("?")[0]
            said = self.answers.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            for piece in [said] if isinstance(said, bytes) else said(head):
                # Before it is sent: who received it may count at once.
                self.sent[path] += len(piece)
                connection.sendall(piece)
            connection.shutdown(socket.SHUT_WR)
            # What is closed with an unread request is reset.
            while connection.recv(65536):
                pass


def answer(body: bytes, content_type: str = "image/jpeg", *headers: str, status: str = "200 OK") -> bytes:
    """A lawful answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


def file_of(path: Path, content_type: str = "application/octet-stream") -> Callable[[str], Iterable[bytes]]:
    """Answers with a file, or the range of it that is asked for."""

    def said(head: str) -> Iterable[bytes]:
        content = path.read_bytes()
        asked = re.search(r"\r\nRange: bytes=(\d+)-(\d*)", head, re.IGNORECASE)
        if asked is None:
            return [answer(content, content_type)]
        start, end = int(asked[1]), min(int(asked[2] or len(content) - 1), len(content) - 1)
        if start > end:
            return [answer(b"", status="416 Range Not Satisfiable")]
        said = f"Content-Range: bytes {start}-{end}/{len(content)}"
        return [answer(content[start : end + 1], content_type, said, status="206 Partial Content")]

    return said
