"""What is learnt from phrases: whose a sentence is, or nobody's, what near misses take away, when to learn anew."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.authoring.intents import load_intents
from assistant.authoring.knowledge import load_knowledge
from assistant.config import MatchConfig
from assistant.nlu.matcher import Matcher
from assistant.nlu.parts import make_parts
from assistant.nlu.ranking import classifier, train
from assistant.nlu.retrieval.index import Index
from assistant.nlu.retrieval.snapshot import Row
from fakes.embedder import WordHashes

SAID = {
    "Lamp": ["turn on the lamp", "switch the lamp on", "lamp on please", "light the lamp", "I want the lamp on"],
    "Timer": ["set a timer", "start a timer for ten minutes", "count down ten minutes", "timer please", "a new timer"],
    "Music": ["play some music", "put a song on", "I want to hear a song", "music please", "play a song"],
}
FOREIGN = ["where did my grandmother buy those shoes", "elephants never forget", "our neighbours moved to france"]
EMBEDDER = WordHashes()


def rows(said=SAID, kind="intent") -> list[Row]:
    return [Row(kind, owner, text) for owner, texts in said.items() for text in texts]


def fitted(given: list[Row], written=None, before=None, size: int = 5000) -> classifier.Classifier:
    vectors = EMBEDDER.embed([row.text for row in given])
    return train.fit(given, vectors, written, before, partition_size=size)


def odds(learnt: classifier.Classifier, text: str) -> dict[str, float]:
    return learnt.odds(EMBEDDER.embed([text])[0], text)


def best(learnt: classifier.Classifier, text: str) -> str:
    found = odds(learnt, text)
    return max(found, key=found.__getitem__)


LEARNT = fitted(rows())


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.text)
def test_a_phrase_means_its_own_intent(row):
    assert best(LEARNT, row.text) == row.owner
    assert odds(LEARNT, row.text)[row.owner] > 0


@pytest.mark.parametrize("text", FOREIGN)
def test_unrelated_sentences_mean_nothing(text):
    assert max(odds(LEARNT, text).values()) < 0


def test_a_new_wording_is_understood():
    assert best(LEARNT, "please start the timer") == "Timer"
    assert best(LEARNT, "can you switch on that lamp") == "Lamp"


def test_the_order_of_the_rows_is_all_the_same():
    other = fitted(rows()[::-1])
    assert other.classes == LEARNT.classes
    for text in ("turn the lamp on", *FOREIGN):
        assert odds(other, text) == pytest.approx(odds(LEARNT, text), abs=1e-3)


def test_the_threshold_is_fitted_on_what_is_written():
    scattered = {
        owner: [f"{' '.join(f'{owner}{n}x{m}' for m in range(8))} {owner * 4}" for n in range(20)] for owner in "abc"
    }
    alike = {owner: [f"{owner} goes on and on like this {n}" for n in range(20)] for owner in "abc"}
    assert fitted(rows(scattered)).threshold < fitted(rows(alike)).threshold <= 0.6


def test_what_templates_wrote_does_not_move_the_threshold_from_the_usual_one():
    def threshold(samples: int) -> float:
        given = {
            owner: [" ".join(f"{owner}{n}x{m}" for m in range(8)) + f" {owner * 4}" for n in range(20)]
            for owner in "abc"
        }
        sampled = [Row("intent", "a", f"aaaa of kind {n}") for n in range(samples)]
        return fitted(rows(given) + sampled, {(row.owner, row.text): row.text for row in rows(given)}).threshold

    assert threshold(20) == pytest.approx(threshold(0), abs=0.02)
    assert threshold(0) < 0.58


def test_samples_of_templates_are_thinned_and_do_not_move_what_is_judged_on():
    sampled = [Row("intent", "Lamp", f"turn on lamp number {n}") for n in range(200)]
    written = {(row.owner, row.text): row.text for row in rows()}
    learnt = fitted(rows() + sampled, written)
    assert len(rows()) < sum(learnt.partitions[0].counts) < len(rows()) + 60
    assert learnt.rates().phrases == len(rows())


def test_templates_alone_are_all_learnt_from_and_judge_nothing():
    sampled = [Row("intent", "Lamp", f"turn on lamp number {n}") for n in range(80)]
    learnt = fitted([*sampled, Row("intent", "Fan", "start the fan")], {})
    assert sum(learnt.partitions[0].counts) == 81
    assert learnt.rates().phrases == 0
    assert learnt.threshold == pytest.approx(0.55)


def test_everyday_talk_is_learnt_as_nothing_and_judged():
    learnt = fitted([*rows(), *(Row("talk", "", text) for text in FOREIGN)])
    assert learnt.classes == LEARNT.classes
    said = "where did my grandmother buy that"
    assert max(odds(learnt, said).values()) < max(odds(LEARNT, said).values()) + 0.1
    assert len(learnt.partitions[0].held_out.talk) == len(FOREIGN)
    assert 0 <= learnt.rates().overheard <= 1


def test_requests_for_other_files_are_judged_apart_from_talk():
    requests = ["book a flight to madrid", "pay my credit card off", "order some sushi"]
    said = [*(Row("talk", "", text) for text in FOREIGN), *(Row("talk", "elsewhere", text) for text in requests)]
    held_out = fitted([*rows(), *said]).partitions[0].held_out
    assert (len(held_out.talk), len(held_out.requests)) == (len(FOREIGN), len(requests))


def test_a_request_that_these_files_have_a_command_for_is_no_stray():
    own = Row("talk", "elsewhere", "please turn on the lamp")
    learnt = fitted([*rows(), own, Row("talk", "elsewhere", "book a flight to madrid")])
    assert len(learnt.partitions[0].held_out.requests) == 1
    assert odds(learnt, own.text)["Lamp"] > 0


def test_an_example_is_judged_without_any_of_its_own_forms():
    forms = {owner: [f"{owner} {noun} at once please" for noun in ("red", "blue", "green")] for owner in "abcdef"}
    separate = fitted(rows(forms))
    together = fitted(rows(forms), {(row.owner, row.text): row.owner for row in rows(forms)})
    assert separate.rates().mistaken == 0 < together.rates().mistaken + together.rates().refused


def test_a_stricter_bound_refuses_more_and_accepts_less():
    lax, strict = LEARNT.rates(-3), LEARNT.rates(3)
    assert lax.refused <= strict.refused
    assert lax.accepted >= strict.accepted


def test_a_near_miss_lowers_its_intent_there_and_no_other():
    miss = "turn off the lamp"
    less = fitted([*rows(), Row("not", "Lamp", miss)])
    before, after = odds(LEARNT, miss), odds(less, miss)
    assert after["Lamp"] < before["Lamp"]
    assert after["Lamp"] < odds(less, "turn on the lamp")["Lamp"]
    for owner in ("Timer", "Music"):
        assert abs(after[owner] - before[owner]) < (before["Lamp"] - after["Lamp"]) / 3
    assert best(less, "turn on the lamp") == "Lamp"


def test_a_near_miss_of_an_intent_without_phrases_is_passed_over():
    assert odds(fitted([*rows(), Row("not", "Unknown", "x")]), "play a song").keys() == SAID.keys()


def test_one_intent_can_be_told_from_nothing():
    learnt = fitted(rows({"Lamp": SAID["Lamp"]}))
    assert odds(learnt, "turn on the lamp")["Lamp"] > 0
    assert all(odds(learnt, text)["Lamp"] < 0 for text in FOREIGN)


def test_an_intent_of_one_phrase_counts_beside_others():
    learnt = fitted([*rows(), Row("intent", "Bye", "good night and farewell")])
    assert best(learnt, "good night") == "Bye"


@pytest.mark.parametrize("text", ["good night", ""])
def test_a_single_phrase_and_an_empty_one_can_be_learnt(text):
    assert set(odds(fitted([Row("intent", "Bye", text)]), "good night")) == {"Bye"}


def test_from_nothing_nothing_is_learnt():
    assert odds(fitted([]), "turn on the lamp") == {}
    assert odds(train.fit([Row("question", "q", "why")], EMBEDDER.embed(["why"])), "why") == {}


def test_many_phrases_are_learnt_in_parts():
    learnt = fitted([*rows(), Row("not", "Lamp", "turn off the lamp")], size=6)
    assert len(learnt.partitions) > 1
    assert all(best(learnt, row.text) == row.owner for row in rows())


def test_only_the_part_that_changed_is_learnt_anew():
    given = rows()
    first = fitted(given, size=6)
    changed = [*given[:-1], Row("intent", "Music", "a song, a song")]
    second = fitted(changed, before=first, size=6)
    same = [part for part in second.partitions if any(part is old for old in first.partitions)]
    assert 0 < len(same) < len(second.partitions)
    assert odds(second, "turn on the lamp") == odds(fitted(changed, size=6), "turn on the lamp")


# -- kept on disk


def test_what_was_saved_is_read_back(tmp_path):
    LEARNT.save(tmp_path / "classifier.npz")
    read = classifier.load(tmp_path / "classifier.npz")
    assert odds(read, "turn the lamp on") == pytest.approx(odds(LEARNT, "turn the lamp on"), abs=0.02)
    assert read.rates() == LEARNT.rates()


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut off"])
def test_a_damaged_file_is_none(tmp_path, content):
    (tmp_path / "classifier.npz").write_bytes(content)
    assert classifier.load(tmp_path / "classifier.npz").classes == ()


def test_a_file_packed_in_an_unknown_way_is_none(tmp_path):
    LEARNT.save(tmp_path / "classifier.npz")
    content = (tmp_path / "classifier.npz").read_bytes()
    entry = content.index(b"PK\x01\x02") + 10
    (tmp_path / "classifier.npz").write_bytes(content[:entry] + b"\x63" + content[entry + 1 :])
    assert classifier.load(tmp_path / "classifier.npz").classes == ()


def test_a_file_with_pickles_is_not_read(tmp_path):
    np.savez(tmp_path / "classifier.npz", partitions=np.array([{"a": 1}], object))
    assert classifier.load(tmp_path / "classifier.npz").classes == ()


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path):
    LEARNT.save(tmp_path / "missing" / "classifier.npz")


def test_it_is_learnt_once_and_again_when_a_phrase_changes(tmp_path, monkeypatch):
    learnt: list[int] = []
    fit = train.fit
    monkeypatch.setattr(train, "fit", lambda *args: learnt.append(1) or fit(*args))
    file = tmp_path / "intents" / "own.yaml"
    file.parent.mkdir()

    def opened(text: str) -> Matcher:
        file.write_text(text)
        index = Index(tmp_path / "index", EMBEDDER)
        parts = make_parts(load_intents([file.parent], ()), load_knowledge([]), index, EMBEDDER, lambda _: None)
        return Matcher(parts, MatchConfig())

    first = "intents:\n  Lamp: {examples: [turn on the lamp, lamp on]}\n"
    opened(first)
    opened(first)
    assert len(learnt) == 1
    opened(first + "  Bye: {examples: [good night]}\n")
    assert len(learnt) == 2
