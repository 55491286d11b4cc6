"""The script that writes weights.toml: what it fits, what it leaves, and how the file stays readable."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.nlu.ranking.evidence import WEIGHTS_FILE
from benchmarks import fit_confidence
from benchmarks.fit_logit import Choices, Fit, fit_choices, yes_or_no


def choices(weights: list[float], rows: int = 600) -> Choices:
    """Sentences whose right intent is drawn by a conditional logit with these weights."""
    rng = np.random.default_rng(0)
    meaning, features = rng.normal(size=(rows, 3)), rng.normal(size=(rows, 3, len(weights)))
    gumbel = rng.gumbel(size=(rows, 3))
    return Choices(meaning, features, (meaning + features @ np.array(weights) + gumbel).argmax(1), np.ones(rows))


def test_a_weight_that_is_far_off_is_fitted_and_one_that_is_right_is_kept():
    fitted = fit_choices(choices([2.0, 0.5]), np.array([0.0, 0.5]))
    assert fitted[0] == pytest.approx(2.0, abs=0.4)
    assert fitted[1] == 0.5


def test_what_is_accepted_or_refused_is_told_apart():
    sentences = [(number / 200,) for number in range(200)]
    slope, bias = fit_choices(yes_or_no(sentences, [x > 0.5 for (x,) in sentences], [1] * 200), np.zeros(2))
    assert slope > 0
    assert bias + 0.5 * slope == pytest.approx(0, abs=0.2)


def test_the_file_keeps_its_comments_and_its_order(tmp_path, monkeypatch):
    file = tmp_path / "weights.toml"
    file.write_text(WEIGHTS_FILE.read_text())
    monkeypatch.setattr(fit_confidence, "WEIGHTS_FILE", file)
    before = file.read_text().splitlines()
    fitted = {"hearing": Fit({"slope": 5.126}, ("slope",), "three recordings")}
    fit_confidence.write(fitted, dry_run=True)
    assert file.read_text().splitlines() == before
    fit_confidence.write(fitted, dry_run=False)
    changed = [(old, new) for old, new in zip(before, file.read_text().splitlines(), strict=True) if old != new]
    assert [new for _, new in changed] == ['fitted_on = "slope: three recordings"', "slope = 5.13"]


def test_a_section_without_a_clear_gain_says_so_once(tmp_path, monkeypatch):
    file = tmp_path / "weights.toml"
    file.write_text('[sound]\nfitted_on = "set by hand"\nslope = 2.0\n')
    monkeypatch.setattr(fit_confidence, "WEIGHTS_FILE", file)
    for rows in ("one row", "two rows"):
        fit_confidence.write({"sound": Fit({"slope": 2.0}, (), rows)}, dry_run=False)
    assert file.read_text() == '[sound]\nfitted_on = "set by hand; no clear gain by a fit on two rows"\nslope = 2.0\n'
