"""The `jsc` verbs as their users call them, of this checkout, in processes of their own.

Belongs here: how they are started. Does not belong here: what becomes of them.
"""

import socket
import sys

JSC = [sys.executable, "-c", "from command.cli import app; app()"]


def free_port() -> int:
    """A port of this machine that nobody listens at now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
