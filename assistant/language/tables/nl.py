"""Dutch words."""

from __future__ import annotations

from assistant.language.tables.table import WordTable
from assistant.language.tables.units import units

TABLE = WordTable(
    joints="en dan|en daarna|en ook|en|daarna",
    round_numbers=frozenset(("honderd", "duizend")),
    articles="een",
    percent="procent",
    disjunction="of",
    conjunction="en",
    minus="min|minus",
    correction="nee|ik bedoel|sorry",
    number_sign="nummer",
    parts={"half": 0.5, "halve": 0.5, "kwart": 0.25},
    units=units(
        second="seconde seconden sec s",
        minute="minuut minuten min",
        hour="uur uren u h",
        day="dag dagen",
        week="week weken",
        month="maand maanden",
        year="jaar jaren",
    ),
    deeds=(
        "open openen | sluit sluiten",
        "start starten begin beginnen | stop stoppen beëindig beëindigen",
        "aan aanzetten inschakelen | uit uitzetten uitschakelen",
        "vergrendel vergrendelen | ontgrendel ontgrendelen",
        "harder verhoog verhogen | zachter verlaag verlagen",
        "toevoegen | verwijder verwijderen",
        "installeer installeren | deïnstalleer deïnstalleren",
    ),
    particles=frozenset(("aan", "uit")),
)
