"""Discovery by zeroconf: a server tells the local network where it is, and a satellite's owner looks for one.

What is found is shown and never used by itself: any machine can announce anything.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import platform
from collections.abc import AsyncIterator, Mapping, Sequence

import psutil
from zeroconf import Error, InterfaceChoice, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from assistant import __version__
from assistant.errors import AssistantError

HTTP, WYOMING = "_assistant._tcp.local.", "_wyoming._tcp.local."


@contextlib.asynccontextmanager
async def announced(ports: Mapping[str, int], host: str) -> AsyncIterator[None]:
    """Announce services, type -> port, at the addresses of a host while the block runs.

    Raises:
        AssistantError: there is no network to tell it to.
    """
    addresses, name = _addresses(host), platform.node().split(".")[0] or "assistant"
    services = [
        AsyncServiceInfo(
            kind, f"{name}.{kind}", port=port, server=f"{name}.local.", parsed_addresses=addresses,
            properties={"version": __version__},
        )
        for kind, port in ports.items()
    ]  # fmt: skip
    try:
        network = AsyncZeroconf(interfaces=addresses)
        for service in services:
            await (await network.async_register_service(service, allow_name_change=True))
    except (Error, OSError, ValueError) as error:
        raise AssistantError(f"zeroconf: {error}") from None
    try:
        yield
    finally:
        await network.async_unregister_all_services()
        await network.async_close()


def find_servers(seconds: float = 3.0, interfaces: Sequence[str] | InterfaceChoice = InterfaceChoice.All) -> list[str]:
    """Return the addresses of the servers that announce themselves within some seconds.

    Raises:
        AssistantError: there is no network to look in.
    """
    try:
        return asyncio.run(_found(seconds, interfaces))
    except OSError as error:
        raise AssistantError(f"zeroconf: {error.strerror}") from None


async def _found(seconds: float, interfaces: Sequence[str] | InterfaceChoice) -> list[str]:
    names: set[str] = set()

    def changed(zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:  # noqa: ARG001 -- it is called with these names
        names.add(name)

    async with AsyncZeroconf(interfaces=interfaces) as network:
        browser = AsyncServiceBrowser(network.zeroconf, HTTP, handlers=[changed])
        await asyncio.sleep(seconds)
        await browser.async_cancel()
        services = [AsyncServiceInfo(HTTP, name) for name in names]
        known = [service for service in services if await service.async_request(network.zeroconf, 1000)]
    return sorted({f"http://{_in_url(address)}:{info.port}" for info in known for address in info.parsed_addresses()})


def _addresses(host: str) -> list[str]:
    """Return the addresses of this machine at which a host can be reached."""
    if host not in {"0.0.0.0", "::"}:  # noqa: S104 -- nothing is bound here
        return [host]
    cards = [card.address.partition("%")[0] for cards in psutil.net_if_addrs().values() for card in cards]
    return [address for address in cards if _is_public(address, host)]


def _is_public(address: str, host: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:  # the number of a network card
        return False
    return not parsed.is_loopback and not parsed.is_link_local and (parsed.version == 4 or host == "::")


def _in_url(address: str) -> str:
    return f"[{address}]" if ":" in address else address
