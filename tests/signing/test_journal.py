"""Signed statements: one way to write them, one signer each, nothing taken out or put between."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signing.certificates import CertificateRevoked
from signing.errors import CertificateNotUsable, StatementForged, StatementOutOfPlace
from signing.journal import (
    GENESIS,
    Entry,
    canonical,
    check_statement,
    link,
    read_canonical,
    sign_statement,
    signer_of,
    verify_chain,
)
from signing.keys.protocol import SigningKey
from signing.paths import CertificateNotTrusted, CertificateStatusUnknown
from signing.trust import load_trust
from tests.helpers.pki import Pki


def chain_of_three(pki: Pki) -> list[Entry]:
    entries: list[Entry] = []
    previous = GENESIS
    for number, person in enumerate((pki.agent, pki.reviewer, pki.approver)):
        body = canonical({"previous": previous, "number": number, "说": "同意"})
        entries.append(Entry(previous, body, sign_statement(body, person.key)))
        previous = entries[-1].hash
    return entries


def test_the_same_words_are_always_written_the_same_way() -> None:
    one = canonical({"b": 1, "a": ["任", None, True], "€": {"z": 0, "y": '\n"\u2028'}})
    two = canonical({"€": {"y": '\n"\u2028', "z": 0}, "a": ("任", None, True), "b": 1})
    assert one == two == '{"a":["任",null,true],"b":1,"€":{"y":"\\n\\"\u2028","z":0}}'.encode()
    assert read_canonical(one)["a"] == ["任", None, True]


def test_members_are_sorted_as_rfc_8785_sorts_them() -> None:
    # UTF-16 order differs from code point order beyond the basic plane.
    assert canonical({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize("value", [1.0, float("nan"), 2**53, "\ud800", {1: 2}, b"x", {"a": {3}}])
def test_what_has_no_single_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        canonical({"value": value})


@pytest.mark.parametrize(
    "body", [b'{"a": 1}', b'{"b":1,"a":1}', b"[]", b"\xff", b'{"a":1.5}', b"{"]
)
def test_a_statement_in_any_other_form_is_not_read(body: bytes) -> None:
    with pytest.raises(StatementForged):
        read_canonical(body)


@pytest.mark.parametrize("kind", ["rsa2048", "p256", "p384", "ed25519"])
def test_a_statement_names_its_signer_whatever_the_key(pki: Pki, kind: str) -> None:
    person = pki.person("许言", kind=kind)  # type: ignore[arg-type]
    body = canonical({"action": "submit"})
    moment = datetime.now(UTC).replace(microsecond=0)

    checked = check_statement(body, sign_statement(body, person.key, moment), pki.trust)

    assert (checked.holder.name, checked.signed_at) == ("许言", moment)


def test_openssl_agrees(pki: Pki, tmp_path: Path) -> None:
    body = canonical({"action": "approve", "意见": "材料齐全"})
    (tmp_path / "body").write_bytes(body)
    (tmp_path / "sig").write_bytes(sign_statement(body, pki.reviewer.key))
    command = ["openssl", "cms", "-verify", "-inform", "DER", "-in", tmp_path / "sig", "-binary"]
    command += ["-content", tmp_path / "body", "-CAfile", pki.root_pem, "-purpose", "any"]
    subprocess.run(command, check=True, capture_output=True)

    (tmp_path / "body").write_bytes(body + b" ")
    assert subprocess.run(command, capture_output=True).returncode != 0


def test_changed_words_and_changed_signatures_are_refused(pki: Pki) -> None:
    body = canonical({"action": "approve"})
    signature = sign_statement(body, pki.reviewer.key)
    with pytest.raises(StatementForged):
        signer_of(body.replace(b"approve", b"refuse!"), signature)
    for place in range(0, len(signature), 7):
        bad = bytearray(signature)
        bad[place] ^= 1
        try:
            checked = check_statement(body, bytes(bad), pki.trust)
        except (StatementForged, CertificateNotUsable):
            continue
        # What lies outside the signature, such as another certificate on the way, may differ.
        assert checked.certificate == pki.reviewer.certificate


def test_a_signature_cannot_be_moved_to_another_certificate(pki: Pki) -> None:
    class Borrowed:
        certificate = pki.reviewer.certificate
        chain = pki.reviewer.key.chain
        algorithm = pki.agent.key.algorithm

        def sign(self, data: bytes, digest: str = "sha256") -> bytes:
            return pki.agent.key.sign(data, digest)

        def close(self) -> None: ...

    borrowed: SigningKey = Borrowed()
    body = canonical({"action": "approve"})
    with pytest.raises(StatementForged):
        signer_of(body, sign_statement(body, borrowed))


def test_who_may_not_sign_is_told_why(pki: Pki) -> None:
    body = canonical({"action": "submit"})
    with pytest.raises(CertificateRevoked):
        check_statement(body, sign_statement(body, pki.revoked.key), pki.trust)
    with pytest.raises(CertificateNotUsable):
        check_statement(body, sign_statement(body, pki.expired.key), pki.trust)
    with pytest.raises(CertificateNotTrusted):
        check_statement(body, sign_statement(body, pki.stranger.key), pki.trust)


def test_without_a_revocation_list_nobody_can_vouch_for_a_signer(pki: Pki) -> None:
    body = canonical({"action": "submit"})
    with pytest.raises(CertificateStatusUnknown):
        check_statement(body, sign_statement(body, pki.agent.key), load_trust([pki.root_pem]))


def test_a_chain_names_everybody_in_order(pki: Pki) -> None:
    names = [checked.holder.name for checked in verify_chain(chain_of_three(pki), pki.trust)]
    assert names == [pki.agent.holder.name, pki.reviewer.holder.name, pki.approver.holder.name]


def test_nothing_can_be_taken_out_put_between_or_exchanged(pki: Pki) -> None:
    one, two, three = chain_of_three(pki)
    again = Entry(one.previous, one.body, sign_statement(one.body, pki.agent.key, _later()))
    for broken in ([one, three], [two, three], [one, two, two], [two, one, three], [again, two]):
        with pytest.raises(StatementOutOfPlace):
            verify_chain(broken, pki.trust)


def test_the_link_covers_words_and_signature_apart() -> None:
    assert link(GENESIS, b"ab", b"c") != link(GENESIS, b"a", b"bc")


def _later() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=2)
