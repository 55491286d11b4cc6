"""The table of shipped actions."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

from assistant.actions.builtins import BUILT_INS


@pytest.mark.parametrize("name", ["places", "calculate", "desktop.applications", "desktop.pages"])
def test_the_examples_in_the_docstrings_are_true(name):
    module = importlib.import_module(f"assistant.actions.builtins.{name}")
    results = doctest.testmod(module, extraglobs={"Path": Path})
    assert results.attempted > 0
    assert results.failed == 0


def test_every_action_is_explained():
    assert all(function.__doc__ for function in BUILT_INS.values())
