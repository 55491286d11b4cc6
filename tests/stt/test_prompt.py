"""The prompt holds the first words there is room for, each once, and sentences in which they stand."""

from __future__ import annotations

from assistant.stt.prompt import PROMPT_TOKENS, expectation


def tokens(text):
    return len(text.split())


def listed(prompt):
    return prompt.removesuffix(".").split(", ")


def test_words_stand_in_their_order_once_each_and_sentences_after_them():
    words = ["timer", "Kitchen lights", "Timer", " lamp "]
    assert expectation(words, [], tokens) == "timer, Kitchen lights, lamp."
    sentences = ["set a timer", "is the  lamp on?", "set a timer"]
    assert expectation(words[:1], sentences, tokens) == "timer. Set a timer. Is the lamp on?"
    assert expectation([], sentences[:1], tokens) == "Set a timer."


def test_no_words_are_no_prompt():
    assert expectation([], [], tokens) == ""
    assert expectation(["", " "], ["", " "], tokens) == ""


def test_the_first_words_get_half_of_the_room_and_sentences_what_is_left():
    words = [f"word{n} of a name" for n in range(300)]
    prompt = expectation(words, [], tokens)
    assert listed(prompt) == words[: len(listed(prompt))]
    assert PROMPT_TOKENS // 2 - 4 < tokens(prompt) <= PROMPT_TOKENS // 2
    sentences = [f"say word{n}" for n in range(300)]
    both = expectation(words, sentences, tokens)
    assert both.startswith(prompt)
    assert PROMPT_TOKENS - 4 < tokens(both) <= PROMPT_TOKENS
    assert PROMPT_TOKENS - 4 < tokens(expectation(words[:2], sentences, tokens)) <= PROMPT_TOKENS


def test_a_word_too_long_does_not_keep_out_those_after_it():
    assert expectation(["timer", " ".join(["long"] * (PROMPT_TOKENS + 1)), "lamp"], [], tokens) == "timer, lamp."


def test_where_not_all_fit_the_wanted_ones_do_in_the_order_of_all():
    words = [f"word{n}" for n in range(300)]
    chosen = listed(expectation(words, [], tokens, ["Word299", "word1", "unheard of"]))
    assert chosen == [*words[: len(chosen) - 2], "word299", "unheard of"]
    assert expectation(words[:9], [], tokens, ["word5"]) == expectation(words[:9], [], tokens)
