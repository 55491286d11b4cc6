"""A server of the OpenAI protocol that hears or speaks: Speaches, vLLM, or this program on a larger machine.

httpx is imported late; the key of the server is in its requests and nowhere else.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.errors import ModelError
from assistant.outlet.secrets import redacted
from assistant.outlet.terminal import cleaned

if TYPE_CHECKING:
    import httpx


class RefusedError(ModelError):
    """The server has answered that it will not; the request may be put otherwise."""


class ModelServer:
    """One server, as one section of config.toml names it; its calls may come from any thread.

    Args:
        section: name of the section, for messages.
        url: its address; `/v1` is added where it has no path.
        key: sent with each request; `$NAME` is read from the environment; empty: none.
        seconds: longest silence of the server.
    """

    def __init__(self, section: str, url: str, key: str, seconds: float = 20.0) -> None:
        self._section = section
        self._address = address(url)
        self._key_setting = key
        self._key = os.environ.get(key[1:], "") if key.startswith("$") else key
        self._seconds = seconds
        self._client: httpx.Client | None = None
        self.host = urlsplit(self._address).netloc.rpartition("@")[2]
        """Host and port, for messages."""

    def check(self) -> None:
        """See that there is a key where one is named, and that the server is there and takes it.

        Raises:
            ModelError: it is not so.
        """
        if self._key_setting.startswith("$") and not self._key:
            raise ModelError(f"[{self._section}] key: the environment has no variable {self._key_setting[1:]}")
        with suppress(RefusedError):  # a server without a list
            self._called("GET", "/models")

    def post(self, path: str, largest: int = 20_000_000, **content: Any) -> bytes:
        """Send one request and return the body of its answer.

        Args:
            path: below the address.
            largest: bytes of the answer, at most.
            content: `json`, or `data` and `files` of a form.

        Raises:
            RefusedError: the server says that the request is wrong.
            ModelError: it cannot be reached, refuses the key, sends on to another address, fails, or is silent.
        """
        return self._called("POST", path, largest, **content)

    def lines(self, path: str) -> Iterator[str]:
        """Yield the lines of an answer as they come, until it ends.

        Raises:
            ModelError: as in `post`, and where the server is silent for long.
        """
        import httpx

        try:
            with self._opened().stream("GET", f"{self._address}{path}") as answer:
                self._check_status(answer.status_code, b"" if answer.status_code == 200 else answer.read())
                yield from answer.iter_lines()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
            raise ModelError(self._told(str(error) or "the connection broke off")) from None

    def _called(self, method: str, path: str, largest: int = 1_000_000, **content: Any) -> bytes:
        import httpx

        try:
            with self._opened().stream(method, f"{self._address}{path}", **content) as answer:
                body = bytearray()
                for block in answer.iter_bytes():
                    body += block
                    if len(body) > largest:
                        raise ModelError(self._told(f"the answer is longer than {largest / 1e6:g} megabytes"))
                self._check_status(answer.status_code, bytes(body))
                return bytes(body)
        except httpx.ConnectError:
            raise ModelError(
                f"{self.host}: cannot be reached; is [{self._section}] url right, and is it running?"
            ) from None
        except httpx.TimeoutException:
            raise ModelError(f"{self.host}: does not answer") from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
            raise ModelError(self._told(str(error) or "the connection broke off")) from None

    def _opened(self) -> httpx.Client:
        """Return the client, which keeps its connection."""
        import httpx

        if self._client is None:
            is_safe = self._address.startswith("https:")
            # a proxy that the environment names would read all of a call without TLS, the key too
            headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
            limits = httpx.Timeout(self._seconds, connect=3.0)
            self._client = httpx.Client(timeout=limits, verify=is_safe, trust_env=is_safe, headers=headers)
        return self._client

    def _check_status(self, status: int, body: bytes) -> None:
        if status == 200:
            return
        if status in (401, 403):
            raise ModelError(f"{self.host}: refuses the key ({status}): set [{self._section}] key")
        if 300 <= status < 400:
            raise ModelError(f"{self.host}: sends on to another address, and is not followed there")
        words = message(body.decode("utf-8", "replace"))
        kind = RefusedError if status in (400, 404, 405, 422) else ModelError
        raise kind(self._told(f"answers {status}{f': {words}' if words else ''}"))

    def _told(self, reason: str) -> str:
        """Put a fault into one line without the key."""
        return f"{self.host}: {redacted(' '.join(cleaned(reason).split()), [self._key])[:200]}"


def address(url: str) -> str:
    """Return the address below which the protocol's paths stand: `/v1` where none is named.

    >>> address("http://gpu:8000/"), address("http://gpu:8000/api/v1")
    ('http://gpu:8000/v1', 'http://gpu:8000/api/v1')
    """
    parts = urlsplit(url.rstrip("/"))
    return url.rstrip("/") if parts.path else f"{url.rstrip('/')}/v1"


def message(text: str) -> str:
    """Return the words for a fault in a body of JSON, or nothing."""
    with suppress(ValueError, RecursionError, AttributeError):
        content: Mapping[str, Any] = json.loads(text)
        fault = content.get("error") or content.get("detail")
        return str(fault.get("message", "") if isinstance(fault, dict) else fault or "")
    return ""
