"""Files as they come to be broken: good ones of every kind, damaged by a seeded hand, and some made with malice."""

# ruff: noqa: E501 (rows of a corpus)

from __future__ import annotations

import io
import json
import random
import struct
import wave
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

INTENTS = """# comment
language: en
intents:
  SetTimer:
    description: Set a timer
    data:
      - sentences:
          - "(set|start) [a|the] timer for {duration} [called {label}]"
          - "<begin> {0..100:level} percent [in [the] {room}]"
        slots: {kind: kitchen}
        requires_context: {area: {slot: true}}
    examples:
      - wake me in {duration}
      - play [hey jude](song) by [the beatles](artist)
    not: [how long is the timer]
    slots:
      duration: {type: duration, required: true, ask: "For how long?", min: 1, max: 86400, default: ten minutes}
      label: text
      colour: {values: [red, {in: "(blue|navy)", out: blue}], default: red}
    action: {argv: [echo, "{label}"], timeout: 3}
    response: "Set for {duration}, {{ slots.label }}."
    confirm: Sure?
    tests:
      - say: set a timer for ten minutes
        slots: {duration: 600}
lists:
  room: {values: [kitchen, {in: "(living room|lounge)", out: lounge, context: {a: b}}]}
  shade: {values: {red: [crimson, scarlet], blue: [navy]}}
  level: {range: {from: 0, to: 100, step: 5, type: percentage, fractions: halves, multiplier: 0.5}}
expansion_rules:
  begin: "(set|make|put) [it] to"
skip_words: [kindly]
responses: {intents: {SetTimer: {default: "Done."}}}
"""
NLU = """version: "3.1"
nlu:
- intent: order_soup
  examples: |
    - I want [tomato](soup) soup
    - bring me [pan asian](cuisine:asian) soup in [a big]{"entity": "size", "value": "big"} bowl
- synonym: asian
  examples: |
    - far eastern
- lookup: soup
  examples: [lentil, leek]
- regex: number
  examples: |
    - [0-9]+
"""
PAIRS = """source: notes
pairs:
  - question: What does a pot of coffee cost?
    also: [price of coffee, what is coffee]
    answer: 7.50
  - &a {question: "Who has the key?", answer: "The neighbours.", source: me}
  - question: How long is it open?
    answer: |
      Until six.

      On Sundays not at all.
"""
MARKDOWN = """---
source: the manual
---
# The shed

## Where is the ladder? {#ladder}
<!-- also: who has the ladder | is there a ladder -->

Behind the **door**.

```sh
# not a heading?
```

<details><summary>Where is the hose?</summary>

On its [reel](https://example.org).
</details>

**Q:** Who has the drill?

**A:** The neighbour.
"""
CSV = 'Question,Answer,Also\n"Where, then, is the fuse box?","Behind the ""coats"".",a|b\nWho empties the bins?,Whoever.,\n'
JSON_LINES = (
    json.dumps({"question": "Where is the attic?", "answer": "Up.", "also": ["a loft", 7]})
    + "\n\n"
    + json.dumps({"question": "Où est-il ?", "answer": 3.1, "source": "é"}, ensure_ascii=False)
    + "\n"
)
TOML = '[match]\nthreshold = 0.5\n[audio]\ninput = "usb"\n[paths]\nintents = ["~/a", "b"]\n[ui]\ntheme = "nord"\n'


