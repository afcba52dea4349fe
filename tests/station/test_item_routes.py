"""What a document says it is, and what an attacker makes it say."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pikepdf
import pytest

from signing.authority.training import UnitPlan
from signing.pades import FieldPlan, Level
from signing.pades.fields import prepare
from signing.verify.pdf import verify_pdf
from signing.verify.verdict import Outcome, PaperKind, Verdict
from station.catalogue import Catalogue
from station.domain.items import ServiceItem
from station.dossier.records import EFORM_FILE, RECORD_FILE, LetterKind, LetterRecord, record_in
from station.paths import resources
from station.services.item_routes import ItemRoutes, verify_on_route
from tests.helpers.pki import COUNTY, VILLAGE, Person, Pki
from tests.signing.verify.conftest import signed

NUMBER = f"{VILLAGE.unit_code}-261126-001"
OTHER_COUNTY = UnitPlan("130431", "邻县行政审批局")
OTHER_TOWNSHIP = UnitPlan("130430002", "南辛店镇便民服务中心")


def item_with(stages: int) -> ServiceItem:
    items = Catalogue.load(resources("items")).items
    return next(item for item in items if len(item.route) == stages)


TO_THE_COUNTY, TO_THE_TOWNSHIP = item_with(2), item_with(1)


def record(kind: LetterKind = LetterKind.RESULT, item: ServiceItem = TO_THE_COUNTY) -> bytes:
    return LetterRecord(kind, item.code, item.version, NUMBER).attachment.content


def eform(item: ServiceItem = TO_THE_COUNTY, **other: object) -> bytes:
    return json.dumps({"item": item.code, "item_version": item.version, **other}).encode()


def paper(fields: int = 2, **files: bytes) -> bytes:
    """A page with these files attached (``document`` is document.json) and prepared fields."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        for name, content in files.items():
            spec = pikepdf.AttachedFileSpec(pdf, content, filename=f"{name}.json")
            pdf.attachments[f"{name}.json"] = spec
        out = io.BytesIO()
        pdf.save(out)
    places = [FieldPlan(f"f{n}", 0, (20 + 60 * n, 220, 50, 20)) for n in range(fields)]
    return prepare(out.getvalue(), places) if fields else out.getvalue()


def signed_by(pki: Pki, pdf: bytes, *people: Person) -> bytes:
    for number, person in enumerate(people):
        pdf = signed(pki, pdf, person, f"f{number}", Level.B_B)
    return pdf


def judged(pki: Pki, pdf: bytes, folders: tuple[Path, ...] = ()) -> Verdict:
    find = ItemRoutes.known(folders).of_document
    return verify_pdf(pdf, pki.trust, policy="chain", route=find)


def told(verdict: Verdict) -> set[str]:
    assert verdict.chain is not None
    return {remark.code for remark in (*verdict.chain.problems, *verdict.chain.missing)}


@pytest.fixture
def seal(pki: Pki) -> Person:
    return Person(pki.county.folder / f"seal-{pki.county.code}.p12")


@pytest.fixture
def township_seal(pki: Pki) -> Person:
    return Person(pki.township.folder / f"seal-{pki.township.code}.p12")


# ---------------------------------------------------------------- what is right
def test_a_result_is_judged_by_who_decides_it(pki: Pki, seal: Person) -> None:
    verdict = judged(pki, signed_by(pki, paper(document=record()), pki.approver, seal))
    assert verdict.outcome is Outcome.VALID, verdict.reason.en
    chain = verdict.to_json("en")["chain"]
    assert chain["kind"] == "decision"
    assert chain["route"] == ["county"]
    assert chain["route_kept"] is True
    assert [step["level"] for step in chain["steps"]] == ["county"]
    assert chain["steps"][0]["sealed"]


