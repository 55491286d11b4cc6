"""German words."""

from __future__ import annotations

from assistant.language.tables.table import WordTable
from assistant.language.tables.units import units

TABLE = WordTable(
    joints="und dann|und danach|und|dann|danach|sowie",
    round_numbers=frozenset(("hundert", "tausend")),
    articles="ein|eine|einen|einer|eines|eins",
    conjunction="und",
    minus="minus",
    correction="nein|ach nein|ich meine|quatsch",
    number_sign="nr|nummer",
    parts={"halb": 0.5, "halbe": 0.5, "halben": 0.5, "viertel": 0.25, "dreiviertel": 0.75, "drittel": 1 / 3},
    units=units(
        second="Sekunde Sekunden Sek s",
        minute="Minute Minuten Min",
        hour="Stunde Stunden Std h",
        day="Tag Tage Tagen",
        week="Woche Wochen",
        month="Monat Monate Monaten",
        year="Jahr Jahre Jahren",
    ),
)
