"""Lines of the editor in words: the name of the file, the fault at the cursor, what a phrase would mean."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from textual.content import Content

from assistant.errors import shown
from assistant.outlet.terminal import printable_line
from assistant.ui.editor.area import LineFault
from assistant.ui.editor.drafts import OpenFile
from assistant.ui.formatting import MUTED, bar, clipped, count_words, value_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.checks.editing.catalogue import ListedFile
    from assistant.checks.editing.trying import PhraseTrial


def intro_lines(files: Sequence[ListedFile], most: int = 9) -> Content:
    """What there is, and what is meant most often; shown before a file is open."""
    entries = {(entry.kind, entry.name): entry for listed in files for entry in listed.entries}
    kinds = Counter(kind for kind, _ in entries)
    own = sum(listed.is_own for listed in files)
    counts = f"{count_words(kinds['intent'], 'intent')} and {count_words(kinds['question'], 'answer')}"
    where = f"in {count_words(own, 'file')} of your own and {len(files) - own} that are shipped"
    lines = [Content.assemble((counts, "bold")), Content.assemble((where, MUTED)), Content("")]
    used = sorted((entry for entry in entries.values() if entry.used), key=lambda entry: -entry.used)
    if used:
        lines.append(Content.assemble(("Meant most often in the kept conversation", "bold $text-primary")))
    for entry in used[:most]:
        share = bar(entry.used / used[0].used, 16, "$text-primary")
        name = clipped(printable_line(entry.name), 28, pad=30)
        lines.append(Content.assemble(name, share, (f" {entry.used:,}×", MUTED)))
    unused = sum(listed.is_own and not entry.used for listed in files for entry in listed.entries)
    if own and unused:
        never = f"of your own {unused} {'was' if unused == 1 else 'were'} never meant yet"
        lines += [Content(""), Content.assemble((never, MUTED))]
    keys = "enter opens what is marked · a letter looks for it · esc goes back to the conversation"
    return Content("\n").join([*lines, Content(""), Content.assemble((keys, MUTED))])


def name_line(entry: OpenFile) -> Content:
    """The file, and its state."""
    if not entry.is_own:
        state = ("  shipped, read only · ^n copies it to mine", "$text-accent")
    elif entry.before is None:
        state = ("  ● not there yet", "$text-warning")
    else:
        state = ("  ● not saved", "$text-warning") if entry.is_changed else ("", MUTED)
    folder, home = printable_line(shown(entry.file.parent)), str(Path.home())
    folder = f"~{folder.removeprefix(home)}" if folder.startswith(home) else folder
    name = printable_line(shown(Path(entry.file.name)))
    return Content.assemble((name, "bold"), state, (f"  {folder}", MUTED))


def fault_line(faults: Mapping[int, LineFault], row: int, is_checked: bool = True) -> Content:
    """The fault at the cursor in full, else how many there are; of a text that is not checked yet, that it will be."""
    if fault := faults.get(row):
        return Content.assemble((f"{fault.sign} {fault.text}", f"${fault.colour}"))
    if not faults and not is_checked:
        return Content.assemble(("checking …", MUTED))
    if not faults:
        return Content.assemble(("✓ nothing is wrong in it", "$text-success"))
    worst = faults[min(faults)]
    line = min(faults) + 1
    return Content.assemble((f"{worst.sign} {count_words(len(faults), 'line')} with a fault", f"${worst.colour}"),
                            (f", the first is {line} · f8 goes there", MUTED))  # fmt: skip


def trial_lines(trial: PhraseTrial, is_draft: bool) -> Content:
    """What a phrase means with the text as it is typed, and which sentences it takes over."""
    style = "$text-success" if trial.is_understood else "$text-warning"
    was = f", now {printable_line(trial.before)}" if trial.before != trial.after else ""
    slots = "".join(f" · {name} {printable_line(value_words(value))}" for name, value in trial.slots)
    near = f"  nearest {printable_line(trial.nearest)}" if trial.nearest else ""
    head = Content.assemble(
        (printable_line(trial.after), f"bold {style}"),
        slots,
        "  ",
        bar(trial.confidence, 10, style, tick=trial.threshold),
        (f" {trial.confidence:.2f}{was}  {printable_line(trial.place)}{near}", MUTED),
    )
    if not is_draft:
        return head
    if not trial.probes:
        return Content("\n").join([head, Content.assemble(("looking for what it also takes over …", MUTED))])
    first = "" if trial.is_trained else "at first sight, "
    rest = "" if trial.is_trained else "; learning from the text to be sure …"
    tried = f" {first}of {count_words(trial.probes, 'sentence')} nearby{rest}"
    if not trial.changes:
        return Content("\n").join([head, Content.assemble((f"takes nothing else over,{tried}", MUTED))])
    rows = [
        Content.assemble(
            ("✗ breaks a test: ", "$text-error") if change.test else ("▲ also takes over: ", "$text-warning"),
            f"“{printable_line(change.text)}”",
            (f"  {printable_line(change.before)} → {printable_line(change.after)}", MUTED),
        )
        for change in trial.changes
    ]
    return Content("\n").join([head, *rows, Content.assemble((f"that is all,{tried}", MUTED))])
