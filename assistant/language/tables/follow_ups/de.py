"""German words by which a sentence takes up one that was said before."""

from __future__ import annotations

from assistant.language.tables.follow_ups.words import FollowUpWords

WORDS = FollowUpWords(
    fillers="oh|ach|äh+|ähm|hm+|also|okay|ok|gut|bitte|ja|danke|moment|warte|dann|halt",
    denial="nein|nee|nö|falsch|das ist falsch|stimmt nicht|ich meinte|ich meine|ich wollte|doch nicht|es sollte",
    repair="entschuldigung|sorry|korrektur|beziehungsweise|vielmehr",
    change="(?:mach|mache|ändere|stell|stelle|setz|setze|verschiebe) (?:das|es|ihn|sie) (?:auf|zu|nach|um|in)"
    "|mach (?:das|es|daraus)|lieber|doch lieber|besser",
    repair_behind="stattdessen|lieber|meine ich|meinte ich",
    addition="(?:das )?(?:gleiche|selbe) (?:für|in|mit|bei)(?: (?:das|dem|den|die))?|(?:und )?was ist mit"
    "|(?:und )?wie ist es mit|und auch|und|auch|noch|außerdem|jetzt",
    addition_behind="auch|ebenfalls|ebenso|noch",
    exchange=r"nicht (?P<old0>.+?)(?:\s*,\s*(?:sondern )?| sondern )(?P<new0>.+)|(?P<new1>.+?) statt (?P<old1>.+)"
    r"|(?:ändere|ersetze|tausche) (?P<old2>.+?) (?:in|zu|durch|gegen) (?P<new2>.+)",
    single="das da|dieses|diese|es|das|ihn|sie",
    several="die beiden|sie alle|diese",
    both="alle beide|beide|alle davon",
    before_nouns="das|dieses|diese|die beiden|beide",
    after_pronouns="an|aus|ein|auf|zu|ab|wieder|jetzt|bitte|auch|noch einmal|nochmal|um .+|für .+|in .+|auf .+|bis .+",
    expletives="(?:ist|war|wird|gibt|geht) (?:es|das)|(?:es|das) (?:ist|war|wird|gibt|geht)",
)
