"""The two commands of a fresh machine, as far as they can be asked without installing anything.

The set-up runs in a copy of the scripts with tools that only write down what they were asked.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.helpers.program import ROOT

SCRIPTS = (*sorted((ROOT / "installer").glob("*.sh")), ROOT / ".ci" / "run")

_PYTHON = """#!/bin/sh
echo "python $*" >>"$RECORD"
case "$*" in *"-m venv"*) mkdir -p .venv/bin; cp "$0" .venv/bin/python ;; esac
case "$*" in *"--editable"*) cp "$0" .venv/bin/station ;; esac
exit 0
"""
_APT = '#!/bin/sh\necho "apt-get $*" >>"$RECORD"\nexit 0\n'
_DPKG = '#!/bin/sh\n[ -z "$MISSING" ] && echo installed || echo not-installed\n'


@dataclass(frozen=True)
class Machine:
    """A copy of the project's scripts, and the tools that this machine pretends to have."""

    project: Path
    tools: Path
    record: Path

    def run(self, *words: str, **changes: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": f"{self.tools}:{os.environ['PATH']}",
            "RECORD": str(self.record),
            "HOME": str(self.project),
            "MISSING": "",
        }
        return subprocess.run(
            ["sh", "installer/run.sh", *words],
            cwd=self.project,
            env=environment | changes,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    @property
    def asked(self) -> list[str]:
        """What the tools were asked to do, but for which Python can be used."""
        if not self.record.exists():
            return []
        return [line for line in self.record.read_text().splitlines() if " -c " not in line]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    project, tools = tmp_path / "project", tmp_path / "tools"
    shutil.copytree(ROOT / "installer", project / "installer")
    shutil.copy(ROOT / "pyproject.toml", project)
    tools.mkdir()
    for name, script in (
        *((f"python{version}", _PYTHON) for version in ("3.11", "3.12", "3.13", "3")),
        ("apt-get", _APT),
        ("sudo", '#!/bin/sh\n[ "$1" = -n ] && shift\nexec "$@"\n'),
        ("dpkg-query", _DPKG),
    ):
        (tools / name).write_text(script)
        (tools / name).chmod(0o755)
    return Machine(project, tools, tmp_path / "record")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_every_script_is_sound_for_a_plain_sh(script: Path) -> None:
    done = subprocess.run(["sh", "-n", str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_first_run_installs_pinned_packages_and_the_second_nothing(machine: Machine) -> None:
    first = machine.run("--setup-only")
    assert first.returncode == 0, first.stderr
    assert any("--require-hashes" in line for line in machine.asked)
    assert any("--editable" in line for line in machine.asked)

    before = machine.asked
    second = machine.run("--setup-only")
    assert second.returncode == 0, second.stderr
    assert machine.asked == before, "nothing was installed again"
    assert second.stderr == ""


def test_changed_requirements_are_installed_on_the_next_run(machine: Machine) -> None:
    machine.run("--setup-only")
    before = len(machine.asked)
    with (machine.project / "installer" / "requirements.txt").open("a") as file:
        file.write("# another\n")
    assert machine.run("--setup-only").returncode == 0
    assert len(machine.asked) > before


def test_packages_that_did_not_install_are_told_and_tried_again(machine: Machine) -> None:
    (machine.project / ".venv" / "bin").mkdir(parents=True)
    broken = machine.project / ".venv" / "bin" / "python"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    told = machine.run("--setup-only")
    assert told.returncode == 2
    assert "check the network" in told.stderr
    assert not list((machine.project / ".venv").glob(".installed-*")), "it is tried again"


def test_missing_system_packages_are_asked_of_apt_by_name(machine: Machine) -> None:
    assert machine.run("--setup-only", MISSING="yes").returncode == 0
    (asked,) = [line for line in machine.asked if "apt-get install" in line]
    assert "fonts-noto-cjk" in asked


def test_every_requirement_is_pinned_with_hashes_and_names_no_registry() -> None:
    for name in ("requirements.txt", "requirements-test.txt"):
        text = (ROOT / "installer" / name).read_text("utf-8")
        pinned = [line for line in text.splitlines() if "==" in line]
        assert len(pinned) > 40, name
        assert text.count("--hash=sha256:") >= len(pinned)
        assert "://" not in text, name


def test_the_list_of_licences_names_every_pinned_package() -> None:
    listed = (ROOT / "installer" / "THIRD-PARTY.md").read_text("utf-8").lower()
    pinned = [
        line.split(" ")[0].rstrip("\\").strip()
        for line in (ROOT / "installer" / "requirements.txt").read_text("utf-8").splitlines()
        if "==" in line
    ]
    missing = [
        one for one in pinned if "| {} | {} |".format(*one.lower().split("==")) not in listed
    ]
    assert missing == []
    assert "not installed here" not in listed
