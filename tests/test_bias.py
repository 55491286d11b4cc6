"""The prompt holds the first sentences there is room for, and those that hold what is likely now."""

from __future__ import annotations

from assistant.stt.bias import PROMPT_TOKENS, sentence_prompt


def tokens(text):
    return len(text.split())


def kept(prompt):
    return prompt.removesuffix(".").split(". ")


def test_sentences_stand_in_their_order_and_end():
    sentences = ["set a timer", "is the door  open?", "Kitchen lights on."]
    assert sentence_prompt(sentences, tokens) == "Set a timer. Is the door open? Kitchen lights on."


def test_no_sentences_are_no_prompt():
    assert sentence_prompt([], tokens) == ""
    assert sentence_prompt(["", " "], tokens) == ""


def test_the_first_sentences_get_the_room():
    sentences = [f"Word{n} of a name" for n in range(300)]
    prompt = sentence_prompt(sentences, tokens)
    assert kept(prompt) == sentences[: len(kept(prompt))]
    assert PROMPT_TOKENS - 4 < tokens(prompt) <= PROMPT_TOKENS


def test_a_sentence_too_long_does_not_keep_out_those_after_it():
    assert sentence_prompt(["timer", " ".join(["long"] * (PROMPT_TOKENS + 1)), "lamp"], tokens) == "Timer. Lamp."


def test_where_not_all_fit_those_with_a_wanted_word_do_in_the_order_of_all():
    sentences = [f"Say word{n}" for n in range(300)]
    chosen = kept(sentence_prompt(sentences, tokens, ["Word299", "word1"]))
    assert chosen == [*sentences[: len(chosen) - 1], "Say word299"]
    assert sentence_prompt(sentences[:9], tokens, ["word5"]) == sentence_prompt(sentences[:9], tokens)


def test_one_sentence_is_enough_for_a_wanted_word_and_one_that_stands_in_none_stands_alone():
    sentences = [*(f"Play song {n} by queen" for n in range(300)), "Play abba"]
    chosen = kept(sentence_prompt(sentences, tokens, ["queen", "abba", "iron maiden"]))
    assert chosen[0] == "Iron maiden"
    assert chosen[-1] == "Play abba"
    assert chosen[1] == "Play song 0 by queen"
    assert "Ant" in sentence_prompt(["wanted"], tokens, ["ant"])  # no part of a word
