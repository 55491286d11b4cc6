"""The Dockerfile and its compose file, read as Docker reads them: nothing is missing, open or run as root."""

from __future__ import annotations

import json
import re
import shlex

import yaml

from assistant.cli.arguments import parser
from assistant.config import load_config
from paths import ROOT

FOLDER = ROOT / "integrations" / "docker"
SERVICES = yaml.safe_load((FOLDER / "compose.yaml").read_text())["services"]


def instructions():
    text = re.sub(r"^#.*\n", "", (FOLDER / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n", " ", text).splitlines()
    return [tuple(line.strip().split(maxsplit=1)) for line in lines if line.strip()]


def held(instruction):
    return [value for name, value in instructions() if name == instruction]


def test_every_path_that_is_copied_is_there_and_not_ignored():
    let_in = (FOLDER / "Dockerfile.dockerignore").read_text().split()
    sources = [source for line in held("COPY") for source in shlex.split(line)[:-1]]
    assert sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert f"!{source}" in let_in, source
    assert {f"!{source}" for source in sources} == {line for line in let_in if line[0] == "!"}


def test_what_the_image_installs_exists():
    (install,) = (line for line in held("RUN") if "install.py" in line)
    script, wanted, _, extras = shlex.split(install)[2:]
    assert (ROOT / script).is_file()
    assert (ROOT / ".ci" / "requirements" / f"{wanted}.txt").is_file()
    for extra in extras.split(","):
        assert f"\n{extra} = [" in (ROOT / "pyproject.toml").read_text()
    (base,) = held("FROM")
    assert base.startswith("python:3.11-")


def test_it_runs_assistant_serve_as_nobody_in_particular():
    names = [name for name, _ in instructions()]
    assert names.index("USER") > max(place for place, name in enumerate(names) if name == "RUN")
    assert int(held("USER")[0]) > 0
    program, *options = [*json.loads(held("ENTRYPOINT")[0]), *json.loads(held("CMD")[0])]
    assert program == "assistant"
    read = parser().parse_args(options)
    (target,) = (shlex.split(line)[-1] for line in held("COPY") if "docker/config.toml" in line)
    assert (str(read.config), read.command.__name__) == (target, "serve")
    compile(json.loads(held("HEALTHCHECK")[0].partition("CMD")[2])[2], "healthcheck", "exec")


def test_its_settings_want_a_token_and_name_services_that_are_there(tmp_path, monkeypatch):
    monkeypatch.setenv("ASSISTANT_TOKEN", "one")
    settings = (FOLDER / "config.toml").read_text()
    config = load_config(FOLDER / "config.toml")
    assert (config.server.tokens(), config.server.wyoming) == ({"one": "act"}, 0)
    with_generator = tmp_path / "config.toml"
    with_generator.write_text(re.sub(r"^# (\w+ = )", r"\1", settings, flags=re.MULTILINE))
    config = load_config(with_generator)
    assert config.generator.is_on
    for url in (config.match.server, config.generator.url):
        assert url.split("/")[2].split(":")[0] in SERVICES


def test_nothing_is_published_beyond_this_machine():
    published = {name: service.get("ports", []) for name, service in SERVICES.items()}
    assert [name for name, ports in published.items() if ports] == ["assistant"]
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)
    assert SERVICES["assistant"]["environment"]["ASSISTANT_TOKEN"].startswith("${ASSISTANT_TOKEN:?")
    assert (FOLDER / SERVICES["assistant"]["build"]["context"]).resolve() == ROOT


def test_the_volumes_are_declared_and_files_are_there():
    declared = yaml.safe_load((FOLDER / "compose.yaml").read_text())["volumes"]
    sources = {volume.split(":")[0] for service in SERVICES.values() for volume in service["volumes"]}
    assert {source for source in sources if source[0] != "."} == set(declared)
    assert all((FOLDER / source).is_file() for source in sources if source[0] == ".")


def test_the_server_is_of_the_version_of_its_client():
    locked = (ROOT / ".ci" / "requirements" / "default.txt").read_text()
    assert f"\nchromadb=={SERVICES['chroma']['image'].split(':')[1]}\n" in locked
