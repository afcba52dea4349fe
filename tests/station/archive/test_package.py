"""A closed case in a package: whole, judged with nothing but the trust root, for decades."""

import json
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from signing.trust import TrustStore
from station.archive import container
from station.archive.form import MANIFEST, SIGNATURE, Manifest
from station.archive.package import (
    CaseNotClosed,
    PackageAlreadyThere,
    PackageContents,
    write_package,
)
from station.archive.verdict import Aspect, Outcome
from station.archive.verify import verify_package
from station.clock import china_now
from station.domain.cases import CaseState
from station.errors import DiskFull
from tests.helpers.judges import pdfsig
from tests.helpers.pki import Pki


def test_a_whole_package_is_valid_and_tells_every_step_and_signature(
    package: Path, root: TrustStore, contents: PackageContents
) -> None:
    verdict = verify_package(package, root)

    assert (verdict.outcome, verdict.reason.zh) == (
        Outcome.VALID,
        "归档包完整，6 个签名和 6 步办理记录都有效，没有改动。",
    )
    assert verdict.case == contents.case
    assert all(verdict.holds(aspect) for aspect in Aspect)
    told = [
        (line.operation.action.value if line.operation else "", line.signer, line.role)
        for line in verdict.operations
    ]
    assert told == [
        ("submit", "王秀兰", "代办员"),
        ("return", "李建国", "审核员"),
        ("resubmit", "王秀兰", "代办员"),
        ("forward", "李建国", "审核员"),
        ("approve", "赵敏", "审批员"),
        ("deliver", "王秀兰", "代办员"),
    ]
    assert all(line.received_proved and line.in_tree for line in verdict.operations)
    assert [v.name for v in verdict.documents] == [
        "dossier.pdf",
        "earlier/dossier-1.pdf",
        "result.pdf",
    ]


def test_a_folder_is_as_good_as_a_zip(
    pki: Pki, contents: PackageContents, root: TrustStore, tmp_path: Path
) -> None:
    folder = tmp_path / "package"
    write_package(folder, contents, pki.administrator.key, china_now(), pki.evidence)
    assert verify_package(folder, root).good
    assert [path.name for path in tmp_path.iterdir()] == ["package"]


def test_an_unpacked_zip_is_the_same_package(
    package: Path, root: TrustStore, tmp_path: Path
) -> None:
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path / "out")
    assert verify_package(tmp_path / "out", root).good


def test_the_same_files_always_make_the_same_bytes(package: Path) -> None:
    files = container.read(package).files
    assert container.pack(files) == package.read_bytes()
    assert container.pack(dict(reversed(files.items()))) == package.read_bytes()


def test_strangers_tools_find_the_cover_and_the_papers_good(
    package: Path, pki: Pki, tmp_path: Path
) -> None:
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path)
    for entry in Manifest.from_bytes((tmp_path / MANIFEST).read_bytes()).files:
        answer = subprocess.run(
            ["sha256sum", tmp_path / entry.name], capture_output=True, text=True
        )
        assert answer.stdout.split()[0] == entry.sha256
    cover = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", SIGNATURE]
    cover += ["-content", MANIFEST, "-CAfile", str(pki.root_pem), "-purpose", "any"]
    subprocess.run([*cover, "-out", "/dev/null"], cwd=tmp_path, capture_output=True, check=True)
    for name, count in (("dossier.pdf", 3), ("result.pdf", 2)):
        signatures = pdfsig((tmp_path / name).read_bytes(), tmp_path, pki.nss_db)
        assert len(signatures) == count
        assert all(signature.valid and signature.trusted for signature in signatures)


def test_the_readme_tells_a_stranger_which_case_it_is_and_how_to_check(package: Path) -> None:
    text = container.read(package).files["README.txt"].decode()
    for word in (
        "高龄老人生活补贴认证",
        "吴庄村便民服务站",
        "已送达",
        "openssl cms -verify",
        "培训",
    ):
        assert word in text
    with zipfile.ZipFile(package) as archive:
        assert archive.namelist()[0] == "README.txt"


def test_the_json_is_that_of_verify_with_the_record_beside_it(
    package: Path, root: TrustStore
) -> None:
    told = json.loads(json.dumps(verify_package(package, root).to_json("en")))
    assert told["verdict"] == "valid"
    assert {"file", "reason", "signatures", "chain", "operations", "properties"} <= told.keys()
    assert [step["signer"] for step in told["chain"]["steps"]] == ["王秀兰", "李建国", "赵敏"]
    assert [line["action"] for line in told["operations"]][-1] == "deliver"
    assert told["signatures"][0]["document"] == "dossier.pdf"


def test_without_a_trust_root_nothing_is_believed_however_intact(package: Path) -> None:
    verdict = verify_package(package, TrustStore())
    assert verdict.outcome is Outcome.UNTRUSTED
    assert verdict.holds(Aspect.WHOLE)
    assert not verdict.holds(Aspect.AUTHENTIC)


def test_a_package_archived_later_with_a_longer_lived_dossier_is_still_the_same_case(
    pki: Pki, contents: PackageContents, root: TrustStore, tmp_path: Path
) -> None:
    from signing.pades.longterm import prolong

    dossier = prolong(contents.dossier, stamps=pki.stamps, evidence=pki.evidence)
    path = tmp_path / "prolonged.zip"
    prolonged = replace(contents, dossier=dossier)
    write_package(path, prolonged, pki.administrator.key, china_now(), pki.evidence)
    assert verify_package(path, root).good


def test_an_open_case_is_not_archived(pki: Pki, contents: PackageContents, tmp_path: Path) -> None:
    waiting = replace(contents, case=replace(contents.case, state=CaseState.TOWNSHIP_REVIEW))
    with pytest.raises(CaseNotClosed):
        write_package(tmp_path / "a.zip", waiting, pki.administrator.key, china_now(), pki.evidence)
    assert list(tmp_path.iterdir()) == []


def test_a_package_that_is_there_is_never_written_over(
    pki: Pki, contents: PackageContents, tmp_path: Path
) -> None:
    there = tmp_path / "a.zip"
    there.write_bytes(b"mine")
    with pytest.raises(PackageAlreadyThere):
        write_package(there, contents, pki.administrator.key, china_now(), pki.evidence)
    assert there.read_bytes() == b"mine"


@pytest.mark.parametrize("name", ["a.zip", "folder"])
def test_a_full_disk_leaves_no_half_package(
    pki: Pki,
    contents: PackageContents,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    written = 0

    def write_until_full(path: Path, data: bytes, mode: int = 0o644) -> None:
        nonlocal written
        written += len(data)
        if written > 100_000:
            raise OSError(28, "No space left on device")
        path.write_bytes(data)

    monkeypatch.setattr(container, "write_whole", write_until_full)
    with pytest.raises(DiskFull):
        write_package(tmp_path / name, contents, pki.administrator.key, china_now(), pki.evidence)
    assert list(tmp_path.iterdir()) == []
