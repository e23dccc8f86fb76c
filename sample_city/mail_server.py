"""The city's mailbox on loopback: a private dovecot with one account and a certificate of its own.

Belongs here: starting and stopping the server, and mails as they arrive in its folder.
Does not belong here: what a mail says (channels/email.py), vendors that are asked over HTTP (vendors.py).
"""

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

_PATIENCE_S = 30.0

# What the versions of dovecot write in the same way: Debian 12 has 2.3, Debian 13 has 2.4.
_SETTINGS = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
listen = 127.0.0.1
ssl = required
first_valid_uid = 1
auth_failure_delay = 0
service imap-login {{
  {chroot}
  inet_listener imap {{
    port = {ports[0]}
  }}
  inet_listener imaps {{
    port = {ports[1]}
    ssl = yes
  }}
}}
service anvil {{
  {chroot}
}}
{users}
"""

# What comes before that, and is of one version.
_DIALECTS = {
    "2.3.": """
protocols = imap
ssl_cert = <{home}/certificate.pem
ssl_key = <{home}/key.pem
mail_location = maildir:{home}/mail
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {home}/accounts
}}
userdb {{
  driver = passwd-file
  args = {home}/accounts
}}
""",
    "2.4.": """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols = imap
ssl_server_cert_file = {home}/certificate.pem
ssl_server_key_file = {home}/key.pem
mail_driver = maildir
mail_path = {home}/mail
passdb passwd-file {{
  default_password_scheme = PLAIN
  passwd_file_path = {home}/accounts
}}
userdb passwd-file {{
  passwd_file_path = {home}/accounts
}}
""",
}

_USERS = """
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
"""


class NoMailServer(Exception):
    """There is no dovecot that this module can start."""


class MailServer:
    """Dovecot with one account and its INBOX; a context manager that starts and stops it.

    Args:
        user: Name of the account.
        password: Of the account; without a colon, which ends it in dovecot's file.

    Attributes:
        certificate: File to trust.

    Raises:
        NoMailServer: Dovecot or openssl is not installed, is of another version, or does not start.
    """

    def __init__(self, *, user: str, password: str) -> None:
        self._dovecot = _path_of("dovecot", "/usr/sbin/dovecot")
        version = _run(self._dovecot, "--version").split()[0]
        dialect = next((_DIALECTS[known] for known in _DIALECTS if version.startswith(known)), None)
        if dialect is None:
            raise NoMailServer(f"expected dovecot {' or '.join(f'{known}x' for known in _DIALECTS)}, found {version}")
        self._settings = dialect + _SETTINGS
        self._account = (user, password)
        self._ports = _free_ports(2)
        self._folder = TemporaryDirectory(prefix="jsc-mail-", ignore_cleanup_errors=True)
        self._home = Path(self._folder.name)
        self.certificate = self._home / "certificate.pem"
        self._count = 0

    def __enter__(self) -> Self:
        """Start."""
        self._write()
        self._process = subprocess.Popen(  # noqa: S603
            [self._dovecot, "-F", "-c", str(self._home / "dovecot.conf")],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + _PATIENCE_S
        while not _listens(self._ports[1]):
            if self._process.poll() is not None or time.monotonic() > until:
                self.__exit__(None, None, None)
                raise NoMailServer("expected dovecot to listen, found that it did not start")
            time.sleep(0.02)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and leave nothing behind."""
        # All of its processes at once: asked politely it waits seconds for each, and nothing here is to be saved.
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._folder.cleanup()

    def url(self, scheme: str = "imaps", folder: str = "INBOX") -> str:
        """The address that the platform's settings name; `imap` is the port that starts TLS."""
        return f"{scheme}://127.0.0.1:{self._ports[scheme == 'imaps']}/{folder}"

    @property
    def environment(self) -> dict[str, str]:
        """The platform's variables for this mailbox."""
        user, password = self._account
        names = {"URL": self.url(), "USER": user, "PASSWORD": password, "CA_FILE": str(self.certificate)}
        return {f"JSC_EMAIL_{name}": value for name, value in names.items()}

    @property
    def files(self) -> dict[str, bytes]:
        """Every mail as it lies on the disk, by its file name, behind whose `:2,` the marks stand."""
        mails = [file for folder in ("new", "cur") for file in (self._home / "mail" / folder).iterdir()]
        return {file.name: file.read_bytes() for file in mails}

    def deliver(self, content: bytes, at: datetime) -> None:
        """Let a mail arrive.

        Args:
            content: Its bytes.
            at: When it arrives; aware.
        """
        self._count += 1
        name = f"{int(at.timestamp())}.M{self._count:06d}P1.kota"
        file = self._home / "mail" / "tmp" / name
        file.write_bytes(content)
        os.utime(file, (at.timestamp(), at.timestamp()))
        self._give(file)
        file.rename(self._home / "mail" / "new" / name)

    def renumber(self) -> None:
        """Let the server forget its UIDs, as after a repair: the folder gets another UIDVALIDITY."""
        for pattern in ("dovecot-uidlist*", "dovecot.index*"):
            for file in (self._home / "mail").glob(pattern):
                file.unlink()

    def _write(self) -> None:
        self._home.chmod(0o755)
        folders = [self._home / "mail", *(self._home / "mail" / name for name in ("new", "cur", "tmp"))]
        for folder in folders:
            folder.mkdir()
            self._give(folder)
        owner, (user, password) = _owner(), self._account
        accounts = self._home / "accounts"
        accounts.write_text(f"{user}:{password}:{owner.pw_uid}:{owner.pw_gid}::{self._home}\n", encoding="utf-8")
        # An ordinary user can neither change to another one nor into a root folder of its own.
        is_root = os.geteuid() == 0
        settings = self._settings.format(
            home=self._home,
            ports=self._ports,
            chroot="" if is_root else "chroot =",
            users="" if is_root else _USERS.format(user=owner.pw_name, group=grp.getgrgid(owner.pw_gid).gr_name),
        )
        (self._home / "dovecot.conf").write_text(settings, encoding="utf-8")
        _run(
            _path_of("openssl"), "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", str(self._home / "key.pem"), "-out", str(self.certificate),
        )  # fmt: skip

    def _give(self, path: Path) -> None:
        if os.geteuid() == 0:
            shutil.chown(path, _owner().pw_uid, _owner().pw_gid)


def _owner() -> pwd.struct_passwd:
    """Who owns the mails: whoever runs this, and nobody in place of root, as whom dovecot reads no mail."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def _path_of(program: str, usual: str = "") -> str:
    path = shutil.which(program) or (usual if Path(usual).is_file() else None)
    if path is None:
        raise NoMailServer(f"expected {program}, found none; install the Debian package dovecot-imapd and openssl")
    return path


def _run(*command: str) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise NoMailServer(f"expected {Path(command[0]).name} to do its work, found exit code {done.returncode}")
    return done.stdout


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
