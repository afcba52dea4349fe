"""Opening a PDF for signing, and what the signatures already on it permit.

Every way in which a file cannot be signed becomes an explained error here; the rooms beside it
work on documents that can.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm, enumerate_sig_fields

from signing.errors import DocumentNotSignable, ExplainedError

_HEAD = 1024  # bytes in which ISO 32000-1, annex H.3.4.1, wants the header


class NotAPdf(DocumentNotSignable):
    cause = "It is not a PDF."
    remedy = "Choose a PDF file."
    zh = ("{file} 没有签。", "它不是 PDF 文件。", "请选择 PDF 文件。")


class DocumentEncrypted(DocumentNotSignable):
    cause = "It is encrypted."
    remedy = "Save it without a password and sign that."
    zh = ("{file} 没有签。", "文件加了密。", "请去掉密码另存一份再签。")


class DocumentDamaged(DocumentNotSignable):
    cause = "Its inner structure is damaged ({reason})."
    zh = ("{file} 没有签。", "文件内部结构损坏（{reason}）。", "请从原来的材料重新生成文件再签。")


class DocumentClosed(DocumentNotSignable):
    cause = "A signature on it permits no further signatures."
    remedy = "Sign the document before it is closed, or make a new one."
    zh = (
        "{file} 没有签。",
        "文件上已有的签名不允许再签。",
        "请在文件封闭之前签，或另做一份文件。",
    )


class NewFieldNotPermitted(DocumentNotSignable):
    cause = "It is certified: only its prepared fields can be signed visibly ({fields})."
    remedy = "Name one of these fields, or sign without a visible seal."
    zh = (
        "{file} 没有签。",
        "文件已经认证，只能在预留的签名域里加可见签章（{fields}）。",
        "请指定其中一个签名域，或改用不可见签名。",
    )


class _Increment(IncrementalPdfFileWriter):
    """pyHanko's writer, but a signature changes nothing of what a document says of itself.

    It would write XMP and /Info anew with every increment. Behind the last signature, where the
    evidence goes, those would be bytes that nobody vouches for.
    """

    def _update_meta(self) -> None:
        """Leaves title, author and dates as they were signed."""


@dataclass(frozen=True, slots=True)
class Field:
    """A signature field; ``filled`` when there is a signature (or time stamp) in it."""

    name: str
    filled: bool
    lock: FieldMDPSpec | None
    lock_permission: MDPPerm | None


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF open for one increment, with its signature fields."""

    file: str
    writer: IncrementalPdfFileWriter
    stream: BytesIO
    fields: tuple[Field, ...]
    permission: MDPPerm | None
    locks: tuple[FieldMDPSpec, ...]
    names: frozenset[str] = frozenset()
    """The names of all fields at the root of the form, of whatever kind."""

    @property
    def signed(self) -> bool:
        """Whether there is any signature on it."""
        return any(field.filled for field in self.fields)

    @property
    def empty_fields(self) -> tuple[str, ...]:
        """The names of the fields that wait for a signature."""
        return tuple(field.name for field in self.fields if not field.filled)

    def new_name(self, stem: str) -> str:
        """A field name that is not taken."""
        taken = {field.name for field in self.fields} | self.names
        return next(
            name for number in range(1, len(taken) + 2) if (name := f"{stem}{number}") not in taken
        )

    def written(self) -> bytes:
        """The document with its increment."""
        self.writer.write_in_place()
        return self.stream.getvalue()


def open_document(pdf: bytes, file: str) -> Document:
    """Opens a PDF for one increment.

    Raises ``NotAPdf``, ``DocumentEncrypted`` or ``DocumentDamaged``, in which ``file`` is named.
    """
    if b"%PDF-" not in pdf[:_HEAD]:
        raise NotAPdf(file=file)
    stream = BytesIO(pdf)
    with reading(file):
        # Not strict: scanners and older tools write slightly wrong files that every reader shows.
        writer = _Increment(stream, strict=False)
        if writer.prev.encrypted:
            raise DocumentEncrypted(file=file)
        fields, permission, locks = _fields(writer)
        if not writer.root["/Pages"]["/Count"] > 0:
            raise DocumentDamaged(file=file, reason="no pages")
        names = frozenset(_root_names(writer))
    return Document(file, writer, stream, fields, permission, locks, names)


def entry(dictionary: Any, key: str, default: Any = None) -> Any:
    """The value of ``key``, followed when it is a reference (``get`` does not do that)."""
    return dictionary[key] if key in dictionary else default  # noqa: SIM401


@contextmanager
def reading(file: str) -> Iterator[None]:
    """Turns whatever a damaged file makes pyHanko raise into ``DocumentDamaged``."""
    try:
        yield
    except ExplainedError:
        raise
    except PdfError as error:
        raise DocumentDamaged(file=file, reason=error.msg) from error
    except (
        ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError,
        RecursionError, TypeError, ValueError,
    ) as error:  # fmt: skip
        raise DocumentDamaged(file=file, reason=f"{type(error).__name__}: {error}") from error


def _fields(
    writer: IncrementalPdfFileWriter,
) -> tuple[tuple[Field, ...], MDPPerm | None, tuple[FieldMDPSpec, ...]]:
    fields: list[Field] = []
    locks: list[FieldMDPSpec] = []
    permission: MDPPerm | None = None
    for name, value, reference in enumerate_sig_fields(writer):
        lock = entry(reference.get_object(), "/Lock")
        fields.append(
            Field(
                name,
                filled=value is not None,
                lock=FieldMDPSpec.from_pdf_object(lock) if lock else None,
                lock_permission=_permission(lock) if lock else None,
            )
        )
        for rule in _rules(value):
            if "/Action" in rule:
                locks.append(FieldMDPSpec.from_pdf_object(rule))
                found = _permission(rule)
            else:
                found = _permission(rule) or MDPPerm.FILL_FORMS
            if found and (permission is None or found < permission):
                permission = found
    return tuple(fields), permission, tuple(locks)


def _root_names(writer: IncrementalPdfFileWriter) -> Iterator[str]:
    form = entry(writer.root, "/AcroForm", {})
    for reference in entry(form, "/Fields", ()):
        name = entry(reference.get_object(), "/T")
        if name is not None:
            yield str(name)


def _rules(signature: Any) -> Iterator[Any]:
    """The transform parameters of a signature: what it permits to come after it."""
    value = signature.get_object() if signature is not None else {}
    for reference in entry(value, "/Reference", ()):
        found = reference.get_object()
        if found["/TransformMethod"] in ("/DocMDP", "/FieldMDP"):
            yield entry(found, "/TransformParams", {})


def _permission(rule: Any) -> MDPPerm | None:
    value = entry(rule, "/P")
    return MDPPerm(int(value)) if value is not None else None
