"""The marks by which a sentence takes up the one before it."""

from __future__ import annotations

import pytest

from assistant.dialogue.context.fragments import Fragment, fragment_of


@pytest.mark.parametrize(
    ("text", "kind", "rest"),
    [
        ("no, I meant fifteen", "denial", "fifteen"),
        ("Oh wait, no, the bedroom!", "denial", "the bedroom"),
        ("sorry, at six", "denial", "at six"),
        ("make it five", "change", "five"),
        ("change that to half past seven please", "change", "half past seven please"),
        ("make it 7:30 instead", "change", "7:30"),
        ("and in the bedroom?", "addition", "in the bedroom"),
        ("what about tomorrow", "addition", "tomorrow"),
        ("the same for the bedroom", "addition", "the bedroom"),
        ("in the office too", "addition", "in the office"),
        ("but no eggs", "exclusion", "eggs"),
        ("and not the bedroom", "exclusion", "the bedroom"),
        ("and no, the bedroom", "denial", "the bedroom"),
        ("great, then for five", "plain", "for five"),
        ("turn on the lamp", "plain", "turn on the lamp"),
        ("no", "plain", "no"),
        ("", "plain", ""),
    ],
)
def test_a_mark_is_taken_off_and_tells_the_kind(text, kind, rest):
    fragment = fragment_of(text, "en")
    assert (fragment.kind, fragment.text) == (kind, rest)


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("not milk, oat milk", "milk", "oat milk"),
        ("oat milk, not milk", "milk", "oat milk"),
        ("not the kitchen but the bedroom", "kitchen", "the bedroom"),
        ("I said the bedroom instead of the kitchen", "kitchen", "the bedroom"),
        ("change five to ten", "five", "ten"),
    ],
)
def test_one_thing_in_place_of_another(text, old, new):
    fragment = fragment_of(text, "en")
    assert (fragment.is_repair, fragment.old, fragment.text.removeprefix("the ")) == (
        True,
        old,
        new.removeprefix("the "),
    )


def test_only_a_firm_no_denies_whatever_follows():
    assert fragment_of("no, turn on the fan", "en").is_firm
    assert not fragment_of("actually, turn on the fan", "en").is_firm


def test_german_marks_and_languages_without_a_table():
    assert fragment_of("nein, ich meinte fünfzehn", "de") == Fragment("denial", "fünfzehn", is_firm=True)
    assert fragment_of("und im Schlafzimmer?", "de").kind == "addition"
    assert fragment_of("nie, piętnaście", "pl") == Fragment("plain", "nie, piętnaście")


def test_what_was_said_tells_where_the_old_ends():
    fragment = fragment_of("actually not butter margarine", "en", "put butter on the list")
    assert (fragment.kind, fragment.old, fragment.text) == ("denial", "butter", "margarine")
    assert fragment_of("not butter margarine", "en", "put milk on the list").old == ""


def test_the_same_for_somebody_else_repeats():
    assert fragment_of("and the same for dad at seven", "en").repeats
    assert not fragment_of("and at seven", "en").repeats
