"""A PKCS#11 driver at arm's length: one process for each, asked over a pipe.

Why a process and not a thread: a driver is native code of a UKey's maker. When it crashes it takes
its process with it, and a thread that hangs in it can never be ended. Here a crash is
``DriverCrashed``, a hang ``DriverStuck`` after which the process is ended, and the next question
starts a new one.
"""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from signing.errors import KeyRemoved
from signing.keys import token_process
from signing.keys.token_errors import (
    DriverCrashed,
    DriverMissing,
    DriverStuck,
    DriverUnfit,
    explained,
)

_SECONDS = 30.0  # for anything that a card does
_SECONDS_TO_MAKE_A_KEY = 180.0  # RSA on a card takes up to two minutes
_SECONDS_TO_TYPE = 90.0  # on a reader with keys of its own


class TokenDriver:
    """The driver at ``module``. Safe to ask from any thread; one question at a time.

    ``epoch`` grows with every process that ended: what was opened before is gone with it.
    """

    def __init__(
        self, module: Path, seconds: float = _SECONDS, more: Mapping[str, str] | None = None
    ) -> None:
        """``more`` is added to the environment that the driver runs in."""
        self.module = module
        self._environment = {**os.environ, **more} if more else None
        self._seconds = seconds
        self.epoch = 0
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._finalizer: weakref.finalize[Any, Any] | None = None

    @property
    def name(self) -> str:
        """The file's name, for messages."""
        return self.module.name

    @property
    def process_id(self) -> int | None:
        """The process that runs now, if one does."""
        return self._process.pid if self._process is not None else None

    def ask(
        self,
        do: str,
        *,
        seconds: float = 0.0,
        most: float = float("inf"),
        epoch: int | None = None,
        **arguments: Any,
    ) -> Any:
        """One question to the process (a method of ``token_process.Tokens``) and its answer.

        It may take ``seconds``, else what this driver may, and ``most`` at the most.
        With ``epoch`` it concerns something opened then; ``KeyRemoved`` when that process ended.
        Raises what ``token_errors`` explains.
        """
        seconds = min(seconds or self._seconds, most)
        line = token_process.encode({"do": do, "with": arguments})
        with self._lock:
            if epoch is not None and epoch != self.epoch:
                raise KeyRemoved(where=self.name)
            process = self._running()
            assert process.stdin is not None
            try:
                process.stdin.write(line)
                process.stdin.flush()
                answer = self._answers.get(timeout=seconds)
            except queue.Empty:
                self._end()
                raise DriverStuck(where=self.name, seconds=f"{seconds:g}") from None
            except OSError:
                answer = b""
            if not answer:
                code = self._end()
                raise DriverCrashed(where=self.name, reason=f"exit {code}")
        message = token_process.decode(answer)
        if "not_a_driver" in message:
            self.close()
            raise DriverUnfit(where=self.module, reason=message["not_a_driver"])
        if "code" in message:
            raise explained(message["failed"], message["code"], self.name)
        return message["answer"]

    def ask_with_pin(self, do: str, pin: str | None, **arguments: Any) -> Any:
        """As ``ask``; ``pin`` None is typed on the reader itself."""
        seconds = self._seconds if pin is not None else _SECONDS_TO_TYPE
        if do == "generate":
            seconds = _SECONDS_TO_MAKE_A_KEY
        raw = None if pin is None else pin.encode()
        return self.ask(do, seconds=seconds, pin=raw, **arguments)

    def start_anew(self) -> None:
        """Ends the process; the next question starts one, which looks at everything afresh."""
        with self._lock:
            self._end()

    close = start_anew

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None:
            if self._process.poll() is None:
                return self._process
            self._end()
        if not self.module.is_file():
            raise DriverMissing(where=self.module)
        self._answers = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", token_process.__file__, str(self.module)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._environment,
        )
        threading.Thread(
            target=_listen, args=(self._process, self._answers), name=self.name, daemon=True
        ).start()
        self._finalizer = weakref.finalize(self, _put_down, self._process)
        return self._process

    def _end(self) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        self.epoch += 1
        if self._finalizer is not None:
            self._finalizer.detach()
        return _put_down(process)


def _listen(process: subprocess.Popen[bytes], answers: queue.SimpleQueue[bytes]) -> None:
    assert process.stdout is not None
    with process.stdout as stream:
        for line in stream:
            answers.put(line)
    answers.put(b"")  # it ended


def _put_down(process: subprocess.Popen[bytes]) -> int:
    """Ends the process, by its own way when it listens, else at once; its exit status."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    try:
        return process.wait(0.5)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
