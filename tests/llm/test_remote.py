"""A language model on a server: a real one on this machine, in every way in which one goes wrong."""

from __future__ import annotations

import itertools
import threading
import time

import pytest

from assistant.config import GeneratorConfig
from assistant.errors import ModelError
from assistant.llm.chat_prompt import Prompt
from assistant.llm.remote import RemoteGenerator
from fakes.openai_server import ChatServer, chat_server, chunk, refusing_port

KEY = "sk-very-secret-0815"


def model(server: ChatServer | str, **settings) -> RemoteGenerator:
    url = server if isinstance(server, str) else server.url
    generator = RemoteGenerator(GeneratorConfig(generate="grounded", url=url, model="llama3", **settings))
    generator.load()
    return generator


def ask(generator: RemoteGenerator, cancelled: threading.Event | None = None, **prompt) -> str:
    return "".join(generator.pieces(Prompt("Is it open?", **prompt), cancelled or threading.Event()))


def fault(respond, **settings) -> str:
    """Return the line for what a server answers, and that no key is in it."""
    with chat_server(respond) as server, pytest.raises(ModelError) as caught:
        ask(model(server, key=KEY, **settings))
    line = str(caught.value)
    assert KEY not in line
    assert "\n" not in line
    assert line.startswith("127.0.0.1:")
    return line.partition(": ")[2]


def test_it_is_asked_in_the_protocol_and_answers_piece_by_piece():
    with chat_server(lambda handler: handler.say(["It is ", "open", "."])) as server:
        generator = model(server, key=KEY, temperature=0.5, max_tokens=70)
        prompt = Prompt("Is it open?", [("Hello", "Hi.")], ["Open till six."])
        assert list(generator.pieces(prompt, threading.Event())) == ["It is ", "open", "."]
        ((path, headers, body),) = server.requests
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert (body["model"], body["max_tokens"], body["temperature"], body["stream"]) == ("llama3", 70, 0.5, True)
    assert body["messages"] == prompt.messages()


def test_an_address_without_a_path_gets_the_usual_one_and_no_key_is_no_header():
    with chat_server(lambda handler: handler.say(["Yes."])) as server:
        assert ask(model(server.url.removesuffix("/v1"))) == "Yes."
        ((path, headers, _),) = server.requests
    assert path == "/v1/chat/completions"
    assert "Authorization" not in headers


def test_comments_blank_lines_and_events_without_text_are_passed_over():
    def respond(handler):
        handler.begin()
        handler.tell(b": hello\n\n", b'data: {"choices": []}\n\n', b'data: {"choices": [{"delta": {}}]}\n\n')
        handler.tell(b'event: x\nid: 1\ndata:{"choices":[{"delta":{"content":null}}]}\n\n', chunk("Yes", "stop"))

    with chat_server(respond) as server:
        assert ask(model(server)) == "Yes"


def test_a_key_is_read_from_the_environment(monkeypatch):
    monkeypatch.setenv("MODEL_KEY", KEY)
    with chat_server(lambda handler: handler.say(["Yes."])) as server:
        assert ask(model(server, key="$MODEL_KEY")) == "Yes."
        assert server.requests[0][1]["Authorization"] == f"Bearer {KEY}"
    monkeypatch.delenv("MODEL_KEY")
    with pytest.raises(ModelError, match=r"^\[generator\] key: the environment has no variable MODEL_KEY$"):
        model("http://127.0.0.1:1", key="$MODEL_KEY")


def test_nobody_there_is_one_line():
    with pytest.raises(ModelError, match=r"^127.0.0.1:\d+: cannot be reached; is \[generator\] url right"):
        ask(model(f"http://127.0.0.1:{refusing_port()}", key=KEY))


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_names_the_setting(status):
    line = fault(lambda handler: handler.answer(status, {"error": {"message": f"bad key {KEY}"}}))
    assert line == f"refuses the key ({status}): set [generator] key"


def test_its_own_words_for_a_fault_are_told_without_the_key():
    line = fault(lambda handler: handler.answer(500, {"error": {"message": f"no memory\nfor Bearer {KEY}"}}))
    assert line == "answers 500: no memory for Bearer ***"
    assert fault(lambda handler: handler.answer(502, b"<html>bad gateway</html>")) == "answers 502"
    assert fault(lambda handler: handler.answer(400, {"error": "too long"})) == "answers 400: too long"


def test_a_model_that_it_lacks_is_told_with_the_nearest():
    def respond(handler):
        if handler.path.endswith("/models"):
            return handler.answer(200, {"data": [{"id": "llama3:8b"}, {"id": "qwen3"}]})
        return handler.answer(404, {"error": {"message": "model not found"}})

    line = fault(respond)
    assert line.startswith("[generator] model: it has no 'llama3'")
    assert "llama3:8b" in line


def test_a_redirect_is_not_followed_and_the_key_does_not_go_along():
    with chat_server(lambda handler: handler.say(["Yes."])) as other:
        line = fault(lambda handler: handler.begin(307, Location=f"{other.url}/chat/completions"))
        assert other.requests == []
    assert line == "sends on to another address, and is not followed there"


