"""Scripts with which shells complete commands, options and their values; each is written whole, and calls nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CommandWords:
    """The words that may follow a command."""

    summary: str
    words: Sequence[str]
    """Options, and the words of its first place."""
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Option -> its values, where these are certain words."""


def completion(shell: str, commands: Mapping[str, CommandWords], shared: Sequence[str]) -> str:
    """Return the script of a shell.

    Args:
        shell: `bash`, `zsh` or `fish`.
        commands: by name.
        shared: the options of all.
    """
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](commands, shared)


def _cases(commands: Mapping[str, CommandWords], shared: Sequence[str]) -> str:
    """Return the branches that choose words by command and by the word before; both shells read them."""
    rows = [f"    ({name}\\ {option}) known='{' '.join(values)}' ;;" for name, command in commands.items()
            for option, values in command.values.items()]  # fmt: skip
    rows += [f"    ({name}\\ *) known='{' '.join([*command.words, *shared])}' ;;" for name, command in commands.items()]
    rows.append(f"    (*) known='{' '.join([*commands, *shared])}' ;;")
    return "\n".join(rows)


def _bash(commands: Mapping[str, CommandWords], shared: Sequence[str]) -> str:
    return f"""# assistant completion bash > ~/.local/share/bash-completion/completions/assistant
_assistant() {{
  local known command= word place
  for ((place = 1; place < COMP_CWORD; place++)); do
    word=${{COMP_WORDS[place]}}
    case $word in ({"|".join(commands)}) command=$word; break ;; esac
  done
  case "$command ${{COMP_WORDS[COMP_CWORD-1]}}" in
{_cases(commands, shared)}
  esac
  COMPREPLY=($(compgen -W "$known" -- "${{COMP_WORDS[COMP_CWORD]}}"))
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
  compadd -- ${{=known}}
  _files
}}
if [ "$funcstack[1]" = _assistant ]; then _assistant "$@"; else compdef _assistant assistant; fi"""


def _fish(commands: Mapping[str, CommandWords], shared: Sequence[str]) -> str:
    lines = ["# assistant completion fish > ~/.config/fish/completions/assistant.fish"]
    lines += [f"complete -c assistant -l {option.removeprefix('--')}" for option in shared]
    for name, command in commands.items():
        lines.append(f"complete -c assistant -n __fish_use_subcommand -a {name} -d {_quoted(command.summary)}")
        seen = f"-n '__fish_seen_subcommand_from {name}'"
        for word in command.words:
            if not word.startswith("--"):
                lines.append(f"complete -c assistant {seen} -a {word}")
                continue
            values = command.values.get(word, ())
            more = f" -xa {_quoted(' '.join(values))}" if values else ""
            lines.append(f"complete -c assistant {seen} -l {word.removeprefix('--')}{more}")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
