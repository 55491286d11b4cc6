"""What the running assistant holds is not looked through for garbage in the middle of a turn."""

from __future__ import annotations

import os
import subprocess
import sys

from paths import ROOT


def test_what_is_in_use_is_looked_through_no_more_and_what_was_left_is_freed():
    """What a matcher before this one held is freed, though it was kept out of every look.

    In a process of its own: a thread of another test that looks for garbage just then makes a second look do nothing.
    """
    script = """
import gc, weakref
from assistant.app.threads import settle
class Circle: pass
circle = Circle()
circle.itself, left = circle, weakref.ref(circle)
gc.freeze()
del circle
settle()
print(left() is None, gc.get_freeze_count() > 10_000)
"""
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["True", "True"]


def test_a_program_that_settles_has_its_files_written_out_at_its_end(tmp_path):
    """Its functions hold its open files in a circle, which only a look for garbage opens."""
    file, script = tmp_path / "out.txt", tmp_path / "script.py"
    lines = ("from assistant.app.threads import settle", f"out = open({str(file)!r}, 'w')", "def f(): pass")
    script.write_text("\n".join((*lines, "out.write('done')", "settle()")))
    subprocess.run([sys.executable, str(script)], check=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert file.read_text() == "done"


def test_a_matcher_alone_leaves_the_look_for_garbage_as_it_is():
    """A library that is used in another program changes nothing for all of it."""
    script = "import atexit, gc; before = atexit._ncallbacks(); import assistant.nlu.matcher as m"
    script += "; print(gc.get_freeze_count(), any('gc' == name for name in vars(m)))"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["0", "False"]
