"""A matcher over a few intents, with words as hashes in place of meanings."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from assistant.actions.builtins import BUILT_INS
from assistant.authoring.intents import load_intents
from assistant.authoring.knowledge import load_knowledge
from assistant.config import MatchConfig
from assistant.nlu.matcher import Matcher
from assistant.nlu.parts import make_parts
from assistant.nlu.retrieval.index import Index
from fakes.embedder import WordHashes

NOW = datetime(2026, 11, 23, 14, 10)
INTENTS = """
intents:
  StartTimer:
    description: Start a timer
    data:
      - sentences:
          - "(set|start) [a|the] timer for {duration} [called {label}]"
          - "[set] [a] {duration} timer"
          - "(set|start) [a|the] timer"
    examples: ["wake me from my nap in {duration}", "count down {duration}"]
    not: ["how long is the timer still running"]
    slots:
      duration: {type: duration, required: true, ask: "For how long?", max: 86400}
      label: text
    action: timer.start
    response: "Timer set for {duration}."
  AddItem:
    data: [{sentences: ["(add|put) {item} (to|on) [my|the] {list} list"]}]
    examples: ["we are out of {item}, shopping list please"]
    slots:
      item: {type: text, required: true, ask: "Add what?"}
      list: {values: [shopping, {in: "(to do|todo)", out: todo}], default: shopping}
  Remind:
    data: [{sentences: ["remind me to {task} [{datetime}]"]}]
    examples: ["do not let me forget to {task} {datetime}"]
    slots:
      task: {type: text, required: true, ask: "Of what?"}
      datetime: {type: datetime, required: true, ask: "When?"}
  Colour:
    data: [{sentences: ["make the lamp {colour}"]}]
    examples: ["I would like some {colour} light from the lamp"]
    slots:
      colour: {values: [red, turquoise, yellow], required: true, ask: "Which colour?"}
  Brightness:
    examples: ["brightness of the lamp to {level}", "lamp brightness {level} please, {seconds} fade"]
    slots:
      level: {type: percent, required: true}
      seconds: {type: duration, default: 2 seconds}
  Sum:
    data: [{sentences: ["what is {sum}"]}]
    slots: {sum: {type: text}}
  Halt: {data: [{sentences: [stop, halt]}], description: Stop talking}
  StopMusic: {data: [{sentences: [stop, stop the music]}], description: Stop the music}
  Confirmed:
    data: [{sentences: [shut down], response: "Bye now."}]
    confirm: Really?
"""
KNOWLEDGE = """
- question: How do I add a command of my own?
  also: [where do new commands go]
  answer: Write a YAML file.
  source: the manual
- question: Is anything sent to the cloud?
  answer: Nothing.
"""


def made(folder: Path, intents: str, knowledge: str = "[]", config: MatchConfig = MatchConfig()) -> Matcher:  # noqa: B008
    (folder / "i").mkdir(parents=True)
    (folder / "k").mkdir()
    (folder / "i" / "f.yaml").write_text(intents)
    if knowledge != "[]":
        (folder / "k" / "f.yaml").write_text(knowledge)
    loaded = load_intents([folder / "i"], BUILT_INS)
    assert not [problem for problem in loaded.problems if problem.severity == "error"], loaded.problems
    embedder = WordHashes()
    parts = make_parts(loaded, load_knowledge([folder / "k"]), Index(None, embedder), embedder, lambda _: None)
    return Matcher(parts, config, clock=lambda: NOW)
