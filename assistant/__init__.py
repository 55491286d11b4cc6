"""A private voice assistant: speech or text in, an action or an answer out, all on this machine.

As a library, `load_matcher` understands sentences by a folder of intent files; see docs/library.md. Nothing is imported
before it is asked for.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.app.build import load_matcher as load_matcher
    from assistant.nlu.matcher import Matcher as Matcher
    from assistant.values import Ambiguous as Ambiguous
    from assistant.values import AnswerMatch as AnswerMatch
    from assistant.values import IntentMatch as IntentMatch
    from assistant.values import OutOfScope as OutOfScope
    from assistant.values import SlotMissing as SlotMissing
    from assistant.values import Understanding as Understanding
    from assistant.values import Utterance as Utterance

__version__ = "0.1.0"

os.environ |= {
    "ORT_DISABLE_TELEMETRY": "1",  # else onnxruntime reports models and machine to Microsoft, once it is imported
    "ANONYMIZED_TELEMETRY": "False",  # Chroma's
    "HF_HUB_DISABLE_TELEMETRY": "1",  # the model hub's client and its transport
    "DO_NOT_TRACK": "1",  # whoever else heeds it
}  # before any library is imported, and handed on to every process that is started

os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "10")  # else numpy's threads spin for as long as a sentence takes

_HOME = {
    "load_matcher": "assistant.app.build",
    "Matcher": "assistant.nlu.matcher",
    **dict.fromkeys(
        ("Ambiguous", "AnswerMatch", "IntentMatch", "OutOfScope", "SlotMissing", "Understanding", "Utterance"),
        "assistant.values",
    ),
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'assistant' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
