"""SANE with one driver only, configured in a folder of the test's own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


def use_driver(folder: Path, monkeypatch: pytest.MonkeyPatch, driver: str, **configs: str) -> None:
    """Makes ``scanimage`` know ``driver`` alone; ``configs`` are its configuration files.

    Needs the Debian packages sane-utils and sane-airscan: without them this is a failure.
    """
    assert shutil.which("scanimage"), "the tests need the package sane-utils"
    assert list(Path("/usr/lib").glob(f"*/sane/libsane-{driver}.so.1")), (
        f"SANE's driver “{driver}” is missing: the tests need libsane1 and sane-airscan"
    )
    folder.mkdir(exist_ok=True)
    (folder / "dll.conf").write_text(f"{driver}\n")
    for name, text in configs.items():
        (folder / f"{name}.conf").write_text(text)
    monkeypatch.setenv("SANE_CONFIG_DIR", str(folder))


def airscan_config(url: str) -> str:
    """sane-airscan's configuration for one eSCL scanner at ``url``, looking for no other."""
    return (
        f'[devices]\n"Village Test" = {url}, eSCL\n'
        "[options]\ndiscovery = disable\nws-discovery = off\n"
    )
