"""The training county that all tests share: a real authority with real keys, made once a run.

Use it through the fixture ``pki`` (session scope, from ``tests/conftest.py``)::

    def test_something(pki: Pki) -> None:
        key = pki.agent.key                     # SigningKey, opened and cached; also .certificate
        pki.reviewer, pki.approver, pki.supervisor, pki.auditor, pki.administrator
        pki.village, pki.township, pki.county   # units: .code .name .seal .opening .certificate
        pki.trust                               # TrustStore with the root and fresh evidence
        pki.root_pem                            # Path, for openssl, certutil and --trust
        pki.keys, pki.pin                       # the KeyProvider holding them all, and their PIN
        pki.authority                           # TrainingAuthority: issue, ocsp, crls, timestamp
        pki.stamps, pki.evidence                # TimeStamps and EvidenceSource of that authority
        pki.nss_db                              # Path of an NSS database that trusts the root

People who cause trouble: ``pki.revoked`` (certificate revoked), ``pki.expired`` (certificate ran
out), ``pki.stranger`` (same names as the agent, but from an authority nobody trusts).
``pki.person(...)`` makes any other person, with any kind of key; do not revoke the shared people,
make your own.
"""

from __future__ import annotations

import itertools
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import pytest

from signing.authority.evidence import AuthorityEvidence
from signing.authority.protocol import Subject
from signing.authority.training import CountyPlan, PersonPlan, TrainingAuthority, UnitPlan
from signing.certificates import Holder, Purpose, holder_of
from signing.keys.pkcs12 import (
    KeyKind,
    Pkcs12Key,
    Pkcs12Keys,
    RsaDecryptionKey,
    new_key,
    open_p12,
    open_p12_decryption,
    public_key_of,
    write_p12,
)
from signing.timestamps import AuthorityTimeStamps
from signing.trust import TrustStore, load_trust

PIN = "135246"

VILLAGE = UnitPlan("130430001001", "吴庄村便民服务站")
TOWNSHIP = UnitPlan("130430001", "梁二庄镇便民服务中心")
COUNTY = UnitPlan("130430", "邱县行政审批局")


@dataclass(frozen=True)
class Person:
    """Somebody with a signing key."""

    path: Path

    @cached_property
    def key(self) -> Pkcs12Key:
        """The opened key; do not close it, others use it too."""
        return open_p12(self.path, PIN)

    @property
    def certificate(self) -> bytes:
        return self.key.certificate

    @property
    def holder(self) -> Holder:
        return holder_of(self.certificate)


@dataclass(frozen=True)
class Unit:
    """A unit with a seal and a key that things are sealed to."""

    code: str
    name: str
    folder: Path

    @cached_property
    def seal(self) -> Pkcs12Key:
        """The unit's seal key; its certificate is ``seal.certificate``."""
        return open_p12(self.folder / f"seal-{self.code}.p12", PIN)

    @cached_property
    def opening(self) -> RsaDecryptionKey:
        """The key that opens what was sealed to ``certificate``."""
        return open_p12_decryption(self.folder / f"open-{self.code}.p12", PIN)

    @property
    def certificate(self) -> bytes:
        """What to seal to, DER."""
        return self.opening.certificate


