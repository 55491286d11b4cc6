"""Errors of threads on the screen: one line each, whatever they are, and the program goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from textual.app import App

from assistant.errors import AssistantError
from assistant.outlet.fault_log import logged

if TYPE_CHECKING:
    from assistant.ui.app import AssistantApp


def line_of(error: BaseException, app: App[Any]) -> str:
    """Return the line that tells of an error; one that nobody expected is logged."""
    return str(error) if isinstance(error, AssistantError) else logged(error, cast("AssistantApp", app).fault_log)
