"""The examples in the docstrings of the language room."""

from __future__ import annotations

import doctest
import importlib

import pytest

from paths import ROOT

MODULES = sorted(path.stem for path in (ROOT / "assistant" / "language").glob("[a-z]*.py"))


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_the_docstrings_hold(name):
    assert doctest.testmod(importlib.import_module(f"assistant.language.{name}")).failed == 0
