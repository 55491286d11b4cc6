"""Each state of the terminal looks as it was last looked at and found good, at 80x24 and 120x40.

After a change on purpose: look at the report, then `pytest tests/test_ui_snapshots.py --snapshot-update`.
"""

from __future__ import annotations

import pytest

from fakes.scenes import SCENES
from fakes.scripted import app_with


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_scene(snap_compare, scene, size):
    assert snap_compare(app_with(), terminal_size=size, run_before=scene)
