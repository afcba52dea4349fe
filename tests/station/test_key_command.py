"""``station key``: a UKey's whole life, from the empty token to the lost one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from signing.authority.protocol import Subject
from signing.certificates import Purpose, holder_of, to_pem
from signing.keys.token_errors import TokenFull
from signing.keys.token_uri import TokenUri
from signing.keys.tokens import slots_of
from station.paths import Home
from station.services.enrolment import TokenEnrolment
from station.wire.client import HubUnreachable
from station.wire.enrolment import EnrolmentClient
from station.wire.problems import CertificateRevokedNow
from tests.helpers.hub_process import HubProcess, hub_process
from tests.helpers.key_command import Key, key_command
from tests.helpers.pki import PIN, VILLAGE, Pki
from tests.helpers.soft_hsm import SoftHsm


@pytest.fixture(scope="module")
def hub(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    with hub_process(pki.folder, tmp_path_factory.mktemp("hub") / "data") as running:
        yield running


@pytest.fixture
def key(
    hub: HubProcess,
    soft_hsm: SoftHsm,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Key:
    """``station key`` of this PC."""
    return key_command(soft_hsm.module, hub.url, tmp_path / "home", PIN, capsys, monkeypatch)


def enrol(*more: object, token: str, person: str = "U3001") -> list[object]:
    address = f"pkcs11:token={quote(token)}"
    who = ["--name", "顾新月", "--unit", VILLAGE.unit_code, "--role", "代办员", "--id", person]
    return ["enrol", "--token", address, *who, *more]


def test_a_ukey_is_enrolled_approved_renewed_lost_and_revoked(
    key: Key, soft_hsm: SoftHsm, pki: Pki, hub: HubProcess, tmp_path: Path
) -> None:
    soft_hsm.plug_in("顾新月的 UKey")
    administrator = f"p12:{pki.administrator.path}"

    # The agent asks at the desk; nothing is certified before the county has approved.
    status, (asked,), said = key(*enrol(token="顾新月的 UKey"))
    assert status == 1 and asked["state"] == "waiting"
    assert asked["code"] in said, "the code to be read out over the telephone"
    status, (waits,), _ = key("enrol", "--fetch")
    assert (status, waits["state"]) == (1, "waiting")
    _, listed, _ = key("list")
    (bare,) = [k for k in listed["keys"] if "顾新月的 UKey" in (k["token"] or "")]
    assert "没有证书" in bare["problem"]

    # The administrator sees who asks, and approves only with the right code.
    _, waiting, _ = key("requests", "--key", administrator)
    assert [(w["name"], w["unit_name"]) for w in waiting] == [("顾新月", VILLAGE.unit_name)]
    status, _, said = key("approve", asked["id"], "--code", "0000-0000", "--key", administrator)
    assert status == 2 and "核对码" in said
    status, done, _ = key(
        "approve", asked["id"], "--code", asked["code"].lower(), "--key", administrator
    )
    assert (status, done["state"], done["decided_by"]) == (0, "issued", "吴磊")

    status, (fetched,), _ = key("enrol", "--fetch")
    assert (status, fetched["state"]) == (0, "issued")
    _, listed, _ = key("list")
    (mine,) = [k for k in listed["keys"] if k["person"] == "U3001"]
    assert mine["holder"] == "顾新月（吴庄村便民服务站，代办员）"
    assert key("enrol", "--fetch")[1] == [], "nothing is left waiting"

    # With the certificate the hub knows the agent.
    keys = soft_hsm.keys()
    (slot,) = slots_of(soft_hsm.token(keys, "顾新月的 UKey"))
    opened = keys.open(slot, PIN)
    with EnrolmentClient(hub.url) as client:
        assert client.sign_in(opened).name == "顾新月"
    opened.close()

    # Renewal: a new key for the same person, and the old pair is gone from the token.
    status, renewed, _ = key("renew", "--key", mine["key"], "--kind", "p384")
    assert status == 0 and renewed["holder"] == mine["holder"]
    (now,) = slots_of(soft_hsm.token(keys, "顾新月的 UKey"))
    assert now.certificate != slot.certificate
    assert holder_of(now.certificate).person_id == "U3001"

    # Lost: the administrator revokes it, and from then on the hub does not know it.
    certificate = tmp_path / "lost.pem"
    certificate.write_bytes(to_pem(now.certificate))
    status, gone, _ = key("revoke", "--certificate", certificate, "--key", administrator)
    assert (status, gone["reason"]) == (0, "key_compromise")
    opened = keys.open(now, PIN)
    with EnrolmentClient(hub.url) as client, pytest.raises(CertificateRevokedNow):
        client.sign_in(opened)
    opened.close()
    keys.close()


def test_a_refused_request_says_why_and_the_key_waits_for_the_next_one(
    key: Key, soft_hsm: SoftHsm, pki: Pki
) -> None:
    soft_hsm.plug_in("被退回的")
    administrator = f"p12:{pki.administrator.path}"
    _, (asked,), _ = key(*enrol(token="被退回的", person="U3002"))
    assert key("refuse", asked["id"], "--reason", "工号不对", "--key", administrator)[0] == 0
    status, (refused,), _ = key("enrol", "--fetch")
    assert (status, refused["state"], refused["reason"]) == (1, "refused", "工号不对")
    _, (again,), _ = key(*enrol(token="被退回的", person="U3003"))
    assert again["code"] == asked["code"], "the same key, not one more on the token"
    assert again["id"] != asked["id"]


def test_only_the_administrator_decides_and_nobody_for_themselves(
    key: Key, soft_hsm: SoftHsm, pki: Pki
) -> None:
    soft_hsm.plug_in("越权的")
    _, (asked,), _ = key(*enrol(token="越权的", person="administrator"))
    for who, reason in ((pki.approver, "别的岗位"), (pki.agent, "别的岗位")):
        status, _, said = key("requests", "--key", f"p12:{who.path}")
        assert status == 2 and reason in said
    administrator = f"p12:{pki.administrator.path}"
    status, _, said = key("approve", asked["id"], "--code", asked["code"], "--key", administrator)
    assert status == 2 and "自己" in said


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["enrol"], "--name"),
        ([*enrol(token="x"), "--kind", "x"], "--kind"),
        (enrol(token="不在这里"), "不在这里"),
        (["renew", "--key", "p12:a.p12"], "p12"),
        (["renew", "--key", "pkcs11:token=不在这里"], "没有一个对得上"),
        (["revoke", "--key", "pkcs11:x", "--reason", "bored"], "bored"),
        (["revoke", "--key", "p12:nowhere.p12"], "nowhere.p12"),
        (["approve", "1", "--code", "2", "--key", "skf:x"], "skf"),
    ],
)  # fmt: skip
def test_what_cannot_run_is_told_in_one_sentence(key: Key, words: list[object], hint: str) -> None:
    status, answer, said = key(*words)
    assert (status, answer) == (2, None)
    assert hint in said


def test_a_person_in_a_place_that_does_not_exist_is_not_enrolled(
    key: Key, soft_hsm: SoftHsm
) -> None:
    soft_hsm.plug_in("无处可去")
    address = f"pkcs11:token={quote('无处可去')}"
    for unit, role in (("999999", "代办员"), (VILLAGE.unit_code, "皇帝")):
        words = ["--name", "甲", "--unit", unit, "--role", role, "--id", "U1"]
        status, _, said = key("enrol", "--token", address, *words)
        assert status == 2 and "没有收下" in said


def test_a_certificate_for_another_key_is_not_put_on_the_token(soft_hsm: SoftHsm, pki: Pki) -> None:
    from signing.authority.enrolment import CertificateOfAnotherKey, store
    from signing.authority.protocol import Issued

    soft_hsm.plug_in("调包的")
    keys = soft_hsm.keys()
    made = keys.make_key(soft_hsm.token(keys, "调包的"), PIN, "p256", "k")
    token = keys.token(TokenUri(token="调包的"))
    with pytest.raises(CertificateOfAnotherKey):
        store(keys, token, PIN, made, Issued(pki.agent.certificate, ()))
    assert not slots_of(keys.token(TokenUri(token="调包的")))
    keys.close()


def test_a_renewal_that_is_cut_off_anywhere_leaves_a_key_that_signs(
    soft_hsm: SoftHsm, pki: Pki, hub: HubProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    soft_hsm.plug_in("换证的")
    keys = soft_hsm.keys()
    token = soft_hsm.token(keys, "换证的")
    organisation = pki.authority.organisation
    unit = VILLAGE.unit_name, VILLAGE.unit_code
    who = Subject("顾新月", *unit, organisation, "代办员", "U3009")
    for kind, purpose in (("p256", Purpose.SIGN), ("rsa2048", Purpose.ENCRYPT)):
        made = keys.make_key(token, PIN, kind, "first", decrypts=purpose is Purpose.ENCRYPT)  # type: ignore[arg-type]
        issued = pki.authority.issue(made.public_key, who, purpose)
        keys.put_certificate(token, PIN, made.id, issued.certificate)
    old, opening = sorted(
        slots_of(keys.token(TokenUri(token="换证的"))),
        key=lambda slot: holder_of(slot.certificate).purpose is Purpose.ENCRYPT,
    )

    def still_signs() -> None:
        opened = keys.open(old, PIN)
        opened.sign(b"dossier")
        opened.close()

    with EnrolmentClient("http://127.0.0.1:9") as nobody, pytest.raises(HubUnreachable):
        TokenEnrolment(Home(tmp_path), keys, nobody).renew(old, PIN, "p256")
    still_signs()
    with EnrolmentClient(hub.url) as client:
        desk = TokenEnrolment(Home(tmp_path), keys, client)

        def full(*_: object) -> None:
            raise TokenFull(where="换证的", call="C_CreateObject", code="CKR 0x00000031")

        with monkeypatch.context() as patch:
            patch.setattr(keys, "put_certificate", full)
            with pytest.raises(TokenFull):
                desk.renew(old, PIN, "p256")
        still_signs()
        assert len(keys.token(TokenUri(token="换证的")).keys) == 3, "the new key is tried again"
        renewed = desk.renew(old, PIN, "p256")
    left = slots_of(keys.token(TokenUri(token="换证的")))
    assert {slot.certificate for slot in left} == {renewed.certificate, opening.certificate}, (
        "the key that things were sealed to stays"
    )
    keys.open_decryption(next(s for s in left if s.id == opening.id), PIN).close()
    keys.close()
