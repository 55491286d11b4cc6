"""The command line as a user runs it: real processes on real models, real recordings, real bad input."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest
import soxr

from fakes import apart
from paths import RECORDINGS, ROOT

pytestmark = pytest.mark.model


class Ended:
    """A finished command: its exit code, its JSON lines and what it said on stderr."""

    def __init__(self, ended):
        self.code = ended.returncode
        self.lines = [json.loads(line) for line in ended.stdout.splitlines()]
        self.said = ended.stderr.strip()

    def last(self, event):
        return [line for line in self.lines if line.get("event") == event][-1]


def assistant(*arguments, data, stdin=b""):
    ended = apart.assistant("--data-dir", data, *arguments, stdin=stdin)
    assert "Traceback" not in ended.stderr, ended.stderr
    return Ended(ended)


def test_ask_runs_a_command(data):
    ended = assistant("ask", "set a timer for ten minutes", data=data)
    assert ended.code == 0
    understood = ended.last("understood")
    assert (understood["kind"], understood["slots"]["duration"]) == ("intent_match", 600)
    assert "10 minute" in ended.last("reply_ended")["text"]


def test_what_one_command_has_set_the_next_one_finds(fresh_data):
    assistant("ask", "add oat milk to my shopping list", data=fresh_data)
    assert "oat milk" in assistant("ask", "what is on my shopping list", data=fresh_data).last("reply_ended")["text"]


def test_ask_answers_a_question_with_its_source(data):
    ended = assistant("ask", "how do I write a new intent", data=data)
    assert ended.code == 0
    assert ended.last("understood")["kind"] == "answer_match"
    assert ended.last("reply_ended")["source"]


@pytest.mark.parametrize(
    "nonsense",
    ["what colour is my neighbour's second cousin's boat", "the purple idea sleeps under seven", "asdf qwer zxcv"],
)
def test_ask_rejects_nonsense_and_names_the_nearest(data, nonsense):
    ended = assistant("ask", nonsense, data=data)
    assert ended.code == 1
    understood = ended.last("understood")
    assert understood["kind"] == "out_of_scope"
    assert understood["n_best"]
    assert ended.last("reply_ended")["ok"] is False


def test_a_dry_run_understands_and_does_not_act(fresh_data):
    ended = assistant("ask", "--dry-run", "add oat milk to my shopping list", data=fresh_data)
    assert [line["event"] for line in ended.lines] == ["understood"]
    assert (
        "oat milk" not in assistant("ask", "what is on my shopping list", data=fresh_data).last("reply_ended")["text"]
    )


def test_ask_imports_neither_torch_nor_sentence_transformers(data):
    code = (
        "import sys\nfrom assistant.cli.main import main\n"
        f"main(['--data-dir', {str(data)!r}, 'ask', 'what time is it'])\n"
        "print(sorted({'torch', 'sentence_transformers', 'transformers', 'faster_whisper'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert out.stdout.splitlines()[-1] == "[]"


# -- recordings -------------------------------------------------------------------------------


def test_a_recording_goes_to_the_right_action(data):
    ended = assistant("listen", RECORDINGS / "set-a-timer-for-ten-minutes.wav", data=data)
    assert ended.code == 0
    events = [line["event"] for line in ended.lines]
    order = ["speech_started", "speech_ended", "final_transcript", "understood", "reply_ended", "turn_ended"]
    assert [event for event in events if event in order] == order
    assert ended.last("understood")["slots"]["duration"] == 600


def test_raw_pcm_on_stdin_is_heard_too(data):
    import wave

    with wave.open(str(RECORDINGS / "what-time-is-it.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16000, 1, 2)
        raw = file.readframes(file.getnframes())
    ended = assistant("listen", "-", data=data, stdin=raw)
    assert ended.code == 0
    assert ended.last("understood")["kind"] == "intent_match"


def test_silence_is_not_understood_as_anything(data):
    ended = assistant("listen", "-", data=data, stdin=bytes(2 * 16000 * 3))
    assert ended.code == 1
    assert ended.lines == []


def test_quit_is_the_last_thing_that_ask_tells(data):
    ended = assistant("ask", "quit", data=data)
    assert ended.code == 0
    assert [line["event"] for line in ended.lines] == ["understood", "reply_ended", "turn_ended", "quit"]


@pytest.mark.parametrize(("farewell", "events"), [("Close the assistant.", 1), ("Goodbye.", 2)])
def test_a_spoken_command_to_close_ends_listening_and_a_farewell_does_not(data, farewell, events):
    from assistant.config import VoiceConfig
    from assistant.tts.speaker import open_speaker

    pause, pcm = bytes(2 * 16000 * 2), b""
    for text in (farewell, "What time is it?"):
        ((samples, rate),) = open_speaker(VoiceConfig()).synthesise(text)
        pcm += soxr.resample(samples * 32767, rate, 16000).astype("<i2").tobytes() + pause
    ended = assistant("listen", "-", data=data, stdin=pcm)
    assert ended.code == 0
    assert [line["event"] for line in ended.lines].count("final_transcript") == events
    assert (ended.lines[-1]["event"] == "quit") is (events == 1)


# -- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"RIFF\x00\x00\x00\x00WAVEgarbage", b"hello"])
def test_an_unreadable_recording_is_one_line(data, tmp_path, content):
    file = tmp_path / "bad.wav"
    file.write_bytes(content)
    ended = assistant("listen", file, data=data)
    assert (ended.code, ended.lines, len(ended.said.splitlines())) == (2, [], 1)
    assert str(file) in ended.said


def test_a_missing_recording_is_one_line(data, tmp_path):
    ended = assistant("listen", tmp_path / "none.wav", data=data)
    assert (ended.code, len(ended.said.splitlines())) == (2, 1)


GOOD = """
intents:
  Greet:
    data: [{sentences: ["ahoy [there]"]}]
    response: Ahoy!
