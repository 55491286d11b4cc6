"""The claims of docs/actions.md about Home Assistant, executed."""

from __future__ import annotations

import re
import threading

import pytest

from assistant.actions.run import Actions
from assistant.app import build
from assistant.config import Config, HomeAssistantConfig, PathsConfig, load_config
from assistant.values import BuiltInAction, IntentMatch, Utterance
from fakes.manual_page import ManualPage, quoted, table
from fakes.web_server import JsonHandler, serving

MANUAL = ManualPage("actions.md")


def test_the_settings_of_home_assistant_are_read(tmp_path, monkeypatch):
    (block,) = MANUAL.examples("Home Assistant", "toml")
    (tmp_path / "config.toml").write_text(block)
    monkeypatch.setenv("HOME_ASSISTANT_TOKEN", "secret")
    settings = load_config(tmp_path / "config.toml").home_assistant
    assert (settings.url, settings.access_token()) == ("http://homeassistant.local:8123", "secret")


def test_the_files_of_the_smart_home_send_the_intents_of_the_table(shipped):
    sent: dict[str, set[str]] = {}
    for intent in shipped.intents.intents.values():
        if isinstance(intent.action, BuiltInAction) and intent.action.name == "home.intent":
            sent.setdefault(f"`intents/{intent.file.name}`", set()).add(
                intent.action.arguments.get("intent", intent.name)
            )
    assert sent == {file: set(quoted(cells[1])) for file, cells in table(MANUAL.section("Home Assistant")).items()}


def test_the_lists_that_one_adds_to_are_there(shipped):
    names = re.search(r"to the lists (.*?)\.\.\.", MANUAL.section("Home Assistant"), re.DOTALL)[1]
    assert set(quoted(names)) <= shipped.intents.lists.keys()


class House(JsonHandler):
    """A Home Assistant that carries out everything."""

    intents: list[object] = []  # noqa: RUF012

    def respond(self, body):
        self.intents.extend([body] if body else [])
        self.answer(200, {"response_type": "action_done", "data": {}})


def test_intents_of_ones_own_reach_home_assistant(intent_of, world):
    own = re.search(r"An intent of your own: `(action: .*)`;", MANUAL.section("Home Assistant"))[1]
    House.intents = []
    with serving(House) as address:
        world.config = Config(home_assistant=HomeAssistantConfig(url=address, token="token"))
        actions = Actions(world.config, world.database, world.timers, list)
        for block in (
            f"Fan:\n  data: [{{sentences: [fan]}}]\n  {own}\n",
            "HassToggle:\n  data: [{sentences: [flip]}]\n",
        ):
            intent = intent_of(block)
            actions.run(IntentMatch(intent.name, {}, 1.0, (), intent.action), threading.Event())
    assert House.intents == [{"name": "HassTurnOn", "data": {"domain": "fan"}}, {"name": "HassToggle", "data": {}}]


@pytest.mark.model
def test_the_sentences_of_the_smart_home_mean_intents_of_their_files(data, shipped):
    matcher = build.one_shot(Config(paths=PathsConfig(data=str(data))), lambda _: None).matcher
    for file, (sentences, _) in table(MANUAL.section("Home Assistant")).items():
        for sentence in re.findall(r'"([^"]+)"', sentences):
            understanding = matcher.match(Utterance(sentence))
            assert isinstance(understanding, IntentMatch), (sentence, understanding)
            intent = shipped.intents.intents[understanding.intent]
            assert f"`intents/{intent.file.name}`" == file, (sentence, intent.name)
