"""Who wrote a mail: the person, also where a group or a web form sends it for them.

Belongs here: which field names the person. Does not belong here: reading a field (mail_headers.py), which addresses are
the city's (mailbox.py).

A group that protects itself from DMARC writes its own address into From ("'Rini' via Pengaduan") and the person into
X-Original-From, X-Original-Sender or Reply-To; a web form writes into From the address of its server and the person
into Reply-To. A person's own Reply-To is where they want to be answered: it names the same person; that of a list is
the list's.
"""

import re
from dataclasses import dataclass
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
    r"(?:.*[-_.+])?(?:no|do[-_.]?not|tidak[-_.]?(?:usah|perlu)?)[-_.]?(?:reply|balas|dibalas)(?:[-_.+].*)?|wordpress|"
    r"webmaster|www(?:-data)?|apache|nginx|nobody|root|system|mailer|(?:web|contact|kontak)?[-_.]?form(?:ulir|s)?",
    re.IGNORECASE,
)
_LIST_FIELDS = ("List-Id", "List-Post", "Mailing-List", "X-Mailing-List", "X-BeenThere", "X-Loop")
_LIST_SENDER = re.compile(r"owner-.+|.+-(?:owner|bounces|request|admin)(?:\+.*)?", re.IGNORECASE)
# The lines by which a web form's mail names the person: "From: Rani <rani@warga.example>", "Surel: rani@warga.example".
_LINE_OF_AN_ADDRESS = re.compile(
    r"^[ \t*]*(?:from|dari|(?:alamat |your )?(?:e-?mail|surel)(?: address| anda| pelapor)?)[ \t*]*[:=][ \t]*"
    r"(?P<name>[^<>@:\n]*?)[ \t]*<?(?P<address>[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+)>?[ \t*]*$",
    re.IGNORECASE | re.MULTILINE,
)
_LINE_OF_A_NAME = re.compile(
    r"^[ \t*]*(?:(?:your |full )?name|nama(?: lengkap| anda| pelapor)?)[ \t*]*[:=][ \t]*(?P<name>[^:\n]{1,100})$",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True)
class Writer:
    """Who wrote a mail, and what sent it for them.

    Attributes:
        person: The person; empty where a web form's program names nobody in the fields of the mail.
        by_a_group: Whether a group sent it.
        by_a_form: Whether a web form did.
    """

    person: Mailbox
    by_a_group: bool = False
    by_a_form: bool = False


def writer(message: Message) -> Writer:
    """Name who wrote a mail, and say whether a group or a form sent it for them."""
    senders = mailboxes(message, "From") or mailboxes(message, "Sender")
    sender = senders[0] if senders else Mailbox("", "")
    if "@" not in sender.address:
        # "From: foo" is a name that the parser takes for an address.
        sender = Mailbox(sender.name or sender.address, "")
    passed = {box.address.casefold() for field in _OF_THE_WAY for box in mailboxes(message, field)}
    via = _VIA.fullmatch(sender.name)
    is_machine = _MACHINE.fullmatch(sender.address.partition("@")[0]) is not None
    is_group = bool(via) or (sender.address.casefold() in passed and not is_machine)
    behind = _behind(message, sender, passed)
    if via and not behind:
        # Mailman, where answers go to the list, moves the writer to Cc.
        behind = [box for box in mailboxes(message, "Cc") if box.name and box.name.casefold() == via[1].casefold()]
    if not is_group and not is_machine and is_of_a_list(message):
        behind = []
    if not behind:
        return Writer(Mailbox("", ""), by_a_form=True) if is_machine else Writer(sender)
    address = behind[0].address
    names = [box.name for box in behind if box.address.casefold() == address.casefold() and box.name]
    if via:
        names.append(via[1])
    elif not is_group and not is_machine:
        names.append(sender.name)
    return Writer(Mailbox(names[0] if names else "", address), by_a_group=is_group, by_a_form=is_machine)


def _behind(message: Message, sender: Mailbox, passed: set[str]) -> list[Mailbox]:
    """The people whom other fields than From name."""
    return [
        box
        for field in _OF_THE_PERSON
        for box in mailboxes(message, field)
        if "@" in box.address and box.address.casefold() not in passed | {sender.address.casefold()}
    ]


def is_of_a_list(message: Message) -> bool:
    """Say that a list passed a mail on.

    Majordomo's mails say "bulk" and have no field of a list, but a sender that is the list's owner.
    """
    senders = mailboxes(message, "Sender")
    local = senders[0].address.partition("@")[0] if senders else ""
    return any(field in message for field in _LIST_FIELDS) or _LIST_SENDER.fullmatch(local) is not None


def filled_in(text: str) -> Mailbox:
    r"""The person whom the text of a web form's mail names by its lines; empty where it names none.

    >>> filled_in("Nama: Rani Contoh\nEmail: rani@warga.example\n\nLampu mati")
    Mailbox(name='Rani Contoh', address='rani@warga.example')
    """
    address, name = _LINE_OF_AN_ADDRESS.search(text), _LINE_OF_A_NAME.search(text)
    if address is None:
        return Mailbox("", "")
    return Mailbox(address["name"].strip() or (name["name"].strip() if name else ""), address["address"])
