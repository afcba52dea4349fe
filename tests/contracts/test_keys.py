"""The contract of every place where private keys live; each backend of ``BACKENDS`` is held to it.

A backend is a function that makes a ``KeyProvider`` with one key of each kind it can hold. Tokens
are real: SoftHSM behind its driver, and a PIV card behind pcscd and OpenSC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
from signing.keys.pkcs11 import Pkcs11Keys
from signing.keys.pkcs12 import Pkcs12Keys, PrivateKey, new_key, public_key_of, write_p12
from signing.keys.protocol import DecryptionKey, KeyProvider, KeySlot, PinState, SigningKey
from signing.keys.token_uri import TokenUri
from tests.helpers.pki import PIN, Pki
from tests.helpers.smart_card import CardReader
from tests.helpers.soft_hsm import SoftHsm
from tests.helpers.virtual_card import (
    AUTHENTICATION,
    CARD,
    MANAGEMENT,
    SIGNATURE,
    PivKey,
    VirtualCard,
)

KINDS = ("rsa2048", "rsa3072", "p256", "p384", "ed25519")
OPENING = "opening"


@dataclass(frozen=True)
class Place:
    """A provider under test. ``again`` opens the same place anew, as after a restart.

    ``counts``: it tells the tries left at any time, not only the last one.
    """

    keys: KeyProvider
    again: Callable[[], KeyProvider]
    tries: int
    kinds: tuple[str, ...] = KINDS
    counts: bool = True

    def slot(self, name: str) -> KeySlot:
        return next(
            slot for slot in self.again().slots() if holder_of(slot.certificate).name == name
        )


@lru_cache
def _private(kind: str) -> PrivateKey:
    """Made once: a test needs keys of its own files, not of its own numbers."""
    return new_key("rsa2048" if kind == OPENING else kind)  # type: ignore[arg-type]


def _subject(kind: str) -> Subject:
    return Subject(kind, "便民服务站", "130430001001", "邱县（培训）", "代办员", kind)


def _purpose(kind: str) -> Purpose:
    return Purpose.ENCRYPT if kind == OPENING else Purpose.SIGN


@pytest.fixture
def key_files(pki: Pki, tmp_path: Path) -> Place:
    for kind in (*KINDS, OPENING):
        private = _private(kind)
        issued = pki.authority.issue(public_key_of(private), _subject(kind), _purpose(kind))
        path = tmp_path / f"{kind}.p12"
        write_p12(path, private, issued.certificate, issued.chain, PIN, rounds=1000)
    return Place(Pkcs12Keys(tmp_path), lambda: Pkcs12Keys(tmp_path), tries=6)


class OneToken(Pkcs11Keys):
    """The keys of one token: other tests have theirs behind the same driver."""

    def slots(self) -> Sequence[KeySlot]:
        return [slot for slot in super().slots() if TokenUri.read(slot.id).token == "合同"]


@pytest.fixture(scope="module")
def soft_token(pki: Pki, soft_hsm: SoftHsm) -> Iterator[Place]:
    """Keys made on the token itself, with their certificates and the chain stored on it."""
    soft_hsm.plug_in("合同", PIN)
    module = [soft_hsm.module]
    keys, again = OneToken(module), OneToken(module)
    token = soft_hsm.token(keys, "合同")
    for kind in (*KINDS, OPENING):
        opening = kind == OPENING
        made = keys.make_key(
            token,
            PIN,
            "rsa2048" if opening else kind,
            kind,
            decrypts=opening,  # type: ignore[arg-type]
        )
        issued = pki.authority.issue(made.public_key, _subject(kind), _purpose(kind))
        keys.put_certificate(token, PIN, made.id, issued.certificate)
    for above in pki.authority.chain:
        keys.put_certificate(token, PIN, b"", above)
    yield Place(keys, lambda: again, tries=0, counts=False)
    keys.close()
    again.close()


@pytest.fixture(scope="module")
def smart_card(pki: Pki, card_reader: CardReader) -> Iterator[tuple[VirtualCard, Place]]:
    """A PIV card: few places, no chain, and a PIN counter that counts."""
    card = VirtualCard(pin=PIN)
    places = {AUTHENTICATION: "rsa2048", SIGNATURE: "p256", CARD: "p384", MANAGEMENT: OPENING}
    for place, kind in places.items():
        private = _private(kind)
        assert isinstance(private, PivKey)
        issued = pki.authority.issue(public_key_of(private), _subject(kind), _purpose(kind))
        card.put(place, private, issued.certificate)
    module, chain = [card_reader.module], pki.authority.chain
    keys, again = Pkcs11Keys(module, lambda: chain), Pkcs11Keys(module, lambda: chain)
    card_reader.insert(card, keys)
    kinds = ("rsa2048", "p256", "p384")
    yield card, Place(keys, lambda: again, tries=card.tries, kinds=kinds, counts=False)
    card_reader.pull(card, keys)
    keys.close()
    again.close()


@pytest.fixture
def piv(smart_card: tuple[VirtualCard, Place]) -> Iterator[Place]:
    card, place = smart_card
    yield place
    card.unblock()


BACKENDS = {"key_files": KINDS, "soft_token": KINDS, "piv": ("rsa2048", "p256", "p384")}
LOCKING = ["key_files", "piv"]  # SoftHSM never locks
EVERY_KEY = [(backend, kind) for backend, kinds in BACKENDS.items() for kind in kinds]


@pytest.fixture(params=BACKENDS)
def place(request: pytest.FixtureRequest) -> Place:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Place)
    return found


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
    assert len({slot.id for slot in first}) == len(first) == len(place.kinds) + 1
    assert all(slot.training and slot.pin_state is PinState.OK for slot in first)
    assert all(holder_of(slot.certificate).name in slot.label for slot in first)


@pytest.mark.parametrize(("place", "kind"), EVERY_KEY, indirect=["place"])
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
    key.close()


def test_an_opened_key_brings_the_chain_up_to_the_root(place: Place) -> None:
    key = place.keys.open(place.slot("p256"), PIN)
    links = [key.certificate, *key.chain]
    assert all(issued_by(below, above) for below, above in pairwise(links))
    assert issued_by(links[-1], links[-1])
    key.close()


def test_a_wrong_pin_is_refused_with_the_tries_left_as_far_as_the_key_tells_them(
    place: Place,
) -> None:
    slot = place.slot("p256")
    with pytest.raises(PinWrong) as wrong:
        place.keys.open(slot, "000000")
    left = place.tries - 1 if place.counts else None
    assert wrong.value.facts["tries_left"] == left
    assert place.slot("p256").tries_left == left
    place.keys.open(slot, PIN).close()
    assert place.slot("p256").tries_left == (place.tries if place.counts else None)
    assert place.slot("p256").pin_state is PinState.OK


@pytest.mark.parametrize("place", LOCKING, indirect=True)
def test_the_holder_is_warned_before_the_key_locks_and_it_stays_locked_after_a_restart(
    place: Place,
) -> None:
    slot, seen = place.slot("p256"), []
    for _ in range(place.tries - 1):
        with pytest.raises(PinWrong) as wrong:
            place.again().open(slot, "000000")
        seen.append(place.slot("p256").pin_state)
    assert wrong.value.facts["tries_left"] == 1, "the last try is told by every key"
    assert seen == sorted(seen, key=list(PinState).index), "it never looks better than before"
    assert seen[-2:] == [PinState.LOW, PinState.FINAL_TRY]
    with pytest.raises(PinLocked):
        place.again().open(slot, "000000")
    assert place.slot("p256").pin_state is PinState.LOCKED
    with pytest.raises(PinLocked):
        place.keys.open(slot, PIN)


def test_one_key_file_that_is_locked_leaves_the_others_as_they_were(key_files: Place) -> None:
    for _ in range(key_files.tries):
        with pytest.raises(PinWrong if key_files.slot("p256").tries_left != 1 else PinLocked):
            key_files.keys.open(key_files.slot("p256"), "000000")
    assert key_files.slot("rsa2048").pin_state is PinState.OK


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
    key.close()
    other.close()


def test_a_key_that_is_gone_is_missed_with_a_reason(place: Place) -> None:
    gone = KeySlot(id="gone", label="gone", certificate=place.slot("p256").certificate)
    for use in (place.keys.open, place.keys.open_decryption):
        with pytest.raises(KeyUnavailable) as missed:
            use(gone, PIN)
        assert "gone" in missed.value.sentence("en")
