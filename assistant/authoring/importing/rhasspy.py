"""Rhasspy's `sentences.ini`: sections of templates with tags, rules, numbers and slots in files beside it."""

from __future__ import annotations

import re
from pathlib import Path

from assistant.authoring.importing.imported import Imported, ImportedIntent, identifier
from assistant.authoring.source_file import SourceFile

_TOKEN = re.compile(
    r"(?P<tag>{(?P<name>[\w.]+)(?P<fixed>:[^}!]*)?(?P<converted>!\w+)?})|<(?P<rule>[\w.:-]+)>|\$(?P<slot>[\w/,.-]+)|(?P<low>\d+)\.\.(?P<high>\d+)(?:,\d+)?"
    r"|(?P<sign>[()\[\]|])|(?P<converter>!\w+)|(?P<word>[^\s{}()\[\]|<>!]+)"
)


def read_rhasspy(file: SourceFile, imported: Imported) -> None:
    """Read the file, and the slots in the folder `slots` beside it."""
    section, intent = "", ImportedIntent()
    for line, text in enumerate((file.decoded() or "").splitlines(), 1):
        text = text.strip()
        if not text or text.startswith(("#", ";")):
            continue
        if head := re.fullmatch(r"\[([^\[\]]+)\]", text):
            section = head[1]
            intent = imported.intent(section, file.path, line)
            continue
        rule = re.match(r"(?P<name>[\w.-]+)\s*=\s*(?P<body>.+)", text)
        template = _TemplateConverter(file, line, section, imported, intent).convert(
            (rule["body"] if rule else text).replace("\\[", "[")
        )
        if rule and template:
            imported.rules[identifier(f"{section}_{rule['name']}")] = f"({template})"
        elif template:
            intent.templates.append(template)
    imported.rules = {name: _spoken(rule) for name, rule in imported.rules.items()}
    for converted in imported.intents.values():
        converted.templates = list(map(_spoken, converted.templates))
    for name in [name for name, found in imported.intents.items() if not found.templates]:
        del imported.intents[name]


