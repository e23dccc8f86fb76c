"""Settings of the database of one installation, from the environment (JSC_...) or `.env`.

Belongs here: what all variables have in common; where the server is and where its data lie. Does not belong here: the
city's folders (assets/settings), live sources, whose empty secrets are refused (assets/sources/settings).
"""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parents[1]


class Variables(BaseSettings):
    """Variables of one prefix; one without a value is not set, as in a template that was filled in half."""

    # An error would else quote the value, which may hold a password.
    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True)


class ServerSettings(Variables):
    """Variables of the database; each is in docs/variables.md."""

    model_config = SettingsConfigDict(env_prefix="JSC_")

    home: Path = Field(default=PROJECT / ".jsc", description="Folder of the database, the runs and the reports.")
    database_url: str | None = Field(default=None, description="PostgreSQL to use instead of the embedded one.")
    dagster_database_url: str | None = Field(
        default=None, description="Dagster's database; without it the city's name and _dagster, on the same server."
    )

    @property
    def data(self) -> Path:
        """`home` as an absolute path, created when it is not there."""
        folder = self.home.expanduser().resolve()
        folder.mkdir(parents=True, exist_ok=True)
        return folder
