"""The dossier: what the applicant sees is what is signed."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace
from datetime import date, timedelta

import pikepdf
import pytest

from signing.envelope import open_bytes
from signing.errors import NotForThisKey
from signing.handwriting import Ink, bind, synthetic_ink
from signing.ink_record import from_record
from signing.pades.fields import prepare
from signing.pades.inking import write_ink
from station.domain.applicants import Applicant
from station.domain.drafts import FieldValue, MaterialEntry, Provision
from station.domain.items import ServiceItem
from station.dossier.book import PictureUnusable
from station.dossier.dossier import BuiltDossier, DossierContent, build_dossier
from station.dossier.paper_pages import PageImage
from tests.helpers.paperwork import (
    NOW,
    TODAY,
    catalogue,
    filled,
    jpeg,
    pages_of,
    with_values,
)
from tests.helpers.pki import Pki
from tests.helpers.printed import is_blank, part, rendered, texts

DISABLED = catalogue().item("CL-001")
PENSION = catalogue().item("SB-001")


def inked(built: BuiltDossier, ink: Ink, pki: Pki) -> bytes:
    """The dossier with the applicant's ink on it."""
    bound = bind(ink, built.digest)
    to = [pki.county.certificate]
    return write_ink(built.pdf, bound, built.ink, NOW + timedelta(minutes=9), to)


def content(item: ServiceItem = DISABLED, **values: str) -> DossierContent:
    return DossierContent.of(
        item,
        with_values(filled(item), **values),
        pages_of(item),
        station="后段寨村便民服务站",
        agent="任春河",
        today=TODAY,
    )


def attached(pdf: bytes, name: str) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return document.attachments[name].get_file().read_bytes()


def test_form_papers_and_signature_page_follow_each_other() -> None:
    built = build_dossier(content())
    pages = texts(built.pdf)
    assert len(pages) == built.pages
    assert "残疾人困难生活补贴申请表" in pages[0]
    assert "身份证人像面" in pages[1] and "身份证国徽面" in pages[1], "both sides on one page"
    assert "户口本首页" in pages[2]
    assert "签章页" in pages[-1]
    for number, page in enumerate(pages, start=1):
        if "按原大" not in page and page:
            assert f"第{number}页，共{built.pages}页" in page


def test_the_same_content_gives_the_same_digest() -> None:
    first, second = build_dossier(content()), build_dossier(content())
    assert first.digest == second.digest == hashlib.sha256(first.pdf).digest()
    assert first.sha256 == first.digest.hex()
    other = build_dossier(content(bank="另一家银行"))
    assert other.digest != first.digest


def test_the_ink_comes_onto_the_very_bytes_that_were_shown(pki: Pki) -> None:
    shown = build_dossier(content())
    final = inked(shown, synthetic_ink(7), pki)
    assert final.startswith(shown.pdf)
    assert shown.ink.page == shown.pages - 1
    for page in range(shown.pages):
        before, after = rendered(shown.pdf, page), rendered(final, page)
        if page != shown.ink.page:
            assert before.tobytes() == after.tobytes()
            continue
        assert is_blank(part(before, shown.ink.ink_mm, 1.0))
        assert not is_blank(part(after, shown.ink.ink_mm, 1.0))
        assert not is_blank(part(after, shown.ink.date_mm, 0.0))
        _, y, _, height = shown.ink.ink_mm
        above, below = (0.0, 0.0, 210.0, y), (0.0, y + height, 210.0, 297.0 - y - height)
        assert part(before, above).tobytes() == part(after, above).tobytes()
        assert part(before, below).tobytes() == part(after, below).tobytes()
    assert "2026年11月23日" in texts(final)[-1]
    assert attached(final, "eform.json") == attached(shown.pdf, "eform.json")
    with pikepdf.open(io.BytesIO(final)) as pdf:
        assert sorted(pdf.attachments) == ["eform.json", "ink.json", "ink.p7m"]
        related = [str(entry.UF) for entry in pdf.Root.AF]
        assert related == ["eform.json", "ink.json", "ink.p7m"]
        assert pdf.pdf_version == "1.7"


def test_the_strokes_travel_sealed_for_the_archive_alone(pki: Pki) -> None:
    shown = build_dossier(content())
    final = inked(shown, synthetic_ink(7), pki)
    bound = from_record(open_bytes(attached(final, "ink.p7m"), pki.county.opening))
    assert bound.matches(shown.digest)
    assert bound.ink.duration_ms == synthetic_ink(7).duration_ms
    with pytest.raises(NotForThisKey):
        open_bytes(attached(final, "ink.p7m"), pki.township.opening)
    assert b"strokes" not in attached(final, "ink.json")


