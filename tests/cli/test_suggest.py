"""The command `suggest`."""

from __future__ import annotations

import json

import pytest

from fakes import apart

KEYS = {"text", "why", "kind", "name", "score"}


def assistant(data, *arguments):
    return apart.assistant("--data-dir", data, *arguments)


@pytest.mark.model
def test_suggestions_are_json_lines_with_their_reasons(data):
    plain = assistant(data, "suggest")
    rows = [json.loads(line) for line in plain.stdout.splitlines()]
    assert (plain.returncode, len(rows)) == (0, 5)
    assert all(set(row) == KEYS and row["why"] for row in rows)
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    explained = assistant(data, "suggest", "--explain", "--json", "--count", "2")
    rows = [json.loads(line) for line in explained.stdout.splitlines()]
    assert [set(row) for row in rows] == [KEYS | {"grounds"}] * 2
    assert all(abs(sum(row["grounds"].values()) - row["score"]) < 0.001 for row in rows)


@pytest.mark.model
def test_nothing_is_suggested_where_nothing_is_known(tmp_path):
    (tmp_path / "i").mkdir()
    (tmp_path / "k").mkdir()
    empty = assistant(tmp_path, "--intents", str(tmp_path / "i"), "--knowledge", str(tmp_path / "k"), "suggest")
    assert (empty.returncode, empty.stdout) == (1, "")
