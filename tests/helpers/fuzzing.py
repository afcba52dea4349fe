"""The long run over spoiled files: ``python -m tests.helpers.fuzzing --count 10000 --jobs 2``.

Judges mutants of our own signed files (``tests.helpers.spoiled``) in worker processes and tells
of every one that took over five seconds of processor time or a gigabyte, crashed, or came out
``valid``. Not a test: the tests try a small slice of the same mutants.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

import pikepdf

from signing.pades import Level
from signing.trust import TrustStore
from signing.verify.pdf import verify_pdf
from tests.helpers.pki import Pki
from tests.helpers.spoiled import spoiled

SECONDS, MEGABYTES, HANGS_AFTER = 5.0, 1024, 60


@dataclass(frozen=True)
class Judged:
    """What came of one mutant."""

    victim: str
    seed: int
    outcome: str
    seconds: float
    megabytes: int
    code: str

    @property
    def wrong(self) -> str:
        """What must not be; "" when all is well."""
        if self.outcome == "valid":
            return "valid"
        if self.seconds > SECONDS:
            return "slow"
        if self.megabytes > MEGABYTES:
            return "large"
        return "" if self.outcome not in ("crash", "hang") else self.outcome


def corpus(pki: Pki) -> dict[str, bytes]:
    """Signed files of different make."""
    from signing.pades import FieldPlan
    from signing.pades.fields import prepare
    from tests.helpers.attacks import victim_pdf
    from tests.signing.verify.conftest import STAGES, signed, signed_by_all

    places = [FieldPlan(s, 0, (20 + 60 * n, 220, 50, 20)) for n, s in enumerate(STAGES)]
    plain = prepare(victim_pdf(), places)
    return {
        "village": signed(pki, plain, pki.agent, "village", Level.B_LT),
        "dossier": signed_by_all(pki, plain, Level.B_LT),
        "archived": signed_by_all(pki, plain, Level.B_LTA),
        "packed": signed_by_all(pki, prepare(_packed(victim_pdf()), places), Level.B_LT),
        "linear": signed(pki, _packed(victim_pdf(), linearize=True), pki.agent, None, Level.B_T),
    }


def _packed(pdf: bytes, *, linearize: bool = False) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, linearize=linearize)
    return out.getvalue()


def judged(victim: str, pdf: bytes, seed: int, trust: TrustStore) -> Judged:
    """In a worker: the verdict on one mutant, with what it cost."""
    mutant = spoiled(pdf, seed)
    if mutant == pdf:
        return Judged(victim, seed, "same", 0, 0, "")
    before, started = _peak(), time.process_time()
    try:
        signal.alarm(HANGS_AFTER)
        verdict = verify_pdf(mutant, trust)
        outcome, code = verdict.outcome.value, verdict.reason.code
        if verdict.good and harmless(pdf, mutant, max(s.covered_end for s in verdict.signatures)):
            outcome = "harmless"
        if code == "cannot_check":
            code = f"{code}: {verdict.reason.en}"
    except BaseException as error:  # noqa: BLE001 - that is what is looked for
        outcome, code = "crash", repr(error)
    finally:
        signal.alarm(0)
    took, after = time.process_time() - started, _peak()
    return Judged(victim, seed, outcome, round(took, 3), after if after > before else 0, code)


def harmless(pdf: bytes, mutant: bytes, signed_until: int) -> bool:
    """Whether a mutation lies behind all that is signed and no page looks another way."""
    return mutant[:signed_until] == pdf[:signed_until] and _looks(mutant) == _looks(pdf)


def _looks(pdf: bytes) -> list[bytes]:
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as opened:
        return [bytes(page.render(scale=0.5, may_draw_forms=True).buffer) for page in opened]


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _worker(
    tasks: list[tuple[str, int]], files: dict[str, bytes], trust: TrustStore, pipe: object
) -> None:
    def hang(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, hang)
    limit = 3 << 30
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for victim, seed in tasks:
        pipe.send(("began", victim, seed))  # type: ignore[attr-defined]
        pipe.send(judged(victim, files[victim], seed, trust))  # type: ignore[attr-defined]


def run(
    files: dict[str, bytes], trust: TrustStore, first: int, count: int, jobs: int
) -> Iterator[Judged]:
    """Every mutant's fate; a worker that dies is a crash of what it was at."""
    context = get_context("fork")
    names = sorted(files)
    tasks = [(names[seed % len(names)], seed) for seed in range(first, first + count)]
    batches = [tasks[at : at + 40] for at in range(0, len(tasks), 40)][::-1]
    running: list[tuple[object, object, list[object]]] = []
    while batches or running:
        while batches and len(running) < jobs:
            here, there = context.Pipe(False)
            process = context.Process(target=_worker, args=(batches.pop(), files, trust, there))
            process.start()
            there.close()
            running.append((process, here, [None]))
        for entry in list(running):
            process, pipe, at = entry
            try:
                if not pipe.poll(0.05):  # type: ignore[attr-defined]
                    continue
                told = pipe.recv()  # type: ignore[attr-defined]
            except EOFError:
                process.join()  # type: ignore[attr-defined]
                if at[0] is not None:
                    _, victim, seed = at[0]  # type: ignore[misc]
                    yield Judged(victim, seed, "crash", 0, 0, f"exit {process.exitcode}")  # type: ignore[attr-defined]
                running.remove(entry)
                continue
            if isinstance(told, Judged):
                at[0] = None
                yield told
            else:
                at[0] = told


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--count", type=int, default=10_000)
    words.add_argument("--first", type=int, default=0)
    words.add_argument("--jobs", type=int, default=2)
    words.add_argument("--keep", type=Path, help="folder for the mutants that went wrong")
    words.add_argument("--more", type=Path, nargs="*", default=[], help="further signed PDFs")
    given = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pki = Pki(Path(folder))
        files = corpus(pki) | {path.name: path.read_bytes() for path in given.more}
        if given.keep:
            given.keep.mkdir(exist_ok=True)
            for name, pdf in files.items():
                (given.keep / f"victim-{name}.pdf").write_bytes(pdf)
        tally: Counter[str] = Counter()
        wrong: list[Judged] = []
        slowest = largest = Judged("", 0, "", 0, 0, "")
        for number, one in enumerate(
            run(files, pki.trust, given.first, given.count, given.jobs), 1
        ):
            tally[one.outcome] += 1
            slowest = max(slowest, one, key=lambda j: j.seconds)
            largest = max(largest, one, key=lambda j: j.megabytes)
            if one.wrong:
                wrong.append(one)
                print(one.wrong, one, flush=True)
                if given.keep:
                    name = f"{one.wrong}-{one.victim}-{one.seed}.pdf"
                    (given.keep / name).write_bytes(spoiled(files[one.victim], one.seed))
            if number % 500 == 0:
                print(number, dict(tally), file=sys.stderr, flush=True)
    print(
        json.dumps(
            {
                "count": given.count,
                "outcomes": tally,
                "wrong": Counter(j.wrong for j in wrong),
                "slowest": asdict(slowest),
                "largest": asdict(largest),
            }
        )
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
