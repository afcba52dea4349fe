"""An office with cases that wait: the training county, its hub, and cases that a village sent in.

For tests of the offices' screens. Everything is real: keys, papers, signatures, sealing, the hub
in a process of its own; only the villagers are invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from station.assembly import Office, OpenDesk
from station.domain.cases import ActionType, Case
from station.domain.units import Role
from station.paths import Home
from station.services.county import TRAINING_PIN
from station.services.rehearsal import Rehearsal
from station.services.review import Decision
from station.wire.messages import Accepted


class WaitingCases:
    """The county's PC, as all its people would share it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.office = Office(Home(root / "data"))
        self.office.set_up_training()
        self.office.hub_url()
        self._seeds = iter(range(1, 1000))

    def send_in(self, item: str = "MZ-001") -> Case:
        """A villager's case, taken in, signed and sent by the village."""
        wanted = self.office.catalogue.item(item)
        rehearsal = Rehearsal(
            self.office, self.root, wanted, next(self._seeds), lambda _step: nullcontext()
        )
        with self.desk(Role.AGENT) as desk:
            assert desk.agent is not None
            draft = rehearsal.take_in(desk)
            signed = desk.agent.signing.sign(draft.id, self.office.proofs())
            entry = desk.agent.submission.queue(signed)
            sent = desk.agent.submission.send_due()
            assert sent.problem is None, sent.problem
            receipt = desk.agent.store.outbox.get(entry.id).receipt
        assert receipt is not None
        return Accepted.model_validate_json(receipt).case

    def forward(self, case: Case) -> None:
        """The township hands the case on to the county."""
        with self.desk(Role.REVIEWER) as desk:
            assert desk.review is not None
            desk.review.decide(desk.review.open(case.id), Decision(action=ActionType.FORWARD))

    def sign_in(self, role: Role, number: int = 0) -> OpenDesk:
        """The desk of somebody with this role, connected; the caller closes it."""
        candidates = [c for c in self.office.candidates() if c.person.role is role]
        desk = self.office.sign_in(candidates[number], TRAINING_PIN)
        desk.connect()
        return desk

    @contextmanager
    def desk(self, role: Role, number: int = 0) -> Iterator[OpenDesk]:
        """The desk of somebody with this role for a while."""
        desk = self.sign_in(role, number)
        try:
            yield desk
        finally:
            desk.close()

    def close(self) -> None:
        """Ends the hub."""
        self.office.close()
