"""The prompt holds the first words there is room for, each once."""

from __future__ import annotations

from assistant.stt.bias import PROMPT_TOKENS, vocabulary_prompt


def tokens(text):
    return len(text.split())


def test_words_stand_in_their_order_once_each():
    assert vocabulary_prompt(["timer", "Kitchen lights", "Timer", " lamp "], tokens) == "timer, Kitchen lights, lamp."


def test_no_words_are_no_prompt():
    assert vocabulary_prompt([], tokens) == ""
    assert vocabulary_prompt(["", " "], tokens) == ""


def test_the_first_words_get_the_room():
    words = [f"word{n} of a name" for n in range(300)]
    prompt = vocabulary_prompt(words, tokens)
    kept = prompt.removesuffix(".").split(", ")
    assert kept == words[: len(kept)]
    assert PROMPT_TOKENS - 4 < tokens(prompt) <= PROMPT_TOKENS


def test_a_word_too_long_does_not_keep_out_those_after_it():
    prompt = vocabulary_prompt(["timer", " ".join(["long"] * (PROMPT_TOKENS + 1)), "lamp"], tokens)
    assert prompt == "timer, lamp."


def test_where_not_all_fit_the_relevant_ones_do_in_the_order_of_all():
    words = [f"word{n}" for n in range(300)]
    prompt = vocabulary_prompt(words, tokens, ["Word299", "word1", "unknown"])
    kept = prompt.removesuffix(".").split(", ")
    assert kept == [*words[: len(kept) - 1], "word299"]
    assert vocabulary_prompt(words[:9], tokens, ["word5"]) == vocabulary_prompt(words[:9], tokens)
