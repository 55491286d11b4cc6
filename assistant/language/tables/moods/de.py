"""The moods of German sentences."""

from __future__ import annotations

from assistant.language.tables.moods.grammar import MoodGrammar

_PIECES = {
    "verb": "aktiviere|fahre?|halte?|lösche?|mache?|nimm|öffne|pausiere|schalte?|schließe?|setze?|spiele?|starte"
    r"|stelle?|stoppe?|erinner\w*|weck\w*",
    "lead": "^((aber|und|also|bitte|nein|stopp|halt|warte|gestern|heute|vorhin|immer|jetzt|oh|ja) )*",
    "named": r"(der|die|das|den|mein\w*|unser\w*|sein\w*|ihre?|jemand|man|es)( \w+){0,3}?",
    "not": r"nicht|kein\w*",
    "pronoun": r"jemand|keiner|niemand|warum|wieso|dies\w*|ein\w*|unser\w*|im|in|am|auf|bei|hier|da|dort|es"
    r"|(hast|habe|hat|haben|habt|ist|sind|war|waren|bin|bist|wird|werden|wurde|wurden|soll|sollte|sollen|darf|dürfen"
    r"|muss|müssen|kann|könnte|kannst|wer|wen|wem|wessen|was|wann|wo|warum|wieso|weshalb|wie|welche\w*|woher|wohin"
    r"|womit|ob|wenn|falls|sobald|sofern|lass|lasse)",
    "who": r"ich|du|er|sie|es|wir|ihr|man|jemand|der|die|das|mein\w*|unser\w*",
}

_BEGINNINGS = r"""
order: ^(vergiss nicht|(kannst|könntest|würdest|magst|willst|würden|könnten) (du|sie)\b(?!.* (<not>)\b)
    |warum (nicht|machst du nicht)|wie wäre es|ich (möchte|will|hätte gern\w*|brauche|muss)\b(?!.* (<not>)\b))
unwanted: ^(bitte )?(lass|lasse|halte?) (?!(mich|uns)\b).*\b(<not>)\b
unwanted: ^(ich|wir) (brauche|brauchen|möchte|will|wollen) .*\b(<not>)( mehr)?\b
forbidden: <lead>(<verb>|kannst du|könntest du|du (sollst|darfst|musst))\b.*\b(<not>)\b
forbidden: <lead>(<not>|niemals|nie|auf keinen fall|es ist nicht nötig)\b
forbidden: ^.*\b(auf keinen fall|keinesfalls|niemals|bloß nicht|nicht \w+en)$
forbidden: <lead>(?!(<who>|<pronoun>)\b)\w+ .*\b(auf keinen fall|keinesfalls|niemals|bloß nicht|<not>)\b
question: <lead>(wer|wen|wem|wessen|was|wann|wo|warum|wieso|weshalb|wie|welche\w*|woher|wohin|womit)\b
question: <lead>(hast|habe|hat|haben|habt|ist|sind|war|waren|bin|bist|wird|werden|wurde|wurden|soll|sollte|sollen|darf
    |dürfen
    |muss|müssen|kann|könnte) (<who>)\b
question: ^(sag|sage|weißt du|schau|sieh|prüfe?|ich frage mich|ich möchte wissen)\b.*\b(ob|wer|was|wann|wo|warum|wie)\b
condition: <lead>(wenn|falls|sobald|sofern|angenommen|stell dir vor)\b
quote: <lead>(er|sie|<named>|\w+) (sagt|sagte|meint|meinte|fragt|fragte|hat gesagt)\b
report: <lead>(ich|wir|du|er|sie|ihr|<named>|\w+) (habe|hab|haben|hast|hat|habt|hatte|hatten|war|waren|wurde|wurden
    |ist|sind|bin)\b
    .*\b(\w*ge\w+(t|en)|(be|er|ver|ent)\w+(t|en)|an|aus|auf|zu|offen)$
habit: <lead>(ich|wir|er|sie|<named>) (mache|machen|macht|schalte|schalten|schaltet|öffne|öffnen|öffnet|schließe
    |schließen|schließt
    |starte|starten|startet|spiele|spielen|spielt)\b
"""

GRAMMAR = MoodGrammar(
    pieces=_PIECES,
    beginnings=_BEGINNINGS,
    ends="withdrawn: \\w ((nein|halt|warte|doch|ach) )*(doch nicht|lieber nicht|lass es|vergiss es|schon gut)$",
    command=r"(bitte )?(<verb>)\b",
    late_command=r"(?!)",
    contrast="sondern|aber|nur|bitte",
)
