"""Whether an action can work on this machine, as far as can be told without carrying it out."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from assistant.config import Config, CreateConfig
from assistant.errors import nearest_word
from assistant.values import Action, ArgvAction, BuiltInAction, McpAction

_PROGRAMS: Mapping[str, tuple[str, ...]] = {
    "media.": ("playerctl", "busctl"),
    "volume.": ("wpctl", "pactl", "amixer"),
    "desktop.page": ("xdg-open", "gio"),
    "desktop.search": ("xdg-open", "gio"),
    "screen.shot": ("grim", "gnome-screenshot", "spectacle", "xfce4-screenshooter", "scrot"),
    "screen.lock": ("loginctl", "xdg-screensaver"),
    "screen.suspend": ("systemctl",),
}
"""Beginning of an action's name -> the programs of which it needs one."""

NO_HOME = "No Home Assistant is set up: set url under [home_assistant] in config.toml."

NO_PAINTER = "I can't draw that: set url or model in the section [create] of config.toml."

_BACKLIGHTS = Path("/sys/class/backlight")
_BATTERIES = Path("/sys/class/power_supply")


def works_here(action: Action | None, config: Config) -> bool:
    """True unless an action lacks its program, its device or the address of Home Assistant."""
    match action:
        case BuiltInAction(name) if name.startswith("home."):
            return bool(config.home_assistant.url)
        case BuiltInAction(name) if name.startswith("generate."):
            return config.generator.is_on
        case BuiltInAction(name) if name.startswith("image."):
            return can_draw(config.create)
        case BuiltInAction("screen.brightness"):
            return shutil.which("brightnessctl") is not None or _holds(_BACKLIGHTS, "*")
        case BuiltInAction(name) if name.startswith("media.") and not _has_session():
            return False
        case BuiltInAction("system.battery"):
            return _holds(_BATTERIES, "BAT*")
        case BuiltInAction(name):
            needed = [programs for start, programs in _PROGRAMS.items() if name.startswith(start)]
            return all(any(map(shutil.which, programs)) for programs in needed)
        case ArgvAction(argv, directory=directory):
            return shutil.which(argv[0]) is not None or (directory or Path()).joinpath(argv[0]).is_file()
        case McpAction(server=server):
            return server in config.mcp.servers
    return True


def reason_against(action: Action | None, config: Config) -> str:
    """Say why an action cannot work on this machine; nothing where it may."""
    if works_here(action, config):
        return ""
    match action:
        case BuiltInAction(name) if name.startswith("home."):
            return NO_HOME
        case BuiltInAction(name) if name.startswith("media.") and not _has_session():
            return "No desktop session is here, so no player can be reached."
        case BuiltInAction(name) if name.startswith("image."):
            return NO_PAINTER
        case ArgvAction(argv):
            return f"{argv[0]} is not installed here."
        case McpAction(server=server):
            return no_server(server, config)
    return "That cannot be done on this machine."


def no_server(name: str, config: Config) -> str:
    """Say that no server of the Model Context Protocol has a name."""
    nearest = nearest_word(name, config.mcp.servers)
    return f"No MCP server is called {name}{nearest}: set it under [mcp.servers] in config.toml."


def is_offered(action: Action | None, config: Config) -> bool:
    """True unless it needs Home Assistant or a model that nobody has set up: no list of commands names it then."""
    needs_setting_up = isinstance(action, BuiltInAction) and action.name.startswith(("home.", "generate.", "image."))
    return not needs_setting_up or works_here(action, config)


def can_draw(create: CreateConfig) -> bool:
    """Look for a server that draws, or a model and diffusers."""
    if create.url or not create.model:
        return create.is_on
    return importlib.util.find_spec("diffusers") is not None


def _has_session() -> bool:
    """True if there is a bus of a desktop session, on which players are reached."""
    folder = os.environ.get("XDG_RUNTIME_DIR")
    return bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS")) or (folder is not None and Path(folder, "bus").exists())


def _holds(folder: Path, pattern: str) -> bool:
    return folder.is_dir() and any(folder.glob(pattern))
