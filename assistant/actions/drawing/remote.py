"""Pictures drawn by a server: the OpenAI protocol's `/images/generations`, or AUTOMATIC1111's `/sdapi/v1/txt2img`.

The words go to the configured address and nowhere else; an address that comes in place of a picture is not followed.
"""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.actions.answer import Response, fault_in
from assistant.actions.drawing.keeping import decoded
from assistant.actions.drawing.wish import Tell, Wish
from assistant.config import CreateConfig
from assistant.errors import ActionError

if TYPE_CHECKING:
    from collections.abc import Iterator


def draw(config: CreateConfig, wish: Wish, tell: Tell, cancelled: threading.Event) -> Sequence[Any]:
    """Let the server draw, and return the pictures, decoded.

    Raises:
        ActionError: it cannot be reached, refuses, is too slow, or sends something else than pictures.
    """
    if config.key.startswith("$") and not config.secret_key():
        raise ActionError(f"[create] key: the environment has no variable {config.key[1:]}")
    if "/sdapi" in urlsplit(config.url).path:
        return _stable_diffusion(config, wish, tell, cancelled)
    tell("drawing", 0, 0)
    return _openai(config, wish, cancelled)


def _openai(config: CreateConfig, wish: Wish, cancelled: threading.Event) -> Sequence[Any]:
    base = config.url.rstrip("/")
    base = base if urlsplit(base).path else f"{base}/v1"
    url = base if base.endswith("/images/generations") else f"{base}/images/generations"
    body: dict[str, Any] = {"prompt": wish.prompt, "n": wish.count, "size": f"{wish.width}x{wish.height}"}
    body |= {"model": config.model} if config.model else {}
    answer = _called(config, url, body | {"response_format": "b64_json"}, cancelled)
    if answer.status == 400 and "response_format" in answer.refusal():  # unknown to one that sends no addresses
        answer = _called(config, url, body, cancelled)
    host, content = _host(config), _content(answer, _host(config))
    data = content.get("data")
    entries = [entry for entry in data if isinstance(entry, dict)] if isinstance(data, list) else []
    if any("url" in entry and not entry.get("b64_json") for entry in entries):
        raise ActionError(f"{host}: sends an address in place of the picture, and it is not followed")
    return _pictures([entry.get("b64_json") for entry in entries][: wish.count], host)


def _stable_diffusion(config: CreateConfig, wish: Wish, tell: Tell, cancelled: threading.Event) -> Sequence[Any]:
    base = f"{config.url.partition('/sdapi')[0]}/sdapi/v1"
    body = {"prompt": wish.prompt, "seed": wish.seed, "width": wish.width, "height": wish.height}
    body |= {"batch_size": wish.count} | ({"steps": config.steps} if config.steps else {})
    body |= {"override_settings": {"sd_model_checkpoint": config.model}} if config.model else {}
    tell("drawing", 0, 0)
    try:
        with _watched(partial(_share_done, config, base), tell):
            answer = _called(config, f"{base}/txt2img", body, cancelled)
    finally:
        if cancelled.is_set():
            with suppress(ActionError):  # it was asked to stop; if it does not, its picture is not taken
                _called(config, f"{base}/interrupt", {}, threading.Event(), seconds=2)
    images = _content(answer, _host(config)).get("images")
    return _pictures((images if isinstance(images, list) else [])[: wish.count], _host(config))


def _share_done(config: CreateConfig, base: str) -> float:
    """Ask for the share that is done, 0 to 1."""
    answer = _called(config, f"{base}/progress?skip_current_image=true", None, threading.Event(), seconds=2)
    share = _content(answer, "").get("progress")
    return float(share) if isinstance(share, int | float) and 0 <= share <= 1 else 0.0


@contextmanager
def _watched(share: Any, tell: Tell, pause: float = 0.5) -> Iterator[None]:
    """Tell the progress during the block, as often as the server is asked for it."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(pause):
            with suppress(ActionError):
                done = share()
                if 0 < done < 1 and not over.is_set():
                    tell("drawing", done, 1.0)

    threading.Thread(target=watch, name="drawing", daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _called(
    config: CreateConfig, url: str, body: Any, cancelled: threading.Event, seconds: float = 0, largest: int = 40_000_000
) -> Response:
    from assistant.actions import http  # late: httpx

    key = config.secret_key()
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    method = "GET" if body is None else "POST"
    return http.call(url, method, headers, body, seconds or config.seconds, cancelled, largest)


def _content(answer: Response, host: str) -> Mapping[str, Any]:
    """Return the JSON of an answer.

    Raises:
        ActionError: it is a refusal, tells of a failure, or is none.
    """
    body = answer.json()
    if answer.status in (401, 403):
        raise ActionError(f"{host}: refuses the key (status {answer.status}): set [create] key")
    if fault := answer.refusal() or fault_in(body):
        raise ActionError(f"{host}: {fault}")
    if not isinstance(body, dict):
        raise ActionError(f"{host}: sends {'a web page' if answer.is_page else 'no JSON'}: is [create] url right?")
    return body


def _pictures(texts: Sequence[object], host: str) -> Sequence[Any]:
    """Decode pictures that were sent as base64.

    Raises:
        ActionError: there is none, or one is none.
    """
    if not texts:
        raise ActionError(f"{host}: sent no picture")
    images = []
    for text in texts:
        try:
            content = base64.b64decode(str(text or "").rpartition(",")[2], validate=True)
        except (binascii.Error, ValueError):
            raise ActionError(f"{host}: what it sent as a picture is no base64") from None
        if not content:
            raise ActionError(f"{host}: sent an empty picture")
        images.append(decoded(content, host))
    return images


def _host(config: CreateConfig) -> str:
    return urlsplit(config.url).netloc.rpartition("@")[2] or "the server"
