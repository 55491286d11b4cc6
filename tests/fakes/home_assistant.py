"""A real Home Assistant in a process of its own, with the component of `integrations/` in its configuration."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from fakes.served import free_port
from paths import ROOT

COMPONENTS = ROOT / "integrations" / "home_assistant" / "custom_components"
PROGRAM = os.environ.get("ASSISTANT_TEST_HASS", "")
"""The `hass` program of an environment of its own; see integrations/home_assistant/README.md for the versions."""

_LAMPS = {"kitchen_lamp": "Kitchen lamp", "desk_lamp": "Desk lamp", "porch_lamp": "Porch lamp"}


@dataclass(frozen=True, slots=True)
class Home:
    """A Home Assistant with three lamps; `http` carries the owner's token."""

    http: httpx.Client
    url: str
    token: str

    def state(self, entity: str) -> str:
        return str(self.http.get(f"/api/states/{entity}").json()["state"])

    def told(self, text: str, conversation: str | None = None) -> dict:
        """Return the answer of the component's agent."""
        body = {"text": text, "language": "en", "agent_id": "conversation.assistant"}
        return self.http.post(
            "/api/conversation/process", json=body | ({"conversation_id": conversation} if conversation else {})
        ).json()

    def set_up(self, **data: str) -> dict:
        """Go through the config flow of the component; the last step's answer."""
        flow = self.http.post("/api/config/config_entries/flow", json={"handler": "private_assistant"}).json()
        return self.http.post(f"/api/config/config_entries/flow/{flow['flow_id']}", json=data).json()


@contextlib.contextmanager
def home_assistant(folder: Path) -> Iterator[Home]:
    """Run one while the block runs."""
    shutil.copytree(COMPONENTS, folder / "custom_components")
    port = free_port()
    (folder / "configuration.yaml").write_text(_configuration(port))
    with (folder / "output").open("w") as output:
        process = subprocess.Popen([PROGRAM, "-c", folder, "--skip-pip"], stdout=output, stderr=output)
    try:
        url = f"http://127.0.0.1:{port}"
        token = _token(url, process)
        with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=130) as http:
            yield Home(http, url, token)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _configuration(port: int) -> str:
    lines = ["http:", "  server_host: 127.0.0.1", f"  server_port: {port}", "api:", "config:", "conversation:"]
    lines += ["onboarding:", "input_boolean:", *(f"  relay_of_{name}:" for name in _LAMPS)]
    lines += ["light:", "  - platform: template", "    lights:"]
    for name, title in _LAMPS.items():
        lines += [f"      {name}:", f"        friendly_name: {title}"]
        lines += [f"        value_template: \"{{{{ is_state('input_boolean.relay_of_{name}', 'on') }}}}\""]
        for turn in ("turn_on", "turn_off"):
            target = f"{{entity_id: input_boolean.relay_of_{name}}}"
            lines += [f"        {turn}: {{action: input_boolean.{turn}, target: {target}}}"]
    return "\n".join(lines) + "\n"


def _token(url: str, process: subprocess.Popen[bytes]) -> str:
    """Make the owner as a browser's first visit does, and return an access token."""
    client = f"{url}/"
    owner = {"name": "Owner", "username": "owner", "password": "owner", "language": "en", "client_id": client}
    end = time.monotonic() + 120
    while True:
        try:
            code = httpx.post(f"{url}/api/onboarding/users", json=owner, timeout=30).json()["auth_code"]
            break
        except httpx.TransportError:
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.3)
    grant = {"grant_type": "authorization_code", "code": code, "client_id": client}
    return str(httpx.post(f"{url}/auth/token", data=grant, timeout=30).json()["access_token"])
