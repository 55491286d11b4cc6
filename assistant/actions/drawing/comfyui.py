"""Pictures drawn by ComfyUI: a workflow is put into its queue, waited for, and its pictures are fetched by their names.

The workflow is one that ComfyUI exports for its API, with `{prompt}` where the words belong, and where they are wanted
`{seed}`, `{width}`, `{height}`, `{count}`, `{steps}` and `{model}`; without one, the plainest for a checkpoint.
"""

from __future__ import annotations

import json
import math
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from assistant.actions.answer import value_at
from assistant.actions.drawing.calls import called, content_of, host_of
from assistant.actions.drawing.keeping import decoded
from assistant.actions.drawing.wish import Wish
from assistant.config import CreateConfig, expanded
from assistant.errors import ActionError

_PLACE = re.compile(r"\{(prompt|seed|width|height|count|steps|model)\}")
_OWN = Path(__file__).with_name("workflow.json")


def draw(config: CreateConfig, wish: Wish, cancelled: threading.Event) -> Sequence[Any]:
    """Let it draw, and return the pictures, decoded; where it is given up, it is told to stop.

    Raises:
        ActionError: it cannot be reached, refuses, is too slow, or sends something else than pictures.
    """
    queue = _Queue(config, cancelled)
    job = queue.put(_filled(_workflow(config), queue.values(wish)))
    try:
        files = list(_files(queue.outputs(job)))
    except ActionError:
        queue.stop(job)
        raise
    if not files:
        raise ActionError(f"{queue.host}: sent no picture: its workflow saves none")
    return [queue.picture(file) for file in files[: wish.count]]


class _Queue:
    """The calls to a ComfyUI, all within the seconds of the config."""

    def __init__(self, config: CreateConfig, cancelled: threading.Event) -> None:
        self.host = host_of(config)
        self._config, self._cancelled = config, cancelled
        self._base = config.url.rstrip("/").removesuffix("/prompt")
        self._end = time.monotonic() + config.seconds

    def values(self, wish: Wish) -> Mapping[str, str | int]:
        """Return the values for the places of a workflow."""
        sizes = {"width": wish.width, "height": wish.height, "count": wish.count, "steps": self._config.steps or 20}
        return {"prompt": wish.prompt, "seed": wish.seed, **sizes, "model": self._config.model or self._checkpoint()}

    def put(self, workflow: Mapping[str, Any]) -> str:
        """Put a workflow into the queue and return its id."""
        job = self._asked("/prompt", {"prompt": workflow}).get("prompt_id")
        if not isinstance(job, str) or not job:
            raise ActionError(f"{self.host}: takes no workflow: is [create] url right?")
        return job

    def outputs(self, job: str, pause: float = 0.25) -> Mapping[str, Any]:
        """Wait until a workflow is done and return what each of its nodes gave."""
        while True:
            entry = self._asked(f"/history/{quote(job, safe='')}").get(job)
            status = value_at(entry, "status", "status_str")
            if status == "error":
                raise ActionError(f"{self.host}: {_reason(value_at(entry, 'status', 'messages'))}")
            outputs = value_at(entry, "outputs")
            if isinstance(outputs, dict) and (outputs or status == "success"):
                return outputs
            if self._cancelled.wait(pause):
                raise ActionError("Stopped: nothing is kept of it.")

    def picture(self, file: Mapping[str, str]) -> Any:
        """Fetch a picture, decoded."""
        answer = called(self._config, f"{self._base}/view?{urlencode(file)}", None, self._cancelled, self._left())
        if fault := answer.refusal():
            raise ActionError(f"{self.host}: {fault}")
        return decoded(answer.content, self.host)

    def stop(self, job: str) -> None:
        """Take a workflow out of the queue, or end it; where that is refused its picture is not taken."""
        for path, body in (("/queue", {"delete": [job]}), ("/interrupt", {"prompt_id": job})):
            with suppress(ActionError):
                called(self._config, f"{self._base}{path}", body, threading.Event(), seconds=2)

    def _checkpoint(self) -> str:
        """Return the first checkpoint that it has; nothing where it has none."""
        node = "CheckpointLoaderSimple"
        names = value_at(self._asked(f"/object_info/{node}"), node, "input", "required", "ckpt_name")
        first = names[0] if isinstance(names, list) and names else None
        return str(first[0]) if isinstance(first, list) and first else ""

    def _asked(self, path: str, body: Any = None) -> Mapping[str, Any]:
        return content_of(called(self._config, f"{self._base}{path}", body, self._cancelled, self._left()), self.host)

    def _left(self) -> float:
        """Return the whole seconds that are left.

        Raises:
            ActionError: none are.
        """
        if (left := self._end - time.monotonic()) <= 0:
            raise ActionError(f"{self.host}: no picture within {self._config.seconds:g} seconds")
        return math.ceil(left)


def _workflow(config: CreateConfig) -> Mapping[str, Any]:
    """Read the workflow of the config.

    Raises:
        ActionError: it cannot be read, is of another form, or has no place for the words.
    """
    file = expanded(config.workflow) if config.workflow else _OWN
    try:
        text = file.read_text("utf-8")
        workflow: Any = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ActionError(f"[create] workflow: {file}: {reason}") from None
    is_api = isinstance(workflow, dict) and all(
        isinstance(node, dict) and "inputs" in node for node in workflow.values()
    )
    if not is_api or not workflow:
        raise ActionError(f"[create] workflow: {file}: is none for the API: in ComfyUI, Export (API)")
    if "{prompt}" not in text:
        raise ActionError(f"[create] workflow: {file}: write {{prompt}} in it where the words belong")
    nodes: Mapping[str, Any] = workflow
    return nodes


def _filled(node: Any, values: Mapping[str, str | int]) -> Any:
    """Fill the places in the strings of a workflow; one that is a place alone becomes its value. Each seed is ours."""
    match node:
        case str():
            alone = _PLACE.fullmatch(node)
            return values[alone[1]] if alone else _PLACE.sub(lambda place: str(values[place[1]]), node)
        case dict():
            seeds = {name for name in ("seed", "noise_seed") if isinstance(node.get(name), int)}
            return {name: values["seed"] if name in seeds else _filled(value, values) for name, value in node.items()}
        case list():
            return [_filled(value, values) for value in node]
    return node


def _files(outputs: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    """Yield name, folder and kind of each picture: those that were saved, else those that were only shown."""
    lists = [value_at(node, "images") for node in outputs.values()]
    images = [image for images in lists if isinstance(images, list) for image in images]
    files = [
        {name: str(image.get(name) or "") for name in ("filename", "subfolder", "type")}
        for image in images
        if isinstance(image, dict) and image.get("filename")
    ]
    yield from [file for file in files if file["type"] == "output"] or files


def _reason(messages: object) -> str:
    """Return why a workflow failed, as its last messages tell."""
    parts = [part for part in messages if isinstance(part, list)] if isinstance(messages, list) else []
    told = [value_at(part[-1], "exception_message") for part in parts if part]
    return next((" ".join(str(text).split())[:200] for text in reversed(told) if text), "the workflow failed")
