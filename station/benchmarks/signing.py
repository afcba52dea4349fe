"""How fast PDFs are signed, beside pyHanko as it comes and beside what any signature must cost."""

from __future__ import annotations

import hashlib
import importlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any, Final

from station.benchmarks import Conditions, Measured, in_turn

_PIN: Final = "13579246"
_BATCH: Final = 100


def signing(conditions: Conditions) -> Iterator[Measured]:
    """A soft RSA-2048 key and a document of 5 pages and 1.3 MB, invisibly signed (B-B)."""
    from signing.keys.pkcs12 import open_p12
    from signing.pades import SignRequest
    from signing.pades.signature import sign

    with tempfile.TemporaryDirectory(prefix="yizhan-bench-") as folder:
        path = _key_file(Path(folder))
        document = _document()
        with _closing(open_p12(path, _PIN)) as key:
            ours, stock, bound = in_turn(
                conditions.rounds,
                lambda: sign(document, key, SignRequest()),
                _stock(path, document),
                lambda: (hashlib.sha256(document).digest(), key.sign(b"\x31" * 300)),
                clock=time.process_time,
            )
            yield Measured("sign.warm", ours, stock, "ms", "pyHanko's SimpleSigner")
            yield Measured("sign.warm_bound", ours, bound, "ms", "hashing and the key's operation")
            (batch,) = in_turn(1, lambda: _batch(Path(folder), document, key))
            yield Measured("sign.batch_of_100", batch, 1500.0, "ms", "the aim; files on the disk")
        first, imported = in_turn(
            max(3, conditions.rounds // 3),
            lambda: _first(Path(folder), path),
            lambda: _python("-c", "import pyhanko.sign.signers"),
        )
        yield Measured("sign.first", first, 1000.0, "ms", "the aim; station sign, start to end")
        yield Measured("sign.first_import", first, imported, "ms", "starting Python with pyHanko")


class _closing:  # noqa: N801
    """A key that is closed at the end, as ``contextlib.closing`` types it too narrowly."""

    def __init__(self, key: Any) -> None:
        self._key = key

    def __enter__(self) -> Any:
        return self._key

    def __exit__(self, *error: object) -> None:
        self._key.close()


def _batch(folder: Path, document: bytes, key: Any) -> None:
    from signing.pades import SignRequest
    from signing.pades.signature import sign
    from station.services.batch_signing import Signed, errands, sign_files

    sources = folder / "in"
    sources.mkdir(exist_ok=True)
    files = [sources / f"{number}.pdf" for number in range(_BATCH)]
    for file in files:
        if not file.exists():
            file.write_bytes(document)

    def signed(pdf: bytes, file: str) -> Signed:
        return Signed(sign(pdf, key, SignRequest(), file=file))

    for outcome in sign_files(errands(files, folder / "out"), signed):
        assert outcome.target is not None


def _first(folder: Path, key: Path) -> None:
    """The whole program, from its start to the signed file."""
    source, pin = folder / "one.pdf", folder / "pin"
    if not source.exists():
        source.write_bytes(_document())
        pin.write_text(_PIN)
    words = ["sign", str(source), "--key", f"p12:{key}", "--pin-file", str(pin)]
    _python("-m", "station", *words, "--out", str(folder / "first"))


def _python(*words: str) -> None:
    root = str(Path(__file__).resolve().parents[2])
    subprocess.run(
        [sys.executable, *words],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": root},
    )


def _stock(path: Path, document: bytes) -> Callable[[], object]:
    """pyHanko as its documentation has it. Loaded by name: station itself never uses it."""
    signers: Any = importlib.import_module("pyhanko.sign.signers")
    fields: Any = importlib.import_module("pyhanko.sign.fields")
    writers: Any = importlib.import_module("pyhanko.pdf_utils.incremental_writer")
    signer = signers.SimpleSigner.load_pkcs12(str(path), passphrase=_PIN.encode())
    wanted = signers.PdfSignatureMetadata(
        field_name="Signature1", subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
    )

    def sign() -> object:
        writer = writers.IncrementalPdfFileWriter(BytesIO(document))
        return signers.sign_pdf(writer, wanted, signer=signer)

    return sign


def _key_file(folder: Path) -> Path:
    from signing.authority.profiles import Profile, authority_name, root_certificate
    from signing.certificates import Purpose
    from signing.keys.pkcs12 import new_key, public_key_of, soft_key, write_p12

    private = new_key("rsa2048")
    now = datetime.now(UTC)
    lifetime = (now - timedelta(days=1), now + timedelta(days=30))
    profile = Profile(Purpose.SIGN, authority_name("培训", "测速"), *lifetime)
    made = root_certificate(public_key_of(private), profile, soft_key(private))
    path = folder / "key.p12"
    write_p12(path, private, made, (), _PIN)
    return path


def _document() -> bytes:
    """Five pages with a picture of noise on each, as large as scans are."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    chance = Random(5)
    made = BytesIO()
    canvas = Canvas(made, pagesize=(595.28, 841.89), invariant=1)
    for _ in range(5):
        noise = Image.frombytes("L", (620, 877), chance.randbytes(620 * 877))
        picture = BytesIO()
        noise.save(picture, "JPEG", quality=38)
        canvas.drawImage(ImageReader(picture), 36, 36, 520, 760)
        canvas.showPage()
    canvas.save()
    return made.getvalue()
