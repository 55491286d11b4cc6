"""Generated answers end with a sentence, stop when told to, and read a conversation once."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from assistant import weights
from assistant.config import Config, GeneratorConfig
from assistant.errors import ModelError
from assistant.llm.sentences import whole_sentences
from assistant.llm.transformers import TransformersGenerator

PHARMACY = "The pharmacy on Market Street closes at six in the evening."
CONFIG = GeneratorConfig(enabled=True, model="smollm2", max_tokens=24)


def words(text: str) -> list[str]:
    return [f" {each}" for each in text.split()]


def said(text: str, limit: int) -> str:
    return "".join(whole_sentences(words(text), limit))


def test_an_answer_within_the_limit_is_passed_on_piece_by_piece():
    pieces = [each for each in whole_sentences(words("It rains. Take a coat"), 40) if each]
    assert pieces == ["It", " rains.", " Take", " a", " coat"]


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("It rains today. Take a coat with you.", 5, "It rains today."),
        ("It rains today. Take a coat.", 6, "It rains today. Take a coat."),
        ("He said “stop.” Then he went on and on", 6, "He said “stop.”"),
        ("It rains and it rains and it rains", 4, "It rains and it…"),
        ("It rains, and, well, nobody knows", 3, "It rains, and…"),
        ("Pi is 3.14 and so on for ever", 5, "Pi is 3.14 and so…"),
    ],
)
def test_the_limit_never_breaks_a_sentence_that_could_be_left_out(text, limit, expected):
    assert said(text, limit) == expected


def test_a_sentence_of_the_second_half_is_held_back_until_it_is_whole():
    pieces = [each for each in whole_sentences(words("One two three four. Five six. Seven"), 8) if each]
    assert pieces == ["One", " two", " three", " four.", " Five six.", " Seven"]


def test_an_answer_that_runs_in_circles_ends():
    assert said("The boat is white. " * 20, 200) == "The boat is white. The boat is white."


def test_no_words_give_no_text():
    assert said("", 10) == ""


@pytest.mark.model
class TestSmolLM2:
    @pytest.fixture(scope="class")
    def generator(self):
        config = Config()
        folder = weights.resolve("smollm2", "generator", config, lambda _: None)
        generator = TransformersGenerator(folder, CONFIG, config.models_folder(), lambda _: None)
        generator.load()
        return generator

    @pytest.fixture
    def settled(self, generator):
        """The generator with settings that a test may change."""
        before = generator._config
        yield generator
        generator._config = before

    def ask(self, generator, question, history=(), passages=(), cancelled=None):
        return list(generator.stream(question, history, passages, cancelled or threading.Event()))

    def test_it_answers_from_the_passage_in_whole_sentences(self, generator):
        pieces = self.ask(generator, "When does the pharmacy close?", passages=[PHARMACY])
        text = "".join(pieces)
        assert "six" in text or "don't know" in text
        assert text[-1] in ".!?…"
        assert len(pieces) > 1

    def test_it_is_in_integers(self, generator):
        from assistant.llm.quantise import Int8Linear

        layers = [each for each in generator._model.modules() if isinstance(each, Int8Linear)]
        assert len(layers) == 30 * 7 + 1

    def test_the_same_question_gets_the_same_answer_from_what_was_read_before(self, generator):
        first = "".join(self.ask(generator, "What is rain?"))
        self.ask(generator, "What is snow?")
        assert "".join(self.ask(generator, "What is rain?")) == first

    def test_a_conversation_is_read_once(self, generator):
        passages = [PHARMACY] * 12
        self.ask(generator, "When does the pharmacy close?", passages=passages)
        prompt = generator._prompt("When does the pharmacy close?", [], passages)
        assert len(prompt) > 150
        assert len(generator._unread(prompt)) == 1

    def test_cancelled_ends_within_a_token(self, settled):
        settled._config = replace(CONFIG, max_tokens=400, temperature=1.5)
        cancelled = threading.Event()
        pieces = []
        for piece in settled.stream("Tell me a long story about a dog.", [], [], cancelled):
            pieces.append(piece)
            if len(pieces) == 3:
                cancelled.set()
        assert len(pieces) == 3

    def test_cancelled_is_heard_while_the_prompt_is_read(self, generator):
        cancelled = threading.Event()
        cancelled.set()
        start = time.perf_counter()
        assert self.ask(generator, "Why?", passages=[PHARMACY + str(n) for n in range(80)], cancelled=cancelled) == []
        assert time.perf_counter() - start < 1

    def test_history_gives_way_to_the_window_oldest_first(self, generator):
        history = [(f"What is thing number {n}?", "It is a thing. " * 20) for n in range(60)]
        text = generator._tokenizer.decode(generator._prompt("And the last?", history, [PHARMACY]))
        assert "number 59?" in text
        assert "number 0?" not in text
        assert PHARMACY in text
        assert "And the last?" in text
        assert len(generator._tokenizer(text)["input_ids"]) <= 2048 - CONFIG.max_tokens

    def test_a_question_longer_than_the_window_is_cut_not_fatal(self, generator):
        assert len(generator._prompt("word " * 5000, [], [])) == 2048 - CONFIG.max_tokens

    def test_the_limit_holds(self, settled):
        settled._config = replace(CONFIG, max_tokens=8)
        pieces = self.ask(settled, "Tell me a long story about a dog.")
        assert len(pieces) <= 8

    def test_a_folder_without_weights_is_one_line(self, tmp_path):
        with pytest.raises(ModelError, match="holds neither safetensors nor a GGUF file"):
            TransformersGenerator(tmp_path, CONFIG, tmp_path / "cache", lambda _: None).load()

    def test_a_broken_gguf_is_one_line_and_leaves_nothing(self, tmp_path):
        (tmp_path / "broken.gguf").write_bytes(b"GGUF" + bytes(200))
        with pytest.raises(ModelError, match=r"broken\.gguf: cannot be converted: ") as caught:
            TransformersGenerator(tmp_path / "broken.gguf", CONFIG, tmp_path / "cache", lambda _: None).load()
        assert "\n" not in str(caught.value)
        assert [each.suffix for each in (tmp_path / "cache").iterdir()] == [".lock"]
