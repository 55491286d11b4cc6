"""The state of the machine."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from assistant.actions.outcome import Context, Outcome, Slots
from assistant.language import spoken

_PROCESSOR_SENSORS = ("coretemp", "k10temp", "zenpower", "cpu_thermal", "acpitz")
"""Names of the kernel's drivers, the most trusted first."""

_LOAD_SECONDS = 0.3
"""Time over which the load is measured: 30 ticks of the kernel's clock, and yet an answer at once."""


def battery(_: Slots, __: Mapping[str, str], ___: Context) -> Outcome:
    """Tell the charge of the battery."""
    import psutil

    charge = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    if charge is None:
        return Outcome("This machine has no battery.")
    percent = round(charge.percent)
    if charge.power_plugged:
        state = "full" if percent >= 99 else "charging"
        return Outcome(f"The battery is at {percent} percent and {state}.", {"percent": str(percent)})
    left = (
        f", about {spoken.duration(charge.secsleft // 60 * 60, parts=2)} left"
        if 60 <= charge.secsleft < 360_000
        else ""
    )
    return Outcome(f"The battery is at {percent} percent{left}.", {"percent": str(percent)})


def disk(_: Slots, __: Mapping[str, str], ___: Context) -> Outcome:
    """Tell the space left on the disk that holds the home folder."""
    usage = shutil.disk_usage(Path.home())
    free = _size(usage.free)
    return Outcome(f"{free} free of {_size(usage.total)}.", {"free": free})


def memory(_: Slots, __: Mapping[str, str], ___: Context) -> Outcome:
    """Tell the free memory."""
    import psutil

    usage = psutil.virtual_memory()
    free = _size(usage.available)
    return Outcome(f"{free} of {_size(usage.total)} memory free, {usage.percent:.0f} percent in use.", {"free": free})


def load(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Tell the load of the processor."""
    import psutil

    psutil.cpu_percent()
    context.cancelled.wait(_LOAD_SECONDS)
    percent = round(psutil.cpu_percent())
    average = os.getloadavg()[0]
    cores = psutil.cpu_count() or 1
    return Outcome(
        f"The processor is {percent} percent busy, load {average:.1f} on {spoken.count(cores, 'core')}.",
        {"percent": str(percent)},
    )


def temperature(_: Slots, __: Mapping[str, str], ___: Context) -> Outcome:
    """Tell the temperature of the processor."""
    import psutil

    sensors = psutil.sensors_temperatures() if hasattr(psutil, "sensors_temperatures") else {}
    named = [name for name in _PROCESSOR_SENSORS if name in sensors] or list(sensors)
    readings = [reading.current for name in named[:1] for reading in sensors[name] if reading.current]
    if not readings:
        return Outcome("This machine shows no temperature.")
    hottest = round(max(readings))
    return Outcome(f"The processor is at {hottest} degrees{', which is hot' if hottest >= 85 else ''}.")


def uptime(_: Slots, __: Mapping[str, str], ___: Context) -> Outcome:
    """Tell the time for which the machine has been on."""
    import psutil

    length = spoken.duration(max(60, round(time.time() - psutil.boot_time())) // 60 * 60, parts=2)
    return Outcome(f"This machine has been on for {length}.", {"uptime": length})


def address(_: Slots, __: Mapping[str, str], ___: Context) -> Outcome:
    """Tell the machine's address in the local network."""
    own = _own_address()
    return Outcome(f"Your address is {own}.", {"address": own}) if own else Outcome("There is no network.")


def network(_: Slots, __: Mapping[str, str], ___: Context) -> Outcome:
    """Tell the kind of network that the machine is in, if any."""
    import psutil

    own = _own_address()
    if not own:
        return Outcome("No, there is no network.")
    interfaces = psutil.net_if_addrs()
    own_interfaces = (name for name, entries in interfaces.items() if any(entry.address == own for entry in entries))
    interface = next(own_interfaces, "")
    kind = "Wi-Fi" if interface.startswith("wl") else "cable" if interface.startswith(("en", "eth")) else interface
    return Outcome(f"Yes, by {kind}, with the address {own}." if kind else f"Yes, with the address {own}.")


def hungriest(_: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Name the programs that use most memory, or most of the processor with `with: {of: cpu}`."""
    by_program = _processor_use(context) if arguments.get("of") == "cpu" else _memory_use()
    top = by_program.most_common(3)
    if not top:
        return Outcome("I cannot see that on this machine.", ok=False)
    unit = (lambda amount: f"{amount:.0f} percent") if arguments.get("of") == "cpu" else _size
    return Outcome(spoken.sentence(spoken.joined([f"{name} with {unit(amount)}" for name, amount in top])) + ".")


def _memory_use() -> Counter[str]:
    """Sum the bytes of memory in use by program."""
    import psutil

    use: Counter[str] = Counter()
    for process in psutil.process_iter(["name", "memory_info"]):
        if process.info["memory_info"] is not None:
            use[process.info["name"]] += process.info["memory_info"].rss
    return use


def _processor_use(context: Context) -> Counter[str]:
    """Measure percent of all cores by program."""
    import psutil

    processes = list(psutil.process_iter(["name"]))
    for measure in (False, True):
        use: Counter[str] = Counter()
        for process in processes:
            with contextlib.suppress(psutil.Error):
                use[process.info["name"]] += round(process.cpu_percent() / (psutil.cpu_count() or 1))
        if not measure:
            context.cancelled.wait(_LOAD_SECONDS)
    return Counter({name: amount for name, amount in use.items() if amount})


def _own_address() -> str:
    """Return the address that the machine would use towards the world, empty without a network; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])
    return ""


def _size(count: float) -> str:
    """Write bytes as they are said: `3.4 gigabytes`."""
    size, unit = (count / 10**9, "gigabyte") if count >= 10**9 else (count / 10**6, "megabyte")
    shown = round(size) if size >= 10 else round(size, 1)
    return spoken.count(shown, unit)
