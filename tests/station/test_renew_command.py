"""``station renew``: what was signed years ago stays verifiable, and nothing signed changes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signing.authority.protocol import Subject
from signing.authority.service import timestamp_answer
from signing.certificates import Purpose
from signing.keys.pkcs12 import new_key, public_key_of, soft_key
from signing.keys.protocol import SigningKey
from signing.pades import Level, SignRequest
from signing.pades.signature import sign
from signing.timestamps import HttpTimeStamps
from signing.trust import load_trust
from signing.verify.pdf import verify_pdf
from signing.verify.verdict import Outcome
from station import __main__ as station
from station.archive.package import write_package
from station.archive.verify import verify_package
from tests.helpers.authority_server import serving, serving_authority
from tests.helpers.closed_case import closed_case
from tests.helpers.papers import paper
from tests.helpers.pki import Pki

NOW = datetime.now(UTC)


class Archivist:
    """Somebody with a shelf of signed files, and the command line."""

    def __init__(
        self, pki: Pki, shelf: Path, url: str, capture: pytest.CaptureFixture[str],
        patch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        self.pki, self.shelf, self.url = pki, shelf, url
        self._capture, self._patch = capture, patch

    def renews(self, *words: object) -> int:
        """Runs the command on the shelf; what it answers is then in ``told``."""
        line = ["station", "renew", str(self.shelf), "--trust", str(self.pki.root_pem), "--json"]
        if "--tsa" not in words:
            line += ["--tsa", f"{self.url}/tsa"]
        line += ["--evidence", self.url, *map(str, words)]
        self._patch.setattr(sys, "argv", line)
        status = station.main()
        answered, self.said = self._capture.readouterr()
        assert "Traceback" not in self.said, self.said
        self.told = {Path(one["file"]).name: one for one in json.loads(answered or "[]")}
        return status

    def keeps(self, name: str, level: Level, *, ends_in_days: int = 0) -> bytes:
        """Puts a signed paper on the shelf; its stamper's certificate may end soon."""
        stamps = self.pki.stamps
        request = SignRequest(level=level)
        if not ends_in_days:
            pdf = sign(paper(1), self.pki.agent.key, request, stamps=stamps,
                       evidence=self.pki.evidence)  # fmt: skip
        else:
            with stamper(self.pki, timedelta(days=ends_in_days)) as url:
                pdf = sign(paper(1), self.pki.agent.key, request, stamps=HttpTimeStamps(url),
                           evidence=self.pki.evidence)  # fmt: skip
        (self.shelf / name).write_bytes(pdf)
        return pdf

    def verdict(self, name: str, at: datetime | None = None) -> Outcome:
        """The verifier's, with nothing but the root."""
        data = (self.shelf / name).read_bytes()
        return verify_pdf(data, load_trust([self.pki.root_pem]), at=at).outcome


def stamper(pki: Pki, lasts: timedelta):  # type: ignore[no-untyped-def]
    """A time-stamp server whose own certificate ends soon."""
    private = new_key("p256")
    subject = Subject("旧时间戳", "邱县", "130430", pki.authority.organisation)
    issued = pki.authority.issue(
        public_key_of(private), subject, Purpose.TIME_STAMP, not_after=NOW + lasts
    )
    key: SigningKey = soft_key(private, issued.certificate, issued.chain)
    return serving(lambda path, body: timestamp_answer(body, key, serial=1, at=datetime.now(UTC)))


@pytest.fixture
def archivist(
    pki: Pki,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Archivist]:
    monkeypatch.setenv("YIZHAN_LANGUAGE", "zh")
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    with serving_authority(pki.authority) as url:
        yield Archivist(pki, shelf, url, capsys, monkeypatch)


def test_only_what_needs_it_is_renewed_and_each_is_told_why(archivist: Archivist) -> None:
    before = {
        "offline.pdf": archivist.keeps("offline.pdf", Level.B_B),
        "stamped.pdf": archivist.keeps("stamped.pdf", Level.B_T),
        "ending.pdf": archivist.keeps("ending.pdf", Level.B_LTA, ends_in_days=20),
        "lasting.pdf": archivist.keeps("lasting.pdf", Level.B_LTA),
        "plain.pdf": paper(1),
    }
    (archivist.shelf / "plain.pdf").write_bytes(before["plain.pdf"])
    assert archivist.renews("--dry-run") == 0
    needs = {name: (one["act"], one["need"]) for name, one in archivist.told.items()}
    assert needs == {
        "offline.pdf": ("due", "unproven"),
        "stamped.pdf": ("due", "unevidenced"),
        "ending.pdf": ("due", "ends_soon"),
        "lasting.pdf": ("kept", "none"),
        "plain.pdf": ("kept", "unsigned"),
    }
    assert "旧时间戳" in archivist.told["ending.pdf"]["by"]
    for name, pdf in before.items():
        assert (archivist.shelf / name).read_bytes() == pdf, "a dry run changes nothing"

    assert archivist.renews() == 0
    for name, pdf in before.items():
        renewed = (archivist.shelf / name).read_bytes()
        assert renewed.startswith(pdf), "what was signed stays as it was"
        assert (len(renewed) > len(pdf)) == (name not in ("lasting.pdf", "plain.pdf"))
        if name != "plain.pdf":
            assert archivist.verdict(name) is Outcome.VALID
    assert archivist.told["offline.pdf"]["before"] == "indeterminate"
    assert archivist.told["offline.pdf"]["after"] == "valid"
    assert archivist.renews() == 0
    assert {one["act"] for one in archivist.told.values()} == {"kept"}, "once is enough"


