"""Variables of all parts: one without a value is not set."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from assets.cases.news.reminders import ReminderSettings
from assets.city import CitySettings
from assets.complaints.outbox.address import PublicAddress
from assets.complaints.outbox.ways import OutboxSettings
from assets.complaints.photos import PhotoSettings
from assets.settings import Settings
from database.settings import Variables
from portal.settings import PortalSettings

PARTS = (Settings, CitySettings, ReminderSettings, PhotoSettings, PublicAddress, OutboxSettings, PortalSettings)
VARIABLES = [
    (part, name, f"{part.model_config['env_prefix']}{name}".upper()) for part in PARTS for name in part.model_fields
]


@pytest.mark.parametrize(("part", "name", "variable"), VARIABLES, ids=[variable for *_, variable in VARIABLES])
def test_a_variable_without_a_value_is_not_set(
    part: type[Variables], name: str, variable: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(variable, raising=False)
    unset = getattr(part(), name)
    monkeypatch.setenv(variable, "")
    assert getattr(part(), name) == unset
    monkeypatch.delenv(variable)
    (tmp_path / ".env").write_text(f"{variable}=\n")
    assert getattr(part(), name) == unset


def test_the_portal_signs_with_no_blanks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JSC_PORTAL_SECRET", " \t")
    with pytest.raises(ValidationError, match="expected a secret in JSC_PORTAL_SECRET, found blanks"):
        PortalSettings()
