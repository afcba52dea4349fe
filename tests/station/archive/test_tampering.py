"""A package that somebody laid hands on: each deed is found and told plainly."""

import io
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from signing.journal import sign_statement
from signing.trust import TrustStore
from station.archive import container
from station.archive.container import pack
from station.archive.form import MANIFEST, SIGNATURE, Manifest, entry_of
from station.archive.package import write_package
from station.archive.verdict import Aspect, Outcome, PackageVerdict
from station.archive.verify import verify_package
from station.clock import china_now
from station.errors import FileUnreadable
from tests.helpers.broken import flip_bit
from tests.helpers.closed_case import refused_case
from tests.helpers.pki import Person, Pki

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def package(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small package; not to be changed."""
    path = tmp_path_factory.mktemp("small") / "package.zip"
    write_package(path, refused_case(pki), pki.administrator.key, china_now(), pki.evidence)
    return path


def test_left_alone_it_is_valid(package: Path, root: TrustStore) -> None:
    assert verify_package(package, root).good


@pytest.fixture
def files(package: Path) -> Files:
    """The package's files, to be spoilt."""
    return dict(container.read(package).files)


@pytest.fixture
def judge(root: TrustStore, tmp_path: Path) -> Callable[[Files], PackageVerdict]:
    """Judges files packed as a zip."""

    def judged(files: Files) -> PackageVerdict:
        (tmp_path / "a.zip").write_bytes(pack(files))
        return verify_package(tmp_path / "a.zip", root)

    return judged


Judge = Callable[[Files], PackageVerdict]


def sign_anew(files: Files, person: Person) -> None:
    """Makes a new cover for the files, signed by ``person``."""
    old = Manifest.from_bytes(files[MANIFEST])
    new = Manifest(
        case=old.case,
        files=tuple(entry_of(entry.name, files[entry.name]) for entry in old.files),
        archived_at=old.archived_at,
        archivist=person.holder.name,
        archivist_unit=person.holder.unit,
    )
    files[MANIFEST] = new.to_bytes()
    files[SIGNATURE] = sign_statement(files[MANIFEST], person.key, china_now())


def told(verdict: PackageVerdict) -> str:
    """All that is told, in Chinese."""
    return "".join(finding.words.zh for finding in verdict.findings)


@pytest.mark.parametrize(
    "name",
    [
        "README.txt",
        "dossier.pdf",
        "operations.jsonl",
        "ink.p7m",
        "tree.json",
        "certificates.pem",
    ],
)
def test_one_changed_byte_in_any_file_is_found_and_the_file_is_named(
    files: Files, judge: Judge, name: str
) -> None:
    data = bytearray(files[name])
    data[len(data) // 2] ^= 1
    files[name] = bytes(data)

    verdict = judge(files)

    assert not verdict.good
    assert not verdict.holds(Aspect.WHOLE)
    assert f"{name} 的内容被改过" in told(verdict)


def test_a_folder_is_judged_as_severely_as_a_zip(
    files: Files, judge: Judge, root: TrustStore, tmp_path: Path
) -> None:
    files["README.txt"] += b" "
    files["more.txt"] = b"more"
    del files["ink.p7m"]
    container.write(tmp_path / "a", files)
    as_zip, as_folder = judge(files), verify_package(tmp_path / "a", root)
    assert as_zip.outcome is as_folder.outcome is Outcome.MODIFIED
    assert as_zip.findings == as_folder.findings


def test_a_changed_cover_breaks_the_archivists_signature(files: Files, judge: Judge) -> None:
    files[MANIFEST] = files[MANIFEST].replace("高龄老人".encode(), "残疾人".encode())
    verdict = judge(files)
    assert verdict.outcome is Outcome.BROKEN
    assert "封面被改过" in told(verdict)


def test_a_cover_without_signature_is_nobodys(files: Files, judge: Judge) -> None:
    del files[SIGNATURE]
    verdict = judge(files)
    assert verdict.outcome is Outcome.BROKEN
    assert "没有归档人的签名" in told(verdict)


@pytest.mark.parametrize("name", ["dossier.pdf", "operations.jsonl", "ink.p7m", "README.txt"])
def test_a_missing_file_is_named(files: Files, judge: Judge, name: str) -> None:
    del files[name]
    verdict = judge(files)
    assert verdict.outcome is Outcome.MODIFIED
    assert f"少了 {name}" in told(verdict)


@pytest.mark.parametrize("name", ["evil.exe", "earlier/dossier-1.pdf", "papers/x.json"])
def test_a_file_too_many_is_named(files: Files, judge: Judge, name: str) -> None:
    files[name] = b"not on the list"
    verdict = judge(files)
    assert not verdict.good
    assert f"多了清单上没有的 {name}" in told(verdict)


def test_two_files_in_each_others_place_are_named(files: Files, judge: Judge) -> None:
    files["dossier.pdf"], files["ink.p7m"] = files["ink.p7m"], files["dossier.pdf"]
    verdict = judge(files)
    assert not verdict.good
    assert "dossier.pdf 的位置上放的是 ink.p7m" in told(verdict)
    assert "ink.p7m 的位置上放的是 dossier.pdf" in told(verdict)


def test_a_cover_signed_anew_by_somebody_nobody_trusts_is_not_believed(
    files: Files, judge: Judge, pki: Pki
) -> None:
    files["README.txt"] += "（改过）".encode()
    sign_anew(files, pki.stranger)

    verdict = judge(files)

    assert verdict.outcome is Outcome.UNTRUSTED
    assert "归档人" in verdict.reason.zh
    assert verdict.holds(Aspect.WHOLE), "all digests fit; it is the signer who does not"


def test_words_changed_in_a_statement_break_its_signature_under_the_best_of_covers(
    files: Files, judge: Judge, pki: Pki
) -> None:
    changed = files["operations.jsonl"].replace(b'"action":"refuse"', b'"action":"return"')
    files["operations.jsonl"] = changed
    sign_anew(files, pki.administrator)

    verdict = judge(files)

    assert verdict.outcome is Outcome.BROKEN
    assert "办理过程第 2 步：签名不成立" in told(verdict)


@pytest.mark.parametrize("line", [b"", b"{}", b"null", b"\xff", b'{"statement":[],"signature":""}'])
def test_a_line_of_the_record_that_cannot_be_read_is_told(
    files: Files, judge: Judge, pki: Pki, line: bytes
) -> None:
    first, second, _ = files["operations.jsonl"].split(b"\n")
    files["operations.jsonl"] = b"\n".join((first, line, second, b""))
    sign_anew(files, pki.administrator)
    assert "办理过程第 2 行读不懂" in told(judge(files))


def test_without_the_evidence_it_cannot_be_settled(files: Files, judge: Judge) -> None:
    for name in list(files):
        if name.startswith("evidence/"):
            del files[name]
    verdict = judge(files)
    assert Outcome.INDETERMINATE in {finding.outcome for finding in verdict.findings}
    assert "无法确定它有没有被吊销" in told(verdict)


def test_every_flipped_bit_of_the_zip_is_found(
    package: Path, root: TrustStore, tmp_path: Path
) -> None:
    luck = random.Random(5)
    size = package.stat().st_size * 8
    directory = package.read_bytes().find(b"PK\x01\x02") * 8
    anywhere = [luck.randrange(size) for _ in range(8)]
    for bit in anywhere + [luck.randrange(directory, size) for _ in range(8)]:
        spoilt = tmp_path / "spoilt.zip"
        spoilt.write_bytes(package.read_bytes())
        flip_bit(spoilt, bit)
        verdict = verify_package(spoilt, root)
        assert not verdict.good, bit
        assert verdict.reason.zh


@pytest.mark.parametrize("left", [0, 10, 5000, 50_000])
def test_a_zip_cut_short_is_no_package(
    package: Path, root: TrustStore, tmp_path: Path, left: int
) -> None:
    (tmp_path / "cut.zip").write_bytes(package.read_bytes()[:left])
    verdict = verify_package(tmp_path / "cut.zip", root)
    assert verdict.outcome is Outcome.MALFORMED
    assert "不是归档包" in verdict.reason.zh


# --- zips that are up to no good ----------------------------------------------------------------


def zipped(files: Files, more: list[tuple[zipfile.ZipInfo | str, bytes]], **how: int) -> bytes:
    """A zip as another hand would make it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", how.get("compression", zipfile.ZIP_STORED)) as archive:
        for name, data in [*files.items(), *more]:
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "name", ["../../.bashrc", "/etc/cron.d/x", "a/../../x", "..\\x", "C:/x", "x\x1b[2J", "./x"]
)
def test_a_name_that_points_outside_is_passed_over_and_told(tmp_path: Path, name: str) -> None:
    path = tmp_path / "in" / "deep" / "a.zip"
    path.parent.mkdir(parents=True)
    path.write_bytes(zipped({"good": b"good"}, [(name, b"gotcha")]))
    contents = container.read(path)
    assert contents.files == {"good": b"good"}
    (oddity,) = contents.oddities
    assert "包外" in oddity.zh
    assert oddity.zh.isprintable()
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["a.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_told(files: Files, root: TrustStore, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped(files, [("dossier.pdf", b"another")]))
    verdict = verify_package(tmp_path / "a.zip", root)
    assert verdict.outcome is Outcome.MODIFIED
    assert not verdict.holds(Aspect.SAFE)
    assert "两个都叫 dossier.pdf" in told(verdict)


def test_a_link_in_a_zip_or_folder_is_not_followed(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("shadow.pdf")
    link.external_attr = 0o120777 << 16
    (tmp_path / "a.zip").write_bytes(zipped({"good": b"good"}, [(link, b"/etc/passwd")]))
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "good").write_bytes(b"good")
    (tmp_path / "a" / "shadow.pdf").symlink_to("/etc/passwd")
    (tmp_path / "a" / "loop").symlink_to(tmp_path / "a")

    for name, odd in (("a.zip", 1), ("a", 2)):
        contents = container.read(tmp_path / name)
        assert contents.files == {"good": b"good"}
        assert ["不是普通文件" in oddity.zh for oddity in contents.oddities] == [True] * odd


def test_a_zip_bomb_is_not_opened(root: TrustStore, tmp_path: Path) -> None:
    bomb = zipped({}, [("dossier.pdf", bytes(50_000_000))], compression=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    (tmp_path / "bomb.zip").write_bytes(bomb)
    verdict = verify_package(tmp_path / "bomb.zip", root)
    assert verdict.outcome is Outcome.MALFORMED
    assert "压缩炸弹" in verdict.reason.zh


def test_entries_that_lie_over_each_other_are_a_bomb_too(
    files: Files, root: TrustStore, tmp_path: Path
) -> None:
    data = bytearray(pack(files))
    end = data.rfind(b"PK\x05\x06")
    place = int.from_bytes(data[end + 16 : end + 20], "little")
    first = data.find(b"PK\x01\x02", place)
    entry = bytes(data[first : data.find(b"PK\x01\x02", first + 4)])
    copies = entry * 5000
    data[end:end] = copies
    end += len(copies)
    count, size = struct.unpack_from("<HI", data, end + 10)
    struct.pack_into("<HHI", data, end + 8, count + 5000, count + 5000, size + len(copies))
    (tmp_path / "bomb.zip").write_bytes(data)
    verdict = verify_package(tmp_path / "bomb.zip", root)
    assert verdict.outcome is Outcome.MALFORMED
    assert "压缩炸弹" in verdict.reason.zh


def test_a_package_that_somebody_compressed_anew_is_told_what_to_do(
    files: Files, root: TrustStore, tmp_path: Path
) -> None:
    noise = random.Random(1).randbytes(3_000_000)
    again = zipped(files, [("noise", noise)], compression=zipfile.ZIP_DEFLATED)
    (tmp_path / "a.zip").write_bytes(again)
    verdict = verify_package(tmp_path / "a.zip", root)
    assert verdict.outcome is Outcome.MALFORMED
    assert "解开成文件夹" in verdict.reason.zh


@pytest.mark.parametrize("where", ["before", "behind", "comment"])
def test_bytes_hidden_beside_the_files_are_found(tmp_path: Path, where: str) -> None:
    data = pack({"a": b"aaa", "b": b"bbb"})
    (tmp_path / "honest.zip").write_bytes(data)
    assert container.read(tmp_path / "honest.zip").oddities == ()
    if where == "before":
        data = b"#!/bin/sh\nrm -rf ~\n" + data
    elif where == "behind":
        data += b"hidden"
    else:
        data = data[:-2] + (6).to_bytes(2, "little") + b"hidden"
    (tmp_path / "a.zip").write_bytes(data)
    try:
        (oddity,) = container.read(tmp_path / "a.zip").oddities
    except container.NoPackage:
        assert where == "behind"  # then its directory is not at its end, and it is no zip at all
    else:
        assert "还有别的字节" in oddity.zh


# --- what is no package at all ------------------------------------------------------------------


def test_what_is_no_package_is_said_to_be_none(root: TrustStore, tmp_path: Path) -> None:
    (tmp_path / "photo.zip").write_bytes(b"\xff\xd8\xff\xe0 a photograph")
    (tmp_path / "empty.zip").write_bytes(b"")
    (tmp_path / "other.zip").write_bytes(zipped({}, [("hello.txt", b"hi")]))
    (tmp_path / "folder").mkdir()
    for name in ("photo.zip", "empty.zip", "other.zip", "folder"):
        verdict = verify_package(tmp_path / name, root)
        assert verdict.outcome is Outcome.MALFORMED
        assert "不是归档包" in verdict.reason.zh
        assert not any(verdict.holds(aspect) for aspect in Aspect)
    with pytest.raises(FileUnreadable):
        verify_package(tmp_path / "not there", root)


@pytest.mark.parametrize(
    "cover",
    [b"", b"{}", b"[]", b"\xff", b'{"format":"yizhan-archive/2"}', b"[" * 100_000, b"null"],
)
def test_a_cover_of_another_form_is_told(files: Files, judge: Judge, cover: bytes) -> None:
    files[MANIFEST] = cover
    verdict = judge(files)
    assert verdict.outcome is Outcome.MALFORMED
    assert "封面读不懂" in verdict.reason.zh
