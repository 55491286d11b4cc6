"""A wrong key is one line that names file, line, key and the nearest legal one."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from assistant import config
from assistant.config import (
    AudioConfig,
    Config,
    HomeAssistantConfig,
    PathsConfig,
    load_config,
    make_user_folders,
    remember,
)
from assistant.errors import ConfigError


@pytest.fixture
def written(tmp_path):
    def write(text: str) -> Path:
        file = tmp_path / "own.toml"
        file.write_text(text)
        return file

    return write


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('[stt]\nmodell = "x"', 2, "[stt] modell: unknown key; did you mean 'model'?"),
        ('[stt]\nlanguage = "german"', 2, "'german' is no code of a language, like 'en'; did you mean 'de' (german)?"),
        ('[stt]\nlanguage = "en-US"', 2, "did you mean 'en' (english)?"),
        ('\n[sst]\nmodel = "x"', 2, "unknown section 'sst'; did you mean 'stt'?"),
        ("x = 1", 1, "unknown key outside any section: 'x'"),
        ("stt = 3", 1, "'stt' is a section: write [stt] and its keys below"),
        ('[stt]\n# wide\nbeam = "wide"', 3, "[stt] beam: must be a whole number, not 'wide'"),
        ("[stt]\nbeam = true", 2, "[stt] beam: must be a whole number, not True"),
        ("[stt]\nbias = 1", 2, "[stt] bias: must be true or false, not 1"),
        ("[match]\nthreshold = 1.5", 2, "[match] threshold: 1.5 is out of range: 0.0 to 1.0"),
        ('[voice]\nreplies = "spokn"', 2, "'spokn' is not one of spoken, always, never; did you mean 'spoken'?"),
        ('[paths]\nintents = "mine"', 2, '[paths] intents: must be a list of strings, like ["one", "two"]'),
        (
            '[listen]\nstart = "wakeword"', 2,
            "'wakeword' is not one of hands_free, wake_word, key; did you mean 'wake_word'?",
        ),
        (
            '[listen]\nwake_word = "hey jarvs"', 2,
            "hey jarvis, alexa, hey mycroft, okay nabu or a .json file; did you mean 'hey jarvis'?",
        ),
        ('[listen]\nwake_word = "computer"', 2, "'computer' is not one of hey jarvis, alexa, hey mycroft, okay nabu"),
        ("[listen]\nsensitivity = 2", 2, "[listen] sensitivity: 2.0 is out of range: 0.0 to 1.0"),
        ("[listen]\nwait = 0", 2, "[listen] wait: 0.0 is out of range: 1.0 to 60.0"),
        ("[paths]\nintents = [1]", 2, "must be a list of strings"),
        ('[home_assistant]\nurl = "homeassistant.local:8123"', 2, "no web address: it begins with http:// or https://"),
    ],
)  # fmt: skip
def test_a_wrong_key_names_its_place_and_the_nearest_legal_one(written, text, line, says):
    file = written(text)
    with pytest.raises(ConfigError) as error:
        load_config(file)
    assert str(error.value).startswith(f"{file}:{line}: ")
    assert says in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [b"[stt", b"\xff\xfe"])
def test_what_is_not_toml_is_one_line(tmp_path, content):
    file = tmp_path / "own.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"own\.toml: not (TOML|UTF-8)"):
        load_config(file)


def test_a_missing_file_is_one_line(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load_config(tmp_path / "none.toml")


def test_ones_own_file_overrides_key_by_key(tmp_path, monkeypatch):
    monkeypatch.setattr(config, "user_config_folder", lambda: tmp_path)
    (tmp_path / "config.toml").write_text('[stt]\nmodel = "tiny.en"\n')
    loaded = load_config()
    assert loaded.stt.model == "tiny.en"
    assert loaded.stt.language == "en"


def test_a_named_file_takes_the_place_of_ones_own(tmp_path, monkeypatch, written):
    monkeypatch.setattr(config, "user_config_folder", lambda: tmp_path)
    (tmp_path / "config.toml").write_text('[stt]\nmodel = "tiny.en"\n')
    assert load_config(written("[stt]\nbeam = 5\n")).stt.model == "base"


def test_ones_own_intents_come_after_the_shipped_ones(tmp_path, monkeypatch):
    monkeypatch.setattr(config, "user_config_folder", lambda: tmp_path)
    (tmp_path / "intents").mkdir()
    assert load_config().intent_folders() == (config.SHIPPED / "intents", tmp_path / "intents")


def test_a_wake_word_may_be_a_file_of_ones_own(written):
    assert load_config(written('[listen]\nwake_word = "~/computer.json"')).listen.wake_word == "~/computer.json"


def test_whole_numbers_are_numbers(written):
    assert load_config(written("[voice]\nspeed = 1")).voice.speed == 1.0


def test_the_token_may_stand_in_the_environment(monkeypatch):
    monkeypatch.setenv("HASS", "secret")
    assert HomeAssistantConfig(token="$HASS").access_token() == "secret"
    assert HomeAssistantConfig(token="plain").access_token() == "plain"
    assert HomeAssistantConfig(token="$NOT_SET").access_token() == ""


# -- what is chosen is remembered -----------------------------------------------------------------

OWN = """\
# my own settings
[ui]
theme = "nord"   # cold

