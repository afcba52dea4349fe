"""The bottom line over a file: the worst thing found, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from signing.verify.readings import Document
from signing.verify.timeline import SILENT
from signing.verify.verdict import Chain, Nature, Outcome, PaperKind, SignatureVerdict, Trust
from signing.verify.words import Remark

_BY_TRUST = {
    Trust.REVOKED: Outcome.UNTRUSTED,
    Trust.UNTRUSTED: Outcome.UNTRUSTED,
    Trust.UNDETERMINED: Outcome.INDETERMINATE,
}
_BY_NOTE = dict.fromkeys(("ink_moved", "ink_replaced", "changed_after_shown"), Outcome.MODIFIED)
_NAMING = frozenset({"not_permitted", "no_roots"})  # they say who, or it does not matter
_DOUBTFUL = frozenset(
    {
        "padding_used",
        "cms_odd",
        "weak_digest",
        "weak_key",
        "stamp_untrusted",
        "from_the_future",
        "several_signers",
        "covers_part",
    }
)


def bottom_line(
    document: Document,
    signatures: Sequence[SignatureVerdict],
    stamps: Sequence[SignatureVerdict],
    chain: Chain,
    policy: str,
    notes: Sequence[Remark],
) -> tuple[Outcome, Remark]:
    """The bottom line and its reason; ``notes`` are doubts about the file as a whole."""
    if not signatures and not stamps:
        code = "notice_unsigned" if chain.kind is PaperKind.NOTICE else "nobody_signed"
        return Outcome.UNSIGNED, Remark("signature_removed" if document.traces else code)
    against = list(_against(document, signatures, stamps))
    demanded = {"chain": (*chain.problems, *chain.missing), "order": chain.problems}
    against += [
        (Outcome.INDETERMINATE, Remark("chain_wrong", detail=remark))
        for remark in demanded.get(policy, ())
    ]
    against += [(_BY_NOTE.get(note.code, Outcome.INDETERMINATE), note) for note in notes]
    if not signatures:
        against.append((Outcome.INDETERMINATE, Remark("only_stamped")))
    if not against:
        return Outcome.VALID, Remark("valid", count=len(signatures))
    worst = max(against, key=lambda found: found[0].gravity)
    if notes and worst[0] is Outcome.UNTRUSTED and not _is_final(signatures):
        # What is damaged may be what would have led to the root.
        return Outcome.INDETERMINATE, notes[0]
    return worst


def _is_final(signatures: Sequence[SignatureVerdict]) -> bool:
    """Whether a signer is not to be trusted whatever else may come along."""
    return any(
        signature.trust is Trust.REVOKED
        or (signature.doubt is not None and signature.doubt.code == "no_roots")
        for signature in signatures
    )


def _against(
    document: Document,
    signatures: Sequence[SignatureVerdict],
    stamps: Sequence[SignatureVerdict],
) -> Iterator[tuple[Outcome, Remark]]:
    for finding in (*signatures, *stamps):
        for outcome, remark in against_one(finding):
            told = "holder" in dict(remark.facts) or remark.code in _NAMING
            yield (
                outcome,
                remark if told else (Remark("one_of_them", who=finding.label, detail=remark)),
            )
    last = max(signatures or stamps, key=lambda finding: finding.covered_end)
    for change in last.changes:
        if change.nature not in SILENT:
            # Whoever fills in what was left empty takes nothing away from what was signed.
            added = change.nature is Nature.FILLED and change.was_empty
            outcome = Outcome.INDETERMINATE if added else Outcome.MODIFIED
            yield outcome, Remark("unsigned_change", detail=change.remark)


def against_one(finding: SignatureVerdict) -> Iterator[tuple[Outcome, Remark]]:
    """Whatever keeps one signature from being valid."""
    if not finding.intact:
        unreadable = [r for r in finding.problems if r.code == "cannot_check"]
        if unreadable:
            yield Outcome.MALFORMED, unreadable[0]
        else:
            yield Outcome.BROKEN, next(iter(finding.problems), Remark("signature_wrong"))
        return
    if finding.modified_after:
        forbidden = {change.remark for change in finding.changes}
        remark = next((r for r in finding.problems if r in forbidden), Remark("bytes_after"))
        yield Outcome.MODIFIED, Remark("not_permitted", who=finding.label, detail=remark)
    if finding.trust is not Trust.TRUSTED:
        yield _BY_TRUST[finding.trust], finding.doubt or Remark("no_roots")
    if doubtful := [r for r in finding.problems if r.code in _DOUBTFUL]:
        yield Outcome.INDETERMINATE, doubtful[0]
