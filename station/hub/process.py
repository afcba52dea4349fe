"""The hub as a process: its port, its ready file, its one place, and its end.

``hub.json`` in the data folder says where the hub listens, from the moment it answers until it
ends; whoever starts a hub waits for that file. One data folder has one hub: a second start is
refused, and a lock that the system itself lets go of survives no crash.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import uvicorn

from signing.files import write_whole
from station.errors import StationError
from station.hub.app import make_app
from station.hub.assembly import Hub, open_hub
from station.hub.limits import patient
from station.hub.settings import HubSettings, HubSettingsWrong

READY_FILE = "hub.json"

_log = logging.getLogger(__name__)


class HubAlreadyRunning(StationError):
    what = "The hub did not start."
    cause = "Another one already works on {folder}."
    remedy = "Use that one ({where}), or stop it first."
    zh = ("中心没有启动。", "已有一个中心在用 {folder}。", "请用那一个（{where}），或先停掉它。")


class PortNotFree(StationError):
    what = "The hub did not start."
    cause = "It cannot listen on {host}:{port} ({reason})."
    remedy = "Choose another port, or stop the program that has it."
    zh = (
        "中心没有启动。",
        "不能在 {host}:{port} 上监听（{reason}）。",
        "请换一个端口，或停掉占用它的程序。",
    )


class HubFolderUnusable(StationError):
    what = "The hub did not start."
    cause = "Its folder {folder} cannot be used ({reason})."
    remedy = "Make room on its disk, or have the folder's permissions set right; nothing was lost."
    zh = (
        "中心没有启动。",
        "它的文件夹 {folder} 不能用（{reason}）。",
        "请腾出磁盘空间，或改正文件夹的权限；数据都在。",
    )


def serve(settings: HubSettings) -> None:
    """Runs the hub until it is told to end (SIGTERM, SIGINT)."""
    settings.check_address()
    try:
        _serve(settings)
    except OSError as error:
        raise HubFolderUnusable(folder=settings.data, reason=error.strerror or error) from error


def _serve(settings: HubSettings) -> None:
    settings.data.mkdir(parents=True, exist_ok=True)
    with _only_one(settings.data) as lock, _listening(settings) as door:
        _log_to_stderr()
        hub = open_hub(settings)
        server = _server(hub, door)
        hub.rounds.duties["folder"] = lambda: _end_without_folder(server, settings.data, lock)
        for number in (signal.SIGTERM, signal.SIGINT):
            # uvicorn raises the signal that ended it once more, which would skip what follows.
            signal.signal(number, lambda *_: None)
        try:
            server.run(sockets=[door])
        finally:
            ready_file(settings.data).unlink(missing_ok=True)
            hub.close()


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # Who asked for what is in the record, signed; a second list would only hold personal data.
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)


def ready_file(data: Path) -> Path:
    """Where a running hub says how to reach it: ``{"url": …, "pid": …}``."""
    return data / READY_FILE


class _Server(uvicorn.Server):
    """Announces itself once it answers, and starts its rounds then."""

    def __init__(self, hub: Hub, door: socket.socket) -> None:
        tls = hub.settings.tls
        super().__init__(
            uvicorn.Config(
                make_app(hub),
                http=patient(hub.settings.patience_seconds, hub.settings.most_connections),
                ws="none",
                ssl_certfile=tls.certificate if tls else None,
                ssl_keyfile=tls.key if tls else None,
                log_config=None,
                lifespan="off",
                timeout_graceful_shutdown=3,
                server_header=False,
            )
        )
        self._hub = hub
        host, port = door.getsockname()[:2]
        scheme = "https" if tls else "http"
        self._url = f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._hub.rounds.start()
        announced = json.dumps({"url": self._url, "pid": os.getpid()})
        write_whole(ready_file(self._hub.settings.data), announced.encode())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Long polls wait for news; without this they would hold the end up.
        self._hub.bell.end()
        await super().shutdown(sockets=sockets)


def _server(hub: Hub, door: socket.socket) -> _Server:
    server = _Server(hub, door)
    try:
        server.config.load()  # reads the TLS files: better now than at the first request
    except OSError as error:  # ssl.SSLError is one
        hub.close()
        tls = hub.settings.tls
        raise HubSettingsWrong(file=tls.certificate if tls else "", reason=error) from error
    return server


@contextmanager
def _listening(settings: HubSettings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Named as TCP: asyncio switches Nagle's algorithm off only where it knows that, and with it
    # every answer would wait 40 ms for an acknowledgement.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as door:
        if os.name != "nt":  # there it would let two programs share the port
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((settings.host, settings.port))
            door.listen(256)
        except OSError as error:
            raise PortNotFree(
                host=settings.host, port=settings.port, reason=error.strerror or error
            ) from error
        yield door


@contextmanager
def _only_one(data: Path) -> Iterator[IO[str]]:
    with (data / "hub.lock").open("a") as file:
        try:
            _lock(file)
        except OSError as error:
            raise HubAlreadyRunning(folder=data, where=_where(data)) from error
        yield file


def _lock(file: IO[str]) -> None:
    """Held until the process ends, however it ends."""
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _end_without_folder(server: _Server, data: Path, lock: IO[str]) -> None:
    """A hub whose folder was taken away or replaced serves a record that nobody can find again."""
    try:
        if os.path.samestat(os.fstat(lock.fileno()), (data / "hub.lock").stat()):
            return
    except FileNotFoundError:
        pass
    _log.error("the data folder %s is gone or is another one now: this hub ends", data)
    server.should_exit = True


def _where(data: Path) -> str:
    try:
        return str(json.loads(ready_file(data).read_text())["url"])
    except (OSError, ValueError, KeyError):
        return "?"
