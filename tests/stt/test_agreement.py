"""Stable words are those on which three hypotheses agree, and are never taken back."""

from __future__ import annotations

import random

from assistant.stt.agreement import LocalAgreement


def run(*hypotheses):
    agreement = LocalAgreement()
    return [agreement.update(hypothesis) for hypothesis in hypotheses]


def test_words_on_which_three_hypotheses_agree_are_stable_but_for_the_last():
    assert run("set a", "set a time", "set a timer for", "set a timer for ten") == [
        ("", "set a"),
        ("", "set a time"),
        ("set a", "timer for"),
        ("set a", "timer for ten"),
    ]


def test_a_word_at_the_end_may_be_half_spoken():
    assert run(*["turn off the light"] * 3)[-1] == ("turn off the", "light")


def test_spelling_and_punctuation_do_not_matter_and_the_newest_is_kept():
    assert run("set a timer.", "set a timer", "Set a timer, for ten")[-1] == ("Set a timer,", "for ten")


def test_disagreement_leaves_words_unstable():
    assert run("turn of the", "turn off the", "turn off the lights now")[-1] == ("turn", "off the lights now")


def test_a_hypothesis_that_words_stable_ones_differently_does_not_repeat_them():
    hypotheses = ["add two eggs to my list"] * 3 + ["add 2 eggs to my shopping list"] * 3
    assert run(*hypotheses)[-1] == ("add two eggs to my shopping", "list")


def test_a_hypothesis_without_words_takes_nothing_back():
    assert run(*["set a timer for"] * 3, "", "set a timer for ten")[3][0] == "set a timer"


def test_stable_only_ever_grows():
    """For ten thousand random hypotheses."""
    random.seed(0)
    for _ in range(500):
        agreement, before = LocalAgreement(), ""
        truth = [random.choice("abcdef") for _ in range(12)]
        for length in range(1, 20):
            words = [word if random.random() < 0.8 else random.choice("abcdef") for word in truth[:length]]
            stable, _ = agreement.update(" ".join(words))
            assert stable.startswith(before)
            before = stable


def test_no_word_is_lost_while_hypotheses_only_grow():
    words = "set the bedroom lamp to half and play some quiet music please".split()
    agreement = LocalAgreement()
    for count in range(1, len(words) + 1):
        stable, unstable = agreement.update(" ".join(words[:count]))
        assert f"{stable} {unstable}".split() == words[:count]
    assert len(stable.split()) >= len(words) - 3
