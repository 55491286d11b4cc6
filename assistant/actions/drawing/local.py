"""Pictures drawn on this machine by diffusers, which is imported when the first is wanted."""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
import os
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.actions.drawing.wish import Tell, Wish
from assistant.config import CreateConfig, expanded
from assistant.errors import ActionError

_STOPPED = "Stopped: nothing is kept of it."

_ONE_AT_A_TIME = threading.Lock()
"""Held while a pipeline draws: it is no good for two."""


def is_installed() -> bool:
    """Look for diffusers and torch."""
    return all(importlib.util.find_spec(name) is not None for name in ("diffusers", "torch"))


def draw(config: CreateConfig, wish: Wish, tell: Tell, cancelled: threading.Event, offline: bool) -> Sequence[Any]:
    """Draw, one picture after the other, telling each step; `cancelled` ends it at the next.

    Raises:
        ActionError: the model cannot be had, failed, or was stopped.
    """
    if not is_installed():
        raise ActionError("drawing here needs diffusers: pip install 'assistant[create]'")
    folder = expanded(config.model)
    if not folder.is_dir() and (config.model.startswith(("/", "~", ".")) or config.model.count("/") != 1):
        raise ActionError(f"[create] model: no such folder: {config.model}")
    with _ONE_AT_A_TIME, _quiet():
        tell(f"loading {Path(config.model).name}", 0, 0)
        pipeline = _pipeline(str(folder) if folder.is_dir() else config.model, offline or folder.is_dir())
        images = list[Any]()
        for number in range(wish.count):
            images += _one(pipeline, config, wish, number, tell, cancelled)
    return images


@lru_cache(maxsize=1)
def _pipeline(model: str, offline: bool) -> Any:
    """Load a model of a folder, or owner/name on the hub; no code of its own is run, and nothing is unpickled.

    Raises:
        ActionError: it cannot be had.
    """
    import torch
    from diffusers import DiffusionPipeline

    device = "cuda" if torch.cuda.is_available() else "cpu"
    kind = torch.float16 if device == "cuda" else torch.float32
    try:
        pipeline = DiffusionPipeline.from_pretrained(
            model, local_files_only=offline, use_safetensors=True, torch_dtype=kind
        )
        pipeline.set_progress_bar_config(disable=True)
        return pipeline.to(device)
    except Exception as error:  # whatever is wrong with the files of a model
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        raise ActionError(f"[create] model: {model} cannot be loaded: {reason}") from None


def _one(
    pipeline: Any, config: CreateConfig, wish: Wish, number: int, tell: Tell, cancelled: threading.Event
) -> Sequence[Any]:
    """Draw one picture.

    Raises:
        ActionError: the model failed, or was stopped.
    """
    import torch

    task = f"drawing {number + 1} of {wish.count}" if wish.count > 1 else "drawing"

    def after_step(running: Any, step: int, _: object, tensors: Mapping[str, Any]) -> Mapping[str, Any]:
        total = getattr(running, "num_timesteps", 0) or config.steps
        tell(task, step + 1, total)
        if cancelled.is_set():
            raise ActionError(_STOPPED)
        return tensors

    takes = inspect.signature(pipeline.__call__).parameters
    options: dict[str, Any] = {"width": wish.width, "height": wish.height}
    options |= {"num_inference_steps": config.steps} if config.steps else {}
    options |= {"callback_on_step_end": after_step, "generator": torch.Generator().manual_seed(wish.seed + number)}
    tell(task, 0, 0)
    try:
        result = pipeline(wish.prompt, **{name: value for name, value in options.items() if name in takes})
    except ActionError:
        raise
    except Exception as error:  # a model raises anything: no memory, no such size
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        raise ActionError(f"{Path(config.model).name} could not draw it: {reason}") from None
    return list(result.images[:1])


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep from the terminal what the libraries warn of, and their bars: ours is told."""
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from diffusers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()
        yield
