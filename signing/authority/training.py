"""The training authority: a whole small PKI in a folder, made at set-up, marked 培训 throughout.

Root → county CA → persons and units, beside them an OCSP responder and a time-stamp service. It
stands where a licensed CA stands in earnest, and answers through the same interface. The keys of
the authority itself are key files whose PIN lies beside them, readable by the owner alone: whoever
reads the folder is the authority. That is right for training and for nothing else.

Set-up is idempotent: what is there is kept, what is missing is made, and a set-up that was cut
off goes on where it stopped. The folder::

    trust/root.pem        the trust root, to be given to verifiers
    authority/            key files of root, county CA, OCSP responder, time-stamp service
    register.jsonl        what was issued and revoked
    keys/                 key files of persons and units, listed by ``Pkcs12Keys(folder / "keys")``
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import x509

from signing.authority import service
from signing.authority.profiles import (
    Profile,
    authority_name,
    certificate,
    name_of,
    public_key_in,
    root_certificate,
)
from signing.authority.protocol import Issued, RevocationReason, Subject
from signing.authority.register import Register
from signing.certificates import (
    TRAINING_MARK,
    Purpose,
    holder_of,
    issued_by,
    load_certificates,
    to_pem,
)
from signing.errors import CertificateNotUsable
from signing.files import write_whole
from signing.keys.pkcs12 import (
    KeyFileMissing,
    KeyKind,
    Pkcs12Key,
    Pkcs12Keys,
    new_key,
    open_p12,
    public_key_of,
    soft_key,
    write_p12,
)

_ROOT_YEARS, _COUNTY_YEARS, _SERVICE_YEARS, _HOLDER_YEARS = 20, 10, 5, 2
_YEAR = timedelta(days=365)
# Clocks of station PCs run behind; a certificate made a minute ago must be good there too.
_BACKDATED = timedelta(days=1)
# The authority's own PIN is 128 random bits: nothing is gained by slowing its guessing down.
_ROUNDS = 1_000


@dataclass(frozen=True, slots=True)
class PersonPlan:
    """A person who is to get a signing key. ``person_id``: ASCII letters, digits, ``.-_``."""

    name: str
    person_id: str
    role: str
    unit_code: str
    unit_name: str
    key_kind: KeyKind = "rsa2048"


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """A unit that is to get a seal key and a key that things are sealed to (always RSA)."""

    unit_code: str
    unit_name: str
    seal_kind: KeyKind = "rsa2048"


@dataclass(frozen=True, slots=True)
class CountyPlan:
    """Whom a training county consists of; ``organisation`` is the O of every subject."""

    name: str
    organisation: str
    persons: tuple[PersonPlan, ...] = ()
    units: tuple[UnitPlan, ...] = ()


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A key file in ``keys/``, by the id it has as a ``KeySlot``."""

    key_id: str
    path: Path
    certificate: bytes


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class TrainingAuthority:
    """The authority of one folder; satisfies ``Authority``. Made by ``set_up`` or ``at``."""

    folder: Path
    organisation: str
    clock: Callable[[], datetime]
    _root: Pkcs12Key
    _county: Pkcs12Key
    _ocsp: Pkcs12Key
    _stamper: Pkcs12Key
    _register: Register
    _serials: Callable[[], int] = field(default=lambda: secrets.randbits(62))

    @classmethod
    def set_up(
        cls,
        folder: Path,
        plan: CountyPlan,
        pin: str,
        *,
        clock: Callable[[], datetime] = _utc_now,
        key_kind: KeyKind = "p256",
    ) -> TrainingAuthority:
        """Makes whatever of ``plan`` is missing in ``folder`` and opens the authority.

        ``pin`` opens every person's and unit's new key file; keys that exist keep their PIN.
        """
        organisation = _marked(plan.organisation)
        for part in ("authority", "keys", "trust"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / "authority").chmod(0o700)
        foundation = _Foundation(folder / "authority", folder / "register.jsonl", organisation)
        foundation.lay(_marked(plan.name), clock(), key_kind)
        write_whole(folder / "trust" / "root.pem", to_pem(foundation.certificate("root")))
        authority = cls.at(folder, clock=clock)
        for person in plan.persons:
            authority.enrol_person(person, pin)
        for unit in plan.units:
            authority.enrol_unit(unit, pin)
        return authority

    @classmethod
    def at(cls, folder: Path, *, clock: Callable[[], datetime] = _utc_now) -> TrainingAuthority:
        """Opens the authority that ``set_up`` made in ``folder``; ``KeyFileMissing`` if none."""
        keys = folder / "authority"
        try:
            pin = (keys / "pin").read_text()
        except OSError as error:
            raise KeyFileMissing(where=keys, reason=error.strerror or error) from error
        root = open_p12(keys / "root.p12", pin, counted=False)
        return cls(
            folder=folder,
            organisation=holder_of(root.certificate).organisation,
            clock=clock,
            _root=root,
            _county=open_p12(keys / "county.p12", pin, counted=False),
            _ocsp=open_p12(keys / "ocsp.p12", pin, counted=False),
            _stamper=open_p12(keys / "tsa.p12", pin, counted=False),
            _register=Register(folder / "register.jsonl"),
        )

    @property
    def roots(self) -> tuple[bytes, ...]:
        """The training root."""
        return (self._root.certificate,)

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The county CA and the root, DER."""
        return (self._county.certificate, self._root.certificate)

    @property
    def keys(self) -> Pkcs12Keys:
        """The key files of the persons and units enrolled here."""
        return Pkcs12Keys(self.folder / "keys")

    def enrol_person(self, plan: PersonPlan, pin: str) -> Enrolled:
        """Gives a person a signing key; one that is there and still good is kept."""
        subject = Subject(
            name=plan.name,
            unit=plan.unit_name,
            unit_code=plan.unit_code,
            organisation=self.organisation,
            role=plan.role,
            person_id=plan.person_id,
        )
        return self._enrol(plan.person_id, plan.key_kind, subject, Purpose.SIGN, pin)

    def enrol_unit(self, plan: UnitPlan, pin: str) -> tuple[Enrolled, Enrolled]:
        """Gives a unit its seal key and its opening key: ``seal-CODE`` and ``open-CODE``."""
        subject = Subject(
            name=plan.unit_name,
            unit=plan.unit_name,
            unit_code=plan.unit_code,
            organisation=self.organisation,
        )
        seal = self._enrol(f"seal-{plan.unit_code}", plan.seal_kind, subject, Purpose.SEAL, pin)
        opening = self._enrol(f"open-{plan.unit_code}", "rsa2048", subject, Purpose.ENCRYPT, pin)
        return seal, opening

    def issue(
        self,
        public_key: bytes,
        subject: Subject,
        purpose: Purpose,
        *,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
    ) -> Issued:
        """A certificate under the county CA, two years long unless said otherwise."""
        now = self.clock()
        profile = Profile(
            purpose=purpose,
            subject=name_of(subject),
            not_before=not_before or now - _BACKDATED,
            not_after=not_after or now + _HOLDER_YEARS * _YEAR,
        )
        made = certificate(public_key, profile, self._county)
        self._register.issued(made, now)
        return Issued(made, self.chain)

    def certify(self, request: bytes, subject: Subject, purpose: Purpose) -> Issued:
        """A certificate over the key of a PKCS#10 request, which proves that it is held."""
        return self.issue(public_key_in(request), subject, purpose)

    def revoke(
        self,
        certificate: bytes,
        reason: RevocationReason = RevocationReason.UNSPECIFIED,
        *,
        at: datetime | None = None,
    ) -> None:
        """Revokes a certificate of this authority, from now or from ``at`` on."""
        self._register.revoke(certificate, reason, at or self.clock())

    def crls(self) -> Sequence[bytes]:
        """The lists of the root and of the county CA."""
        return [self.crl("root"), self.crl("county")]

    def crl(self, issuer: str) -> bytes:
        """The list of ``"root"`` or ``"county"``, DER."""
        key = {"root": self._root, "county": self._county}[issuer]
        return service.revocation_list(
            key, self._register.revocations(key.certificate), self.clock()
        )

    def ocsp(self, request: bytes) -> bytes:
        """Answers for the certificates of the county CA."""
        county = self._county.certificate
        return service.ocsp_answer(
            request,
            self._ocsp,
            county,
            lambda serial: self._register.status(county, serial),
            self.clock(),
        )

    def timestamp(self, request: bytes) -> bytes:
        """Answers a time-stamp request with this authority's clock."""
        return service.timestamp_answer(
            request, self._stamper, serial=self._serials(), at=self.clock()
        )

    def _enrol(
        self, key_id: str, kind: KeyKind, subject: Subject, purpose: Purpose, pin: str
    ) -> Enrolled:
        if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z._-]*", key_id):
            raise ValueError(f"not usable as a file name: {key_id!r}")
        path = self.folder / "keys" / f"{key_id}.p12"
        kept = self._still_good(path, subject)
        if kept is not None:
            return Enrolled(key_id, path, kept)
        private = new_key(kind)
        issued = self.issue(public_key_of(private), subject, purpose)
        write_p12(path, private, issued.certificate, issued.chain, pin)
        return Enrolled(key_id, path, issued.certificate)

    def _still_good(self, path: Path, subject: Subject) -> bytes | None:
        """The certificate of a key file that needs no replacing."""
        if not path.exists() or not path.with_suffix(".pem").exists():
            return None
        found = load_certificates(path.with_suffix(".pem").read_bytes())[0]
        parsed = x509.Certificate.load(found)
        county = self._county.certificate
        if parsed.subject != name_of(subject) or not issued_by(found, county):
            return None
        if not isinstance(self._register.status(county, parsed.serial_number), service.Good):
            return None
        try:
            holder_of(found).check_usable(self.clock())
        except CertificateNotUsable:
            return None
        return found


