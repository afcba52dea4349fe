"""The document as PDF/A-3b: the rules that can be checked without a certified checker."""

from __future__ import annotations

import io
import re
from datetime import datetime
from xml.etree import ElementTree

import pikepdf
import pytest
from PIL import Image

from station.clock import CHINA
from station.dossier.book import Attachment, Book, PictureUnusable, jpeg_facts
from station.dossier.dossier import DossierContent, build_dossier
from station.dossier.form_pages import blank_form
from station.dossier.guide_sheet import guide_sheet
from station.dossier.text import Style
from station.dossier.typefaces import Face
from tests.helpers.paperwork import NOW, TODAY, catalogue, filled, jpeg, pages_of

WHEN = datetime(2026, 11, 23, 10, 41, tzinfo=CHINA)


def simple(*, text: str = "驿站", picture: bytes | None = None) -> bytes:
    book = Book("标题 & <样子>", WHEN, subject="主题", author="站 人")
    sheet = book.sheet()
    sheet.text(30.0, 40.0, text, Style(Face.SONG, 14))
    if picture is not None:
        sheet.picture((30.0, 60.0, 80.0, 50.0), picture)
    book.bookmark("第一页")
    book.attach(Attachment("data.json", b"{}", "application/json", "数据"))
    return book.write()


def dossier() -> bytes:
    item = catalogue().item("CL-001")
    content = DossierContent.of(
        item, filled(item), pages_of(item), station="站", agent="任春河", today=TODAY
    )
    return build_dossier(content).pdf


def documents() -> list[bytes]:
    item = catalogue().item("MZ-001")
    return [
        simple(picture=jpeg(400, 250)),
        blank_form(item, WHEN),
        dossier(),
        guide_sheet(item, WHEN).pdf,
    ]


@pytest.mark.parametrize("number", range(4))
def test_every_document_keeps_the_rules_of_pdf_a_3b(number: int) -> None:
    raw = documents()[number]
    assert raw[:9] == b"%PDF-1.7\n"
    assert raw[9:10] == b"%" and all(byte > 127 for byte in raw[10:14]), "6.1.2: binary comment"
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        assert not pdf.is_encrypted
        assert pdf.check_pdf_syntax() == []
        assert "/ID" in pdf.trailer
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == pikepdf.Name.GTS_PDFA1
        profile = intent.DestOutputProfile
        assert profile.N == 3
        assert profile.read_bytes()[36:40] == b"acsp"
        assert str(pdf.Root.Lang) == "zh-CN"
        for page in pdf.pages:
            resources = page.Resources
            for font in resources.get("/Font", {}).values():
                (part,) = font.DescendantFonts
                descriptor = part.FontDescriptor
                assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
                assert font.BaseFont == part.BaseFont == descriptor.FontName
                assert "/ToUnicode" in font
                if part.Subtype == pikepdf.Name.CIDFontType2:
                    assert part.CIDToGIDMap == pikepdf.Name.Identity
            for image in resources.get("/XObject", {}).values():
                assert "/SMask" not in image and "/Interpolate" not in image
                assert image.ColorSpace in (pikepdf.Name.DeviceRGB, pikepdf.Name.DeviceGray)
            assert "/Group" not in page and "/ExtGState" not in resources
            assert "/AA" not in page and "/Annots" not in page
            used = set(re.findall(rb"/(F\d+|I\d+) ", page.Contents.read_bytes()))
            named = {*resources.get("/Font", {}), *resources.get("/XObject", {})}
            assert {f"/{name.decode()}" for name in used} == named
        for key in ("/OpenAction", "/AcroForm", "/JavaScript"):
            assert key not in pdf.Root
        for objects in pdf.objects:
            if isinstance(objects, pikepdf.Stream):
                assert "/F" not in objects.stream_dict
                assert objects.stream_dict.get("/Filter") != pikepdf.Name.LZWDecode


def test_metadata_say_the_same_in_both_places() -> None:
    with pikepdf.open(io.BytesIO(simple())) as pdf:
        metadata = pdf.Root.Metadata
        assert "/Filter" not in metadata.stream_dict, "so that simple tools can read it"
        tree = ElementTree.fromstring(metadata.read_bytes())
        found = {node.tag.rpartition("}")[2]: node for node in tree.iter()}
        assert found["part"].text == "3"
        assert found["conformance"].text == "B"
        info = pdf.trailer.Info
        assert "".join(found["title"].itertext()).strip() == str(info.Title) == "标题 & <样子>"
        assert "".join(found["creator"].itertext()).strip() == str(info.Author)
        assert "".join(found["description"].itertext()).strip() == str(info.Subject)
        assert found["Producer"].text == str(info.Producer)
        assert found["CreateDate"].text == "2026-11-23T10:41:00+08:00"
        assert str(info.CreationDate) == "D:20261123104100+08'00'"


def test_the_file_inside_is_associated_and_comes_out_whole() -> None:
    with pikepdf.open(io.BytesIO(simple())) as pdf:
        (spec,) = pdf.Root.AF
        assert spec.AFRelationship == pikepdf.Name.Data
        assert pdf.attachments["data.json"].get_file().read_bytes() == b"{}"
        assert spec.EF.F.Subtype == pikepdf.Name("/application/json")


def test_the_same_sheets_give_the_same_bytes() -> None:
    assert simple(picture=jpeg(300, 200)) == simple(picture=jpeg(300, 200))
    assert simple(text="驿站") != simple(text="驿馆")
    assert dossier() == dossier()


def test_a_date_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Book("字", datetime(2026, 1, 1))


def test_the_same_picture_is_stored_once_and_untouched() -> None:
    picture = jpeg(500, 300)
    book = Book("图", NOW)
    for _ in range(3):
        book.sheet().picture((10.0, 10.0, 50.0, 30.0), picture)
    raw = book.write()
    assert raw.count(picture) == 1, "the camera's own bytes are the evidence"


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_grey_and_printers_colours_are_taken_too(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (64, 48)).save(out, "JPEG")
    with pikepdf.open(io.BytesIO(simple(picture=out.getvalue()))) as pdf:
        (image,) = pdf.pages[0].Resources.XObject.values()
        wanted = pikepdf.Name.DeviceGray if mode == "L" else pikepdf.Name.DeviceRGB
        assert image.ColorSpace == wanted, "four colours would need another output intent"
        assert (image.Width, image.Height) == (64, 48)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"\xff\xd8\xff\xe0 cut", b"\xff\xd8" * 9])
def test_what_is_no_picture_is_one_sentence(content: bytes) -> None:
    assert jpeg_facts(content) is None
    with pytest.raises(PictureUnusable):
        simple(picture=content)


def test_the_reader_lists_the_pages_by_name() -> None:
    with pikepdf.open(io.BytesIO(dossier())) as pdf, pdf.open_outline() as outline:
        titles = [entry.title for entry in outline.root]
    assert titles[0] == "身份证 人像面、国徽面"
    assert titles[-1] == "签章页"
