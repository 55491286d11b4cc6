"""Options that code lists with what each does are passages of their own."""

from __future__ import annotations

from pathlib import Path

from assistant.authoring.documents.blocks import DocumentBlock, code
from assistant.authoring.documents.cutting import passages

HELP = """usage: mirror [-h] [--depth N] URL

options:
  -h, --help       Print this text
  --depth N        How many links deep
                   to go
  -q
  --quiet          Say nothing
"""


def cut(text: str):
    blocks = [
        DocumentBlock("heading", "Usage", 1, level=1),
        *code(text, line=3),
        DocumentBlock("text", "See the examples.", 20),
    ]
    return [(passage.headings, passage.text, passage.line) for passage in passages(blocks, Path("a.md"), "a.md")]


def test_each_option_is_below_a_heading_and_what_follows_is_not():
    usage, *options, after = cut(HELP)
    assert usage == (("Usage",), "```\nusage: mirror [-h] [--depth N] URL\n\noptions:\n```", 4)
    assert options == [
        (("Usage", "-h, --help"), "Print this text", 7),
        (("Usage", "--depth N"), "How many links deep to go", 8),
        (("Usage", "-q, --quiet"), "Say nothing", 11),
    ]
    assert after == (("Usage",), "See the examples.", 20)


def test_a_call_over_several_lines_stays_code():
    call = "mirror \\\n  --depth 3   \\\n  --quiet     \\\n  --log a.log \\\n  --twice\n"
    ((headings, text, _),) = cut(call)
    assert headings == ("Usage",)
    assert "--depth 3   \\\n  --quiet" in text
