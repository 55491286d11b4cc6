"""Commands in another language than English: nothing but number and date words, and sounds, is English."""

from __future__ import annotations

import pytest

from assistant.values import IntentMatch, OutOfScope, SlotMissing, Utterance
from fakes.intent_files import GERMAN
from fakes.matcher import made


@pytest.fixture(scope="module")
def matcher(tmp_path_factory):
    return made(tmp_path_factory.mktemp("files"), GERMAN)


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("Mach bitte das Licht in der Küche aus!", "LichtAus", {"raum": "Küche"}),
        ("schalte das licht in der stube aus", "LichtAus", {"raum": "stube"}),
        ("ich brauche in der Küchen jetzt kein Licht mehr", "LichtAus", {"raum": "Küche"}),
        ("stell die Lautstärke auf 40", "Lautstärke", {"stufe": 40}),
        ("merke dir, dass der Müll am Freitag abgeholt wird", "Notiz", {"text": "der Müll am Freitag abgeholt wird"}),
    ],
)
def test_commands_are_understood_with_their_values(matcher, text, intent, slots):
    found = matcher.match(text)
    assert isinstance(found, IntentMatch)
    assert (found.intent, found.slots) == (intent, slots)


def test_what_is_missing_is_asked_for_and_filled(matcher):
    asked = matcher.match("es soll dunkel werden")
    assert isinstance(asked, SlotMissing)
    assert asked.ask == "In welchem Raum?"
    assert matcher.fill(asked, Utterance("im Schlafzimmer")).slots == {"raum": "Schlafzimmer"}


def test_what_is_no_command_is_none(matcher):
    assert isinstance(matcher.match("gestern hat es den ganzen Tag geregnet"), OutOfScope)


def test_two_commands_are_joined_by_the_words_of_the_language(matcher):
    text = "Licht aus in der Küche und dann stell die Lautstärke auf 20"
    assert [part.text for part, _ in matcher.match_all(text)] == [
        "Licht aus in der Küche",
        "stell die Lautstärke auf 20",
    ]
    text = "Licht aus im Wohnzimmer und Schlafzimmer"
    assert [meaning.slots["raum"] for _, meaning in matcher.match_all(text)] == ["Wohnzimmer", "Schlafzimmer"]