def test_where_the_route_ends_at_the_township_the_township_decides(
    pki: Pki, township_seal: Person
) -> None:
    letter = paper(document=record(item=TO_THE_TOWNSHIP))
    assert judged(pki, signed_by(pki, letter, pki.reviewer, township_seal)).good


@pytest.mark.parametrize("kind", [LetterKind.REFUSAL, LetterKind.RETURN])
def test_any_stage_above_the_village_may_refuse_and_return(
    pki: Pki, seal: Person, township_seal: Person, kind: LetterKind
) -> None:
    letter = paper(document=record(kind))
    assert judged(pki, signed_by(pki, letter, pki.reviewer, township_seal)).good
    assert judged(pki, signed_by(pki, letter, pki.approver, seal)).good


def test_a_dossier_goes_its_whole_route(pki: Pki) -> None:
    assert judged(
        pki, signed_by(pki, paper(3, eform=eform()), pki.agent, pki.reviewer, pki.approver)
    ).good


def test_a_countys_own_items_are_looked_up_where_the_auditor_says(
    pki: Pki, tmp_path: Path, seal: Person
) -> None:
    source = next(Path(resources("items")).glob(f"{TO_THE_COUNTY.code}*"))
    own = json.loads(source.read_text("utf-8")) | {"code": "XX-001", "version": 7}
    (tmp_path / "XX-001.json").write_text(json.dumps(own, ensure_ascii=False), "utf-8")
    item = Catalogue.load(tmp_path).item("XX-001")
    letter = signed_by(pki, paper(document=record(item=item)), pki.approver, seal)
    assert told(judged(pki, letter)) == {"route_missing"}
    assert judged(pki, letter, (tmp_path,)).good


def test_a_countys_own_items_are_found_where_they_are_kept(
    pki: Pki, tmp_path: Path, seal: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = next(Path(resources("items")).glob(f"{TO_THE_COUNTY.code}*"))
    own = json.loads(source.read_text("utf-8")) | {"code": "XX-002"}
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "XX-002.json").write_text(json.dumps(own), "utf-8")
    monkeypatch.setenv("YIZHAN_HOME", str(tmp_path))
    letter = tmp_path / "letter.pdf"
    written = LetterRecord(LetterKind.RESULT, "XX-002", TO_THE_COUNTY.version, NUMBER)
    letter.write_bytes(
        signed_by(pki, paper(document=written.attachment.content), pki.approver, seal)
    )
    assert verify_on_route(letter, pki.trust, "chain", None).good


# ---------------------------------------------------------------- what is tried
def test_a_dossier_cut_back_to_the_village_is_still_a_dossier(pki: Pki) -> None:
    short = signed_by(pki, paper(3, eform=eform()), pki.agent)
    verdict = judged(pki, short)
    assert verdict.outcome is Outcome.INDETERMINATE
    assert verdict.chain is not None and verdict.chain.kind is PaperKind.DOSSIER


def test_a_chain_that_was_cut_does_not_become_a_letter_by_saying_so_afterwards(
    pki: Pki, seal: Person
) -> None:
    """Village signed; then somebody appends the record of a letter and has it sealed."""
    whole = signed_by(pki, paper(3, eform=eform()), pki.agent)
    for later in (whole, signed_by(pki, paper(3), pki.agent)):
        with pikepdf.open(io.BytesIO(later)) as pdf:
            pdf.attachments[RECORD_FILE] = pikepdf.AttachedFileSpec(
                pdf, record(), filename=RECORD_FILE
            )
            out = io.BytesIO()
            pdf.save(out)  # a new file: signatures gone or broken
        assert not judged(pki, out.getvalue()).good
        appended = _with_record_appended(later)
        verdict = judged(pki, appended)
        assert verdict.outcome in (Outcome.MODIFIED, Outcome.INDETERMINATE)
        assert verdict.chain is not None
        assert verdict.chain.kind is not PaperKind.DECISION, "only what was signed first counts"


