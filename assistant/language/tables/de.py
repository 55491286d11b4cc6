"""German words."""

from __future__ import annotations

import re

from assistant.language.tables.follow_ups.de import ANSWERS, QUESTIONS, WORDS
from assistant.language.tables.moods.de import GRAMMAR
from assistant.language.tables.table import WordTable
from assistant.language.tables.units import units

_DAYS = dict(
    zip(
        "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag".split(),
        "monday tuesday wednesday thursday friday saturday saturday sunday".split(),
        strict=True,
    )
)
_MONTHS = dict(
    zip(
        "januar jänner februar märz april mai juni juli august september oktober november dezember".split(),
        "january january february march april may june july august september october november december".split(),
        strict=True,
    )
)
_MOMENTS = {
    **_DAYS,
    **_MONTHS,
    **{f"{day} morgen": f"{english} morning" for day, english in _DAYS.items()},
    **{f"{day}{ending}": f"{english} {part}" for day, english in _DAYS.items()
       for ending, part in {"früh": "morning", "mittag": "noon", "abend": "evening", "nacht": "night",
                            "vormittag": "morning", "nachmittag": "afternoon"}.items()},
    "heute": "today", "morgen": "tomorrow", "übermorgen": "day after tomorrow", "gestern": "yesterday",
    "vorgestern": "day before yesterday", "heute nacht": "tonight", "heute abend": "this evening",
    "heute morgen": "this morning", "heute früh": "this morning", "am morgen": "in the morning",
    "in der früh": "in the morning", "in der nacht": "night", "am abend": "in the evening",
    "früh": "morning", "morgens": "in the morning", "vormittag": "morning", "vormittags": "in the morning",
    "am vormittag": "in the morning", "nachmittag": "afternoon", "nachmittags": "in the afternoon",
    "am nachmittag": "in the afternoon", "abend": "evening", "abends": "in the evening", "nacht": "night",
    "nachts": "at night", "mittag": "noon", "mittags": "noon", "am mittag": "noon", "zu mittag": "noon",
    "mitternacht": "midnight", "um": "at", "gegen": "around", "bis": "until", "ab": "from", "am": "on",
    "uhr": "o'clock", "halb": "half before", "viertel": "quarter", "dreiviertel": "quarter to", "nach": "past",
    "vor": "before", "seit": "since", "nächsten": "next", "nächste": "next", "nächster": "next", "nächstes": "next",
    "kommenden": "coming", "kommende": "coming", "letzten": "last", "letzte": "last", "letztes": "last",
    "diesen": "this", "diese": "this", "dieses": "this", "wochenende": "weekend", "am wochenende": "at the weekend",
    "ende des monats": "end of the month", "am ende des monats": "end of the month",
    "monatsende": "end of the month", "anfang des monats": "start of the month", "ende des jahres": "end of the year",
    "einer": "a", "einem": "a", "eine": "a", "ein": "a", "einen": "a",
    "stunde": "hour", "stunden": "hours", "minute": "minute", "minuten": "minutes", "sekunde": "second",
    "sekunden": "seconds", "tag": "day", "tage": "days", "tagen": "days", "woche": "week", "wochen": "weeks",
    "monat": "month", "monate": "months", "monaten": "months", "jahr": "year", "jahre": "years", "jahren": "years",
    "viertel stunde": "quarter hour", "dreiviertel stunde": "3 quarters hour", "halben stunde": "half hour",
    "halbe stunde": "half hour", "einer viertel stunde": "a quarter hour",
    "einer dreiviertel stunde": "3 quarters hour", "einer halben stunde": "half an hour",
    "eine halbe stunde": "half an hour",
}  # fmt: skip
"""Words that mean no moment are there too where a moment holds them: `in einer Woche`."""

_HALVES = "ein zwei drei vier fünf sechs sieben acht neun zehn".split()
_COMPOUNDS = {
    **{f"{number}{ending}": f"{size}.5" for size, number in enumerate(_HALVES, 1)
       for ending in ("einhalb", "undeinhalb")},
    "anderthalb": "1.5", "anderthalbe": "1.5", "viertelstunde": "viertel Stunde",
    "dreiviertelstunde": "dreiviertel Stunde", "dreiviertelstunden": "dreiviertel Stunden",
}  # fmt: skip

