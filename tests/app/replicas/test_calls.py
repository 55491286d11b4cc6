"""What replicas are asked is asked once more where one dies, and done here where none answers: nothing is lost."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import numpy as np
import pytest

from assistant.app.replicas.calls import Asking, ReplicaEmbedder, ReplicaEngine, ReplicaTranscriber, ReplicaVoice
from assistant.config import SttConfig
from assistant.errors import ModelError
from assistant.llm.chat_prompt import Prompt
from assistant.stt.remote import StandbyTranscriber
from assistant.stt.stream import no_confusable, transcribe
from assistant.tts.remote import StandbySpeaker
from assistant.values import (
    FRAME_SAMPLES,
    FRAME_SECONDS,
    FinalTranscript,
    Hypothesis,
    SpeechEnded,
    SpeechFrame,
    SpeechStarted,
)
from fakes.replicas import ScriptedReplicas
from fakes.transcriber import NumberTranscriber


def recogniser(likely=None):
    """A model as a replica has it; `likely` are the texts of a decode without sentences to compare with."""
    numbers = NumberTranscriber()

    def decode(samples, prompt, final, likened):
        if likened:
            return tuple(Hypothesis(sentence, 0.9) for sentences in likened.values() for sentence, _ in sentences)
        return tuple(Hypothesis(text, 0.9) for text in likely or ()) or numbers.decode(samples, prompt, final)

    return SimpleNamespace(decode=decode)


def heard(replicas, told, local=None):
    """The final transcript of two sections of speech, sent on while they come."""
    opened = local or (lambda: pytest.fail("no model is needed here"))
    transcriber = StandbyTranscriber(ReplicaTranscriber(Asking(replicas, told.append)), opened, told.append)
    frames = [word for word in (1, 2, 0, 3, 4) for _ in range(round(1.2 / FRAME_SECONDS))]
    speech = [SpeechStarted(0.0)]
    speech += [SpeechFrame(np.full(FRAME_SAMPLES, word, np.float32), word > 0) for word in frames]
    transcriber.longest_seconds = 6.0  # the pause closes the first section
    events = transcribe([*speech, SpeechEnded(6.0)], transcriber, SttConfig(), lambda _: "", no_confusable)
    return [event.utterance.text for event in events if isinstance(event, FinalTranscript)]


@pytest.mark.parametrize("deaths", [(1,), (2,), (1, 3)])
def test_a_replica_that_dies_while_somebody_speaks_costs_one_call_more_and_no_word(deaths):
    replicas, told = ScriptedReplicas(recogniser(), deaths), []
    assert heard(replicas, told) == ["w1 w2 w3 w4"]
    assert told == ["ray: a replica died; another is asked"] * len(deaths)
    assert len(replicas.calls) == 2 + len(deaths)


@pytest.mark.parametrize("replicas", [ScriptedReplicas(None, gone=True), ScriptedReplicas(recogniser(), range(1, 9))])
def test_where_no_replica_answers_the_model_here_hears(replicas):
    told = []
    assert heard(replicas, told, NumberTranscriber) == ["w1 w2 w3 w4"]
    assert told[-1].endswith("; until it is back, speech to text is made on this machine")


def test_sentences_that_may_be_misheard_are_compared_by_a_replica_where_no_text_is_one_of_them():
    def asked(text, sentences):
        replicas = ScriptedReplicas(recogniser([text]))
        transcriber = ReplicaTranscriber(Asking(replicas, pytest.fail))
        found = transcriber.decode(np.ones(16, np.float32), "", True, lambda _: sentences)
        return found[0].text, len(replicas.calls)

    assert asked("turn on the lamb", [("turn on the lamp", -1.0)]) == ("turn on the lamp", 2)
    assert asked("turn on the lamp", [("turn on the lamp", -1.0)]) == ("turn on the lamp", 1)
    assert asked("good morning", []) == ("good morning", 1)


def test_a_sentence_is_spoken_by_another_replica():
    told = []
    replicas = ScriptedReplicas(SimpleNamespace(speak=lambda text, pace: [(np.ones(len(text)), 24_000)]), (1,))
    speaker = StandbySpeaker(ReplicaVoice(Asking(replicas, told.append)), pytest.fail, told.append)
    assert [len(samples) for samples, _ in speaker.synthesise("Good morning. It is nine.")] == [13, 11]
    assert len(told) == 1


def test_many_texts_go_in_parts_and_keep_their_order_also_where_a_replica_dies():
    model = SimpleNamespace(name=lambda: "minilm", embed=lambda texts: np.array([[float(text)] for text in texts]))
    replicas, told = ScriptedReplicas(model, (3,)), []
    embedder = ReplicaEmbedder(Asking(replicas, told.append), pytest.fail, told.append)
    assert embedder.id == "minilm"
    assert embedder.embed([str(number) for number in range(600)]).ravel().tolist() == list(range(600))
    assert replicas.calls == ["name", *["embed"] * 4]


def test_where_no_replica_embeds_this_machine_does():
    here = SimpleNamespace(id="minilm", embed=lambda texts: np.zeros((len(texts), 2)))
    told = []
    embedder = ReplicaEmbedder(Asking(ScriptedReplicas(None, gone=True), pytest.fail), lambda: here, told.append)
    assert (embedder.id, embedder.embed(["a", "b"]).shape) == ("minilm", (2, 2))
    assert told == ["ray: no replica answers; until one is back, sentences are embedded on this machine"]


class TestAnAnswer:
    def engine(self, deaths, told):
        def write(_):
            yield from ("It ", "is ", "nine.")

        return ReplicaEngine(Asking(ScriptedReplicas(SimpleNamespace(write=write), deaths), told.append))

    def test_is_ended_by_who_does_not_wait_for_it(self):
        cancelled, told = threading.Event(), []
        pieces = self.engine((), told).pieces(Prompt("when"), cancelled)
        assert next(pieces) == "It "
        cancelled.set()
        assert list(pieces) == []

    def test_that_breaks_off_is_not_said_twice(self):
        told = []
        pieces = self.engine((1,), told).pieces(Prompt("when"), threading.Event())
        assert next(pieces) == "It "
        with pytest.raises(ModelError, match="the answer broke off"):
            list(pieces)
        assert told == []
