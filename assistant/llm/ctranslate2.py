"""A chat model through CTranslate2, which speech has already: no PyTorch where the model runs.

`python -m assistant.llm.ctranslate2 MODEL TARGET` makes one, in a process of its own, with the `generator` extra.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import sys
import threading
import weakref
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.config import GeneratorConfig
from assistant.errors import ModelError
from assistant.events import Emit
from assistant.llm.chat_prompt import ChatMessage, Prompt
from assistant.llm.gguf import CONVERSION, STEPS, TASK, prepare
from assistant.weights import fingerprint
from assistant.weights.conversion import build_once, convert_apart, first_line, main, require, step

_FORM = "chat.json"


@dataclass(frozen=True, slots=True)
class ChatForm:
    """The control tokens of a model around the texts of a chat, as its template writes them."""

    opening: str
    """Before the rules."""
    ruled: str
    """Between the rules and the first question; empty: the template has no place for rules, they begin the question."""
    asked: str
    """Between a question and its answer."""
    answered: str
    """Between an answer and the next question."""
    final: str
    """After the last question."""
    stops: tuple[str, ...]
    """Tokens that end an answer."""

    def pieces(self, chat: list[ChatMessage]) -> Iterator[tuple[str, bool]]:
        """Yield the texts of a chat in their order; true of what is the template's own."""
        rules, *turns = chat
        yield self.opening, True
        yield rules["content"], False
        yield (self.ruled, True) if self.ruled else ("\n\n", False)
        for number, turn in enumerate(turns):
            yield turn["content"], False
            is_last = number == len(turns) - 1
            yield self.final if is_last else self.asked if turn["role"] == "user" else self.answered, True


class CTranslate2Generator:
    """A chat model on the processor, its weights in 8 bits."""

    def __init__(self, folder: Path, config: GeneratorConfig, cache: Path, emit: Emit, window: int = 2048) -> None:
        """Take `window` tokens of prompt and answer together, even where the model could take more: each costs time."""
        self._folder, self._config, self._cache, self._emit = folder, config, cache, emit
        self._window = window
        self._models: list[Any] = []
        """CTranslate2's own, once it is loaded; empty again where the program ends."""
        self._ended = threading.Event()
        self._tokeniser: Any = None

    def load(self) -> None:
        """Load the weights, converting them first where that has not been done.

        Raises:
            ModelError: the weights cannot be read, are not a chat model's, or cannot be converted.
        """
        source = converted(self._folder, self._cache, self._emit)
        # threads that spin while they wait for one another take the processor from the one waited for
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        import ctranslate2

        try:
            form = json.loads((source / _FORM).read_text("utf-8"))
            self._tokeniser = _ChatTokeniser(source, ChatForm(**{**form, "stops": tuple(form["stops"])}))
            self._models = [
                ctranslate2.Generator(str(source), device="cpu", compute_type="int8", intra_threads=os.cpu_count() or 1)
            ]
        except (RuntimeError, ValueError, OSError, KeyError, TypeError) as error:
            raise ModelError(f"{source}: cannot be loaded as a language model: {first_line(error)}") from error
        weakref.finalize(self, _release, self._models, self._ended)

    def pieces(self, prompt: Prompt, cancelled: threading.Event) -> Iterator[str]:
        """Yield the text of each token of the answer; it ends within a token of `cancelled`.

        Raises:
            ModelError: the model failed, for want of memory for instance.
        """
        limit = prompt.limit or self._config.max_tokens
        tokeniser = self._tokeniser
        tokens = prompt.tokens(tokeniser.tokens, self._window - limit)
        answer: list[int] = []
        shown = ""
        try:
            for token, name in self._steps(tokeniser.names(tokens), limit, cancelled):
                if name in tokeniser.form.stops:
                    return
                answer.append(token)
                text = tokeniser.text(answer)
                if not text.endswith("\ufffd"):  # the rest of the character is still to come
                    yield text[len(shown) :]
                    shown = text
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"the language model failed: {first_line(error)}") from error

    def _steps(self, prompt: list[str], limit: int, cancelled: threading.Event) -> Iterator[tuple[int, str]]:
        """Yield number and name of each token; a prompt that is still being read is left where it is."""
        arriving: queue.SimpleQueue[Any] = queue.SimpleQueue()
        left = threading.Event()

        def took(step: Any) -> bool:
            arriving.put(step)
            return left.is_set() or self._ended.is_set()

        if cancelled.is_set() or not self._models:
            return
        (made,) = self._models[0].generate_batch(
            [prompt],
            max_length=limit,
            sampling_topk=1 if self._config.temperature == 0 else 0,
            sampling_temperature=self._config.temperature or 1.0,
            end_token=list(self._tokeniser.form.stops),
            include_prompt_in_result=False,
            asynchronous=True,
            callback=took,
        )
        try:
            while not cancelled.is_set():
                try:
                    step = arriving.get(timeout=0.05)
                except queue.Empty:
                    if made.done() and arriving.empty():
                        made.result()  # raises its fault
                        return
                    continue
                yield step.token_id, step.token
                if step.is_last:
                    return
        finally:
            left.set()


