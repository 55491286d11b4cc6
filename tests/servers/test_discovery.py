"""Servers that announce themselves, seen by zeroconf's own browser; and who may use the Wyoming server."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import queue

import pytest
from zeroconf import ServiceBrowser, Zeroconf

from assistant.checks.privacy import _leaving
from assistant.cli.main import main
from assistant.config import Config, ServerConfig
from assistant.errors import AssistantError, ConfigError
from assistant.servers import discovery
from assistant.servers.wyoming import _is_welcome, _networks

HERE = "127.0.0.1"


@contextlib.contextmanager
def browsed(kind):
    """Look for services of a type on the loopback alone; gives a queue of what comes and what goes."""
    seen = queue.Queue()

    def changed(zeroconf, service_type, name, state_change):
        seen.put((state_change.name, name))

    with Zeroconf(interfaces=[HERE]) as network:
        browser = ServiceBrowser(network, kind, handlers=[changed])
        yield network, seen
        browser.cancel()


def test_services_are_seen_with_their_ports_and_go():
    async def announce(ports, until):
        async with discovery.announced(ports, HERE):
            return await asyncio.to_thread(until)

    with browsed(discovery.WYOMING) as (network, seen):

        def look():
            state, name = seen.get(timeout=20)
            info = network.get_service_info(discovery.WYOMING, name)
            return state, info.port, info.parsed_addresses(), discovery.find_servers(1.5, [HERE])

        state, port, addresses, found = asyncio.run(announce({discovery.HTTP: 8765, discovery.WYOMING: 10500}, look))
        assert (state, port, addresses, found) == ("Added", 10500, [HERE], ["http://127.0.0.1:8765"])
        assert seen.get(timeout=20)[0] == "Removed"


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_without_a_network_it_is_one_line():
    """The library leaves a socket open there."""

    async def announce():
        async with discovery.announced({discovery.HTTP: 1}, "192.0.2.1"):
            pass

    with pytest.raises(AssistantError, match=r"^zeroconf: "):
        asyncio.run(announce())
    gc.collect()


def test_none_found_is_told(monkeypatch, capsys):
    monkeypatch.setattr(discovery, "find_servers", list)
    assert main(["satellite", "--find"]) == 1
    assert "no `assistant serve` announces itself here" in capsys.readouterr().err


def test_what_is_told_to_the_network_stands_in_privacy():
    def told(**settings):
        return any("local network" in line for line in _leaving(Config(server=ServerConfig(**settings))))

    assert told(host="0.0.0.0")
    assert not told()
    assert not told(host="0.0.0.0", announce=False)


def test_machines_that_are_not_named_are_not_served():
    welcome = _networks(["192.168.1.7", "10.1.0.0/16", "fd00::1"])
    for address in ("127.0.0.1", "::1", "192.168.1.7", "::ffff:192.168.1.7", "10.1.2.3", "fd00::1", "fd00::1%eth0"):
        assert _is_welcome(address, welcome), address
    for address in ("192.168.1.8", "::ffff:192.168.1.8", "10.2.0.1", "fd00::2"):
        assert not _is_welcome(address, welcome), address
    with pytest.raises(ConfigError, match=r"wyoming_clients: 'box' is no IP address, nor a network"):
        _networks(["box"])