TABLE = WordTable(
    joints="und dann|und danach|und|dann|danach|sowie",
    round_numbers=frozenset(("hundert", "tausend")),
    articles="ein|eine|einen|einer|eines|eins",
    disjunction="oder",
    conjunction="und",
    minus="minus",
    correction="nein|ach nein|ich meine|quatsch",
    number_sign="nr|nummer",
    parts={
        "halb": 0.5,
        "halbe": 0.5,
        "halben": 0.5,
        "viertel": 0.25,
        "dreiviertel": 0.75,
        "drittel": 1 / 3,
        "hälfte": 0.5,
    },
    leads="der|die|das|den|dem|ein|eine|einen|auf|um|für|von|zu|etwa|ungefähr|circa|genau|bis",
    most="maximum|maximal|max|voll|volle|vollen|ganz",
    least="minimum|minimal|min",
    percent="prozent",
    additional="weitere|mehr",
    compounds=_COMPOUNDS,
    moments=_MOMENTS,
    units=units(
        second="Sekunde Sekunden Sek s",
        minute="Minute Minuten Min",
        hour="Stunde Stunden Std h",
        day="Tag Tage Tagen",
        week="Woche Wochen",
        month="Monat Monate Monaten",
        year="Jahr Jahre Jahren",
    ),
    deeds=(
        "öffne öffnen öffnet | schließe schließen schließ schließt beende beenden",
        "starte starten start beginne beginnen | stoppe stoppen stopp beende beenden halte anhalten",
        "an anmachen einschalten aktiviere aktivieren | aus ausmachen ausschalten deaktiviere deaktivieren",
        "verriegle verriegeln abschließen sperre sperren | entriegle entriegeln aufschließen entsperre entsperren",
        "lauter heller wärmer erhöhe erhöhen | leiser dunkler kälter senke senken verringere verringern",
        "hinzufügen | entferne entfernen lösche löschen",
        "erstelle erstellen buche buchen bestelle bestellen | storniere stornieren lösche löschen abbrechen",
        "installiere installieren | deinstalliere deinstallieren",
    ),
    clause_words=frozenset(("dass",)),
    sources=frozenset(("von", "vom")),
    goals=frozenset(("zu", "zum", "zur", "für")),
    states=frozenset(("auf",)),
    undirected=frozenset(("ändere", "ändern", "verändere", "verstelle", "verstellen", "regle", "regeln")),
    particles=frozenset(("an", "aus")),
    universal=frozenset("alle allen alles beide beiden jede jeden jedes sämtliche".split()),
    undecided=re.compile(
        r",? oder (?:(?:war|ist) (?:es|das) |vielleicht |doch |lieber )?"
        r"(?=\w)(?!(?:so|etwas|was|nicht|sonst|weniger|mehr)\b)",
        re.IGNORECASE,
    ),
    rejected=re.compile(r"(?:^|,? )(?:anstatt|statt|anstelle) ", re.IGNORECASE),
    adversative=re.compile(r",? aber (?:auch )?(?=\w)", re.IGNORECASE),
    exception=re.compile(
        r"(?:^|,? )(?:außer|ausgenommen|bis auf|mit ausnahme von|abgesehen von|ohne|aber nicht) ",
        re.IGNORECASE,
    ),
    ordinals={
        "erste": 0, "ersten": 0, "zweite": 1, "zweiten": 1, "dritte": 2, "dritten": 2, "letzte": -1, "letzten": -1,
    },
    comparisons={
        "längere": ("length", 1), "längeren": ("length", 1), "kürzere": ("length", -1), "kürzeren": ("length", -1),
        "frühere": ("due", -1), "früheren": ("due", -1), "spätere": ("due", 1), "späteren": ("due", 1),
    },
    pointers=frozenset("der die das den dem ein eine einen eins einer mit um bitte ich meine".split()),
    moods=GRAMMAR,
    follow_ups=WORDS,
    answers=ANSWERS,
    half_day=re.compile(
        r"\b(?:am )?(?:vormittags?|nachmittags?|abends?)\b|\b(?:morgens|nachts|früh)\b|\bin der (?:früh|nacht)\b",
        re.IGNORECASE,
    ),
    whole_clock=re.compile(r"nacht|mittag|\b1[3-9]\b|\b2\d\b", re.IGNORECASE),
    questions=QUESTIONS,
)  # fmt: skip