def test_a_renewed_file_outlives_the_stamper_that_it_was_stamped_by(archivist: Archivist) -> None:
    later = NOW + timedelta(days=60)
    archivist.keeps("a.pdf", Level.B_LTA, ends_in_days=20)
    assert archivist.verdict("a.pdf", later) is Outcome.INDETERMINATE
    assert archivist.renews() == 0
    assert archivist.verdict("a.pdf", later) is Outcome.VALID


def test_a_file_that_is_not_sound_is_left_alone_and_named(archivist: Archivist) -> None:
    pdf = archivist.keeps("a.pdf", Level.B_T)
    place = pdf.index(b"/MediaBox")
    broken = pdf[:place] + b"/mediaBox" + pdf[place + 9 :]
    (archivist.shelf / "a.pdf").write_bytes(broken)
    (archivist.shelf / "b.pdf").write_bytes(b"%PDF-1.7 nonsense")
    assert archivist.renews() == 1
    assert "a.pdf 没有续期" in archivist.said
    assert {one["act"] for one in archivist.told.values()} == {"refused"}
    assert (archivist.shelf / "a.pdf").read_bytes() == broken


def test_a_strangers_file_asks_for_the_strangers_root(archivist: Archivist) -> None:
    (archivist.shelf / "a.pdf").write_bytes(
        sign(paper(1), archivist.pki.stranger.key, SignRequest())
    )
    assert archivist.renews() == 1
    assert "--trust" in archivist.said


def test_a_link_stays_a_link_and_a_files_rights_stay_as_they_were(archivist: Archivist) -> None:
    archivist.keeps("a.pdf", Level.B_B)
    elsewhere = archivist.shelf.parent / "elsewhere.pdf"
    (archivist.shelf / "a.pdf").rename(elsewhere)
    elsewhere.chmod(0o640)
    (archivist.shelf / "a.pdf").symlink_to(elsewhere)
    assert archivist.renews() == 0
    assert (archivist.shelf / "a.pdf").is_symlink()
    assert archivist.verdict("a.pdf") is Outcome.VALID
    assert elsewhere.stat().st_mode & 0o777 == 0o640


def test_without_the_servers_nothing_changes_and_it_says_so(archivist: Archivist) -> None:
    pdf = archivist.keeps("a.pdf", Level.B_B)
    assert archivist.renews("--tsa", "http://127.0.0.1:9/tsa") == 1
    assert "时间戳" in archivist.said
    assert (archivist.shelf / "a.pdf").read_bytes() == pdf


@pytest.mark.parametrize("name", ["case.zip", "case"])
def test_a_package_is_renewed_without_a_key_and_stays_verifiable(
    archivist: Archivist, name: str
) -> None:
    pki, path = archivist.pki, archivist.shelf / name
    contents = closed_case(pki, Level.B_B)
    write_package(path, contents, pki.auditor.key, datetime.now(UTC), pki.evidence)
    trust = load_trust([pki.root_pem])
    assert archivist.renews() == 0
    assert archivist.told[name]["act"] == "renewed"
    verdict = verify_package(path, trust)
    assert verdict.good, verdict.reason.zh
    assert len(verdict.renewed_at) == 1
    assert archivist.renews() == 0
    assert archivist.told[name]["act"] == "kept"
    assert archivist.renews("--all") == 0
    verdict = verify_package(path, trust)
    assert verdict.good, verdict.reason.zh
    assert len(verdict.renewed_at) == 2


def test_what_is_changed_after_a_renewal_is_found(archivist: Archivist) -> None:
    pki, path = archivist.pki, archivist.shelf / "case"
    contents = closed_case(pki, Level.B_B)
    write_package(path, contents, pki.auditor.key, datetime.now(UTC), pki.evidence)
    assert archivist.renews() == 0
    trust = load_trust([pki.root_pem])

    def tampered(name: str, change: bytes | None) -> str:
        file = path / name
        kept = file.read_bytes()
        if change is None:
            file.unlink()
        else:
            file.write_bytes(change)
        verdict = verify_package(path, trust)
        file.write_bytes(kept)
        assert not verdict.good
        return verdict.reason.zh

    assert verify_package(path, trust).good
    listed = (path / "renewals/0001.json").read_bytes()
    added = min(set((path / "evidence").iterdir()) - set(), key=lambda p: p.name).name
    assert tampered("renewals/0001.json", listed.replace(b"1", b"2", 1))
    assert tampered("renewals/0001.tst", None)

    assert tampered(f"evidence/{added}", b"\x30\x00")
    dossier = (path / "dossier.pdf").read_bytes()
    assert tampered("dossier.pdf", dossier + b"\n% something more\n")
    assert tampered("dossier.pdf", dossier[: len(dossier) // 2])
