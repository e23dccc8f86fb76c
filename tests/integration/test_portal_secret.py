"""The verb `jsc portal` and the secret that forms are signed with: of the environment, of `.env`, or drawn."""

import re
import subprocess
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from benchmarks.verb import free_port
from portal.guard import COOKIE, is_ours
from tests.integration.test_clerk import JSC, PATIENCE_S, environment

SECRET = "rahasia-contoh"  # noqa: S105


@retry(retry=retry_if_exception_type(httpx.ConnectError), wait=wait_fixed(0.1), stop=stop_after_delay(PATIENCE_S))
def form(port: int) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{port}/lapor", verify=False)  # noqa: S501 - no certificate is asked for


@pytest.mark.slow
@pytest.mark.parametrize("told_by", ["environment", ".env", ".env, and empty in the environment", "nobody"])
def test_forms_are_signed_with_the_secret_that_is_told(database_url: str, tmp_path: Path, told_by: str) -> None:
    if told_by.startswith(".env"):
        (tmp_path / ".env").write_text(f"JSC_PORTAL_SECRET={SECRET}\n")
    told = {
        "environment": {"JSC_PORTAL_SECRET": SECRET},
        ".env, and empty in the environment": {"JSC_PORTAL_SECRET": ""},
    }
    variables = environment(database_url, tmp_path / "home") | told.get(told_by, {})
    port = free_port()
    with subprocess.Popen([JSC, "portal", "--no-clerk", "--port", str(port)], cwd=tmp_path, env=variables) as process:
        try:
            page = form(port)
        finally:
            process.terminate()
    [token] = set(re.findall(r'name="token" value="([^"]+)"', page.text))
    browser = Request({"type": "http", "headers": [(b"cookie", f"{COOKIE}={page.cookies[COOKIE]}".encode())]})
    assert is_ours(browser, SECRET.encode(), token) == (told_by != "nobody")
