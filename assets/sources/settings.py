"""Settings of live sources: where one is reached and with which credentials, from the environment or `.env`.

Belongs here: what the settings of several sources share. Does not belong here: the settings of one source (beside its
reader), the city's own folders (assets/settings), the database (database/settings).

A source without a URL is not configured: its channel then reads its landing folder only. Credentials are
`SecretStr`, so that a source that is printed or logged shows none; a blank one is refused.
"""

from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from assets.clock import city_zone


def variable(source: "Source | type[Source]", field: str) -> str:
    """Name the variable that sets a field of a source."""
    return f"{source.model_config.get('env_prefix', '')}{field}".upper()


class Source(BaseSettings):
    """One live source; each variable is the prefix of its class and the name of the field, in capitals."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)

    url: str | None = None

    @field_validator("*")
    @classmethod
    def _is_no_blank_secret(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse a secret of blanks: whoever signs with nothing would be believed."""
        if isinstance(value, SecretStr) and not value.get_secret_value().strip():
            name = variable(cls, info.field_name or "")
            raise ValueError(f"expected a secret in {name}, found blanks; set it, or remove the variable")
        return value

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
        answer_s: Seconds until a whole answer is there, whatever drips in meanwhile.
        most_mb: Megabytes of an answer, unpacked.
        window_s: Seconds that all answers of one window may take together.
        most_answers: Answers that one window may take.
    """

    token: SecretStr | None = None
    timeout_s: float = 30.0
    attempts: int = 5
    backoff_s: float = 1.0
    answer_s: float = 120.0
    most_mb: int = 64
    window_s: float = 1800.0
    most_answers: int = 10_000


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


class SmsSource(Source):
    """Gammu SMSD's PostgreSQL database.

    Attributes:
        password: Of the database's user, so that the URL need not hold it.
        timeout_s: Seconds until an answer counts as lost.
        zone: Of the clock of the gateway's process, which writes when a message came.
        number: The city's own, from which its answers go out.
    """

    model_config = SettingsConfigDict(env_prefix="JSC_SMS_")

    password: SecretStr | None = None
    timeout_s: float = 30.0
    zone: ZoneInfo = Field(default_factory=city_zone)
    number: str | None = None
