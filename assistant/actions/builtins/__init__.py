"""The shipped actions: the name in an intent file's `action:` -> the function."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.actions.builtins import calculate, chance, clock, dialogue, drawing, history, writing
from assistant.actions.builtins.desktop import applications, pages, players, screen, system, volume
from assistant.actions.builtins.house import home, warmth
from assistant.actions.builtins.kept import alike, attached, items, lists, notes, pictures
from assistant.actions.builtins.timing import clock_times, timers
from assistant.actions.outcome import ActionFunction
from assistant.actions.schedule import listing
from assistant.values import BuiltInAction, IntentMatch

BUILT_INS: Mapping[str, ActionFunction] = {
    "timer.start": timers.start,
    "timer.cancel": timers.cancel,
    "timer.cancel_all": timers.cancel_all,
    "timer.list": timers.show,
    "timer.left": timers.left,
    "timer.extend": timers.extend,
    "timer.change": timers.change,
    "timer.pause": timers.pause,
    "timer.resume": timers.resume,
    "timer.snooze": clock_times.snooze,
    "timer.move": clock_times.move,
    "timer.rename": timers.rename,
    "schedule.list": listing.show,
    "schedule.cancel": listing.cancel,
    "alarm.set": clock_times.set_alarm,
    "reminder.set": clock_times.remind,
    "clock.time": clock.time,
    "clock.date": clock.today,
    "clock.weekday": clock.weekday,
    "clock.week": clock.week,
    "clock.time_in": clock.time_in,
    "clock.difference": clock.difference,
    "clock.days_until": clock.days_until,
    "clock.date_of": clock.date_of,
    "calculate.sum": calculate.calculate,
    "calculate.convert": calculate.convert,
    "note.take": notes.take_note,
    "note.read": notes.read_notes,
    "note.search": notes.search_notes,
    "note.change": notes.change_note,
    "note.delete": notes.delete_note,
    "list.create": lists.create,
    "list.read": lists.read,
    "list.names": lists.names,
    "list.clear": lists.clear,
    "list.rename": lists.rename,
    "list.delete": lists.delete,
    "list.add": items.add,
    "list.remove": items.remove,
    "list.tick": items.tick,
    "list.swap": items.swap,
    "list.recount": items.recount,
    "list.move": items.move,
    "list.has": items.has,
    "volume.change": volume.change,
    "volume.set": volume.set_level,
    "volume.tell": volume.tell,
    "volume.mute": volume.mute,
    "volume.unmute": volume.unmute,
    "media.control": players.control,
    "media.now": players.now_playing,
    "desktop.open": applications.open_named,
    "desktop.page": pages.open_page,
    "desktop.search": pages.search_web,
    "screen.shot": screen.screenshot,
    "screen.lock": screen.lock,
    "screen.suspend": screen.suspend,
    "screen.brightness": screen.brightness,
    "system.battery": system.battery,
    "system.disk": system.disk,
    "system.memory": system.memory,
    "system.load": system.load,
    "system.temperature": system.temperature,
    "system.uptime": system.uptime,
    "system.address": system.address,
    "system.network": system.network,
    "system.hungriest": system.hungriest,
    "chance.dice": chance.roll,
    "chance.coin": chance.flip,
    "chance.number": chance.number,
    "chance.pick": chance.pick,
    "dialogue.stop": dialogue.stop,
    "dialogue.cancel": dialogue.cancel,
    "dialogue.repeat": dialogue.repeat,
    "dialogue.slower": dialogue.slower,
    "dialogue.said": dialogue.said,
    "dialogue.did": dialogue.did,
    "dialogue.why": dialogue.why,
    "dialogue.more": dialogue.more,
    "dialogue.asked": dialogue.asked,
    "dialogue.undo": dialogue.undo,
    "dialogue.redo": dialogue.redo,
    "dialogue.help": dialogue.help_with,
    "dialogue.suggest": dialogue.suggest,
    "dialogue.quit": dialogue.leave,
    "dialogue.greet": dialogue.greet,
    "dialogue.history": history.said,
    "pictures.find": pictures.find,
    "pictures.read": pictures.read,
    "pictures.show": pictures.show,
    "pictures.tell": pictures.tell,
    "pictures.refuse": pictures.refuse,
    "pictures.delete": drawing.delete,
    "pictures.ask": attached.ask,
    "items.like": alike.like,
    "items.other": alike.other,
    "image.create": drawing.create,
    "image.vary": drawing.vary,
    "image.sought": drawing.sought,
    "home.intent": home.intent,
    "home.temperature": warmth.change,
    "generate.text": writing.write,
    "generate.save": writing.save,
}
"""The docstring of each names the slots and the fixed arguments that it reads; it stands in docs/actions.md."""

LEAVING_OUT = frozenset(
    "timer.cancel_all list.clear list.remove list.tick image.create image.vary image.sought pictures.find".split()
)
"""Actions that spare what a command excepts, `all but the pasta timer`; it is refused for all others."""

TAKING_AWAY = frozenset(
    (
        *"timer.cancel timer.cancel_all schedule.cancel note.delete".split(),
        *"pictures.delete list.clear list.remove screen.suspend".split(),
    )
)
"""Actions that delete or end something: nobody is advised to."""

TELLING = frozenset(
    {
        *(name for name in BUILT_INS if name.startswith(("calculate.", "chance.", "clock.", "system."))),
        *(
            "timer.list",
            "timer.left",
            "schedule.list",
            "note.read",
            "note.search",
            "list.read",
            "list.names",
            "list.has",
        ),
        *(
            "volume.tell",
            "media.now",
            "dialogue.history",
            "generate.text",
            "pictures.find",
            "pictures.read",
            "pictures.show",
            "pictures.tell",
            "pictures.refuse",
            "pictures.ask",
            "items.like",
            "items.other",
        ),
    }
)
"""Actions that answer something and change nothing."""


def tells(match: IntentMatch) -> bool:
    """True of a command that answers something and changes nothing; a question to Home Assistant is one."""
    match match.action:
        case BuiltInAction("home.intent", arguments):
            return arguments.get("intent", match.intent).startswith(("HassGet", "HassClimateGet"))
        case BuiltInAction(name):
            return name in TELLING
    return False
