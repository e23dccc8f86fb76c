"""Followings and who is behind them: confirmed and stopped by a word, and erased with their person.

Belongs here: private.recipients and private.follows as the platform writes them. Does not belong here: how a following
is asked for and stopped by a link (front.ask_news, front.answer_news), what followers are told (assets/cases/news).
"""

from collections.abc import Collection
from uuid import UUID

from psycopg import Connection

from assets.complaints.accounts import joined_keys
from assets.complaints.triage.reporter import keys_of_contact
from assets.sources.telephone import read_telephone

# Followings of one contact, as front.ask_news counts them too.
MOST_FOLLOWED = 20
# Days in which a following has to be confirmed; what was not is deleted.
WAITS_DAYS = 7


def normal(contact: str) -> str:
    """A contact as it is kept: a telephone number in E.164, an address in lower case, an account as it is.

    >>> normal("0812-3456-789"), normal(" Budi@Mail.Example "), normal("ID.2ab13F")
    ('+628123456789', 'budi@mail.example', 'ID.2ab13F')
    """
    return read_telephone(contact) or (contact.strip().casefold() if "@" in contact else contact.strip())


def recipient_of(connection: Connection, way: str, contact: str) -> int:
    """The recipient behind a contact, added where there is none."""
    [(recipient_id,)] = connection.execute(
        """
        insert into private.recipients as known (way, contact) values (%s, %s)
        on conflict (way, contact) do update set contact = known.contact
        returning recipient_id
        """,
        [way, normal(contact)],
    ).fetchall()
    return int(recipient_id)


def follow(connection: Connection, recipient_id: int, number: str) -> bool:
    """Follow a number for who asked by their own telephone; False where nobody was given that number."""
    [(is_known,)] = connection.execute(
        "select exists (select from ledger.tracking_numbers where tracking_number = %s)", [number]
    ).fetchall()
    if is_known:
        connection.execute(
            """
            insert into private.follows (recipient_id, tracking_number, is_asked, confirmed_at)
            select %(recipient)s, %(number)s, true, now()
            where %(most)s > (
                select count(*) from private.follows where recipient_id = %(recipient)s and stopped_at is null
            )
            on conflict on constraint follows_once
            do update set is_asked = true, confirmed_at = now(), stopped_at = null
            """,
            {"recipient": recipient_id, "number": number, "most": MOST_FOLLOWED},
        )
    return bool(is_known)


def confirm_all(connection: Connection, way: str, contact: str) -> int:
    """Confirm what this contact was asked and waits for its word; returns how many followings."""
    confirmed = connection.execute(
        """
        update private.follows set confirmed_at = now()
        from private.recipients
        where follows.recipient_id = recipients.recipient_id and way = %s and contact = %s
            and is_asked and confirmed_at is null and stopped_at is null
            and asked_at > now() - make_interval(days => %s)
        """,
        [way, normal(contact), WAITS_DAYS],
    )
    return confirmed.rowcount


def stop_all(connection: Connection, channel: str, way: str, contact: str, number: str | None) -> None:
    """Stop what goes to a contact: what it follows, and news of the reports that came from it.

    Args:
        connection: Open connection; the caller owns the transaction.
        channel: Of the reports.
        way: By which it goes.
        contact: Of the sender.
        number: The one that is to be stopped; None for all.
    """
    theirs = connection.execute(
        """
        select follow_id
        from private.follows
        inner join private.recipients using (recipient_id)
        where way = %s and contact = %s and coalesce(tracking_number = %s, %s)
        """,
        [way, normal(contact), number, number is None],
    ).fetchall()
    own = connection.execute(
        """
        select distinct tracking_number
        from private.complaints
        inner join ledger.tracking_numbers using (complaint_id)
        where reporter_key = any(%s) and coalesce(tracking_number = %s, true)
        """,
        [joined_keys(connection, keys_of_contact(contact, [channel])), number],
    ).fetchall()
    of_reporters = follows_of_reporters(connection, [number for (number,) in own])
    wanted = [*(follow for (follow,) in theirs), *(follow for follow, _ in of_reporters.values())]
    connection.execute("select front.stop_follows(%s)", [wanted])


def follows_of_reporters(connection: Connection, numbers: Collection[str]) -> dict[str, tuple[int, bool]]:
    """The followings that reporters have of their own numbers, made where there is none yet.

    Returns:
        By number: the following, and whether it was stopped.
    """
    connection.execute(
        """
        insert into private.follows (tracking_number, is_asked, confirmed_at)
        select number, true, now() from unnest(%s::text[]) as number
        on conflict do nothing
        """,
        [sorted(numbers)],
    )
    rows = connection.execute(
        """
        select tracking_number, follow_id, stopped_at is not null
        from private.follows
        where recipient_id is null and tracking_number = any(%s)
        """,
        [sorted(numbers)],
    )
    return {number: (follow, is_stopped) for number, follow, is_stopped in rows}


def erase_follows(connection: Connection, contacts: Collection[str], complaints: Collection[UUID]) -> int:
    """Erase a person's followings, and those that they have of their own numbers; returns how many recipients.

    What waits in the outbox for them is not sent: its recipient is gone.
    """
    connection.execute(
        """
        delete from private.follows using ledger.tracking_numbers as numbers
        where follows.recipient_id is null and follows.tracking_number = numbers.tracking_number
            and numbers.complaint_id = any(%s)
        """,
        [list(complaints)],
    )
    erased = connection.execute(
        "delete from private.recipients where contact = any(%s)", [[normal(contact) for contact in contacts]]
    )
    return erased.rowcount


def tidy(connection: Connection) -> None:
    """Delete followings that nobody confirmed in time, and contacts that nothing goes to any more."""
    connection.execute(
        "delete from private.follows where confirmed_at is null and asked_at < now() - make_interval(days => %s)",
        [WAITS_DAYS],
    )
    connection.execute(
        """
        delete from private.recipients
        where added_at < now() - interval '1 day'
            and (asked_since is null or asked_since < now() - make_interval(days => %s))
            and not exists (select from private.follows where follows.recipient_id = recipients.recipient_id)
            and not exists (
                select from ledger.outbox inner join ledger.messages using (message_id)
                where messages.recipient_id = recipients.recipient_id
            )
        """,
        [WAITS_DAYS],
    )
