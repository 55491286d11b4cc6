"""Spanish words."""

from __future__ import annotations

from assistant.language.tables.table import WordTable
from assistant.language.tables.units import units

TABLE = WordTable(
    joints="y luego|y después|y también|y|e|luego|después",
    articles="un|una",
    percent="por ciento",
    disjunction="o",
    conjunction="y",
    minus="menos",
    correction="no|perdón|quiero decir|mejor",
    number_sign="número",
    parts={"medio": 0.5, "media": 0.5, "cuarto": 0.25, "cuartos": 0.25},
    units=units(
        second="segundo segundos s",
        minute="minuto minutos min",
        hour="hora horas h",
        day="día días dia dias",
        week="semana semanas",
        month="mes meses",
        year="año años",
    ),
    deeds=(
        "abre abrir abra | cierra cerrar cierre",
        "inicia iniciar empieza empezar | para parar detén detener termina terminar",
        "enciende encender activa activar | apaga apagar desactiva desactivar",
        "sube subir aumenta aumentar | baja bajar reduce reducir",
        "añade añadir agrega agregar | quita quitar elimina eliminar borra borrar",
        "instala instalar | desinstala desinstalar",
    ),
)
