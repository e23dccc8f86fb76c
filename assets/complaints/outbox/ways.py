"""The ways that this installation can send by.

Belongs here: which sender serves which way, where its settings are given. Does not belong here: sending.
"""

from collections.abc import Mapping

from assets.messages import vendors
from assets.messages.letter import Sender
from assets.messages.smsd import SmsdSender
from assets.messages.smtp import SmtpSender
from assets.messages.vendors import ReplySender
from assets.sources.settings import (
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
        senders["whatsapp"] = ReplySender(whatsapp, vendors.whatsapp(whatsapp))
    if (facebook := FacebookSource()).is_configured:
        senders["facebook"] = ReplySender(facebook, vendors.facebook)
    if (instagram := InstagramSource()).is_configured:
        senders["instagram"] = ReplySender(instagram, vendors.instagram)
    if (x := XSource()).is_configured:
        senders["x"] = ReplySender(x, vendors.x)
    return senders
