"""A real pcscd with a virtual reader (vpcd) and OpenSC above it, for this run alone.

pcscd is given its socket as systemd would give it, so that it takes nobody's: several runs, and
the machine's own pcscd, live side by side, each vpcd on a free port. It is ended by its process.
"""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import pytest

from signing.keys.pkcs11 import Pkcs11Keys
from signing.keys.tokens import Token
from tests.helpers.virtual_card import VirtualCard

T = TypeVar("T")

_DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
_HAND_OVER = (  # prctl(PR_SET_PDEATHSIG): a run that is killed leaves no pcscd behind
    "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 15); os.dup2(int(sys.argv[1]), 3); "
    "os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid())); "
    "os.execv(sys.argv[2], sys.argv[2:])"
)


class CardReader:
    """The reader, with two slots for cards."""

    def __init__(self, folder: Path) -> None:
        assert _DRIVER.exists(), "the Debian package vsmartcard-vpcd is missing"
        self._port = _two_free_ports()
        config = folder / "readers"
        config.mkdir()
        (config / "vpcd").write_text(
            f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:0x{self._port:04X}\n'
            f"LIBPATH {_DRIVER}\nCHANNELID 0x{self._port:04X}\n"
        )
        self.socket = folder / "pcscd"
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(self.socket))
        self._listening.listen(16)
        self._config = config
        self._pcscd: subprocess.Popen[bytes] | None = None
        self._cards: list[VirtualCard] = []  # that were ever in it
        self.start()

    def start(self) -> None:
        """Starts pcscd, at first or anew."""
        # Handed over as descriptor 3 to a process that names its own number (sd_listen_fds).
        program = ["/usr/sbin/pcscd", "--foreground", "--config", str(self._config)]
        self._pcscd = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _HAND_OVER, str(self._listening.fileno()), *program],
            pass_fds=(self._listening.fileno(),),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def end(self) -> None:
        """Ends pcscd, as an update of the system does; its socket stays, as systemd keeps it."""
        if self._pcscd is not None:
            self._pcscd.terminate()
            self._pcscd.wait(10)
            self._pcscd = None

    def close(self) -> None:
        self.end()
        self._listening.close()

    @property
    def module(self) -> Path:
        found = sorted(Path("/usr/lib").glob("*/opensc-pkcs11.so"))
        assert found, "the Debian package opensc-pkcs11 is missing"
        return found[0]

    def keys(self) -> Pkcs11Keys:
        """A provider of its own process; close it."""
        return Pkcs11Keys([self.module])

    def insert(self, card: VirtualCard, keys: Pkcs11Keys, *, place: int = 0) -> Token:
        """Puts the card in and waits until ``keys`` sees it.

        pcscd looks at its readers every 0.4 s; a card that is out for less is a swap that no hand
        can do, and that it does not notice.
        """
        self._cards = [*(one for one in self._cards if one is not card), card]
        last = max(one.pulled_at for one in self._cards)
        time.sleep(max(0.0, last + 0.8 - time.monotonic()))
        for _ in range(200):
            try:
                card.insert(self._port + place)
                break
            except ConnectionRefusedError:  # pcscd is still starting
                assert self._pcscd is not None, "pcscd was ended"
                if self._pcscd.poll() is not None:  # beside another run's, it may give up once
                    self.start()
                time.sleep(0.05)
        return until(lambda: _with_serial(keys, card))

    def pull(self, card: VirtualCard, keys: Pkcs11Keys) -> None:
        """Takes the card out and waits until ``keys`` misses it."""
        card.pull()
        until(lambda: _with_serial(keys, card) is None)


def _with_serial(keys: Pkcs11Keys, card: VirtualCard) -> Token | None:
    return next((t for t in keys.look().tokens if t.serial == card.token_serial), None)


def until(seen: Callable[[], T | None], seconds: float = 20.0) -> T:
    """What ``seen`` gives once it gives something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := seen():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come about")


def _two_free_ports() -> int:
    """The first of two neighbours; vpcd gives its second slot the next port.

    Below the ports that the system deals out: trying to reach one of those before pcscd listens
    there can end in a connection with oneself.
    """
    for port in random.SystemRandom().sample(range(20_000, 32_000, 2), 50):
        with socket.socket() as first, socket.socket() as second, suppress(OSError):
            first.bind(("127.0.0.1", port))
            second.bind(("127.0.0.1", port + 1))
            return port
    raise AssertionError("no two free ports side by side")


@pytest.fixture(scope="session")
def card_reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CardReader]:
    """The reader of this run. Programs find it by PCSCLITE_CSOCK_NAME, which stays set."""
    reader = CardReader(tmp_path_factory.mktemp("pcsc"))
    before = os.environ.get("PCSCLITE_CSOCK_NAME")
    os.environ["PCSCLITE_CSOCK_NAME"] = str(reader.socket)
    yield reader
    reader.close()
    if before is None:
        del os.environ["PCSCLITE_CSOCK_NAME"]
    else:
        os.environ["PCSCLITE_CSOCK_NAME"] = before
