"""What a desk believes of what the hub says: for whom to seal, and that a receipt is the hub's own.

The hub hands out the certificates of the units, but it is not asked to be honest about them: each
must have been issued by an authority that this desk itself trusts, to the very unit it is listed
for. Else whoever has the hub could have every dossier sealed to a key of their own.

What is sealed goes to the village that took the case in, the township and the county above it, and
to the archive, which is the county's own. The telephone number goes to the SMS sender alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from signing.certificates import CertificateUnreadable, Holder, Purpose, holder_of
from signing.errors import CertificateNotUsable
from signing.journal import certificates_in
from signing.paths import check_issued
from signing.trust import TrustStore
from station.domain.operations import Operation
from station.domain.units import Level, above
from station.errors import StationError
from station.wire.messages import Accepted, Directory, SignedStatement
from station.wire.statements import ReceiptWrong, receipt_in


class UnitUnknown(StationError):
    what = "The case was not sealed."
    cause = "The directory has no sealing certificate of unit {unit}."
    remedy = "Connect to the hub once so that the directory is fetched again."
    zh = (
        "办件没有封好。",
        "通讯录里没有 {unit} 的加密证书。",
        "请连上网络一次，通讯录会自己更新。",
    )


class AddressNotTrusted(StationError):
    what = "The case was not sealed."
    cause = "What the hub's directory gives for {unit}, {holder}, cannot be trusted."
    remedy = "Nothing was sent; tell the county administrator."
    zh = (
        "办件没有封好。",
        "中心通讯录里 {unit} 的证书（{holder}）信不过。",
        "什么都没有发出去；请告诉县里管理员。",
    )


@dataclass(frozen=True, slots=True)
class Vouching:
    """The hub's ``directory``, held against what this desk trusts ``at`` this moment.

    ``chain`` are authorities known here besides, such as those above one's own certificate.
    """

    directory: Directory
    trust: TrustStore
    chain: tuple[bytes, ...]
    at: datetime

    def recipients(self, station: str) -> tuple[bytes, ...]:
        """The certificates (DER) of everybody who may read a case of ``station``.

        Raises ``UnitUnknown`` or ``AddressNotTrusted`` where a unit on the way has none.
        """
        listed = {entry.code: entry.encryption for entry in self.directory.units}
        found: list[bytes] = []
        for level in Level:
            code = above(station, level)
            found += self._good(code, listed.get(code, ()))
        archive = self.directory.archive
        county = above(station, Level.COUNTY)
        return (*found, *(self._good(county, archive) if archive else ()))

    def keepers(self, station: str) -> tuple[bytes, ...]:
        """The certificates of those who keep what only an expert may look at: the county, and the
        archive where it has its own. Raises as ``recipients``."""
        county = above(station, Level.COUNTY)
        listed = {entry.code: entry.encryption for entry in self.directory.units}
        archive = self.directory.archive
        return (
            *self._good(county, listed.get(county, ())),
            *(self._good(county, archive) if archive else ()),
        )

    def sms_sender(self) -> bytes:
        """The certificate that telephone numbers are sealed to."""
        certificate = self.directory.sms_certificate
        try:
            self._checked(certificate)
        except (CertificateNotUsable, CertificateUnreadable) as error:
            raise AddressNotTrusted(unit="SMS", holder=_label(certificate)) from error
        return certificate

    def receipt(self, accepted: Accepted, operation: Operation, sent: SignedStatement) -> datetime:
        """When the hub received the operation; ``ReceiptWrong`` unless the hub itself says so.

        A hub whose certificate was renewed since is the same hub.
        """
        received_at, signer = receipt_in(accepted, operation, sent)
        if not signer.holder.is_also(holder_of(self.directory.hub_certificate)):
            raise ReceiptWrong(reason=signer.holder.label)
        chain = certificates_in(accepted.receipt.signature)
        try:
            check_issued(signer.certificate, chain, self.trust, received_at, Purpose.SEAL)
        except CertificateNotUsable as error:
            raise ReceiptWrong(reason=signer.holder.label) from error
        return received_at

    def _good(self, code: str, certificates: Iterable[bytes]) -> list[bytes]:
        """Those of a unit's certificates that can be trusted now; there must be one."""
        good, refused = [], ""
        for certificate in certificates:
            with suppress(CertificateNotUsable, CertificateUnreadable):
                if self._checked(certificate).unit_code == code:
                    good.append(certificate)
                    continue
            refused = refused or _label(certificate)
        if refused and not good:
            raise AddressNotTrusted(unit=code, holder=refused)
        if not good:
            raise UnitUnknown(unit=code)
        return good

    def _checked(self, certificate: bytes) -> Holder:
        chain = (*self.chain, *self.directory.intermediates)  # a way up, not a word to trust
        check_issued(certificate, chain, self.trust, self.at, Purpose.ENCRYPT)
        return holder_of(certificate)


def _label(certificate: bytes) -> str:
    try:
        return holder_of(certificate).label
    except CertificateUnreadable:
        return "?"
