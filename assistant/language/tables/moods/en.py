"""The moods of English sentences."""

from __future__ import annotations

from assistant.language.tables.moods.gerunds import base_form
from assistant.language.tables.moods.grammar import MoodGrammar

_PIECES = {
    # verbs, by form
    "verb": "activate|add|announce|append|arm|begin|block|boost|book|brighten|bump|bring|broadcast|buy|call|cancel"
    "|change|charge|check|clean|clear|close|connect|continue|copy|crank|create|cross|cut|darken|deactivate|decrease|delete|dial"
    "|dim|disable|disarm|disconnect|dock|draw|drop|duplicate|empty|enable|end|erase|execute|extend|fire|flip|freeze|give"
    "|halt|heat|hide|hold|hoover|increase|install|jot|keep|kill|launch|leave|let|lift|light|list|lock|lower|make|mow"
    "|move|mute|note|open|order|pause|pick|play|post|power|print|pull|push|put|quit|raise|read|reboot|record|reduce"
    "|remind|remove|rename|repeat|reset|restart|resume|roll|run|save|schedule|scratch|search|send|set|shorten|show|shut"
    "|silence|skip|snooze|start|stop|strike|suspend|switch|take|tell|throw|tick|toggle|trigger|turn|undo|uninstall|unlock"
    "|unmute|unpause|update|vacuum|wake|warm|water|wipe|write",
    "past": r"(?!(bed|red|led|shed|sled|shred|hundred|sacred|naked|wicked)\b)[a-z]+[^e\W]ed|ate|began|bought|broke"
    "|brought|came|cut|drank|drew|fell|found|gave|got|had|heard|held|hit|hung|kept|left|let|lit|lost|made|put|quit|ran|rang|read|said|sang"
    "|saw|sent|set|shook|shut|slept|slid|spoke|threw|told|took|undid|went|woke|wrote",
    "done": "<past>|been|begun|broken|chosen|come|done|drawn|driven|eaten|fallen|forgotten|given|gone|grown|hidden"
    "|known|mown|run|rung|seen|shown|spoken|taken|thrown|undone|woken|written",
    "doing": "turning|switching|opening|closing|locking|unlocking|setting|starting|stopping|playing|pausing|muting"
    "|adding|removing|deleting|cancelling|canceling|clearing|putting|shutting|raising|lowering|dimming|cleaning"
    "|vacuuming|mowing|making|taking|writing|recording|running|charging|watering|launching|installing|activating"
    "|resetting",
    "does": "activates|adds|buys|calls|cancels|cleans|clears|closes|comes|deactivates|deletes|dims|gives|goes|keeps"
    "|leaves|locks|makes|mows|mutes|opens|pauses|plays|puts|removes|resets|rings|runs|sets|shuts|starts|stops|switches"
    "|takes|turns|unlocks|unmutes|uses|vacuums|wakes|waters|writes",
    # what a deed leaves a thing as
    "left": "on|off|open|opened|closed|shut|locked|unlocked|bolted|muted|unmuted|set|cancelled|canceled|deleted"
    "|removed|added|cleared|paused|resumed|stopped|started|running|playing|ringing|recording|activated|deactivated"
    "|armed|disarmed|enabled|disabled|connected|disconnected|turned|switched|installed|up|down",
    "wished": "opened?|closed|shut|locked|unlocked|bolted|muted|unmuted|paused|lowered|raised|dimmed|switched|turned",
    "naming": "named|titled|entitled|labell?ed|nicknamed",
    # what follows a verb, not a participle that stands for a wish: `the blinds closed`
    "after": "on|off|up|down|out|back|away|the|my|our|his|her|their|a|an|all|it|them|itself|at|every|each|by|when|in"
    "|to|some",
    "object": "on|off|up|down|the|my|our|a|an|it|that|all|every|everything|them",
    "adverbs": "((already|just|always|never|usually|often|still|only|also|really|finally|accidentally|recently"
    "|sometimes|actually|probably|normally|currently|now|ever|almost|nearly|even|both|all|once|not|then|simply"
    "|definitely|certainly|totally|completely|again|automatically|manually) )*",
    # subjects
    "person": r"he|she|they|who|someone|somebody|everyone|everybody|anyone|anybody|nobody|no one|mum|mom|mummy|mommy"
    "|dad|daddy|mother|father|grandma|grandpa|people|(one|none|both|all) of (us|them)",
    "word": r"(?!(that|which|who|what|whose|whether|if|when|where|how|why|please|to|the|my|our|it|its)\b)[\w'-]+",
    "the": "the|my|our|your|his|her|their|its|this|that|these|those|some|every|each|both|another|an?",
    "thing": "(<the>)( of (the|my))?( <word>){1,4}?( (in|on|at|of|from) (the|my|our)( <word>){1,2}?)?"
    "|it|this|that|there|everything|something|nothing|anything",
    "bare": r"(?!(<verb>|i|we|you|do|have|get|be|not|no|never|all|on|off)\b)<word>( <word>){0,2}?",
    "named": "<thing>|<bare>",
    "others": "<person>|<named>",
    "any": "(?P<us>i|we)|you|<others>",
    # words before a sentence
    "lead": "^((yesterday|today|earlier|usually|normally|sometimes|honestly|actually|apparently|maybe|perhaps|sorry"
    "|yes|yeah|no|nah|naw|oh|hey|hm+|look|listen|but|because|since|though|although|and|anyway|by the way|just now"
    "|you know what"
    "|(last|this|every|each) (night|week|month|morning|afternoon|evening|day|weekend|time)"
    r"|(an?|\w+) (minutes?|hours?|days?|weeks?) ago|on (\w+day|weekend)s?"
    "|i (think|guess|believe|suppose|hope|bet|see)( that)?|i am (afraid|sure|glad|sorry)( that)?) )*",
    "now": "^((but|and|also|just|please|bitte|you|we|no|nope|nah|naw|yes|yeah|yep|ok|okay|well|right|um+|uh+|erm|hmm+"
    "|stop|halt|oh|hey|careful|attention|look|listen|for now|hold it"
    "|((hold|hang) on|wait|one|just an?|give me an?)( (a|one))?( (sec|second|minute|moment|bit|tick))?"
    "|whatever (you do|happens)|i (say|said|repeat|beg you|told you( to)?)|today|tonight|tomorrow|really|actually"
    "|sorry|instead|rather|at all costs|from now on) )*",
    # moods
    "mental": "forget|mind|hesitate|worry|care|know|like|have|see|hear|understand|remember|think|need|want|wish|get"
    "|let (me|us)",
    "shall": "must|should|shall|may|can|could|need|ought to",
    "is_to": "<shall>|(has|have|needs?|is|are) to|had better",
    "whoever": "you|(any|some)(one|body)|it|him|them|her|people",
    "asking": "if|whether|what|which|who|whose|where|why|how",
}

