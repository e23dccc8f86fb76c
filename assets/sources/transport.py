"""Transport: one HTTP source asked with patience, and every failure in words without credentials.

Belongs here: retries, rate limits, answers cut off, the bounds of a window. Does not belong here: those of one answer
(bounded.py), paging and shapes (complaints/channels/).
"""

import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin, urlsplit

from pydantic import SecretStr
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from assets.sources.bounded import Answer, BoundedClient, Bounds, OutOfBoundsError
from assets.sources.records import PayloadError
from assets.sources.settings import HttpSource, Source, variable
from assets.sources.wire import load_json

if TYPE_CHECKING:
    import httpx

# A rate limit that ends later than this is left to the next run.
LONGEST_WAIT_S = 900.0
_LONGEST_PAUSE_S = 30.0

# What becomes of a failed fetch, for the end of its error.
AGAIN = "its window is fetched again in the next run"

# The Graph API says that a limit is used up with status 400 or 403 and one of these codes.
_GRAPH_LIMITS = frozenset({4, 17, 32, 613})
_GRAPH_TOKEN = 190


class SourceError(Exception):
    """A live source that gave no whole answer; names host and path, never a query or a credential."""


class Endless(SourceError):
    """The source's answers took more than their bounds: one goes on, or another page always follows."""


class Refused(SourceError):
    """The source said no: nothing was done."""


class Unreachable(Refused):
    """The source took nothing now, from anybody: no connection, or its rate limit is used up."""


class Unanswered(SourceError):
    """The answer was lost: whether anything was done is unknown."""


class _Again(Exception):
    """An answer that may come when it is asked for again, after `wait_s` where the source named a time."""

    def __init__(self, found: str, wait_s: float | None = None) -> None:
        super().__init__(found)
        self.wait_s = wait_s


def required(source: Source, field: str) -> str:
    """Give a field that the source cannot be asked without.

    Raises:
        SourceError: It is not set.
    """
    value = getattr(source, field)
    if not value:
        raise SourceError(f"expected {variable(source, field)}, found none; set it beside {variable(source, 'url')}")
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


