"""German words."""

from __future__ import annotations

import re

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
    particles=frozenset(("an", "aus")),
    universal=frozenset("alle allen alles beide beiden jede jeden jedes sämtliche".split()),
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
)  # fmt: skip
