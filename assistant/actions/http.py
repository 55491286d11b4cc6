"""Web addresses: one call, one answer, bounded as a whole. httpx lives only here, and so this is imported late."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import socket
import threading
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from assistant.actions.answer import UNSURE, Response
from assistant.errors import ActionError

T = TypeVar("T")

READING = ("GET", "HEAD")
"""Methods that change nothing, so that nothing is in doubt where the answer does not come."""


def call(
    url: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    json: Any = None,
    timeout: float = 10.0,
    cancelled: threading.Event | None = None,
    largest: int = 1_000_000,
) -> Response:
    """Send one request and return the answer, of any status.

    A redirect is followed on the same scheme, host and port alone: the headers may hold a secret of that host.

    Args:
        url: the address; its host is the only one that is spoken to.
        method: GET, POST, ...
        headers: name -> value.
        json: the body; None: none.
        timeout: seconds for everything together, from the look-up of the name to the last byte.
        cancelled: ends the call at once where it is set meanwhile.
        largest: bytes of the answer at most; one of more than a megabyte is no answer to a spoken command.

    Raises:
        ActionError: the address is none, does not answer in time or at too great length, sends on to another host,
            or `cancelled` was set.
    """
    host = host_of(url)
    if not url.lower().startswith(("http://", "https://")):
        raise ActionError(f"{url}: not a web address; it must begin with http:// or https://")
    doubt = "" if method.upper() in READING else f", so {UNSURE}"
    try:
        with asyncio.Runner(loop_factory=_Loop) as runner:
            return runner.run(
                _bounded(_exchange(url, method.upper(), headers or {}, json, largest), timeout, cancelled)
            )
    except httpx.ConnectError as error:
        raise ActionError(f"{host}: cannot be reached; is the address right, and is it running?") from error
    except (TimeoutError, httpx.TimeoutException) as error:
        raise ActionError(f"{host}: no answer within {timeout:g} seconds{doubt}") from error
    except _UnusableAnswerError as error:
        raise ActionError(f"{host}: {error}{doubt}") from error
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else "the call failed"
        raise ActionError(f"{host}: {reason}{'' if isinstance(error, httpx.InvalidURL) else doubt}") from error


def host_of(url: str) -> str:
    """Return host and port of an address, for a person to read: no user, no password, no path."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2] or url
    except ValueError:  # half an IPv6 address
        return url.partition("://")[2] or url


def is_same_host(url: str, other: str) -> bool:
    """True where two addresses have scheme, host and port in common, as the request would be sent."""
    try:
        return _origin(httpx.URL(url)) == _origin(httpx.URL(other))
    except (httpx.InvalidURL, ValueError):
        return False


class _UnusableAnswerError(Exception):
    """No answer, or one that is not taken; the text says why."""


async def _bounded(work: Coroutine[Any, Any, T], timeout: float, cancelled: threading.Event | None) -> T:
    """Await work, looking up often: at the end of the time or once `cancelled` is set, it is left where it is."""
    loop = asyncio.get_running_loop()
    task, end = loop.create_task(work), loop.time() + timeout
    while not task.done():
        await asyncio.wait([task], timeout=min(0.05, max(end - loop.time(), 0.0)))
        if not task.done() and cancelled is not None and cancelled.is_set():
            raise _UnusableAnswerError("cancelled")
        if not task.done() and loop.time() >= end:
            raise TimeoutError
    return task.result()


async def _exchange(
    url: str, method: str, headers: Mapping[str, str], json: Any, largest: int, redirects: int = 5
) -> Response:
    is_safe = url.lower().startswith(
        "https:"
    )  # else there is no certificate to check: reading the authorities takes 50 ms
    # a proxy that the environment names would read all of a call without TLS, the token too
    async with httpx.AsyncClient(timeout=None, verify=is_safe, trust_env=is_safe) as client:  # noqa: S113 (the whole has)
        # a compressed megabyte may be a gigabyte
        request = client.build_request(method, url, headers={"Accept-Encoding": "identity", **headers}, json=json)
        for _ in range(redirects + 1):
            answer = await client.send(request, stream=True)
            try:
                if answer.next_request is None:
                    content = await _content(answer, largest)
                    media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                    text = _decoded(content, answer.charset_encoding)
                    return Response(answer.status_code, text, media_type, content)
            finally:
                await answer.aclose()
            if _origin(answer.next_request.url) != _origin(request.url):
                target = answer.next_request.url
                raise _UnusableAnswerError(
                    f"sends on to {target.scheme}://{target.netloc.decode()}, and is not followed there"
                )
            request = answer.next_request
    raise _UnusableAnswerError("sends on and on, from one path to another")


async def _content(answer: httpx.Response, largest: int) -> bytes:
    """Return the body, unpacked once at most: packed twice, four kilobytes become gigabytes in one piece."""
    if answer.headers.get("Content-Encoding", "identity").strip().lower() not in ("identity", "gzip", "deflate"):
        raise _UnusableAnswerError("the answer is packed in a way that was not asked for")
    content = bytearray()
    async for chunk in answer.aiter_bytes():
        content += chunk
        if len(content) > largest:
            limit = "a megabyte" if largest == 1_000_000 else f"{largest / 1e6:g} megabytes"
            raise _UnusableAnswerError(f"the answer is longer than {limit}")
    return bytes(content)


def _decoded(content: bytes, charset: str | None) -> str:
    """Decode as UTF-8 where it is, whatever it is called, else as it is called, with signs for what is neither."""
    if b"\0" not in content:
        with contextlib.suppress(UnicodeDecodeError):
            return content.decode("utf-8-sig")
    with contextlib.suppress(LookupError, ValueError):  # no such charset, or one of no text
        return content.decode(charset or "utf-8")
    return content.decode("utf-8", errors="replace")


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


class _Loop(asyncio.SelectorEventLoop):
    """Looks a name up in a thread that neither the call nor the end of the program waits for."""

    async def getaddrinfo(self, *address: Any, **options: Any) -> Any:
        """Return what `socket.getaddrinfo` does."""
        result: concurrent.futures.Future[Any] = concurrent.futures.Future()
        result.set_running_or_notify_cancel()

        def look_up() -> None:
            try:
                result.set_result(socket.getaddrinfo(*address, **options))
            except Exception as error:  # raised where it is awaited
                result.set_exception(error)

        threading.Thread(target=look_up, name="look-up", daemon=True).start()
        return await asyncio.wrap_future(result, loop=self)
