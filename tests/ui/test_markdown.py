"""Replies in Markdown: tables stand in columns, code has the colours of its language."""

from __future__ import annotations

from assistant.ui.markdown import CODE, prose

TABLE = """Two:

| name | **size** |
| --- | --- |
| `a` | 1 |
| longer | 200 |

1. after
"""


def test_a_table_stands_in_columns_below_its_head():
    lines = [line.rstrip() for line in prose(TABLE).plain.splitlines()]
    assert lines == [
        "Two:",
        "",
        "name    size",
        "──────  ────",
        "a       1",
        "longer  200",
        "",
        "1. after",
    ]


def test_code_of_a_named_language_is_coloured_and_other_code_is_not():
    coloured, plain, unknown = (prose(f"```{name}\nfor x in y: pass\n```") for name in ("python", "", "nosuchlanguage"))
    assert coloured.plain == plain.plain == unknown.plain == "  for x in y: pass"
    assert len({span.style for span in coloured.spans}) > 2
    assert {span.style for span in plain.spans} == {CODE}
