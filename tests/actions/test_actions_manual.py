"""The claims of docs/actions.md, executed."""

from __future__ import annotations

from assistant.actions.builtins import BUILT_INS
from paths import ROOT

MANUAL = (ROOT / "docs" / "actions.md").read_text(encoding="utf-8")


def test_the_manual_lists_every_action_in_its_own_words():
    for name, function in BUILT_INS.items():
        description = " ".join(function.__doc__.split()).replace("|", "\\|")
        assert f"| `{name}` | {description} |" in MANUAL, name
