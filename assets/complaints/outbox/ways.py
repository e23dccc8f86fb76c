"""The ways that this installation can send by.

Belongs here: which sender serves which way, where its settings are given. Does not belong here: sending.
"""

from collections.abc import Mapping

from assets.complaints.outbox import replies
from assets.complaints.outbox.letter import Sender
from assets.complaints.outbox.replies import ReplySender
from assets.complaints.outbox.smsd import SmsdSender
from assets.complaints.outbox.smtp import SmtpSender
from assets.complaints.sources import (
    FacebookSource,
    InstagramSource,
    SmsSource,
    SmtpSettings,
    WhatsappSource,
    XSource,
)


def configured_senders() -> Mapping[str, Sender]:
    """Senders by way; none for a way whose URL is not given: its messages wait."""
    senders: dict[str, Sender] = {}
    if (smtp := SmtpSettings()).is_configured:
        senders["smtp"] = SmtpSender(smtp)
    if (sms := SmsSource()).is_configured:
        senders["smsd"] = SmsdSender(sms)
    if (whatsapp := WhatsappSource()).is_configured:
        senders["whatsapp"] = ReplySender(whatsapp, replies.whatsapp(whatsapp))
    if (facebook := FacebookSource()).is_configured:
        senders["facebook"] = ReplySender(facebook, replies.facebook)
    if (instagram := InstagramSource()).is_configured:
        senders["instagram"] = ReplySender(instagram, replies.instagram)
    if (x := XSource()).is_configured:
        senders["x"] = ReplySender(x, replies.x)
    return senders
