"""English words of time."""

from __future__ import annotations

from assistant.language.tables.operators.words import OperatorWords

WORDS = OperatorWords(
    hints=frozenset(
        """every each daily nightly hourly weekly monthly yearly annually once twice weekday weekdays weekend weekends
        weeknights mondays tuesdays wednesdays thursdays fridays saturdays sundays monday tuesday wednesday thursday
        friday saturday sunday mon tue tues wed thu fri sat sun mornings evenings afternoons nights
        morning evening afternoon night tomorrow tonight noon midday midnight half quarter am pm
        if unless when whenever while until till til after before soon long case moment minute second hour
        sunrise sunset sundown sunup dusk dawn nightfall bedtime
        later soon sometime some eventually while any few bit sec tick jiffy""".split()
    ),
    questions=frozenset(
        """who whose whom what where when why how which is are am was were do does did has will would shall should can
        could may might""".split()
    ),
    delay="in|after",
    from_now="from now|later|from today",
    lasting="for|for another|for the next|over the next|during the next",
    until="until|till|til|up to|up until",
    moment="at|on|in|by|around|about|after|from|between|starting|starting at|starting from|starting on|beginning|as of"
    "|(?:when|once|as soon as) (?:it is|it's)",
    other_moment="since|before|of|to|ago|past|than|between|and|or|last|over|with|without|no|not",
    spans=frozenset({("from", "to"), ("from", "till"), ("between", "and")}),
    within="(?:(?:of|in|for) )?(?:the rest of )?(?:today|this (?:(?P<week>week)|(?P<month>month)))"
    "|(?:(?:of|in|for|during) )?(?:all )?(?:of )?next (?:(?P<next_week>week)|(?P<next_month>month))",
    bare_moment=r"(?:the )?day after tomorrow|tomorrow|yesterday|tonight|next"
    r"|this (?:morning|afternoon|evening|week|weekend)|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|.*\b(?:noon|midday|midnight|o'?clock)|\d.*(?: ?[ap] ?m|:\d\d)",
    condition="if|unless|when|whenever|as soon as|as long as|so long as|in case|on condition that|provided(?: that)?"
    "|(?:every|each) time|the (?:next |first )?(?:moment|minute|second|time)|by the time|only if|only when|even if",
    loose_condition="once|while|until|till|til|after|before|right after|right before|shortly before|shortly after",
    subject="i|you|we|he|she|it|they|the|my|our|your|his|her|their|its|this|that|these|those|there|some(?:one|body)"
    "|any(?:one|body)|every(?:one|body|thing)|no(?: one|body)|nothing|something|a|an|all|both",
    event="(?:at|by|around|during|until|till|from|(?:right |just |shortly )?(?:before|after)) (?:the )?"
    "(?:sunrise|sunset|sundown|sunup|dusk|dawn|nightfall|daybreak|bedtime|breakfast|dinner|supper)"
    "|overnight|all (?:night|day)(?: long)?|(?:a (?:bit|little|while) )?later(?: (?:on|today|tonight))?"
    "|(?:very )?soon|in a (?:little |short )?(?:bit|while|moment|sec|tick|jiffy)|in a few|at some (?:point|time|stage)"
    "|some ?time(?: (?:today|later|soon))?|eventually|before long|any (?:minute|moment|time)(?: now)?"
    "|(?:one|some) ?day",
    courtesy="after all|while (?:you|we)(?: are|'re) at it|(?:if|when|whenever|as soon as|as long as) "
    "(?:(?:(?:that|it) is |at all )?(?:possible|necessary|needed|convenient)"
    "|(?:you|u) (?:please|can|could|may|like|want|wish|will|would|do not mind|would not mind|have (?:a|the|time)"
    "|get (?:a|the) (?:chance|moment|minute|second)|are (?:able|ready|free))(?: .*)?"
    "|(?:that|it|this) (?:is|would be) (?:ok|okay|fine|all right|alright|not too much)(?: .*)?)",
    every="every single|each and every|every|each",
    on="on|for|at|in|from|during",
    other="other",
    connective="and|or",
    through="to|through|thru|till|until",
    days=tuple(
        "mon(?:day)? tue(?:s|sday)? wed(?:nesday)? thu(?:r|rs|rsday)? fri(?:day)? sat(?:urday)? sun(?:day)?".split()
    ),
    plural="s",
    day_groups={
        "(?:weekday|week day|work(?:ing)? ?day|weeknight|school ?day|business day)": "MO,TU,WE,TH,FR",
        "(?:weekend|weekend day)": "SA,SU",
        "school ?night": "SU,MO,TU,WE,TH",
    },
    plural_groups="(?:weekday|week day|work(?:ing)? ?day|weeknight|school ?day|business day|weekend|school ?night)s",
    periods={
        "minute": "MINUTELY",
        "hour": "HOURLY",
        "day": "DAILY",
        "week": "WEEKLY",
        "month": "MONTHLY",
        "year": "YEARLY",
    },
    parts_of_day={part: part for part in ("morning", "afternoon", "evening", "night")},
    adverbs={
        "daily": "DAILY",
        "nightly": "DAILY",
        "hourly": "HOURLY",
        "weekly": "WEEKLY",
        "monthly": "MONTHLY",
        "(?:yearly|annually)": "YEARLY",
        "once (?:a|every|per) day": "DAILY",
        "once (?:an|every|per) hour": "HOURLY",
        "once (?:a|every|per) week": "WEEKLY",
        "once (?:a|every|per) month": "MONTHLY",
        "once (?:a|every|per) year": "YEARLY",
    },
    of_month="(?:of|in) (?:every|each|the) month",
    last="last",
)
