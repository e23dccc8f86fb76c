"""The walk of Kabar: in each run what came in is told, and once a day, in the morning, what did not come.

Belongs here: the order, and which part has its turn. Does not belong here: any of the parts.

It runs as an asset of the intake job (`out_cases__news`), right before the outbox is sent, and not with the clerk:
events come by file, by the CRM's list and from the desk, of which the clerk hears nothing, and nothing leaves before
the outbox of that job is sent anyway. The words LACAK, KABAR, YA and BERHENTI come with messages, and are answered
where these are decided (assets/complaints/outbox/requested.py), with the clerk or without.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from psycopg import Connection

from assets.cases.news.confirmations import ask_confirmations
from assets.cases.news.digests import write_digests
from assets.cases.news.reminders import ReminderSettings, remind
from assets.cases.news.silence import Rules
from assets.cases.news.telling import tell_news
from assets.cases.news.words import Vocabulary
from assets.clock import city_zone
from assets.complaints.outbox.address import PublicAddress
from assets.complaints.outbox.follows import tidy
from assets.reference import load_reference

# Nobody's telephone rings before, and offices open soon after.
MORNING = 7


@dataclass(frozen=True)
class Newsroom:
    """What the walk works with.

    Attributes:
        vocabulary: What sentences name.
        rules: The city's limits.
        mail: Addresses of agencies, by their codes.
        is_synthetic: Whether the city is.
    """

    vocabulary: Vocabulary
    rules: Rules
    mail: Mapping[str, str]
    is_synthetic: bool

    @classmethod
    def of(cls, seeds: Path, *, is_synthetic: bool) -> Self:
        """As an installation is set.

        Raises:
            pydantic.ValidationError: JSC_PORTAL_URL or JSC_REMINDER_MAIL is none.
        """
        vocabulary = Vocabulary(load_reference(seeds), PublicAddress())
        return cls(vocabulary, Rules.read(seeds), ReminderSettings().mail, is_synthetic)


def make_round(
    transaction: Callable[[], AbstractContextManager[Connection]], newsroom: Newsroom, batch_id: str, now: datetime
) -> Counter[str]:
    """Queue all that is to be told now; returns how much of each.

    Each part is a transaction of its own: what is told is told once, whatever fails after it.

    Args:
        transaction: Opens a connection and a transaction.
        newsroom: What it works with.
        batch_id: The run.
        now: When.
    """
    vocabulary, counts = newsroom.vocabulary, Counter[str]()
    with transaction() as connection:
        counts["news"] = tell_news(connection, vocabulary, batch_id, now)
    with transaction() as connection:
        counts["confirmations"] = ask_confirmations(
            connection, vocabulary, batch_id, now, is_synthetic=newsroom.is_synthetic
        )
    with transaction() as connection:
        if _is_its_turn(connection, now):
            counts["reminded"] = remind(connection, vocabulary, newsroom.rules, newsroom.mail, batch_id, now)
            counts["digests"] = write_digests(connection, vocabulary, batch_id, now)
            tidy(connection)
    return counts


def _is_its_turn(connection: Connection, now: datetime) -> bool:
    """Whether the day's round is still to be made, and there are figures to make it from; it is taken then."""
    local = now.astimezone(city_zone())
    [(is_built,)] = connection.execute("select to_regclass('marts.fct_complaints') is not null").fetchall()
    if local.hour < MORNING or not is_built:
        return False
    taken = connection.execute(
        "insert into ledger.news_days (day_wib) values (%s) on conflict do nothing", [local.date()]
    )
    return taken.rowcount == 1
