"""The program as a user runs it: a process of its own, its exit status, what it printed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON document it must be."""
        return json.loads(self.out)


def station(
    *words: object,
    home: Path | None = None,
    language: str = "zh",
    stdin: str = "",
    patience: float = 240,
) -> Said:
    """Runs ``station`` with these words; ``home`` is its data folder."""
    environment = os.environ | {"YIZHAN_LANGUAGE": language, "PYTHONWARNINGS": "default"}
    environment.pop("YIZHAN_TRACEBACK", None)
    if home is not None:
        environment["YIZHAN_HOME"] = str(home)
    done = subprocess.run(
        [sys.executable, "-m", "station", *map(str, words)],
        cwd=ROOT,
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=patience,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def is_one_plain_sentence(text: str) -> bool:
    """One line of what, why and what to do, without anything a programmer would have to read."""
    lines = [line for line in text.splitlines() if line.strip()]
    return (
        len(lines) == 1
        and "Traceback" not in text
        and "没料到的错" not in text
        and "nexpected error" not in text
        and lines[0].rstrip().endswith(("。", ".", "”"))
    )
