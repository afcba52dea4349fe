"""Folders of files: one bad file never costs another one its verdict."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from signing.trust import TrustStore
from signing.verify import many
from signing.verify.many import Question, verify_many, within_limits
from signing.verify.pdf import verify_file
from signing.verify.verdict import Outcome, Verdict
from tests.helpers.program import ROOT


def moody(path: Path, trust: TrustStore, policy: str, at: datetime | None) -> Verdict:
    """A judge that some files get the better of."""
    mood = path.read_text()
    if mood == "kills":
        os.kill(os.getpid(), signal.SIGKILL)
    if mood == "spins":
        while True:
            pass
    if mood == "eats":
        bytes(1 << 40)
    if mood == "dives":
        return moody(path, trust, policy, at)
    return verify_file(path, trust, policy=policy, at=at)


@pytest.fixture
def folder(tmp_path: Path, village_only: bytes) -> Path:
    moods = ["kills", "", "spins", "", "eats", "dives", "", "kills"]
    for number, mood in enumerate(moods):
        (tmp_path / f"{number}.pdf").write_text(mood)
    return tmp_path


def test_a_worker_that_dies_costs_its_own_file_only(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "SECONDS", 1)
    files = sorted(folder.iterdir())
    verdicts = list(verify_many(files, Question(TrustStore()), 2, moody))
    assert [verdict.file for verdict in verdicts] == [str(file) for file in files]
    told = [str(dict(verdict.reason.facts)["detail"].code) for verdict in verdicts]  # type: ignore[attr-defined]
    assert told == [
        "worker_died", "empty_file", "too_long", "empty_file", "too_long", "unexpected",
        "empty_file", "worker_died",
    ]  # fmt: skip
    assert "SIGKILL" in verdicts[0].reason.en


def test_verdicts_of_many_are_those_of_each(
    tmp_path: Path, village_only: bytes, dossier: bytes, root: TrustStore
) -> None:
    for number in range(20):
        pdf = village_only if number % 2 else dossier
        (tmp_path / f"{number:02}.pdf").write_bytes(pdf if number % 5 else pdf[:-600])
    question = Question(root, "chain")
    files = sorted(tmp_path.iterdir())
    alone = [within_limits(file, question) for file in files]
    together = list(verify_many(files, question, 2))
    assert [v.outcome for v in together] == [v.outcome for v in alone]
    assert Outcome.VALID in {v.outcome for v in together}


def test_who_stops_early_leaves_no_worker_behind(folder: Path) -> None:
    others = set(children(os.getpid()))  # what other tests of this run have started
    answers = verify_many([folder / "1.pdf"] * 50, Question(TrustStore()), 2, moody)
    next(answers)
    assert set(children(os.getpid())) - others
    answers.close()
    deadline = time.monotonic() + 5
    while set(children(os.getpid())) - others and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not set(children(os.getpid())) - others


def test_a_command_that_is_interrupted_tells_what_it_has(
    tmp_path: Path, village_only: bytes
) -> None:
    for number in range(3000):
        (tmp_path / f"{number}.pdf").hardlink_to(tmp_path / "0.pdf") if number else (
            tmp_path / "0.pdf"
        ).write_bytes(village_only)
    running = subprocess.Popen(
        [sys.executable, "-u", "-m", "station", "verify", str(tmp_path), "--jobs", "2"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"YIZHAN_LANGUAGE": "en"},
    )  # fmt: skip
    assert running.stdout is not None
    assert running.stdout.readline()
    workers = children(running.pid)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "Stopped" in err
    assert "Traceback" not in out + err
    assert workers
    assert not [worker for worker in workers if Path(f"/proc/{worker}").exists()]


def children(pid: int) -> list[int]:
    """The processes that a process started and that still run."""
    found = Path(f"/proc/{pid}/task").glob("*/children")
    listed = [int(child) for file in found for child in file.read_text().split()]
    return [c for c in listed if "resource_tracker" not in Path(f"/proc/{c}/cmdline").read_text()]