def _release(models: list[Any], ended: threading.Event) -> None:
    """Let a model go while there is an interpreter: its threads abort the program where they outlive that."""
    ended.set()
    models.clear()


class _ChatTokeniser:
    """The words of a chat as tokens, of which none but the template's are control tokens."""

    def __init__(self, folder: Path, form: ChatForm) -> None:
        from tokenizers import Tokenizer

        self.form = form
        described = json.loads((folder / "tokenizer.json").read_text("utf-8"))
        self._all = Tokenizer.from_str(json.dumps(described))
        # a tokenizer that knows no added tokens cannot make one out of what people and files say
        self._plain = Tokenizer.from_str(json.dumps({**described, "added_tokens": [], "post_processor": None}))

    def tokens(self, chat: list[ChatMessage]) -> list[int]:
        """Return the numbers of a chat's tokens."""
        tokens: list[int] = []
        for text, is_control in self.form.pieces(chat):
            tokeniser = self._all if is_control else self._plain
            tokens += tokeniser.encode(text, add_special_tokens=False).ids
        return tokens

    def names(self, tokens: list[int]) -> list[str]:
        """Return tokens as the model's vocabulary has them."""
        return [str(self._all.id_to_token(token)) for token in tokens]

    def text(self, tokens: list[int]) -> str:
        """Return the text of tokens."""
        return str(self._all.decode(tokens, skip_special_tokens=True))


# -- conversion -------------------------------------------------------------------------------


def converted(folder: Path, cache: Path, emit: Emit) -> Path:
    """Return the folder that CTranslate2 loads: a model's own, or one made of it, the first time now.

    A GGUF file is made into safetensors on the way; a conversion that was interrupted goes on from there.

    Raises:
        ModelError: there are no weights, or they cannot be converted.
    """
    if (folder / _FORM).is_file():
        return folder
    target = cache / f"{folder.name}-{fingerprint(folder)}-ctranslate2-{CONVERSION}"

    def build(made: Path) -> None:
        source = prepare(folder, cache, emit)
        require(f"the language model {folder.name}", "generator", "torch", "transformers")
        convert_apart("assistant.llm.ctranslate2", source, made, TASK, STEPS, emit)
        if source != folder:  # twice the size of what was made of it
            shutil.rmtree(source, ignore_errors=True)

    try:
        build_once(target, _FORM, build, emit)
    except OSError as error:
        raise ModelError(f"{error.filename or target}: {error.strerror or error}") from error
    return target


def convert(folder: Path, target: Path) -> None:
    """Write a folder of safetensors as CTranslate2 keeps them, in 8 bits, with its tokenizer and chat template."""
    from ctranslate2.converters import TransformersConverter
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    if not getattr(tokenizer, "chat_template", None):
        raise ModelError("it has no chat template: choose a model that is tuned to follow instructions")
    step(STEPS[3])
    TransformersConverter(str(folder), load_as_float16=True, low_cpu_mem_usage=True).convert(
        str(target), quantization="int8"
    )
    step(STEPS[4])
    if not (target / "tokenizer.json").exists():
        tokenizer.save_pretrained(target / "words")
        shutil.move(target / "words" / "tokenizer.json", target)
        shutil.rmtree(target / "words")
    (target / _FORM).write_text(json.dumps(asdict(form_of(tokenizer)), indent=1), "utf-8")


def form_of(tokenizer: Any) -> ChatForm:
    """Read the chat form off a tokenizer's template: what stands around the texts of a chat that is made up."""
    texts = ("(rules)", "(question)", "(reply)", "(further)")
    roles = ("system", "user", "assistant", "user")

    def parts(first: int) -> list[str]:
        chat = [{"role": role, "content": text} for role, text in zip(roles[first:], texts[first:], strict=True)]
        written = tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
        pieces = []
        for text in texts[first:]:
            piece, _, written = written.partition(text)
            pieces.append(piece)
        return [*pieces, written]

    try:
        opening, ruled, asked, answered, final = parts(0)
    except Exception:  # a template of some models refuses the system's part
        opening, asked, answered, final = parts(1)
        ruled = ""
    ends = {tokenizer.eos_token, "<|im_end|>", "<|eot_id|>", "<end_of_turn>", "<|end|>"}
    vocabulary = tokenizer.get_vocab()
    stops = tuple(sorted(end for end in ends if end in vocabulary))
    return ChatForm(opening, ruled, asked, answered, final, stops)


if __name__ == "__main__":
    sys.exit(main(convert))
