"""Words that sound alike."""

from __future__ import annotations

import pytest

from assistant.language.phonemes import metaphone


@pytest.mark.parametrize(("one", "other"), [("night", "knight"), ("living", "leaving"), ("write", "right")])
def test_words_that_sound_alike_share_a_key(one, other):
    assert metaphone(one) == metaphone(other) != metaphone("table")
