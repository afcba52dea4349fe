"""Putting a signature into a PDF: one file, or a batch with one opened key."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from signing.appearance import Appearance, drawn
from signing.certificates import Purpose, holder_of
from signing.cms import SIGNATURE_TIME_STAMP, attribute, digest_for, signed_data
from signing.errors import (
    DocumentNotSignable,
    FieldAlreadySigned,
    FieldNotFound,
    SigningError,
)
from signing.keys.protocol import SigningKey
from signing.pades.document import (
    Document,
    DocumentClosed,
    Field,
    NewFieldNotPermitted,
    open_document,
    reading,
)
from signing.pades.fields import field_spec, rotation, size_mm
from signing.pades.plans import FieldPlan, Level, SignRequest
from signing.pades.riding import ride
from signing.timestamps import TOKEN_ROOM, TimeStamps
from signing.trust import EvidenceSource

_SIGNER_INFO_ROOM = 1536  # signed attributes, algorithms and a signature up to RSA-4096


class StampSourceMissing(SigningError):
    what = "The document was not signed."
    cause = "Level {level} needs a time-stamp server and, for long-term levels, evidence."
    remedy = "Name a time-stamp server, or sign with level B-B and complete it later."
    zh = (
        "文件没有签。",
        "{level} 级签名需要时间戳服务器，长期级别还需要证书状态信息。",
        "请指定时间戳服务器，或先签 B-B 级，以后再补。",
    )


@dataclass(frozen=True, slots=True)
class Signed:
    """What became of one file of a batch: ``pdf``, or the ``error`` that kept it unsigned."""

    file: str
    pdf: bytes | None
    error: DocumentNotSignable | FieldNotFound | FieldAlreadySigned | None
    seconds: float


def sign(
    pdf: bytes,
    key: SigningKey,
    request: SignRequest,
    *,
    stamps: TimeStamps | None = None,
    evidence: EvidenceSource | None = None,
    file: str = "document",
) -> bytes:
    """The PDF with one more signature, as an increment after all that was there.

    ``stamps`` is needed from level B-T on, ``evidence`` from B-LT on. ``file`` is how errors name
    the document. Raises a ``SigningError``; the certificate must be valid at ``request.at`` and
    made for signing or sealing, and B-LT refuses one that the evidence calls revoked.
    """
    if (request.level.stamped and stamps is None) or (request.level.evidenced and evidence is None):
        raise StampSourceMissing(level=request.level)
    at = request.at or datetime.now(UTC)
    holder_of(key.certificate).check_usable(at, Purpose.SIGN, Purpose.SEAL)
    stamping = stamps if request.level.stamped else None
    room = _room(key, stamped=stamping is not None)
    signed = None
    while signed is None:
        signed, needed, field = _signed_within(room, pdf, key, request, at, stamping, file)
        room = 2 * needed  # an unusually long time stamp: once more, with space for it
    if evidence is not None and stamps is not None and request.level.evidenced:
        from signing.pades import longterm

        archive = stamps if request.level is Level.B_LTA else None
        return longterm.complete(signed, field, evidence, archive, file=file)
    return signed


def sign_batch(
    documents: Iterable[tuple[str, bytes]],
    key: SigningKey,
    request: SignRequest,
    *,
    stamps: TimeStamps | None = None,
    evidence: EvidenceSource | None = None,
) -> Iterator[Signed]:
    """Signs each ``(name, pdf)`` in turn and yields what became of it.

    A document that cannot be signed does not stop the batch. What concerns the key or the time
    stamps does (``KeyRemoved``, ``TimeStampUnavailable``, …) and is raised: what was yielded
    before stays signed, and the batch can go on from there.
    """
    for file, pdf in documents:
        began = time.perf_counter()
        signed = error = None
        try:
            signed = sign(pdf, key, request, stamps=stamps, evidence=evidence, file=file)
        except (DocumentNotSignable, FieldNotFound, FieldAlreadySigned) as unsignable:
            error = unsignable
        yield Signed(file, signed, error, time.perf_counter() - began)


def _signed_within(
    room: int,
    pdf: bytes,
    key: SigningKey,
    request: SignRequest,
    at: datetime,
    stamps: TimeStamps | None,
    file: str,
) -> tuple[bytes | None, int, str]:
    """The signed PDF (None when ``room`` was too little), the size of its CMS, the field's name."""
    document = open_document(pdf, file)
    if request.riding is not None:
        ride(document, request.riding)
    field, new = _field_to_sign(document, request)
    digest = digest_for(key)
    name = request.name or holder_of(key.certificate).name
    placeholder = SignatureObject(
        timestamp=at.astimezone(),
        subfilter=SigSeedSubFilter.PADES,
        name=name or None,
        location=request.location or None,
        reason=request.reason or None,
        bytes_reserved=2 * room,
    )
    certify = request.certify and not document.signed
    rules = SigMDPSetup(
        digest,
        certify=certify,
        field_lock=field.lock,
        docmdp_perms=MDPPerm.FILL_FORMS if certify else field.lock_permission,
    )
    with reading(file):
        steps = PdfCMSEmbedder(new).write_cms(
            field.name, document.writer, existing_fields_only=new is None
        )
        widget = next(steps).get_object()
        if request.appearance is not None:
            _dress(widget, request.appearance, document.writer)
        document.writer.register_extension(ESIC_EXTENSION_1)
        steps.send(SigObjSetup(placeholder, rules))
        prepared, output = steps.send(SigIOSetup(digest, in_place=True))
    cms = signed_data(
        key,
        message_digest=prepared.document_digest,
        digest=digest,
        unsigned=(lambda signature: [_stamp(signature, stamps)]) if stamps else None,
    )
    if len(cms) > room:
        return None, len(cms), field.name
    prepared.fill_with_cms(output, cms)
    return output.getvalue(), len(cms), field.name


