"""docs/configuration.md: the example, the folders, the types and the message, as the page has them."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import typing
from collections.abc import Mapping

import platformdirs.macos
import pytest
from manual import blocks, quoted, rows, section

from assistant import config
from assistant.config import Config, PathsConfig, load_config

PAGE = "configuration.md"
TOP = section(PAGE, "Configuration").partition("\n## ")[0]
(EXAMPLE,) = blocks(TOP, "toml")
KEYS = [
    (name, dict(zip(("key", "type"), row, strict=False)))
    for name in typing.get_type_hints(Config)
    for row in rows(section(PAGE, f"[{name}]"))
]
TYPES = {str: "text", bool: "true or false", int: "whole number", float: "number", tuple[str, ...]: "list of texts",
         Mapping[str, str]: "table of texts"}  # fmt: skip


def test_the_example_overrides_key_by_key(tmp_path):
    (tmp_path / "config.toml").write_text(EXAMPLE)
    loaded = load_config(tmp_path / "config.toml")
    assert loaded.audio == dataclasses.replace(Config().audio, input="USB")
    assert loaded.endpoint == dataclasses.replace(Config().endpoint, pause=0.9)
    assert dataclasses.replace(loaded, audio=Config().audio, endpoint=Config().endpoint) == load_config()


def test_the_shipped_file_holds_every_key_with_its_default(monkeypatch, tmp_path):
    monkeypatch.setattr(config, "user_config_folder", lambda: tmp_path)
    assert load_config() == Config()
    text = (config.SHIPPED / "config.toml").read_text(encoding="utf-8")
    for name, row in KEYS:
        below = text.partition(f"[{name}]\n")[2].partition("\n[")[0]
        lines = below.splitlines()
        (place,) = [index for index, line in enumerate(lines) if line.startswith(f"{quoted(row['key'])[0]} = ")]
        assert lines[place - 1].startswith("#"), f"[{name}] {row['key']} has no comment"


@pytest.mark.skipif(sys.platform != "linux", reason="the folders of Linux")
def test_the_folders_are_those_of_the_page(monkeypatch, tmp_path):
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", "/home/ada")
    folders = config.user_config_folder(), Config().data_folder(), Config().models_folder()
    linux, macos = rows(TOP)
    assert [f"`{folder}`".replace("/home/ada", "~") for folder in folders] == linux[1:]
    mac = platformdirs.macos.MacOS("assistant")
    native = mac.user_config_dir, mac.user_data_dir, f"{mac.user_cache_dir}/models"
    assert [f"`{folder}`".replace("/home/ada", "~") for folder in native] == macos[1:]
    for variable in quoted(TOP.partition("On Linux the variables")[2].partition("are followed")[0]):
        monkeypatch.setenv(variable, str(tmp_path))
    folders = config.user_config_folder(), Config().data_folder(), Config().models_folder()
    assert all(folder.is_relative_to(tmp_path) for folder in folders)


def test_a_wrong_key_stops_the_start_with_the_line_of_the_page(tmp_path):
    message = next(text for text in quoted(TOP) if "did you mean" in text)
    (tmp_path / "config.toml").write_text(EXAMPLE.replace("pause", "puase"))
    command = [sys.executable, "-m", "assistant", "--config", str(tmp_path / "config.toml"), "check"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(("name", "row"), KEYS, ids=lambda value: value if isinstance(value, str) else value["key"])
def test_a_key_has_the_type_of_its_row(name, row):
    hint = typing.get_type_hints(typing.get_type_hints(Config)[name])[quoted(row["key"])[0]]
    if typing.get_origin(hint) is typing.Literal:
        assert row["type"].startswith("one of ")
        assert quoted(row["type"]) == list(typing.get_args(hint))
    else:
        assert row["type"] == TYPES[hint]


def test_a_folder_may_hold_a_home_or_a_variable(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.setenv("SHARED", "/srv")
    paths = PathsConfig(intents=("~/mine", "$SHARED/ours"), data="$SHARED/data")
    assert [str(folder) for folder in Config(paths=paths).intent_folders()] == ["/home/ada/mine", "/srv/ours"]
    assert str(Config(paths=paths).data_folder()) == "/srv/data"
