"""Settings of the portal, from the environment (JSC_PORTAL_...) or `.env`.

Belongs here: what differs between two portals of the same code. Does not belong here: the city's own (assets/settings).
"""

from pathlib import Path

from pydantic import Field, PositiveInt, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from assets.city import city
from database.settings import Variables


class PortalSettings(Variables):
    """Every variable of the portal; each is in docs/variables.md."""

    model_config = SettingsConfigDict(env_prefix="JSC_PORTAL_")

    database_url: SecretStr | None = Field(
        default=None,
        description="The city's database as the login portal; without it `jsc portal` gives it a password.",
    )
    desk_database_url: SecretStr | None = Field(
        default=None,
        description="The city's database as the login desk; without it `jsc portal` gives it a password.",
    )
    secret: SecretStr | None = Field(
        default=None,
        description="What clients are told apart by and forms are signed with; drawn at each start without it.",
    )
    evidence: Path | None = Field(
        default=None, description="Folder to which photos of closed cases are written; the landing folder's evidence."
    )
    connections: PositiveInt = Field(default=4, description="Database connections of each worker.")
    url: str | None = Field(
        default=None,
        description="Where people find the portal, as slips say it; where the officer found it without this.",
    )
    contact: str = Field(
        default_factory=lambda: city().government,
        min_length=1,
        description="Who runs the portal and how they are reached, as Open311's discovery tells programs.",
    )
    lookups: PositiveInt = Field(default=60, description="Numbers that one client may look up in ten minutes.")
    reports: PositiveInt = Field(default=30, description="Reports that one client may send in an hour.")
    ratings: PositiveInt = Field(default=30, description="Cases that one client may rate in a day.")
    cache: bool = Field(default=True, description="Whether pages are kept until their figures change.")
    ahead: bool = Field(
        default=True,
        description="Whether the pages that are asked for most are made at a start and after each build, before"
        " anybody asks for them.",
    )

    @field_validator("secret")
    @classmethod
    def _is_no_blank(cls, value: SecretStr | None) -> SecretStr | None:
        """Refuse a secret of blanks: whoever signs with nothing would be believed."""
        if value is not None and not value.get_secret_value().strip():
            raise ValueError("expected a secret in JSC_PORTAL_SECRET, found blanks; set it, or remove the variable")
        return value
