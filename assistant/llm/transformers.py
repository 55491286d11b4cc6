"""A local language model that answers when nothing else does, from the passages it is given.

Weights in GGUF are turned into safetensors once, by a process of its own
(`python -m assistant.llm.transformers MODEL TARGET`), since transformers takes half a minute to read them.
"""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

from assistant.config import GeneratorConfig
from assistant.errors import ModelError
from assistant.events import Progress
from assistant.weights import fingerprint, lock, publish, workshop

_CONVERSION = 1
"""Raised when what the conversion writes changes."""

_RULES = (
    "You are a voice assistant. Answer in one or two short, plain sentences, only from the passages. "
    "If the passages do not answer the question, say only: I don't know that."
)
_REMINDER = "Answer only from these passages, or say: I don't know that."
"""Of eight wordings tried with Qwen2.5 0.5B these invent least (docs/models.md); earlier turns weaken rules alone."""

_WINDOW = 2048
"""Tokens of prompt and answer together, whatever more the model could take: each costs time."""

_CHUNK = 128
"""Tokens of the prompt that are read between two looks at `cancelled`."""

_STEPS = ("reading", "unpacking", "writing")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s|$)")

History = Sequence[tuple[str, str]]
"""Earlier turns, oldest first: what was said, what was replied."""


class TransformersGenerator:
    """A chat model through transformers, on the processor, its weights in 8 bits."""

    def __init__(
        self, folder: Path, config: GeneratorConfig, cache: Path, progress: Callable[[Progress], None]
    ) -> None:
        """Load the model, converting it first where that has not been done.

        Raises:
            ModelError: the weights cannot be read, are not a chat model's, or cannot be converted.
        """
        self._config = config
        source = prepare(folder, cache, progress)
        progress(Progress("loading the language model", 0, 1))
        self._tokenizer, self._model = _load(source)
        if not getattr(self._tokenizer, "chat_template", None):
            raise ModelError(f"{folder}: has no chat template: choose a model that is tuned to follow instructions")
        self._stops = _stops(self._tokenizer, self._model)
        self._read: list[int] = []
        self._cache: Any = None
        progress(Progress("loading the language model", 1, 1))

    def stream(
        self, question: str, history: History, passages: Sequence[str], cancelled: threading.Event
    ) -> Iterator[str]:
        """Yield the answer piece by piece; it ends within a token of `cancelled`, and not inside a sentence.

        A sentence that the limit cuts short is left out, or ends in `…` where it is a very long one.

        Raises:
            ModelError: the model failed, for want of memory for instance.
        """
        prompt = self._prompt(question, history, passages)
        try:
            for piece in whole_sentences(self._pieces(prompt, cancelled), self._config.max_tokens):
                if cancelled.is_set():
                    return
                if piece:
                    yield piece
        except (RuntimeError, ValueError, IndexError) as error:  # torch's
            self._read, self._cache = [], None
            raise ModelError(f"the language model failed: {_line(error)}") from error

    def _prompt(self, question: str, history: History, passages: Sequence[str]) -> list[int]:
        """Return the conversation's tokens; the oldest turns, then the last passages, give way to the window."""
        room = min(_WINDOW, _context(self._model)) - self._config.max_tokens
        turns, texts = list(history), list(passages)
        while True:
            tokens = self._chat(_messages(question, turns, texts))
            if len(tokens) <= room or not (turns or texts):
                return tokens[-max(room, 16) :]
            if turns:
                del turns[0]
            else:
                del texts[-1]

    def _chat(self, messages: list[dict[str, str]]) -> list[int]:
        try:
            text = self._tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        except Exception:  # a template of some models refuses the system's part
            first, *rest = messages[1:]
            merged = {"role": "user", "content": f"{messages[0]['content']}\n\n{first['content']}"}
            text = self._tokenizer.apply_chat_template([merged, *rest], tokenize=False, add_generation_prompt=True)
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def _pieces(self, prompt: list[int], cancelled: threading.Event) -> Iterator[str]:
        """Yield the text of each token."""
        import torch

        said: list[int] = []
        shown = ""
        fresh = self._unread(prompt)
        while fresh:
            token = -1
            for start in range(0, len(fresh), _CHUNK):
                if cancelled.is_set():
                    return
                with torch.inference_mode():
                    token = self._next(fresh[start : start + _CHUNK])
            if cancelled.is_set() or token in self._stops:
                return
            said.append(token)
            fresh = [token]
            text = self._tokenizer.decode(said, skip_special_tokens=True)
            if not text.endswith("\ufffd"):  # the rest of the character is still to come
                yield text[len(shown) :]
                shown = text

    def _unread(self, prompt: list[int]) -> list[int]:
        """Return the tokens that the cache does not hold yet: a conversation is read once."""
        from transformers import DynamicCache

        common = 0
        for old, new in zip(self._read, prompt[:-1], strict=False):
            if old != new:
                break
            common += 1
        if self._cache is None or common < len(self._read):
            try:
                self._cache.crop(common - len(self._read))  # negative: so many tokens less
            except (AttributeError, ValueError, RuntimeError):  # none yet, or of a kind that cannot be cut
                self._cache, common = DynamicCache(config=self._model.config), 0
        self._read = prompt[:common]
        return prompt[common:]

    def _next(self, tokens: list[int]) -> int:
        """Read tokens and return the one that follows."""
        import torch

        self._read += tokens
        seen = self._model(input_ids=torch.tensor([tokens]), cache=self._cache, use_cache=True, logits_to_keep=1)
        scores = seen.logits[0, -1].float()
        if self._config.temperature == 0:
            return int(scores.argmax())
        return int(torch.multinomial(torch.softmax(scores / self._config.temperature, dim=-1), 1))