"""


@pytest.fixture
def some_intents(tmp_path):
    folder = tmp_path / "intents"
    folder.mkdir()
    (folder / "good.yaml").write_text(GOOD)
    return folder


BAD = {
    "broken.yaml": ("intents:\n  Greet: [\n", 0),
    "empty.yaml": ("", 0),
    "typo.yaml": ("intents:\n  Other:\n    sentenses: [hi]\n", 3),
    "action.yaml": ("intents:\n  Other:\n    examples: [hi you]\n    action: timer.strat\n", 4),
}
"""Bad files, each with its content and the line that is told."""


def test_bad_files_never_take_down_the_good_ones(fresh_data, some_intents):
    for name, (content, _) in BAD.items():
        (some_intents / name).write_text(content)
    checked = assistant("--intents", some_intents, "check", data=fresh_data)
    assert checked.code == 2
    told = [line["detail"] for line in checked.lines if not line["ok"]]
    for name, (_, line) in BAD.items():
        assert any(
            detail.startswith(f"{some_intents / name}:{line}" if line else f"{some_intents / name}") for detail in told
        )
    asked = assistant("--intents", some_intents, "ask", "ahoy there", data=fresh_data)
    assert (asked.code, asked.last("reply_ended")["text"]) == (0, "Ahoy!")
    assert all(name in asked.said for name in BAD)


def test_an_unknown_key_in_the_config_is_one_line(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text("[stt]\nmodell = 'base'\n")
    ended = assistant("--config", file, "ask", "hello", data=tmp_path)
    assert (ended.code, ended.said) == (2, f"assistant: {file}:2: [stt] modell: unknown key; did you mean 'model'?")


def test_a_missing_weight_offline_names_the_file(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(f"[models]\nfolder = '{tmp_path}/none'\noffline = true\n")
    ended = assistant("--config", file, "ask", "hello", data=tmp_path)
    assert (ended.code, len(ended.said.splitlines())) == (2, 1)
    assert "model.safetensors" in ended.said


def test_a_corrupt_weight_is_one_line(fresh_data, tmp_path):
    from assistant.config import Config

    for name in ("base", "minilm"):
        folder = tmp_path / "models" / name
        folder.mkdir(parents=True)
        for file in (Config().models_folder() / name).iterdir():
            (folder / file.name).symlink_to(file)
    weight = tmp_path / "models" / "base" / "model.bin"
    weight.unlink()
    weight.write_bytes(b"short")
    own = tmp_path / "own.toml"
    own.write_text(f"[models]\nfolder = '{tmp_path}/models'\noffline = true\n")
    ended = assistant("--config", own, "listen", RECORDINGS / "what-time-is-it.wav", data=fresh_data)
    assert (ended.code, len(ended.said.splitlines())) == (2, 1)
    assert "model.bin is corrupt" in ended.said


@pytest.fixture
def few(tmp_path):
    """Options for some of what is shipped: to embed all of it anew would take a minute and a half."""
    for kind in ("intents", "knowledge"):
        (tmp_path / kind).mkdir()
    shutil.copy(ROOT / "intents" / "clock.yaml", tmp_path / "intents")
    return ["--intents", str(tmp_path / "intents"), "--knowledge", str(tmp_path / "knowledge")]


def test_a_data_folder_that_cannot_be_written_is_a_line_each_for_the_index_and_the_conversation(few, tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    ended = assistant(*few, "ask", "what time is it", data=file / "inside")
    index, kept = ended.said.splitlines()
    assert ended.code == 2
    assert "index: cannot be written" in index
    assert "what is said is not kept" in kept


def test_an_index_half_built_by_a_killed_process_is_healed(few, tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "--data-dir", tmp_path, *few, "index", "build"],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    index = tmp_path / "index"
    until = time.monotonic() + 60
    while not index.exists() and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.4)
    process.send_signal(signal.SIGKILL)
    process.wait()
    ended = assistant(*few, "ask", "what time is it in Tokyo", data=tmp_path)
    assert (ended.code, ended.last("understood")["intent"]) == (0, "TellTimeInPlace")


def test_an_index_whose_files_are_garbage_is_built_anew(few, tmp_path):
    ask = (*few, "ask", "what time is it")
    assert assistant(*ask, data=tmp_path).code == 0
    for file in (tmp_path / "index").rglob("*"):
        if file.is_file():
            file.write_bytes(b"garbage")
    assert assistant(*ask, data=tmp_path).code == 0


# -- looking after it -------------------------------------------------------------------------


def test_index_tells_its_state(data):
    built = assistant("index", data=data)
    assert built.code == 0
    assert built.lines[0]["detail"].endswith(": whole")
    status = assistant("index", "status", data=data)
    assert status.lines == built.lines[:1]
    assert built.lines[1]["subject"] == "threshold"
    assert re.search(r"fitted on \d+ examples.* of everyday talk \d", built.lines[1]["detail"])


def test_an_index_that_only_ask_has_used_is_no_fault(fresh_data):
    for part in (fresh_data / "index").glob("chroma*"):  # what only the running assistant makes
        shutil.rmtree(part) if part.is_dir() else part.unlink()
    assistant("ask", "what time is it", data=fresh_data)
    status = assistant("index", "status", data=fresh_data)
    assert (status.code, status.lines[0]["cure"]) == (0, "assistant index build")
    assert "searched without Chroma until the assistant runs" in status.lines[0]["detail"]


def test_check_finds_nothing_wrong_in_what_is_shipped(data):
    ended = assistant("check", data=data)
    assert (ended.code, [line for line in ended.lines if not line["ok"]]) == (0, [])


def test_models_lists_and_verifies(data):
    listed = assistant("models", data=data)
    assert any("base" in line["detail"] for line in listed.lines)
    assert assistant("models", "verify", "base", "minilm", data=data).code == 0
    assert assistant("models", "fetch", "nonesuch", data=data).code == 2


def test_the_words_told_to_the_recogniser_can_be_seen(data):
    words = [line["detail"] for line in assistant("doctor", "--words", data=data).lines]
    assert "shopping" in " ".join(words)