_BEGINNINGS = r"""
order: ^((please )?(see|check|find out|look) if you (can|could)
    |if (you|it is|it would be|i|we|that is) (could|would|can|may|might|please|like|want|do not mind|would not mind
    |are able
    |possible|not too|no trouble|ok|okay|fine|all right))\b
order: ^(do you think you (can|could)|(is there )?any (chance|way)|would it be (possible|ok|okay|too much|all right)
    |how about|what about|why (do not|not)|let us (?!say|assume|pretend|suppose|imagine)|let me|shall we|(can|could) we
    |(can|could|may|might) i (please |just |maybe )?(get|have|hear|see|listen|ask|request)\b
    |(it is )?(about |high |now )?time (to|for)|it would be (nice|great|good|lovely|cool|helpful|better)
    |would you (be so|be able|kindly|like to)|be so (good|kind)|feel free|remember to)\b
withdrawn: <now>never ?mind (about )?(<the>) (?!.*(,|\b(and|just|instead|timers?|alarms?|reminders?|countdown)\b))
forbidden: <now>(never ?mind|do not (worry|bother)) (about |with )?
    (?!(the|any|every|some|no)?thing\b|morning|evening)\w+ing\b
order: <now>(do not|never) (forget|mind|hesitate|worry|care|let (me|us))\b
unwanted: <now>(do|<shall>) not (ever )?(leave |keep |let (?!(<whoever>)\b))
unwanted: <lead>((i|we) )?(do not|never|no longer|will not|shall not) (really |ever )?(want|need|require|wish for)
    (?! to (?!hear|see|have|listen|be)\w)(?! (<whoever>|the \w+) to\b)(?= \w)
unwanted: <now>no more (?!(than|\w+ing)\b)
unwanted: <lead>(<named>) (is|are) (not|no longer) (needed|wanted|required|necessary)\b(?! to\b)
unwanted: <lead>(<named>) (<is_to>) not (still )?(stay|remain|keep
    |be (still |left )?(?=(on|off|open|closed|shut|locked|unlocked|running|playing|up|down)\b))
unwanted: <lead>(<named>|<person>) (((do|does) not|never|no longer) <adverbs>(needs?|wants?|requires?)(?= (?!to\b)\w)
    |(do|does) not <adverbs>(have|need) to <adverbs>(stay|remain|keep)\b)
forbidden: <lead>(<named>|<person>) ((do|does) not|never|no longer) <adverbs>(needs?|ha(ve|s)) to\b
forbidden: <lead>(?!(<the>) )(<bare>|<person>) ((do|does) not|never|no longer) <adverbs>wants? to\b
unwanted: ^(nothing|none|not a single|no) .*\b(should|must|may|is to|are to) (be|stay|remain|keep)\b
withdrawn: <now>(turn|switch|set|close|open|lock|unlock|start|stop|cancel|delete|remove|clear|put|dim)
    (?=\W)( (on|off|up|down))? (nothing(?! but\b)|none of|(no|neither) (?!(more|longer|one|later|earlier|less)\b)\w)
withdrawn: <now>add nothing\b(?! but\b)
withdrawn: <now>(set|start|create|make) .*\b(timer|alarm|countdown|reminder)\b.* ago$
forbidden: <lead>(hardly|barely|scarcely) (anyone|anybody|any of (us|you|them)|a soul)\b
forbidden: <now>(do|<shall>) not (ever |please |just |dare( to)? |you (dare|ever)( to)? |bother( to)? )?
    (?!(you|<mental>|leave|keep)\b)
forbidden: <now>never (ever |again )?(?!(<mental>)\b)
forbidden: ^((?!(<verb>|<past>|<asking>|he|she|they|i|we|you|it|that|this|why|to|the|my|our|a|an|if|not|\w+one
    |\w+body)\b)[\w'-]+ ){1,4}?(do not|never) (ever |please |just )*(?!(<mental>)\b)(?=(<verb>)\b)
forbidden: <now>(stop|quit|cease) (?=(turning|switching|opening|closing|dimming|brightening|raising|lowering|locking
    |unlocking|setting|adding|removing|increasing|decreasing|muting|putting|changing|deleting|cancelling|resetting)\b)
withdrawn: <now>(leave|keep) (<the>)( (?!(percent|half|halfway|third|thirds|quarter|way|crack|bit|degrees
    |little)\b)[a-z'-]+){1,4}? (on|off|open|closed|shut|locked|unlocked|running|playing)
    ( (in|on|at) (<the>)( [a-z]+){1,2})?( (please|for now|for me|then|tonight|today|as (it is|they are)))*$
report: <lead>(i|we|you|<others>) (can not|could not|will not be able to) (sleep|work|think|concentrate|see|relax|rest
    |read|focus)\b.* (with|when|while|because|if)\b
report: <lead>(i|we|<others>) (?!(<verb>|do|does|did|have|has|is|are|was|were|can|will|should|must|need|want)\b)\w+ .*
    (?<!\bset )(?<!\bmade )\b(ago|yesterday|(last|the other) (night|week|month|morning|day|time))$
report: <lead>(<the>)( <word>){1,3}? (?!(<verb>|<wished>)\b)(<past>) (for|at|in|since|until|by|after|before|again|today
    |all)\b
report: <lead>(there|it|that) (was|had been) (really |absolutely )?(no (need|reason|point|use)|not (necessary|needed))\b
withdrawn: <lead>(<any>) <adverbs>(am|is|are|do|does|feels?|looks?|seems|sounds?) .*\b(leave|keep) (it|that|them|things)
    ( (be|alone|there|so|please|for now|like (it|this|that)|(as|how|the way) (it is|they are)))*$
forbidden: <now>((there|it|that) is )?(really |absolutely )?(no (need|reason|point|use) (to|for|in)
    |not (necessary|needed|required|time) (to|for)|no longer necessary to)\b
forbidden: <now>(you )?(do not|need not|never|no longer) (need|have|want) to (?!(hear|see)\b)
forbidden: <lead>((i|we) )?(do not|never|would not|no longer) (really |ever )?(want|wish|need|like|expect) ((<whoever>
    |the \w+) )?to\b
forbidden: <lead>(i|we) would (rather|prefer|like|appreciate)( it)?( if)?( you| nobody| no one| we| that)? (did not
    |do not|not|left|would not)\b
forbidden: <lead>(i|we) (want|need|would like|would prefer|ask|beg|told) (you|it|them) not to\b
forbidden: <now>(refrain from|avoid|abstain from|hold off|hands off|no more (?=\w+ing\b)|forget (about )?(?=\w+ing\b)
    |under no circumstances|on no account|by no means|in no case|there is no way)\b
forbidden: <now>(stop|prevent|keep|block) (?!(me|us)\b)[\w ]+? from (ever |being )?\w+ing\b
forbidden: <now>leave .*\b(alone|(as|where|the way) (it|they) (is|are))$
forbidden: <lead>(<others>) (<is_to>) (not|never) (ever |be |get )*
forbidden: <lead>(you|we|<others>) (is|are) not (supposed|allowed|meant|permitted|to)\b
forbidden: ^(nobody|no one|none of (us|you|them)|nothing) .*?\b(should|must|may|shall|can|is to|is allowed to)\b
forbidden: <now>not (to )?(?!(only|just|bad|sure|too|enough|much|at all|really|again|that|as)\b)
question: <lead>i (wonder|was wondering) (<asking>|when) (?!you (could|can|would|might)\b)
report: <lead>(<any>) (should|must|could|would|might|may) (not )?have <adverbs>(<done>)\b
habit: <lead>(i|we) (really |just |all |urgently )*(need|have|want|ought) to (talk|speak|chat|think|sleep|rest|eat
    |breathe|hurry|relax|leave|go|hang on|be (alone|quiet|careful|patient))( (now|soon|later|again|more|about .*
    |to (you|him|her|them)( .*)?))*$
habit: <lead>(i|we) (am|are) (all |completely |nearly |almost |running |quite )*out of .*\b(time|patience|luck|ideas
    |options|breath|energy|touch|order|control|money|words|town|work|here|it)$
order: <lead>(i|we) (really |just |also |only |still |now |badly |currently )*(want|need
    |would (really |also |just )?(like|love|prefer|appreciate|rather|be (glad|happy|grateful))|wish|prefer|could (use
    |do with)
    |have (got )?to|must|ought to|should|had better|insist|request|demand|am (asking|telling|begging)|was (wondering
    |hoping)
    |wanted to|was going to ask|(will|am going to) (have|take|need)|fancy|feel like|am (in the mood|up) for
    |can not (hear|see|wait)|say|said|told you to)\b
order: <lead>you <adverbs>(can|may|could|should|must|need to|have to|ought to|had better|might|will|are to)\b
order: <lead>(<others>) <adverbs>(needs?|wants?|would like|deserves?|belongs?|should|must|ought to|(has|have|is
    |are) to|had better)\b
order: <lead>(<named>) <adverbs>(can|may|could)\b
question: <lead>((at|by|for|from|in|since|to|with|on|until) )?(what|which|who|whom|whose|where|why|how
    |when (?=(is|are|was|were|did|do|does|will|would|can|could|should|shall|has|have|had|am|must)\b))\b
question: <lead>(is|are|am|was|were|did|does|has|had|do (?=(i|we|you|they|he|she|any\w*|these|those|all|both)\b)
    |have (?=(i|we|you|they|he|she|it|any\w*|some(one|body)|every\w*|(the|my|our) .*\b(been|gone|come|already))\b)
    |(will|would|can|could|may|might|must|shall|should) (?=(not )?(i|we|he|she|it|they|this|that|these|those|there|the
    |my|our
    |your|some\w*|any\w*|every\w*|nobody|no one)\b))\b
question: <lead>((tell (me|us)|say|know|explain|check|see|look|find out|verify|test|show (me|us)|wonder|ask|guess
    |remind me
    |i (do not know|wonder|forgot|forget|do not remember)|(any|no) idea|let me know|not sure|figure out|confirm
    |i am (wondering|curious|not sure)) (again |exactly |about |out |to me )*)+(<asking>)\b
condition: <lead>(only |even )?(if|unless|whenever|in case|provided|providing|as long as|as soon as|suppose|supposing
    |assume
    |assuming|imagine|pretend|let us (say|assume|pretend|suppose|imagine)|the moment|when
    |((every|each|next) time|once|until|while|after|before|say) (?=(i|we|you|he|she|they|some\w*|any\w*|every\w*)\b)
    |(once|until|while|after|before) (?=(it|the|my|our|there)\b))\b
habit: <lead>(<doing>) ((?!(it|that|this|which|because|if|and)\b)[\w'-]+ )+?(is|was|saves|costs|helps|takes|makes
    |wastes|uses|does|did|will|would|can|could)\b
quote: <lead>(<others>) <adverbs>(said|says|say|saying|told|tells|asked|asks|wrote|writes|thinks|thought|claims|claimed
    |shouted|yelled|mentioned|suggested|means|reads|is (called|named|titled))\b
quote: <lead>(i|we) (did not|never|do not) (say|mean|ask|tell)\b
quote: <lead>(i|we) (heard|read|saw|dreamed|dreamt|thought|imagined|remember|told (?!you\b))\b
quote: <now>(say|pronounce|spell|repeat after me|translate)( after me)? ((the|these) (words?|sentence) |that |this )?
    (?=(<verb>|<the>|lights?|volume)\b)(?!(that|this|it|more|the (time|date))\b)
quote: ^(the|a|an|this|that) (button|key|switch|sign|label|note|command|item) (that )?(labell?ed|marked|called|named
    |says|saying)\b
quote: ^(?!(<verb>|<asking>)\b)(\w+ ){1,3}(is|was|are|were) (such )?(an?|the|my|her|his|one) (\w+ ){0,2}(word|phrase
    |expression|song|title|name)s?$
quote: ^(pause|stop|break|wait) for (thought|effect|breath|reflection)\b
quote: ^the (words?|phrase|sentence|expression|song|film|movie|book) .* (is|means|was|by)\b
report: <lead>(<any>) <adverbs>(have|has|had) <adverbs>(?!got\b)(<done>)\b
report: <lead>((?P<us>i|we)|<person>) <adverbs>forgot (?!to\b)
report: <lead>(i|we|<person>) (do|does|did|could) not (really |even |at all )?(care|worry|bother|mind)\b
state: <lead>(i|we) <adverbs>(forgot|failed|did not manage) to\b
report: <lead>(<any>) (am|is|are) .* (ever )?(since|because|now that) (i|we|you|<person>) (have |has )?<adverbs>
    (?!(<verb>)\b)(<past>)\b
report: <lead>(i|we) <adverbs>(was|were) <adverbs>(?!(going|out|wondering|hoping)\b)\w+ing\b
report: <lead>(<any>) <adverbs>(was|were|did|had|used to)\b
report: <lead>(<any>) (am|is|are) <adverbs>((going|about) to|<doing>)\b
report: <lead>(i|we|<others>) <adverbs>(will|shall|would|might)\b
habit: <lead>(<person>) <adverbs>(can|could|may)\b
report: <lead>((?P<us>i|we)|you|<person>) <adverbs>(?!(<verb>)\b)(<past>)\b
report: <lead>(<person>) <adverbs>(<verb>)\b
report: <lead>(<thing>) <adverbs>(?!(<verb>|<naming>)\b)(<past>) (<after>)\b
report: <lead>(<thing>) <adverbs>(?!(<verb>|<wished>)\b)(<past>)$
report: <lead>(?!(<verb>) )[\w'-]+ <adverbs>(?!(<verb>|<naming>|left)\b)(<past>) (<after>)\b
report: <lead>(<others>) (is|are) <adverbs>(left )?(<left>)\b
report: <lead>(<named>) (is|are) <adverbs>at (\d|\w+ (percent|degrees))
habit: <lead>(i|we|they|people) <adverbs>(?!(get|let|keep|leave|hold|call|order|read|note)\b)(<verb>)\b
habit: <lead>(i|we|you) (\w+ )?(always|never|often|usually)\b
habit: <lead>(<others>) <adverbs>(<does>) (<after>|\w+ (all|every|at|in|on))\b
habit: <lead>(<others>) <adverbs>(has|have) (an?|several|many|two|three) \w
state: <lead>(<any>) <adverbs>(am|is|are|has|have|do|does|can|could|feels?|looks|seems|sounds|smells|gets|likes?|loves?
    |hates?|thinks?|knows?|hears?|sees?)\b
"""