class Transport:
    """Asks one source over HTTP; a context manager that holds its connections.

    Args:
        source: Where, with which token, how patiently.
    """

    def __init__(self, source: HttpSource) -> None:
        # It logs every URL with its query, where some vendors want their key.
        logging.getLogger("httpx").addFilter(_without_query)
        headers = {"Authorization": f"Bearer {source.token.get_secret_value()}"} if source.token else {}
        self._source = source
        self._client = BoundedClient(headers)
        self._bounds = Bounds(source.most_mb * 1024 * 1024, source.answer_s, source.timeout_s)
        self._ends_at = time.monotonic() + source.window_s
        self._answers = 0

    def __enter__(self) -> Self:
        """Open."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self._client.__exit__(kind, error, trace)

    def get_json(self, url: str, params: Mapping[str, str] | None = None) -> Any:
        """Fetch one whole answer of JSON; one that ends early is asked for once more.

        Raises:
            SourceError: See `get`; or no JSON twice.
        """
        for _ in range(2):
            try:
                return load_json(self.get(url, params))
            except PayloadError as error:
                refusal = error
        raise SourceError(f"{_shown(self._own(url))}: {refusal}; {AGAIN}")

    def get(self, url: str, params: Mapping[str, str] | None = None) -> bytes:
        """Fetch one whole answer.

        Asked again with growing pauses after 5xx, time-outs, lost connections and answers cut off; after 429 at
        the time that the source names.

        Args:
            url: Absolute, of the source's own host, or relative to its URL.
            params: Query.

        Raises:
            SourceError: No whole answer in `attempts`, a refusal, or a URL of another host.
            Endless: An answer that is too large or goes on, or the answers of the window are too many or take too long.
        """
        address = self._own(url)
        attempts = Retrying(
            stop=stop_after_attempt(self._source.attempts),
            wait=self._wait,
            retry=retry_if_exception_type(_Again),
            reraise=True,
        )
        try:
            return attempts(self._ask, address, dict(params or {}))
        except _Again as error:
            raise SourceError(
                f"expected an answer of {_shown(address)} in {self._source.attempts} attempts, found {error}; {AGAIN}"
            ) from None

    def post(self, url: str, json: object) -> bytes:
        """Send once: sending again could do twice what was done.

        Raises:
            Unreachable: No connection, or the rate limit is used up.
            Refused: The source said no.
            Unanswered: Sent, and no answer came.
        """
        import httpx

        address = self._own(url)
        try:
            answer = self._client.ask("POST", address, self._bounds, json=json)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise Unreachable(f"expected {_shown(address)} to take a connection, found none") from None
        except (httpx.LocalProtocolError, httpx.InvalidURL) as error:
            # Nothing was sent. The library's own words may quote a header.
            raise Refused(f"expected {_shown(address)} to take what is sent, found {type(error).__name__}") from None
        except (httpx.HTTPError, OutOfBoundsError) as error:
            raise Unanswered(f"expected an answer of {_shown(address)}, found {type(error).__name__}") from None
        if answer.status_code >= 500:
            raise Unanswered(f"expected an answer of {_shown(address)}, found status {answer.status_code}")
        if answer.status_code == 429:
            raise Unreachable(f"expected {_shown(address)} to accept, found its rate limit used up")
        if not answer.is_success:
            raise Refused(f"expected {_shown(address)} to accept, found status {answer.status_code}")
        return answer.content

    def _own(self, url: str) -> str:
        """Resolve a URL; the token goes to the source's own host only, whatever a `next` link says."""
        base = self._source.url or ""
        try:
            address = urljoin(base if base.endswith("/") else f"{base}/", url) if "://" not in url else url
            own, asked = urlsplit(base), urlsplit(address)
        except ValueError:
            own = asked = urlsplit("")
        if own.scheme not in ("http", "https") or not own.hostname:
            raise SourceError(f"expected a URL of HTTP, found none; look at {variable(self._source, 'url')}")
        if own[:2] != asked[:2]:
            raise SourceError(f"expected a URL of {own.scheme}://{own.hostname}, found one of {asked.hostname}")
        return address

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        named = error.wait_s if isinstance(error, _Again) else None
        pause = wait_random_exponential(multiplier=self._source.backoff_s, max=_LONGEST_PAUSE_S)
        return pause(state) if named is None else named

    def _ask(self, address: str, params: dict[str, str]) -> bytes:
        import httpx

        self._answers += 1
        if self._answers > self._source.most_answers or time.monotonic() > self._ends_at:
            raise Endless(
                f"expected the last page of {_shown(address)} within {self._source.most_answers:,} answers and"
                f" {self._source.window_s:,.0f} s, found that more follow; look at the source, or raise"
                f" {variable(self._source, 'most_answers')} and {variable(self._source, 'window_s')}"
            )
        try:
            answer = self._client.ask("GET", address, self._bounds, params=params)
        except OutOfBoundsError as error:
            raise Endless(f"{_shown(address)}: expected {error}; {AGAIN}") from None
        except httpx.InvalidURL:
            raise SourceError(
                f"expected a URL, found something else; look at {variable(self._source, 'url')}"
            ) from None
        except httpx.HTTPError as error:
            # The library's own words may quote a header.
            raise _Again(f"{type(error).__name__} (no whole answer)") from None
        status, code = answer.status_code, _graph_code(answer)
        if status == 429 or code in _GRAPH_LIMITS:
            raise _Again(f"status {status} (rate limit)", _named_wait(answer.headers, address))
        if status >= 500:
            raise _Again(f"status {status}", _named_wait(answer.headers, address))
        told = f"status {status}" if code is None else f"status {status} with code {code}"
        if status in (401, 403) or code == _GRAPH_TOKEN:
            mend = f"mend {variable(self._source, 'token')}"
            raise SourceError(f"expected {_shown(address)} to accept the credential, found {told}; {mend}")
        if not answer.is_success:
            look = f"look at {variable(self._source, 'url')}"
            raise SourceError(f"expected an answer of {_shown(address)}, found {told}; {look}")
        return answer.content


def _shown(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.hostname}{parts.path}"


def _named_wait(headers: "httpx.Headers", address: str) -> float | None:
    """Seconds until the time that an answer names; None where it names none.

    Raises:
        SourceError: It is further away than `LONGEST_WAIT_S`.
    """
    wait = _retry_after(headers.get("retry-after", ""))
    reset = headers.get("x-rate-limit-reset", "")
    if wait is None and reset.isdecimal():
        wait = float(reset) - time.time()
    if wait is None:
        return None
    if wait > LONGEST_WAIT_S:
        raise SourceError(
            f"expected an answer of {_shown(address)}, found its rate limit used up until {_until(wait)}; {AGAIN}"
        )
    return max(wait, 0.0)


def _until(wait_s: float) -> str:
    try:
        return f"{datetime.fromtimestamp(time.time() + wait_s, UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        return "a day beyond the calendar"


def _retry_after(value: str) -> float | None:
    """Seconds of a Retry-After field, which holds seconds or a date (RFC 9110, 10.2.3)."""
    if value.isdecimal():
        return float(value)
    try:
        return parsedate_to_datetime(value).timestamp() - time.time()
    except (ValueError, TypeError):
        return None


def _graph_code(answer: Answer) -> int | None:
    """Code of the Graph API's error object; None where there is none."""
    if answer.is_success:
        return None
    try:
        document = load_json(answer.content)
    except PayloadError:
        return None
    error = document.get("error") if isinstance(document, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) else None


def _without_query(record: logging.LogRecord) -> bool:
    """Cut the URLs of a log record to host and path."""
    import httpx

    if isinstance(record.args, tuple):
        record.args = tuple(_shown(str(part)) if isinstance(part, httpx.URL) else part for part in record.args)
    return True