def test_what_holds_an_e_form_is_a_dossier_whatever_else_it_says(pki: Pki, seal: Person) -> None:
    both = signed_by(pki, paper(eform=eform(), document=record()), pki.approver, seal)
    verdict = judged(pki, both)
    assert verdict.chain is not None and verdict.chain.kind is PaperKind.DOSSIER
    assert {"chain_start", "chain_short"} <= told(verdict)


def test_the_village_decides_nothing(pki: Pki) -> None:
    village_seal = Person(pki.village.folder / f"seal-{pki.village.code}.p12")
    for kind in (LetterKind.RESULT, LetterKind.REFUSAL):
        letter = signed_by(pki, paper(document=record(kind)), pki.agent, village_seal)
        assert "letter_level" in told(judged(pki, letter))


def test_the_township_does_not_decide_for_the_county(pki: Pki, township_seal: Person) -> None:
    letter = signed_by(pki, paper(document=record()), pki.reviewer, township_seal)
    assert told(judged(pki, letter)) == {"letter_level"}


def test_another_township_or_county_decides_nothing_here(pki: Pki) -> None:
    strangers = (
        (TO_THE_TOWNSHIP, OTHER_TOWNSHIP, "审核员"),
        (TO_THE_COUNTY, OTHER_COUNTY, "审批员"),
    )
    for item, unit, role in strangers:
        person = pki.person("郭建", role=role, unit=unit)
        letter = signed_by(pki, paper(1, document=record(item=item)), person)
        assert told(judged(pki, letter)) == {"letter_place", "letter_unsealed"}


def test_a_person_without_the_seal_and_the_seal_without_a_person_decide_nothing(
    pki: Pki, seal: Person, township_seal: Person
) -> None:
    letter = paper(1, document=record())
    assert told(judged(pki, signed_by(pki, letter, pki.approver))) == {"letter_unsealed"}
    assert "chain_nobody" in told(judged(pki, signed_by(pki, letter, seal)))
    strange = signed_by(pki, paper(document=record()), pki.approver, township_seal)
    assert told(judged(pki, strange)) == {"letter_unsealed", "chain_seal"}
    waiting = signed_by(pki, paper(document=record()), pki.approver)
    assert told(judged(pki, waiting)) == {"chain_open", "letter_unsealed"}


def test_only_who_decides_by_the_route_decides(pki: Pki, seal: Person) -> None:
    clerk = pki.person("钱多", role="审核员", unit=COUNTY)
    for person in (clerk, pki.supervisor):
        letter = signed_by(pki, paper(document=record()), person, seal)
        assert told(judged(pki, letter)) == {"chain_role"}


def test_others_do_not_sign_a_decision_too(pki: Pki, seal: Person) -> None:
    letter = signed_by(pki, paper(3, document=record()), pki.agent, pki.approver, seal)
    assert {"letter_level", "letter_units"} <= told(judged(pki, letter))


@pytest.mark.parametrize(
    "written",
    [
        b"{}",
        b"\xff",
        b"[" * 5000,
        record()[:-9],
        b'{"kind":1}',
        record().replace(b"{", b'{"kind": "refusal",'),
    ],
)
def test_a_record_that_cannot_be_read_opens_no_door(pki: Pki, seal: Person, written: bytes) -> None:
    assert record_in(written) is None
    verdict = judged(pki, signed_by(pki, paper(document=written), pki.approver, seal))
    assert verdict.outcome is Outcome.INDETERMINATE
    assert "route_illegible" in told(verdict)


def test_a_version_that_is_not_known_here_settles_nothing(pki: Pki, seal: Person) -> None:
    dossier = paper(eform=eform(item_version=999))
    verdict = judged(pki, signed_by(pki, dossier, pki.agent, pki.reviewer))
    assert verdict.outcome is Outcome.INDETERMINATE
    assert f"{TO_THE_COUNTY.code} v999" in verdict.reason.zh
    unknown = LetterRecord(LetterKind.RESULT, "ZZ-999", 1, NUMBER).attachment.content
    letter = signed_by(pki, paper(document=unknown), pki.approver, seal)
    assert told(judged(pki, letter)) == {"route_missing"}


