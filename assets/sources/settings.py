"""Live sources: where each channel is reached and with which credentials, from the environment or `.env`.

Belongs here: one settings class per source. Does not belong here: how a source is asked (channels/<code>.fetch),
where the city's own folders and database are (assets/settings).

A source without a URL is not configured: its channel then reads its landing folder only. Credentials are
`SecretStr`, so that a source that is printed or logged shows none.
"""

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Source(BaseSettings):
    """One live source; each variable is the prefix of its class and the name of the field, in capitals."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    url: str | None = None

    @property
    def is_configured(self) -> bool:
        """Whether there is a source to ask."""
        return bool(self.url)


class HttpSource(Source):
    """A source that is asked over HTTP.

    Attributes:
        url: Of the API, or of the export; see the channel's module.
        token: Bearer token; None where the source asks for none.
        timeout_s: Seconds until an answer counts as lost.
        attempts: How often one page is asked for before the channel's fetch fails.
        backoff_s: Seconds of the first pause at most, where the source names none; doubled from pause to pause.
    """

    token: SecretStr | None = None
    timeout_s: float = 30.0
    attempts: int = 5
    backoff_s: float = 1.0


class MetaSource(HttpSource):
    """A Meta product: Graph API and signed webhooks.

    Attributes:
        account_id: Page, Instagram account or WhatsApp telephone number, by its id.
        app_secret: Signs webhook bodies (X-Hub-Signature-256).
        verify_token: What Meta repeats when the webhook is set up.
    """

    account_id: str | None = None
    app_secret: SecretStr | None = None
    verify_token: SecretStr | None = None


class FacebookSource(MetaSource):
    """The city's page, e.g. https://graph.facebook.com/v23.0."""

    model_config = SettingsConfigDict(env_prefix="JSC_FACEBOOK_")


class InstagramSource(MetaSource):
    """The city's professional account, e.g. https://graph.facebook.com/v23.0."""

    model_config = SettingsConfigDict(env_prefix="JSC_INSTAGRAM_")


class WhatsappSource(MetaSource):
    """The city's number at the Cloud API: answers go there, messages come by webhook."""

    model_config = SettingsConfigDict(env_prefix="JSC_WHATSAPP_")


class XSource(HttpSource):
    """The city's account, e.g. https://api.x.com/2.

    Attributes:
        account_id: Of the user whose mentions are read.
    """

    model_config = SettingsConfigDict(env_prefix="JSC_X_")

    account_id: str | None = None


class JakiSource(HttpSource):
    """The CRM's list of reports."""

    model_config = SettingsConfigDict(env_prefix="JSC_JAKI_")


class QlueSource(HttpSource):
    """Qlue's list of reports."""

    model_config = SettingsConfigDict(env_prefix="JSC_QLUE_")


class JakartaAmanSource(HttpSource):
    """Jakarta Aman's list of reports."""

    model_config = SettingsConfigDict(env_prefix="JSC_JAKARTA_AMAN_")


class MediaMassaSource(HttpSource):
    """The RSS feeds of readers' letters, their URLs separated by blanks."""

    model_config = SettingsConfigDict(env_prefix="JSC_MEDIA_MASSA_")


class LaporSource(HttpSource):
    """SP4N-LAPOR!'s admin export; `{start}` and `{end}` in the URL are the first and last day (WIB, ISO 8601)."""

    model_config = SettingsConfigDict(env_prefix="JSC_LAPOR_")


class BalaiWargaSource(HttpSource):
    """The web form's export; `{start}` and `{end}` in the URL are the first and last day (WIB, ISO 8601)."""

    model_config = SettingsConfigDict(env_prefix="JSC_BALAI_WARGA_")


class KelurahanSource(HttpSource):
    """The kelurahan desks' shared workbook; `{day}` in the URL is the day (WIB, ISO 8601)."""

    model_config = SettingsConfigDict(env_prefix="JSC_KELURAHAN_")


class KecamatanSource(HttpSource):
    """The kecamatan desks' shared workbook; `{day}` in the URL is the day (WIB, ISO 8601)."""

    model_config = SettingsConfigDict(env_prefix="JSC_KECAMATAN_")


class CaseEventsSource(HttpSource):
    """The CRM's list of status events that the agencies booked."""

    model_config = SettingsConfigDict(env_prefix="JSC_CASE_EVENTS_")


class EmailSource(Source):
    """The city's mailbox: `imaps://host:port/folder`; `imap://` starts TLS on the open connection.

    Attributes:
        user: Account.
        password: Of the account.
        ca_file: Certificate to trust instead of the system's.
        timeout_s: Seconds until an answer counts as lost.
    """

    model_config = SettingsConfigDict(env_prefix="JSC_EMAIL_")

    user: str | None = None
    password: SecretStr | None = None
    ca_file: str | None = None
    timeout_s: float = 30.0


class SmsSource(Source):
    """Gammu SMSD's PostgreSQL database.

    Attributes:
        password: Of the database's user, so that the URL need not hold it.
        timeout_s: Seconds until an answer counts as lost.
    """

    model_config = SettingsConfigDict(env_prefix="JSC_SMS_")

    password: SecretStr | None = None
    timeout_s: float = 30.0


class SmtpSettings(Source):
    """The server that sends the city's mail: `smtps://host:port`; `smtp://` starts TLS on the open connection.

    Attributes:
        user: Account; None where the server asks for none.
        password: Of the account.
        sender: Address that the answers come from.
        ca_file: Certificate to trust instead of the system's.
        timeout_s: Seconds until an answer counts as lost.
    """

    model_config = SettingsConfigDict(env_prefix="JSC_SMTP_", env_file=".env", extra="ignore")

    user: str | None = None
    password: SecretStr | None = None
    sender: str = "pengaduan@localhost"
    ca_file: str | None = None
    timeout_s: float = 30.0


class OutboxSettings(BaseSettings):
    """Whether answers leave the house.

    Attributes:
        send: Off, every message is booked as a dry run and stays here.
    """

    model_config = SettingsConfigDict(env_prefix="JSC_OUTBOX_", env_file=".env", extra="ignore")

    send: bool = False


class PhotoSettings(BaseSettings):
    """Whose photos may be fetched.

    Attributes:
        hosts: Names of the hosts that keep the channels' photos, a JSON list; none are asked by default.
        timeout_s: Seconds until a photo counts as lost.
    """

    model_config = SettingsConfigDict(env_prefix="JSC_PHOTO_", env_file=".env", extra="ignore")

    hosts: frozenset[str] = frozenset()
    timeout_s: float = 10.0
