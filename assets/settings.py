"""Settings of one installation, from the environment (JSC_...) or `.env`.

Belongs here: what differs between two machines that run the same code.
Does not belong here: the city's facts (cities/), constants of a model (ml/).
"""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, Field, IPvAnyNetwork, PositiveFloat, SecretStr, field_validator

from assets.shelf import shelf
from database.settings import ServerSettings


class RunningClock(BaseModel):
    """A clock that runs faster than time, until it shows the same.

    Attributes:
        shows: What it showed when it was started.
        since: When that was.
        speed: Its seconds in a second.
    """

    shows: AwareDatetime
    since: AwareDatetime
    speed: PositiveFloat

    def now(self) -> datetime:
        """What it shows."""
        now = datetime.now(UTC)
        return min(self.shows + (now - self.since) * self.speed, now)


class Settings(ServerSettings):
    """Every variable of the platform; each is in docs/variables.md."""

    landing: Path | None = Field(default=None, description="Landing folder; the sample city's when not given.")
    cameras: list[Path] = Field(default=[], description="Snapshot folders, a JSON list; the sample city's when empty.")
    camera_lists: list[Path] = Field(
        default=[], description="Lists of live cameras, CSV or JSON, a JSON list of paths; asked every ten minutes."
    )
    camera_files: Path | None = Field(
        default=None, description="Folder below which the files of live cameras lie; none is read without it."
    )
    camera_networks: list[IPvAnyNetwork] = Field(
        default=[], description="Private networks that names of live cameras may stand for, a JSON list."
    )
    shelf: str | None = Field(
        default=None,
        description="Folder or URL of a store (s3://bucket/folder) for reports and what is learned of live cameras.",
    )
    dask_scheduler: str | None = Field(
        default=None,
        description="Address of a Dask scheduler for the sweep and the training; one process per core without it.",
    )
    observation_days: int = Field(
        default=400, ge=15, description="Days that camera observations are kept; older ones are dropped by the sweep."
    )
    boundaries: Path | None = Field(
        default=None, description="GeoJSON of the kelurahan; without it the nearest one is taken for that of a point."
    )
    events: Path | None = Field(
        default=None,
        description="The city's list of events and closures, CSV or workbook, for the weekly report.",
    )
    corridor_speeds: Path | None = Field(
        default=None,
        description="Hourly speeds of the city's corridors, CSV or workbook, for the weekly report.",
    )
    report_languages: list[Literal["id", "en"]] = Field(
        default=["id"], min_length=1, description="Languages of the weekly congestion report, a JSON list."
    )
    report_recipients: list[str] = Field(
        default=[], description="Addresses that the weekly congestion report is sent to, a JSON list."
    )
    report_send: bool = Field(default=False, description="Whether the weekly congestion report is sent.")
    clock: RunningClock | None = Field(
        default=None, description="A clock that runs faster, as JSON: `shows`, `since`, `speed`; `jsc demo` sets it."
    )
    alert_mail: list[str] = Field(default=[], description="Addresses that are told what is broken, a JSON list.")
    alert_webhook: SecretStr | None = Field(
        default=None, description="URL that takes what Slack takes; whoever knows it can post there."
    )
    ui_url: str | None = Field(default=None, description="Where people open the Dagster UI; alerts link to it.")
    environment: Literal["development", "production"] = Field(
        default="development", description="Decides which schedules and sensors exist."
    )

    @field_validator("alert_webhook")
    @classmethod
    def _is_url(cls, value: SecretStr | None) -> SecretStr | None:
        """Refuse what cannot be posted to, without showing it."""
        if value is not None and not re.fullmatch(r"https?://[^\s/]+\S*", value.get_secret_value()):
            raise ValueError("expected a URL of HTTP in JSC_ALERT_WEBHOOK, found something else")
        return value

    @property
    def dagster_home(self) -> Path:
        """Folder of dagster.yaml."""
        return self.data / "dagster"

    @property
    def kept(self) -> Path:
        """Folder or store of what outlives the machine, JSC_SHELF."""
        return shelf(self.shelf) if self.shelf else self.data

    @property
    def camera_sheets(self) -> Path:
        """Folder of the sheets of faulty cameras."""
        return self.kept / "camera_sheets"

    @property
    def dbt_runs(self) -> Path:
        """Folder of what the runs of dbt wrote."""
        return self.data / "dbt"

    @property
    def reports(self) -> Path:
        """Folder of the published reports."""
        return self.kept / "reports"

    @property
    def camera_states(self) -> Path:
        """Folder of what is remembered of the live cameras."""
        return self.kept / "camera_states"

    @property
    def sample(self) -> Path:
        """Folder of the synthetic city."""
        return self.data / "sample_city"