class _TemplateConverter:
    """One template while it is converted: a group or a word before a tag becomes the list of its slot."""

    def __init__(self, file: SourceFile, line: int, section: str, imported: Imported, intent: ImportedIntent) -> None:
        self._file, self._line, self._section, self._imported, self._intent = file, line, section, imported, intent
        self._is_unsayable = False

    def convert(self, text: str) -> str:
        """Return the template as intent files have it."""
        parts: list[str] = []
        opened: list[int] = []
        whole = -1
        """Place of the group that has just been closed, or of the last word."""
        for match in _TOKEN.finditer(text):
            if match["tag"]:
                words = "".join(parts[whole:]) if whole >= 0 else ""
                parts[whole if whole >= 0 else len(parts) :] = [self._tagged(match, words), " "]
                whole = -1
                continue
            if match["converter"]:
                self._leave(f"the converter {match['converter']} is not carried over")
                continue
            place = len(parts)
            if match["sign"]:
                sign = match["sign"]
                if sign in "([":
                    opened.append(place)
                elif sign in ")]" and opened:
                    whole = opened.pop()
                parts += [sign] if sign in "([|" else [sign, " "]
                continue
            parts += [self._atom(match), " "]
            whole = place
        template = re.sub(r"\$([\w/,.-]+)", self._listed_words, _tidy("".join(parts)))
        return "" if self._is_unsayable else template

    def _leave(self, message: str) -> None:
        self._imported.leave(self._file.path, self._line, message)

    def _listed_words(self, match: re.Match[str]) -> str:
        """Return the rule that has the words of a slot without a tag."""
        name = identifier(f"slot_{match[1]}")
        if name not in self._imported.rules:
            values = self._slot_values(match[1])
            if not values:
                self._leave("a line with words that are not there is not carried over")
                self._is_unsayable = True
                return ""
            self._imported.rules[name] = (
                f"({'|'.join(f'{words}:{value}' if value else words for words, value in values)})"
            )
        return f"<{name}>"

    def _atom(self, match: re.Match[str]) -> str:
        if match["rule"]:
            name = match["rule"].replace(":", ".")
            section, _, rule = name.rpartition(".")
            return f"<{identifier(f'{section or self._section}_{rule}')}>"
        if match["low"]:
            return f"{match['low']}..{match['high']}"
        if match["slot"]:
            return "$" + match["slot"]
        return match["word"]

    def _tagged(self, match: re.Match[str], words: str) -> str:
        name, inside = identifier(match["name"]), _tidy(words)
        inner = _unwrapped(inside)
        numbers = re.fullmatch(r"(\d+)\.\.(\d+)", inner.strip())
        if match["converted"] and not (numbers and match["converted"] in ("!int", "!float")):
            self._leave(f"the converter {match['converted']} of {{{name}}} is not carried over")
        if numbers:
            return self._listed(name, numbers=(int(numbers[1]), int(numbers[2])))
        if re.fullmatch(r":[^\s|]*", inner):
            self._leave(f"{{{name}}} is a value without words: it is not carried over")
            return ""
        if re.fullmatch(r"\$[\w/,.-]+", inner):
            return self._listed(name, self._slot_values(inner[1:]))
        seen = set[str]()
        while (rule := re.fullmatch(r"<(\w+)>", inner)) and rule[1] not in seen:
            seen.add(rule[1])
            inner = _unwrapped(self._imported.rules.get(rule[1], ""))
        if not inner or re.search(r"[()\[\]<>{}$]", inner):
            self._leave(f"{{{name}}} is put on more than plain words: it takes any words here")
            self._intent.slots[name] = "text"
            return f"{{{name}}}"
        fixed = (match["fixed"] or "").removeprefix(":")
        values = [_value(part) for part in inner.split("|")]
        return self._listed(name, [(words, fixed or value) for words, value in values if words])

    def _listed(
        self, name: str, values: list[tuple[str, str]] | None = None, numbers: tuple[int, int] | None = None
    ) -> str:
        """Put values into the list of a slot, of the intent's own where another has other values of that name."""
        kind = identifier(f"{self._section}_{name}")
        if numbers:
            low, high = self._imported.ranges.get(kind, numbers)
            self._imported.ranges[kind] = min(low, numbers[0]), max(high, numbers[1])
        elif values:
            self._imported.lists.setdefault(kind, []).extend(values)
        self._intent.slots[name] = kind if numbers or values else "text"
        return f"{{{name}}}"

    def _slot_values(self, name: str) -> list[tuple[str, str]]:
        file = Path(self._file.folder) / "slots" / name
        if not file.is_file() or ".." in name:
            self._leave(f"${name}: there is no file slots/{name}")
            return []
        lines = [line.strip() for line in file.read_text("utf-8", errors="replace").splitlines()]
        plain = [line for line in lines if line and not line.startswith("#")]
        values = [_value(line) for line in plain if not re.search(r"[<>{}$]", line)]
        if len(values) < len(plain):
            self._imported.leave(file, 0, "lines with tags, rules or other slots are not carried over")
        return values


def _value(text: str) -> tuple[str, str]:
    """Return the words and the value of `words:value`, or of `(one|other):value`."""
    words, _, value = text.strip().partition(":")
    return " ".join(words.split()), value.strip()


def _tidy(template: str) -> str:
    """Return a template without needless spaces."""
    return re.sub(r"\s*([|)\]])", r"\1", re.sub(r"([(\[|])\s*", r"\1", " ".join(template.split())))


def _spoken(template: str) -> str:
    """Return a template without the words that others are put in the place of: `attic:upstairs` is `attic`."""
    return _tidy(re.sub(r"[(\[]\s*[)\]]", "", re.sub(r":[^\s()\[\]|{}<>]*", "", template)))


def _unwrapped(template: str) -> str:
    """Return a template without brackets around the whole of it."""
    while template.startswith("(") and _closing(template) == len(template) - 1:
        template = template[1:-1].strip()
    return template


def _closing(template: str) -> int:
    """Return the place of the bracket that closes the first one."""
    depth = 0
    for place, sign in enumerate(template):
        depth += (sign in "([") - (sign in ")]")
        if not depth:
            return place
    return -1