class Pki:
    """A training county in a folder."""

    pin = PIN

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        plan = CountyPlan(
            "邱县",
            "邱县行政审批局（培训）",
            persons=(
                PersonPlan("王秀兰", "agent", "代办员", VILLAGE.unit_code, VILLAGE.unit_name),
                PersonPlan("李建国", "reviewer", "审核员", TOWNSHIP.unit_code, TOWNSHIP.unit_name),
                PersonPlan("赵敏", "approver", "审批员", COUNTY.unit_code, COUNTY.unit_name),
                PersonPlan("孙伟", "supervisor", "监察员", COUNTY.unit_code, COUNTY.unit_name),
                PersonPlan("周静", "auditor", "审计员", COUNTY.unit_code, COUNTY.unit_name),
                PersonPlan("吴磊", "administrator", "管理员", COUNTY.unit_code, COUNTY.unit_name),
                PersonPlan("郑旧", "revoked", "代办员", VILLAGE.unit_code, VILLAGE.unit_name),
            ),
            units=(VILLAGE, TOWNSHIP, COUNTY),
        )
        self.authority = TrainingAuthority.set_up(folder, plan, PIN)
        self._numbers = itertools.count(1)
        revoked = self._enrolled("revoked")
        self.authority.revoke(revoked.certificate)

    @property
    def keys(self) -> Pkcs12Keys:
        return self.authority.keys

    @cached_property
    def agent(self) -> Person:
        return self._enrolled("agent")

    @cached_property
    def reviewer(self) -> Person:
        return self._enrolled("reviewer")

    @cached_property
    def approver(self) -> Person:
        return self._enrolled("approver")

    @cached_property
    def supervisor(self) -> Person:
        return self._enrolled("supervisor")

    @cached_property
    def auditor(self) -> Person:
        return self._enrolled("auditor")

    @cached_property
    def administrator(self) -> Person:
        return self._enrolled("administrator")

    @cached_property
    def revoked(self) -> Person:
        return self._enrolled("revoked")

    @cached_property
    def expired(self) -> Person:
        now = datetime.now(UTC)
        return self.person(
            "冯期", not_before=now - timedelta(days=400), not_after=now - timedelta(days=30)
        )

    @cached_property
    def stranger(self) -> Person:
        agent = PersonPlan("王秀兰", "agent", "代办员", VILLAGE.unit_code, VILLAGE.unit_name)
        plan = CountyPlan("邱县", "邱县行政审批局（培训）", persons=(agent,))
        other = TrainingAuthority.set_up(self.folder / "stranger", plan, PIN)
        return Person(other.folder / "keys" / "agent.p12")

    @cached_property
    def village(self) -> Unit:
        return Unit(VILLAGE.unit_code, VILLAGE.unit_name, self.folder / "keys")

    @cached_property
    def township(self) -> Unit:
        return Unit(TOWNSHIP.unit_code, TOWNSHIP.unit_name, self.folder / "keys")

    @cached_property
    def county(self) -> Unit:
        return Unit(COUNTY.unit_code, COUNTY.unit_name, self.folder / "keys")

    @property
    def root_pem(self) -> Path:
        return self.folder / "trust" / "root.pem"

    @property
    def trust(self) -> TrustStore:
        """The root and, as known at this moment, the revocation lists."""
        chain = (self.agent.certificate, *self.authority.chain)
        return load_trust([self.root_pem]).with_evidence(self.evidence.collect(chain))

    @property
    def stamps(self) -> AuthorityTimeStamps:
        return AuthorityTimeStamps(self.authority)

    @property
    def evidence(self) -> AuthorityEvidence:
        return AuthorityEvidence(self.authority)

    @cached_property
    def nss_db(self) -> Path:
        """What ``pdfsig -nssdir`` takes; trusts the training root and knows nothing else of us."""
        folder = self.folder / "nss"
        folder.mkdir()
        database = f"sql:{folder}"
        subprocess.run(["certutil", "-d", database, "-N", "--empty-password"], check=True)
        root = ["-n", "root", "-t", "CT,C,C", "-i", str(self.root_pem), "-a"]
        subprocess.run(["certutil", "-d", database, "-A", *root], check=True)
        return folder

    def person(
        self,
        name: str = "陈新",
        *,
        role: str = "代办员",
        unit: UnitPlan = VILLAGE,
        kind: KeyKind = "p256",
        purpose: Purpose = Purpose.SIGN,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
    ) -> Person:
        """A further person, with a key of their own that only the caller knows of."""
        number = f"person-{next(self._numbers)}"
        subject = Subject(
            name, unit.unit_name, unit.unit_code, self.authority.organisation, role, number
        )
        private = new_key(kind)
        issued = self.authority.issue(
            public_key_of(private), subject, purpose, not_before=not_before, not_after=not_after
        )
        path = self.folder / "others" / f"{number}.p12"
        path.parent.mkdir(exist_ok=True)
        write_p12(path, private, issued.certificate, issued.chain, PIN, rounds=1000)
        return Person(path)

    def _enrolled(self, key_id: str) -> Person:
        return Person(self.folder / "keys" / f"{key_id}.p12")


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("county"))
