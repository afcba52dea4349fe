"""A village desk that kills itself (``kill -9``) at a chosen step of its real work.

The desk's own code runs unchanged in a process of its own: it signs in, finds what an earlier life
left, and goes on from there until the case is delivered. Around it every call into the station's
store, services and wire is counted, and the n-th one is its last. It says what is done only after
the call has returned: what was said must be found by the next life.

    with DyingDesk(place, hub.url, paper, item) as desk:
        life = desk.live(die_at=170)      # Life(said=[{"did": "page", ...}, ...], died=True)

To make many lives affordable they are forked from a nursery that has imported everything already.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Any

_PROJECT = Path(__file__).resolve().parents[2]
_COUNTED = tuple(str(_PROJECT / "station" / room) for room in ("store", "services", "wire"))


@dataclass(frozen=True)
class Life:
    """What a desk said was done before it ended, and whether it was killed."""

    said: list[dict[str, Any]]
    died: bool


class DyingDesk:
    """The test's side: desks one after the other in the same data folder."""

    def __init__(self, place: Path, hub: str, paper: Path, item: str) -> None:
        self._wish = {"place": str(place), "hub": hub, "paper": str(paper), "item": item}
        self._log = (place.parent / "desk.log").open("ab")
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.helpers.dying_desk"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=_PROJECT,
        )

    def __enter__(self) -> DyingDesk:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pipe("stdin").close()
        self._nursery.wait(60)
        self._pipe("stdout").close()
        self._log.close()

    def live(self, die_at: int = 0) -> Life:
        """One life; 0: it lives until its work is done."""
        pipe = self._pipe("stdin")
        pipe.write(json.dumps(self._wish | {"die_at": die_at}).encode() + b"\n")
        pipe.flush()
        said: list[dict[str, Any]] = []
        while True:
            line = self._pipe("stdout").readline()
            assert line, "the nursery is gone"
            fact = json.loads(line)
            if "ended" in fact:
                status = fact["ended"]
                died = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
                assert died or status == 0, Path(self._log.name).read_text()[-3000:]
                return Life(said, died)
            said.append(fact)

    def _pipe(self, name: str) -> IO[bytes]:
        pipe = getattr(self._nursery, name)
        assert pipe is not None
        return pipe  # type: ignore[no-any-return]


# --- the nursery's side ---------------------------------------------------------------------------


def _nursery() -> None:
    import signing.pades.signature  # noqa: F401
    import station.assembly
    import station.dossier.dossier
    import station.imaging.pipeline
    import station.services.rehearsal  # noqa: F401 - so that each child has them already

    for line in sys.stdin:
        wish = json.loads(line)
        child = os.fork()
        if child == 0:
            status = 1
            try:
                _work(wish)
                status = 0
            except BaseException:  # noqa: BLE001 - the child must never return into this loop
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                os._exit(status)
        _, status = os.waitpid(child, 0)
        _say(ended=status)


def _work(wish: dict[str, Any]) -> None:
    from station.assembly import Office
    from station.paths import Home
    from station.services.county import TRAINING_PIN
    from station.settings import Settings

    office = Office(Home(Path(wish["place"])), Settings(hub=wish["hub"]))
    candidate = next(c for c in office.candidates() if c.person.id == "P1001")
    desk = office.sign_in(candidate, TRAINING_PIN)
    if desk.known_directory() is None:
        desk.connect()
    else:
        desk.hub.sign_in(desk.who.key)
    if wish["die_at"]:
        _count(wish["die_at"])
    _go_on(office, desk, wish)


def _go_on(office: Any, desk: Any, wish: dict[str, Any]) -> None:
    """The agent's day: whatever there is to do next, until the hub has the case."""
    from signing.handwriting import synthetic_ink
    from station.domain.completeness import Need, materials_of
    from station.domain.drafts import DraftState
    from station.services.rehearsal import Rehearsal

    agent = desk.agent
    item = office.catalogue.item(wish["item"])
    paper = Path(wish["paper"]).read_bytes()
    today = office.clock().date()
    found = agent.store.drafts()
    draft = found[0] if found else agent.intake.open_case(item.code)
    _tell("found" if found else "open", draft)
    if draft.state is DraftState.OPEN:
        draft = agent.capture.recover(draft.id)
        if not draft.applicant.name:
            villager = Rehearsal(office, Path(wish["place"]), item, 1, _silent).villager
            applicant = villager.card.applicant(villager.phone)
            draft = agent.intake.set_applicant(draft.id, applicant)
            _tell("applicant", draft)
        draft = Rehearsal(office, Path(wish["place"]), item, 1, _silent).fill(desk, draft)
        _tell("form", draft)
        for state in materials_of(item, draft, today):
            wanted = len(state.material.pages) if state.need is Need.NEEDED else 0
            for page in draft.materials[state.material.id].pages:
                if not agent.capture.is_processed(agent.capture.page(page)):
                    agent.capture.process(page)
            while len(draft.materials[state.material.id].pages) < wanted:
                kept = agent.capture.keep(draft.id, state.material.id, paper, "camera")
                draft = kept.draft
                _tell("page", draft)
                agent.capture.process(kept.page.id)
        if draft.ink is None:
            shown = agent.signing.shown(draft)
            draft = agent.signing.keep_ink(draft.id, synthetic_ink(7), shown)
            _tell("ink", draft)
        signed = agent.signing.sign(draft.id, office.proofs())
        agent.submission.queue(signed)
        draft = agent.intake.draft(draft.id)
        _tell("queue", draft)
    while draft.state is DraftState.SIGNED:
        agent.submission.line_is_up()
        agent.submission.send_due()
        draft = agent.intake.draft(draft.id)
    _tell("sent", draft)
    agent.submission.news()


def _tell(did: str, draft: Any) -> None:
    _say(
        did=did,
        case=draft.id,
        number=draft.number,
        revision=draft.revision,
        name=draft.applicant.name,
        values=len([value for value in draft.values.values() if value.value]),
        pages=sorted(page for entry in draft.materials.values() for page in entry.pages),
        ink=draft.ink is not None,
        state=draft.state.value,
    )


def _count(last: int) -> None:
    """Makes the ``last`` call into the counted rooms from here on the last of this process."""
    steps = 0

    def watch(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal steps
        if event in ("call", "return") and frame.f_code.co_filename.startswith(_COUNTED):
            steps += 1
            if steps == last:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)


def _silent(_name: str) -> Any:
    from contextlib import nullcontext

    return nullcontext()


def _say(**fact: object) -> None:
    sys.stdout.write(json.dumps(fact) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _nursery()
