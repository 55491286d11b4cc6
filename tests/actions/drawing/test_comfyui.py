"""Drawing by a ComfyUI that behaves, hangs, drips, fails and lies."""

from __future__ import annotations

import io
import json
import threading
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from assistant.actions.drawing import remote
from assistant.actions.drawing.wish import Wish
from assistant.config import CreateConfig
from assistant.errors import ActionError
from fakes.openai_server import chat_server
from fakes.pictures import bomb

WISH = Wish("a fox, {seed} of them", 64, 48, count=2, seed=7)
FILE = {"filename": "a b.png", "subfolder": "x/y", "type": "output"}
DONE = {"outputs": {"9": {"images": [{"filename": "t", "type": "temp"}, FILE]}}, "status": {"status_str": "success"}}


def png() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(content, "PNG")
    return content.getvalue()


class Comfy:
    """Its queue: what each path answers, the last of several for good."""

    def __init__(self, **answers) -> None:
        self.answers = {
            "prompt": [{"prompt_id": "job/1"}], "history": [{}, {"job/1": DONE}], "view": [png()],
            "object_info": [{"CheckpointLoaderSimple": {"input": {"required": {"ckpt_name": [["sd.safetensors"]]}}}}],
            "queue": [{}], "interrupt": [{}],
        } | answers  # fmt: skip

    def __call__(self, handler):
        answers = self.answers[urlsplit(handler.path).path.split("/")[1]]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if callable(answer):
            answer(handler)
        elif isinstance(answer, bytes):
            handler.begin(200, "image/png")
            handler.tell(answer)
        else:
            handler.answer(*(answer if isinstance(answer, tuple) else (200, answer)))


def drawn(server, cancelled=None, **config):
    url = server.url.replace("/v1", "/prompt")
    settings = CreateConfig(url=url, **{"seconds": 20.0} | config)
    return remote.draw(settings, WISH, lambda *_: None, cancelled or threading.Event())


def paths(server):
    return [urlsplit(path).path for path, _, _ in server.requests]


def test_the_plainest_workflow_goes_to_its_queue_and_its_picture_is_fetched_by_name():
    with chat_server(Comfy()) as server:
        (image,) = drawn(server)
    assert image.size == (64, 48)
    assert paths(server) == [
        "/object_info/CheckpointLoaderSimple", "/prompt", "/history/job%2F1", "/history/job%2F1", "/view",
    ]  # fmt: skip
    nodes = server.requests[1][2]["prompt"]
    assert nodes["words"]["inputs"]["text"] == WISH.prompt
    assert nodes["checkpoint"]["inputs"] == {"ckpt_name": "sd.safetensors"}
    assert nodes["size"]["inputs"] == {"width": 64, "height": 48, "batch_size": 2}
    assert (nodes["sampler"]["inputs"]["seed"], nodes["sampler"]["inputs"]["steps"]) == (7, 20)
    assert parse_qs(urlsplit(server.requests[-1][0]).query) == {name: [value] for name, value in FILE.items()}


def test_a_workflow_of_ones_own_is_filled_and_one_that_is_none_costs_a_line(tmp_path):
    file = tmp_path / "mine.json"
    nodes = {
        "1": {"inputs": {"text": "oil painting, {prompt}", "noise_seed": 99, "model": "{model}", "from": ["2", 0]}}
    }
    file.write_text(json.dumps(nodes))
    with chat_server(Comfy()) as server:
        drawn(server, workflow=str(file), model="flux")
        assert server.requests[0][2]["prompt"]["1"]["inputs"] == {
            "text": f"oil painting, {WISH.prompt}", "noise_seed": 7, "model": "flux", "from": ["2", 0],
        }  # fmt: skip
        for text, reason in (
            ("{", "line 1"), ('{"nodes": [], "links": []}', r"Export \(API\)"), ("[]", r"Export \(API\)"),
            ('{"1": {"inputs": {}}}', "write {prompt} in it"),
        ):  # fmt: skip
            file.write_text(text)
            with pytest.raises(ActionError, match=reason):
                drawn(server, workflow=str(file), model="flux")
        with pytest.raises(ActionError, match="No such file"):
            drawn(server, workflow=str(tmp_path / "none.json"), model="flux")
        assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"prompt": [(400, {"error": {"message": "Prompt has no outputs"}})]}, "Prompt has no outputs"),
        ({"prompt": [{"ok": True}]}, "takes no workflow"),
        ({"prompt": [lambda handler: (handler.begin(200, "text/html"), handler.tell(b"<html>"))]}, "a web page"),
        ({"history": [{"job/1": {"status": {"status_str": "error", "messages": [
            ["execution_start", {}], ["execution_error", {"exception_message": "out of\nmemory"}]]}}}]},
         "out of memory"),
        ({"history": [{"job/1": {"status": {"status_str": "error", "messages": 3}}}]}, "the workflow failed"),
        ({"history": [{"job/1": {"outputs": {"9": {"images": 5}}}}]}, "sent no picture"),
        ({"history": [{"job/1": {"outputs": {}, "status": {"status_str": "success"}}}]}, "sent no picture"),
        ({"view": [(404, {})]}, "not found"),
        ({"view": [b"<html>Sign in"]}, "is no picture"),
        ({"view": [bomb()]}, "50,000 x 50,000 pixels"),
        ({"view": [lambda handler: handler.begin(302, Location="http://127.0.0.1:1/view")]}, "is not followed"),
        ({"prompt": [lambda handler: handler.server.let_go.wait(20)]}, "no answer within 1 seconds"),
        ({"history": [{}]}, "no picture within 1 seconds"),
        ({"history": [{"other": DONE}]}, "no picture within 1 seconds"),
    ],
)  # fmt: skip
def test_one_that_fails_or_lies_costs_a_line(answers, reason):
    with chat_server(Comfy(**answers)) as server, pytest.raises(ActionError) as error:
        drawn(server, seconds=1.0 if "within" in reason else 30.0)
    assert reason in str(error.value)
    assert "\n" not in str(error.value)
    if "no picture within" in reason or "memory" in reason:
        assert paths(server)[-2:] == ["/queue", "/interrupt"]


def test_one_that_drips_is_left_and_one_that_is_stopped_is_told():
    def drip(handler):
        handler.begin(200, "application/json")
        while not handler.server.let_go.wait(0.05):
            handler.tell(b" ")

    with chat_server(Comfy(history=[drip])) as server, pytest.raises(ActionError, match="no answer within 1 seconds"):
        drawn(server, seconds=1.0)
    cancelled = threading.Event()
    with chat_server(Comfy(history=[{}])) as server:
        threading.Timer(0.4, cancelled.set).start()
        start = time.monotonic()
        with pytest.raises(ActionError):
            drawn(server, cancelled, seconds=300.0)
        assert time.monotonic() - start < 30
        assert [body for path, _, body in server.requests if path in ("/queue", "/interrupt")] == [
            {"delete": ["job/1"]}, {"prompt_id": "job/1"},
        ]  # fmt: skip
