"""The contract of every place where private keys live; each backend of ``BACKENDS`` is held to it.

A backend is a function that makes a ``KeyProvider`` with one key of each kind it can hold, and
tells how many wrong PINs it takes to lock one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from signing.authority.protocol import Subject
from signing.certificates import Purpose, holder_of, issued_by
from signing.errors import EnvelopeDamaged, KeyUnavailable, PinLocked, PinWrong
from signing.keys.pkcs12 import Pkcs12Keys, PrivateKey, new_key, public_key_of, write_p12
from signing.keys.protocol import DecryptionKey, KeyProvider, KeySlot, PinState, SigningKey
from tests.helpers.pki import PIN, Pki

KINDS = ("rsa2048", "rsa3072", "p256", "p384", "ed25519")
OPENING = "opening"


@dataclass(frozen=True)
class Place:
    """A provider under test. ``again`` opens the same place anew, as after a restart."""

    keys: KeyProvider
    again: Callable[[], KeyProvider]
    tries: int

    def slot(self, name: str) -> KeySlot:
        return next(
            slot for slot in self.again().slots() if holder_of(slot.certificate).name == name
        )


@lru_cache
def _private(kind: str) -> PrivateKey:
    """Made once: a test needs keys of its own files, not of its own numbers."""
    return new_key("rsa2048" if kind == OPENING else kind)  # type: ignore[arg-type]


def _pkcs12(pki: Pki, folder: Path) -> Place:
    for kind in (*KINDS, OPENING):
        opening = kind == OPENING
        private = _private(kind)
        subject = Subject(kind, "便民服务站", "130430001001", "邱县（培训）", "代办员", kind)
        issued = pki.authority.issue(
            public_key_of(private), subject, Purpose.ENCRYPT if opening else Purpose.SIGN
        )
        path = folder / f"{kind}.p12"
        write_p12(path, private, issued.certificate, issued.chain, PIN, rounds=1000)
    return Place(Pkcs12Keys(folder), lambda: Pkcs12Keys(folder), tries=6)


BACKENDS: dict[str, Callable[[Pki, Path], Place]] = {"pkcs12": _pkcs12}


@pytest.fixture(params=BACKENDS)
def place(request: pytest.FixtureRequest, pki: Pki, tmp_path: Path) -> Place:
    return BACKENDS[request.param](pki, tmp_path)


def verifies(certificate: bytes, signature: bytes, data: bytes, digest: str) -> None:
    """Raises unless the public key in ``certificate`` accepts the signature."""
    known = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
    algorithm = known[digest]
    match x509.load_der_x509_certificate(certificate).public_key():
        case rsa.RSAPublicKey() as key:
            key.verify(signature, data, padding.PKCS1v15(), algorithm)
        case ec.EllipticCurvePublicKey() as key:
            key.verify(signature, data, ec.ECDSA(algorithm))
        case ed25519.Ed25519PublicKey() as key:
            key.verify(signature, data)
        case other:
            raise AssertionError(other)


def test_the_keys_are_listed_in_a_stable_order_and_without_a_pin(place: Place) -> None:
    first = list(place.keys.slots())
    assert [slot.id for slot in first] == [slot.id for slot in place.again().slots()]
    assert len({slot.id for slot in first}) == len(first) == len(KINDS) + 1
    assert all(slot.training and slot.pin_state is PinState.OK for slot in first)
    assert all(holder_of(slot.certificate).name in slot.label for slot in first)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_what_a_key_signs_verifies_with_its_certificate(
    place: Place, kind: str, digest: str
) -> None:
    slot = place.slot(kind)
    key = place.keys.open(slot, PIN)
    assert isinstance(key, SigningKey)
    assert key.certificate == slot.certificate
    assert key.algorithm == {"r": "rsa", "p": "ecdsa", "e": "ed25519"}[kind[0]]
    verifies(key.certificate, key.sign(b"dossier", digest), b"dossier", digest)


def test_an_opened_key_brings_the_chain_up_to_the_root(place: Place) -> None:
    key = place.keys.open(place.slot("p256"), PIN)
    links = [key.certificate, *key.chain]
    assert all(issued_by(below, above) for below, above in pairwise(links))
    assert issued_by(links[-1], links[-1])


def test_a_wrong_pin_tells_how_many_tries_are_left_and_a_right_one_restores_them(
    place: Place,
) -> None:
    slot = place.slot("p256")
    with pytest.raises(PinWrong) as wrong:
        place.keys.open(slot, "000000")
    assert wrong.value.facts == {"tries_left": place.tries - 1}
    assert place.slot("p256").tries_left == place.tries - 1
    place.keys.open(slot, PIN)
    assert place.slot("p256").tries_left == place.tries


def test_the_holder_is_warned_before_the_key_locks_and_it_stays_locked_after_a_restart(
    place: Place,
) -> None:
    slot, seen = place.slot("p256"), []
    for _ in range(place.tries - 1):
        with pytest.raises(PinWrong):
            place.again().open(slot, "000000")
        seen.append(place.slot("p256").pin_state)
    assert seen[0] is PinState.OK
    assert seen[-2:] == [PinState.LOW, PinState.FINAL_TRY]
    with pytest.raises(PinLocked):
        place.again().open(slot, "000000")
    assert place.slot("p256").pin_state is PinState.LOCKED
    with pytest.raises(PinLocked):
        place.again().open(slot, PIN)
    assert place.slot("rsa2048").pin_state is PinState.OK, "the other keys are not touched"


def test_a_closed_key_signs_nothing_more(place: Place) -> None:
    key = place.keys.open(place.slot("p256"), PIN)
    key.close()
    key.close()
    with pytest.raises(KeyUnavailable):
        key.sign(b"dossier")
    opening = place.keys.open_decryption(place.slot(OPENING), PIN)
    opening.close()
    opening.close()
    with pytest.raises(KeyUnavailable):
        opening.unwrap(bytes(256))


def test_what_was_wrapped_for_a_certificate_is_unwrapped_by_its_key_alone(place: Place) -> None:
    slot = place.slot(OPENING)
    public = x509.load_der_x509_certificate(slot.certificate).public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label=None)
    wrapped = public.encrypt(b"k" * 32, oaep)
    key = place.keys.open_decryption(slot, PIN)
    assert isinstance(key, DecryptionKey)
    assert key.certificate == slot.certificate
    assert key.unwrap(wrapped) == b"k" * 32
    other = place.keys.open_decryption(place.slot("rsa2048"), PIN)
    for bad in (wrapped[:-1] + bytes([wrapped[-1] ^ 1]), b"", wrapped + b"\0"):
        with pytest.raises(EnvelopeDamaged):
            key.unwrap(bad)
    with pytest.raises(EnvelopeDamaged):
        other.unwrap(wrapped)


def test_a_key_that_is_gone_is_missed_with_a_reason(place: Place) -> None:
    gone = KeySlot(id="gone", label="gone", certificate=place.slot("p256").certificate)
    for use in (place.keys.open, place.keys.open_decryption):
        with pytest.raises(KeyUnavailable) as missed:
            use(gone, PIN)
        assert "gone" in missed.value.sentence("en")
