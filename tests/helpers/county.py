"""The training county at its desks: real keys, a real hub in a process of its own, real services.

Use it through the fixture ``county`` (one empty PC a test; the county's keys are made once a run
and copied)::

    def test_something(county: County) -> None:
        with county.desk(AGENT) as desk:                   # signed in and connected
            case = county.handed_in(desk, "MZ-001")        # entered, inked, signed, sent, accepted
        county.decided(REVIEWER, case.id, ActionType.FORWARD)

The hub is the embedded one, started when a desk is opened, unless the test brings its own.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from station.assembly import AgentServices, Office, OpenDesk
from station.domain.cases import ActionType, Case
from station.domain.drafts import Draft
from station.paths import Home
from station.services.county import TRAINING_PIN
from station.services.rehearsal import Rehearsal
from station.services.review import Decided, Decision, ReviewDesk
from station.services.training import set_up_training
from station.settings import Settings
from station.wire.messages import Accepted
from station.wire.sealed import Reason

AGENT, OTHER_AGENT = "P1001", "P1002"
REVIEWER, SECOND_REVIEWER = "P2001", "P2002"
APPROVER, SUPERVISOR = "P3001", "P4001"
WITH_COUNTY, TOWNSHIP_ONLY = "MZ-001", "SB-001"


class County:
    """One PC of the training county and whoever sits down at it."""

    def __init__(self, folder: Path, training: Path, hub: str = "") -> None:
        self.folder = folder
        self.home = Home(folder / "data")
        shutil.copytree(training, self.home.training, dirs_exist_ok=True)
        self.office = Office(self.home, Settings(hub=hub))
        self.paper = folder / "paper.jpg"
        self.paper.write_bytes(a_paper())

    @property
    def root(self) -> Path:
        """The trust root, for ``--trust``."""
        return self.home.training / "trust" / "root.pem"

    @contextmanager
    def desk(self, person: str, *, connected: bool = True) -> Iterator[OpenDesk]:
        """Somebody signs in; without ``connected`` the hub is not asked."""
        candidate = next(c for c in self.office.candidates() if c.person.id == person)
        desk = self.office.sign_in(candidate, TRAINING_PIN)
        try:
            if connected:
                desk.connect()
            yield desk
        finally:
            desk.close()

    def entered(self, desk: OpenDesk, item: str = WITH_COUNTY) -> Draft:
        """A case with applicant, form, papers and the applicant's ink; the agent may sign."""
        wanted = self.office.catalogue.item(item)
        village = Rehearsal(self.office, self.folder, wanted, 1, lambda _: nullcontext())
        return village.take_in(desk, [self.paper])

    def handed_in(self, desk: OpenDesk, item: str = WITH_COUNTY) -> Case:
        """A case as the hub has accepted it."""
        return self.sent(desk, self.entered(desk, item))

    def sent(self, desk: OpenDesk, draft: Draft) -> Case:
        """The agent signs the case and sends it."""
        agent = agent_of(desk)
        entry = agent.submission.queue(agent.signing.sign(draft.id, self.office.proofs()))
        sent = agent.submission.send_due()
        assert sent.problem is None, sent.problem
        receipt = agent.store.outbox.get(entry.id).receipt
        assert receipt is not None
        return Accepted.model_validate_json(receipt).case

    def decided(
        self, person: str, case: str, action: ActionType, *reasons: Reason, remark: str = ""
    ) -> Decided:
        """A reviewer opens the case and decides."""
        with self.desk(person) as desk:
            review = review_of(desk)
            decision = Decision(action=action, reasons=reasons, remark=remark)
            return review.decide(review.open(case), decision)


def agent_of(desk: OpenDesk) -> AgentServices:
    """The services of the agent who sits there."""
    assert desk.agent is not None
    return desk.agent


def review_of(desk: OpenDesk) -> ReviewDesk:
    """The services of the reviewer who sits there."""
    assert desk.review is not None
    return desk.review


def a_paper() -> bytes:
    """A small photograph of a sheet on a dark table, as JPEG."""
    picture = Image.new("RGB", (1200, 1600), (52, 60, 56))
    draw = ImageDraw.Draw(picture)
    draw.polygon([(150, 160), (1040, 140), (1060, 1430), (130, 1450)], fill=(250, 249, 245))
    for line in range(24):
        draw.line([(240, 260 + line * 46), (940 - line % 5 * 60, 258 + line * 46)], (40, 38, 36), 7)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


@lru_cache
def _keys_below(base: Path) -> Path:
    folder = base / "training-keys"
    set_up_training(folder)
    return folder


@pytest.fixture(scope="session")
def training_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The training county's authority and keys, made once a run, to be copied."""
    return _keys_below(tmp_path_factory.getbasetemp())


@pytest.fixture
def county(tmp_path: Path, training_keys: Path) -> Iterator[County]:
    """An empty PC of the training county."""
    county = County(tmp_path, training_keys)
    try:
        yield county
    finally:
        county.office.close()
