"""French words."""

from __future__ import annotations

from assistant.language.tables.table import WordTable
from assistant.language.tables.units import units

TABLE = WordTable(
    joints="et puis|et ensuite|et aussi|et|puis|ensuite",
    articles="un|une",
    percent="pour cent|pourcent",
    disjunction="ou",
    conjunction="et",
    minus="moins",
    correction="non|pardon|je veux dire|plutôt",
    number_sign="numéro",
    parts={"demi": 0.5, "demie": 0.5, "quart": 0.25, "quarts": 0.25, "tiers": 1 / 3},
    units=units(
        second="seconde secondes s",
        minute="minute minutes min",
        hour="heure heures h",
        day="jour jours",
        week="semaine semaines",
        month="mois",
        year="an ans année années",
    ),
    deeds=(
        "ouvre ouvrir ouvrez | ferme fermer fermez quitte quitter",
        "démarre démarrer lance lancer commence commencer | arrête arrêter arrêtez termine terminer",
        "allume allumer active activer | éteins éteindre désactive désactiver",
        "verrouille verrouiller | déverrouille déverrouiller",
        "monte monter augmente augmenter | baisse baisser diminue diminuer",
        "ajoute ajouter | retire retirer supprime supprimer enlève enlever",
        "installe installer | désinstalle désinstaller",
    ),
)
