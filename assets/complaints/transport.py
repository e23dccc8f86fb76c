"""Transport: one HTTP source asked with patience, and every failure in words without credentials.

Belongs here: retries, rate limits, answers cut off. Does not belong here: paging and shapes (channels/).
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin, urlsplit

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from assets.complaints.model import PayloadError
from assets.complaints.sources import HttpSource
from assets.complaints.wire import load_json

if TYPE_CHECKING:
    import httpx

# A limit that ends later than this is the next run's matter.
LONGEST_WAIT_S = 900.0
_BACKOFF = wait_exponential_jitter(multiplier=0.5, max=30)


class SourceError(Exception):
    """A live source that gave no whole answer; names host and path, never a query or a credential."""


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


class Transport:
    """Asks one source over HTTP; a context manager that holds its connections.

    Args:
        source: Where, with which token, how patiently.
    """

    def __init__(self, source: HttpSource) -> None:
        # A fifth of a second, which the graph's definition need not pay.
        import httpx

        headers = {"Authorization": f"Bearer {source.token.get_secret_value()}"} if source.token else {}
        self._source = source
        self._client = httpx.Client(headers=headers, timeout=source.timeout_s, follow_redirects=False)

    def __enter__(self) -> Self:
        """Open."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self._client.close()

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
        raise SourceError(f"{_shown(self._own(url))}: {refusal}; its window is fetched again in the next run")

    def get(self, url: str, params: Mapping[str, str] | None = None) -> bytes:
        """Fetch one whole answer.

        Asked again with growing pauses after 5xx, time-outs, lost connections and answers cut off; after 429 at
        the time that the source names.

        Args:
            url: Absolute, of the source's own host, or relative to its URL.
            params: Query.

        Raises:
            SourceError: No whole answer in `attempts`, a refusal, or a URL of another host.
        """
        address = self._own(url)
        attempts = Retrying(
            stop=stop_after_attempt(self._source.attempts),
            wait=_wait,
            retry=retry_if_exception_type(_Again),
            reraise=True,
        )
        try:
            return attempts(self._ask, address, dict(params or {}))
        except _Again as error:
            raise SourceError(
                f"expected an answer of {_shown(address)} in {self._source.attempts} attempts, found {error};"
                " its window is fetched again in the next run"
            ) from error

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
            answer = self._client.post(address, json=json)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Unreachable(f"expected {_shown(address)} to take a connection, found none") from error
        except httpx.HTTPError as error:
            raise Unanswered(f"expected an answer of {_shown(address)}, found {type(error).__name__}") from error
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
        address = urljoin(base if base.endswith("/") else f"{base}/", url) if "://" not in url else url
        if urlsplit(address)[:2] != urlsplit(base)[:2]:
            raise SourceError(f"expected a URL of {urlsplit(base).netloc}, found one of {urlsplit(address).netloc}")
        return address

    def _ask(self, address: str, params: dict[str, str]) -> bytes:
        import httpx

        try:
            answer = self._client.get(address, params=params) if params else self._client.get(address)
        except httpx.HTTPError as error:
            raise _Again(f"{type(error).__name__} (no whole answer)") from error
        status = answer.status_code
        if status == 429:
            raise _Again("status 429 (rate limit)", _named_wait(answer.headers, address))
        if status >= 500:
            raise _Again(f"status {status}", _named_wait(answer.headers, address))
        if status in (401, 403):
            raise SourceError(
                f"expected {_shown(address)} to accept the credential, found status {status}; mend the source's"
                f" token ({type(self._source).model_config.get('env_prefix', '')}TOKEN)"
            )
        if not answer.is_success:
            raise SourceError(f"expected an answer of {_shown(address)}, found status {status}")
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
    if wait is None and reset.isdigit():
        wait = int(reset) - time.time()
    if wait is None:
        return None
    if wait > LONGEST_WAIT_S:
        until = datetime.fromtimestamp(time.time() + wait, UTC)
        raise SourceError(
            f"expected an answer of {_shown(address)}, found its rate limit used up until {until:%Y-%m-%d %H:%M} UTC;"
            " its window is fetched again in the next run"
        )
    return max(wait, 0.0)


def _retry_after(value: str) -> float | None:
    """Seconds of a Retry-After field, which holds seconds or a date (RFC 9110, 10.2.3)."""
    if value.isdigit():
        return float(value)
    try:
        return parsedate_to_datetime(value).timestamp() - time.time()
    except (ValueError, TypeError):
        return None


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    named = error.wait_s if isinstance(error, _Again) else None
    return _BACKOFF(state) if named is None else named
