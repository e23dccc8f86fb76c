"""Where Kabar runs: a portal with an address, a gateway, and a report that was answered."""

from collections.abc import Callable, Iterator

import httpx
import psycopg
import pytest

from assets.clock import city_zone
from assets.complaints.outbox.sending import Outcome, Transaction
from database.roles import portal_login
from tests.integration.kabar.steps import URL, go, numbers
from tests.integration.post import Mailbox
from tests.integration.site import Site
from tests.integration.test_lapor import rows
from tests.integration.test_outbox import OUTBOX, decide, mail


@pytest.fixture(autouse=True)
def portal_url(no_settings: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSC_PORTAL_URL", URL)


@pytest.fixture
def site(database_url: str, mailbox: Mailbox) -> Iterator[httpx.Client]:
    with Site(portal_login(database_url, city_zone().key)) as http:
        yield http


@pytest.fixture
def gateway(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[tuple[str, str]]]:
    """An SMS gateway's outbox: the numbers and texts in it."""
    with psycopg.connect(database_url) as connection:
        connection.execute(OUTBOX)
    monkeypatch.setenv("JSC_SMS_URL", database_url)
    return lambda: rows(database_url, 'select "DestinationNumber", "TextDecoded" from outbox order by "ID"')


@pytest.fixture
def reported(transaction: Transaction, mailbox: Mailbox) -> str:
    """A report by mail that was answered; its number."""
    decide(transaction, "email", mail(1))
    assert go(transaction) == {Outcome.SENT: 1}
    mailbox.mails.clear()
    [number] = numbers(transaction)
    return number
