"""An editing bench whose files are fixed, so that pictures of it are always the same."""

from __future__ import annotations

from pathlib import Path

from assistant.checks.editing.bench import EditingBench
from assistant.checks.editing.catalogue import ListedEntry, ListedFile
from assistant.checks.editing.trying import PhraseTrial
from assistant.checks.teaching.effects import Change
from assistant.errors import Problem

GARDEN = """# What the garden wants of me
language: en
expansion_rules:
  water: "(water|sprinkle)"

intents:
  WaterPlants:
    description: Water the plants
    data:
      - sentences:
          - "<water> [the] (plants|flowers) [in the {room}]"
    examples:
      - the ferns look thirsty
    slots:
      room: {values: [kitchen, hall]}
    response: Done.

  FeedCat:  # hungry
    exmaples: [feed the cat, give the cat her dinner]
    response: Fed.
"""
FOLDER = Path("/garden/assistant/intents")


def _entry(name, line, used):
    return ListedEntry("intent", name, name, line, used, name.lower())


class FixedBench:
    """Answers at once."""

    lines, edit = staticmethod(EditingBench.lines), staticmethod(EditingBench.edit)

    def catalogue(self):
        water, cat = _entry("WaterPlants", 7, 12), _entry("FeedCat", 18, 0)
        timers = tuple(_entry(name, 1, used) for name, used in (("StartTimer", 48), ("StopTimer", 9)))
        return (
            ListedFile(FOLDER / "garden.yaml", "intents", True, (water, cat), 1),
            ListedFile(Path("/usr/share/assistant/intents/timers.yaml"), "intents", False, timers, 0),
        )

    def current(self, file):
        return GARDEN

    def kept_drafts(self):
        return ()

    def keep_drafts(self, unsaved):
        pass

    def read(self, file):
        return GARDEN

    def unreadable(self, edits):
        return None

    def faults(self, file, edits):
        return (Problem(file, 19, "intent FeedCat: unknown key 'exmaples'; did you mean 'examples'?"),)

    def attempt(self, phrase, edits, is_over):
        change = Change("water my plants", "AddNote", "WaterPlants")
        yield PhraseTrial(
            phrase,
            "not understood",
            "WaterPlants",
            0.83,
            0.5,
            (("room", "hall"),),
            "intents/garden.yaml:14",
            "",
            (change,),
            40,
        )


class FixedWorkshop:
    """Has nothing but the bench."""

    bench = FixedBench()
    is_ready = True

    def unread(self):
        return 0
