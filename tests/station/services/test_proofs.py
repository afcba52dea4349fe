"""Signing a stage as completely as the network allows, and completing it later."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from signing.errors import TimeStampUnavailable
from signing.pades import FieldPlan, Level, in_order
from signing.pades.fields import prepare
from signing.timestamps import TimeStamps, TimeStampServerSilent
from signing.verify.pdf import verify_pdf
from station.paths import Home
from station.services.proofs import Proofs, completed, sign_stage
from station.settings import Settings
from tests.helpers.papers import paper
from tests.helpers.pki import Pki

STAGES = in_order(FieldPlan("village"), FieldPlan("township"), FieldPlan("county"))


@dataclass
class Server:
    """A time-stamp server that notes what it is shown, and can be out of reach."""

    stamps: TimeStamps
    up: bool = True
    seen: list[bytes] = field(default_factory=list)

    def stamp(self, digest: bytes, algorithm: str = "sha256") -> bytes:
        if not self.up:
            raise TimeStampServerSilent(where="tsa", reason="no route to host")
        self.seen.append(digest)
        return self.stamps.stamp(digest, algorithm)


@pytest.fixture
def server(pki: Pki) -> Server:
    return Server(pki.stamps)


def now() -> datetime:
    return datetime.now(UTC)


def test_who_has_no_network_signs_and_the_archive_completes_it(pki: Pki, server: Server) -> None:
    offline, online = Proofs(), Proofs(server, pki.evidence)
    village = sign_stage(prepare(paper(), STAGES), pki.agent.key, "village", "受理", now(), offline)
    assert village.level is Level.B_B and server.seen == []
    township = sign_stage(village.pdf, pki.reviewer.key, "township", "审核", now(), offline)
    assert township.level is Level.B_B
    done = completed(township.pdf, online, now())
    assert done.startswith(township.pdf), "not a byte that was signed has changed"
    assert all(len(digest) == 32 for digest in server.seen), "the server saw digests"
    verdict = verify_pdf(done, pki.trust)
    assert verdict.good, verdict.reason
    (stamp,) = verdict.time_stamps
    assert [one.proven_at for one in verdict.signatures] == [stamp.time, stamp.time]
    assert completed(done, online, now()) == done, "once is enough"


def test_a_server_out_of_reach_keeps_nobody_from_signing(pki: Pki, server: Server) -> None:
    proofs = Proofs(server, pki.evidence)
    server.up = False
    village = sign_stage(prepare(paper(), STAGES), pki.agent.key, "village", "受理", now(), proofs)
    assert village.level is Level.B_B
    assert completed(village.pdf, proofs, now()) == village.pdf
    server.up = True
    township = sign_stage(village.pdf, pki.reviewer.key, "township", "审核", now(), proofs)
    assert township.level is Level.B_LT
    verdict = verify_pdf(township.pdf, pki.trust)
    first, second = verdict.signatures
    assert first.proven_at is not None and second.time is not None
    assert first.proven_at <= second.time, "the village was stamped before the township signed"


def test_the_settings_name_other_servers_than_the_hubs(tmp_path: object) -> None:
    from station.assembly import Office

    office = Office(Home(tmp_path), Settings(tsa="http://127.0.0.1:9/tsa"))  # type: ignore[arg-type]
    proofs = office.proofs()
    assert proofs.stamps is not None
    with pytest.raises(TimeStampUnavailable, match=r"127\.0\.0\.1:9"):
        proofs.stamps.stamp(bytes(32))
    office.close()