def sound(seconds: float = 0.2, rate: int = 16_000) -> bytes:
    """Return a WAV file of a tone."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((8000 * np.sin(np.arange(int(seconds * rate)) / 5)).astype("<i2").tobytes())
    return out.getvalue()


class BrokenFile(NamedTuple):
    """A file that may be broken; `kind` is where it goes: `intents`, `knowledge`, `config` or `sound`."""

    kind: str
    name: str
    content: bytes


GOOD = (
    BrokenFile("intents", "bad.yaml", INTENTS.encode()),
    BrokenFile("intents", "bad.yml", NLU.encode()),
    BrokenFile("knowledge", "bad.yaml", PAIRS.encode()),
    BrokenFile("knowledge", "bad.md", MARKDOWN.encode()),
    BrokenFile("knowledge", "bad.csv", CSV.encode()),
    BrokenFile("knowledge", "bad.jsonl", JSON_LINES.encode()),
    BrokenFile("config", "bad.toml", TOML.encode()),
    BrokenFile("sound", "bad.wav", sound()),
)
SPLINTERS = (
    *(
        b"\0",
        b"\xff",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\x1b]0;owned\x07",
        b"\xef\xbb\xbf",
        b"\r",
        b"\r\n",
        b"\x0c",
        b"\xe2\x80\xa8",
    ),
    *(
        b"\t",
        b'"',
        b"'",
        b"{",
        b"}",
        b"[",
        b"]",
        b"(",
        b")",
        b"<",
        b">",
        b"|",
        b";",
        b":",
        b"&a ",
        b"*a",
        b"<<: ",
        b"- ",
    ),
    *(
        b"!!python/object:os.system ",
        b"? ",
        b"%",
        b"@",
        b"`",
        b"#",
        b"---\n",
        b"...\n",
        b"{{",
        b"}}",
        b"{%",
        b"\\",
        b"\\ud800",
    ),
    *(b"9" * 5000, b"1e999", b".inf", b"-0", b"0x1F", b"1_000", b"~", b"null", b"[" * 300, b"(" * 300, b"[a] " * 300),
    *("🙂".encode(), "ﷺ".encode(), "a\u0301".encode() * 50, "\u202e".encode(), "İ".encode(), b"a" * 100_000),
    *(
        b"(a;b;c;d;e;f;g;h;i;j)",
        b"{0..99999999999:level}",
        b"{5..1:level}",
        b"{0..9,0:level}",
        b"<begin>",
        b"{text}{text}",
    ),
)
"""Bytes that are put in."""


def _damaged(content: bytes, rng: random.Random) -> bytes:
    """Damage a file in one to four places."""
    for _ in range(rng.randint(1, 4)):
        start = rng.randrange(len(content) + 1)
        end = min(len(content), start + rng.choice((1, 2, 8, 40)))
        match rng.randrange(8):
            case 0:
                content = content[:start]
            case 1:
                content = content[:start] + content[end:]
            case 2:
                content = content[:start] + bytes([rng.randrange(256)]) + content[end:]
            case 3:
                content = content[:start] + content[start:end] * rng.choice((2, 50, 2000)) + content[end:]
            case 4:
                lines = content.split(b"\n")
                rng.shuffle(lines)
                content = b"\n".join(lines)
            case 5:
                content = content.decode("utf-8", "replace").encode(
                    rng.choice(("utf-16", "utf-16-le", "latin-1", "utf-8-sig")), "replace"
                )
            case _:
                content = content[:start] + rng.choice(SPLINTERS) + content[start:]
    return content


def _yaml_bombs() -> Iterator[tuple[str, bytes]]:
    deep = "".join(f"{'  ' * level}a:\n" for level in range(500))
    laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
    )
    merges = "a0: &a0 {x: 1}\n" + "".join(
        f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: 1}}\n" for n in range(1, 40)
    )
    yield "nested lists", b"[" * 200
    yield "nested very deep", b"[" * 100_000
    yield "nested maps", b"{a: " * 50_000
    yield "nested blocks", deep.encode()
    yield "nested dashes", b"- " * 20_000 + b"x"
    yield "alias bomb", laughs.encode()
    yield "merge bomb", merges.encode()
    yield "alias of itself", b"intents: &a\n  A: *a\n"
    yield "no anchor", b"- *nothing"
    yield "two documents", b"- {question: Q?, answer: A}\n---\n- {question: R?, answer: A}\n"
    yield "keys that are lists", b"? [a, b]\n: c\n? {d: e}\n: f\n"
    yield (
        "tags",
        b"intents: !!python/object/apply:os.system ['true']\nlists: !!binary aGk=\nx: !!int abc\ny: !!float .nan\n",
    )
    yield "huge number", b"- {question: Q?, answer: " + b"9" * 10_000 + b"}\n"
    yield "long key", b"? " + b"k" * 100_000 + b"\n: v\n"
    yield "many entries", b"".join(b"- {question: Q%d?, answer: A}\n" % number for number in range(100_000))
    yield "many problems", b"- x\n" * 30_000
    yield "escapes", rb'- {question: "a\0b\e[31m\ud800?", answer: "\u202e\x07"}' + b"\n"
    yield "spaces", b" " * 1_000_000
    yield "quotes", b"- '" + b"x" * 1_000_000


def _template_bombs() -> Iterator[tuple[str, str]]:
    doubled = "".join(f"  r{n}: '<r{n + 1}> <r{n + 1}>'\n" for n in range(40)) + "  r40: a\n"
    chain = "".join(f"  c{n}: '<c{n + 1}>'\n" for n in range(3000)) + "  c3000: a\n"
    one = "intents:\n  A:\n    data: [{sentences: ["
    yield "nested groups", one + f"'{'(' * 40 + 'a' + '|b)' * 40}']}}]\n"
    yield "nested options", one + f"'{'[' * 40 + 'a' + '|b]' * 40}']}}]\n"
    yield "row of groups", one + f"'{'(a|b)' * 40}']}}]\n"
    yield "row of options", one + f"'go {'[a] ' * 60}']}}]\n"
    yield "open order", one + "'(a;b;c;d;e;f;g;h;i;j;k;l)']}]\n"
    yield "doubled rules", one + f"'<r0>']}}]\nexpansion_rules:\n{doubled}"
    yield "chain of rules", one + f"'<c0>', '<c2999>']}}]\nexpansion_rules:\n{chain}"
    yield "rules in a ring", one + "'<a>']}]\nexpansion_rules: {a: '<b>', b: '<c> <a>', c: '<b>'}\n"
    yield (
        "wide range",
        one
        + "'at {r}', '{0..999999999999:x}', '{9..1:x}', '{0..9,0:x}']}]\nlists: {r: {range: {from: 0, to: 999999999}}}\n",
    )
    yield (
        "range to infinity",
        "lists: {q: {range: {from: 999999999999, to: 999999999999}}, r: {range: {from: 1.0e999, to: 1.0}}, s: {range: {from: -1.5, to: 1e3, step: .5}}}\n",
    )
    yield "value that multiplies", f"lists: {{r: {{values: ['({'(a|b)' * 30}) x', '{'[c]' * 500}']}}}}\n"
    yield (
        "synonyms that are templates",
        "lists: {r: {values: {red: ['(', 'x [', '<a>', '{b}']}}}\n" + one + "'{r}']}]\n",
    )
    yield "long sentence", one + f"'{'word ' * 50_000}']}}]\n"
    repeated, alike = "[a] go " * 20, "(a|a) " * 30
    yield "words that go on", one + f"'{repeated}', 'go {alike}']}}]\n"
    yield "many words free", one + f"'{'{text} and ' * 30}x']}}]\n"
    yield "slot without end", "intents: {A: {examples: ['a {b'], slots: {'{}': text, 'a b': {type: '<x>'}}}}\n"
    yield (
        "odd defaults",
        "intents: {A: {examples: [a], slots: {d: {type: duration, default: 99999999999999999}, t: {type: number, min: .nan, max: x}}}}\n",
    )
    yield "home of nobody", "intents: {A: {examples: [a], action: {argv: [x], directory: '~nobody-here/x'}}}\n"
    yield (
        "signs alone",
        "intents: {'': {examples: ['???', '🙂', '\"']}, ' ': {data: [{sentences: ['!', '[a]', '( )', '']}]}}\n",
    )
    yield (
        "language of nobody",
        "language: zz\nintents: {A: {data: [{sentences: ['set {r} to {number}']}]}}\nlists: {r: {range: {from: 1, to: 9}}}\n",
    )
    yield (
        "everything a number",
        "intents: {1: {examples: [1, 2.50, true], description: 3, response: 7.50, tests: [1], slots: {1: 2}}}\n",
    )


def _question_bombs() -> Iterator[tuple[str, bytes]]:
    row = b"Where is it?,There."
    yield "ends.csv", b"question,answer\r" + row + b"\rWho?,Me.\r"
    yield "field.csv", b'question,answer\nQ?,"' + b"x" * 200_000 + b'"\nWho?,Me.\n'
    yield "quote.csv", b'question,answer\nQ?,"never closed\nWho?,Me.\n' + row + b"\n"
    yield "quotes.csv", b"question,answer\n" + b'Q?,"a\n' * 20_000
    yield "nul.csv", b"question,answer\nQ?,A\0B\n"
    yield "wide.csv", b"question,answer" + b",x" * 100_000 + b"\n" + row
    yield "columns.csv", b"frage,antwort\na,b\n"
    yield "utf16.csv", "question;answer\nWo?;Dört.\n".encode("utf-16")
    yield "empty.csv", b"\n\n\n"
    yield "excel.csv", b"sep=;\nQUESTION;ANSWER\nWhere?;There, or not.\n"
    yield "nested.jsonl", b"[" * 100_000 + b"\n" + b'{"question": "Who?", "answer": "Me."}\n'
    yield "nested.jsonl", b'{"question": ' * 20_000
    yield "surrogate.jsonl", rb'{"question": "half \ud800 a character?", "answer": "\udfff"}'
    yield "control.jsonl", rb'{"question": "a\u0000b?", "answer": "\u001b]0;x\u0007"}'
    yield "number.jsonl", b'{"question": "Q?", "answer": ' + b"9" * 10_000 + b"}"
    yield (
        "types.jsonl",
        b'{"question": null, "answer": []}\n[]\n7\n"x"\nnull\n{"question": "Q?", "answer": "A", "also": {"a": 1}}\n',
    )
    yield "headings.md", b"# Why?\n" * 50_000
    yield "title.md", b"# " + b"*" * 200_000 + b"?\n\nx\n"
    yield "marks.md", b"# " + b"**[a](" * 300 + b"?\n\nx\n<!-- also: " + b" " * 100_000 + b"\n"
    yield "fence.md", b"```\n# Why?\n\nNo.\n"
    yield "front.md", b"---\n---\n---\nsource: x\n"
    yield "details.md", b"<details>" * 20_000 + b"<summary>Why?</summary>\nx"


def _sound_bombs() -> Iterator[tuple[str, bytes]]:
    good = sound()

    def header(**changed: int) -> bytes:
        values = {
            "form": 1,
            "channels": 1,
            "rate": 16_000,
            "bytes": 32_000,
            "block": 2,
            "bits": 16,
            "data": 6400,
        } | changed
        form = struct.pack("<HHIIHH", *(values[key] for key in ("form", "channels", "rate", "bytes", "block", "bits")))
        return (
            b"RIFF" + struct.pack("<I", 36 + 6400) + b"WAVEfmt " + struct.pack("<I", 16) + form
            + b"data" + struct.pack("<I", values["data"]) + good[44:]
        )  # fmt: skip

    for rate in (0, 1, 7, 100, 11_025, 192_000, 2_000_000, 2_100_000_000, 2**32 - 1):
        yield f"rate {rate}", header(rate=rate)
    for channels in (0, 2, 200, 65_535):
        yield f"channels {channels}", header(channels=channels, block=min(2 * channels, 65_535))
    for bits in (0, 1, 8, 24, 32, 64, 65_535):
        yield f"bits {bits}", header(bits=bits, block=max(1, min(bits // 8, 65_535)))
    for form in (0, 2, 3, 17, 85, 0xFFFE, 0xFFFF):
        yield f"form {form}", header(form=form, bits=32 if form == 3 else 16, block=4 if form == 3 else 2)
    for data in (0, 1, 3, 2**31, 2**32 - 1):
        yield f"data {data}", header(data=data)
    for end in (0, 4, 12, 20, 43, 44, 45, 101):
        yield f"cut at {end}", good[:end]
    yield "playlist", b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.wav\n"
    yield "list of files", b"ffconcat version 1.0\nfile /etc/hostname\n"


def _config_bombs() -> Iterator[bytes]:
    yield b"a = " + b"[" * 100_000
    yield b"[match]\nthreshold = " + b"9" * 10_000
    yield b"[match]\nthreshold = nan\nmargin = inf\n"
    yield "[match]\nthreshold = 0.5\n".encode("utf-16")
    yield b"\xef\xbb\xbf[match]\r\nthreshold = 0.5\r\n"
    yield b'[paths]\ndata = "\\u0000"\n'
    yield b"[[match]]\n[[match]]\n"
    yield b"match = 1979-13-45\n"
    yield b"a." * 20_000 + b"b = 1"


def broken_files(damaged: int, seed: int = 12) -> list[BrokenFile]:
    """Return the files made with malice, and so many damaged copies of each good one."""
    rng = random.Random(seed)
    files = [BrokenFile(kind, "bad.yaml", content) for kind in ("intents", "knowledge") for _, content in _yaml_bombs()]
    files += [BrokenFile("intents", "bad.yaml", text.encode()) for _, text in _template_bombs()]
    files += [BrokenFile("knowledge", name, content) for name, content in _question_bombs()]
    files += [BrokenFile("sound", "bad.wav", content) for _, content in _sound_bombs()]
    files += [BrokenFile("config", "bad.toml", content) for content in _config_bombs()]
    for good in GOOD:
        files += [good, *(good._replace(content=_damaged(good.content, rng)) for _ in range(damaged))]
    return files