@pytest.mark.parametrize("seed", range(3))
def test_the_ink_stays_in_its_box_however_it_was_written(pki: Pki, seed: int) -> None:
    ink = synthetic_ink(seed, letters=1 + seed, width_mm=40.0 + 60 * seed, height_mm=90.0)
    shown = build_dossier(content())
    before, after = (rendered(p, shown.ink.page) for p in (shown.pdf, inked(shown, ink, pki)))
    x, y, width, height = shown.ink.ink_mm
    for beside in ((0.0, y, x, height), (x + width, y, 4.0, height), (0.0, 0.0, 210.0, y)):
        assert part(before, beside).tobytes() == part(after, beside).tobytes()


def test_no_stroke_at_all_is_an_empty_box(pki: Pki) -> None:
    shown = build_dossier(content())
    final = inked(shown, Ink((), 100.0, 40.0), pki)
    assert is_blank(part(rendered(final, shown.ink.page), shown.ink.ink_mm, 1.0))


@pytest.mark.parametrize("item", catalogue().items, ids=lambda item: item.code)
def test_each_stage_of_the_route_has_an_empty_place_to_sign(item: ServiceItem) -> None:
    built = build_dossier(content(item))
    wanted = ["village", *(stage.level.value for stage in item.route)]
    assert [field.name for field in built.fields] == wanted
    for field in built.fields:
        assert field.box_mm is not None
        assert is_blank(part(rendered(built.pdf, field.page), field.box_mm, 0.0)), field.name
    prepared = prepare(built.pdf, built.fields)
    with pikepdf.open(io.BytesIO(prepared)) as pdf:
        assert [str(field.T) for field in pdf.Root.AcroForm.Fields] == wanted
        for plan, field in zip(built.fields, pdf.Root.AcroForm.Fields, strict=True):
            assert plan.box_mm is not None
            left, _, right, top = (float(edge) for edge in field.Rect)
            x, y, width, _ = plan.box_mm
            assert abs(left * 25.4 / 72 - x) < 0.05
            assert abs((right - left) * 25.4 / 72 - width) < 0.05
            assert abs(297 - top * 25.4 / 72 - y) < 0.05


def test_an_item_that_ends_at_the_township_has_no_place_for_the_county() -> None:
    assert [field.name for field in build_dossier(content(PENSION)).fields] == [
        "village",
        "township",
    ]


def test_papers_lie_at_their_true_size() -> None:
    built = build_dossier(content())
    with pikepdf.open(io.BytesIO(built.pdf)) as pdf:
        for page in pdf.pages:
            assert [round(float(edge)) for edge in page.MediaBox] == [0, 0, 595, 842]
        cards = pdf.pages[1].Contents.read_bytes().decode().split("\n")
        matrices = [line.split()[1:7] for line in cards if " cm " in line]
    for matrix in matrices:
        wide, tall = float(matrix[0]) * 25.4 / 72, float(matrix[3]) * 25.4 / 72
        assert (round(wide, 1), round(tall, 1)) == (85.6, 54.0), "an ID card, to the tenth"


def test_a_paper_larger_than_a4_is_made_to_fit_and_stays_whole() -> None:
    big = PageImage(jpeg=jpeg(2339, 3307), dpi=200, material="household", title="首页")
    built = build_dossier(replace(content(), pages=(big,)))
    with pikepdf.open(io.BytesIO(built.pdf)) as pdf:
        (line,) = [
            x for x in pdf.pages[1].Contents.read_bytes().decode().split("\n") if " cm " in x
        ]
    _, wide, _, _, tall, x, y, *_ = line.split()
    assert float(wide) <= 595.3 and float(tall) <= 841.9
    assert float(x) >= 0 and float(y) >= 0


def test_a_page_that_is_no_picture_is_one_sentence_that_names_it() -> None:
    bad = PageImage(jpeg=b"%PDF-1.4", dpi=200, material="household", title="首页")
    with pytest.raises(PictureUnusable) as caught:
        build_dossier(replace(content(), pages=(bad,)))
    assert "首页" in caught.value.sentence("zh")


