"""A document of sheets, written as PDF/A-3b (ISO 19005-3).

Typefaces are embedded as subsets, colours have an output intent, metadata agree, and data travel
along as associated files. The same sheets and the same dates give the same bytes, so that a digest
taken of what was shown can be taken again. Built to the standard; no certified checker has seen it.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from station.dossier.sheet import Sheet
from station.dossier.text import MM_PER_PT
from station.dossier.typefaces import Run, Typeface
from station.errors import InputError
from station.paths import resources

A4 = (210.0, 297.0)


class PictureUnusable(InputError):
    what = "The picture of {title} cannot go into the document."
    cause = "{reason}"
    remedy = "Take the picture again."
    zh = ("“{title}”的图片放不进文件。", "{reason_zh}", "请重拍这一页。")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the document; ``relationship`` as in ISO 32000-2 (Data, Source, Supplement)."""

    name: str
    content: bytes
    media_type: str
    description: str
    relationship: str = "Data"


@dataclass(frozen=True, slots=True)
class Jpeg:
    """What a PDF must know about a JPEG."""

    width: int
    height: int
    components: int


@dataclass(slots=True)
class _Face:
    typeface: Typeface
    codes: dict[int, int] = field(default_factory=dict)  # glyph -> code
    letters: dict[int, str] = field(default_factory=dict)  # glyph -> text


