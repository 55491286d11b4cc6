"""Colours of our own."""

from __future__ import annotations

from textual.theme import Theme

HIGH_CONTRAST = Theme(
    "high-contrast",
    primary="#ffd700",
    secondary="#00e5ff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    foreground="#ffffff",
    success="#00ff87",
    warning="#ffd700",
    error="#ff8a80",
    accent="#00e5ff",
)
"""White on black, for eyes that need it."""