_ENDS = r"""
question: \w or (should|shall|do|can|will|did|must|have|has|is|are|was|were) (i|we|you|it|he|she|they)\b
unfinished: \w (a|an|the|my|our|your|his|her|their|every|and|or|but|because|if)$
withdrawn: (?<!why)(?<!whether or) (not|(hm+|actually|wait|oh|on second thoughts?) no( wait)?|no wait)$
withdrawn: \w are you (mad|crazy|insane|nuts|out of your mind|kidding|joking)$
withdrawn: \w ((no|wait|actually|oh|sorry|or rather|but|well|on second thoughts?) )*(do not|never mind|nevermind
    |forget (it|that|about it)|scratch that|cancel that|better not|rather not|just kidding|i (have )?changed my mind)$
withdrawn: \w ((no|wait|actually|oh|sorry|well|on second thoughts?) )+(leave it( (be|alone|(as|where|the way) it is))?
    |(keep|leave) (it|that|them|the( \w+){1,2}) (on|off|open|closed|shut|locked|unlocked|running)
    |stop( (it|that))?|hold on|do not( \w+){1,2} (it|that|them|this)( on| off| up| down)?)$
condition: (?<!check)(?<!see)(?<!know)(?<! me)(?<!ask)(?<!wonder)(?<! out)(?<!look)(?<!sure)(?<!test)(?<! as)(?<!what)
    (?<!confirm)(?<!only) (only |but only )?(if|unless|in case|provided( that)?|as long as)
    (?! (you|it is|that is) (can|could|please|want|like|do not mind|would|may|possible|not too|ok|okay|need|\w+ed|put
    |set|let|shut|made)\b)
    (?= (i|we|you|he|she|it|they|the|my|our|there|any\w*|some\w*|no\w*|\w+ (is|are|has|have|comes?|gets?))\b)
condition: (?<! me)(?<!know)(?<! us) (when|whenever|once|as soon as|before|after|until|while|every time)
    (?= ((i|we|he|she|they|it|somebody|someone|anybody|anyone|everybody|everyone|nobody) (?!\d)\w|(the|my
    |our) (\w+ ){1,3}(is|are|has|have|comes?|gets?|rings?|sets|rises)\b))
"""

