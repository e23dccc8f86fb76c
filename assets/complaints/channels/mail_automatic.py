"""Mails that no person wrote: automatic answers, bounces, receipts.

Belongs here: the signs by which mail programs tell. Does not belong here: what becomes of such a mail (triage).

Signs that mean no person by themselves are told apart from those that mass mail shares. A mail of the second kind is a
citizen's where a mailing list or a web form sent it for them: both mark what they send as bulk.
"""

import re
from email.message import Message

from assets.complaints.channels.mail_headers import header_text, mailboxes

# Present at all, whatever they hold but "no".
_SIGNS = (
    "X-Autoreply", "X-Auto-Reply", "X-Autorespond", "X-Autoresponse", "X-Autoresponder", "X-AutoReply-From",
    "X-Mail-Autoreply", "X-Mail-Autoresponder", "X-Vacation", "X-Failed-Recipients", "X-FC-MachineGenerated",
)  # fmt: skip
_SIGN_OF_MASS_MAIL = "X-Auto-Response-Suppress"
_PRECEDENCE = frozenset({"auto_reply", "auto-reply", "autoreply"})
_PRECEDENCE_OF_MASS_MAIL = frozenset({"bulk", "junk"})
_LIST_FIELDS = ("List-Id", "List-Post", "Mailing-List", "X-Mailing-List", "X-BeenThere", "X-Loop")
_LIST_SENDER = re.compile(r"owner-.+|.+-(?:owner|bounces|request|admin)(?:\+.*)?", re.IGNORECASE)
_REPORTS = frozenset({"multipart/report", "message/delivery-status", "message/disposition-notification"})
_DAEMONS = re.compile(r"mail(?:er)?[-_.]?daemon|postmaster|mailsystem|auto[-_.]?(?:reply|responder)", re.IGNORECASE)
# Only as a program writes it, before a colon or alone: a citizen may write about such a mail, or answer one.
_SUBJECT = re.compile(
    r"(?:\[?(?:auto|automatic|automated|auto-?reply|automatic reply|autoreply|out of (?:the )?office(?: auto-?reply)?|"
    r"ooo|vacation(?: reply)?|(?:jawaban|balasan|respons) otomatis|sedang tidak di kantor|undeliverable|"
    r"undelivered mail returned to sender|returned mail|mail delivery (?:failed|failure|subsystem)|"
    r"delivery status notification|delivery failure|failure notice|tidak terkirim|gagal terkirim)\]?"
    r"(?:\s*\((?:failure|delay|gagal)\))?)\s*(?::.*|$)",
    re.IGNORECASE,
)


def is_automatic(message: Message, *, for_a_person: bool) -> bool:
    """Say that no person wrote a mail.

    Args:
        message: The mail.
        for_a_person: Whether a group or a web form sent it for somebody whom it names.
    """
    if _says_so(message) or _is_bounce(message):
        return True
    if for_a_person or _is_of_a_list(message):
        return False
    suppressed = _word(message, _SIGN_OF_MASS_MAIL)
    return suppressed not in ("", "none") or _word(message, "Precedence") in _PRECEDENCE_OF_MASS_MAIL


def _is_of_a_list(message: Message) -> bool:
    """Majordomo's mails say "bulk" and have no field of a list, but a sender that is the list's owner."""
    senders = mailboxes(message, "Sender")
    local = senders[0].address.partition("@")[0] if senders else ""
    return any(field in message for field in _LIST_FIELDS) or _LIST_SENDER.fullmatch(local) is not None


def _says_so(message: Message) -> bool:
    """RFC 3834, and what programs write that are older or do not know it."""
    return (
        _word(message, "Auto-Submitted") not in ("", "no")
        or any(_word(message, sign) not in ("", "no", "false") for sign in _SIGNS)
        or _word(message, "Precedence") in _PRECEDENCE
        or _word(message, "X-POST-MessageClass").startswith("9")
        or _word(message, "Delivered-To") == "autoresponder"
        or _SUBJECT.fullmatch(header_text(message, "Subject")) is not None
    )


def _is_bounce(message: Message) -> bool:
    """RFC 6522, and the plain texts of older servers: nobody may answer them, so they have no return path."""
    senders = mailboxes(message, "From")
    local = senders[0].address.partition("@")[0] if senders else ""
    path = str(message.get("Return-Path", "")).strip()
    return message.get_content_type() in _REPORTS or path == "<>" or _DAEMONS.fullmatch(local) is not None


def _word(message: Message, field: str) -> str:
    return header_text(message, field).split(";")[0].strip().casefold()
