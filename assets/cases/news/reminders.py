"""Reminders: holders who say nothing of a case are reminded, and its reporters and followers are told so.

Belongs here: booking a reminder and whom it is told. Does not belong here: which case is silent (silence.py), where the
desk and the number's page show it (desk.reminded, front.reminded).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from psycopg import Connection
from pydantic import field_validator
from pydantic_settings import SettingsConfigDict

from assets.cases.news.silence import Rules, SilentCase, silent_cases
from assets.cases.news.telling import CHANNEL_OF, addressed, message_about, read_audience, read_cases
from assets.cases.news.words import Vocabulary
from assets.complaints.outbox.address import MAIL
from assets.complaints.outbox.answers import MessageKind
from assets.complaints.outbox.follows import recipient_of
from assets.complaints.outbox.queue import Message, enqueue
from assets.statuses import CaseStatus
from assets.storage import copy_rows
from database.settings import Variables


class ReminderSettings(Variables):
    """Where agencies are reminded by mail.

    Attributes:
        mail: By code of skpd.csv: the agency's address; one that is not named is reminded at its desk alone.
    """

    model_config = SettingsConfigDict(env_prefix="JSC_REMINDER_")

    mail: dict[str, str] = {}

    @field_validator("mail")
    @classmethod
    def _has_addresses(cls, value: dict[str, str]) -> dict[str, str]:
        if wrong := [code for code, address in value.items() if "@" not in address]:
            raise ValueError(f"expected an address for each agency, found none for {', '.join(wrong)}")
        return value


def remind(
    connection: Connection, vocabulary: Vocabulary, rules: Rules, mail: Mapping[str, str], batch_id: str, now: datetime
) -> int:
    """Remind the holders of silent cases, each case at most once a week; returns how many cases.

    Args:
        connection: Open connection; the caller owns the transaction.
        vocabulary: What sentences name.
        rules: The city's limits.
        mail: Addresses of agencies, by their codes.
        batch_id: The run.
        now: When.
    """
    silent = silent_cases(connection, rules, now)
    copy_rows(
        connection,
        "ledger.reminders",
        ["case_id", "reminded_at", "holder_code", "silent_since", "is_synthetic"],
        ((one.case_id, now, one.holder_code, one.silent_since, one.is_synthetic) for one in silent),
    )
    messages = [
        *_to_reporters(connection, vocabulary, silent, now),
        *_to_agencies(connection, vocabulary, silent, mail, now),
    ]
    enqueue(connection, messages, batch_id, now)
    return len(silent)


def _to_reporters(
    connection: Connection, vocabulary: Vocabulary, silent: Sequence[SilentCase], now: datetime
) -> Iterator[Message]:
    by_case = {one.case_id: one for one in silent}
    cases = read_cases(connection, by_case)
    audience, has_links = read_audience(connection, cases), vocabulary.address.url is not None
    for case in cases:
        one = by_case[case.case_id]
        for report, visibility, way, follower, follow_id in addressed(case, audience, has_links=has_links):
            body = vocabulary.silence(
                report, CaseStatus(one.status_code), one.holder_code, one.silent_since, visibility, way
            )
            yield message_about(report, way, follower, follow_id, MessageKind.SILENCE, body, now.isoformat())


def _to_agencies(
    connection: Connection,
    vocabulary: Vocabulary,
    silent: Sequence[SilentCase],
    mail: Mapping[str, str],
    now: datetime,
) -> Iterator[Message]:
    """One mail to each agency whose address the city gave."""
    held: dict[str, list[SilentCase]] = defaultdict(list)
    for one in silent:
        if one.holder_code in mail:
            held[one.holder_code].append(one)
    for holder, some in sorted(held.items()):
        listed = sorted((one.tracking_number, one.silent_since) for one in some)
        yield Message(
            CHANNEL_OF[MAIL], MAIL, MessageKind.REMINDER, vocabulary.reminder(holder, listed),
            some[0].is_synthetic, recipient_id=recipient_of(connection, MAIL, mail[holder]),
            occasion=f"{holder} {now.isoformat()}", subject="Kasus tanpa perkembangan",
        )  # fmt: skip
