"""Keeping signed files verifiable: which need a newer time stamp, and giving it to them.

Each file is judged, renewed, judged again and only then put in its place, whole or not at all. A
file that is not sound is left alone: a time stamp over it would prove nothing but its fault.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from signing.errors import ExplainedError
from signing.pades.longterm import prolong
from signing.pades.renewal import Need, outlook
from signing.timestamps import TimeStamps
from signing.trust import EvidenceSource, TrustStore
from signing.verify.pdf import verify_pdf
from signing.verify.verdict import Outcome
from station.archive import container
from station.archive.form import MANIFEST
from station.archive.renewal import RenewalWrong, cover_ends, cover_stamped, needs_cover, papers_in
from station.archive.verdict import Outcome as PackageOutcome
from station.archive.verify import verify_contents
from station.errors import StationError
from station.services.batch_signing import read, save
from station.store.disk import explained


class NotSound(StationError):
    what = "{file} was not renewed."
    cause = "It is not sound: {verdict}."
    remedy = "A newer time stamp would not mend it; look for an undamaged copy."
    zh = ("{file} 没有续期。", "它本身有问题：{verdict}。", "续期治不了它，请找没有损坏的副本。")


class SignerUnknown(StationError):
    what = "{file} was not renewed."
    cause = "Its signers lead to none of the trust roots given, so nobody can say what they prove."
    remedy = "Name their root with --trust."
    zh = (
        "{file} 没有续期。",
        "签名人追溯不到给出的信任根，说不清签名能证明什么。",
        "请用 --trust 给出他们的根证书。",
    )


class MadeWorse(StationError):
    what = "{file} was not renewed and is as it was."
    cause = "Renewed it would be judged “{after}” instead of “{before}”."
    remedy = "Check the time-stamp server and the trust roots."
    zh = (
        "{file} 没有续期，和原来一样。",
        "续期以后的结论会从“{before}”变成“{after}”。",
        "请检查时间戳服务器和信任根。",
    )


class StampsMissing(StationError):
    what = "Nothing was renewed."
    cause = "No time-stamp server is known."
    remedy = "Name one with --tsa, or set tsa in the settings."
    zh = ("没有续期。", "不知道该用哪个时间戳服务器。", "请用 --tsa 指定，或者在设置里写 tsa。")


class Act(StrEnum):
    """What was done, or would be."""

    KEPT = "kept"  # needs nothing
    RENEWED = "renewed"
    DUE = "due"  # would be renewed: a dry run
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """One file or package: what it needed and what became of it. Verdicts as ``station verify``."""

    path: Path
    act: Act
    need: Need
    until: datetime | None = None
    by: str = ""
    before: str = ""
    after: str = ""
    problem: ExplainedError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How to renew. ``within``: what ends sooner is renewed; ``every``: all that can be."""

    trust: TrustStore
    at: datetime
    within: timedelta
    stamps: TimeStamps | None = None
    evidence: EvidenceSource | None = None
    dry: bool = False
    every: bool = False


def renewables(paths: Iterable[Path]) -> Iterator[Path]:
    """The PDFs and packages named, and those in folders that are no package themselves."""
    for path in paths:
        if not path.is_dir() or (path / MANIFEST).exists():
            yield path
            continue
        packages = {manifest.parent for manifest in path.rglob(MANIFEST)}
        for found in sorted(packages | {p for p in path.rglob("*") if p.is_file()}):
            inside = any(package in found.parents for package in packages)
            if not inside and (found in packages or found.suffix.lower() in (".pdf", ".zip")):
                yield found


def renew(path: Path, terms: Terms) -> Renewed:
    """Renews one PDF or package if it needs it; errors about it are in ``problem``."""
    package = path.is_dir() or path.suffix.lower() == ".zip"
    try:
        return _package(path, terms) if package else _paper(path, terms)
    except StampsMissing:
        raise
    except ExplainedError as error:
        return Renewed(path=path, act=Act.REFUSED, need=Need.NONE, problem=error)


