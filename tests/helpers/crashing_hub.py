"""A hub that kills itself (``kill -9``) at a chosen step that touches the disk.

The hub's own code runs unchanged in a process of its own; around it every fsync, every rename and
every commit is counted, before and after, and the n-th one is its last. To make a hundred crashes
affordable the process is forked from a nursery that has imported everything already.

    with CrashingHub(training, data) as hub:
        hub.start(crash_at=17)
        ...                          # speak with hub.url until it dies under one's hands
        hub.wait_until_dead()
        hub.crashes                  # where it died, e.g. "before commit of accounts.open"
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from signing.keys.protocol import SigningKey
from station.wire.client import HubClient
from tests.helpers.hub_process import client_of

_PROJECT = Path(__file__).resolve().parents[2]


class CrashingHub:
    """The test's side: starts hubs one after the other on the same data and the same port."""

    def __init__(self, training: Path, data: Path) -> None:
        self.data = data
        self.url = ""
        self._training = training
        self._port = 0
        self._log = (data.parent / "crashes.log").open("ab")
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.helpers.crashing_hub"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=_PROJECT,
        )
        self._pid = 0

    def __enter__(self) -> CrashingHub:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pid:
            self.kill()
        self._pipe("stdin").close()
        self._nursery.wait(30)
        self._pipe("stdout").close()
        self._log.close()

    def start(self, crash_at: int = 0) -> bool:
        """Starts a hub; False when it died before it answered. 0: it lives until it is killed."""
        wish = {
            "training": str(self._training),
            "data": str(self.data),
            "port": self._port,
            "crash_at": crash_at,
        }
        (self.data / "hub.json").unlink(missing_ok=True)
        pipe = self._pipe("stdin")
        pipe.write(json.dumps(wish).encode() + b"\n")
        pipe.flush()
        self._pid = self._said()["pid"]
        said = self._said()
        if "url" not in said:
            self._pid = 0
            return False
        self.url = said["url"]
        self._port = int(self.url.rpartition(":")[2])
        return True

    def client(self, key: SigningKey | None = None) -> HubClient:
        """A client of the hub that runs now, signed in where a key is given."""
        return client_of(self.url, key)

    def wait_until_dead(self) -> None:
        """Waits for the end that is coming."""
        assert "dead" in self._said()
        self._pid = 0

    def kill(self) -> None:
        """``kill -9`` from outside, if it did not die by its own hand meanwhile."""
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        self.wait_until_dead()

    @property
    def crashes(self) -> list[str]:
        """Where the hubs died so far."""
        file = self.data.parent / "crash-points"
        return file.read_text().splitlines() if file.exists() else []

    def _said(self) -> Any:
        line = self._pipe("stdout").readline()
        assert line, "the nursery is gone"
        return json.loads(line)

    def _pipe(self, name: str) -> IO[bytes]:
        pipe = getattr(self._nursery, name)
        assert pipe is not None
        return pipe  # type: ignore[no-any-return]


# --- the nursery's side ---------------------------------------------------------------------------


def _nursery() -> None:
    import station.hub.process  # noqa: F401 - so that each child has it already

    for line in sys.stdin:
        wish = json.loads(line)
        heard, told = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(heard)
            _child(wish, told)
        os.close(told)
        _say({"pid": child})
        with os.fdopen(heard) as ear:
            if url := ear.read():
                _say({"url": url})
        os.waitpid(child, 0)
        _say({"dead": child})


def _child(wish: dict[str, Any], told: int) -> None:
    from station.hub import process
    from station.hub.settings import HubSettings

    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    data = Path(wish["data"])
    if wish["crash_at"]:
        _count(wish["crash_at"], data.parent / "crash-points")
    announced = process._Server.startup

    async def startup(self: Any, sockets: Any = None) -> None:
        await announced(self, sockets)
        os.write(told, self._url.encode())
        os.close(told)

    process._Server.startup = startup  # type: ignore[method-assign]
    settings = HubSettings(
        data=data, training=Path(wish["training"]), port=wish["port"], sweep_seconds=1
    )
    try:
        process.serve(settings)
    except BaseException:  # noqa: BLE001 - the child must never return into the nursery's loop
        traceback.print_exc()
    os._exit(0)


def _count(last: int, points: Path) -> None:
    """Makes the ``last`` step of this process the one at which it dies."""
    from sqlalchemy.engine.default import DefaultDialect

    from station.hub import assembly

    steps = 0

    def step(when: str, what: str) -> None:
        nonlocal steps
        steps += 1
        if steps == last:
            with points.open("a") as file:
                file.write(f"{when} {what} of {_where()}\n")
            os.kill(os.getpid(), signal.SIGKILL)

    def guarded(what: str, work: Any) -> Any:
        def call(*arguments: Any) -> Any:
            step("before", what)
            result = work(*arguments)
            step("after", what)
            return result

        return call

    opened = assembly.identity_of

    def counting_from_here(*arguments: Any) -> Any:
        """What comes before is the training authority's, which other tests share."""
        os.fsync = guarded("fsync", os.fsync)
        Path.replace = guarded("rename", Path.replace)  # type: ignore[method-assign]
        DefaultDialect.do_commit = guarded(  # type: ignore[method-assign]
            "commit", DefaultDialect.do_commit
        )
        return opened(*arguments)

    assembly.identity_of = counting_from_here


def _where() -> str:
    """The function of the hub that is at work: the outermost one below its routes and rounds."""
    for frame in traceback.extract_stack():
        path = Path(frame.filename)
        if path.parent.name in ("hub", "notify") and not path.stem.startswith(
            ("app", "assembly", "routes", "process", "rounds", "doors")
        ):
            return f"{path.stem}.{frame.name}"
    return "start"


def _say(words: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _nursery()
