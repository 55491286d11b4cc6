"""What is asked of pictures: the days and the kind that are named, and the words for what is to be seen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.authoring.pictures.moments import unclear_day
from assistant.authoring.pictures.picture import Picture
from assistant.language.moments.hours import Hours, find_hours
from assistant.language.moments.periods import Period, find_periods
from assistant.language.numbers import in_digits
from assistant.language.places import places_named
from assistant.language.text import tidy
from assistant.nlu.pictures.left_out import parted

_SCREENSHOT = re.compile(r"\bscreen ?(?:shot|grab|capture)s?\b")
_NOUN = r"(?:pictures?|photos?|photographs?|images?|pics?|snaps?|snapshots?|shots?)"
_PAPER = r"(?:receipts?|invoices?|bills?|letters?)"
_PAPER_WORD = re.compile(rf"\b{_PAPER}\b")
_PAPERS = re.compile(rf"(?:(?:all|any|the|my|our|a|an|of|scanned) )*(?P<paper>{_PAPER})")
_ASKED = re.compile(
    r"^(?:please )?(?:(?:can|could|would) you )?"
    r"(?:(?:show|find|get|give|bring|fetch|open|search|look|see|read|list|display|pull)"
    r"(?: (?:me|us|up|for|out|to me|through))* "
    r"|(?:i am|i'm) looking for |(?:i want|i'd like|i would like) to see |have (?:i|we|you) got |(?:is|are) there "
    r"|(?:what )?(?:do|did|have) (?:you|i|we) (?:ever )?"
    r"(?:have|taken?|made?|make|photograph(?:ed)?|snap(?:ped)?|shoot|shot)(?: (?:pictures|photos) of)?(?: |$))?"
    r"(?:(?:anything|something|everything|all) (?:photographed |taken )?(?=(?:with|of|from|about|in)\b)"
    rf"|(?:any|some|a|an|that|those) (?={_NOUN}\b))?"
)
_ORDER = re.compile(
    r"\b(?:(?:the|my|our) )?(?P<which>latest|newest|last|most recent|oldest|earliest|(?:very )?first)"
    r"(?: (?P<count>\d+|few|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty))?"
    rf"(?= (?P<noun>{_NOUN}|{_PAPER}|screen ?(?:shot|grab|capture)s?)\b)",
    re.IGNORECASE,
)
_TAKEN = r"(?:i|we) (?:have )?(?:photographed|snapped|shot)"
_WHOLE = re.compile(
    r"\b(?:(?:how many|which|what|any|all|some|every|the|my|our|a|an|one|that|those|these|this|of|in"
    r"|latest|newest|last) )*"
    rf"(?:{_NOUN}|(?:what|anything|everything|things?|ones?)(?= (?:that )?{_TAKEN}))\b"
    r"(?: (?:that )?(?:(?:did|have) )?(?:i|we) (?:have )?(?:took|taken|take|made|make|shot|photographed|snapped))?"
    r"(?: (?:that )?(?:show|shows|showing|with|of|from|in|at|on|about))?"
)
_SAYING = re.compile(
    rf"(?:\b(?:that|which|where it|on which it|it) (?:says?|said|reads?|mentions?)|\b(?P<noun>{_NOUN}|sign|scan)"
    r" (?:saying|reading)|\bwith the (?:words?|text|inscription|message)) (?P<said>.+?)(?: (?:in|on) (?:it|them))?$",
    re.IGNORECASE,
)
"""Words that stand in a picture, of which none is a time or a place of it: `the note that says at seven`."""

_BEFORE_PLACES = r"(?: (?:the ones? )?(?:in|on|at|with|from|of))?"
_WITHOUT = re.compile(
    rf"\b(?:without|but not|but no|not with|with no|except){_BEFORE_PLACES}"
    r"((?: (?!and\b|in\b|on\b|at\b|from\b)[\w'-]+){1,4})"
)
_SMALL = frozenset("a an the any my our his her their of in on at with from".split())


_SHOWN = re.compile(
    r"(?:please )?(?:(?:can|could|would) you )?(?:(?:show|find)(?: me| us)?|let (?:me|us) see|(?:bring|pull) up) "
    r"(?!how\b)",
    re.IGNORECASE,
)


def shown_thing(text: str) -> str:
    """Return the words for what is to be shown, `the dog` of `show me the dog`; nothing of another sentence."""
    return text[match.end() :] if (match := _SHOWN.match(text)) else ""


@dataclass(frozen=True, slots=True)
class PictureQuestion:
    """A sentence that asks for pictures, as it is read."""

    about: str
    """Words for what is to be seen, written or named; empty where none are."""
    periods: tuple[Period, ...] = ()
    """Stretches of time, of all of which a picture must be."""
    wants_screenshot: bool = False
    without: tuple[PictureQuestion, ...] = ()
    """What a picture must not be, each by its words, its place, its days or its kind."""
    unread: str = ""
    """A denial that is not understood; then no picture is one that is asked for."""
    season: str = ""
    """A time of every year that is named, `winter`; a picture may be called so whenever it was made."""
    order: str = ""
    """`newest` or `oldest` first; empty: the likeliest."""
    most: int = 0
    """How many are asked for; 0: nobody says."""
    hours: Hours | None = None
    """A part of the day at which a picture must have been taken."""

    place: str = ""
    """A city or a country, in lower case, that a picture must be of or be called after."""

    paper: str = ""
    """`receipt`, `letter`, `invoice` or `bill`, where nothing else is said of what is to be seen."""

    @property
    def filters(self) -> bool:
        """True of a question for which some pictures are left out, whatever is to be seen on them."""
        return bool(self.periods or self.wants_screenshot or self.without or self.hours or self.place or self.paper)

    @property
    def choices(self) -> Sequence[PictureQuestion]:
        """The questions of which one is enough: `the hedgehog or the tomatoes`."""
        return [replace(self, about=part) for part in re.split(r" or ", self.about) if part.strip()]

    @property
    def has_times(self) -> bool:
        """True where days or hours are named."""
        return bool(self.periods or self.hours)

    def admits(self, picture: Picture) -> bool:
        """True of a picture of the days and the kind that are asked for, as well as its day is known."""
        if self.wants_screenshot and not picture.is_screenshot:
            return False
        if any(other.admits(picture) and other.is_held_by(picture) for other in self.without):
            return False
        if self.paper and self.paper != picture.facts.kind and not self._is_called(picture):
            return False
        return self._is_of_the_place(picture) and self._is_of_the_days(picture) and self._is_of_the_hours(picture)

    def may_be_printed_on(self, picture: Picture) -> str:
        """Return the day that is printed on a picture which the days leave out, if it may be one of them.

        Its day and its month may be confused, so that no day of it is known.
        """
        if self.hours or picture.is_dated or not picture.facts.kind or self.admits(picture):
            return ""
        other = replace(self, periods=(), about=_PAPER_WORD.sub("", self.about))
        printed, days = unclear_day(picture.facts.words)
        is_of_them = any(all(period.holds(day) for period in self.periods) for day in days)
        return printed if is_of_them and other.admits(picture) and other.is_held_by(picture) else ""

    def _is_of_the_place(self, picture: Picture) -> bool:
        own = f"{picture.facts.place}, {picture.named}, {picture.facts.caption}".casefold()
        return self.place in own and bool(re.search(rf"(?<!\w){re.escape(self.place)}(?!\w)", own))

    def _is_of_the_days(self, picture: Picture) -> bool:
        if not self.periods:
            return True
        moment = picture.moment
        if self.season and self.season in shown_words(picture).split():  # a drawing of a house in winter
            return True
        day = moment and (self.hours.day_of(moment) if self.hours and picture.has_hour else moment.date())
        return day is not None and all(period.holds(day) for period in self.periods)

    def _is_of_the_hours(self, picture: Picture) -> bool:
        if self.hours is None:
            return True
        if not self.hours.is_certain and self.hours.name in shown_words(picture).split():  # "the castle at night"
            return True
        return picture.moment is not None and picture.has_hour and self.hours.holds(picture.moment.time())

    def _is_called(self, picture: Picture) -> bool:
        return bool({self.paper, f"{self.paper}s"} & {*re.findall(r"\w+", shown_words(picture))})

    def is_held_by(self, picture: Picture) -> bool:
        """True of a picture with all the words for what is to be seen; `without a hat` in its caption is none."""
        words = set(re.findall(r"\w+", shown_words(picture)))
        asked = {*re.findall(r"\w+", self.about)} - _SMALL - {*self.place.split()}
        return all({word, word.removesuffix("s"), f"{word}s"} & words for word in asked)


def shown_words(picture: Picture) -> str:
    """Return the words of a picture in lower case, without those of what it says is not on it: `without a hat`."""
    return _WITHOUT.sub(" ", f"{picture.named} {picture.text}".casefold())


def read_question(text: str, today: date, has_hours: bool = True, has_place: bool = True) -> PictureQuestion:
    """Read a sentence that asks for pictures, or the words for what is to be seen on them.

    Without `has_hours`, the part of a day is what is to be seen, as in `the castle at night`; without `has_place` a
    place is words like others.

    >>> question = read_question("Show me the photos of our dog on the beach from last summer", date(2026, 11, 29))
    >>> question.about, len(question.periods)
    ('our dog on the beach', 1)
    """
    text, said = _parted_from_written(text.rstrip(" .!?"))
    text, things, unread = parted(text)
    without = tuple(read_question(thing, today) for thing in things)
    text, order, most = _ordered(text)  # before "the first" is read as a day
    hours, text = _part_of_day(text, today) if has_hours else (None, text)
    periods, rest = find_periods(text, today)
    season = _season(text, periods)
    for lead in ("from", "at"):  # "March" is a time where nothing else is said
        if not periods and not (alone := find_periods(f"{lead} {text}", today))[1]:
            periods, rest = alone
    if not periods:
        rest = tidy(text).casefold()  # with its numbers as they were said: "two red circles"
    rest = _ASKED.sub("", " ".join(rest.split()), count=1)
    about = " ".join(_SCREENSHOT.sub(" ", rest).split())
    wants_screenshot = about != rest
    about = " ".join(_WHOLE.sub(" ", about, count=1).split())
    about = re.sub(r" (?:in|on) (?:it|them)$", "", about)
    about = re.sub(
        r"^(?:(?:i|we) (?:take|took|have|made) )?(?:of|from|with|showing|taken|that)\b(?: |$)|^the$"
        r"|(?:^| )(?:that )?(?:i|we) (?:took|take|made|shot|have)$|^(?:i|we) (?:take|took|made|shot)\b",
        "",
        about,
    )
    about, place = _placed(about.strip()) if has_place else (about.strip(), "")
    paper = match["paper"].rstrip("s") if (match := _PAPERS.fullmatch(about)) else ""
    about = " ".join(filter(None, ("" if paper else about, said)))
    return PictureQuestion(about, periods, wants_screenshot, without, unread, season, order, most, hours, place, paper)


def _parted_from_written(text: str) -> tuple[str, str]:
    """Part a question from the words that are to stand in the picture: `picture of a sign`, `do not enter`."""
    if (match := _SAYING.search(text)) is None:
        return text, ""
    return f"{text[: match.start()]}{match['noun'] or ''}".strip() or "pictures", tidy(match["said"]).casefold()


def _part_of_day(text: str, today: date) -> tuple[Hours | None, str]:
    """Find hours in a sentence; a part of the day alone, `the afternoon`, may also be what is to be seen."""
    hours, rest = find_hours(text, today)
    if hours is None and not (alone := find_hours(f"from {text}", today))[1] and alone[0]:
        return replace(alone[0], is_certain=False), ""
    return hours, rest


def _placed(about: str) -> tuple[str, str]:
    """Find a city or a country at the end of what is to be seen: `the dog in Lisbon`; alone it is all that is asked."""
    for place in places_named(about):
        if re.fullmatch(rf"(?:(?:in|from|around) )?{re.escape(place)}", about):
            return "", place
        if re.search(rf"\b(?:in|from|around) {re.escape(place)}$", about):
            return about, place
    return about, ""


def _season(text: str, periods: Sequence[Period]) -> str:
    """Return the last word of a time that comes every year, where it is the only time."""
    if len(periods) != 1 or len(periods[0].stretches) < 2:
        return ""
    return in_digits(text.casefold(), "en")[periods[0].start : periods[0].end].split()[-1]


def _ordered(text: str) -> tuple[str, str, int]:
    """Take the order and the number out of `the last 3 photos of the dog`; one picture alone is meant by its noun."""
    if (match := _ORDER.search(text)) is None:
        return text, "", 0
    which, count = match["which"].casefold(), (match["count"] or "").casefold()
    order = "oldest" if which in ("oldest", "earliest", "first", "very first") else "newest"
    most = 5 if count == "few" else int(in_digits(count, "en") or 0)
    is_one = not count and not match["noun"].casefold().endswith("s")
    return " ".join(f"{text[: match.start()]}{text[match.end() :]}".split()), order, 1 if is_one else most
