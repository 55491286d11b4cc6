"""A private voice assistant: speech or text in, an action or an answer out, all on this machine.

As a library, `load_matcher` understands sentences by a folder of intent files; see docs/library.md. Nothing is imported
before it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.assembly import load_matcher as load_matcher
    from assistant.events import Ambiguous as Ambiguous
    from assistant.events import AnswerMatch as AnswerMatch
    from assistant.events import IntentMatch as IntentMatch
    from assistant.events import OutOfScope as OutOfScope
    from assistant.events import SlotMissing as SlotMissing
    from assistant.events import Understanding as Understanding
    from assistant.events import Utterance as Utterance
    from assistant.nlu.match import Matcher as Matcher

__version__ = "0.1.0"

_HOME = {
    "load_matcher": "assistant.assembly",
    "Matcher": "assistant.nlu.match",
    **dict.fromkeys(
        ("Ambiguous", "AnswerMatch", "IntentMatch", "OutOfScope", "SlotMissing", "Understanding", "Utterance"),
        "assistant.events",
    ),
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'assistant' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
