"""Italian words."""

from __future__ import annotations

from assistant.language.tables.table import WordTable
from assistant.language.tables.units import units

TABLE = WordTable(
    joints="e poi|e dopo|e anche|e|ed|poi",
    articles="un|una|uno",
    percent="per cento|percento",
    disjunction="o",
    conjunction="e",
    minus="meno",
    correction="no|scusa|anzi|voglio dire",
    number_sign="numero",
    parts={"mezzo": 0.5, "mezza": 0.5, "mezz'": 0.5, "quarto": 0.25, "quarti": 0.25},
    units=units(
        second="secondo secondi s",
        minute="minuto minuti min",
        hour="ora ore h",
        day="giorno giorni",
        week="settimana settimane",
        month="mese mesi",
        year="anno anni",
    ),
    deeds=(
        "apri aprire | chiudi chiudere",
        "avvia avviare inizia iniziare | ferma fermare termina terminare",
        "accendi accendere attiva attivare | spegni spegnere disattiva disattivare",
        "alza alzare aumenta aumentare | abbassa abbassare riduci ridurre",
        "aggiungi aggiungere | togli togliere rimuovi rimuovere elimina eliminare",
        "installa installare | disinstalla disinstallare",
    ),
)
