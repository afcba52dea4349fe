"""A person's certificate on a token: asked for, fetched once it is approved, renewed.

What waits for the administrator is remembered in one small file each, so that the token may be
unplugged and the PC switched off meanwhile; the private key never leaves the token.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from signing.authority import enrolment
from signing.authority.protocol import Issued, Subject
from signing.certificates import fingerprint, holder_of, to_pem
from signing.files import write_whole
from signing.keys.pkcs11 import Pkcs11Keys
from signing.keys.pkcs12 import KeyKind
from signing.keys.protocol import KeySlot
from signing.keys.token_uri import TokenUri
from signing.keys.tokens import Token, TokenKey, slots_of
from station.paths import Home
from station.services.keys import issuers_folder
from station.wire.enrolment import (
    Enrolment,
    EnrolmentClient,
    EnrolmentState,
    EnrolmentTicket,
    Wanted,
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that was handed in: its ticket, and the key that waits on a token."""

    ticket: EnrolmentTicket
    token: TokenUri
    key_id: bytes
    public_key: bytes
    name: str


class TokenEnrolment:
    """Enrols keys on ``tokens`` at the hub of ``client``."""

    def __init__(self, place: Home, tokens: Pkcs11Keys, client: EnrolmentClient) -> None:
        self._place, self._tokens, self._client = place, tokens, client
        self._folder = place.root / "enrolments"

    def ask(self, token: Token, pin: str, wanted: Wanted, kind: KeyKind) -> Waiting:
        """Makes a key on the token and hands its request in."""
        subject = Subject(wanted.name, "", wanted.unit, "", wanted.role, wanted.person)
        asked = enrolment.ask(
            self._tokens, token, pin, subject, kind, self._bare(token, wanted.name),
            self._asked_for(token),
        )  # fmt: skip
        ticket = self._client.ask_for_certificate(asked.request, wanted)
        waiting = Waiting(ticket, token.uri(), asked.key.id, asked.key.public_key, wanted.name)
        self._folder.mkdir(parents=True, exist_ok=True)
        kept = {
            "ticket": ticket.model_dump(mode="json"),
            "token": waiting.token.text(),
            "key": waiting.key_id.hex(),
            "public_key": waiting.public_key.hex(),
            "name": wanted.name,
        }
        text = json.dumps(kept, ensure_ascii=False, indent=2)
        write_whole(self._folder / f"{ticket.id}.json", text.encode(), mode=0o600)
        return waiting

    def waiting(self) -> Iterator[Waiting]:
        """What was handed in here and not fetched yet."""
        for file in sorted(self._folder.glob("*.json")) if self._folder.is_dir() else []:
            with suppress(OSError, ValueError, KeyError, TypeError):  # torn, or not ours
                kept = json.loads(file.read_text("utf-8"))
                yield Waiting(
                    EnrolmentTicket.model_validate(kept["ticket"]),
                    TokenUri.read(kept["token"]),
                    bytes.fromhex(kept["key"]),
                    bytes.fromhex(kept["public_key"]),
                    str(kept["name"]),
                )

    def state(self, waiting: Waiting) -> Enrolment:
        """How it stands at the hub."""
        return self._client.enrolment(waiting.ticket)

    def fetch(self, waiting: Waiting, pin: str) -> Enrolment:
        """How it stands; an issued certificate is then on the token, and the request done with."""
        found = self.state(waiting)
        if found.state is EnrolmentState.ISSUED:
            token = self._tokens.token(waiting.token)
            key = TokenKey(waiting.key_id, waiting.name, waiting.public_key, b"")
            self._store(token, pin, key, Issued(found.certificate, found.chain))
        if found.state is not EnrolmentState.WAITING:
            (self._folder / f"{waiting.ticket.id}.json").unlink(missing_ok=True)
        return found

    def renew(self, slot: KeySlot, pin: str, kind: KeyKind, *, keep_old: bool = False) -> KeySlot:
        """A new key and certificate for the same person; the old pair goes last.

        Cut off anywhere, the old key still signs, and the next try goes on with the new one.
        """
        uri = TokenUri.read(slot.id)
        token = self._tokens.token(uri)
        holder = holder_of(slot.certificate)
        subject = Subject(
            holder.name, holder.unit, holder.unit_code, holder.organisation, holder.role,
            holder.person_id,
        )  # fmt: skip
        asked = enrolment.ask(
            self._tokens, token, pin, subject, kind, self._bare(token, holder.name),
            self._asked_for(token),
        )  # fmt: skip
        old = self._tokens.open(slot, pin)
        try:
            digest = hashlib.sha256(asked.request).hexdigest()
            issued = self._client.renew(asked.request, digest, old)
        finally:
            old.close()
        self._store(token, pin, asked.key, issued)
        token = self._tokens.token(token.uri())
        if not keep_old:
            for key in enrolment.old_keys(token, asked.key):
                self._tokens.destroy(token, pin, key.id)
            token = self._tokens.token(token.uri())
        return next(s for s in slots_of(token) if s.certificate == issued.certificate)

    def _asked_for(self, token: Token) -> frozenset[bytes]:
        """The keys on the token that wait for their certificates."""
        return frozenset(one.key_id for one in self.waiting() if token.is_meant(one.token))

    def _bare(self, token: Token, name: str) -> TokenKey | None:
        """A key that an earlier try made for this person, and that got no certificate."""
        asked = {waiting.public_key for waiting in self.waiting()}
        return next(
            (
                key
                for key in token.keys
                if not key.certificate and key.label == name and key.public_key not in asked
            ),
            None,
        )

    def _store(self, token: Token, pin: str, key: TokenKey, issued: Issued) -> None:
        folder = issuers_folder(self._place)
        folder.mkdir(parents=True, exist_ok=True)
        for above in enrolment.store(self._tokens, token, pin, key, issued):
            _keep(folder, above)


def _keep(folder: Path, certificate: bytes) -> None:
    path = folder / f"{fingerprint(certificate)[:16]}.pem"
    if not path.exists():
        write_whole(path, to_pem(certificate))
