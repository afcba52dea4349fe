"""How fast signed files are judged, beside pyHanko's validation and beside poppler's pdfsig.

The peers do less: pdfsig compares no revisions and asks for no evidence, pyHanko is given the same
root, reads the evidence in the file and compares revisions.
"""

from __future__ import annotations

import importlib
import io
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from signing.authority.evidence import AuthorityEvidence
from signing.authority.training import CountyPlan, PersonPlan, TrainingAuthority
from signing.pades import Level, SignRequest
from signing.pades.signature import sign
from signing.timestamps import AuthorityTimeStamps
from signing.trust import TrustStore, load_trust
from signing.verify.many import Question, verify_many
from signing.verify.pdf import verify_pdf
from station.benchmarks import Conditions, Measured, in_turn

_PIN: Final = "135246"
_STAGES: Final = (
    PersonPlan("甲", "a", "代办员", "130430001001", "村"),
    PersonPlan("乙", "b", "审核员", "130430001", "镇"),
    PersonPlan("丙", "c", "审批员", "130430", "县"),
)
_DOSSIERS: Final = 1000
_DIFFERENT: Final = 100  # dossiers in turn: what is remembered of one is forgotten before its copy
_ROUNDS_OF_25: Final = 13  # a signature and an archive time stamp each


def verifying(conditions: Conditions) -> Iterator[Measured]:
    """One signature, 26 signatures and stamps, a thousand dossiers of three."""
    with tempfile.TemporaryDirectory() as folder:
        county = _County(Path(folder) / "county")
        form = _form()
        one = county.signed(form, 1, Level.B_LT)
        ours, peer = in_turn(
            conditions.rounds, lambda: verify_pdf(one, county.root), _pyhanko(one, county.root)
        )
        yield Measured("verify.one_signature", ours, peer, "ms", "pyHanko, warm, in process")
        many = form
        for _ in range(_ROUNDS_OF_25):
            many = county.signed(many, 1, Level.B_LTA)
        ours, peer = in_turn(
            max(1, conditions.rounds // 4),
            lambda: verify_pdf(many, county.root),
            _pyhanko(many, county.root),
        )
        yield Measured("verify.26_signatures_stamps", ours, peer, "ms", "pyHanko, as above")
        yield from _thousand(county, form, Path(folder) / "dossiers")


def _thousand(county: _County, form: bytes, folder: Path) -> Iterator[Measured]:
    if shutil.which("pdfsig") is None:
        return
    folder.mkdir()
    dossiers = [county.signed(form, 3, Level.B_LT) for _ in range(_DIFFERENT)]
    for number in range(_DOSSIERS):
        (folder / f"{number:04}.pdf").write_bytes(dossiers[number % _DIFFERENT])
    files = sorted(folder.iterdir())
    cores = min(2, os.cpu_count() or 1)
    start = time.perf_counter()
    good = sum(v.good for v in verify_many(files, Question(county.root), cores))
    ours = time.perf_counter() - start
    assert good == _DOSSIERS
    start = time.perf_counter()
    with ThreadPoolExecutor(cores) as pool:
        list(pool.map(_pdfsig, files))
    peer = time.perf_counter() - start
    yield Measured("verify.1000_dossiers", ours, peer, "s", "pdfsig -nocert, one process a file")


def _pdfsig(file: Path) -> None:
    subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, check=False)


def _pyhanko(pdf: bytes, trust: TrustStore) -> Callable[[], object]:
    """pyHanko's own validation of every signature and stamp in a file."""
    # By name: only signing may build on these, here they are somebody else's program.
    reader: Any = importlib.import_module("pyhanko.pdf_utils.reader")
    validation: Any = importlib.import_module("pyhanko.sign.validation")
    x509: Any = importlib.import_module("asn1crypto.x509")

    def validate() -> None:
        opened = reader.PdfFileReader(io.BytesIO(pdf), strict=False)
        roots = [x509.Certificate.load(root) for root in trust.roots]
        with_evidence = validation.DocumentSecurityStore.read_dss(opened)
        context = with_evidence.as_validation_context(
            {"trust_roots": roots, "allow_fetching": False, "revocation_mode": "soft-fail"}
        )
        for signature in opened.embedded_regular_signatures:
            validation.validate_pdf_signature(signature, context, context)
        for stamp in opened.embedded_timestamp_signatures:
            validation.validate_pdf_timestamp(stamp, context)

    return validate


class _County:
    """A training county with three people who sign."""

    def __init__(self, folder: Path) -> None:
        plan = CountyPlan("测", "测速（培训）", persons=_STAGES)
        self._authority = TrainingAuthority.set_up(folder, plan, _PIN)
        self._stamps = AuthorityTimeStamps(self._authority)
        self._evidence = AuthorityEvidence(self._authority)
        self._keys = {
            slot.id: self._authority.keys.open(slot, _PIN) for slot in self._authority.keys.slots()
        }
        self.root = load_trust([folder / "trust" / "root.pem"])

    def signed(self, pdf: bytes, people: int, level: Level) -> bytes:
        """``pdf`` signed by the first so many people."""
        for person in _STAGES[:people]:
            request = SignRequest(None, level)
            key = self._keys[person.person_id]
            pdf = sign(pdf, key, request, stamps=self._stamps, evidence=self._evidence)
        return pdf


def _form() -> bytes:
    """Five pages, 1.3 MB: text and a picture each."""
    from PIL import Image
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for page in range(5):
        canvas.drawString(72, 770, f"page {page + 1}")
        noise = Image.frombytes("L", (510, 510), os.urandom(510 * 510))
        canvas.drawInlineImage(noise, 72, 100, 400, 400)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