@dataclass(frozen=True, slots=True)
class _Foundation:
    """The authority's own four keys, each made when it is missing."""

    folder: Path
    register: Path
    organisation: str

    def lay(self, county: str, now: datetime, kind: KeyKind) -> None:
        pin_file = self.folder / "pin"
        if not pin_file.exists():
            write_whole(pin_file, secrets.token_hex(16).encode(), mode=0o600)
        pin = pin_file.read_text()
        start = now - _BACKDATED

        def profile(purpose: Purpose, name: str, years: int, below: int = 0) -> Profile:
            subject = authority_name(self.organisation, name)
            return Profile(purpose, subject, start, now + years * _YEAR, below=below)

        if self._missing("root"):
            private = new_key(kind)
            root = profile(Purpose.AUTHORITY, f"{county}根证书", _ROOT_YEARS, below=1)
            made = root_certificate(public_key_of(private), root, soft_key(private))
            write_p12(self._path("root"), private, made, (), pin, rounds=_ROUNDS)
        root_key = open_p12(self._path("root"), pin, counted=False)
        self._make(
            "county",
            profile(Purpose.AUTHORITY, f"{county}证书签发", _COUNTY_YEARS),
            root_key,
            kind,
            pin,
            now,
        )
        county_key = open_p12(self._path("county"), pin, counted=False)
        for name, purpose, text in (
            ("ocsp", Purpose.OCSP, "证书状态查询"),
            ("tsa", Purpose.TIME_STAMP, "时间戳服务"),
        ):
            wanted = profile(purpose, f"{county}{text}", _SERVICE_YEARS)
            self._make(name, wanted, county_key, kind, pin, now)

    def certificate(self, name: str) -> bytes:
        return load_certificates(self._path(name).with_suffix(".pem").read_bytes())[0]

    def _make(
        self, name: str, profile: Profile, issuer: Pkcs12Key, kind: KeyKind, pin: str, now: datetime
    ) -> None:
        if not self._missing(name):
            return
        private = new_key(kind)
        made = certificate(public_key_of(private), profile, issuer)
        Register(self.register).issued(made, now)
        chain = (issuer.certificate, *issuer.chain)
        write_p12(self._path(name), private, made, chain, pin, rounds=_ROUNDS)

    def _missing(self, name: str) -> bool:
        return not self._path(name).with_suffix(".pem").exists()

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.p12"


def _marked(text: str) -> str:
    """``text`` with 培训 in it, which every subject of this authority must carry."""
    return text if TRAINING_MARK in text else f"{text}（{TRAINING_MARK}）"
