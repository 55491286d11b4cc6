"""The script that writes weights.toml: what it fits, what it leaves, and how the file stays readable."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.nlu.ranking.evidence import WEIGHTS_FILE
from benchmarks import fit_confidence
from benchmarks.fit_commands import Choices, fit_choices, logistic_regression


def choices(weights: list[float], rows: int = 600) -> Choices:
    """Sentences whose right intent is drawn by a conditional logit with these weights."""
    rng = np.random.default_rng(0)
    meaning, features = rng.normal(size=(rows, 3)), rng.normal(size=(rows, 3, len(weights)))
    gumbel = rng.gumbel(size=(rows, 3))
    return Choices(meaning, features, (meaning + features @ np.array(weights) + gumbel).argmax(1))


def test_a_weight_that_is_far_off_is_fitted_and_one_that_is_right_is_kept():
    fitted = fit_choices(choices([2.0, 0.5]), np.array([0.0, 0.5]))
    assert fitted[0] == pytest.approx(2.0, abs=0.4)
    assert fitted[1] == 0.5


def test_a_logistic_regression_tells_the_classes_apart():
    bias, (slope,) = logistic_regression([(0.0,), (0.2,), (0.8,), (1.0,)], [0, 0, 1, 1])
    assert slope > 0
    assert bias + 0.5 * slope == pytest.approx(0, abs=0.1)


def test_the_file_keeps_its_comments_and_its_order(tmp_path, monkeypatch):
    file = tmp_path / "weights.toml"
    file.write_text(WEIGHTS_FILE.read_text())
    monkeypatch.setattr(fit_confidence, "WEIGHTS_FILE", file)
    before = file.read_text().splitlines()
    fit_confidence.write({"question": ({"bias": -5.126}, "three sentences")}, dry_run=True)
    assert file.read_text().splitlines() == before
    fit_confidence.write({"question": ({"bias": -5.126}, "three sentences")}, dry_run=False)
    changed = [(old, new) for old, new in zip(before, file.read_text().splitlines(), strict=True) if old != new]
    assert [new for _, new in changed] == ['fitted_on = "three sentences"', "bias = -5.13"]
