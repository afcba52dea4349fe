"""The hub's own two keys: one signs receipts and tree heads, one opens contacts for the sender.

In training the hub makes both itself and has the training authority certify them; they lie in the
hub's data folder with their PIN beside them, so whoever reads that folder is this hub. A real hub
is given key files by its county.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from signing.authority.protocol import Subject
from signing.authority.training import TrainingAuthority
from signing.certificates import Purpose, holder_of, load_certificates
from signing.errors import CertificateNotUsable
from signing.files import write_whole
from signing.keys.pkcs12 import (
    new_key,
    open_p12,
    open_p12_decryption,
    public_key_of,
    write_p12,
)
from signing.keys.protocol import DecryptionKey, SigningKey
from station.clock import Clock
from station.hub.settings import HubSettings, HubSettingsWrong, KeyFile

_HUB_NAME, _SMS_NAME = "一网通中心", "一网通短信发送"
# The PIN is 128 random bits beside the key: nothing is gained by slowing its guessing down.
_ROUNDS = 1_000


@dataclass(frozen=True, slots=True)
class Identity:
    """The opened keys of one hub."""

    key: SigningKey
    contacts: DecryptionKey

    def close(self) -> None:
        self.key.close()
        self.contacts.close()


def identity_of(
    settings: HubSettings, authority: TrainingAuthority | None, clock: Clock
) -> Identity:
    """Opens the hub's keys, and in training makes those that are missing or about to end."""
    if authority is not None:
        folder = settings.data / "keys"
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        hub = _trained(folder, "hub", _HUB_NAME, Purpose.SEAL, authority, clock)
        sms = _trained(folder, "sms", _SMS_NAME, Purpose.ENCRYPT, authority, clock)
    else:
        if settings.hub_key is None or settings.sms_key is None:
            raise HubSettingsWrong(file=settings.data, reason="hub_key or sms_key is missing")
        hub, sms = settings.hub_key, settings.sms_key
    return Identity(  # the PINs lie beside the keys: nobody guesses, so nothing is counted
        key=open_p12(hub.file, _pin(hub), counted=False),
        contacts=open_p12_decryption(sms.file, _pin(sms), counted=False),
    )


def _trained(
    folder: Path,
    name: str,
    words: str,
    purpose: Purpose,
    authority: TrainingAuthority,
    clock: Clock,
) -> KeyFile:
    found = KeyFile(file=folder / f"{name}.p12", pin_file=folder / f"{name}.pin")
    if _still_good(found.file, authority, clock):
        return found
    pin = secrets.token_hex(16)
    # Things can be sealed to RSA alone; a receipt is signed faster with P-256.
    private = new_key("rsa2048" if purpose is Purpose.ENCRYPT else "p256")
    subject = Subject(
        name=f"{words}（培训）",
        unit=f"{words}（培训）",
        unit_code="",
        organisation=authority.organisation,
    )
    issued = authority.issue(public_key_of(private), subject, purpose)
    # The PIN first: a key file whose PIN was lost in a crash would stay unusable for ever.
    found.file.with_suffix(".pem").unlink(missing_ok=True)
    write_whole(found.pin_file, pin.encode(), mode=0o600)
    write_p12(found.file, private, issued.certificate, issued.chain, pin, rounds=_ROUNDS)
    return found


def _still_good(file: Path, authority: TrainingAuthority, clock: Clock) -> bool:
    """Whether the key file is whole, of this authority and not at its end."""
    public = file.with_suffix(".pem")
    if not file.exists() or not public.exists():
        return False
    certificates = load_certificates(public.read_bytes())
    if certificates[-1] not in authority.roots:
        return False  # the training county was set up anew
    try:
        holder_of(certificates[0]).check_usable(clock())
    except CertificateNotUsable:
        return False
    return True


def _pin(key: KeyFile) -> str:
    try:
        return key.pin_file.read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        raise HubSettingsWrong(file=key.pin_file, reason=error) from error