[audio]
# the loud one
output = "USB"

[endpoint]
pause = 0.9
"""


def test_a_choice_is_written_and_all_else_stays(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text(OWN)
    file.chmod(0o600)
    remember(file, "audio", "input", 'the "good" one')
    assert file.read_text() == OWN.replace('output = "USB"\n', 'output = "USB"\ninput = "the \\"good\\" one"\n')
    assert load_config(file).audio == AudioConfig(input='the "good" one', output="USB")
    assert file.stat().st_mode & 0o777 == 0o600
    remember(file, "audio", "output", "")
    assert '# the loud one\noutput = ""' in file.read_text()
    assert load_config(file).endpoint.pause == 0.9


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_choice_keeps_the_line_ends_and_the_mark_of_its_file(tmp_path, mark, end):
    file, before = tmp_path / "config.toml", '# mine\n[ui]\ntheme = "nord"\n'
    file.write_bytes(mark + before.replace("\n", end).encode())
    remember(file, "ui", "notify", "never")
    assert file.read_bytes() == mark + f'{before}notify = "never"\n'.replace("\n", end).encode()
    assert load_config(file).ui.notify == "never"


def test_a_choice_makes_the_file_and_follows_a_link(tmp_path):
    file = tmp_path / "new" / "config.toml"
    remember(file, "audio", "input", "USB")
    assert load_config(file).audio.input == "USB"
    link = tmp_path / "link.toml"
    link.symlink_to(file)
    remember(link, "audio", "input", "headset")
    assert link.is_symlink()
    assert load_config(file).audio.input == "headset"
    assert [path.name for path in file.parent.iterdir()] == ["config.toml"]


def test_a_choice_that_cannot_be_written_is_one_line_and_leaves_the_file(tmp_path):
    broken = tmp_path / "broken.toml"
    broken.write_text("[audio\n")
    odd = tmp_path / "odd.toml"
    odd.write_text('audio = "loud"\n')
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for file in (broken, odd, tmp_path / "folder", tmp_path / "pipe", broken / "config.toml"):
        before = file.read_text() if file.is_file() else ""
        with pytest.raises(ConfigError) as caught:
            remember(file, "audio", "input", "USB")
        assert str(caught.value).startswith(f"{file}: ")
        assert "\n" not in str(caught.value)
        assert not before or file.read_text() == before


def test_the_first_start_makes_the_folders_for_ones_own_files(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    own = tmp_path / "assistant"
    assert make_user_folders(Config()) == (own / "intents", own / "knowledge")
    assert own / "intents" in Config().intent_folders()
    assert make_user_folders(Config()) == ()


def test_no_folder_is_made_where_another_is_named_or_none_can_be(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    named = Config(paths=PathsConfig(intents=("mine",), knowledge=("mine",)))
    assert make_user_folders(named) == ()
    (tmp_path / "assistant").write_text("a file where the folder would be")
    assert make_user_folders(Config()) == ()


def test_two_that_change_a_list_at_once_lose_nothing(tmp_path):
    file, names = tmp_path / "config.toml", [f"/album {number}" for number in range(8)]

    def add(name):
        with config.changing(file) as now:
            config.remember(file, "pictures", "folders", [*now.pictures.folders, name])

    threads = [threading.Thread(target=add, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(config.load_config(file).pictures.folders) == names
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]
