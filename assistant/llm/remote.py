"""A chat model of a server that speaks the OpenAI protocol: Ollama, llama.cpp, vLLM, LM Studio.

httpx is imported late; the key of the server is in its request and nowhere else.
"""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.config import GeneratorConfig
from assistant.errors import ModelError, did_you_mean
from assistant.llm.chat_prompt import Prompt
from assistant.outlet.secrets import redacted
from assistant.outlet.terminal import cleaned
from assistant.remote.model_server import address

if TYPE_CHECKING:
    import httpx

Piece = str | ModelError | None
"""Text of an answer, its fault, or None at its end."""

_NO_SERVER = "this is no server that speaks the OpenAI protocol: see [generator] url"
_SILENT = "the language model has fallen silent"


class RemoteGenerator:
    """A chat model that is called; the conversation and the passages of a question are sent to it."""

    def __init__(self, config: GeneratorConfig) -> None:
        self._config = config
        self._address = address(config.url)
        self._key = config.secret_key()

    def load(self) -> None:
        """Check that there is a key where one is named; nothing is called.

        Raises:
            ModelError: the environment has no variable of that name.
        """
        if self._config.key.startswith("$") and not self._key:
            raise ModelError(f"[generator] key: the environment has no variable {self._config.key[1:]}")

    def pieces(self, prompt: Prompt, cancelled: threading.Event) -> Iterator[str]:
        """Yield the pieces of the answer as they arrive; `cancelled` leaves the call where it is, at once.

        Raises:
            ModelError: the server cannot be reached, refuses, sends on to another host, falls silent, or answers
                in words that are not the protocol's. Silent is also what sends signs of life, and no text.
        """
        arriving: queue.SimpleQueue[Piece] = queue.SimpleQueue()
        left = threading.Event()
        threading.Thread(target=self._receive, args=(prompt, arriving, left), name="generator", daemon=True).start()
        end = time.monotonic() + self._config.seconds
        try:
            while not cancelled.is_set():
                try:
                    piece = arriving.get(timeout=0.05)
                except queue.Empty:
                    if time.monotonic() > end:
                        raise ModelError(f"{self._host}: {_SILENT}") from None
                    continue
                if piece is None:
                    return
                if isinstance(piece, ModelError):
                    raise piece
                yield piece
                end = time.monotonic() + self._config.seconds
        finally:
            left.set()

    def _receive(self, prompt: Prompt, arriving: queue.SimpleQueue[Piece], left: threading.Event) -> None:
        """Put the pieces of an answer into a queue, then None, or its fault; in a thread that nobody waits for."""
        import httpx

        try:
            for piece in self._called(prompt, left):
                if left.is_set():
                    return
                arriving.put(piece)
            arriving.put(None)
        except ModelError as error:
            arriving.put(ModelError(self._told(str(error))))
        except httpx.ConnectError:
            reason = "cannot be reached; is [generator] url right, and is the server running?"
            arriving.put(ModelError(f"{self._host}: {reason}"))
        except httpx.ProtocolError as error:
            is_cut = "peer closed" in str(error) or "disconnected" in str(error)
            arriving.put(ModelError(f"{self._host}: {'the connection broke off' if is_cut else _NO_SERVER}"))
        except httpx.TimeoutException:
            arriving.put(ModelError(f"{self._host}: {_SILENT}"))
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
            reason = str(error).splitlines()[0] if str(error) else "the connection broke off"
            arriving.put(ModelError(self._told(reason)))

    @property
    def _host(self) -> str:
        return urlsplit(self._address).netloc.rpartition("@")[2]

    def _told(self, reason: str) -> str:
        """Put a fault into one line without the key."""
        line = " ".join(cleaned(reason).split())
        return f"{self._host}: {redacted(line, [self._key])[:200]}"

    def _called(self, prompt: Prompt, left: threading.Event) -> Iterator[str]:
        """Call the server and yield the pieces of its answer."""
        import httpx

        is_safe = self._address.startswith("https:")
        # a proxy that the environment names would read all of a call without TLS, the key too
        limits = httpx.Timeout(self._config.seconds, connect=10.0)
        with httpx.Client(timeout=limits, verify=is_safe, trust_env=is_safe) as client:
            headers = {"Accept-Encoding": "identity"}  # what is packed may unpack without end
            headers |= {"Authorization": f"Bearer {self._key}"} if self._key else {}
            url, body = f"{self._address}/chat/completions", self._body(prompt)
            with client.stream("POST", url, json=body, headers=headers) as answer:
                if answer.is_redirect:
                    raise ModelError("sends on to another address, and is not followed there")
                if answer.status_code != 200:
                    told = _message(b"".join(_bounded(answer, left)).decode("utf-8", "replace"))
                    raise ModelError(
                        self._refusal(answer.status_code, told, partial(self._models, client, headers, left))
                    )
                yield from _without_thoughts(_contents(_lines(_bounded(answer, left))))

    def _models(self, client: httpx.Client, headers: Mapping[str, str], left: threading.Event) -> list[str]:
        """Return the names of the models that the server lists; nothing where it has no list."""
        with suppress(Exception), client.stream("GET", f"{self._address}/models", headers=headers) as answer:
            listed = json.loads(b"".join(_bounded(answer, left)))["data"]
            return [str(model["id"]) for model in listed]
        return []

    def _body(self, prompt: Prompt) -> Mapping[str, Any]:
        messages: list[dict[str, Any]] = [*prompt.messages()]
        if prompt.picture:
            image = {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{prompt.picture}"}}
            messages[-1] = {"role": "user", "content": [{"type": "text", "text": messages[-1]["content"]}, image]}
        body: dict[str, Any] = {
            "model": self._config.vision if prompt.picture else self._config.model,
            "messages": messages,
            "max_tokens": prompt.limit or self._config.max_tokens,
            "temperature": self._config.temperature,
            "stream": True,
        }
        return body if prompt.whole else {**body, "response_format": {"type": "json_object"}}

    def _refusal(self, status: int, told: str, models: Callable[[], list[str]]) -> str:
        """Put an answer that is none into words, with the nearest model that the server has where it lacks this one."""
        if status in (401, 403):
            return f"refuses the key ({status}): set [generator] key"
        if status == 404 and (names := models()) and self._config.model not in names:
            nearest = did_you_mean(self._config.model, names) or f"; it has {', '.join(names[:5])}"
            return f"[generator] model: it has no '{self._config.model}'{nearest}"
        return f"answers {status}{f': {told}' if told else ''}"


def _bounded(answer: httpx.Response, left: threading.Event, longest: int = 1_000_000) -> Iterator[bytes]:
    """Yield the body of an answer as it arrives, up to `longest` bytes, until nobody waits for it any more.

    Raises:
        ModelError: it is endless.
    """
    size = 0
    for chunk in answer.iter_raw():
        size += len(chunk)
        if size > longest:
            raise ModelError("the answer is longer than a megabyte")
        if left.is_set():
            return
        yield chunk


def _lines(chunks: Iterator[bytes]) -> Iterator[str]:
    held = b""
    for chunk in chunks:
        *lines, held = (held + chunk).split(b"\n")
        yield from (line.decode("utf-8", "replace").rstrip("\r") for line in lines)
    if held:
        yield held.decode("utf-8", "replace")


def _without_thoughts(pieces: Iterator[str], start: str = "<think>", end: str = "</think>") -> Iterator[str]:
    """Leave out what a model thinks before it answers, where a server sends that as text."""
    held = ""
    for piece in pieces:
        held += piece
        opened = held.lstrip()
        if opened.startswith(start) and end in opened:
            held = opened.partition(end)[2]
        elif opened.startswith(start) or start.startswith(opened):
            continue  # it thinks, or may begin to
        if held.strip():
            yield held.lstrip()
            yield from pieces
            return
    if not held.lstrip().startswith(start):
        yield held


def _contents(lines: Iterator[str]) -> Iterator[str]:
    """Yield the text in the events of a stream.

    Raises:
        ModelError: it is not the protocol's, or ends in a fault or too early.
    """
    is_begun = False
    for line in lines:
        name, _, value = line.partition(":")
        if name == "error":  # as llama.cpp tells one
            raise ModelError(_message(value) or "the language model failed")
        if name != "data":
            if line.lstrip().startswith(("{", "<")):
                break
            continue
        if value.strip() == "[DONE]":
            return
        event = _parsed(value)
        if "error" in event:
            raise ModelError(_message(value) or "the language model failed")
        choices = event.get("choices")
        for choice in choices[:1] if isinstance(choices, list) else ():
            is_begun = True
            delta = choice.get("delta") if isinstance(choice, dict) else None
            content = delta.get("content") if isinstance(delta, dict) else None
            if isinstance(content, str) and content:
                yield content
            if isinstance(choice, dict) and choice.get("finish_reason"):
                return
    raise ModelError("the answer broke off" if is_begun else _NO_SERVER)


def _parsed(text: str) -> dict[str, Any]:
    try:
        event = json.loads(text)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        raise ModelError("the answer is not the OpenAI protocol's: see [generator] url")
    return event


def _message(text: str) -> str:
    """Return the words for a fault in a body of JSON, or nothing."""
    with suppress(ValueError, RecursionError, AttributeError):
        told = json.loads(text)
        fault = told.get("error", told)
        return str(fault.get("message", "") if isinstance(fault, dict) else fault or "")
    return ""
