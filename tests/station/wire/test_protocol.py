"""The page that describes the protocol and the code say the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.domain.cases import ActionType
from station.domain.operations import DocumentKind, Operation
from station.wire import problems
from station.wire.documents import LOADS, REASONED, REVIEWING
from station.wire.sealed import Contact, Frame, Header, Note, Reason, SealedPaperUnreadable

PAGE = (Path(problems.__file__).parent / "PROTOCOL.md").read_text("utf-8")


def refusals(kind: type[problems.Refusal] = problems.Refusal) -> Iterator[type[problems.Refusal]]:
    for below in kind.__subclasses__():
        if below.what and below is not problems.RefusedOtherwise:
            yield below
        yield from refusals(below)


@pytest.mark.parametrize("kind", list(refusals()), ids=lambda kind: kind.slug())
def test_the_page_names_every_refusal_with_its_status_and_whether_it_passes(
    kind: type[problems.Refusal],
) -> None:
    (row,) = (line for line in PAGE.splitlines() if line.startswith("|") and kind.slug() in line)
    assert str(kind.status) in row.split("|")[1]
    assert (f"{kind.slug()}\\*" in row) == kind.retryable


def test_the_page_shows_every_member_of_an_operation() -> None:
    for name in Operation.__dataclass_fields__:
        assert f'"{name}"' in PAGE, name


def test_every_action_has_its_documents_and_no_deciding_one_goes_without_a_signed_paper() -> None:
    assert set(LOADS) == set(ActionType)
    for action in REVIEWING:
        assert LOADS[action].needed, action
    assert DocumentKind.RESULT in LOADS[ActionType.APPROVE].needed
    for action in REASONED:
        assert DocumentKind.NOTE in LOADS[action].needed
    load = LOADS[ActionType.SUBMIT]
    dossier, header = DocumentKind.DOSSIER, DocumentKind.HEADER
    assert load.problem([dossier, header]) == ""
    assert load.problem([header]) == "no dossier"
    assert load.problem([dossier, header, header]) == "more than one header"
    assert load.problem([dossier, header, DocumentKind.RESULT]) == "a result does not belong"


def test_a_return_written_before_frames_is_read_and_an_old_program_reads_a_new_one() -> None:
    old = b'{"format":"yizhan-note/1","reasons":[{"code":"a","text":"b","page":2}],"remark":""}'
    (reason,) = Note.read(old).reasons
    assert (reason.page, reason.frame, reason.remedy) == (2, None, "")

    framed = Note(
        reasons=(Reason(code="a", text="b", page=1, frame=Frame(x=0, y=0, width=1, height=0.5)),)
    )
    written = json.loads(framed.to_bytes())
    assert written["format"] == "yizhan-note/1", "a program that knows no frames reads the rest"
    with pytest.raises(SealedPaperUnreadable):
        Note.read(framed.to_bytes().replace(b'"x":0.0', b'"x":1.5'))  # beside the page


def test_sealed_papers_are_read_back_and_others_are_refused() -> None:
    note = Note(reasons=(Reason(code="blurred", text="身份证照片不清楚", material="id"),))
    assert Note.read(note.to_bytes()) == note
    with pytest.raises(SealedPaperUnreadable) as wrong:
        Header.read(note.to_bytes())
    assert "Header" in wrong.value.sentence("en")
    with pytest.raises(SealedPaperUnreadable):
        Contact.read(b"\xff\x00 not json")
