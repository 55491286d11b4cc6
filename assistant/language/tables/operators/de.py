"""German words of time."""

from __future__ import annotations

from assistant.language.tables.operators.words import OperatorWords

WORDS = OperatorWords(
    hints=frozenset(
        """jeden jede jedes täglich stündlich wöchentlich monatlich jährlich werktags montags dienstags mittwochs
        donnerstags freitags samstags sonnabends sonntags morgens mittags nachmittags abends nachts wochentags
        wenn falls sobald solange bis bevor nachdem während uhr halb viertel morgen heute übermorgen früh abend mittag
        nacht mitternacht montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag eins zwei drei vier fünf
        sechs sieben acht neun zehn elf zwölf""".split()
    ),
    questions=frozenset(
        "wer was wo wann warum wie welche welcher welches ist sind hat haben kann könnte wird werden".split()
    ),
    delay="in|nach",
    from_now="später",
    until="bis",
    moment="um|am|gegen|ab|von|zu|zum",
    other_moment="seit|vor|statt|als|mit|ohne|nicht|und|oder",
    bare_moment=r"übermorgen|morgen(?: (?:früh|mittag|abend|nacht|vormittag|nachmittag))?|heute|.*\buhr"
    r"|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|nächsten?|.*(?:mittags?|mitternacht|abends|morgens|nachts)",
    lasting="für|für weitere|für die nächsten",
    condition="wenn|falls|sobald|solange|bis|bevor|nachdem|es sei denn|immer wenn|jedes mal wenn|während",
    courtesy="(?:wenn|falls|sobald) (?:du|es) (?:kannst|magst|willst|zeit hast|geht|möglich ist)",
    every="jeden einzelnen|jeden|jede|jedes",
    on="am|an|für",
    connective="und|oder",
    through="bis",
    days=("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "(?:samstag|sonnabend)", "sonntag"),
    plural="s",
    day_groups={"(?:werktag|wochentag|arbeitstag)": "MO,TU,WE,TH,FR", "wochenende": "SA,SU"},
    plural_groups="(?:werktags|wochentags)",
    periods={
        "minute": "MINUTELY",
        "stunde": "HOURLY",
        "tag": "DAILY",
        "woche": "WEEKLY",
        "monat": "MONTHLY",
        "jahr": "YEARLY",
    },
    parts_of_day={"morgen": "morning", "nachmittag": "afternoon", "abend": "evening", "nacht": "night"},
    adverbs={
        "täglich": "DAILY",
        "stündlich": "HOURLY",
        "wöchentlich": "WEEKLY",
        "monatlich": "MONTHLY",
        "jährlich": "YEARLY",
    },
)
