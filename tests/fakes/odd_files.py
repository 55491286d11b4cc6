"""Odd files as people write them by hand: every style of YAML, and some that no reader should follow to their end."""

from __future__ import annotations

from itertools import pairwise
from random import Random

BLOCK = """# mine\t with a tab
intents:
  # the big one
  Ring:   # comment
    examples:
      - ring the bell

      # between two entries
      - "sound: the big bell"   # loud
    not:
    -   never ring
    tests:
      - ring the bell please
    response: Ding.

  Feed:
    examples:
      - feed the cat
    response: Fed.
# the end
"""
FORMS = {
    "block": BLOCK,
    "quoted keys": BLOCK.replace("intents:", '"intents":').replace("Ring:", "'Ring':").replace("Feed:", '"Feed":'),
    "no indent": BLOCK.replace("      - ", "    - "),
    "deep": "".join(f"{line[: len(line) - len(line.lstrip())] * 6}{line.lstrip()}" for line in BLOCK.splitlines(True)),
    "flow": "intents: {Ring: {examples: [ring the bell, 'sound it'], tests: [ring it please], response: Ding.},\n"
    "  Feed: {examples: [feed the cat,], response: Fed.}}  # ends\n",
    "flow over lines": "intents:\n  Ring:\n    examples: [\n      ring the bell,  # one\n      sound it,\n      # two\n"
    "    ]\n    tests: []\n    response: Ding.\n  Feed: {examples: [feed the cat], response: Fed.}\n",
    "dashes in a text": BLOCK.replace("examples:", "examples: |").replace('"sound: the big bell"   # loud', "sound it")
    .replace("      # between two entries\n", ""),
    "block texts": BLOCK.replace("response: Ding.", "response: |-\n      Ding,\n      # no comment,\n\n      dong.")
    .replace("- ring the bell\n", "- >-\n        ring\n        the bell\n").replace(
        "response: Fed.", "response: >\n      Fed.\n\n"),
    "anchors": BLOCK.replace("examples:\n      - feed", "examples: &own\n      - &one feed").replace(
        "- ring the bell please", "- &two ring the bell please\n      - *two"),
    "alias of a list": "words: &all\n  - ring the bell\nintents:\n  Ring:\n    examples: *all\n    response: Ding.\n"
    "  Feed:\n    response: Fed.\n    examples: [feed the cat]\n",
    "merged": "shared: &shared\n  response: Fed.\n  tests: [feed it]\nintents:\n  Ring: {examples: [ring the bell]}\n"
    "  Feed:\n    <<: *shared\n    examples: [feed the cat]\n",
    "duplicate keys": BLOCK.replace("  Feed:\n", "  Ring:\n    examples: [another]\n  Feed:\n").replace(
        "    response: Ding.\n", "    response: Ding.\n    examples: [second]\n"),
    "emoji": BLOCK.replace("big bell", "bell 👩\u200d👩\u200d👧 cafe\u0301").replace("# mine", "# né 日本 🔔\u202e"),
    "long": BLOCK.replace("- ring the bell\n", f"- ring the bell\n      - ring it {'very ' * 350}long\n").replace(
        "# mine", f"# {'mine ' * 2000}"),
    "marked": f"%YAML 1.1\n---\n{BLOCK}...\n# behind the end\n",
    "explicit keys": BLOCK.replace("  Feed:\n    examples:\n", "  ? Feed\n  :\n    examples:\n"),
    "empty values": BLOCK.replace("    tests:\n      - ring the bell please\n", "    tests:   # none yet\n"),
    "trailing spaces": BLOCK.replace("\n", "   \n").replace("# the end", "# the end\t"),
}  # fmt: skip
KNOWLEDGE = {
    "block": "# facts\n- question: Who are you?\n  answer: Me.\n\n# end\n",
    "flow": "[{question: Who are you?, answer: Me.}]  # one\n",
    "wide": "-   question: Who?   # you\n    answer: |\n      Me.\n\n      # no comment\n\n\n",
    "empty": "",
    "only comments": "# nothing yet\n\n   # and so on",
}
ENDS = {"unix": "\n", "dos": "\r\n", "old": "\r", "mixed": None}
REPEATED = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{key}: &{key} [{', '.join([f'*{base}'] * 9)}]\n" for base, key in pairwise("abcdefgh")
)
"""Ten million values, by aliases of aliases."""

SIGNS = [
    *"{}[]()<>|&*!%@`'\":,#-?\n\r\t  \x00\x1bé\ud800\u2028\x85\ufeff",
    *("intents:\n", "  a:\n", "---\n", "...\n", "&a ", "*a", "<<: *a\n", "!!binary ", "? ", "- ", "|+\n", ">-\n"),
    *("{{", "{0..100:x}", "(a|b)", "[x](y)", "<r>"),
]


def mangled(text: str, dice: Random) -> str:
    """Put signs into a text in place of others, at random."""
    for _ in range(dice.randint(1, 4)):
        place = dice.randrange(len(text) + 1)
        typed = "".join(dice.choices(SIGNS, k=dice.randint(1, 6)))
        text = text[:place] + typed + text[place + dice.randint(0, 9) :]
    return text
