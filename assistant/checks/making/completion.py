"""Scripts with which shells complete commands, options and their values.

Each is written whole, and calls nothing but `assistant completion intents`, for the names of intents.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.authoring.intents import INTENT_FILES
from assistant.checks.making.new_file import gallery
from assistant.config import Config


@dataclass(frozen=True, slots=True)
class CommandWords:
    """The words that may follow a command."""

    summary: str
    words: Sequence[str]
    """Options, and the words of its first place."""
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Option, or word of the first place -> the words behind it, where these are certain."""
    named: Sequence[str] = ()
    """Options behind which the name of an intent stands."""


def certain_words(command: str) -> CommandWords:
    """Return words of a command that its parser does not have."""
    match command:
        case "new":
            return CommandWords("", ("intent", "answer", *gallery()))
        case "map":
            return CommandWords("", (), {"--method": ("pca", "tsne", "umap")})
        case "teach":
            return CommandWords("", (), named=("--intent", "--test"))
        case "config":
            sections = {part.name: getattr(Config(), part.name) for part in dataclasses.fields(Config)}
            keys = [f"{name}.{key.name}" for name, section in sections.items() for key in dataclasses.fields(section)]
            return CommandWords("", (), {"get": keys, "set": keys})
    return CommandWords("", ())


def intent_names(config: Config) -> list[str]:
    """Return the names of all intents, by the look of their lines: a key is waited for."""
    texts = [
        file.read_text("utf-8", errors="replace")
        for folder in config.intent_folders()
        for file in sorted(folder.rglob("*"))
        if file.suffix in INTENT_FILES
    ]
    heads = re.compile(r"^intents:.*\n((?:[ #].*\n|\n)*)", re.MULTILINE)
    names = set[str]()
    for section in (section for text in texts for section in heads.findall(text)):
        if first := re.search(r"^( +)\w", section, re.MULTILINE):
            names |= set(re.findall(rf"^{first[1]}(\w+):", section, re.MULTILINE))
    return sorted(names)


def completion(shell: str, commands: Mapping[str, CommandWords], shared: Sequence[str]) -> str:
    """Return the script of a shell.

    Args:
        shell: `bash`, `zsh` or `fish`.
        commands: by name.
        shared: the options of all.
    """
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](commands, shared)


_NAMES = "$(assistant completion intents 2>/dev/null)"


def _cases(commands: Mapping[str, CommandWords], shared: Sequence[str]) -> str:
    """Return the branches that choose words by command and by the word before; both shells read them."""
    rows = [f"    ({name}\\ {word}) known='{' '.join(values)}' ;;" for name, command in commands.items()
            for word, values in command.values.items()]  # fmt: skip
    rows += [f"    ({name}\\ {word}) known={_NAMES} ;;" for name, command in commands.items() for word in command.named]
    rows += [f"    ({name}\\ *) known='{' '.join([*command.words, *shared])}' ;;" for name, command in commands.items()]
    rows.append(f"    (*) known='{' '.join([*commands, *shared])}' ;;")
    return "\n".join(rows)


def _bash(commands: Mapping[str, CommandWords], shared: Sequence[str]) -> str:
    return f"""# assistant completion bash > ~/.local/share/bash-completion/completions/assistant
_assistant() {{
  local known command= word place typed=${{COMP_WORDS[COMP_CWORD]}}
  for ((place = 1; place < COMP_CWORD; place++)); do
    word=${{COMP_WORDS[place]}}
    case $word in ({"|".join(commands)}) command=$word; break ;; esac
  done
  case "$command ${{COMP_WORDS[COMP_CWORD-1]}}" in
{_cases(commands, shared)}
  esac
  COMPREPLY=()
  for word in $(compgen -W "$known" -- "$typed"); do  # options once a - is typed, so that files are offered too
    case "$typed$word" in (--*) [[ $typed ]] || continue ;; esac
    COMPREPLY+=("$word")
  done
}}
complete -o bashdefault -o default -F _assistant assistant"""


def _zsh(commands: Mapping[str, CommandWords], shared: Sequence[str]) -> str:
    return f"""#compdef assistant
# assistant completion zsh > "${{fpath[1]}}/_assistant"
_assistant() {{
  local known command= word
  for word in ${{words[2,CURRENT-1]}}; do
    case $word in ({"|".join(commands)}) command=$word; break ;; esac
  done
  case "$command ${{words[CURRENT-1]}}" in
{_cases(commands, shared)}
  esac
  local -a offered=(${{=known}})
  [[ ${{words[CURRENT]}} == -* ]] || offered=(${{offered:#-*}})
  (( $#offered )) && compadd -a offered || _files
}}
if [ "$funcstack[1]" = _assistant ]; then _assistant "$@"; else compdef _assistant assistant; fi"""


def _fish(commands: Mapping[str, CommandWords], shared: Sequence[str]) -> str:
    lines = ["# assistant completion fish > ~/.config/fish/completions/assistant.fish"]
    lines += [f"complete -c assistant -l {option.removeprefix('--')}" for option in shared]
    for name, command in commands.items():
        lines.append(f"complete -c assistant -n __fish_use_subcommand -a {name} -d {_quoted(command.summary)}")
        seen = f"__fish_seen_subcommand_from {name}"
        first = [word for word in command.words if not word.startswith("--")]
        if first:
            unsaid = f"{seen}; and not __fish_seen_subcommand_from {' '.join(first)}"
            lines.append(f"complete -c assistant -n {_quoted(unsaid)} -a {_quoted(' '.join(first))}")
        for word in [word for word in command.words if word.startswith("--")]:
            values = (
                "(assistant completion intents)" if word in command.named else " ".join(command.values.get(word, ()))
            )
            more = f" -xa {_quoted(values)}" if values else ""
            lines.append(f"complete -c assistant -n '{seen}' -l {word.removeprefix('--')}{more}")
        for word in [word for word in command.values if word in first]:
            behind = f"{seen}; and __fish_seen_subcommand_from {word}"
            lines.append(f"complete -c assistant -n {_quoted(behind)} -xa {_quoted(' '.join(command.values[word]))}")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
