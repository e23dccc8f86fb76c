"""What a reporter is told of a decision: short, polite, Indonesian, with the number and nothing personal.

Belongs here: the sentences and which decision is answered by which. Does not belong here: how they are sent
(messages/).

Every answer of the city's own agencies and categories fits one SMS of 160 letters (a test asserts it); public replies
show it to everybody.
"""

from collections.abc import Sequence
from enum import StrEnum

from assets.complaints.model import Decision, Missing
from assets.complaints.triage.message import ASKED_FOR


class MessageKind(StrEnum):
    """What a message does."""

    ACKNOWLEDGEMENT = "acknowledgement"
    REQUEST = "request"
    REJECTION = "rejection"
    HANDOVER = "handover"
    PROMISE = "promise"
    CLOSING = "closing"
    QUESTION = "question"
    SILENCE = "silence"
    DIGEST = "digest"
    CONFIRMATION = "confirmation"
    STATUS = "status"
    SETTLED = "settled"
    REMINDER = "reminder"


# What people are told without having asked at that moment: each says how it is stopped.
NEWS = frozenset(
    {
        MessageKind.HANDOVER,
        MessageKind.PROMISE,
        MessageKind.CLOSING,
        MessageKind.QUESTION,
        MessageKind.SILENCE,
        MessageKind.DIGEST,
    }  # fmt: skip
)

KIND_OF = {
    Decision.ACCEPTED: MessageKind.ACKNOWLEDGEMENT,
    Decision.RETURNED: MessageKind.REQUEST,
    Decision.REJECTED: MessageKind.REJECTION,
}


def answer(
    decision: Decision, number: str, missing: Sequence[Missing], agency: str, *, is_elsewhere: bool = False
) -> str:
    """Word the answer to a decision.

    Args:
        decision: What was decided.
        number: Tracking number.
        missing: What a returned report lacks.
        agency: Name of the first holder.
        is_elsewhere: Whether a rejected report is another city's.

    >>> answer(Decision.ACCEPTED, "JK2503050007", [], "Dinas Bina Marga")
    'Terima kasih. Laporan Anda JK2503050007 kami terima dan teruskan ke Dinas Bina Marga.'
    >>> answer(Decision.RETURNED, "JK2503050007", [Missing.REPORTER], "")
    'Terima kasih. Untuk laporan JK2503050007 mohon balas dengan nama Anda.'
    """
    if decision is Decision.RETURNED:
        asked = [ASKED_FOR[what] for what in missing]
        listed = asked[0] if len(asked) == 1 else f"{', '.join(asked[:-1])} dan {asked[-1]}"
        return f"Terima kasih. Untuk laporan {number} mohon balas dengan {listed}."
    if is_elsewhere:
        return f"Terima kasih. Tempat dalam laporan {number} di luar wilayah kami; mohon lapor ke pemerintah daerahnya."
    if decision is Decision.REJECTED:
        return f"Terima kasih. Laporan {number} sama dengan laporan Anda yang sedang kami tangani."
    return f"Terima kasih. Laporan Anda {number} kami terima dan teruskan ke {agency}."
