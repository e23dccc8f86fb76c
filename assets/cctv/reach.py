"""What a list of cameras may make this platform reach: addresses of a network, files of a folder.

Belongs here: which address and which file is allowed, and connecting to no other. Does not belong here: what is asked
there (wire.py, recorder_file.py).

A list is often copied from a portal, and a host's answer is nobody's word but its own. So a name has to stand for a
public address, and a private, loopback or link-local one is asked only where the list itself names it by number, or
where it lies in a network that the operator named (JSC_CAMERA_NETWORKS).
"""

import asyncio
import ipaddress
import os
import socket
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import httpcore

from assets.cctv.answers import NoPictureError
from assets.cctv.lenient_head import LenientStream

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Addresses of IPv4 that a router would translate back.
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Reach:
    """What an installation allows beyond public addresses.

    Attributes:
        files: Folder below which cameras of kind `file` lie; None allows none.
        networks: Networks that the operator named: names of cameras may stand for their addresses, though they are not
            public, and RTSP is asked there alone.
    """

    files: Path | None = None
    networks: tuple[Network, ...] = ()

    def allows(self, address: Address) -> bool:
        """Whether an address may be connected to though no list names it by number."""
        return is_public(address) or self.is_named(address)

    def is_named(self, address: Address) -> bool:
        """Whether an address lies in a network that the operator named."""
        return any(address in network for network in self.networks)

    async def addresses(self, host: str, port: int) -> list[str]:
        """The allowed addresses that a name stands for; a literal address stands for itself.

        Raises:
            NoPictureError: The name stands for none that is allowed.
            OSError: The name cannot be resolved.
        """
        if literal(host) is not None:
            return [host]
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(entry[4][0]) for entry in found]
        allowed = [text for text in addresses if self.allows(ipaddress.ip_address(text))]
        if not allowed:
            raise NoPictureError("a name that stands for a private address (JSC_CAMERA_NETWORKS allows some)")
        return allowed

    def open_file(self, path: Path) -> int:
        """Descriptor of a regular file below the folder of files.

        Raises:
            NoPictureError: There is no such folder, or the file lies elsewhere, or is no regular one.
            OSError: It cannot be opened.
        """
        if self.files is None:
            raise NoPictureError("no folder that files may lie in; set JSC_CAMERA_FILES")
        resolved = path.resolve()
        if not resolved.is_relative_to(self.files.resolve()):
            raise NoPictureError("a file outside JSC_CAMERA_FILES")
        # A pipe would be waited for.
        descriptor = os.open(resolved, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise NoPictureError("no regular file")
        return descriptor


def literal(host: str) -> Address | None:
    """The address that a host is written as; None for a name, and for the spellings that only a resolver knows."""
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Whether an address is one of the internet, also one of IPv4 inside one of IPv6.

    >>> [is_public(ipaddress.ip_address(text)) for text in ("8.8.8.8", "10.221.39.164", "::ffff:10.0.0.1")]
    [True, False, False]
    """
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour
        if address in _TRANSLATED:
            inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inside is not None:
            return is_public(inside)
    return address.is_global and not address.is_multicast


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to allowed addresses only: what a name stands for is asked once, and that address is connected to."""

    def __init__(self, reach: Reach) -> None:
        self._reach, self._inner = reach, httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first allowed address that answers; a literal one was judged by the wire."""
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._reach.addresses(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("the name was not resolved in time") from error
        except OSError as error:
            raise httpcore.ConnectError("the name cannot be resolved") from error
        for address in addresses[:-1]:
            try:
                return LenientStream(
                    await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return LenientStream(await self._inner.connect_tcp(addresses[-1], port, timeout, local_address, socket_options))
