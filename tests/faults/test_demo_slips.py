"""A demo that cannot begin says so before a minute's work is done; one that is stopped leaves
nothing running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.program import ROOT, is_one_plain_sentence, station


@pytest.mark.parametrize("slip", ["a file", "below a file", "no item", "no photographs"])
def test_a_demo_that_cannot_begin_says_so_at_once(tmp_path: Path, slip: str) -> None:
    (tmp_path / "file").write_text("mine")
    words = {
        "a file": ["--out", tmp_path / "file"],
        "below a file": ["--out", tmp_path / "file" / "demo"],
        "no item": ["--out", tmp_path / "demo", "--item", "NO-1"],
        "no photographs": ["--out", tmp_path / "demo", "--photos", tmp_path / "nowhere"],
    }[slip]
    said = station("demo", *words)
    assert said.status == 2
    assert is_one_plain_sentence(said.err), said.err
    assert [path.name for path in tmp_path.iterdir()] == ["file"], "nothing was made"
    assert (tmp_path / "file").read_text() == "mine"


def test_a_demo_that_is_stopped_says_so_and_leaves_no_hub_behind(tmp_path: Path) -> None:
    demo = subprocess.Popen(
        [sys.executable, "-m", "station", "demo", "--out", str(tmp_path / "demo")],
        cwd=ROOT,
        env=os.environ | {"YIZHAN_LANGUAGE": "zh"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A test run in the background may have been told to ignore Ctrl+C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert demo.stderr is not None
    with demo.stderr:
        for line in demo.stderr:
            if line.startswith("3/11"):  # the hub runs, the agent sits at the desk
                break
        hub = (tmp_path / "demo" / "data" / "hub" / "hub.json").read_text()
        os.killpg(demo.pid, signal.SIGINT)  # as the terminal sends it
        rest = demo.stderr.read()
    assert demo.wait(60) == 2
    assert "已停下" in rest and "Traceback" not in rest
    assert '"pid"' in hub
    assert not (tmp_path / "demo" / "data" / "hub" / "hub.json").exists(), "the hub ended too"
