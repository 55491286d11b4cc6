"""The prompt holds the first words that fit, each once, and sentences in which they stand."""

from __future__ import annotations

from assistant.stt.prompt import compose_prompt

BUDGET = 200


def tokens(text):
    """Words, but of two that no model knows each half is one."""
    return len(text.replace("Wordsmith", "Word smith").replace("ecobee", "eco bee").split())


def compose(words, sentences, wanted=()):
    return compose_prompt(words, sentences, BUDGET, tokens, wanted)


def listed(prompt):
    return prompt.removesuffix(".").split(", ")


def test_words_stand_in_their_order_once_each_and_sentences_after_them():
    words = ["timer", "Kitchen lights", "Timer", " lamp "]
    assert compose(words, []) == "timer, Kitchen lights, lamp."
    sentences = ["set a timer", "is the  lamp on?", "set a timer"]
    assert compose(words[:1], sentences) == "timer. Set a timer. Is the lamp on?"
    assert compose([], sentences[:1]) == "Set a timer."


def test_no_words_are_no_prompt():
    assert compose([], []) == ""
    assert compose(["", " "], ["", " "]) == ""


def test_without_a_budget_there_is_no_prompt():
    assert compose_prompt(["timer"], ["set a timer"], 0, tokens) == ""


def test_the_first_words_get_half_of_the_budget_and_sentences_the_rest():
    words = [f"word{n} of a name" for n in range(300)]
    prompt = compose(words, [])
    assert listed(prompt) == words[: len(listed(prompt))]
    assert BUDGET // 2 - 4 < tokens(prompt) <= BUDGET // 2
    sentences = [f"say word{n}" for n in range(300)]
    both = compose(words, sentences)
    assert both.startswith(prompt)
    assert BUDGET - 4 < tokens(both) <= BUDGET
    assert BUDGET - 4 < tokens(compose(words[:2], sentences)) <= BUDGET


def test_a_word_too_long_does_not_keep_out_those_after_it():
    assert compose(["timer", " ".join(["long"] * (BUDGET + 1)), "lamp"], []) == "timer, lamp."


def test_where_not_all_fit_the_wanted_ones_do_in_the_order_of_all():
    words = [f"word{n}" for n in range(300)]
    chosen = listed(compose(words, [], ["Wordsmith", "word1", "ecobee"]))
    assert chosen == [*words[: len(chosen) - 2], "Wordsmith", "ecobee"]
    assert compose(words[:9], [], ["word5"]) == compose(words[:9], [])


def test_a_wanted_word_that_is_one_token_needs_no_place():
    words = [f"word{n}" for n in range(300)]
    assert compose(words, [], ["weather", "kitchen lamp"]) == compose(words, [])
