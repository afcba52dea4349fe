"""The hub of a PC that was given none: a process of its own, started when it is needed.

It may be started, used and left by several desks after one another; whoever finds one running on
the data folder uses that. It is never part of the desk's process: a desk that dies takes no hub
with it, and a hub that dies is started again on the same port.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from station.errors import HubError
from station.paths import Home

_PATIENCE_S = 60.0
_LOG = "hub.log"


class HubDidNotStart(HubError):
    what = "The hub of this computer did not start."
    cause = "{reason}"
    remedy = "See {log}; cases entered meanwhile are kept and sent later."
    zh = ("本机的中心没有启动。", "{reason}", "请看 {log}；这期间填的办件都留着，以后再送。")


class EmbeddedHub:
    """Starts and finds the hub of ``place``."""

    def __init__(self, place: Home) -> None:
        self._place = place
        self._data = place.hub
        self._process: subprocess.Popen[bytes] | None = None

    def find(self) -> str:
        """The address of the hub that runs on this folder; "" when none answers."""
        try:
            said = json.loads((self._data / "hub.json").read_text())
        except (OSError, ValueError):
            return ""
        url = str(said.get("url", ""))
        return url if url and _answers(url) else ""

    def ensure(self, patience_s: float = _PATIENCE_S) -> str:
        """The address of a running hub, starting one if none answers; ``HubDidNotStart``."""
        if url := self.find():
            return url
        self._data.mkdir(parents=True, exist_ok=True)
        log = self._data / _LOG
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "station", "hub", "serve", "--data", str(self._data)]
                + ["--port", str(self._port())],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # Its own group: Ctrl+C at the desk's terminal is not meant for the hub.
                start_new_session=True,
                env=os.environ | {"YIZHAN_HOME": str(self._place.root)},
            )
        until = time.monotonic() + patience_s
        while time.monotonic() < until:
            if url := self.find():
                (self._data / "port").write_text(url.rpartition(":")[2])
                return url
            if self._process.poll() is not None:
                raise HubDidNotStart(reason=_last_line(log), log=log)
            time.sleep(0.05)
        raise HubDidNotStart(reason="it does not answer", log=log)

    def stop(self) -> None:
        """Ends the hub that this object started; one started by another desk goes on."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _port(self) -> int:
        """The port of last time if it is free, so that clients find the hub again; else any."""
        try:
            port = int((self._data / "port").read_text())
        except (OSError, ValueError):
            return 0
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return 0
        return port


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/v1/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, ValueError):  # URLError is an OSError
        return False


def _last_line(log: Path) -> str:
    try:
        lines = log.read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1][-300:] if lines else ""
