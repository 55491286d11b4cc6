"""Replicas as a script has them: each call goes to a model here, or finds that its replica has died."""

from __future__ import annotations

from assistant.app.replicas.calls import ReplicaLostError
from assistant.errors import ModelError


class ScriptedReplicas:
    """Calls of `model`; those with a number in `deaths` are of a replica that dies, in the middle of its work.

    Where `gone` is set, no replica answers.
    """

    def __init__(self, model, deaths=(), gone=False):
        self.model, self.deaths, self.gone = model, deaths, gone
        self.calls = []

    def load(self):
        self._check()

    def call(self, method, *arguments):
        self._begin(method)
        answer = getattr(self.model, method)(*arguments)
        self._end()
        return answer

    def stream(self, method, *arguments):
        self._begin(method)
        pieces = getattr(self.model, method)(*arguments)
        yield next(pieces)
        self._end()
        yield from pieces

    def _begin(self, method):
        self._check()
        self.calls.append(method)

    def _end(self):
        if len(self.calls) in self.deaths:
            raise ReplicaLostError("ray: a replica died")

    def _check(self):
        if self.gone:
            raise ModelError("ray: no replica answers")