def test_an_e_form_that_says_two_things_names_no_item(pki: Pki) -> None:
    """Some readers take the first of two, others the last."""
    short = f'"item": "{TO_THE_TOWNSHIP.code}"'.encode()
    twice = eform().replace(b"{", b"{" + short + b",")
    assert TO_THE_COUNTY.code.encode() in twice
    for form in (twice, eform()[:-1] + b"," + short + b"}"):
        verdict = judged(pki, signed_by(pki, paper(eform=form), pki.agent, pki.reviewer))
        assert told(verdict) == {"route_illegible"}


def test_items_that_come_while_the_program_runs_are_seen(tmp_path: Path) -> None:
    assert not ItemRoutes.known((tmp_path,)).of_dossier("XX-003", 1).levels
    source = next(Path(resources("items")).glob(f"{TO_THE_COUNTY.code}*"))
    own = json.loads(source.read_text("utf-8")) | {"code": "XX-003", "version": 1}
    (tmp_path / "XX-003.json").write_text(json.dumps(own), "utf-8")
    assert ItemRoutes.known((tmp_path,)).of_dossier("XX-003", 1).levels


def test_two_e_forms_of_one_name_name_no_item(pki: Pki) -> None:
    with pikepdf.open(io.BytesIO(paper(0, eform=eform()))) as pdf:
        names = pdf.Root.Names.EmbeddedFiles
        listed = names.get("/Names") or names.Kids[0].Names
        listed.append(pikepdf.String(EFORM_FILE))
        listed.append(listed[1])
        out = io.BytesIO()
        pdf.save(out)
    places = [FieldPlan(f"f{n}", 0, (20 + 60 * n, 220, 50, 20)) for n in range(2)]
    twice = signed_by(pki, prepare(out.getvalue(), places), pki.agent, pki.reviewer)
    assert told(judged(pki, twice)) == {"route_illegible"}


# ---------------------------------------------------------------- what nobody signs
def test_a_notice_is_told_as_one_and_is_no_good_for_it(pki: Pki, tmp_path: Path) -> None:
    file = tmp_path / "notice.pdf"
    file.write_bytes(paper(0, document=record(LetterKind.NOTICE)))
    for policy in ("any", "chain"):
        verdict = verify_on_route(file, pki.trust, policy, None)
        assert verdict.outcome is Outcome.UNSIGNED
        assert verdict.is_bare_notice
        assert not verdict.good


def test_a_notice_that_somebody_signed_is_no_way_around_the_chain(pki: Pki) -> None:
    verdict = judged(pki, signed_by(pki, paper(1, document=record(LetterKind.NOTICE)), pki.agent))
    assert verdict.outcome is Outcome.INDETERMINATE
    assert told(verdict) == {"chain_one"}
    assert verdict.chain is not None
    assert [note.code for note in verdict.chain.notes] == ["notice"]


def test_a_letter_whose_signatures_were_taken_out_shows_it(pki: Pki, seal: Person) -> None:
    letter = signed_by(pki, paper(document=record(LetterKind.NOTICE)), pki.approver, seal)
    stripped = letter.replace(b"/FT /Sig", b"/FT /Tx ").replace(b"/FT/Sig", b"/FT/Tx ")
    assert not judged(pki, stripped).is_bare_notice


def _with_record_appended(pdf: bytes) -> bytes:
    """An increment that attaches a letter's record and leaves every signed byte in place."""
    from pyhanko.pdf_utils import embed
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    file = embed.EmbeddedFileObject.from_file_data(writer, data=record())
    embed.embed_file(writer, embed.FileSpec(file_spec_string=RECORD_FILE, embedded_data=file))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
