"""English names of one thing that have an `and` in them: `fish and chips`, `salt and vinegar crisps`."""

from __future__ import annotations

import re

_KNOWN = (
    "salt and pepper|mac(?:aroni)? and cheese|fish and chips|bread and butter|gin and tonic|rum and coke"
    "|oil and vinegar|vinegar and oil|bangers and mash|surf and turf|half and half|pick and mix|bubble and squeak"
    "|peanut butter and jelly|pork and beans|rhubarb and custard|head and shoulders|nuts and bolts"
)
_FLAVOURS = (
    "salt and vinegar|salt and pepper|salt and chilli|cheese and onion|sour cream and (?:onion|chives?)"
    "|cheese and chives?|cream and chives?|cheese and tomato|ham and cheese|cheese and ham|ham and pineapple"
    "|tomato and basil|tomato and mozzarella|lemon and ginger|lemon and lime|honey and mustard|honey and lemon"
    "|chicken and mushroom|chicken and leek|leek and potato|carrot and coriander|spinach and ricotta"
    "|steak and kidney|steak and ale|sage and onion|garlic and herb|mint and chocolate|fruit and nut|pork and apple"
    "|apple and blackberry|cookies and cream"
)
_GOODS = (
    "crisps?|chips|crackers|nuts|popcorn|sauce|soup|soups|pies?|past(?:y|ies)|sandwich(?:es)?|toasties?|pizzas?|quiches?"
    "|dressing|ravioli|tortellini|pasta|bread|tea|tea ?bags|stuffing|cheese|chocolate|bars?|muesli|sausages"
    "|crumble|ice cream|biscuits|mayo|mayonnaise|dip|marinade|chicken|shampoo|squash|cordial|peanuts|cashews|wings"
)

PAIRED = re.compile(
    rf"\b(?:{_KNOWN}|(?:{_FLAVOURS})(?= (?:[\w-]+ )?(?:{_GOODS})\b)|sweet and (?:sour|salty)|hot and (?:sour|spicy))\b",
    re.IGNORECASE,
)
"""A pair that is one thing, or that says of what kind the thing behind it is."""
