"""``station sign`` with a key on a token: a UKey's driver, a smart card in a reader."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from urllib.parse import quote

import pytest

from signing.authority.protocol import Subject
from signing.certificates import Purpose
from signing.keys.pkcs12 import new_key, public_key_of
from signing.keys.tokens import slots_of
from signing.verify.pdf import verify_pdf
from signing.verify.verdict import Outcome
from station import __main__ as station
from tests.helpers.judges import openssl_accepts, pdfsig
from tests.helpers.papers import paper
from tests.helpers.pki import PIN, Pki
from tests.helpers.smart_card import CardReader
from tests.helpers.soft_hsm import SoftHsm
from tests.helpers.virtual_card import SIGNATURE, VirtualCard

AGENT = Subject("任春河", "吴庄村便民服务站", "130430001001", "邱县（培训）", "代办员", "U2001")


class Run:
    """What one run of the command left behind."""

    def __init__(self, status: int, answered: str, said: str) -> None:
        self.status, self.answered, self.said = status, answered, said


Sign = Callable[..., Run]


@pytest.fixture
def sign(
    tmp_path: Path, pki: Pki, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Sign:
    monkeypatch.setenv("YIZHAN_LANGUAGE", "zh")
    monkeypatch.setenv("YIZHAN_HOME", str(tmp_path / "home"))
    issuers = tmp_path / "home" / "issuers"
    issuers.mkdir(parents=True)
    for number, der in enumerate(pki.authority.chain):
        (issuers / f"{number}.der").write_bytes(der)

    def run(key: str, *words: object, typed: str = f"{PIN}\n") -> Run:
        out = str(tmp_path / "out")
        line = ["station", "sign", *map(str, words), "--key", key, "--out", out]
        monkeypatch.setattr(sys, "argv", [*line, "--pin-file", "-"])
        monkeypatch.setattr(sys, "stdin", StringIO(typed))
        status = station.main()
        answered, said = capsys.readouterr()
        assert "Traceback" not in said
        return Run(status, answered, said)

    return run


def _papers(folder: Path, count: int) -> list[Path]:
    papers = [folder / f"{number}.pdf" for number in range(count)]
    for number, path in enumerate(papers):
        path.write_bytes(paper(1, seed=number))
    return papers


@pytest.mark.parametrize("kind", ["rsa3072", "p384", "ed25519"])
def test_papers_are_signed_with_a_key_that_was_made_on_the_token(
    soft_hsm: SoftHsm, pki: Pki, sign: Sign, tmp_path: Path, kind: str
) -> None:
    label = f"签章 {kind}"
    soft_hsm.plug_in(label)
    keys = soft_hsm.keys()
    token = soft_hsm.token(keys, label)
    key = keys.make_key(token, PIN, kind, "sign")  # type: ignore[arg-type]
    issued = pki.authority.issue(key.public_key, AGENT, Purpose.SIGN)
    keys.put_certificate(token, PIN, key.id, issued.certificate)
    keys.close()
    uri = f"pkcs11:token={quote(label)}?module-path={soft_hsm.module}"
    done = sign(uri, *_papers(tmp_path, 2), "--json", typed=f"{PIN}\r\n")
    assert done.status == 0, done.said
    for result in json.loads(done.answered):
        pdf = Path(result["out"]).read_bytes()
        (ours,) = verify_pdf(pdf, pki.trust).signatures
        assert ours.outcome is Outcome.VALID
        if kind == "ed25519":
            continue  # neither NSS nor the CMS of OpenSSL 3.0 knows it
        assert openssl_accepts(pdf, tmp_path, pki.root_pem)
        (judged,) = pdfsig(pdf, tmp_path, pki.nss_db)
        assert judged.valid and judged.trusted and judged.common_name == "任春河"


def test_a_card_that_is_pulled_leaves_the_signed_whole_and_the_rest_to_be_resumed(
    card_reader: CardReader, pki: Pki, sign: Sign, tmp_path: Path
) -> None:
    private = new_key("rsa2048")
    issued = pki.authority.issue(public_key_of(private), AGENT, Purpose.SIGN)
    card = VirtualCard(pin=PIN)
    card.put(SIGNATURE, private, issued.certificate)  # type: ignore[arg-type]
    seeing = card_reader.keys()
    (slot,) = slots_of(card_reader.insert(card, seeing))

    def while_the_third_is_signed() -> None:
        if card.signed == 2:
            card.pull()

    card.before_signing = while_the_third_is_signed
    papers = _papers(tmp_path, 4)
    cut = sign(slot.id, *papers, "--json")
    assert cut.status == 1
    results = json.loads(cut.answered)
    assert [result["out"] is not None for result in results] == [True, True, False, False]
    assert "拔掉" in results[2]["problem"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["0.pdf", "1.pdf"]
    assert all(path.stat().st_size > 1000 for path in (tmp_path / "out").iterdir())

    card.before_signing = None
    card_reader.insert(card, seeing)
    resumed = sign(slot.id, *papers, "--json", "--resume")
    assert resumed.status == 0, resumed.said
    assert [result.get("already", False) for result in json.loads(resumed.answered)] == [
        True, True, False, False,
    ]  # fmt: skip
    assert card.signed == 5, "four papers, and the one during which it was pulled"
    for path in (tmp_path / "out").iterdir():
        (judged,) = pdfsig(path.read_bytes(), tmp_path, pki.nss_db)
        assert judged.valid and judged.trusted
    card_reader.pull(card, seeing)

    other = VirtualCard(pin=PIN, serial=bytes(15) + b"\2")
    renewed = pki.authority.issue(public_key_of(private), AGENT, Purpose.SIGN)
    other.put(SIGNATURE, private, renewed.certificate)  # type: ignore[arg-type]
    (second,) = slots_of(card_reader.insert(other, seeing))
    refused = sign(second.id, *papers, "--resume")
    assert refused.status == 2 and "不是同一张" in refused.said
    card_reader.pull(other, seeing)
    seeing.close()


@pytest.mark.parametrize(
    ("typed", "said"), [("\n", "PIN 是空的"), ("000000\n", "密钥不认这个 PIN")]
)
def test_a_pin_that_does_not_fit_signs_nothing_and_leaves_nothing(
    card_reader: CardReader, pki: Pki, sign: Sign, tmp_path: Path, typed: str, said: str
) -> None:
    private = new_key("p256")
    issued = pki.authority.issue(public_key_of(private), AGENT, Purpose.SIGN)
    card = VirtualCard(pin=PIN, serial=bytes(15) + b"\3")
    card.put(SIGNATURE, private, issued.certificate)  # type: ignore[arg-type]
    seeing = card_reader.keys()
    (slot,) = slots_of(card_reader.insert(card, seeing))
    refused = sign(slot.id, *_papers(tmp_path, 1), typed=typed)
    assert refused.status == 2 and said in refused.said
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())
    card_reader.pull(card, seeing)
    seeing.close()
