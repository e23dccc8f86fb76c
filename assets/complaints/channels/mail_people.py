"""Who wrote a mail: the person, also where a group or a web form sends it for them.

Belongs here: which field names the person. Does not belong here: reading a field (mail_headers.py), which addresses are
the city's (mailbox.py).

A group that protects itself from DMARC writes its own address into From ("'Rini' via Pengaduan") and the person into
X-Original-From, X-Original-Sender or Reply-To; a web form writes into From the address of its server and the person
into Reply-To. A person's own Reply-To is where they want to be answered: it names the same person.
"""

import re
from email.message import Message

from assets.complaints.channels.mail_headers import Mailbox, mailboxes

# Addresses of the mail's own way: nobody's who wrote it.
_OF_THE_WAY = (
    "To", "Cc", "Delivered-To", "X-Original-To", "X-BeenThere", "List-Post", "Mailing-List", "X-Forwarded-To",
)  # fmt: skip
# By trust: a group's server writes the first two itself.
_OF_THE_PERSON = ("X-Original-From", "X-Original-Sender", "X-Google-Original-From", "Reply-To", "X-MailFrom")

_VIA = re.compile(r"[\"']?(.+?)[\"']?\s+(?:\(?via|melalui)\s.+", re.IGNORECASE)
_MACHINE = re.compile(
    r"(?:no|do[-_.]?not|tidak[-_.]?(?:usah|perlu)?)[-_.]?(?:reply|balas|dibalas)|wordpress|webmaster|www(?:-data)?|apache|"
    r"nginx|nobody|root|system|mailer|(?:web|contact|kontak)?[-_.]?form(?:ulir|s)?",
    re.IGNORECASE,
)


def writer(message: Message) -> tuple[Mailbox, bool]:
    """Name who wrote a mail, and say whether a group or a form sent it for them."""
    senders = mailboxes(message, "From") or mailboxes(message, "Sender")
    sender = senders[0] if senders else Mailbox("", "")
    if "@" not in sender.address:
        # "From: foo" is a name that the parser takes for an address.
        sender = Mailbox(sender.name or sender.address, "")
    passed = {box.address.casefold() for field in _OF_THE_WAY for box in mailboxes(message, field)}
    via = _VIA.fullmatch(sender.name)
    is_relay = bool(via) or sender.address.casefold() in passed or _is_machine(sender.address)
    behind = [
        box
        for field in _OF_THE_PERSON
        for box in mailboxes(message, field)
        if "@" in box.address and box.address.casefold() not in passed | {sender.address.casefold()}
    ]
    if not behind:
        return sender, False
    address = behind[0].address
    names = [box.name for box in behind if box.address.casefold() == address.casefold() and box.name]
    if via:
        names.append(via[1])
    elif not is_relay:
        names.append(sender.name)
    return Mailbox(names[0] if names else "", address), is_relay


def _is_machine(address: str) -> bool:
    return _MACHINE.fullmatch(address.partition("@")[0]) is not None
