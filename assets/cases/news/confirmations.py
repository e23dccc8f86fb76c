"""The question that comes before any news: whether who owns a contact wants it.

Belongs here: queueing that question, once for each time that somebody asked. Does not belong here: asking
(front.ask_news), the answer (front.answer_news, the word YA).
"""

from datetime import datetime

from psycopg import Connection

from assets.cases.news.telling import CHANNEL_OF
from assets.cases.news.words import Vocabulary
from assets.complaints.outbox.answers import MessageKind
from assets.complaints.outbox.queue import Message, enqueue


def ask_confirmations(
    connection: Connection, vocabulary: Vocabulary, batch_id: str, now: datetime, *, is_synthetic: bool
) -> int:
    """Queue a question to every contact that was given since the last time and did not stop it; returns how many."""
    asked = connection.execute(
        """
        update private.follows set is_asked = true
        from private.recipients
        where recipients.recipient_id = follows.recipient_id and not is_asked and stopped_at is null
        returning follow_id, follows.recipient_id, way, tracking_number, kelurahan_code, asked_at
        """
    ).fetchall()
    messages = [
        Message(
            CHANNEL_OF[way], way, MessageKind.CONFIRMATION, vocabulary.confirmation(number, kelurahan), is_synthetic,
            recipient_id=recipient_id, follow_id=follow_id, occasion=f"follow {follow_id} {asked_at.isoformat()}",
            subject="Setujui kabar dari kota",
        )
        for follow_id, recipient_id, way, number, kelurahan, asked_at in asked
    ]  # fmt: skip
    return enqueue(connection, messages, batch_id, now)
