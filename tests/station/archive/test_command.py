"""``station archive verify`` on the command line."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from station.__main__ import main
from station.archive.package import write_package
from station.clock import china_now
from tests.helpers.broken import flip_bit
from tests.helpers.closed_case import refused_case
from tests.helpers.pki import Pki


@dataclass
class Answer:
    """What a run of the program left behind."""

    status: int
    out: str
    err: str


@pytest.fixture(scope="module")
def package(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("packages") / "case.zip"
    write_package(path, refused_case(pki), pki.administrator.key, china_now(), pki.evidence)
    return path


@pytest.fixture
def verify(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Answer]:
    monkeypatch.setenv("YIZHAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("YIZHAN_LANGUAGE", "zh")

    def run(*words: object) -> Answer:
        monkeypatch.setattr("sys.argv", ["station", "archive", "verify", *map(str, words)])
        status = main()
        said = capsys.readouterr()
        return Answer(status, said.out, said.err)

    return run


Verify = Callable[..., Answer]


def test_a_good_package_is_told_with_its_properties_and_steps(
    package: Path, verify: Verify, pki: Pki
) -> None:
    answer = verify(package, "--trust", pki.root_pem)
    assert answer.status == 0
    assert answer.err == ""
    for words in (
        "✓",
        "完好有效：归档包完整",
        "真实性 ✓  完整性 ✓  可用性 ✓  安全性 ✓",
        "1. 受理上报  王秀兰（吴庄村便民服务站）",
        "2. 不予受理  李建国",
    ):
        assert words in answer.out


def test_json_is_one_document_with_one_entry_for_each_package(
    package: Path, verify: Verify, pki: Pki, tmp_path: Path
) -> None:
    bad = tmp_path / "packages" / "bad.zip"
    bad.parent.mkdir()
    shutil.copy(package, bad)
    flip_bit(bad, 400_000)
    shutil.copy(package, bad.with_name("good.zip"))

    answer = verify(bad.parent, "--trust", pki.root_pem, "--json")

    assert answer.status == 1
    told = json.loads(answer.out)
    assert [Path(entry["file"]).name for entry in told] == ["bad.zip", "good.zip"]
    assert [entry["verdict"] == "valid" for entry in told] == [False, True]
    assert {"signatures", "chain", "reason", "operations", "case"} <= told[0].keys()


def test_the_training_root_and_the_settings_roots_are_known_by_themselves(
    package: Path, verify: Verify, pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "签名人不可信" in verify(package).out

    known = tmp_path / "home" / "training" / "trust"
    known.mkdir(parents=True)
    shutil.copy(pki.root_pem, known)
    assert verify(package).status == 0

    shutil.rmtree(known)
    monkeypatch.setenv("YIZHAN_TRUST", str(pki.root_pem))
    assert verify(package).status == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["missing.zip"], "missing.zip 没有读进来。没有这个文件或文件夹"),
        (["empty"], "里面没有归档包"),
        (["note.txt", "--trust", "note.txt"], "信任根"),
    ],
)
def test_what_could_not_run_says_why_in_one_sentence(
    verify: Verify, tmp_path: Path, words: list[str], said: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "note.txt").write_text("hello")
    answer = verify(*(w if w.startswith("--") else tmp_path / w for w in words))
    assert answer.status == 2
    assert said in answer.err
    assert answer.err.count("\n") == 1
    assert answer.out == ""


def test_a_file_that_is_no_package_is_a_bad_answer_and_no_crash(
    verify: Verify, tmp_path: Path, pki: Pki
) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    answer = verify(tmp_path / "photo.jpg", "--trust", pki.root_pem)
    assert answer.status == 1
    assert "这不是归档包" in answer.out
