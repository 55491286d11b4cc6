"""Web pages: http and https only."""

from __future__ import annotations

import pytest

from assistant.errors import ActionError


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("example.com", "https://example.com"), ("example dot org", "https://example.org"),
        ("http://localhost:8123/x", "http://localhost:8123/x"), ("example dot com slash news", "https://example.com/news"),
    ],
)  # fmt: skip
def test_pages_are_opened_by_http_only(world, programs, said, address):
    programs("xdg-open", "")
    assert world.do("desktop.page", page=said).ok
    assert programs.calls() == [f"xdg-open {address}"]


@pytest.mark.parametrize("said", ["file:///etc/passwd", "javascript:alert(1)", "--help", "my diary", "https://"])
def test_what_is_no_web_address_is_not_opened(world, programs, said):
    programs("xdg-open", "")
    assert not world.do("desktop.page", page=said).ok
    assert programs.calls() == []


def test_a_search_is_quoted_into_its_address(world, programs):
    programs("xdg-open", "")
    assert world.do("desktop.search", query="fish & chips?").text == "Searching the web for fish & chips."
    assert programs.calls() == ["xdg-open https://duckduckgo.com/?q=fish+%26+chips"]
    with pytest.raises(ActionError, match="only http and https"):
        world.do("desktop.search", {"url": "file:///{query}"}, query="x")


def test_without_a_browser_the_reply_says_what_to_install(world, programs):
    with pytest.raises(ActionError, match="install xdg-utils"):
        world.do("desktop.page", page="example.com")