def _paper(path: Path, terms: Terms) -> Renewed:
    pdf = read(path)
    before = verify_pdf(pdf, terms.trust, at=terms.at, file=str(path)).outcome
    seen = outlook(pdf, terms.at, terms.within, file=str(path))
    due = seen.need is not Need.NONE or terms.every
    if seen.need is Need.UNSIGNED or not due:
        return _told(path, Act.KEPT, seen.need, seen.until, seen.by, before.value)
    if before is Outcome.UNTRUSTED:
        raise SignerUnknown(file=path)
    if before not in (Outcome.VALID, Outcome.INDETERMINATE):
        raise NotSound(file=path, verdict=before.word)
    if terms.dry:
        return _told(path, Act.DUE, seen.need, seen.until, seen.by, before.value)
    renewed = _prolonged(pdf, terms, str(path))
    after = verify_pdf(renewed, terms.trust, at=terms.at, file=str(path)).outcome
    if after.gravity > before.gravity:
        raise MadeWorse(file=path, before=before.word, after=after.word)
    # A link stays a link to what is renewed.
    save(path.resolve(), renewed, stat.S_IMODE(path.stat().st_mode))
    then = outlook(renewed, terms.at, terms.within, file=str(path))
    return _told(path, Act.RENEWED, seen.need, then.until, then.by, before.value, after.value)


def _package(path: Path, terms: Terms) -> Renewed:
    try:
        contents = container.read(path)
        files = dict(contents.files)
        ends = cover_ends(files)
        due = terms.every or needs_cover(files, terms.at, terms.within)
    except (container.NoPackage, RenewalWrong) as error:
        raise NotSound(file=path, verdict=str(error)) from error
    before = verify_contents(contents, terms.trust, str(path))
    needs = {
        name: outlook(files[name], terms.at, terms.within, file=f"{path}:{name}")
        for name in papers_in(files)
    }
    wanting = [n for n in needs.values() if n.need not in (Need.NONE, Need.UNSIGNED)]
    need = wanting[0].need if wanting else Need.ENDS_SOON if due else Need.NONE
    ends_all = [(n.until, n.by) for n in needs.values() if n.until is not None]
    until, by = min([*ends_all, *([ends] if ends else [])], default=(None, ""))
    if not wanting and not due:
        return _told(path, Act.KEPT, Need.NONE, until, by, before.outcome.value)
    if before.outcome is PackageOutcome.UNTRUSTED:
        raise SignerUnknown(file=path)
    if before.outcome not in (PackageOutcome.VALID, PackageOutcome.INDETERMINATE):
        raise NotSound(file=path, verdict=before.reason.zh)
    if terms.dry:
        return _told(path, Act.DUE, need, until, by, before.outcome.value)
    for name, seen in needs.items():
        if seen.need is not Need.UNSIGNED and (terms.every or seen.need is not Need.NONE):
            files[name] = _prolonged(files[name], terms, f"{path}:{name}")
    stamps, evidence = _sources(terms)
    files = cover_stamped(files, stamps, evidence)
    after = verify_contents(container.Contents(files, contents.oddities), terms.trust, str(path))
    if after.outcome.worse(before.outcome) is not before.outcome:
        raise MadeWorse(file=path, before=before.reason.zh, after=after.reason.zh)
    with explained(path.parent):
        container.replace(path.resolve(), files)
    seen_after = [outlook(files[n], terms.at, terms.within, file=n) for n in papers_in(files)]
    last = [(n.until, n.by) for n in seen_after if n.until is not None]
    cover = cover_ends(files)
    until, by = min([*last, *([cover] if cover else [])], default=(None, ""))
    return _told(path, Act.RENEWED, need, until, by, before.outcome.value, after.outcome.value)


def _prolonged(pdf: bytes, terms: Terms, file: str) -> bytes:
    stamps, evidence = _sources(terms)
    return prolong(pdf, stamps=stamps, evidence=evidence, file=file)


def _sources(terms: Terms) -> tuple[TimeStamps, EvidenceSource]:
    if terms.stamps is None or terms.evidence is None:
        raise StampsMissing
    return terms.stamps, terms.evidence


def _told(
    path: Path,
    act: Act,
    need: Need,
    until: datetime | None,
    by: str,
    before: str,
    after: str = "",
) -> Renewed:
    return Renewed(
        path=path, act=act, need=need, until=until, by=by, before=before, after=after or before
    )
