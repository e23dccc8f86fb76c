from collections.abc import Iterator
from typing import get_args

import pytest
from pydantic import SecretStr, ValidationError

from assets.complaints.channels.registry import CHANNELS
from assets.messages.smtp import SmtpSettings
from assets.sources.settings import Source, variable


def sources(kind: type[Source] = Source) -> Iterator[type[Source]]:
    for child in kind.__subclasses__():
        yield child
        yield from sources(child)


SECRETS = [
    (source, name)
    for source in sources()
    if source.model_config.get("env_prefix")
    for name, field in source.model_fields.items()
    if SecretStr in (field.annotation, *get_args(field.annotation))
]


def test_every_channel_that_is_asked_or_pushes_is_among_them():
    asked = {channel.live.settings for channel in CHANNELS.values() if channel.live}
    pushed = {channel.push for channel in CHANNELS.values() if channel.push}
    assert asked | pushed | {SmtpSettings} <= {source for source, _ in SECRETS}


@pytest.mark.parametrize("blank", ["", "  ", "\t", "\n"])
@pytest.mark.parametrize(("source", "name"), SECRETS, ids=[variable(*secret) for secret in SECRETS])
def test_a_blank_secret_is_refused_by_the_name_of_its_variable(source, name, blank, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(variable(source, name), blank)
    with pytest.raises(ValidationError, match=f"expected a secret in {variable(source, name)}, found blanks"):
        source()


def test_what_is_refused_is_not_quoted(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JSC_X_TIMEOUT_S", "rahasia")
    [source] = [source for source, _ in SECRETS if variable(source, "") == "JSC_X_"]
    with pytest.raises(ValidationError) as refused:
        source()
    assert "rahasia" not in str(refused.value)
