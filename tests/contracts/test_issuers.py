"""The contract of every CA that certificates can be enrolled with.

Three that share no code below the protocol: the training authority in this process, the same
behind a real hub and its administrator, and ``openssl ca``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from signing.authority.enrolment import ask, certificate_request, store
from signing.authority.protocol import Issuer, RevocationReason, Subject
from signing.certificates import Purpose, holder_of, to_pem
from signing.errors import ExplainedError
from signing.keys.pkcs12 import KeyKind, new_key, public_key_of, soft_key
from signing.keys.tokens import slots_of
from signing.pades import SignRequest
from signing.pades.signature import sign
from station.wire.enrolment import EnrolmentClient
from tests.helpers.hub_issuer import HubIssuer
from tests.helpers.hub_process import hub_process
from tests.helpers.judges import openssl, openssl_accepts
from tests.helpers.openssl_ca import OpensslCa
from tests.helpers.papers import paper
from tests.helpers.pki import PIN, VILLAGE, Pki
from tests.helpers.soft_hsm import SoftHsm


@pytest.fixture(scope="module")
def directly(pki: Pki) -> Issuer:
    return pki.authority


@pytest.fixture(scope="module")
def through_the_hub(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuer]:
    with (
        hub_process(pki.folder, tmp_path_factory.mktemp("hub") / "data") as hub,
        EnrolmentClient(hub.url) as client,
    ):
        client.sign_in(pki.administrator.key)
        yield HubIssuer(client, pki.administrator.key)


@pytest.fixture(scope="module")
def openssl_ca(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return OpensslCa(tmp_path_factory.mktemp("openssl") / "ca")


@pytest.fixture(params=["directly", "through_the_hub", "openssl_ca"])
def issuer(request: pytest.FixtureRequest) -> Issuer:
    found: Issuer = request.getfixturevalue(request.param)
    return found


def agent(pki: Pki, number: str) -> Subject:
    organisation = pki.authority.organisation
    return Subject("任春河", VILLAGE.unit_name, VILLAGE.unit_code, organisation, "代办员", number)


def request_of(kind: KeyKind, subject: Subject) -> tuple[bytes, bytes]:
    private = new_key(kind)
    public = public_key_of(private)
    return certificate_request(soft_key(private), public, subject), public


@pytest.mark.parametrize("kind", ["rsa2048", "p256", "p384", "ed25519"])
def test_the_key_of_the_request_is_certified_for_whom_the_administrator_says(
    issuer: Issuer, pki: Pki, tmp_path: Path, kind: KeyKind
) -> None:
    somebody_else = Subject("冒名", "别处", "999999", "别处", "审批员", "X")
    request, _ = request_of(kind, somebody_else)
    wanted = agent(pki, f"E-{kind}")
    issued = issuer.certify(request, wanted, Purpose.SIGN)
    holder = holder_of(issued.certificate)
    assert (holder.name, holder.role, holder.person_id) == ("任春河", "代办员", f"E-{kind}")
    assert (holder.unit, holder.unit_code) == (VILLAGE.unit_name, VILLAGE.unit_code)
    assert holder.purpose is Purpose.SIGN and holder.organisation == wanted.organisation
    assert issued.chain[-1] in issuer.roots
    _write(tmp_path, issued.certificate, issued.chain, issuer.roots)
    judged = openssl(
        "verify", "-CAfile", tmp_path / "roots.pem", "-untrusted", tmp_path / "chain.pem",
        tmp_path / "made.pem",
    )  # fmt: skip
    assert judged.returncode == 0, judged.stderr


def test_a_request_that_does_not_prove_its_key_is_refused(issuer: Issuer, pki: Pki) -> None:
    wanted = agent(pki, "E-forged")
    request, public = request_of("p256", wanted)
    of_another = certificate_request(soft_key(new_key("p256")), public, wanted)
    for bad in (of_another, b"", b"\x30\x00", request[:-1]):
        with pytest.raises(ExplainedError):
            issuer.certify(bad, wanted, Purpose.SIGN)


def test_what_is_revoked_stands_in_the_list_and_twice_changes_nothing(
    issuer: Issuer, pki: Pki, tmp_path: Path
) -> None:
    wanted = agent(pki, "E-lost")
    lost = issuer.certify(request_of("p256", wanted)[0], wanted, Purpose.SIGN)
    kept = issuer.certify(request_of("p256", wanted)[0], wanted, Purpose.SIGN)
    issuer.revoke(lost.certificate, RevocationReason.KEY_COMPROMISE)
    issuer.revoke(lost.certificate, RevocationReason.KEY_COMPROMISE)
    lists = tmp_path / "lists.pem"
    lists.write_bytes(b"")
    for number, der in enumerate(issuer.crls()):
        (tmp_path / f"{number}.crl").write_bytes(der)
        made = openssl("crl", "-inform", "DER", "-in", tmp_path / f"{number}.crl")
        lists.write_bytes(lists.read_bytes() + made.stdout.encode())
    for issued, good in ((lost, False), (kept, True)):
        _write(tmp_path, issued.certificate, issued.chain, issuer.roots)
        judged = openssl(
            "verify", "-crl_check", "-CRLfile", lists, "-CAfile", tmp_path / "roots.pem",
            "-untrusted", tmp_path / "chain.pem", tmp_path / "made.pem",
        )  # fmt: skip
        assert (judged.returncode == 0) is good, judged.stderr
        assert good or "revoked" in judged.stderr


def test_a_key_made_on_a_token_gets_its_certificate_back_and_signs(
    issuer: Issuer, pki: Pki, soft_hsm: SoftHsm, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    label = f"申领 {request.node.callspec.id}"
    soft_hsm.plug_in(label)
    keys = soft_hsm.keys()
    token = soft_hsm.token(keys, label)
    wanted = agent(pki, "E-token")
    asked = ask(keys, token, PIN, wanted, "p256", None)
    issued = issuer.certify(asked.request, wanted, Purpose.SIGN)
    store(keys, token, PIN, asked.key, issued)
    (slot,) = slots_of(soft_hsm.token(keys, label))
    assert slot.certificate == issued.certificate
    key = keys.open(slot, PIN)
    assert key.chain == issued.chain, "the chain lies on the token"
    pdf = sign(paper(1), key, SignRequest())
    (tmp_path / "root.pem").write_bytes(to_pem(*issuer.roots))
    assert openssl_accepts(pdf, tmp_path, tmp_path / "root.pem")
    key.close()
    keys.close()


def _write(
    folder: Path, certificate: bytes, chain: tuple[bytes, ...], roots: tuple[bytes, ...]
) -> None:
    (folder / "made.pem").write_bytes(to_pem(certificate))
    (folder / "chain.pem").write_bytes(to_pem(*chain))
    (folder / "roots.pem").write_bytes(to_pem(*roots))
