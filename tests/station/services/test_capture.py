"""Papers taken into a case: what the desk notices about a page because it knows the others."""

from __future__ import annotations

import io

import cv2
import numpy as np

from station.devices.training_papers import papers_of
from tests.helpers.county import AGENT, County, agent_of
from tests.helpers.scenes import Light, draw_mat, draw_sheet, photograph, place


def shot(paper: int, light: int) -> bytes:
    """Paper number ``paper`` photographed; another ``light`` is another photograph of it."""
    sheet = draw_sheet("form", np.random.default_rng(paper), 1000)
    rng = np.random.default_rng(light)
    corners = place((1000, 750), 2**0.5, rng, tilt=0.02, fill=(0.85, 0.9))
    return photograph(sheet, draw_mat("plain", rng, (1000, 750)), corners, rng, Light()).jpeg()


def test_one_sheet_taken_twice_is_noticed_and_a_retake_of_it_is_not(county: County) -> None:
    with county.desk(AGENT, connected=False) as desk:
        capture = agent_of(desk).capture
        draft = county.entered(desk)
        material = next(iter(draft.materials))

        def taken(picture: bytes) -> tuple[str, tuple[str, ...]]:
            page = capture.process(capture.keep(draft.id, material, picture, "camera").page.id)
            return page.id, capture.notices(page)

        first, notices = taken(shot(1, light=1))
        assert "same_as_before" not in notices
        assert "same_as_before" in taken(shot(1, light=2))[1]
        assert "same_as_before" not in taken(shot(2, light=3))[1]
        capture.remove(draft.id, taken(shot(3, light=4))[0])
        assert "same_as_before" not in taken(shot(3, light=5))[1], "the other was taken out"

        other, _ = taken(shot(4, light=6))
        again = capture.retake(draft.id, other, shot(4, light=7), "camera").page
        assert "same_as_before" not in capture.notices(capture.process(again.id))
        assert cv2.imdecode(np.frombuffer(capture.picture(first), np.uint8), 1) is not None


def test_another_paper_than_the_one_asked_for_is_noticed_and_stays(county: County) -> None:
    with county.desk(AGENT, connected=False) as desk:
        agent = agent_of(desk)
        draft = county.entered(desk)
        papers = {paper.id.split(":")[0]: paper for paper in papers_of()}
        material = "bank_card"

        def taken(name: str) -> str:
            picture = io.BytesIO()
            papers[name].picture(200).save(picture, "JPEG", dpi=(200, 200))
            kept = agent.capture.keep(draft.id, material, picture.getvalue(), "scanner")
            return agent.capture.process(kept.page.id).id

        own, other = taken("bank-book"), taken("register-own")
        assert not agent.reader.check_kind(own)
        assert agent.reader.check_kind(other)
        assert "wrong_kind" in agent.capture.notices(agent.capture.page(other))
        assert not agent.reader.check_kind(other), "it is said once"
        assert other in agent.intake.draft(draft.id).materials[material].pages, "and refused never"
