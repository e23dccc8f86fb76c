"""Where the portal stands for people, and the links to it that messages hold.

Belongs here: its public address, and how a message ends. Does not belong here: what a message says.

A link that stops news is put under a message when it is sent: nobody who reads the outbox can stop anybody's.
"""

from pydantic import field_validator
from pydantic_settings import SettingsConfigDict

from assets.complaints.outbox.answers import NEWS, MessageKind
from assets.messages.smsd import MOST_LETTERS
from database.settings import Variables

# A longer one would leave no room for words in an SMS.
LONGEST = 40
# The ways of sending whose messages end in another way than the others.
MAIL, SMS = "smtp", "smsd"
BY_WORD = " Stop: balas BERHENTI"


class PublicAddress(Variables):
    """The portal's address on the internet.

    Attributes:
        url: Such as `https://lapor.example.org`; without it no link is written and nobody can follow anything.
    """

    model_config = SettingsConfigDict(env_prefix="JSC_PORTAL_")

    url: str | None = None

    @field_validator("url")
    @classmethod
    def _is_short(cls, value: str | None) -> str | None:
        url = (value or "").strip().rstrip("/")
        if url and (len(url) > LONGEST or not url.startswith(("https://", "http://"))):
            raise ValueError(f"expected https:// and a host, {LONGEST} letters at most, found {url}")
        return url or None

    def confirming(self, token: str) -> str | None:
        """The page that confirms a following."""
        return f"{self.url}/kabar/ya/{token}" if self.url else None

    def stopping(self, token: str) -> str | None:
        """The page that stops it."""
        return f"{self.url}/kabar/henti/{token}" if self.url else None

    def answering(self, number: str) -> str | None:
        """The page that answers what its holder asked."""
        return f"{self.url}/lacak/{number}/jawab" if self.url else None

    def objecting(self, number: str) -> str | None:
        """The page that says that a case which was closed is not done."""
        return f"{self.url}/lacak/{number}/belum-selesai" if self.url else None


def ended(body: str, kind: MessageKind, way: str, token: str | None, address: PublicAddress) -> str:
    r"""A message as it is sent: with the way to confirm, or to stop, what it belongs to.

    Args:
        body: What it says.
        kind: What it does.
        way: By which it goes.
        token: Of the following; None where it belongs to none.
        address: Of the portal.

    >>> ended("Kabar.", MessageKind.CLOSING, MAIL, "abc", PublicAddress(url="https://k.example"))
    'Kabar.\n\nBerhenti menerima kabar ini: https://k.example/kabar/henti/abc'
    >>> ended("Kabar.", MessageKind.CLOSING, SMS, "abc", PublicAddress(url="https://k.example"))
    'Kabar. Stop: balas BERHENTI'
    """
    if token is None:
        return body
    if kind is MessageKind.CONFIRMATION:
        return _to_be_confirmed(body, way, address.confirming(token))
    if kind not in NEWS:
        return body
    if way == MAIL:
        link = address.stopping(token)
        return f"{body}\n\nBerhenti menerima kabar ini: {link}" if link else body
    return f"{body}{BY_WORD}" if way == SMS else f"{body}\n\nBalas BERHENTI untuk berhenti."


def _to_be_confirmed(body: str, way: str, link: str | None) -> str:
    if way == MAIL:
        return f"{body}\n\nSetuju: {link}\n\nBukan Anda? Abaikan surel ini." if link else body
    by_word = f"{body} Setuju: balas YA."
    whole = f"{body} Setuju: balas YA atau buka {link}" if link else by_word
    if way == SMS:
        return whole if len(whole) <= MOST_LETTERS else by_word
    return f"{whole} Bukan Anda? Abaikan pesan ini."
