"""The conversation agent: sentences go to the server, and what it asks back keeps the microphone open."""

from __future__ import annotations

from homeassistant.components.conversation import (
    AssistantContent,
    ChatLog,
    ConversationEntity,
    ConversationEntityFeature,
    ConversationInput,
    ConversationResult,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry, device_registry, intent
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .client import Answer, AssistantServer, ServerError


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001 -- the signature is Home Assistant's
    entry: ConfigEntry[AssistantServer],
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the agent of a server."""
    async_add_entities([AssistantAgent(entry)])


class AssistantAgent(ConversationEntity):
    """The assistant behind one server."""

    _attr_has_entity_name = True
    _attr_supported_features = ConversationEntityFeature.CONTROL
    supported_languages = ["en"]  # noqa: RUF012 -- a property of the base class, which is never changed

    def __init__(self, entry: ConfigEntry[AssistantServer]) -> None:
        self._server = entry.runtime_data
        self._attr_name = entry.title
        self._attr_unique_id = entry.entry_id

    async def _async_handle_message(self, user_input: ConversationInput, chat_log: ChatLog) -> ConversationResult:
        """Ask the server in the conversation of the chat log, where the satellite stands."""
        response = intent.IntentResponse(language=user_input.language)
        name = f"home assistant {chat_log.conversation_id}"
        try:
            answer = await self._server.ask(user_input.text, name, self._area(user_input.device_id))
        except ServerError as error:
            response.async_set_error(intent.IntentResponseErrorCode.FAILED_TO_HANDLE, str(error))
            return ConversationResult(response, chat_log.conversation_id)
        words = _words(answer, is_spoken=user_input.device_id is not None)
        chat_log.async_add_assistant_content_without_tools(AssistantContent(user_input.agent_id, words))
        if answer.ok:
            response.async_set_speech(words)
        else:
            response.async_set_error(intent.IntentResponseErrorCode.NO_VALID_TARGETS, words)
        return ConversationResult(response, chat_log.conversation_id, answer.expects_answer)

    def _area(self, device_id: str | None) -> str:
        """Return the name of the area where a device stands; empty where none is known."""
        device = device_registry.async_get(self.hass).async_get(device_id) if device_id else None
        if device is None or device.area_id is None:
            return ""
        area = area_registry.async_get(self.hass).async_get_area(device.area_id)
        return area.name if area else ""


def _words(answer: Answer, *, is_spoken: bool) -> str:
    return answer.aloud if is_spoken else answer.text
