"""What is likely now: what was said at moments like this one, then what others say next and what is near in meaning."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from assistant.dialogue.suggestions.dialogues import ShippedDialogues, part_of_day, shipped_dialogues
from assistant.dialogue.suggestions.ranking import ranked
from assistant.dialogue.suggestions.values import Repertoire, Saying

NOW = datetime(2026, 11, 27, 7, 30)  # a Friday
NAMES = ("weather", "news", "lights", "timer", "left", "alarm", "music", "list")
REPERTOIRE = Repertoire(
    {("intent", name): f"the {name}, please" for name in NAMES}, np.eye(len(NAMES), dtype=np.float32)
)
NONE = ShippedDialogues({})


def said(name, hours_ago=0.0, now=NOW):
    return Saying(now - timedelta(hours=hours_ago), f"my {name}", ("intent", name))


def mornings(name, days, at=NOW, step=1):
    return [said(name, 24 * day, at) for day in range(days, 0, -step)]


def best(history=(), conversation=(), now=NOW, repertoire=REPERTOIRE, dialogues=NONE, count=3, **options):
    history = sorted(history, key=lambda saying: saying.time)
    offers = ranked(history, conversation, now, repertoire, dialogues, **options)
    return [offer for offer, _ in zip(offers, range(count), strict=False)]


def first(*arguments, **options):
    offers = best(*arguments, **options)
    return (offers[0].text, offers[0].why) if offers else None


def test_a_habit_of_the_hour_comes_before_what_is_said_more_at_other_hours():
    evenings = [said("lights", 24 * day + 10) for day in range(1, 40)]
    assert first([*mornings("weather", 14), *evenings]) == ("my weather", "you ask for this most mornings")


def test_a_habit_of_a_weekday_is_told_as_one():
    history = [*mornings("news", 28, step=7), *(saying for day in (1, 2, 3, 4) for saying in mornings("list", day)[:1])]
    offers = {offer.text: offer.why for offer in best(history)}
    assert offers["my news"] == "you often ask for this on Fridays"


def test_after_something_comes_what_mostly_followed_it():
    history = []
    for day in range(12, 0, -1):
        history += [said("timer", 24 * day + day % 5), said("left", 24 * day + day % 5 - 0.05), said("music", 24 * day)]
    now_said = [said("timer")]
    assert first(history, now_said) == ("my left", "you often ask for this after “my timer”")


def test_a_week_counts_more_than_half_a_year():
    history = [*(said("music", 24 * day) for day in range(150, 180)), *mornings("news", 4)]
    assert [offer.text for offer in best(history)][:2] == ["my news", "my music"]


def test_what_was_just_said_is_not_suggested_nor_what_was_said_today():
    history = [*mornings("weather", 20), *mornings("news", 10), said("list", 0.5)]
    assert [offer.text for offer in best(history, [said("weather")], count=2)] != ["my weather"]
    assert "my weather" not in [offer.text for offer in best(history, [said("weather")], count=8)]
    assert best(history)[0].text != "my list"


def test_what_is_not_welcome_is_left_out_and_the_author_s_sentence_stands_in():
    history = mornings("weather", 20)
    refused = best(history, is_welcome=lambda owner, _: owner[1] != "weather")
    assert "weather" not in {offer.owner[1] for offer in refused}
    (offer, *_) = best(history, is_welcome=lambda _, text: not text.startswith("my"))
    assert offer.text == "the weather, please"


def test_what_is_gone_from_the_files_is_not_suggested():
    assert first([*mornings("weather", 5), *mornings("old", 20)])[0] == "my weather"


def test_without_a_history_others_are_followed_and_the_reason_says_so():
    dialogues = ShippedDialogues({"dialogue": [{"says": ["timer", "left", "list"], "at": ["morning"]}]})
    assert first((), dialogues=dialogues) == ("the timer, please", "a common start to the morning")
    assert first((), [said("timer")], dialogues=dialogues) == (
        "the left, please",
        "people often ask for this after “my timer”",
    )
    offers = best((), [said("list")], dialogues=dialogues, count=8)
    assert "the left, please" not in [offer.text for offer in offers], "it makes sense only after a timer"


def test_asking_what_follows_adds_nothing_to_the_table():
    dialogues = ShippedDialogues({"dialogue": [{"says": ["timer", "left"], "at": ["morning"]}]})
    assert dialogues.next([("intent", "of one's own")], NOW) == {}
    assert dialogues.names == {"timer", "left"}


def test_what_is_near_in_meaning_is_offered_where_nothing_else_is_known():
    vectors = np.eye(len(NAMES), dtype=np.float32)
    vectors[1] = (vectors[0] + vectors[1]) / np.sqrt(2)
    near = Repertoire(REPERTOIRE.sentences, vectors)
    assert first((), [said("weather")], repertoire=near) == ("the news, please", "it is close to “my weather”")


def test_nothing_is_suggested_where_nothing_is_known():
    assert best() == []
    assert best(repertoire=Repertoire({}, np.empty((0, 0), np.float32))) == []


def test_one_saying_is_a_weaker_ground_than_two():
    history = [said("music", 47), said("news", 24.2), said("news", 48.2)]
    assert [offer.text for offer in best(history, count=2)] == ["my news", "my music"]


@pytest.mark.parametrize(
    ("hours_ago", "why"),
    [
        ([24], "you asked for this yesterday"),
        ([74], "you asked for this 3 days ago"),
        ([24, 48], "you have asked for this on 2 days around this hour"),
        ([30, 54], "you have asked for this 2 times"),
    ],
)
def test_a_reason_is_true(hours_ago, why):
    others = [said(name, 24 * day) for name in ("list", "alarm") for day in range(3, 30)]
    history = [*others, *(said("music", hours) for hours in hours_ago)]
    assert {offer.text: offer.why for offer in best(history, count=9)}["my music"] == why


def test_parts_of_a_score_add_up():
    for offer in best([*mornings("weather", 5), *mornings("news", 3)], count=8):
        assert offer.score == pytest.approx(sum(offer.grounds.values()))


def test_the_shipped_dialogues_hold_for_every_part_of_the_day():
    for hour in range(24):
        moment = NOW.replace(hour=hour)
        assert len(shipped_dialogues().next([], moment)) >= 5, part_of_day(moment)
