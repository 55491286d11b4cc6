"""Runs a coroutine test beside the running app, whose pilot it gets; `@pytest.mark.app` sets size and config."""

from __future__ import annotations

import asyncio
import inspect

import pytest

from fakes.scripted import app_with, running


def pytest_configure(config):
    config.addinivalue_line("markers", "app(size, start, **ui): terminal size and config of the running app")


@pytest.fixture
def pilot():
    """Stands in the argument list; the pilot of the running app takes its place."""


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    marker = pyfuncitem.get_closest_marker("app")
    options = dict(marker.kwargs) if marker else {}
    size = options.pop("size", (80, 24))
    arguments = {name: pyfuncitem.funcargs[name] for name in inspect.signature(pyfuncitem.obj).parameters}

    async def test():
        async with running(app_with(**options), size) as pilot:
            await pyfuncitem.obj(**arguments | {"pilot": pilot})

    asyncio.run(test())
    return True
