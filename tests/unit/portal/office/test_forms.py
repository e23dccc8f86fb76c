"""Tokens of forms: bound to the browser, the secret and a time."""

import pytest
from itsdangerous import TimestampSigner

from portal.office.forms import LASTS_S, is_token_for, token_for

SECRET, COOKIE = b"secret", "cookie"


def test_a_token_is_of_its_cookie_and_its_secret() -> None:
    token = token_for(SECRET, COOKIE)
    assert is_token_for(SECRET, COOKIE, token)
    assert not is_token_for(SECRET, "another", token)
    assert not is_token_for(b"other", COOKIE, token)


@pytest.mark.parametrize("forged", ["", ".", "a.b.c", "é.é.é", "\x00", "a" * 100_000])
def test_what_is_no_token_is_none(forged: str) -> None:
    assert not is_token_for(SECRET, COOKIE, forged)


def test_a_token_ends_with_the_longest_session(monkeypatch: pytest.MonkeyPatch) -> None:
    token, now = token_for(SECRET, COOKIE), TimestampSigner(SECRET).get_timestamp()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: now + LASTS_S + 60)
    assert not is_token_for(SECRET, COOKIE, token)
