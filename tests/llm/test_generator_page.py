"""docs/generator.md: its examples are read, its words are legal, the old key is understood."""

from __future__ import annotations

import re
import typing

import pytest

from assistant.config import GeneratorConfig, load_config
from assistant.errors import ConfigError
from paths import ROOT

PAGE = (ROOT / "docs" / "generator.md").read_text(encoding="utf-8")


def loaded(folder, text):
    file = folder / "config.toml"
    file.write_text(text)
    return load_config(file).generator


def test_each_example_of_a_setting_is_read(tmp_path):
    examples = re.findall(r"^```toml\n(.+?)^```", PAGE, re.DOTALL | re.MULTILINE)
    assert len(examples) == 2
    assert all(loaded(tmp_path, example).is_on for example in examples)


def test_every_way_to_generate_and_every_engine_is_told():
    types = typing.get_type_hints(GeneratorConfig)
    for name in ("generate", "engine"):
        for word in typing.get_args(types[name]):
            assert f"`{word}`" in PAGE or f'"{word}"' in PAGE, word


@pytest.mark.parametrize(("old", "new"), [("true", "grounded"), ("false", "off")])
def test_the_older_key_means_what_the_page_says(tmp_path, old, new):
    assert f"`enabled = {old}` " in PAGE
    assert loaded(tmp_path, f"[generator]\nenabled = {old}\n").generate == new
    assert loaded(tmp_path, f'[generator]\nenabled = {old}\ngenerate = "free"\n').generate == "free"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (
            "enabled = 1",
            r"config\.toml:2: \[generator\] enabled: must be true or false, not 1; its name is generate",
        ),
        ('generate = "ground"', r"config\.toml:2: \[generator\] generate: 'ground' is not one of .*'grounded'"),
        ('generat = "off"', r"config\.toml:2: \[generator\] generat: unknown key; did you mean 'generate'"),
        ('url = "localhost:11434"', r"config\.toml:2: \[generator\] url: 'localhost:11434' is no web address"),
        ("idle = -1", r"config\.toml:2: \[generator\] idle: -1.0 is out of range"),
    ],
)
def test_a_wrong_setting_is_one_line_with_the_nearest_word(tmp_path, line, fault):
    with pytest.raises(ConfigError, match=fault):
        loaded(tmp_path, f"[generator]\n{line}\n")
