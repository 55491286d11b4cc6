"""A cross-encoder: how well words answer a question, read together (Nogueira and Cho 2019, MiniLM on MS MARCO)."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.nlu.retrieval.embedder import open_onnx


class Reranker:
    """The model of a folder, in ONNX; loaded when it is first asked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tokenizer: Any = None
        self._tokenizing = threading.Lock()
        self._session: Any = None

    def load(self) -> None:
        """Open the model; nothing is done where it is open.

        Raises:
            ModelError: a file is missing or corrupt.
        """
        if self._session is not None:
            return
        self._tokenizer, session = open_onnx(self._folder)
        self._tokenizer.enable_padding()
        self._session = session

    def scores(self, question: str, texts: Sequence[str], longest: int = 112) -> list[float]:
        """Return the log odds that each text answers a question: about 9 of what does, -11 of what does not.

        Of a question and a text `longest` word pieces are read, as each costs time.
        """
        self.load()
        if not texts:
            return []
        with self._tokenizing:
            self._tokenizer.enable_truncation(longest, strategy="only_second")
            pairs = self._tokenizer.encode_batch([(question, text) for text in texts])
        fields = {
            "input_ids": [pair.ids for pair in pairs],
            "attention_mask": [pair.attention_mask for pair in pairs],
            "token_type_ids": [pair.type_ids for pair in pairs],
        }
        (logits,) = self._session.run(None, {name: np.array(rows, np.int64) for name, rows in fields.items()})
        return [float(score) for score in np.ravel(logits)]