def test_the_list_of_papers_says_how_each_is_provided_and_where_it_lies() -> None:
    draft = with_values(filled(DISABLED), family="dibao", cert_way="electronic")
    promise = MaterialEntry(provision=Provision.DEFERRED, promised_by=date(2026, 12, 7))
    papers = {**draft.materials, "dibao_proof": promise, "disability_card": MaterialEntry()}
    pages = [p for p in pages_of(DISABLED) if p.material not in ("dibao_proof", "disability_card")]
    built = build_dossier(
        DossierContent.of(
            DISABLED,
            replace(draft, materials=papers),
            pages,
            station="站",
            agent="任春河",
            today=TODAY,
        )
    )
    last = texts(built.pdf)[-1]
    assert "原件拍照2页，已核对原件" in last
    assert "免交：电子证照已核" in last
    assert "容缺：承诺2026年12月7日前补交" in last
    assert "本人同时承诺：低保证明在2026年12月7日前补交" in last


def test_the_data_inside_agree_with_the_page_and_name_every_paper_by_digest() -> None:
    built = build_dossier(content(amount="1234.50"))
    data = json.loads(attached(built.pdf, "eform.json"))
    assert data["format"] == "yizhan-eform/1"
    assert data["number"] == "130430104213-261123-007"
    assert data["applicant"]["name"] == "李秀英"
    fields = {field["id"]: field for field in data["fields"]}
    assert fields["amount"]["value"] == "1234.50"
    assert fields["amount"]["printed"] == "1,234.50 元/月"
    assert "1,234.50元/月" in texts(built.pdf)[0]
    card = next(m for m in data["materials"] if m["id"] == "id_card")
    own = [page for page in content().pages if page.material == "id_card"]
    assert [page["sha256"] for page in card["pages"]] == [
        hashlib.sha256(page.jpeg).hexdigest() for page in own
    ]


def test_a_long_story_goes_to_the_annex_whole_before_the_papers() -> None:
    story = "那年冬天房子塌了，一家人住到村部，" * 40
    built = build_dossier(content(reason=story))
    pages = texts(built.pdf)
    assert "见附页第1项" in pages[0]
    assert "附页" in pages[1] and story in pages[1].replace("\n", "")
    assert "身份证" in pages[2]


def test_a_rare_name_is_printed_and_a_character_nobody_can_print_is_named() -> None:
    built = build_dossier(content(name="任𠮷㐂"))
    assert built.unprintable == ""
    assert "任𠮷㐂" in texts(built.pdf)[0]
    strange = build_dossier(content(bank="\U0010fffd银行"))
    assert strange.unprintable == "\U0010fffd"


def test_a_case_with_next_to_nothing_in_it_can_still_be_looked_at() -> None:
    bare = replace(
        filled(PENSION), applicant=Applicant(), values={}, materials={}, answers={}, ink=None
    )
    built = build_dossier(DossierContent.of(PENSION, bare, (), station="", agent="", today=TODAY))
    assert built.pages == 2
    assert "没有交" in texts(built.pdf)[-1]


def test_many_materials_turn_the_page_and_the_signatures_stay_together() -> None:
    many = tuple(replace(DISABLED.materials[1], id=f"m{n}", name=f"第{n}样材料") for n in range(40))
    item = replace(DISABLED, materials=many)
    built: BuiltDossier = build_dossier(
        DossierContent.of(item, filled(item), (), station="站", agent="人", today=TODAY)
    )
    assert len({field.page for field in built.fields}) == 1
    for field in built.fields:
        assert field.box_mm is not None
        assert field.box_mm[1] + field.box_mm[3] < 285
    everything = "".join(texts(built.pdf))
    assert all(f"第{n}样材料" in everything for n in range(40))


def test_the_mark_of_training_stands_on_every_page_that_is_ours() -> None:
    built = build_dossier(replace(content(), mark="培训用，不作办事凭据"))
    pages = texts(built.pdf)
    assert "培训用" in pages[0] and "培训用" in pages[-1]


def test_a_photograph_among_the_papers_is_the_portrait_of_the_form() -> None:
    item = catalogue().item("NY-002")
    own = content(item)
    assert own.portrait == next(p.jpeg for p in own.pages if p.material == "portrait")


def test_unconfirmed_values_are_printed_as_they_are() -> None:
    draft = filled(DISABLED)
    doubtful = FieldValue(value="邱县农商行", confidence=0.3, confirmed=False)
    changed = replace(draft, values={**draft.values, "bank": doubtful})
    built = build_dossier(
        DossierContent.of(DISABLED, changed, (), station="站", agent="人", today=TODAY)
    )
    assert "邱县农商行" in texts(built.pdf)[0]