_DENIALS = (
    r"^(?!(?:no|nope|nah|never|not|yes|yeah)\b).*[\w'\")\u201d][.?!,;\u2026\u2013\u2014-]+ *"
    r"(?:(?:hm+|oh|u[mh]+|er|lol|haha|well|actually|wait|sorry|hey|god|ok(?:ay)?|yeah|ah|and|but|please"
    r"|on second thoughts?|you know what|then again)[.,!?\u2026]* +)*"
    r"(?:(?:no|nope|nah|never|no way)(?:[,!. ]+(?:no|nope|nah|wait|please|thanks|thank you|way|never|ever|again|not"
    r"|sorry|stop|don't|do not|i don't(?: want (?:that|it|to|this))?|i'd rather not|of course not))*"
    r"|(?:absolutely|certainly|of course|definitely|rather|better|probably|maybe|perhaps)? ?not"
    r"(?: (?:now|today|really|at all|yet|a chance|you|that|for me))?|(?:hell|heck|god) no"
    r"|i (?:don't|do not) (?:think so|want (?:that|it|to|this))|as if|i(?:'d| would) rather not"
    r"|(?:no|nope|nah)[,!.]? (?:please )?(?:i |we )?(?:(?:want|would like|'d like|prefer) to )?"
    r"keep (?:it|them|that|the \w+)|(?:no|nope|nah)[,!.]? (?:please )?(?:leave|let) (?:it|them|that)"
    r"(?: (?:on|off|open|closed|shut|be|alone|as it is))?)[\s.!?\u2026]*$"
)