class Book:
    """Collects sheets and writes them."""

    def __init__(
        self, title: str, created: datetime, *, subject: str = "", author: str = ""
    ) -> None:
        if created.tzinfo is None:
            raise ValueError("the date of a document must say its time zone")
        self._title, self._subject, self._author = title, subject, author
        self._created = created.replace(microsecond=0)
        self._sheets: list[Sheet] = []
        self._faces: dict[str, _Face] = {}
        self._names: dict[str, str] = {}
        self._pictures: dict[str, tuple[str, bytes, Jpeg]] = {}
        self._attachments: list[Attachment] = []
        self._bookmarks: list[tuple[str, int]] = []

    @property
    def pages(self) -> int:
        return len(self._sheets)

    def sheet(self, size_mm: tuple[float, float] = A4) -> Sheet:
        """A new page at the end."""
        sheet = Sheet(self, size_mm)
        self._sheets.append(sheet)
        return sheet

    def sheets(self) -> Sequence[Sheet]:
        """All pages so far, to put page numbers on."""
        return tuple(self._sheets)

    def bookmark(self, title: str) -> None:
        """Names the last page in the reader's list of contents."""
        self._bookmarks.append((title, len(self._sheets) - 1))

    def attach(self, attachment: Attachment) -> None:
        """Puts a file into the document."""
        self._attachments.append(attachment)

    def codes(self, run: Run) -> tuple[str, tuple[int, ...]]:
        """The name of the run's face in this document, and its glyphs' codes."""
        name = self._names.setdefault(run.face.name, f"F{len(self._names)}")
        face = self._faces.setdefault(name, _Face(run.face))
        codes = []
        for glyph, letter in zip(run.glyphs, run.text, strict=True):
            if glyph not in face.codes:
                face.codes[glyph] = len(face.codes) + 1
                face.letters[glyph] = letter
            codes.append(face.codes[glyph])
        return name, tuple(codes)

    def picture(self, jpeg: bytes) -> str:
        """The name of a picture in this document; the same picture is stored once."""
        digest = hashlib.sha256(jpeg).hexdigest()
        if digest not in self._pictures:
            jpeg, facts = _pdf_ready(jpeg)
            self._pictures[digest] = (f"I{len(self._pictures)}", jpeg, facts)
        return self._pictures[digest][0]

    def picture_facts(self, jpeg: bytes) -> Jpeg:
        """Its size in pixels; the picture becomes part of the document."""
        self.picture(jpeg)
        return self._pictures[hashlib.sha256(jpeg).hexdigest()][2]

    def write(self) -> bytes:
        """The document's bytes."""
        import pikepdf
        from pikepdf import Array, Dictionary, Name, Stream

        pdf = pikepdf.new()
        fonts = {name: face.typeface.embed(pdf, face.letters) for name, face in self._faces.items()}
        pictures = {name: _image(pdf, jpeg, facts) for name, jpeg, facts in self._pictures.values()}
        for sheet in self._sheets:
            page = Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, *(_points(side) for side in (sheet.width, sheet.height))]),
                Contents=pdf.make_indirect(Stream(pdf, sheet.content)),
                Resources=Dictionary(
                    Font=Dictionary({f"/{name}": fonts[name] for name in sorted(sheet.fonts)}),
                    XObject=Dictionary(
                        {f"/{name}": pictures[name] for name in sorted(sheet.pictures)}
                    ),
                ),
            )
            pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
        self._describe(pdf)
        self._list_contents(pdf)
        self._embed_files(pdf)
        out = io.BytesIO()
        pdf.save(
            out,
            min_version="1.7",
            deterministic_id=True,
            compress_streams=True,
            recompress_flate=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            fix_metadata_version=False,
        )
        return out.getvalue()

    def _describe(self, pdf: Any) -> None:
        from pikepdf import Array, Dictionary, Name, Stream

        profile = Stream(pdf, _colour_profile())
        profile.N = 3
        profile.Alternate = Name.DeviceRGB
        root = pdf.Root
        root.Lang = "zh-CN"
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        root.MarkInfo = Dictionary(Marked=False)
        root.OutputIntents = Array(
            [
                Dictionary(
                    Type=Name.OutputIntent,
                    S=Name.GTS_PDFA1,
                    OutputConditionIdentifier="sRGB IEC61966-2.1",
                    RegistryName="http://www.color.org",
                    Info="sRGB IEC61966-2.1",
                    DestOutputProfile=pdf.make_indirect(profile),
                )
            ]
        )
        metadata = Stream(pdf, self._xmp())
        metadata.Type = Name.Metadata
        metadata.Subtype = Name.XML
        root.Metadata = pdf.make_indirect(metadata)
        day = self._created.strftime("D:%Y%m%d%H%M%S%z")
        stamp = f"{day[:-2]}'{day[-2:]}'"
        facts = {"/Title": self._title, "/Producer": _PRODUCER, "/Creator": _PRODUCER}
        facts |= {"/Subject": self._subject} if self._subject else {}
        facts |= {"/Author": self._author} if self._author else {}
        pdf.trailer.Info = pdf.make_indirect(
            Dictionary({**facts, "/CreationDate": stamp, "/ModDate": stamp})
        )

    def _list_contents(self, pdf: Any) -> None:
        from pikepdf import Array, Dictionary, Name

        if not self._bookmarks:
            return
        entries = [
            pdf.make_indirect(Dictionary(Title=title, Dest=Array([pdf.pages[page].obj, Name.Fit])))
            for title, page in self._bookmarks
        ]
        outlines = pdf.make_indirect(
            Dictionary(Type=Name.Outlines, First=entries[0], Last=entries[-1], Count=len(entries))
        )
        for entry in entries:
            entry.Parent = outlines
        for before, after in itertools.pairwise(entries):
            before.Next = after
            after.Prev = before
        pdf.Root.Outlines = outlines

    def _embed_files(self, pdf: Any) -> None:
        from pikepdf import Array, Dictionary, Name, Stream, String

        if not self._attachments:
            return
        names: list[Any] = []
        for attachment in sorted(self._attachments, key=lambda one: one.name):
            content = Stream(pdf, attachment.content)
            content.Type = Name.EmbeddedFile
            content.Subtype = Name("/" + attachment.media_type)
            day = self._created.strftime("D:%Y%m%d%H%M%S%z")
            content.Params = Dictionary(
                Size=len(attachment.content),
                ModDate=f"{day[:-2]}'{day[-2:]}'",
                CheckSum=String(hashlib.md5(attachment.content, usedforsecurity=False).digest()),
            )
            stream = pdf.make_indirect(content)
            spec = pdf.make_indirect(
                Dictionary(
                    Type=Name.Filespec,
                    F=attachment.name,
                    UF=attachment.name,
                    Desc=attachment.description,
                    AFRelationship=Name("/" + attachment.relationship),
                    EF=Dictionary(F=stream, UF=stream),
                )
            )
            names += [String(attachment.name), spec]
        pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array(names)))
        pdf.Root.AF = Array(names[1::2])

    def _xmp(self) -> bytes:
        day = self._created.isoformat()
        author = (
            f"<dc:creator><rdf:Seq><rdf:li>{escape(self._author)}</rdf:li></rdf:Seq></dc:creator>"
            if self._author
            else ""
        )
        subject = (
            '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">'
            f"{escape(self._subject)}</rdf:li></rdf:Alt></dc:description>"
            if self._subject
            else ""
        )
        return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(self._title)}</rdf:li></rdf:Alt></dc:title>
{author}{subject}
<dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{_PRODUCER}</xmp:CreatorTool>
<xmp:CreateDate>{day}</xmp:CreateDate>
<xmp:ModifyDate>{day}</xmp:ModifyDate>
<pdf:Producer>{_PRODUCER}</pdf:Producer>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>""".encode()


_PRODUCER = "Yizhan"


def jpeg_facts(jpeg: bytes) -> Jpeg | None:
    """Size and number of colours of a JPEG; None when the bytes are none."""
    if jpeg[:2] != b"\xff\xd8":
        return None
    at = 2
    while at + 9 < len(jpeg):
        if jpeg[at] != 0xFF:
            return None
        marker = jpeg[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width, components = struct.unpack(">2HB", jpeg[at + 5 : at + 10])
            return Jpeg(width, height, components)
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return None


def _pdf_ready(jpeg: bytes) -> tuple[bytes, Jpeg]:
    """A JPEG of one or three colours, which is all that an sRGB output intent permits."""
    facts = jpeg_facts(jpeg)
    if facts is not None and facts.components in (1, 3):
        return jpeg, facts
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(jpeg)) as image:
            out = io.BytesIO()
            image.convert("RGB").save(out, "JPEG", quality=90)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise PictureUnusable(title="", reason=str(error), reason_zh="它不是能看的图片。") from None
    ready = out.getvalue()
    facts = jpeg_facts(ready)
    assert facts is not None
    return ready, facts


def _image(pdf: Any, jpeg: bytes, facts: Jpeg) -> Any:
    from pikepdf import Name, Stream

    stream = Stream(pdf, jpeg)
    stream.Type = Name.XObject
    stream.Subtype = Name.Image
    stream.Width = facts.width
    stream.Height = facts.height
    stream.ColorSpace = Name.DeviceGray if facts.components == 1 else Name.DeviceRGB
    stream.BitsPerComponent = 8
    stream.Filter = Name.DCTDecode
    return pdf.make_indirect(stream)


@lru_cache(maxsize=1)
def _colour_profile() -> bytes:
    return resources("colour", "sRGB.icc").read_bytes()


def _points(mm: float) -> float:
    return round(mm / MM_PER_PT, 2)
