"""Files with one intent, and the understanding of sentences by them."""

from __future__ import annotations

from assistant.authoring.intents import load_intents
from assistant.values import IntentMatch
from fakes.matcher import made

ACTIONS = {"timer.start", "home.intent"}


def load(folder, text, name="f.yaml"):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return load_intents([folder], ACTIONS)


def thing(body, more=""):
    """Return a file with one intent of the keys, and more beside `intents`."""
    return "intents:\n  Thing:\n" + "".join(f"    {line}\n" for line in body.strip("\n").splitlines()) + more


def understood(folder, text, sentence):
    """Return the understanding of a sentence by the intents of a file."""
    return made(folder, text).match(sentence)


def slots(folder, text, sentence):
    understanding = understood(folder, text, sentence)
    assert isinstance(understanding, IntentMatch), understanding
    return dict(understanding.slots)
