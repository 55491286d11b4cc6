"""Setting it up: the address of the server, and its token where it wants one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import voluptuous as vol
from homeassistant.config_entries import SOURCE_REAUTH, ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.helpers.httpx_client import get_async_client
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig, TextSelectorType
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo

from .client import AssistantServer, ServerError
from .const import DOMAIN


class AssistantConfigFlow(ConfigFlow, domain=DOMAIN):
    """One form, however it was come to: by hand, by discovery, or for a new token."""

    VERSION = 1
    _url = "http://127.0.0.1:8765"

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the server until one answers."""
        errors: dict[str, str] = {}
        if user_input is not None:
            url = user_input[CONF_URL].strip().rstrip("/")
            self._url = url
            if self.source != SOURCE_REAUTH:
                self._async_abort_entries_match({CONF_URL: url})
            data = {CONF_URL: url, CONF_TOKEN: user_input.get(CONF_TOKEN, "").strip()}
            try:
                await AssistantServer(get_async_client(self.hass), url, data[CONF_TOKEN]).check()
            except ServerError as error:
                errors["base"] = error.fault
            else:
                if self.source == SOURCE_REAUTH:
                    return self.async_update_reload_and_abort(self._get_reauth_entry(), data=data)
                return self.async_create_entry(title="Assistant", data=data)
        form = {
            vol.Required(CONF_URL, default=self._url): str,
            vol.Optional(CONF_TOKEN): TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD)),
        }
        return self.async_show_form(step_id="user", data_schema=vol.Schema(form), errors=errors)

    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """Offer a server that announces itself."""
        host = f"[{discovery_info.host}]" if ":" in discovery_info.host else discovery_info.host
        self._url = f"http://{host}:{discovery_info.port}"
        self._async_abort_entries_match({CONF_URL: self._url})
        await self.async_set_unique_id(discovery_info.name)
        self._abort_if_unique_id_configured()
        self.context["title_placeholders"] = {"name": discovery_info.host}
        return await self.async_step_user()

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Ask for another token where the server no longer takes this one."""
        self._url = entry_data[CONF_URL]
        return await self.async_step_user()
