"""German words by which a sentence takes up one that was said before."""

from __future__ import annotations

from assistant.language.tables.follow_ups.answers import AnswerWords
from assistant.language.tables.follow_ups.questions import QuestionWords
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
    exclusion=r"(?:(?:nein[,;.]? )?(?:aber|und|oder|nur|bloß) |nein[,;.] )?(?:nicht|außer|weder|noch nicht)"
    r"|(?:aber|und|oder) (?:kein(?:e[nr]?)?|ohne|nie)",
    left_alone=r"(?:(?:aber|und) )?(?:bitte )?lass (?P<left>.+?) (?:in ruhe|so|weg|aus dem spiel)",
    exchange=r"nicht (?P<old0>.+?)(?:\s*,\s*(?:sondern )?| sondern )(?P<new0>.+)|(?P<new1>.+?) statt (?P<old1>.+)"
    r"|(?:ändere|ersetze|tausche) (?P<old2>.+?) (?:in|zu|durch|gegen) (?P<new2>.+)",
    single="das da|dieses|diese|es|das|ihn|sie",
    several="die beiden|sie alle|diese",
    both="alle beide|beide|alle davon",
    before_nouns="das|dieses|diese|die beiden|beide",
    after_pronouns="an|aus|ein|auf|zu|ab|wieder|jetzt|bitte|auch|noch einmal|nochmal|um .+|für .+|in .+|auf .+|bis .+",
    determiners="der|die|das|den|dem|mein|meine|meinen|meiner|unser|unsere|unseren|diese|dieser|dieses|diesen",
    returning="wieder|zurück",
    mending="nein warte|ach nein|nein doch|nein ich meine|beziehungsweise|oder vielmehr|äh nein|quatsch",
    pausing="nein|nee|sorry|entschuldigung|ich meine|ich meinte|vielmehr|besser|warte|doch lieber|quatsch",
    hesitating="ä+h+|ä+hm+|hm+|oh|ach",
    within="in|im|am|auf",
    shifting="mach es",
    expletives="(?:ist|war|wird|gibt|geht) (?:es|das)|(?:es|das) (?:ist|war|wird|gibt|geht)",
)

ANSWERS = AnswerWords(
    firm="ja|jawohl|jo|jep|jup|mach das|mach es|mach's|tu es|tu das|los|genau|richtig|stimmt|klar|na klar|natürlich"
    "|sicher"
    "|selbstverständlich|unbedingt|auf jeden fall|absolut|bestätigt|korrekt|einverstanden|von mir aus|gerne|leg los",
    weak="bitte|okay|ok|gut|in ordnung|passt|alles klar|meinetwegen",
    urging="schnell|sofort|jetzt|gleich|bitte|danke|dann|doch|beeil dich|mach schon|mal|vielen dank|danke schön",
    refusal="nein|nee|nö|ne|bloß nicht|auf keinen fall|keinesfalls|lieber nicht|besser nicht|doch nicht|nicht jetzt"
    "|jetzt nicht"
    "|lass (?:es|das|mal|gut sein)|vergiss (?:es|das)|abbrechen|abbruch|stopp|stop|halt|warte|egal|schon gut"
    "|nicht nötig|keine[rs]?"
    "|nichts|weder noch|keins von beiden|ich habe es mir anders überlegt|(?:das|so) (?:wollte|meinte) ich nicht"
    "|nicht mehr",
    mere="nein|nee|nö|ne|falsch|das ist falsch|das stimmt nicht|stimmt nicht|das nicht",
    waiting="nein|nee|nö|ne|stopp|stop|warte|halt|nichts|keine[rs]?|nicht jetzt|jetzt nicht|bitte",
    courtesy="danke|danke schön|vielen dank|bitte",
    hesitation="oh|ach|äh+|ähm|hm+|also|na ja|naja|eigentlich|sorry|entschuldigung|moment|weißt du was",
    withdrawal=r"(?:.+ )?(?:ich|wir) (?:\w+ ){1,6}?(?:stattdessen|lieber|selbst|selber|später|ein andermal|morgen"
    r"|doch)(?: \w+){0,4}"
    r"|weißt du was ich .+",
    restart=r"(?:lass uns |wir )?(?:fangen? |beginnen? |starten? )?(?:noch ?mal|nochmals"
    r"|wieder)? ?(?:ganz )?(?:von vorne?|von neuem)"
    r"(?: (?:an|anfangen|beginnen))?|neu(?: anfangen|start)|fang(?:en wir)? (?:noch ?mal |neu |von vorne? )+an",
    restoring="(?:mach|mache|leg|hol|tu|stell|setz) (?:das|es|ihn|sie) (?:wieder (?:zurück|an|drauf|rein|hin)"
    "|zurück|noch ?mal)"
    "|ich will (?:es|das|ihn|sie) (?:wieder|doch)|wiederholen",
    other="(?:ich (?:meine|meinte) )?(?:der|die|das|den) andere[nrs]?",
)

QUESTIONS = QuestionWords(
    asking="wie|was|wann|wo|warum|wer|wen|wem|welche[rsmn]?|kann|können|darf|dürfen|muss|müssen|soll|sollen|gibt"
    "|ist|sind|hat|habt",
    heads=r"(?:wie (?:lange|viel|viele|oft|weit|teuer)|wie|was|wann|wo|warum|wer|welche[rsmn]?|kann|darf|muss|soll)\b"
    r"(?: (?:kostet|kosten|dauert|dauern|ist|sind|kann|darf|muss|soll|gibt|hat|habt))?(?: (?:ich|man|wir|ihr|es))?",
    determiners="ein|eine|einen|einem|einer|der|die|das|den|dem|mein|meine|meinen|dein|deine|unser|unsere",
    pronouns="es|das|dies|davon|eine?[nrs]?|welche[rsn]?|sie|ihn",
    further="aber|und|was ist",
    leads="aber|und|was ist mit|was wenn|wenn",
    light=frozenset("viel viele lange oft weit schon auch dann noch sonst wohl kostet kosten dauert bis".split()),
)  # fmt: skip
