"""A real `assistant serve --ray`: two replicas of each model, one of them killed while several recordings are heard."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
from concurrent.futures import ThreadPoolExecutor

import grpc
import psutil
import pytest

from fakes.served import served
from paths import RECORDINGS

SETTINGS = "[stt]\nthreads = 1\n[ray]\nreplicas = 2\n"


def test_without_ray_one_line_says_what_to_install(capsys, monkeypatch):
    from assistant.cli.main import main

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ray" else True)
    assert main(["serve", "--ray"]) == 2
    assert capsys.readouterr().err == "assistant: serving needs ray: pip install 'assistant[ray]'\n"


@pytest.mark.model
@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs the extra ray")
def test_a_replica_that_is_killed_loses_nothing(data, tmp_path):
    recording = (RECORDINGS / "what-time-is-it.wav").read_bytes()
    with served(tmp_path, data, SETTINGS, last=("--ray",)) as server:
        server.until_ready()

        def heard(_=None):
            files = {"file": ("recording.wav", recording)}
            return server.http.post("/v1/audio/transcriptions", files=files).json()["text"]

        assert re.match("what time is it", heard(), re.IGNORECASE)
        assert server.http.post("/v1/ask", json={"text": "what time is it"}).json()["ok"]
        sound = server.http.post("/v1/audio/speech", json={"input": "Good morning.", "response_format": "pcm"})
        assert len(sound.content) > 20_000

        of_the_server = psutil.Process(server.process.pid).children(recursive=True)
        recognisers = [process for process in of_the_server if "recogniser" in " ".join(process.cmdline())]
        assert len(recognisers) == 2
        with ThreadPoolExecutor(4) as clients:
            hearing = clients.map(heard, range(4))
            while not any(process.cpu_percent(0.1) > 50 for process in recognisers[:1]):
                pass
            os.kill(recognisers[0].pid, signal.SIGKILL)
            assert len([text for text in hearing if re.match("what time is it", text, re.IGNORECASE)]) == 4

        open_to_others = [
            (process, connection.laddr.port)
            for process in [*of_the_server, psutil.Process(server.process.pid)]
            if process.is_running()
            for connection in process.net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN
            and connection.laddr.ip.removeprefix("::ffff:") not in ("127.0.0.1", "::1")
        ]
        for _, port in open_to_others:  # a replica's own server, which asks for the token
            channel = grpc.insecure_channel(f"127.0.0.1:{port}")
            ask = channel.unary_unary("/ray.serve.ASGIService/HandleRequest")
            with pytest.raises(grpc.RpcError) as refused:
                ask(b"", timeout=5)
            assert refused.value.code() == grpc.StatusCode.UNAUTHENTICATED
            channel.close()
    assert all(json.loads(line) for line in server.lines if line.startswith("{"))
    assert [line for line in server.lines if not line.startswith(("{", "assistant: "))] == []
    assert not any(process.is_running() for process in of_the_server)
