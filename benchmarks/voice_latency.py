"""Latency of a spoken turn: last speech sample to understanding, against record-then-transcribe and Moonshine Voice.

Frames are fed at the pace of real time. The recorder ends each recording by the same pause rule, then hands it to
faster-whisper with its defaults on the same weights; a second one waits 0.7 s, as it must that does not know what has
been said before it has all of it. Moonshine Voice, where it is installed, hears the same frames at the same pace and
ends its lines itself.
"""

from __future__ import annotations

import itertools
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.app import build
from assistant.app.worker import NewestWins
from assistant.config import Config, PathsConfig
from assistant.dialogue.session import Session
from assistant.language.numbers import digits
from assistant.language.text import tokens
from assistant.stt.stream import Transcriber
from assistant.values import FinalTranscript, Frame, PartialTranscript, SpeechEnded, SpeechStarted, Utterance
from benchmarks import Options, Row, quiet, recordings
from benchmarks.hearing import TAIL, framed, paced, plain_whisper, whole

SET = "speech/commands"
FIXED_PAUSE = 0.7
"""Seconds of silence after which a plain recorder takes the recording for whole."""


@dataclass(slots=True)
class TimedTurn:
    """Transcript and times of one recording."""

    text: str = ""
    latency: float = 0.0
    """Seconds from the last speech sample to the understanding."""
    pause: float = 0.0
    """Seconds from the last speech sample to the end of the utterance."""
    first: float | None = None
    """Seconds from the first speech to the first partial."""
    stable: int = 0
    """Words that partial transcripts called stable."""
    taken_back: int = 0
    """Those that the final transcript does not have."""
    utterances: int = 0


def run(options: Options) -> list[Row]:
    """Measure every recording of the set in which something is heard."""
    clips = options.some(list(recordings(options.scored(SET))))
    sounds = {clip: whole(clip) for clip, _ in clips}
    seconds = sum(len(samples) for samples in sounds.values()) / 16_000 + TAIL * len(clips)
    with tempfile.TemporaryDirectory() as data:
        config = Config(paths=PathsConfig(data=data))
        plain = plain_whisper(config)
        transcriber = build.open_transcriber(config, quiet)
        session = build.one_shot(config, quiet)
        session.matcher.warm()
        streamed(sounds[clips[0][0]], transcriber, session, config)
        began = time.process_time()
        ours = {clip: streamed(sounds[clip], transcriber, session, config) for clip, _ in clips}
        work = time.process_time() - began
        recorder: dict[Path, TimedTurn] = {}
        for clip, _ in clips:
            started = time.perf_counter()
            text = plain(clip)
            session.understand(Utterance(text, "spoken"))
            recorder[clip] = TimedTurn(text, time.perf_counter() - started)
    heard = [clip for clip, _ in clips if ours[clip].text]
    late, first = [ours[clip].latency for clip in heard], [f for clip in heard if (f := ours[clip].first) is not None]
    theirs = [ours[clip].pause + recorder[clip].latency for clip in heard]
    fixed = [FIXED_PAUSE + recorder[clip].latency for clip in heard]
    stable = sum(turn.stable for turn in ours.values())
    name, plainly = "the same pause + plain faster-whisper", f"{FIXED_PAUSE} s + plain faster-whisper"
    label = "last speech sample to understanding"
    rows = [
        Row(f"{label}, p50", statistics.median(late), "s", name, statistics.median(theirs)),
        Row(f"{label}, p95", _p95(late), "s", name, _p95(theirs)),
        Row(f"{label}, p50", statistics.median(late), "s", plainly, statistics.median(fixed)),
        Row("pause waited for, p50", statistics.median(ours[clip].pause for clip in heard), "s"),
        Row("transcripts exactly right", _right(clips, ours), "%", "plain faster-whisper", _right(clips, recorder)),
        Row("first speech to the first partial, p50", statistics.median(first), "s", "limit", 1.0),
        Row("stable words taken back", 100 * sum(t.taken_back for t in ours.values()) / max(1, stable), "in 100"),
        Row("processor time per second heard", work / seconds, "s", "limit", 1.0),
        Row("recordings heard in one piece", sum(t.utterances == 1 for t in ours.values()), "clips", "of", len(clips)),
    ]
    if moonshine := _moonshine():
        line = {clip: moonshine(sounds[clip]) for clip in heard}
        done = [turn.latency for turn in line.values() if turn.text]
        rows += [
            Row(
                f"{label}, p50",
                statistics.median(late),
                "s",
                "Moonshine Voice's line, tiny.en",
                statistics.median(done),
            ),
            Row("transcripts exactly right", _right(clips, ours), "%", "Moonshine Voice, tiny.en", _right(clips, line)),
        ]
    return rows


def streamed(samples: Frame, transcriber: Transcriber, session: Session, config: Config) -> TimedTurn:
    """Return the turn of samples that arrive as they are spoken."""
    began = time.perf_counter()
    turn, started, last, stable = TimedTurn(), 0.0, 0.0, ""
    for event in build.hear(paced(framed(samples, TAIL), began), transcriber, lambda: session, config, NewestWins):
        match event:
            case SpeechStarted():
                started, stable = began + event.at, ""
            case PartialTranscript():
                if turn.first is None and (event.stable or event.unstable):
                    turn.first = time.perf_counter() - started
                stable = event.stable or stable
            case SpeechEnded():
                last = began + event.at
                turn.pause = time.perf_counter() - last
            case FinalTranscript():
                session.understand(event.utterance)
                turn.latency = time.perf_counter() - last
                turn.text = f"{turn.text} {event.utterance.text}".strip()
                turn.utterances += 1
                turn.stable += len(_said(stable))
                pairs = zip(_said(stable), _said(event.utterance.text), strict=False)
                kept = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
                turn.taken_back += len(_said(stable)) - kept
    return turn


def _said(text: str) -> list[str]:
    """Return the words as they are said: `8` and `eight`, `what's` and `what is` are the same."""
    return [token.text for token in digits(tokens(text))]


def _moonshine() -> Callable[[Frame], TimedTurn] | None:
    """Return Moonshine Voice's stream, with the model in its package; None where it is not installed."""
    try:
        import moonshine_voice
        from moonshine_voice.transcriber import LineCompleted, LineStarted
    except ImportError:
        return None
    model: Any = moonshine_voice.Transcriber(moonshine_voice.get_model_path("tiny-en"), moonshine_voice.ModelArch.TINY)

    def stream(samples: Frame) -> TimedTurn:
        turn, line = TimedTurn(), model.create_stream(update_interval=0.2)
        began = time.perf_counter()
        last = began + _speech_end(samples)

        def hear(event: Any) -> None:
            if isinstance(event, LineCompleted) and not isinstance(event, LineStarted):
                turn.text = f"{turn.text} {event.line.text}".strip()
                turn.latency = time.perf_counter() - last

        line.add_listener(hear)
        line.start()
        for frame in paced(framed(samples, TAIL), began):
            line.add_audio(frame.tolist())
        line.stop()
        line.close()
        return turn

    return stream


def _speech_end(samples: Frame) -> float:
    """Return the seconds up to the last speech sample."""
    from assistant.audio.endpointing import segment
    from assistant.audio.vad import Vad

    ends = [e.at for e in segment(framed(samples), Vad(), Config().endpoint, lambda: 1.0) if isinstance(e, SpeechEnded)]
    return max(ends, default=0.0)


def _right(clips: Any, turns: dict[Path, TimedTurn]) -> float:
    return 100 * sum(clip in turns and _bare(turns[clip].text) == _bare(text) for clip, text in clips) / len(clips)


def _p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def _bare(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9']+", text.lower()))