GRAMMAR = MoodGrammar(
    pieces=_PIECES,
    beginnings=_BEGINNINGS,
    ends=_ENDS,
    denials=_DENIALS,
    command=r"((please|so|then|and) )*(<verb>)\b",
    late_command=r" (?<!\bto )(?<!\bnot )(?<!\bi )(?<!\bwe )(?<!\byou )(?<!\bthey )(?<!\bwould )(?<!\bwill )(?<!\band )"
    r"(<verb>) (<object>)\b",
    references="it|them|they|that|those|this|these|there|one|ones|him|her|he|she",
    speakers=frozenset(("i", "we", "add")),
    placing="{0} in {1}",
    pointing="(?:in|on|at|over) there|there|it|them|they|those|this|that(?! one)"
    r"|some(?= (?:on|onto|to)\b)",
    named=r"\b((?:(?:in|on|at) )?(?:the|my|our|this|these|those|some) (?!(?:is|are)\b)[\w'-]+"
    r"(?: (?!(?:is|are|was|were|has|have|the|an?|my|our|your|all|some|every"
    r"|in|on|at|of|to|and|needs?|too|so|any ?more|up|down|off|out|now|again)\b)[\w'-]+){0,2}"
    r"|(?<=out of )"
    r"(?!(?:luck|time|patience|ideas|breath|energy|order|control|words|work|hope)\b)[\w'-]+(?: [\w'-]+){0,2}$"
    r"|(?<=no more )[\w'-]+(?: [\w'-]+)?$|(?<=need )(?!to\b)[\w'-]+$"
    r"|(?<=buy )[\w'-]+(?: [\w'-]+)?$|(?<=\badd )(?!(?:the|my|our|some) )[\w'-]+(?: [\w'-]+){0,2}$"
    r"|(?<=get )[\w'-]+(?: [\w'-]+)?$)",
    change=r"(?!.*\b(that|which|if|whether|know)\b)(.* )?((get|have|want|wants|need|needs|like|love|make) .*\b(<left>)"
    r"|(can|could|should|may|must|ought to|needs? to|has to|have to) ((now|please) )*(be|go|come|get) .*\b(<left>))\b",
    bringing=r"(?:(?:please|now|just|then|so|and) )*"
    r"(?:get|have|pop|stick|flick|flip|chuck|whack|bang|throw|click|knock|hit|make (?:sure|certain)(?: that)?"
    r"|see to it(?: that)?|ensure(?: that)?|(?:i|we) (?:want|need|(?:would|'d) (?:like|prefer))) "
    r"(?P<thing>(?:the|my|our|all|every|both|that|this) (?:(?!(?:is|are|to|and|when|if)\b)[\w'-]+ ){1,5}?)"
    r"(?:(?:is|are|to be) )?(?:(?:turned|switched|put|set|all|properly|back) )*<state>"
    r"(?P<place> (?:in|on|at|of) (?:the|my|our) \w+(?: \w+)?| (?:up|down)stairs)?",
    orders={
        "on": "turn on",
        "off": "turn off",
        "open": "open",
        "opened": "open",
        "closed": "close",
        "shut": "close",
        "locked": "lock",
        "unlocked": "unlock",
        "muted": "mute",
        "unmuted": "unmute",
        "paused": "pause",
        "stopped": "stop",
        "started": "start",
        "going": "start",
        "running": "start",
        "cleaned": "clean",
        "cancelled": "cancel",
        "canceled": "cancel",
        "cleared": "clear",
        "deleted": "delete",
        "dimmed": "dim",
    },
    particular=r"((please|just|now|so|and|then|(can|could|would|will) you) )*"
    r"(?!(tell|show|explain|describe|teach|help|give|say|read|list|look|find|search|\w+ing)\b)"
    r"(?P<verb>[a-z-]+)( (up|down|on|off|out|over|away|back))? (the|my|our|your|his|her|their|this|these|those)\b",
    denial=r"(?!.*\benough\b).*?(?:\b(am|is|are|feels?|looks?|seems?|sounds?|smells?|has|have) <adverbs>"
    r"(?<=\b)(not|never|no longer|hardly|barely|anything but)\b(?! <adverbs>\w+ing\b)"
    r"|\b(do|does) <adverbs>(?<=\b)(not|never) <adverbs>(feel|look|seem|sound|smell)\b"
    r"|\b(never|no longer|hardly) (feels?|looks?|seems?|sounds?|smells?|gets?)\b"
    r"|^(none|neither|nobody|no one)\b)",
    contrast="just|but|instead|rather|only|please",
)

_VERBS = frozenset(_PIECES["verb"].split("|"))


def verb_of(word: str) -> str:
    """Write a gerund in lower case as its verb; any other word stays as it is."""
    return base_form(word, _VERBS)
