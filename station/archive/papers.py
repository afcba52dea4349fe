"""The PDFs of a package: their signatures, their revisions, whether they can and may be opened."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from signing.trust import TrustStore
from signing.verify.pdf import verify_pdf
from signing.verify.verdict import BoundFile, PaperKind, Route
from station.archive.verdict import Aspect, Finding, Outcome, PaperVerdict, Words

_END = re.compile(rb"%%EOF\r?\n?")
# What a document of ours never does: run programs, send or load data, when opened or clicked on.
_ACTIVE = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition"}
)
_DEEPEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One PDF of the package, judged.

    ``revisions`` are the SHA-256 digests (hex) of the file as it was at the end of each of its
    revisions, the whole file among them; ``attachments`` the bytes of the files inside it.
    """

    verdict: PaperVerdict
    revisions: frozenset[str]
    attachments: tuple[bytes, ...]
    findings: tuple[Finding, ...]


class CaseRoutes(Protocol):
    """Who knows what the papers of a case have to be signed by."""

    def of_document(self, bound: BoundFile) -> Route | None:
        """What a document demands by its own words."""

    def of_dossier(self, code: str, version: int) -> Route:
        """What the dossier of this item demands."""

    def of_decision(self, code: str, version: int, number: str, final: bool) -> Route:
        """What a decision on case ``number`` demands; ``final`` is what closes it."""


@dataclass(frozen=True, slots=True)
class Demand:
    """How a paper is to be judged: the policy of ``verify_pdf``, and its route.

    What it says of itself is looked at beside it; ``other`` then holds what does not fit.
    """

    policy: str
    route: Route | None = None
    routes: CaseRoutes | None = None
    other: list[str] = field(default_factory=list)

    def find(self, bound: BoundFile) -> Route | None:
        """The route, whatever the document says; a ``RouteFinder``."""
        said = self.routes.of_document(bound) if self.routes and self.route else None
        if said is not None and self.route is not None and said.kind is not PaperKind.UNSAID:
            same_kind, same_item = said.kind is self.route.kind, said.of == self.route.of
            if not (same_kind and same_item):
                self.other.append(said.of if same_kind else said.kind.value)
        return self.route


def judge_paper(name: str, data: bytes, trust: TrustStore, demand: Demand) -> Paper:
    """Everything that can be said of one PDF; never raises for what it contains."""
    verdict = _judged(name, data, trust, demand)
    findings = []
    if verdict.outcome is not Outcome.VALID:
        findings.append(
            Finding(
                Aspect.AUTHENTIC,
                verdict.outcome,
                Words(f"{name}：{verdict.reason.zh}", f"{name}: {verdict.reason.en}"),
            )
        )
    findings += [
        Finding(
            Aspect.AUTHENTIC,
            Outcome.MODIFIED,
            Words(
                f"{name} 自己写的是 {other or '别的'}，不是封面上的这一件。",
                f"{name} says of itself that it is {other or 'something else'}, and so does not "
                "belong to the case on the cover.",
            ),
        )
        for other in demand.other
    ]
    attachments: tuple[bytes, ...] = ()
    try:
        attachments, more = _opened(name, data)
        findings += more
    except Exception as error:  # noqa: BLE001 - whatever a broken PDF does to its reader is a finding
        findings.append(
            Finding(
                Aspect.USABLE,
                Outcome.MALFORMED,
                Words(
                    f"{name} 打不开（{type(error).__name__}）。",
                    f"{name} cannot be opened ({type(error).__name__}).",
                ),
            )
        )
    return Paper(
        verdict=verdict,
        revisions=frozenset(_revisions(data)),
        attachments=attachments,
        findings=tuple(findings),
    )


def _judged(name: str, data: bytes, trust: TrustStore, demand: Demand) -> PaperVerdict:
    verdict = verify_pdf(data, trust, policy=demand.policy, file=name, route=demand.find)
    told = {language: verdict.to_json(language) for language in ("zh", "en")}
    return PaperVerdict(
        name=name,
        outcome=Outcome(told["zh"]["verdict"]),
        reason=Words(told["zh"]["reason"], told["en"]["reason"]),
        signers=frozenset(s.person_id for s in verdict.signatures if s.person_id),
        told=told,
    )


def _revisions(data: bytes) -> Iterator[str]:
    """The digest of the file up to each end of a revision, with and without the line's end."""
    ends = {len(data)}
    for match in _END.finditer(data):
        ends.update(range(match.start() + 5, match.end() + 1))
    digest, done = hashlib.sha256(), 0
    for end in sorted(ends):
        digest.update(data[done:end])
        done = end
        yield digest.copy().hexdigest()


def _opened(name: str, data: bytes) -> tuple[tuple[bytes, ...], list[Finding]]:
    import pikepdf

    findings = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        if not pdf.pages:
            raise ValueError("no pages")
        actions = {action for thing in pdf.objects for action in _actions(thing)}
        active = sorted(actions & _ACTIVE)
        if active:
            findings.append(
                Finding(
                    Aspect.SAFE,
                    Outcome.INDETERMINATE,
                    Words(
                        f"{name} 里有会自己动作的内容（{'、'.join(active)}），打开要小心。",
                        f"{name} holds content that acts by itself ({', '.join(active)}).",
                    ),
                )
            )
        with pdf.open_metadata() as metadata:
            if not metadata.pdfa_status:
                findings.append(
                    Finding(
                        Aspect.USABLE,
                        Outcome.VALID,
                        Words(
                            f"{name} 没有标明是 PDF/A 长期保存格式。",
                            f"{name} does not say that it is PDF/A, the form for keeping.",
                        ),
                    )
                )
        attachments = tuple(file.get_file().read_bytes() for file in pdf.attachments.values())
    return attachments, findings


def _actions(thing: Any, depth: int = 0) -> Iterator[str]:
    """The kinds of action in an object and in what lies directly inside it."""
    import pikepdf

    if depth > _DEEPEST:
        raise ValueError("it is nested too deeply")
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        kind = thing.get("/S")
        if isinstance(kind, pikepdf.Name):
            yield str(kind)
        inside = [value for _, value in thing.items()]
    elif isinstance(thing, pikepdf.Array):
        inside = list(thing)
    else:
        return
    for value in inside:
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            yield from _actions(value, depth + 1)
