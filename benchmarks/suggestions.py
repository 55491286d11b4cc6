"""Suggestions: how often what is said next is among the five offered, against the most said and the last said.

The days of users in `routines.py` are synthetic: they show that habits are found among whims, not how regular people
are. The last quarter of each user's days is scored, each turn with all before it as history. The cases in --data,
where there are any, are a user without history: each command of a dialogue is predicted from those before it.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from assistant.app import build
from assistant.config import Config, PathsConfig
from assistant.dialogue.suggestions.dialogues import shipped_dialogues
from assistant.dialogue.suggestions.ranking import ranked
from assistant.dialogue.suggestions.repertoire import repertoire_of
from assistant.dialogue.suggestions.values import Owner, Repertoire, Saying, SuggestionWeights
from assistant.nlu.matcher import Matcher
from assistant.nlu.query import plain_text
from assistant.values import AnswerMatch, IntentMatch, SlotMissing
from benchmarks import Options, Row, quiet
from benchmarks.cases.case_file import read_cases
from benchmarks.routines import days_of

USERS = 12

OFFERED = 5
NOON = datetime(2026, 11, 27, 12)

Guess = Callable[[Sequence[Saying], Sequence[Saying], Saying], Sequence[Saying]]
"""(history, conversation, what comes) -> what is offered, best first; of what comes only the time may be looked at."""


def run(options: Options) -> list[Row]:
    """Score users of the seeds from --seed on, fewer by --limit."""
    with tempfile.TemporaryDirectory() as data:
        config = Config(paths=PathsConfig(data=data))
        matcher = build.open_matcher(config, build.read_definitions(config), quiet)
    repertoire = repertoire_of(matcher)
    users = [_user(matcher, seed) for seed in range(options.seed, options.seed + (options.limit or USERS))]
    table = score(users, repertoire)
    cases = [folder / "dialogues.yaml" for folder in _folders(options)]
    for file in filter(Path.is_file, cases):
        table += _without_history(file, matcher, repertoire)
    return table


def score(
    users: Sequence[Sequence[Saying]],
    repertoire: Repertoire,
    weights: SuggestionWeights = SuggestionWeights(),  # noqa: B008
) -> list[Row]:
    """Score the last quarter of each user's days."""
    durations = list[float]()

    def ours(history: Sequence[Saying], conversation: Sequence[Saying], coming: Saying) -> Sequence[Saying]:
        start = time.perf_counter()
        offers = ranked(history, conversation, coming.time, repertoire, shipped_dialogues(), weights=weights)
        chosen = [
            Saying(coming.time, offer.text, offer.owner) for offer, _ in zip(offers, range(OFFERED), strict=False)
        ]
        durations.append(time.perf_counter() - start)
        return chosen

    places = {name: list(_places(users, guess)) for name, guess in
              {"": ours, "most said": _most_said, "last said": _last_said}.items()}  # fmt: skip
    turns, rows = len(places[""]), list[Row]()
    figures: tuple[tuple[str, str, Callable[[list[tuple[int, int]]], float]], ...] = (
        (
            f"hit@{OFFERED} of {turns} turns, the sentence",
            "%",
            lambda ranks: 100 * _mean([rank > 0 for rank, _ in ranks]),
        ),
        ("MRR, the sentence", "", lambda ranks: _mean([1 / rank if rank else 0.0 for rank, _ in ranks])),
        (f"hit@{OFFERED}, the intent", "%", lambda ranks: 100 * _mean([rank > 0 for _, rank in ranks])),
    )
    for what, unit, figure in figures:
        for rival in ("most said", "last said"):
            rows.append(Row(what, figure(places[""]), unit, rival, figure(places[rival])))
    typical = sorted(durations)[len(durations) // 2]
    return [*rows, Row("time of one ranking, beside the turns, p50", 1000 * typical, "ms")]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(1, len(values))


def _places(users: Sequence[Sequence[Saying]], guess: Guess) -> Iterator[tuple[int, int]]:
    """Yield the places of the sentence and of the intent that comes among those offered; 0: it is not among them."""
    for sayings in users:
        for number in range(3 * len(sayings) // 4, len(sayings)):
            coming, conversation = sayings[number], list[Saying]()
            for earlier in reversed(sayings[:number]):
                if (conversation[0] if conversation else coming).time.timestamp() - earlier.time.timestamp() > 600:
                    break
                conversation.insert(0, earlier)
            offers = guess(sayings[:number], conversation, coming)
            texts = [plain_text(offer.text) for offer in offers]
            owners = [offer.owner for offer in offers]
            text = plain_text(coming.text)
            yield (
                texts.index(text) + 1 if text in texts else 0,
                owners.index(coming.owner) + 1 if coming.owner in owners else 0,
            )


def _most_said(history: Sequence[Saying], conversation: Sequence[Saying], _: Saying) -> Sequence[Saying]:
    counts = Counter((plain_text(saying.text), saying.owner) for saying in history)
    just_said = {plain_text(saying.text) for saying in conversation[-3:]}
    best = [key for key, _ in counts.most_common(OFFERED + 3) if key[0] not in just_said]
    return [Saying(history[0].time, text, owner) for text, owner in best[:OFFERED]]


def _last_said(history: Sequence[Saying], conversation: Sequence[Saying], _: Saying) -> Sequence[Saying]:
    latest = {plain_text(saying.text): saying for saying in history}
    just_said = {plain_text(saying.text) for saying in conversation[-3:]}
    kept = [saying for text, saying in latest.items() if text not in just_said]
    return sorted(kept, key=lambda saying: saying.time, reverse=True)[:OFFERED]


def _user(matcher: Matcher, seed: int) -> list[Saying]:
    wordings, files = dict[str, list[str]](), dict[str, list[str]]()
    for name, intent in matcher.intents.intents.items():
        if name not in shipped_dialogues().unsuggested:
            wordings[name] = list(matcher.phrases.written("intent", name).values())[:6]
            files.setdefault(intent.file.name, []).append(name)
    related = {name: [other for other in names if other != name] for names in files.values() for name in names}
    return [Saying(turn.time, turn.text, ("intent", turn.intent)) for turn in days_of(seed, wordings, related)]


# -- dialogues of the cases


def _folders(options: Options) -> list[Path]:
    return [options.data, options.data.parent / "cases"] if options.data else []


def _without_history(file: Path, matcher: Matcher, repertoire: Repertoire) -> list[Row]:
    """Predict each command of the dialogues from those before it; the rival offers what comes most in the others."""
    dialogues = [
        _commands(case.turns, matcher, repertoire) for case in read_cases(file).cases if case.world == "shipped"
    ]
    total = Counter(owner for owners in dialogues for owner in owners[1:])
    hits, rival_hits, turns = 0, 0, 0
    for owners in dialogues:
        others = total - Counter(owners[1:])
        for number in range(1, len(owners)):
            moment = NOON + timedelta(minutes=number)
            conversation = [Saying(moment, repertoire.sentences[owner], owner) for owner in owners[:number]]
            offers = ranked((), conversation, moment, repertoire, shipped_dialogues())
            best = [offer.owner for offer, _ in zip(offers, range(OFFERED), strict=False)]
            popular = [owner for owner, _ in others.most_common(OFFERED)]
            hits, rival_hits, turns = (
                hits + (owners[number] in best),
                rival_hits + (owners[number] in popular),
                turns + 1,
            )
    share, rival_share = 100 * hits / max(1, turns), 100 * rival_hits / max(1, turns)
    return [
        Row(
            f"hit@{OFFERED}, the intent, {turns} later commands of cases",
            share,
            "%",
            "most said in others",
            rival_share,
        )
    ]


def _commands(turns: Sequence[Mapping[str, Any]], matcher: Matcher, repertoire: Repertoire) -> list[Owner]:
    """Return what the turns mean that are understood by themselves: cases tell states, not intents."""
    owners = list[Owner]()
    for turn in turns:
        match matcher.match(str(turn.get("say", ""))):
            case IntentMatch(intent=name) | SlotMissing(intent=name):
                owners.append(("intent", name))
            case AnswerMatch(question=name):
                owners.append(("question", name))
    return [
        owner for owner in owners if owner in repertoire.sentences and owner[1] not in shipped_dialogues().unsuggested
    ]
