"""A chat model through transformers and torch, for what CTranslate2 cannot convert."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from assistant.config import GeneratorConfig
from assistant.errors import ModelError
from assistant.events import Emit
from assistant.llm.chat_prompt import ChatMessage, Prompt
from assistant.llm.gguf import prepare
from assistant.weights.conversion import first_line, require

_WINDOW = 2048
"""Tokens of prompt and answer together, even where the model could take more: each costs time."""

_CHUNK = 128
"""Tokens of the prompt that are read between two looks at `cancelled`."""


class TransformersGenerator:
    """A chat model through transformers, on the processor, its weights in 8 bits."""

    def __init__(self, folder: Path, config: GeneratorConfig, cache: Path, emit: Emit) -> None:
        self._folder, self._config, self._models, self._emit = folder, config, cache, emit
        self._tokenizer: Any = None
        self._model: Any = None
        self._stops: frozenset[int] = frozenset()
        self._read: list[int] = []
        """Tokens that the cache holds."""
        self._cache: Any = None

    def load(self) -> None:
        """Load the weights, converting them first where that has not been done.

        Raises:
            ModelError: the weights cannot be read, are not a chat model's, or cannot be converted.
        """
        tokenizer, model = _load(prepare(self._folder, self._models, self._emit))
        if not getattr(tokenizer, "chat_template", None):
            raise ModelError(
                f"{self._folder}: has no chat template: choose a model that is tuned to follow instructions"
            )
        self._stops = _stops(tokenizer, model)
        self._tokenizer, self._model = tokenizer, model

    def pieces(self, prompt: Prompt, cancelled: threading.Event) -> Iterator[str]:
        """Yield the text of each token of the answer; it ends within a token of `cancelled`.

        Raises:
            ModelError: the model failed, for want of memory for instance.
        """
        limit = prompt.limit or self._config.max_tokens
        room = min(_WINDOW, _context(self._model)) - limit
        try:
            tokens = prompt.tokens(partial(chat_tokens, self._tokenizer), room)
            yield from islice(self._pieces(tokens, cancelled), limit)
        except (RuntimeError, ValueError, IndexError) as error:  # torch's
            self._read, self._cache = [], None
            raise ModelError(f"the language model failed: {first_line(error)}") from error

    def _pieces(self, prompt: list[int], cancelled: threading.Event) -> Iterator[str]:
        """Yield the text of each token."""
        import torch

        answer: list[int] = []
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
            answer.append(token)
            fresh = [token]
            text = self._tokenizer.decode(answer, skip_special_tokens=True)
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
        output = self._model(input_ids=torch.tensor([tokens]), cache=self._cache, use_cache=True, logits_to_keep=1)
        scores = output.logits[0, -1].float()
        if self._config.temperature == 0:
            return int(scores.argmax())
        return int(torch.multinomial(torch.softmax(scores / self._config.temperature, dim=-1), 1))


def chat_tokens(tokenizer: Any, chat: list[ChatMessage]) -> list[int]:
    """Return the tokens of a chat; the control tokens in it are the template's alone, whatever the texts hold."""

    def tokens(chat: list[ChatMessage]) -> list[int]:
        return list(
            tokenizer.apply_chat_template(chat, add_generation_prompt=True, sanitize_control_tokens=True)["input_ids"]
        )

    try:
        return tokens(chat)
    except Exception:  # a template of some models refuses the system's part
        rules, first, *rest = chat
        return tokens([{"role": "user", "content": f"{rules['content']}\n\n{first['content']}"}, *rest])


# -- loading ----------------------------------------------------------------------------------


def _load(folder: Path) -> tuple[Any, Any]:
    """Return tokenizer and model, its weights in 8 bits where this machine can."""
    require(f"the language model {folder.name}", "generator", "torch", "transformers")
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
        raise ModelError(f"{folder}: cannot be loaded as a language model: {first_line(error)}") from error
    lighten(model.eval())
    with suppress(OSError, AttributeError):  # the 16-bit weights go back to the system; only Linux's malloc keeps them
        ctypes.CDLL(None).malloc_trim(0)
    return tokenizer, model


def _stops(tokenizer: Any, model: Any) -> frozenset[int]:
    """Return the tokens that end an answer."""
    configured = model.generation_config.eos_token_id
    stops = set(configured if isinstance(configured, list) else [configured]) | {tokenizer.eos_token_id}
    vocabulary = tokenizer.get_vocab()
    stops |= {vocabulary.get(word) for word in ("<|im_end|>", "<|eot_id|>", "<end_of_turn>", "<|end|>")}
    return frozenset(token for token in stops if token is not None)


def _context(model: Any) -> int:
    return int(getattr(model.config, "max_position_embeddings", None) or _WINDOW)
