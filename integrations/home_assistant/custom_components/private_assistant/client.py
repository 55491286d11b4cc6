"""An `assistant serve` as a conversation agent asks it; nothing of Home Assistant is needed here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import httpx

Fault: TypeAlias = Literal["cannot_connect", "invalid_auth", "invalid_url", "not_assistant", "not_ready"]
"""What is wrong, by the keys of `strings.json`."""


class ServerError(Exception):
    """The server cannot be asked; the message is a sentence that can be spoken."""

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to one sentence."""

    text: str
    aloud: str
    """The same in words for the ear."""
    ok: bool
    expects_answer: bool
    """True where the assistant has asked back."""


class AssistantServer:
    """One server, at an address like http://192.168.1.5:8765; nothing is sent to any other."""

    def __init__(self, http: httpx.AsyncClient, url: str, token: str) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def check(self) -> None:
        """Find out if it is an `assistant serve` that takes the token.

        Raises:
            ServerError: it is not, or cannot be reached.
        """
        models = await self._call("GET", "/v1/models", seconds=10.0)
        listed = models.get("data")
        if not isinstance(listed, list) or not any(isinstance(m, dict) and m.get("id") == "assistant" for m in listed):
            raise _not_assistant()

    async def ask(self, text: str, conversation: str, area: str = "") -> Answer:
        """Have a sentence understood and carried out; one conversation of the same name goes on.

        Raises:
            ServerError: it cannot be asked.
        """
        body = {"text": text[:10_000], "conversation": conversation[:200], "area": area[:100]}
        answer = await self._call("POST", "/v1/ask", seconds=120.0, body=body)
        try:
            reply, aloud = str(answer["reply"]), str(answer["aloud"])
            return Answer(reply, aloud, bool(answer["ok"]), bool(answer["expects_answer"]))
        except KeyError:
            raise _not_assistant() from None

    async def _call(self, method: str, path: str, seconds: float, body: dict[str, str] | None = None) -> dict[str, Any]:
        try:
            response = await self._http.request(
                method, self._url + path, json=body, headers=self._headers, timeout=httpx.Timeout(seconds, connect=5.0)
            )
        except httpx.TimeoutException:
            raise ServerError("cannot_connect", "The assistant does not answer in time.") from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise ServerError("invalid_url", "The address of the assistant is no web address.") from None
        except httpx.HTTPError:
            raise ServerError("cannot_connect", "The assistant cannot be reached.") from None
        match response.status_code:
            case 401 | 403:
                raise ServerError("invalid_auth", "The assistant does not accept the token.")
            case 421:
                raise ServerError("cannot_connect", "The assistant answers on its own machine alone.")
            case 429:
                raise ServerError("not_ready", "The assistant is busy. Say it again in a moment.")
            case 503:
                raise ServerError("not_ready", "The assistant is still loading. Say it again in a moment.")
        try:
            content = response.json()
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise _not_assistant()
        if response.is_error:
            raise ServerError("not_assistant", f"The assistant refuses: {_message(content)}")
        return content


def _message(content: dict[str, Any]) -> str:
    error = content.get("error")
    return str(error.get("message", "")) if isinstance(error, dict) else "no reason is given"


def _not_assistant() -> ServerError:
    return ServerError("not_assistant", "The address of the assistant leads to another program.")
