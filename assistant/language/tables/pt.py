"""Portuguese words."""

from __future__ import annotations

from assistant.language.tables.table import WordTable
from assistant.language.tables.units import units

TABLE = WordTable(
    joints="e depois|e também|e|depois",
    articles="um|uma",
    percent="por cento",
    disjunction="ou",
    conjunction="e",
    minus="menos",
    correction="não|desculpe|quero dizer",
    number_sign="número",
    parts={"meio": 0.5, "meia": 0.5, "quarto": 0.25, "quartos": 0.25},
    units=units(
        second="segundo segundos s",
        minute="minuto minutos min",
        hour="hora horas h",
        day="dia dias",
        week="semana semanas",
        month="mês meses",
        year="ano anos",
    ),
    deeds=(
        "abre abrir abra | fecha fechar feche",
        "inicia iniciar começa começar | para parar termina terminar",
        "liga ligar ativa ativar | desliga desligar desativa desativar",
        "aumenta aumentar | diminui diminuir baixa baixar",
        "adiciona adicionar | remove remover apaga apagar",
        "instala instalar | desinstala desinstalar",
    ),
)
