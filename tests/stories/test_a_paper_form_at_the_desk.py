"""A villager brings the paper form, filled in at home: it is photographed, read, and looked at."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from station.assembly import Office
from station.catalogue.catalogue import Catalogue
from station.devices.training_papers import A4, Paper, paper_of_picture
from station.domain.completeness import StepName
from station.domain.drafts import ValueSource
from station.paths import resources
from station.reading.template import pixels_of, template_of
from station.services.case_papers import read_papers
from station.settings import Settings
from tests.helpers.agent_desk import AgentDriver, VillageStation
from tests.helpers.county import AGENT, County, agent_of
from tests.helpers.filled_form import WRITTEN
from tests.helpers.pens import filled_page
from tests.ui.conftest import plain_look, qapp_cls, tasks
from ui.common.tasks import Tasks

__all__ = ["plain_look", "qapp_cls", "tasks"]
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

_PHONE = "13932046021"


def form_brought(**written: str) -> tuple[Paper, bytes]:
    """The old-age subsidy's form, one digit of the telephone smudged, two boxes ticked where one
    is asked."""
    template = template_of(Catalogue.load(resources("items")).item("MZ-001"))
    values = WRITTEN | {"name": "李秀英", "living": "alone,children"} | written
    sheet = filled_page(template, values, np.random.default_rng(1))
    left, top, _, bottom = pixels_of(template.layout.placed("contact_phone").box_mm)
    digit = sheet[(top + bottom) // 2 - 50 : (top + bottom) // 2 + 50, left + 70 : left + 96]
    digit[:] = cv2.GaussianBlur(digit, (0, 0), 7)
    done, data = cv2.imencode(".png", sheet)
    assert done
    return paper_of_picture("brought", "填好的申请表", data.tobytes(), *A4), data.tobytes()


@pytest.fixture
def station(county: County, tasks: Tasks, qtbot: QtBot, tmp_path: Path) -> Iterator[VillageStation]:
    """A village's PC whose hub does not answer: reading needs none."""
    office = Office(county.home, Settings(hub="http://127.0.0.1:9"))
    station = VillageStation(office, tasks, qtbot, tmp_path)
    yield station
    station.close()
    office.close()


@pytest.fixture
def desk(station: VillageStation) -> AgentDriver:
    """An agent with a case open at the form, the card read."""
    desk = station.sit_down()
    desk.put_on_reader()
    desk.choose_item("glbt")
    desk.key("F4")
    desk.until(lambda: desk.case.step is StepName.FORM)
    return desk


def test_a_paper_form_is_read_and_every_doubt_is_looked_at_before_it_counts(
    desk: AgentDriver, station: VillageStation
) -> None:
    form = desk.case.form
    paper, _ = form_brought(contact_phone=_PHONE)

    # Photographed: kept at once, read beside the window
    desk.key("F2")
    desk.until(lambda: form.is_looking)
    desk.state.training.camera.lay(paper, at_once=True)
    desk.key("F2")
    desk.until(lambda: len(desk.pages("paper_form")) == 1)
    assert form.is_reading
    assert "纸质申请表" in desk.missing, "nothing is sent while it is being read"
    assert "正在认纸质表上的字" in desk.words
    desk.until(lambda: not form.is_reading)

    # What is clear is filled in, with its picture beside it
    assert desk.value("care") == "part"
    assert desk.value("bank") == "邱县农村信用联社"
    assert desk.draft.values["bank"].source is ValueSource.PAPER
    desk.until(lambda: form.has_picture("bank") and form.has_picture("living"))
    assert "纸质申请表" not in desk.missing

    # What the card knows better stays; where the paper says otherwise, it is asked
    assert desk.value("id_number") == "13043019450316120X"
    assert "和身份证不一样" in desk.draft.values["id_number"].problem

    # Every doubt stands in 还缺什么 and has its own block
    doubts = form.open_doubts
    assert {"id_number", "living", "contact_phone"} <= set(doubts)
    assert {"身份证号", "居住情况", "联系人电话"} <= set(desk.missing)
    assert not desk.may_send

    # From one to the next with Tab; by key, by Enter
    desk.until(lambda: desk.control_holds_focus(doubts[0]))
    desk.key("Tab")
    assert not desk.control_holds_focus(doubts[0])
    assert desk.case.form.open_doubts == doubts, "passing over it settles nothing"

    form.doubt("living").setFocus()
    desk.key("Alt+3")
    assert desk.value("living") == "children"
    assert "居住情况" not in desk.missing
    form.doubt("contact_phone").edit.setFocus()
    desk.key("Alt+1")
    if desk.value("contact_phone") != _PHONE:  # the smudge made it read otherwise
        form.doubt("contact_phone").edit.setFocus()
        form.doubt("contact_phone").edit.selectAll()
        desk.type(_PHONE)
        desk.key("Enter")
    assert desk.value("contact_phone") == _PHONE
    while form.open_doubts:
        form.doubt(form.open_doubts[0]).setFocus()
        desk.key("Alt+1")
    assert not {"身份证号", "居住情况", "联系人电话"} & set(desk.missing)
    assert desk.value("id_number") == "13043019450316120X"

    # The scan is evidence: it lies in the dossier
    signing = desk.case_desk.agent.signing
    shown = signing.shown(desk.draft)
    titles = [mark.title for mark in read_papers(shown.pdf).bookmarks]
    assert "纸质申请表" in titles


