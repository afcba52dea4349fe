"""The hub's disk is full: said in one sentence, nothing lost, and it goes on when there is room."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from station.domain.cases import ActionType, CaseState
from station.wire import problems
from station.wire.statements import check_record
from tests.helpers.hub_process import HubProcess, hub_process
from tests.helpers.office import TOWNSHIP_ONLY, Office
from tests.helpers.pki import Pki
from tests.helpers.program import ROOT, is_one_plain_sentence


@contextmanager
def full_disk(hub: HubProcess) -> Iterator[None]:
    """The running hub can write nothing any more: what a full disk is to it, without a disk."""
    _, hard = resource.prlimit(hub.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(hub.pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.prlimit(hub.pid, resource.RLIMIT_FSIZE, (hard, hard))


def test_a_hub_on_a_full_disk_says_so_keeps_serving_and_goes_on_when_there_is_room(
    pki: Pki, tmp_path: Path
) -> None:
    with hub_process(pki.folder, tmp_path / "hub") as hub:
        office = Office(hub, pki)
        old, fresh = office.errand(TOWNSHIP_ONLY), office.errand(TOWNSHIP_ONLY)
        old.submit()
        prepared = fresh.prepare(ActionType.SUBMIT, pki.agent)
        queue = office.at(pki.reviewer).queue().counts.waiting
        with full_disk(hub):
            for work in (
                lambda: office.at(pki.agent).upload(os.urandom(5000)),
                lambda: fresh.deliver(prepared, pki.agent),
                lambda: old.take(pki.reviewer),
            ):
                with pytest.raises(problems.HubFull) as full:
                    work()
                assert problems.is_retryable(full.value), "an outbox tries again by itself"
                assert "稍后再送" in full.value.sentence("zh")
            assert office.at(pki.reviewer).queue().counts.waiting == queue, "reading goes on"
            assert office.at(pki.agent).case(old.id).case.rev == 1

        assert fresh.deliver(prepared, pki.agent).case.rev == 1
        old.review(ActionType.APPROVE, pki.reviewer)
        record = office.at(pki.auditor).record(old.id)
        assert len(check_record(record, pki.trust)) == 2
        assert office.at(pki.agent).case(old.id).case.state is CaseState.APPROVED
        office.close()
        assert "Traceback" not in hub.log.read_text("utf-8"), "a full disk is no bug"


def test_a_hub_that_is_started_on_a_full_disk_says_so_and_loses_nothing(
    pki: Pki, tmp_path: Path
) -> None:
    with hub_process(pki.folder, tmp_path / "hub") as hub:
        office = Office(hub, pki)
        errand = office.errand(TOWNSHIP_ONLY)
        errand.submit()
        office.close()
        hub.kill()
        config = tmp_path / "hub.toml"
        command = f"ulimit -f 0; exec '{sys.executable}' -m station hub serve --config '{config}'"
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=ROOT,
            env=os.environ | {"YIZHAN_LANGUAGE": "zh", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 2
        told = [line for line in done.stderr.splitlines() if " INFO " not in line]
        assert is_one_plain_sentence("\n".join(told)), done.stderr

        hub.start()
        with hub.client(pki.agent.key) as desk:
            assert desk.case(errand.id).case.state is CaseState.TOWNSHIP_REVIEW
