"""A real hub in a process of its own, for whoever tests against one.

Use it through the fixture ``hub`` (one hub a test, empty, on a free port)::

    from tests.helpers.hub_process import hub_process

    @pytest.fixture
    def hub(pki: Pki, tmp_path: Path) -> Iterator[HubProcess]:
        with hub_process(pki.folder, tmp_path / "hub") as hub:
            yield hub

    def test_something(hub: HubProcess, pki: Pki) -> None:
        with hub.client(pki.agent.key) as agent:       # a HubClient, signed in
            agent.queue()
        hub.kill()                                     # kill -9
        hub.start()                                    # the same data, the same address
        hub.sms()                                      # what went out, from the folder gateway

The hub trusts the training authority in the folder it is given (``pki.folder``, or any folder that
``set_up_training`` made) and answers for it below ``hub.url + "/authority"``.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from signing.keys.protocol import SigningKey
from station.wire.client import HubClient

_PATIENCE_SECONDS = 60.0  # a loaded machine may take long; a hub that dies is noticed at once


class HubDidNotStart(AssertionError):
    """The hub ended before it answered; the message holds what it said."""


class HubProcess:
    """One data folder and the process that serves it, if it runs."""

    def __init__(
        self, training: Path, data: Path, *, items: Path | None = None, more: str = ""
    ) -> None:
        self.training = training
        self.data = data
        self.url = ""
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._items = items
        self._more = more
        data.mkdir(parents=True, exist_ok=True)

    def start(self) -> HubProcess:
        """Starts the hub and waits until it answers; after the first time on the same port."""
        assert self._process is None, "it runs already"
        config = self.data.parent / f"{self.data.name}.toml"
        config.write_text(self._settings(), "utf-8")
        command = [sys.executable, "-m", "station", "hub", "serve", "--config", str(config)]
        environment = os.environ | {"YIZHAN_LANGUAGE": "en", "PYTHONWARNINGS": "default"}
        ready = self.data / "hub.json"
        ready.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, cwd=_project()
            )
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not ready.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._process.kill()
                self._process.wait()
                self._process = None
                raise HubDidNotStart(self.log.read_text("utf-8", "replace"))
            time.sleep(0.01)  # nothing to wait on: the file appears in one rename
        self.url = str(json.loads(ready.read_text())["url"])
        self._port = int(self.url.rpartition(":")[2])
        return self

    @property
    def log(self) -> Path:
        """What the hub's process wrote about itself."""
        return self.data.parent / f"{self.data.name}.log"

    @property
    def pid(self) -> int:
        assert self._process is not None, "it does not run"
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def client(self, key: SigningKey | None = None, language: str = "zh") -> HubClient:
        """A client of this hub, signed in where a key is given."""
        return client_of(self.url, key, language)

    def kill(self) -> None:
        """``kill -9``: no farewell, nothing flushed."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ends the hub politely, if it runs."""
        if self._process is not None:
            self._end(signal.SIGTERM)

    def wait(self) -> None:
        """Waits until the hub ended by itself."""
        assert self._process is not None, "it does not run"
        self._process.wait(_PATIENCE_SECONDS)
        self._process = None

    def sms(self) -> list[dict[str, Any]]:
        """The messages that went out so far: id, to, text, at."""
        file = self.data / "sms" / "outbox.jsonl"
        if not file.exists():
            return []
        return [json.loads(line) for line in file.read_text("utf-8").splitlines()]

    def _end(self, number: signal.Signals) -> None:
        assert self._process is not None, "it does not run"
        self._process.send_signal(number)
        self._process.wait(_PATIENCE_SECONDS)
        self._process = None

    def _settings(self) -> str:
        lines = [
            f"data = {json.dumps(str(self.data))}",
            f"training = {json.dumps(str(self.training))}",
            f"port = {self._port}",
            "sweep_seconds = 1",
        ]
        if self._items:
            lines.append(f"items = [{json.dumps(str(self._items))}]")
        return "\n".join(lines) + "\n" + self._more


@contextmanager
def hub_process(
    training: Path, data: Path, *, items: Path | None = None, more: str = ""
) -> Iterator[HubProcess]:
    """A running hub, stopped at the end; ``more`` are further lines of its settings (TOML)."""
    hub = HubProcess(training, data, items=items, more=more).start()
    try:
        yield hub
    finally:
        hub.stop()


def client_of(url: str, key: SigningKey | None = None, language: str = "zh") -> HubClient:
    """A client of the hub at ``url``, signed in where a key is given."""
    client = HubClient(url, language=language)
    if key is not None:
        try:
            client.sign_in(key)
        except BaseException:
            client.close()
            raise
    return client


def _project() -> Path:
    return Path(__file__).resolve().parents[2]
