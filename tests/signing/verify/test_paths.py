"""Certificates that must not pass (RFC 5280, RFC 6960), each with one thing wrong about it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.certificates import Purpose
from signing.verify.evidence import any_damaged
from signing.verify.standing import standing_of
from signing.verify.verdict import Trust
from tests.helpers.paths import (
    DAY,
    NOW,
    STRANGE,
    Line,
    answer,
    certificate,
    named,
    point,
    responder,
    revocation_list,
    scope,
    usage,
)


def trust_in(line: Line) -> Trust:
    der = line.signer.public_bytes(Encoding.DER)
    return standing_of(der, line.others, line.trust, NOW, Purpose.SIGN, proven=True).trust


def constraints(**kinds: list[x509.GeneralName] | None) -> tuple[x509.NameConstraints, bool]:
    return x509.NameConstraints(kinds.get("permitted"), kinds.get("excluded")), True


OURS = x509.DirectoryName(x509.Name(list(named("x"))[:2]))
THEIRS = x509.DirectoryName(x509.Name(list(named("x", "Elsewhere"))[:2]))
POLICY = x509.PolicyInformation(x509.ObjectIdentifier("1.2.156.1"), None)


def with_middle(**more: object) -> Line:
    return Line(middle=certificate("middle", "root", **{"ca": True, **more}))  # type: ignore[arg-type]


def with_signer(**more: object) -> Line:
    return Line(signer=certificate("signer", "middle", **more))  # type: ignore[arg-type]


def with_lists(*lists: bytes, signer: x509.Certificate | None = None) -> Line:
    line = Line(lists=[revocation_list("root"), *lists])
    if signer is not None:
        line.signer = signer
    return line


def revoked_signer(**more: object) -> Line:
    line = Line()
    line.lists = [
        revocation_list("root"),
        revocation_list("middle", revoked=[line.signer], **more),  # type: ignore[arg-type]
    ]
    return line


def answered(by: x509.Certificate | None = None, **more: object) -> Line:
    line = Line(lists=[revocation_list("root")])
    who = by or responder()
    line.answers = [answer(line.signer, line.middle, who, **more)]  # type: ignore[arg-type]
    return line


def answered_about_another() -> Line:
    line = answered()
    line.signer = certificate("signer", "middle")
    return line


def longer(root_path: int | None, middle_path: int | None) -> Line:
    """root → upper → middle → signer."""
    line = Line(root=certificate("root", "root", ca=True, path=root_path))
    line.more = [certificate("upper", "root", ca=True, path=middle_path)]
    line.middle = certificate("middle", "upper", ca=True)
    line.lists = [revocation_list(name) for name in ("root", "upper", "middle")]
    return line


def responder_revoked() -> Line:
    """The list that names the responder is of a part that the signer is not in."""
    delegated = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
    who = responder(extra=[(delegated, False), (point(AT), False)])
    line = answered(who)
    part = scope(full_name=[x509.UniformResourceIdentifier(AT)])
    line.lists = [
        revocation_list("root"),
        revocation_list("middle", revoked=[who], extra=[part]),
    ]
    return line


AT = "http://crl.example/a"

GOOD: dict[str, Callable[[], Line]] = {
    "everything as it should be": Line,
    "a path just short enough": lambda: longer(2, 1),
    "names that are permitted": lambda: with_middle(extra=[constraints(permitted=[OURS])]),
    "names of others are excluded": lambda: with_middle(extra=[constraints(excluded=[THEIRS])]),
    "lists that share the work": lambda: Line(
        lists=[
            revocation_list("root", extra=[scope(only_contains_ca_certs=True)]),
            revocation_list("middle", extra=[scope(only_contains_user_certs=True)]),
        ]
    ),
    "a list from where the certificate points": lambda: with_lists(
        revocation_list("middle", extra=[scope(full_name=[x509.UniformResourceIdentifier(AT)])]),
        signer=certificate("signer", "middle", extra=[(point(AT), False)]),
    ),
    "an answer by a delegated responder, without a nonce": answered,
    "an answer by the authority itself": lambda: answered_by("middle"),
    "an unknown extension that does not matter": lambda: with_signer(extra=[(STRANGE, False)]),
}

BAD: dict[str, Callable[[], Line]] = {
    "path: the middle is no authority": lambda: with_middle(
        ca=False, uses=usage("key_cert_sign", "crl_sign", "digital_signature")
    ),
    "path: the middle has no basic constraints": lambda: with_middle(constrained=False),
    "path: the middle may not sign certificates": lambda: with_middle(
        uses=usage("crl_sign", "digital_signature")
    ),
    "path: too long below the root": lambda: longer(0, None),
    "path: too long below the middle": lambda: longer(None, 0),
    "path: the middle ran out": lambda: with_middle(until=NOW - DAY),
    "path: the middle is not valid yet": lambda: with_middle(since=NOW + DAY),
    "path: the middle was signed with another key": lambda: with_middle(by="stranger"),
    "path: the signer was signed with another key": lambda: with_signer(by="stranger"),
    "path: the signer stands for itself": lambda: Line(signer=certificate("signer", "signer")),
    "path: another root of the same name": lambda: Line(
        root=certificate("root", "root", ca=True),
        middle=certificate("middle", "root", ca=True, by="stranger"),
    ),
    "path: an unknown critical extension of the signer": lambda: with_signer(
        extra=[(STRANGE, True)]
    ),
    "path: an unknown critical extension of the middle": lambda: with_middle(
        extra=[(STRANGE, True)]
    ),
    "path: a name outside of those permitted": lambda: with_middle(
        extra=[constraints(permitted=[THEIRS])]
    ),
    "path: a name that is excluded": lambda: with_middle(extra=[constraints(excluded=[OURS])]),
    "path: no policy where one is required": lambda: with_middle(
        extra=[(x509.PolicyConstraints(0, None), True)]
    ),
    "use: a key for encryption only": lambda: with_signer(uses=usage("key_encipherment")),
    "use: a web server": lambda: with_signer(
        extra=[(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)]
    ),
    "list: none of the middle's": lambda: Line(lists=[revocation_list("root")]),
    "list: none of the root's": lambda: Line(lists=[revocation_list("middle")]),
    "list: signed by a stranger of the same name": lambda: with_lists(
        revocation_list("middle", by="stranger")
    ),
    "list: ran out": lambda: with_lists(
        revocation_list("middle", since=NOW - 9 * DAY, until=NOW - 2 * DAY)
    ),
    "list: of authorities only": lambda: with_lists(
        revocation_list("middle", extra=[scope(only_contains_ca_certs=True)])
    ),
    "list: of attribute certificates only": lambda: with_lists(
        revocation_list("middle", extra=[scope(only_contains_attribute_certs=True)])
    ),
    "list: of some reasons only": lambda: with_lists(
        revocation_list(
            "middle",
            extra=[scope(only_some_reasons=frozenset({x509.ReasonFlags.key_compromise}))],
        )
    ),
    "list: of another part": lambda: with_lists(
        revocation_list(
            "middle",
            extra=[scope(full_name=[x509.UniformResourceIdentifier("http://crl.example/b")])],
        ),
        signer=certificate("signer", "middle", extra=[(point(AT), False)]),
    ),
    "list: only what changed": lambda: with_lists(
        revocation_list("middle", extra=[(x509.DeltaCRLIndicator(6), True)])
    ),
    "list: an unknown critical extension": lambda: with_lists(
        revocation_list("middle", extra=[(STRANGE, True)])
    ),
    "list: the middle may not sign lists": lambda: with_middle(
        uses=usage("key_cert_sign", "digital_signature")
    ),
    "list: names the signer": revoked_signer,
    "list: an entry for another authority's certificate is passed over for ours": lambda: (
        revoked_signer(extra=[scope(indirect_crl=True)])
    ),
    "answer: revoked": lambda: answered(status=ocsp.OCSPCertStatus.REVOKED),
    "answer: revoked, though a list knows nothing of it": lambda: answered_against_the_list(),
    "answer: unknown": lambda: answered(status=ocsp.OCSPCertStatus.UNKNOWN),
    "answer: ran out": lambda: answered(since=NOW - 9 * DAY, until=NOW - 2 * DAY),
    "answer: about another certificate": answered_about_another,
    "answer: signed with another key": lambda: answered_and_tampered(),
    "answer: by somebody who was not asked to": lambda: answered(
        certificate("responder", "middle")
    ),
    "answer: by the signer": lambda: answered_by("signer"),
    "answer: by a responder of another authority": lambda: answered(responder("root")),
    "answer: by a responder whose certificate ran out": lambda: answered(
        responder(since=NOW - 90 * DAY, until=NOW - 30 * DAY)
    ),
    "answer: by a responder under a stranger's key": lambda: answered(responder(by="stranger")),
    "answer: by a responder that was revoked": responder_revoked,
}


def answered_and_tampered() -> Line:
    line = answered()
    at = line.answers[0].rindex(b"\x03\x42\x00") if b"\x03\x42\x00" in line.answers[0] else 200
    line.answers = [
        line.answers[0][:at] + bytes([line.answers[0][at] ^ 1]) + line.answers[0][at + 1 :]
    ]
    return line


def answered_against_the_list() -> Line:
    line = answered(status=ocsp.OCSPCertStatus.REVOKED)
    line.lists = None
    return line


def answered_by(who: str) -> Line:
    line = Line(lists=[revocation_list("root")])
    line.answers = [answer(line.signer, line.middle, getattr(line, who))]
    return line


@pytest.mark.parametrize("case", GOOD)
def test_a_sound_line_is_trusted(case: str) -> None:
    assert trust_in(GOOD[case]()) is Trust.TRUSTED


@pytest.mark.parametrize("case", BAD)
def test_an_unsound_line_is_not(case: str) -> None:
    assert trust_in(BAD[case]()) is not Trust.TRUSTED


def test_damage_in_an_answer_is_found_whoever_is_named_by_it() -> None:
    line, spoiled = answered(), answered_and_tampered()
    for one, damaged in ((line, False), (spoiled, True)):
        certificates = (one.signer.public_bytes(Encoding.DER), *one.others)
        assert any_damaged(certificates, (), one.answers, one.trust.roots) is damaged
