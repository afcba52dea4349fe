"""The house stands as it was drawn: storeys, quick starts, errors that explain themselves.

What a linter can hold is asked of the linter; what only the whole project can show is asked here.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import signing
import station
import ui
from signing.errors import ExplainedError
from station.__main__ import COMMANDS
from station.wire.problems import RefusedOtherwise
from tests.helpers.program import ROOT, is_one_plain_sentence
from tests.helpers.program import station as run_station

HEAVY = ("cv2", "pyhanko", "reportlab", "onnxruntime", "rapidocr", "PySide6", "sqlalchemy")
_TEXT = {".py", ".md", ".toml", ".sh", ".txt", ".json", ".cfg", ".yml", ".yaml", ".ts", ".svg"}


def test_every_import_goes_the_way_the_house_was_drawn() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [str(lint), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_error_says_what_happened_and_what_to_do_in_both_languages() -> None:
    wrong = []
    for error in _leaves():
        what, cause, remedy = error.zh
        if not (error.what and error.remedy):
            wrong.append(f"{error.__name__} has no what or no remedy in English")
        if not (what and remedy):
            wrong.append(f"{error.__name__} has no what or no remedy in Chinese")
        if bool(error.cause) != bool(cause):
            wrong.append(f"{error.__name__} has a cause in one language only")
        if not _chinese(what + cause + remedy) and error not in _IN_OTHERS_WORDS:
            wrong.append(f"{error.__name__} speaks no Chinese")
    assert wrong == []


def test_both_languages_of_an_error_tell_the_same_facts() -> None:
    wrong = []
    for error in _leaves():
        english = _facts(error.what + error.cause + error.remedy)
        chinese = _facts("".join(error.zh))
        if english != chinese:
            wrong.append((error.__name__, english ^ chinese))
    assert wrong == []


@pytest.mark.parametrize(
    "start", ["import station.__main__", "import ui.application", "import station.assembly"]
)
def test_a_start_loads_nothing_heavy(start: str) -> None:
    heavy = [name for name in HEAVY if not (name == "PySide6" and "ui" in start)]
    if "assembly" in start:
        heavy.remove("pyhanko")  # its parts for certificates are needed to know whose key it is
    code = f"import sys; {start}; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_the_program_lists_its_commands_at_once() -> None:
    said = run_station("--help")
    assert said.status == 0
    assert [name for name in COMMANDS if name not in said.out] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_loads_nothing_heavy(command: str) -> None:
    code = (
        "import sys; sys.argv = ['station', sys.argv[1], '--help']\n"
        "from station.__main__ import main\n"
        "try: main()\n"
        "except SystemExit as ended: assert not ended.code, ended\n"
        f"print('heavy:', [m for m in {HEAVY} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "heavy: []" in done.stdout, done.stdout[-300:] + done.stderr
    assert len(done.stdout.splitlines()) > 4, "a help that says something"


def test_a_word_that_is_no_command_is_answered_in_one_sentence() -> None:
    said = run_station("verfy", "x.pdf")
    assert said.status == 2
    assert is_one_plain_sentence(said.err), said.err
    assert said.out == ""


def test_no_file_names_this_machine_or_a_registry_or_holds_a_private_key() -> None:
    told = []
    private = "-----BEGIN " + "(RSA |EC |ENCRYPTED |)PRIVATE KEY-----"
    patterns = {
        "a path of one machine": r"(?<![\w.~/$}])/(work|root|home/(?!ren/)\w+)/\w",
        "a package registry": r"https?://[\w.-]*(pypi|pythonhosted|mirrors?\.)[\w.-]*",
        "a private key": private,
    }
    for file in _tracked():
        if file.suffix not in _TEXT and file.suffix:
            continue
        text = (ROOT / file).read_text("utf-8", "replace")
        told += [
            f"{file}: {what}: {found.group()}"
            for what, pattern in patterns.items()
            if (found := re.search(pattern, text))
        ]
    assert told == []


def test_every_module_says_what_lives_in_it() -> None:
    silent = []
    for file in _tracked():
        if file.suffix == ".py" and file.parts[0] in ("signing", "station", "ui"):
            text = (ROOT / file).read_text("utf-8")
            if text.strip() and not text.lstrip().startswith('"""'):
                silent.append(str(file))
    assert silent == []


# ---------------------------------------------------------------- what is looked at
@cache
def _leaves() -> tuple[type[ExplainedError], ...]:
    """Every error class that is raised itself: those below which there is none."""
    for package in (signing, station, ui):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    return tuple(
        error
        for error in _below(ExplainedError)
        if not error.__subclasses__() and error.__module__.split(".")[0] in _STOREYS
    )


_STOREYS = ("signing", "station", "ui")
_IN_OTHERS_WORDS = (RefusedOtherwise,)  # a newer hub's refusal, in the words that the hub sent


def _below(error: type[ExplainedError]) -> Iterator[type[ExplainedError]]:
    for child in error.__subclasses__():
        yield child
        yield from _below(child)


def _facts(template: str) -> set[str]:
    """The names in the braces; ``kind_zh`` and ``kind_en`` are one fact in two languages."""
    names = (name for _, name, _, _ in string.Formatter().parse(template) if name)
    return {re.sub(r"_(zh|en)$", "", name) for name in names}


def _chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


@cache
def _tracked() -> tuple[Path, ...]:
    """The project's own files: what git has, or, where there is no git, what lies there."""
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return tuple(
            Path(name) for name in done.stdout.split("\0") if name and (ROOT / name).is_file()
        )
    rooms = ("signing", "station", "ui", "tests", "installer", "resources")
    return tuple(file.relative_to(ROOT) for room in rooms for file in (ROOT / room).rglob("*.*"))
