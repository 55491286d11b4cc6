"""Every colour of text can be read: 4.5 : 1 on its ground, in both themes and the one of high contrast."""

from __future__ import annotations

import contextlib
import re

import pytest
from textual.color import Color, ColorParseError

from assistant.ui.formatting import MUTED, contrast
from fakes.scenes import idle, settings_at

THEMES = [
    pytest.param(theme, marks=pytest.mark.app(theme=theme)) for theme in ("textual-dark", "textual-light", "nord")
]


def test_the_contrast_is_that_of_the_standard():
    assert contrast(Color.parse("#000"), Color.parse("#fff")) == pytest.approx(21)
    assert contrast(Color.parse("#777"), Color.parse("#fff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
async def test_text_has_the_contrast_of_aa(pilot, theme):
    variables = pilot.app.get_css_variables()
    foreground = Color.parse(variables["foreground"])
    share = int(re.search(r"(\d+)%", MUTED)[1]) / 100
    for ground in (Color.parse(variables["background"]), Color.parse(variables["surface"])):
        assert contrast(ground.blend(foreground, share * foreground.a), ground) >= 4.5
        for name in ("primary", "success", "warning", "error", "accent", "secondary"):
            assert contrast(Color.parse(variables[f"text-{name}"]), ground) >= 4.5, name


@pytest.mark.app(theme="textual-light")
async def test_the_placeholder_can_be_read(pilot):
    await idle(pilot)
    line = pilot.app.talk.query_one("#input")
    style = line.get_component_styles("input--placeholder")
    ground = line.background_colors[1]
    assert contrast(ground.blend(style.color, style.color.a), ground) >= 4.5


@pytest.mark.app(theme="high-contrast")
async def test_high_contrast_is_white_on_black(pilot):
    variables = pilot.app.get_css_variables()
    for name, value in variables.items():
        if name.startswith("text-"):
            with contextlib.suppress(ColorParseError):  # `auto 60%`
                assert contrast(Color.parse(value), Color.parse("#000")) >= 7, name


@pytest.mark.parametrize("theme", [*THEMES, pytest.param("", marks=pytest.mark.app(theme="high-contrast"))])
async def test_the_titles_of_a_list_can_be_read(pilot, theme):
    await settings_at(pilot, "voice")
    listed = pilot.app.screen.query_one("#voices")
    style, ground = listed.get_component_styles("option-list--option-disabled"), listed.background_colors[1]
    assert contrast(ground.blend(style.color, style.color.a), ground) >= 4.5
