"""The section for pictures of weights.toml: `python -m benchmarks.fit_pictures [--dry-run]`.

Fitted as those of passages are, on the half of the questions to the drawn pictures that was written first.
"""

from __future__ import annotations

import sys

import tomlkit

from assistant.app import build
from assistant.config import Config
from assistant.nlu.documents.features import ORDER
from assistant.nlu.pictures.asking import read_question
from assistant.nlu.ranking.evidence import WEIGHTS_FILE, ranking_weights
from benchmarks import json_lines, quiet
from benchmarks.documents import kept_folder
from benchmarks.fit_documents import asked, fit_confidence, fit_order, reordered
from benchmarks.pictures import TODAY, drawn
from benchmarks.pictures_drawn import DATA


def main() -> None:
    """Fit the section and write it."""
    embedder, present = build.load_embedder(Config(), quiet), ranking_weights().picture
    search, ids = drawn(kept_folder("pictures"), embedder)
    rows = list[tuple[str, set[str]]]()
    for row in json_lines(DATA / "questions_dev.jsonl"):
        question = read_question(row["question"], TODAY.date())
        if question.about and (row["right"] or not question.filters):
            places = search.documents.places
            names = {key: search.documents.passage(key).name.partition("/")[2] for key in places}
            own = {key for key, name in names.items() if ids[name] in row["right"]}
            rows.append((question.about, own))
    questions = list(asked(search, rows, embedder, present))
    weights = dict(present) | fit_order(questions, ORDER)
    ordered = [reordered(item, weights, ORDER) for item in questions]
    print(sum(item.right[:1].any() for item in ordered if item.right.any()), "right first")
    fixed = {name: weights[name] for name in ("lacking", "sibling", "reranked", "ahead")}
    weights |= fit_confidence(ordered, fixed)
    document = tomlkit.parse(WEIGHTS_FILE.read_text("utf-8"))
    table = document["picture"]
    assert isinstance(table, tomlkit.items.Table)
    for key, weight in weights.items():
        print(f"picture.{key} = {weight}")
        table[key] = weight
    note = "the half of the questions to the drawn pictures that was written first, with and without their answer:"
    table["fitted_on"] = f"{note} {len(questions)}; lacking by hand"
    if "--dry-run" not in sys.argv:
        WEIGHTS_FILE.write_text(tomlkit.dumps(document), "utf-8")


if __name__ == "__main__":
    main()