def test_a_paper_that_is_no_form_is_told_and_the_agent_decides(desk: AgentDriver) -> None:
    desk.key("F2")
    desk.until(lambda: desk.case.form.is_looking)
    desk.lay(7)  # a blank sheet
    desk.key("F2")
    desk.until(lambda: desk.case.form.told != "")
    assert "纸质申请表" in desk.missing

    desk.push("留着，手工填")
    assert "纸质申请表" not in desk.missing
    assert len(desk.pages("paper_form")) == 1, "it stays as evidence"

    desk.push("看整页")
    desk.until(lambda: "这张表不要了" in desk.words)
    desk.push("这张表不要了")
    assert desk.pages("paper_form") == ()
    desk.key("Ctrl+Z")
    assert len(desk.pages("paper_form")) == 1


def test_a_reading_that_was_stopped_is_taken_up_again(
    desk: AgentDriver, station: VillageStation
) -> None:
    paper, _ = form_brought()
    desk.key("F2")
    desk.until(lambda: desk.case.form.is_looking)
    desk.state.training.camera.lay(paper, at_once=True)
    desk.key("F2")
    desk.until(lambda: desk.case.form.is_reading)
    desk.push("先不认")
    desk.until(lambda: not desk.case.form.is_reading)
    assert "纸质申请表" in desk.missing
    assert desk.value("care") == ""

    # Leaving the case and coming back reads it without being asked
    desk.key("Esc")
    desk.push("接着办")
    desk.step_to("FORM")
    desk.until(lambda: desk.value("care") == "part")


_DOOMED = """
import os, signal, sys
from pathlib import Path
from station.assembly import Office
from station.paths import Home
from station.services.county import TRAINING_PIN
from station.settings import Settings

place, form = Path(sys.argv[1]), Path(sys.argv[2]).read_bytes()
office = Office(Home(place), Settings(hub="http://127.0.0.1:9"))
who = next(c for c in office.candidates() if c.person.id == "P1001")
agent = office.sign_in(who, TRAINING_PIN).agent
read, kept = (agent.intake.open_case("MZ-001").id for _ in range(2))
page = agent.reader.keep_form(read, form, "camera").page.id
agent.reader.read_form(read, page)
agent.reader.keep_form(kept, form, "camera")
print(read, kept, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_readings_and_cut_outs_survive_a_desk_that_is_killed(
    county: County, tmp_path: Path
) -> None:
    _, data = form_brought(living="children")
    form = tmp_path / "form.png"
    form.write_bytes(data)
    doomed = subprocess.run(
        [sys.executable, "-c", _DOOMED, str(county.home.root), str(form)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
        check=False,
    )
    assert doomed.returncode == -9, doomed.stderr
    read, kept = doomed.stdout.split()

    with county.desk(AGENT, connected=False) as desk:
        agent = agent_of(desk)
        draft = agent.intake.draft(read)
        assert draft.unread == ()
        assert draft.values["living"].value == "children"
        assert agent.reader.cut_out(draft.values["living"].crop).startswith(b"\xff\xd8")
        waiting = agent.capture.recover(kept)
        assert len(waiting.unread) == 1, "it is read at the next start"
        assert waiting.values == {}
