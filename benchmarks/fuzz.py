"""Utterances of any kind and length, drawn by a seed: exceptions and processor time, against a limit."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from assistant.app import build
from assistant.app.threads import settle
from assistant.config import Config, PathsConfig
from assistant.nlu.matcher import Matcher
from assistant.values import SlotMissing, Utterance
from benchmarks import Options, Row, quiet

ROWS = 2000
SECONDS = 0.2
"""Processor time that an utterance may take."""

_JOINTS = (" and ", ", ", ". ", " then ", " and then ", ", and ", "; ", " plus ", "! ")
_WORDS = """turn on off the lights lamp kitchen bedroom living room set a timer for ten minutes add milk eggs to my
shopping list to-do play next song what is time in tokyo remind me call mum at five tomorrow not don't unless every
except of in it and or please could you 5 20% half 3.5 7:30 12/24 minus noon °c km c++ ben & jerry's a/c""".split()
_STRANGE = (
    *"\u200d\u200b\u202e\u2066\u0301\u20dd\ufeff\x00\x07\x85\x9b\ud800\udce9\ufffd\u2028\n\t\r()[]{}<>\\|'\"%@#~^$&*_=+",
    *"\u00df\u0131\u0130\ufb01\u00bd\u2460\U0001d7d9\u4e1c\U0001f600",
    *(
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\U0001f1e9\U0001f1ea",
        "\u05e9\u05dc\u05d5\u05dd",
        "\u0645\u0631\u062d\u0628\u0627",
    ),
    *("\x1b[2J", "%s", "{room}", "{0..100:x}", "<rule>", "[a|b]", "$HOME", "`id`", "<|im_end|>", "../", "--"),
)
"""Characters and sequences with a meaning of their own to a terminal, a tokenizer, a template or a shell."""


def utterances(commands: Sequence[str], count: int, seed: int) -> Iterator[Utterance]:
    """Yield so many utterances, the same for the same seed; `commands` are sentences that are understood."""
    draw = random.Random(seed)
    kinds = list(_kinds(commands, draw).values())
    for number in range(count):
        text = kinds[number % len(kinds)]()
        if draw.random() < 0.25:
            others = tuple(kinds[draw.randrange(len(kinds))]() for _ in range(2))
            yield Utterance(text, "spoken", draw.random(), others, draw.random() < 0.5)
        else:
            yield Utterance(text)


def _kinds(commands: Sequence[str], draw: random.Random) -> Mapping[str, Callable[[], str]]:
    def size(most: int) -> int:
        return int(most ** draw.random())

    def words(most: int = 60) -> str:
        return " ".join(draw.choices(_WORDS, k=size(most)))

    def nested() -> str:
        opening, closing = draw.choice(("()", "[]", "{}", "<>", "[)", ("({", "})")))
        depth = size(5000)
        return f"{draw.choice(commands)} {opening * depth}{words(5)}{closing * depth}"

    def broken() -> str:
        letters = list(draw.choice(commands))
        for _ in range(size(12)):
            letters.insert(draw.randint(0, len(letters)), draw.choice((*_STRANGE, " ", "a", "9")))
        return "".join(letters)

    def joined(parts: Sequence[str]) -> str:
        return "".join(f"{part}{draw.choice(_JOINTS)}" for part in draw.choices(parts, k=size(150)))

    return {
        "words": words,
        "many words": lambda: words(10_000),
        "a long word": lambda: draw.choice(("a", "9", "ab", "é", "😀", "-", ".", "'", ",")) * size(1_000_000),
        "brackets": nested,
        "a command with something strange in it": broken,
        "something strange": lambda: "".join(draw.choices((*_STRANGE, " "), k=size(500))),
        "commands": lambda: joined(commands),
        "a list": lambda: f"{draw.choice(('add', 'remove', 'turn on', 'remind me to'))} {joined(_WORDS)}",
        "a list to a list": lambda: f"add {joined(_WORDS)} to my shopping list",
        "one word again and again": lambda: f"{draw.choice(_WORDS)} " * size(300),
        "a few words again and again": lambda: f"{words(5)} " * size(100),
        "a command again and again": lambda: f"{draw.choice(commands)} " * size(60),
        "a number": lambda: f"set a timer for {''.join(draw.choices('0123456789.,-', k=size(100_000)))} minutes",
        "two commands in one": lambda: " ".join((draw.choice(commands), words(10), draw.choice(commands))),
    }


def shown(utterance: Utterance, most: int = 100) -> str:
    """Return the beginning of an utterance on one line, with its length."""
    return f"{utterance.text[:most]!a} ({len(utterance.text)} characters, {utterance.source})"


def understand(matcher: Matcher, utterance: Utterance) -> None:
    """Understand an utterance by itself, and as the answer to the question that comes of it."""
    for _, understanding in matcher.match_all(utterance):
        if isinstance(understanding, SlotMissing):
            matcher.fill(understanding, utterance)


def run(options: Options) -> list[Row]:
    """Measure the shipped intents and knowledge; faults and the slowest utterances are written to stderr."""
    faults, seconds = 0, list[tuple[float, str]]()
    with tempfile.TemporaryDirectory() as data:
        config = Config(paths=PathsConfig(data=data))
        files = build.read_definitions(config)
        matcher = build.open_matcher(config, files, quiet)
        commands = [test.say for intent in files.intents.intents.values() for test in intent.tests]
        matcher.warm()
        settle()  # as the assistant does at the start
        matcher.match(Utterance("tunr off the kitten lights", "spoken", 0.5))
        for utterance in utterances(commands, options.limit or ROWS, options.seed):
            began = time.process_time()
            try:
                understand(matcher, utterance)
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # libraries panic with kinds of their own
                faults += 1
                print(f"{error!r:.200}: {shown(utterance)}", file=sys.stderr)
            seconds.append((time.process_time() - began, shown(utterance)))
    seconds.sort(reverse=True)
    for taken, text in seconds[:10]:
        print(f"{taken * 1000:.0f} ms: {text}", file=sys.stderr)
    slow = sum(taken > SECONDS for taken, _ in seconds)
    return [
        Row("exceptions", faults, "", "limit", 0),
        Row(f"utterances over {SECONDS * 1000:.0f} ms of processor time", slow, "", "limit", 0),
        Row("the slowest", seconds[0][0] * 1000, "ms", "limit", SECONDS * 1000),
        Row("the median", seconds[len(seconds) // 2][0] * 1000, "ms", "limit", SECONDS * 1000),
    ]