def prepare(folder: Path, cache: Path, progress: Callable[[Progress], None]) -> Path:
    """Return the folder to load a model from: its own, or the one made of its GGUF file, the first time now.

    Raises:
        ModelError: there are no weights, or they cannot be converted.
    """
    if folder.suffix != ".gguf" and any(folder.glob("*.safetensors")):
        return folder
    files = [folder] if folder.suffix == ".gguf" else sorted(folder.glob("*.gguf"))
    if not files:
        raise ModelError(f"{folder}: holds neither safetensors nor a GGUF file")
    target = cache / f"{folder.name}-{fingerprint(folder)}-safetensors{_CONVERSION}"
    try:
        if (target / "config.json").is_file():
            return target
        with lock(target, progress):
            if not (target / "config.json").is_file():  # unless another process was quicker
                with workshop(target) as bench:
                    _convert_apart(files[0], bench / "made", progress)
                    publish(bench / "made", target)
    except OSError as error:
        raise ModelError(f"{error.filename or target}: {error.strerror or error}") from error
    return target


def whole_sentences(pieces: Iterable[str], limit: int) -> Iterator[str]:
    """Pass pieces on as they come, at most `limit` of them, without ending inside a sentence.

    A sentence that begins in the second half of the limit is held back until it is complete; one that is said
    for the second time is the last.

    >>> "".join(whole_sentences(["It", " rains.", " It", " pours", " today"], 4))
    'It rains.'
    """
    text, shown = "", 0
    for count, piece in enumerate(pieces, start=1):
        text += piece if text else piece.lstrip()
        ends = [0, *(match.end() for match in _SENTENCE_END.finditer(text))]
        begun = ends[-1]
        sentences = [text[start:end].strip() for start, end in pairwise(ends)]
        if len(set(sentences)) < len(sentences):  # small models run in circles
            yield text[shown:begun]
            return
        if count >= limit:
            cut = shown > begun and begun < len(text.rstrip())
            yield text[shown:].rstrip(" ,;:\n") + "…" if cut else text[shown:begun]
            return
        if shown > begun or count <= limit // 2:
            begun = len(text)
        if begun > shown:
            yield text[shown:begun]
            shown = begun
    yield text[shown:]


