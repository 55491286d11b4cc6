"""Pictures drawn by a server: OpenAI's `/images/generations`, AUTOMATIC1111's `/sdapi/v1/txt2img`, ComfyUI's `/prompt`.

The words go to the configured address and nowhere else; an address that comes in place of a picture is not followed.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.actions.drawing import comfyui
from assistant.actions.drawing.calls import called, content_of, host_of, pictures_of
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
    if urlsplit(config.url).path.rstrip("/").endswith("/prompt"):
        return comfyui.draw(config, wish, cancelled)
    return _openai(config, wish, cancelled)


def _openai(config: CreateConfig, wish: Wish, cancelled: threading.Event) -> Sequence[Any]:
    base = config.url.rstrip("/")
    base = base if urlsplit(base).path else f"{base}/v1"
    url = base if base.endswith("/images/generations") else f"{base}/images/generations"
    body: dict[str, Any] = {"prompt": wish.prompt, "n": wish.count, "size": f"{wish.width}x{wish.height}"}
    body |= {"model": config.model} if config.model else {}
    answer = called(config, url, body | {"response_format": "b64_json"}, cancelled)
    if answer.status == 400 and "response_format" in answer.refusal():  # unknown to one that sends no addresses
        answer = called(config, url, body, cancelled)
    host, content = host_of(config), content_of(answer, host_of(config))
    data = content.get("data")
    entries = [entry for entry in data if isinstance(entry, dict)] if isinstance(data, list) else []
    if any("url" in entry and not entry.get("b64_json") for entry in entries):
        raise ActionError(f"{host}: sends an address in place of the picture, and it is not followed")
    return pictures_of([entry.get("b64_json") for entry in entries][: wish.count], host)


def _stable_diffusion(config: CreateConfig, wish: Wish, tell: Tell, cancelled: threading.Event) -> Sequence[Any]:
    base = f"{config.url.partition('/sdapi')[0]}/sdapi/v1"
    body = {"prompt": wish.prompt, "seed": wish.seed, "width": wish.width, "height": wish.height}
    body |= {"batch_size": wish.count} | ({"steps": config.steps} if config.steps else {})
    body |= {"override_settings": {"sd_model_checkpoint": config.model}} if config.model else {}
    tell("drawing", 0, 0)
    try:
        with _watched(partial(_share_done, config, base), tell):
            answer = called(config, f"{base}/txt2img", body, cancelled)
    finally:
        if cancelled.is_set():
            with suppress(ActionError):  # it was asked to stop; if it does not, its picture is not taken
                called(config, f"{base}/interrupt", {}, threading.Event(), seconds=2)
    images = content_of(answer, host_of(config)).get("images")
    return pictures_of((images if isinstance(images, list) else [])[: wish.count], host_of(config))


def _share_done(config: CreateConfig, base: str) -> float:
    """Ask for the share that is done, 0 to 1."""
    answer = called(config, f"{base}/progress?skip_current_image=true", None, threading.Event(), seconds=2)
    share = content_of(answer, "").get("progress")
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
