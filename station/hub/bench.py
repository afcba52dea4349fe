"""How much a hub carries: real stations in threads, real signatures, sealed documents, HTTP.

Each case is taken in by a village and decided by the township: five documents up, two signed
operations, a lease. The stations sign with keys of a training county that lives as long as the
measurement; the hub is a process of its own, on the same machine, so the figures are those of
both together. Afterwards every operation that was acknowledged is looked for in the record.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from signing.authority.protocol import Subject
from signing.authority.training import CountyPlan, PersonPlan, TrainingAuthority, UnitPlan
from signing.certificates import Purpose
from signing.keys.pkcs12 import new_key, open_p12, public_key_of, soft_key
from signing.keys.protocol import SigningKey
from station.clock import china_now
from station.domain.cases import ActionType, CaseState
from station.domain.operations import GENESIS, DocumentKind, DocumentRef, Operation
from station.domain.units import Level, Role
from station.errors import HubError, StationError
from station.hub.process import ready_file
from station.wire.client import HubClient
from station.wire.messages import Directory
from station.wire.sealed import Contact, Header
from station.wire.sealing import SealedDocument, seal, seal_paper
from station.wire.statements import sign_operation

ITEM = "SB-001"  # decided by the township
_TOWNSHIP, _COUNTY = "130430001", "130430"
_PIN = "000000"
_PATIENCE_SECONDS = 60.0


class HubDidNotStart(StationError):
    what = "Nothing was measured."
    cause = "The hub did not start: {reason}"
    remedy = "Start “station hub serve” by hand and see what it says."
    zh = ("没有测成。", "中心没有启动：{reason}", "请手工运行“station hub serve”，看它说什么。")


@dataclass
class Findings:
    """What was counted. ``lost`` are acknowledged operations that the record does not hold."""

    stations: int
    cases: int
    seconds: float = 0.0
    uploaded_bytes: int = 0
    refused: int = 0
    lost: int = 0
    send_ms: list[float] = field(default_factory=list)

    def as_json(self) -> dict[str, float | int]:
        """The figures under the names of the contract."""
        done = self.cases - self.refused
        return {
            "stations": self.stations,
            "cases": self.cases,
            "seconds": round(self.seconds, 2),
            "cases_per_s": round(done / self.seconds, 2),
            "operations_per_s": round(len(self.send_ms) / self.seconds, 2),
            "p50_ms": _percentile(self.send_ms, 0.50),
            "p99_ms": _percentile(self.send_ms, 0.99),
            "upload_mb_per_s": round(self.uploaded_bytes / 1e6 / self.seconds, 2),
            "refused": self.refused,
            "lost": self.lost,
        }


def bench(
    stations: int, cases: int, dossier_bytes: int, progress: Callable[[int], None]
) -> Findings:
    """Carries ``cases`` cases through a fresh hub; ``progress`` hears how many are done."""
    with tempfile.TemporaryDirectory(prefix="yizhan-bench-") as name:
        folder = Path(name)
        authority = TrainingAuthority.set_up(folder / "training", _plan(), _PIN)
        with _hub(folder) as url:
            return _measured(url, authority, stations, cases, dossier_bytes, progress)


def _plan() -> CountyPlan:
    township = ("梁二庄镇便民服务中心", _TOWNSHIP)
    county = ("邱县行政审批局", _COUNTY)
    return CountyPlan(
        "邱县",
        "邱县人民政府（培训）",
        persons=(PersonPlan("赵敏", "auditor", "审计员", county[1], county[0]),),
        units=(UnitPlan(township[1], township[0]), UnitPlan(county[1], county[0])),
    )


@contextmanager
def _hub(folder: Path) -> Iterator[str]:
    data = folder / "hub"
    data.mkdir()
    config = folder / "hub.toml"
    # How much the hub can do is asked, not how it shares itself out.
    shares = "requests_per_minute = 0\nupload_mb_a_day = 0\n"
    config.write_text(f'data = "hub"\ntraining = "training"\n{shares}', "utf-8")
    log = folder / "hub.log"
    with log.open("wb") as output:
        command = [sys.executable, "-m", "station", "hub", "serve", "--config", str(config)]
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not ready_file(data).exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise HubDidNotStart(reason=log.read_text("utf-8", "replace").strip()[-300:])
            time.sleep(0.02)
        yield str(json.loads(ready_file(data).read_text())["url"])
    finally:
        process.terminate()
        process.wait(_PATIENCE_SECONDS)


def _measured(
    url: str,
    authority: TrainingAuthority,
    stations: int,
    cases: int,
    dossier_bytes: int,
    progress: Callable[[int], None],
) -> Findings:
    findings = Findings(stations, cases)
    with HubClient(url) as auditor:
        auditor.sign_in(open_p12(authority.folder / "keys" / "auditor.p12", _PIN))
        directory = auditor.directory()
        pairs = [_Pair(url, authority, number, directory) for number in range(1, stations + 1)]
        shares = [cases // stations + (number < cases % stations) for number in range(stations)]
        lock = threading.Lock()
        acknowledged: list[str] = []

        def work(pair: _Pair, share: int) -> None:
            for _ in range(share):
                try:
                    case = pair.carry_through(dossier_bytes)
                except HubError:
                    with lock:
                        findings.refused += 1
                        continue
                with lock:
                    acknowledged.append(case)
                    progress(len(acknowledged) + findings.refused)

        start = time.perf_counter()
        with ThreadPoolExecutor(stations) as pool:
            for done in as_completed(map(pool.submit, [work] * stations, pairs, shares)):
                done.result()
        findings.seconds = time.perf_counter() - start
        for pair in pairs:
            findings.send_ms += pair.send_ms
            findings.uploaded_bytes += pair.uploaded
            pair.close()
        for case in acknowledged:
            record = auditor.record(case)
            if [entry.to_state for entry in record.entries] != [
                CaseState.TOWNSHIP_REVIEW,
                CaseState.APPROVED,
            ]:
                findings.lost += 1
    return findings


class _Pair:
    """A village agent and the township's reviewer for this village, each at an own desk."""

    def __init__(
        self, url: str, authority: TrainingAuthority, number: int, directory: Directory
    ) -> None:
        self.station = f"{_TOWNSHIP}{number:03d}"
        self.send_ms: list[float] = []
        self.uploaded = 0
        self._directory = directory
        self._to = [der for unit in directory.units for der in unit.encryption]
        self._version = next(item.version for item in directory.items if item.code == ITEM)
        self._agent = _Desk(url, _key(authority, f"A{number}", Role.AGENT, self.station))
        self._reviewer = _Desk(url, _key(authority, f"R{number}", Role.REVIEWER, _TOWNSHIP))
        self._serial = 0

    def carry_through(self, dossier_bytes: int) -> str:
        """One case from submission to decision; its id."""
        self._serial += 1
        case = str(uuid.uuid4())
        header = Header(applicant="任春早", item_title="认证", station_name=self.station)
        contact = Contact(phone="13812345678", salutation="任奶奶")
        submission = [
            seal(DocumentKind.DOSSIER, os.urandom(dossier_bytes), self._to),
            seal_paper(DocumentKind.HEADER, header, self._to),
            seal_paper(DocumentKind.CONTACT, contact, [self._directory.sms_certificate]),
        ]
        head = self._act(self._agent, case, ActionType.SUBMIT, submission, GENESIS, None)
        decision = [
            seal(DocumentKind.DOSSIER, os.urandom(dossier_bytes), self._to),
            seal(DocumentKind.RESULT, os.urandom(dossier_bytes // 4 + 1), self._to),
        ]
        lease = self._reviewer.client.take(case).token
        self._act(self._reviewer, case, ActionType.APPROVE, decision, head, lease)
        return case

    def close(self) -> None:
        self._agent.client.close()
        self._reviewer.client.close()

    def _act(
        self,
        desk: _Desk,
        case: str,
        action: ActionType,
        documents: list[SealedDocument],
        previous: str,
        lease: int | None,
    ) -> str:
        for document in documents:
            desk.client.upload(document.sealed)
            self.uploaded += len(document.sealed)
        operation = self._operation(
            desk, case, action, tuple(document.ref for document in documents), previous
        )
        signed = sign_operation(operation, desk.key)
        start = time.perf_counter()
        accepted = desk.client.send(operation, signed, lease)
        self.send_ms.append((time.perf_counter() - start) * 1000)
        return accepted.case.head

    def _operation(
        self,
        desk: _Desk,
        case: str,
        action: ActionType,
        documents: tuple[DocumentRef, ...],
        previous: str,
    ) -> Operation:
        session = desk.client.session
        assert session is not None
        first = action is ActionType.SUBMIT
        return Operation(
            id=str(uuid.uuid4()),
            case=case,
            number=f"{self.station}-261123-{self._serial:04d}",
            action=action,
            item=ITEM,
            item_version=self._version,
            station=self.station,
            actor=session.person,
            unit=session.unit,
            level=Level.VILLAGE if first else Level.TOWNSHIP,
            role=session.role,
            base_rev=0 if first else 1,
            previous=previous,
            at=china_now(),
            documents=documents,
        )


class _Desk:
    def __init__(self, url: str, key: SigningKey) -> None:
        self.key = key
        self.client = HubClient(url)
        self.client.sign_in(key)


def _key(authority: TrainingAuthority, person: str, role: Role, unit: str) -> SigningKey:
    private = new_key("p256")
    subject = Subject(
        name=f"测速{person}",
        unit=f"{unit}（培训）",
        unit_code=unit,
        organisation=authority.organisation,
        role=role.word,
        person_id=person,
    )
    issued = authority.issue(public_key_of(private), subject, Purpose.SIGN)
    return soft_key(private, issued.certificate, issued.chain)


def _percentile(values: list[float], share: float) -> float:
    if not values:
        return 0.0
    ordered = sorted(values)
    return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)], 1)
