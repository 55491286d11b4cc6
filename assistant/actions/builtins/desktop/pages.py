"""Web pages in the user's browser: by http and https only."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from urllib.parse import quote_plus, urlsplit

from assistant.actions import program
from assistant.actions.outcome import Context, Outcome, Slots, text_of
from assistant.errors import ActionError

_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?::\d{1,5})?(?:/[^\s]*)?", re.IGNORECASE)


def open_page(slots: Slots, arguments: Mapping[str, str], _: Context) -> Outcome:
    """Open the web page `page`: an http(s) address, or a domain as it is said; `with: {url}` opens always the same."""
    words = arguments.get("url") or text_of(slots, "page")
    address = find_address(words)
    if address is None:
        return Outcome(f"{words} is no web address.", ok=False)
    return browse(address, f"Opening {urlsplit(address).netloc.removeprefix('www.')}.")


def search_web(slots: Slots, arguments: Mapping[str, str], _: Context) -> Outcome:
    """Search the web for `query` in the browser; `with: {url: "https://...?q={query}"}` names the search page."""
    query = text_of(slots, "query")
    if not query:
        return Outcome("What should I search for?", ok=False)
    template = arguments.get("url", "https://duckduckgo.com/?q={query}")
    return browse(template.replace("{query}", quote_plus(query)), f"Searching the web for {query}.")


def find_address(words: str) -> str | None:
    """Read words as an http(s) address, None where they are none.

    >>> find_address("example dot org"), find_address("http://localhost:8123/x"), find_address("my diary")
    ('https://example.org', 'http://localhost:8123/x', None)
    """
    text = words.strip()
    if " dot " in words.casefold():
        text = re.sub(r"\s*\b(?:dot)\b\s*", ".", text.casefold())
    text = re.sub(r"\s*\bslash\b\s*", "/", text)
    if urlsplit(text).scheme in ("http", "https") and urlsplit(text).hostname:
        return text
    return f"https://{text}" if _DOMAIN.fullmatch(text) else None


def browse(address: str, reply: str) -> Outcome:
    """Open an address in the browser.

    Raises:
        ActionError: it is neither http nor https, or the machine has no program that opens pages.
    """
    if urlsplit(address).scheme not in ("http", "https"):
        raise ActionError(f"{address}: only http and https pages are opened")
    opener = next((argv for argv in (["xdg-open"], ["gio", "open"]) if shutil.which(argv[0])), None)
    if opener is None:
        raise ActionError("No program to open pages is here: install xdg-utils.")
    program.launch([*opener, address])
    return Outcome(reply, {"url": address})
