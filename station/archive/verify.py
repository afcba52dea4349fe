"""The verdict on an archive package, offline, with nothing but the trust root.

Nothing here raises for what a package contains: whatever is wrong is a finding, told plainly, and
everything else is still looked at.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from signing.certificates import CertificateUnreadable, issued_by, load_certificates
from signing.errors import CertificateNotUsable, StatementForged
from signing.journal import check_statement
from signing.trust import Evidence, TrustStore
from station.archive.container import Contents, NoPackage, read
from station.archive.form import (
    CERTIFICATES,
    DOSSIER,
    EARLIER,
    EVIDENCE,
    INK,
    MANIFEST,
    OPERATIONS,
    PAPERS,
    RESULT,
    SIGNATURE,
    TREE,
    FileEntry,
    Manifest,
    ManifestWrong,
)
from station.archive.papers import CaseRoutes, Demand, Paper, judge_paper
from station.archive.record import (
    ArchivedTree,
    RecordWrong,
    read_operations,
    read_tree,
)
from station.archive.record_checks import SIGNING, RecordExamination, certificate_problem
from station.archive.renewal import (
    Renewal,
    RenewalWrong,
    belongs,
    may_have_grown,
    problems_of,
    renewals_in,
)
from station.archive.verdict import (
    Aspect,
    Finding,
    OperationVerdict,
    Outcome,
    PackageVerdict,
    Words,
)
from station.domain.cases import ActionType, CaseState
from station.domain.operations import DocumentKind


def verify_package(
    path: Path, trust: TrustStore, routes: CaseRoutes | None = None
) -> PackageVerdict:
    """The verdict on the package at ``path``, a zip or a folder.

    ``trust`` holds the roots; certificates and revocation evidence in the package help to reach
    them and are never believed by themselves. Raises ``FileUnreadable`` when there is nothing to
    read at ``path``.
    """
    try:
        contents = read(path)
    except NoPackage as error:
        return _no_package(str(path), error.words)
    return verify_contents(contents, trust, str(path), routes)


def verify_contents(
    contents: Contents, trust: TrustStore, file: str, routes: CaseRoutes | None = None
) -> PackageVerdict:
    """The verdict on a package that was read or is about to be written; as ``verify_package``."""
    if MANIFEST not in contents.files:
        return _no_package(
            file,
            Words(
                f"里面没有封面 {MANIFEST}，不是归档包。",
                f"It has no {MANIFEST} and so is no archive package.",
            ),
        )
    try:
        manifest = Manifest.from_bytes(contents.files[MANIFEST])
    except ManifestWrong as error:
        return _no_package(
            file, Words(f"封面读不懂（{error}）。", f"Its cover cannot be read ({error}).")
        )
    examination = _Examination(contents.files, manifest, trust, routes)
    examination.findings += [
        Finding(Aspect.SAFE, Outcome.MODIFIED, words) for words in contents.oddities
    ]
    return examination.verdict(file)


def _no_package(file: str, words: Words) -> PackageVerdict:
    return PackageVerdict(
        file=file,
        outcome=Outcome.MALFORMED,
        reason=words,
        findings=(Finding(Aspect.USABLE, Outcome.MALFORMED, words),),
    )


class _Examination:
    """One package, looked at from all sides."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        manifest: Manifest,
        trust: TrustStore,
        routes: CaseRoutes | None,
    ) -> None:
        self._files = files
        self._manifest = manifest
        self._routes = routes
        self.findings: list[Finding] = []
        self._renewals = self._renewed()
        self._trust = self._with_what_came_along(trust)
        self._papers: dict[str, Paper] = {}

    def verdict(self, file: str) -> PackageVerdict:
        """Looks at everything and concludes."""
        self._judge_cover()
        self._judge_files()
        self._judge_renewals()
        self._judge_papers()
        operations = self._judge_record()
        self._judge_signers(operations)
        self._judge_ink()
        outcome = Outcome.VALID
        for finding in self.findings:
            outcome = outcome.worse(finding.outcome)
        return PackageVerdict(
            file=file,
            outcome=outcome,
            reason=self._reason(outcome, operations),
            case=self._manifest.case,
            archivist=self._manifest.archivist,
            archived_at=self._manifest.archived_at,
            renewed_at=tuple(renewal.stamped_at for renewal in self._renewals),
            findings=tuple(self.findings),
            documents=tuple(paper.verdict for paper in self._papers.values()),
            operations=operations,
        )

    def _reason(self, outcome: Outcome, operations: tuple[OperationVerdict, ...]) -> Words:
        if outcome is not Outcome.VALID:
            return next(f.words for f in self.findings if f.outcome is outcome)
        signatures = sum(paper.verdict.signature_count for paper in self._papers.values())
        return Words(
            f"归档包完整，{signatures} 个签名和 {len(operations)} 步办理记录都有效，没有改动。",
            f"The package is whole; its {signatures} signatures and {len(operations)} recorded "
            "steps are valid, and nothing was changed.",
        )

    def _finding(self, aspect: Aspect, outcome: Outcome, zh: str, en: str) -> None:
        self.findings.append(Finding(aspect, outcome, Words(zh, en)))

    def _with_what_came_along(self, trust: TrustStore) -> TrustStore:
        """The trust store with the package's certificates and evidence beside its roots."""
        evidence = []
        for name, data in self._files.items():
            try:
                if name.startswith(EVIDENCE) and name.endswith(".crl"):
                    evidence.append(Evidence.from_crl(data))
                elif name.startswith(EVIDENCE) and name.endswith(".ocsp"):
                    evidence.append(Evidence.from_ocsp(data))
            except (ValueError, TypeError, KeyError, AttributeError):
                self._finding(
                    Aspect.USABLE,
                    Outcome.INDETERMINATE,
                    f"证据 {name} 读不懂。",
                    f"The evidence {name} cannot be read.",
                )
        try:
            came = load_certificates(self._files[CERTIFICATES])
            between = tuple(der for der in came if not issued_by(der, der))
        except (KeyError, CertificateUnreadable):
            between = ()
        stamping = (der for one in self._renewals for der in one.chain if not issued_by(der, der))
        known = dict.fromkeys((*trust.intermediates, *between, *stamping))
        return replace(trust, intermediates=tuple(known)).with_evidence(evidence)

    def _judge_cover(self) -> None:
        signature = self._files.get(SIGNATURE)
        if signature is None:
            self._finding(
                Aspect.AUTHENTIC,
                Outcome.BROKEN,
                "封面没有归档人的签名。",
                "The cover is not signed by anybody.",
            )
            return
        try:
            checked = check_statement(self._files[MANIFEST], signature, self._trust)
        except StatementForged:
            self._finding(
                Aspect.AUTHENTIC,
                Outcome.BROKEN,
                "封面被改过，归档人的签名不成立。",
                "The cover was changed: the archivist's signature does not hold.",
            )
            return
        except CertificateNotUsable as error:
            outcome, words = certificate_problem(error)
            self._finding(
                Aspect.AUTHENTIC, outcome, f"归档人：{words.zh}", f"The archivist: {words.en}"
            )
            return
        if checked.holder.name != self._manifest.archivist:
            self._finding(
                Aspect.AUTHENTIC,
                Outcome.BROKEN,
                f"封面写的归档人是 {self._manifest.archivist}，签名的却是 {checked.holder.label}。",
                f"The cover names {self._manifest.archivist} as archivist, but "
                f"{checked.holder.label} signed it.",
            )

    def _judge_files(self) -> None:
        listed = {entry.name: entry for entry in self._manifest.files}
        digests = {name: hashlib.sha256(data).hexdigest() for name, data in self._files.items()}
        named = {entry.sha256: entry.name for entry in self._manifest.files}
        for name, entry in listed.items():
            if name not in self._files:
                self._finding(
                    Aspect.WHOLE,
                    Outcome.MODIFIED,
                    f"少了 {name}（{entry.what or '无说明'}）。",
                    f"{name} is missing.",
                )
            elif not self._is_as_listed(entry, digests[name]):
                self._changed(entry, named.get(digests[name]))
        for name in self._files.keys() - listed.keys() - {MANIFEST, SIGNATURE}:
            if belongs(name, self._renewals):
                continue
            self._finding(
                Aspect.WHOLE,
                Outcome.MODIFIED,
                f"多了清单上没有的 {ascii(name) if not name.isprintable() else name}。",
                f"{name!a} is not on the list and does not belong here.",
            )

    def _is_as_listed(self, entry: FileEntry, digest: str) -> bool:
        data = self._files[entry.name]
        if digest == entry.sha256 and len(data) == entry.size:
            return True
        # What a renewal appended to a PDF is judged with its signatures, like any increment.
        grown = bool(self._renewals) and may_have_grown(entry.name) and len(data) > entry.size
        return grown and hashlib.sha256(data[: entry.size]).hexdigest() == entry.sha256

    def _renewed(self) -> tuple[Renewal, ...]:
        try:
            return renewals_in(self._files)
        except RenewalWrong as error:
            self._finding(
                Aspect.USABLE,
                Outcome.MALFORMED,
                f"第 {error} 次续期的记录读不懂，或者不是它的时间戳。",
                f"Renewal {error} cannot be read, or its time stamp is over something else.",
            )
            return ()

    def _judge_renewals(self) -> None:
        for number, what, why in problems_of(
            self._renewals, self._files, self._trust, datetime.now(UTC)
        ):
            if what == "changed":
                self._finding(
                    Aspect.WHOLE,
                    Outcome.MODIFIED,
                    f"第 {number} 次续期以后，包里的文件又变了。",
                    f"Files of the package were changed after renewal {number}.",
                )
            elif why is not None:
                outcome, words = certificate_problem(why)
                self._finding(
                    Aspect.AUTHENTIC,
                    outcome,
                    f"第 {number} 次续期的时间戳：{words.zh}",
                    f"The time stamp of renewal {number}: {words.en}",
                )
            else:
                self._finding(
                    Aspect.AUTHENTIC,
                    Outcome.INDETERMINATE,
                    f"第 {number} 次续期的时间戳到期了，没有更新的接上。",
                    f"The time stamp of renewal {number} has run out, and no newer one follows.",
                )

    def _changed(self, entry: FileEntry, really: str | None) -> None:
        if really is not None:
            self._finding(
                Aspect.WHOLE,
                Outcome.MODIFIED,
                f"{entry.name} 的位置上放的是 {really}。",
                f"In the place of {entry.name} lies {really}.",
            )
            return
        self._finding(
            Aspect.WHOLE,
            Outcome.MODIFIED,
            f"{entry.name} 的内容被改过。",
            f"{entry.name} was changed.",
        )

    def _judge_papers(self) -> None:
        for name, data in sorted(self._files.items()):
            if name in (DOSSIER, RESULT) or name.startswith(EARLIER):
                paper = judge_paper(name, data, self._trust, self._demanded(name))
                self._papers[name] = paper
                self.findings += paper.findings
        if DOSSIER not in {entry.name for entry in self._manifest.files}:
            self._finding(
                Aspect.WHOLE, Outcome.MODIFIED, "没有案卷。", "There is no dossier in it."
            )

    def _demanded(self, name: str) -> Demand:
        """What a paper has to be signed by. A case that was approved went its whole route, every
        other one as far as it came."""
        if self._routes is None:
            return Demand("any" if name == RESULT else "order")
        case, routes = self._manifest.case, self._routes
        if name == RESULT:
            route = routes.of_decision(case.item, case.item_version, case.number, self._approved())
            return Demand("chain", route, routes)
        route = routes.of_dossier(case.item, case.item_version)
        whole = name == DOSSIER and self._approved()
        return Demand("chain" if whole else "order", route, routes)

    def _approved(self) -> bool:
        """Whether somebody approved the case, by the cover or by the record: they are compared
        elsewhere, here the stricter demand counts."""
        if self._manifest.case.state in (CaseState.APPROVED, CaseState.DELIVERED):
            return True
        try:
            lines = read_operations(self._files.get(OPERATIONS, b""))
            bodies = [json.loads(line.operation.statement.body) for line in lines]
            return any(body["action"] == ActionType.APPROVE.value for body in bodies)
        except (RecordWrong, ValueError, KeyError, TypeError, RecursionError):
            return True

    def _judge_record(self) -> tuple[OperationVerdict, ...]:
        try:
            lines = read_operations(self._files.get(OPERATIONS, b""))
        except RecordWrong as error:
            self._finding(
                Aspect.USABLE,
                Outcome.MALFORMED,
                f"办理过程第 {error} 行读不懂。",
                f"Line {error} of the operation record cannot be read.",
            )
            return ()
        found = {digest for paper in self._papers.values() for digest in paper.revisions}
        found |= {
            hashlib.sha256(data).hexdigest()
            for name, data in self._files.items()
            if name.startswith(PAPERS)
        }
        examination = RecordExamination(self._trust, self._manifest.case, found, self._tree())
        verdicts = examination.of(lines)
        self.findings += examination.findings
        return verdicts

    def _tree(self) -> ArchivedTree | None:
        data = self._files.get(TREE)
        if data is None:
            return None
        try:
            return read_tree(data)
        except RecordWrong:
            self._finding(
                Aspect.USABLE,
                Outcome.MALFORMED,
                "中心的记录树根读不懂。",
                "The hub's tree head cannot be read.",
            )
            return None

    def _judge_signers(self, operations: tuple[OperationVerdict, ...]) -> None:
        """Who signed the papers is who did the steps that carried them, and the other way round."""
        steps = [line.operation for line in operations if line.operation is not None]
        for name, kind in ((DOSSIER, DocumentKind.DOSSIER), (RESULT, DocumentKind.RESULT)):
            paper = self._papers.get(name)
            if paper is None:
                continue
            carrying = [
                step
                for step in steps
                if any(d.kind is kind and d.sha256 in paper.revisions for d in step.documents)
            ]
            actors = {step.actor for step in carrying}
            signers = paper.verdict.signers
            for person in sorted(signers - actors):
                self._finding(
                    Aspect.AUTHENTIC,
                    Outcome.MODIFIED,
                    f"{person} 在 {name} 上签了名，办理过程里却没有这一步。",
                    f"{person} signed {name}, but the record has no such step.",
                )
            silent = {step.actor for step in carrying if step.action in SIGNING} - signers
            for person in sorted(silent):
                self._finding(
                    Aspect.AUTHENTIC,
                    Outcome.MODIFIED,
                    f"办理过程里有 {person} 的一步，{name} 上却没有此人的签名。",
                    f"The record has a step of {person}, who did not sign {name}.",
                )

    def _judge_ink(self) -> None:
        data = self._files.get(INK)
        dossier = self._papers.get(DOSSIER)
        inside = () if dossier is None else dossier.attachments
        if data is not None and inside and data not in inside:
            self._finding(
                Aspect.AUTHENTIC,
                Outcome.MODIFIED,
                "手写签名的笔迹与案卷里的不是同一份。",
                "The ink's record is not the one in the dossier.",
            )
