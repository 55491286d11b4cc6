"""An `assistant serve` as a conversation agent of Home Assistant."""

from __future__ import annotations

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_TOKEN, CONF_URL, Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryNotReady
from homeassistant.helpers.httpx_client import get_async_client

from .client import AssistantServer, ServerError

_PLATFORMS = [Platform.CONVERSATION]


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry[AssistantServer]) -> bool:
    """Ask the server once, and offer its agent; a server that is gone is tried again later."""
    server = AssistantServer(get_async_client(hass), entry.data[CONF_URL], entry.data.get(CONF_TOKEN, ""))
    try:
        await server.check()
    except ServerError as error:
        if error.fault == "invalid_auth":
            raise ConfigEntryAuthFailed(str(error)) from None
        raise ConfigEntryNotReady(str(error)) from None
    entry.runtime_data = server
    await hass.config_entries.async_forward_entry_setups(entry, _PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ConfigEntry[AssistantServer]) -> bool:
    """Take the agent away."""
    is_unloaded: bool = await hass.config_entries.async_unload_platforms(entry, _PLATFORMS)
    return is_unloaded
