"""The form of a language's words by which a question takes up the one before it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class QuestionWords:
    """Each of the texts is a pattern in lower case, with `|` between its ways; an empty one marks nothing."""

    asking: str = ""
    """Words with which a question begins."""
    heads: str = ""
    """All that stands before the subject of a question: `how much does`."""
    determiners: str = ""
    """Words before a noun: `the`, `my`."""
    pronouns: str = ""
    """Words that stand for the subject of the question before: `one`, `it`."""
    further: str = ""
    """Words before a question that show that it asks on: `but`, `what if`."""
    leads: str = ""
    """Those words and others before it that tell nothing."""
    light: frozenset[str] = field(default_factory=frozenset)
    """Words that tell nothing of what is asked about: `much`, `cost`."""
    works: str = ""
    """Words for any document: `manual`."""
    saying: str = ""
    """Beginnings of a question what a document, `WORK`, says about something: `what does WORK say about`."""
    within: str = ""
    """Words before a document that is to be searched: `according to`."""

    @cached_property
    def asks(self) -> re.Pattern[str] | None:
        """A beginning of a question."""
        return re.compile(rf"^(?:{self.asking})\b", re.IGNORECASE) if self.asking else None

    @cached_property
    def head(self) -> re.Pattern[str] | None:
        """The beginning up to the subject."""
        return re.compile(rf"^(?:{self.heads})\s*", re.IGNORECASE) if self.heads else None

    @cached_property
    def determined(self) -> re.Pattern[str] | None:
        """A noun with what follows it."""
        return re.compile(rf"\b(?:{self.determiners}) .+$", re.IGNORECASE) if self.determiners else None

    @cached_property
    def pronoun(self) -> re.Pattern[str] | None:
        """A word for the subject."""
        return re.compile(rf"\b(?:{self.pronouns})\b", re.IGNORECASE) if self.pronouns else None

    @cached_property
    def mark(self) -> re.Pattern[str] | None:
        """A mark of a question that asks on."""
        return re.compile(rf"^(?:{self.further})\b", re.IGNORECASE) if self.further else None

    @cached_property
    def says(self) -> re.Pattern[str] | None:
        """A question what a document says about something, up to that; `work` is what names the document."""
        work = rf"(?P<work>it|they|(?:{self.determiners}|this|that) (?:\w+ )??\w+)"
        return re.compile(rf"^(?:{self.saying.replace('WORK', work)}) ", re.IGNORECASE) if self.saying else None

    @cached_property
    def in_works(self) -> re.Pattern[str] | None:
        """Words that have any document searched: `in the documents`."""
        place = rf",? (?:{self.within}) (?:(?:{self.determiners}|these|those|any) )?(?:{self.works})\b"
        return re.compile(place, re.IGNORECASE) if self.within else None

    @cached_property
    def lead(self) -> re.Pattern[str] | None:
        """A word before it that tells nothing."""
        return re.compile(rf"^(?:{self.leads})\s+(?=\w)", re.IGNORECASE) if self.leads else None
