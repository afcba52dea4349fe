"""``station key`` run in this process, with the PIN on standard input."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from station import __main__ as station

Key = Callable[..., Any]


def key_command(
    module: Path,
    hub: str,
    home: Path,
    usual_pin: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Key:
    """Runs the command with the PIN on standard input; its status, JSON answer and words."""
    monkeypatch.setenv("YIZHAN_LANGUAGE", "zh")
    monkeypatch.setenv("YIZHAN_HOME", str(home))
    monkeypatch.setenv("YIZHAN_HUB", hub)
    monkeypatch.setenv("YIZHAN_TOKEN_MODULES", str(module))

    def run(*words: object, pin: str = usual_pin) -> tuple[int, Any, str]:
        line = ["station", "key", *map(str, words), "--json"]
        monkeypatch.setattr(
            sys, "argv", [*line] if words[0] == "list" else [*line, "--pin-file", "-"]
        )
        monkeypatch.setattr(sys, "stdin", StringIO(pin + "\n"))
        try:
            status = station.main()
        except SystemExit as left:
            status = int(str(left.code))
        answered, said = capsys.readouterr()
        assert "Traceback" not in said
        return status, json.loads(answered) if answered else None, said

    return run
