"""Sending the report to its readers: the PDF by mail, to each address at most once a week.

Belongs here: the mail, claims and what became of them. Does not belong here: SMTP (messages/smtp.py), what the
mail says (templates/weekly.txt.j2).

An address is claimed in a transaction of its own before the mail is handed over. Whoever dies after that leaves a claim
without an outcome: the mail may be out, so nobody sends it again, and `jsc report list` shows it as claimed.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import formataddr
from enum import StrEnum
from hashlib import sha256
from typing import Self

from psycopg import Connection

from assets.city import city
from assets.messages.letter import LostError, SendingError
from assets.messages.smtp import SmtpSender, SmtpSettings
from assets.reports.archive import Archived, NoReportError, week_name
from assets.settings import Settings
from assets.shelf import read_whole

Transaction = Callable[[], AbstractContextManager[Connection]]


class Sending(StrEnum):
    """State of a week's mail to one address."""

    DRY_RUN = "dry_run"
    CLAIMED = "claimed"
    SENT = "sent"
    WAITING = "waiting"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Delivery:
    """To whom the report goes, and whether it does."""

    recipients: Sequence[str]
    is_dry: bool

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As an installation is set: JSC_REPORT_RECIPIENTS and JSC_REPORT_SEND."""
        return cls(settings.report_recipients, is_dry=not settings.report_send)


def send_report(
    transaction: Transaction, reports: Sequence[Archived], delivery: Delivery, smtp: SmtpSettings, now: datetime
) -> Counter[Sending]:
    """Send one week's report to everybody who has not had it; counts what became of it.

    A dry run books each address as such; a later sending that is none goes out.

    Args:
        transaction: Opens a connection and a transaction.
        reports: The week's report in each language to send, from the archive.
        delivery: To whom.
        smtp: By which server.
        now: When.

    Raises:
        NoReportError: There is no report, or one without PDF.
    """
    if not reports:
        raise NoReportError("expected a report in the archive, found none. Make it: jsc report make")
    week = reports[0].week_start
    outcomes: Counter[Sending] = Counter()
    with SmtpSender(smtp) as sender:
        for recipient in delivery.recipients:
            message = _message(reports, recipient, smtp.sender)
            with transaction() as connection:
                is_claimed = _book(connection, week, recipient, delivery.is_dry, now)
            if delivery.is_dry or not is_claimed:
                outcomes[Sending.DRY_RUN] += is_claimed
                continue
            outcome, detail = _hand_over(sender, smtp, message)
            with transaction() as connection:
                _record(connection, week, recipient, outcome, detail, now)
            outcomes[outcome] += 1
    return +outcomes


def sendings(connection: Connection) -> dict[date, Counter[Sending]]:
    """How many addresses stand in which state, by week."""
    found: dict[date, Counter[Sending]] = {}
    for week, state, count in connection.execute(
        "select week_start, state, count(*) from private.report_sendings group by week_start, state order by 1, 2"
    ):
        found.setdefault(week, Counter())[Sending(state)] = count
    return found


def _hand_over(sender: SmtpSender, smtp: SmtpSettings, message: EmailMessage) -> tuple[Sending, str | None]:
    if not smtp.is_configured:
        return Sending.WAITING, "expected JSC_SMTP_URL, found none"
    try:
        sender.deliver(message)
    except SendingError as error:
        return (Sending.WAITING if error.may_later else Sending.REFUSED), str(error)
    except LostError as error:
        return Sending.UNKNOWN, str(error)
    return Sending.SENT, None


def _book(connection: Connection, week: date, recipient: str, is_dry: bool, now: datetime) -> bool:
    """Book the address before anything is sent; false where it has had the report, or may have."""
    again = [Sending.DRY_RUN] if is_dry else [Sending.DRY_RUN, Sending.WAITING, Sending.REFUSED]
    booked = connection.execute(
        """
        insert into private.report_sendings (week_start, recipient, state, at) values (%s, %s, %s, %s)
        on conflict (week_start, recipient) do update set state = excluded.state, at = excluded.at, detail = null
        where report_sendings.state = any(%s)
        """,
        [week, recipient, Sending.DRY_RUN if is_dry else Sending.CLAIMED, now, again],
    )
    return booked.rowcount == 1


def _record(
    connection: Connection, week: date, recipient: str, state: Sending, detail: str | None, now: datetime
) -> None:
    connection.execute(
        "update private.report_sendings set state = %s, detail = %s, at = %s where week_start = %s and recipient = %s",
        [state, detail, now, week, recipient],
    )


def _message(reports: Sequence[Archived], recipient: str, sender: str) -> EmailMessage:
    texts = [read_whole(report.file(".txt")).decode().partition("\n") for report in reports]
    week = week_name(reports[0].week_start)
    message = EmailMessage()
    message["From"] = formataddr((city().publisher, sender))
    message["To"] = recipient
    message["Subject"] = texts[0][0]
    # The same for the same week and address, so that also the reader's own server can tell it from a second one.
    message["Message-ID"] = f"<{week}.{sha256(recipient.encode()).hexdigest()[:16]}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n\n".join(body.strip() for _, _, body in texts) + "\n")
    for report in reports:
        pdf = report.file(".pdf")
        message.add_attachment(read_whole(pdf), maintype="application", subtype="pdf", filename=pdf.name)
    return message