def _field_to_sign(document: Document, request: SignRequest) -> tuple[Field, SigFieldSpec | None]:
    """The field to fill, and how to make it when it is not there yet."""
    if document.permission is MDPPerm.NO_CHANGES:
        raise DocumentClosed(file=document.file)
    if request.field is not None:
        field = next((f for f in document.fields if f.name == request.field), None)
        if field is None:
            raise FieldNotFound(field=request.field)
        if field.filled:
            raise FieldAlreadySigned(field=request.field)
        spec = None
    else:
        plan = request.place or FieldPlan()
        plan = replace(plan, name=plan.name or document.new_name("Signature"))
        if plan.name in {f.name for f in document.fields} | document.names:
            raise FieldAlreadySigned(field=plan.name)
        if plan.box_mm and document.permission is MDPPerm.FILL_FORMS:
            raise NewFieldNotPermitted(
                file=document.file, fields=", ".join(document.empty_fields) or "-"
            )
        with reading(document.file):
            spec = field_spec(plan, document.writer, document.file)
        field = Field(plan.name, False, spec.field_mdp_spec, spec.doc_mdp_update_value)
    if any(lock.is_locked(field.name) for lock in document.locks):
        raise DocumentClosed(file=document.file)
    return field, spec


def _dress(widget: Any, appearance: Appearance, writer: IncrementalPdfFileWriter) -> None:
    """Draws ``appearance`` into a visible widget, upright as the page is shown."""
    width, height = size_mm(widget)
    if not width or not height:
        return
    drawing = PdfFileReader(BytesIO(drawn(appearance, round(width, 2), round(height, 2))))
    form = writer.import_page_as_xobject(drawing)
    turned = math.radians(rotation(widget["/P"]))
    if turned:
        cos, sin = round(math.cos(turned)), round(math.sin(turned))
        form.get_object()["/Matrix"] = generic.ArrayObject(
            generic.NumberObject(entry) for entry in (cos, sin, -sin, cos, 0, 0)
        )
    widget["/AP"] = generic.DictionaryObject({pdf_name("/N"): form})
    writer.update_container(widget)


def _stamp(signature: bytes, stamps: TimeStamps) -> bytes:
    token = stamps.stamp(hashlib.sha256(signature).digest(), "sha256")
    return attribute(SIGNATURE_TIME_STAMP, token)


def _room(key: SigningKey, *, stamped: bool) -> int:
    """Bytes to reserve for the CMS, generous so that nothing is signed twice."""
    certificates = sum(len(certificate) for certificate in (key.certificate, *key.chain))
    return certificates + _SIGNER_INFO_ROOM + (TOKEN_ROOM if stamped else 0)