@pytest.mark.parametrize(
    "body",
    [b"", b"hello", b"<html></html>", b"{}", b"data: {}\n\n", b'{"choices": 1}', b"\xff\xfe\x00", b": ping\n\n" * 50],
)
def test_a_server_of_another_kind_is_one_line(body):
    def respond(handler):
        handler.begin()
        handler.tell(body)

    assert fault(respond) == "this is no server that speaks the OpenAI protocol: see [generator] url"


@pytest.mark.parametrize("body", [b"data: garbage\n\n", b"data: [1]\n\n", b"data: " + b"[" * 100_000 + b"\n\n"])
def test_garbage_in_the_stream_is_one_line(body):
    def respond(handler):
        handler.begin()
        handler.tell(chunk("It"), body)

    assert fault(respond) == "the answer is not the OpenAI protocol's: see [generator] url"


@pytest.mark.parametrize(
    "choice", ["1", "null", '{"delta": 3}', '{"delta": {"content": 5}}', '{"delta": {"content": ["x"]}}']
)
def test_events_of_another_shape_say_nothing(choice):
    def respond(handler):
        handler.begin()
        handler.tell(f'data: {{"choices": [{choice}]}}\n\n'.encode(), chunk("Yes", "stop"))

    with chat_server(respond) as server:
        assert ask(model(server)) == "Yes"


def test_a_fault_inside_the_stream_is_told():
    def respond(handler):
        handler.begin()
        handler.tell(chunk("It"), b'data: {"error": {"message": "out of memory"}}\n\n')

    assert fault(respond) == "out of memory"


def test_an_answer_that_breaks_off_is_a_fault():
    def respond(handler):
        handler.begin()
        handler.tell(chunk("It is"))

    assert fault(respond) == "the answer broke off"


def test_an_endless_answer_is_ended():
    def respond(handler):
        handler.begin()
        for _ in itertools.repeat(None, 40):
            handler.tell(chunk("x" * 50_000))

    assert fault(respond) == "the answer is longer than a megabyte"


def test_a_line_without_an_end_a_packed_answer_and_an_endless_fault_are_ended():
    """No more than a megabyte of it is ever held."""

    def endless(handler, status=200, **headers):
        handler.begin(status, **headers)
        for _ in itertools.repeat(None, 200):
            handler.tell(b"data: " + b"x" * 50_000)

    assert fault(endless) == "the answer is longer than a megabyte"
    assert fault(lambda handler: endless(handler, 500)) == "the answer is longer than a megabyte"
    assert "longer than a megabyte" in fault(lambda handler: endless(handler, **{"Content-Encoding": "gzip"}))


def test_an_endless_list_of_models_is_left():
    def respond(handler):
        if handler.path.endswith("/models"):
            handler.begin(200, "application/json")
            for _ in itertools.repeat(None, 200):
                handler.tell(b" " * 50_000)
        else:
            handler.answer(404, {"error": {"message": "model not found"}})

    assert fault(respond) == "answers 404: model not found"


def test_signs_of_life_without_text_are_silence():
    def respond(handler):
        handler.begin()
        handler.tell(chunk("It"))
        while not handler.server.let_go.wait(0.1):
            handler.tell(b": still here\n\n")

    assert fault(respond, seconds=1.0) == "the language model has fallen silent"


def test_a_fault_as_llama_cpp_tells_it():
    def respond(handler):
        handler.begin()
        handler.tell(chunk("It"), b'error: {"code": 500, "message": "out of memory", "type": "server_error"}\n\n')

    assert fault(respond) == "out of memory"


@pytest.mark.parametrize(
    ("pieces", "answer"),
    [
        (["<think>", "Is it?\n", "</think>", "\n\n", "Yes, ", "open."], "Yes, open."),
        ([" <th", "ink>Hm</think>Yes."], "Yes."),
        (["<", "b>Yes</b>"], "<b>Yes</b>"),
        (["1 <", " 2"], "1 < 2"),
        (["<"], "<"),
        (["<think>for ever"], ""),
    ],
)
def test_what_it_thinks_before_it_answers_is_no_answer(pieces, answer):
    with chat_server(lambda handler: handler.say(pieces)) as server:
        assert ask(model(server)) == answer


def test_silence_ends_by_itself():
    for begins in (False, True):

        def respond(handler, begins=begins):
            if begins:
                handler.begin()
                handler.tell(chunk("It"))
            handler.server.let_go.wait(30)

        assert fault(respond, seconds=1.0) == "the language model has fallen silent"


def test_a_cancelled_call_is_left_at_once():
    cancelled = threading.Event()
    with chat_server(lambda handler: handler.server.let_go.wait(30)) as server:
        threading.Timer(0.2, cancelled.set).start()
        start = time.monotonic()
        assert ask(model(server), cancelled) == ""
        assert time.monotonic() - start < 20


def test_what_a_program_reads_is_asked_for_as_json():
    with chat_server(lambda handler: handler.say(["{}"])) as server:
        assert ask(model(server), whole=False, limit=9) == "{}"
        assert server.requests[0][2]["response_format"] == {"type": "json_object"}
        assert server.requests[0][2]["max_tokens"] == 9