def _messages(question: str, history: History, passages: Sequence[str]) -> list[dict[str, str]]:
    messages = [{"role": "system", "content": _RULES}]
    for said, replied in history:
        messages += [{"role": "user", "content": said}, {"role": "assistant", "content": replied}]
    if passages:
        listed = "\n".join(f"- {passage.strip()}" for passage in passages)
        question = f"Passages:\n{listed}\n\n{_REMINDER}\nQuestion: {question}"
    return [*messages, {"role": "user", "content": question}]


# -- loading ----------------------------------------------------------------------------------


def _load(folder: Path) -> tuple[Any, Any]:
    """Return tokenizer and model, its weights in 8 bits where this machine can."""
    # threads that spin while they wait for one another take the processor from the one waited for:
    # with other work on the machine a token took up to 30 times as long; read when torch is first imported
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    from assistant.llm.quantise import lighten

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model = AutoModelForCausalLM.from_pretrained(
            folder, dtype=torch.bfloat16, local_files_only=True, use_safetensors=True
        )
    except Exception as error:  # any of several libraries
        raise ModelError(f"{folder}: cannot be loaded as a language model: {_line(error)}") from error
    lighten(model.eval())
    with suppress(OSError, AttributeError):  # the 16-bit weights go back to the system; only Linux's malloc keeps them
        ctypes.CDLL(None).malloc_trim(0)
    return tokenizer, model


def _stops(tokenizer: Any, model: Any) -> frozenset[int]:
    """Return the tokens that end an answer."""
    named = model.generation_config.eos_token_id
    stops = set(named if isinstance(named, list) else [named]) | {tokenizer.eos_token_id}
    known = tokenizer.get_vocab()
    stops |= {known.get(each) for each in ("<|im_end|>", "<|eot_id|>", "<end_of_turn>", "<|end|>")}
    return frozenset(each for each in stops if each is not None)


def _context(model: Any) -> int:
    return int(getattr(model.config, "max_position_embeddings", None) or _WINDOW)


def _convert_apart(file: Path, target: Path, progress: Callable[[Progress], None]) -> None:
    """Run the conversion in a process of its own, so that the memory it takes goes with it."""
    task, last = "converting the language model, once", ""
    progress(Progress(task, 0, len(_STEPS)))
    command = [sys.executable, "-m", "assistant.llm.transformers", str(file.resolve()), str(target)]
    own = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OMP_WAIT_POLICY": "PASSIVE"}
    with subprocess.Popen(command, env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as child:
        try:
            for line in child.stdout or ():
                last = line.strip() or last
                if last in _STEPS:
                    progress(Progress(f"{task}: {last}", _STEPS.index(last), len(_STEPS)))
        except BaseException:
            child.kill()
            raise
    if child.returncode:
        raise ModelError(f"{file}: cannot be converted: {last} (exit code {child.returncode})")
    progress(Progress(task, len(_STEPS), len(_STEPS)))


def _line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


# -- the conversion: everything below runs in a process of its own ------------------------------


def _convert(file: Path, target: Path) -> None:
    """Write a GGUF file's tokenizer and weights as transformers keeps them, in 16 bits."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    _say("reading")
    tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name, local_files_only=True)
    _say("unpacking")
    model = AutoModelForCausalLM.from_pretrained(
        file.parent,
        gguf_file=file.name,
        dtype=torch.bfloat16,
        quantization_config=GgufConfig(dequantize=True),
        local_files_only=True,
    )
    _say("writing")
    tokenizer.save_pretrained(target)
    model.save_pretrained(target)


def _say(step: str) -> None:
    sys.stdout.write(f"{step}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        _convert(Path(sys.argv[1]), Path(sys.argv[2]))
    except Exception as error:
        _say(_line(error))
        sys.exit(1)
