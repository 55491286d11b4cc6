"""Long work in a thread of its own, so that its progress is told and it can be left where it is."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator
from typing import TypeVar

from assistant.actions.drawing.wish import Tell
from assistant.errors import ActionError
from assistant.events import Progress
from assistant.values import Action, BuiltInAction

Result = TypeVar("Result")


def takes_long(action: Action | None) -> bool:
    """True of an action whose progress is told meanwhile."""
    return isinstance(action, BuiltInAction) and action.name.startswith(("image.", "items.like"))


def at_length(
    work: Callable[[Tell], Result], cancelled: threading.Event, grace: float = 2.0
) -> Generator[Progress, None, Result]:
    """Do some work, which is given what takes its progress; yield that, and return its result.

    Once `cancelled` is set it has so many seconds to end by itself, then it is left where it is.

    Raises:
        ActionError: it was left.
        Exception: whatever the work raises.
    """
    news: queue.SimpleQueue[Progress | None] = queue.SimpleQueue()
    results, faults = list[Result](), list[BaseException]()

    def run() -> None:
        try:
            results.append(work(lambda task, done, total: news.put(Progress(task, done, total))))
        except BaseException as error:  # raised where it is waited for
            faults.append(error)
        news.put(None)

    threading.Thread(target=run, name="work", daemon=True).start()
    task, patience = "", grace
    while patience > 0:
        try:
            progress = news.get(timeout=0.05)
        except queue.Empty:
            patience -= 0.05 * cancelled.is_set()
            continue
        if task and (progress is None or progress.task != task):
            yield Progress(task, 1, 1)
        if progress is None:
            break
        task = progress.task
        yield progress
    else:
        yield Progress(task, 1, 1)
        raise ActionError("Stopped.")
    if faults:
        raise faults[0]
    return results[0]
