"""SoftHSM tokens, made once a run: real PKCS#11 sessions, keys and PIN checks, no hardware.

SoftHSM knows no locked PIN and reads its folder only when a driver starts; what needs a card that
locks, or is pulled, takes ``smart_card.py``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from signing.keys.pkcs11 import Pkcs11Keys
from signing.keys.token_uri import TokenUri
from signing.keys.tokens import Token

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN, SO_PIN = "135246", "87654321"


class SoftHsm:
    """A folder of tokens, and a driver that sees no other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "tokens"
        self.folder.mkdir()
        self.config = folder / "softhsm2.conf"
        self.config.write_text(
            f"directories.tokendir = {self.folder}\nobjectstore.backend = file\n"
            "log.level = ERROR\nslots.removable = true\n"
        )

    @property
    def module(self) -> Path:
        assert MODULE.exists(), "the Debian package softhsm2 is missing"
        return MODULE

    def plug_in(self, label: str, pin: str = PIN) -> None:
        """A new, empty token."""
        subprocess.run(
            ["softhsm2-util", "--init-token", "--free", "--label", label]
            + ["--so-pin", SO_PIN, "--pin", pin],
            check=True, capture_output=True, env={**os.environ, "SOFTHSM2_CONF": str(self.config)},
        )  # fmt: skip

    def keys(self) -> Pkcs11Keys:
        """A provider of its own process; close it."""
        return Pkcs11Keys([self.module])

    def token(self, keys: Pkcs11Keys, label: str) -> Token:
        return keys.token(TokenUri(token=label))

    def pull_all(self) -> None:
        """All tokens leave, whatever they are doing."""
        self.folder.rename(self.folder.with_name("pulled"))

    def put_back(self) -> None:
        self.folder.with_name("pulled").rename(self.folder)

    def throw_away(self, serial: str) -> None:
        """Destroys one token for good, by the end of its serial number that names its folder."""
        for entry in self.folder.iterdir():
            if entry.name.replace("-", "").endswith(serial):
                shutil.rmtree(entry)


@pytest.fixture(scope="session")
def soft_hsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoftHsm]:
    """The tokens of this run. The driver finds them by SOFTHSM2_CONF, which stays set."""
    hsm = SoftHsm(tmp_path_factory.mktemp("softhsm"))
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(hsm.config)
    yield hsm
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before
