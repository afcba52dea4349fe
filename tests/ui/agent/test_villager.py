"""The villager's screen: pages turned and a name written there; the agent sees it, it counts."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from station.services.rehearsal import Rehearsal
from tests.helpers.agent_desk import AgentDriver
from tests.helpers.county import County
from ui.agent.villager_screen import BigButton, VillagerScreen
from ui.common.text import Text


@pytest.fixture
def desk(cut_off: AgentDriver, village: County) -> AgentDriver:
    """An agent at the last step of a case in which nothing is missing but the names."""
    opened, office = cut_off.state.desk, cut_off.state.desk.office
    item = office.catalogue.item("MZ-001")
    village_day = Rehearsal(office, village.folder, item, 1, lambda _: nullcontext())
    draft = village_day.take_in(opened, [village.paper])
    agent = cut_off.case_desk.agent
    agent.signing.wipe_ink(draft.id)
    cut_off.work.resume(draft.id)
    cut_off.step_to("SIGN")
    cut_off.wait_for_document()
    return cut_off


def turned(desk: AgentDriver) -> VillagerScreen:
    """F10: the villager's screen, once the paper is there."""
    desk.key("F10")
    screen = desk.case.sign.villager
    assert screen is not None
    desk.until(lambda: screen.paper.page_count > 0)
    return screen


def press(screen: VillagerScreen, words: str) -> None:
    """The villager presses one of the large buttons."""
    QApplication.processEvents()
    found = [b for b in screen.findChildren(BigButton) if b.isVisible() and b.text() == words]
    assert len(found) == 1, words
    QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def read(screen: VillagerScreen) -> str:
    """All words on the villager's screen."""
    QApplication.processEvents()
    labels = [label.text() for label in screen.findChildren(Text) if label.isVisible()]
    buttons = [b.text() for b in screen.findChildren(QAbstractButton) if b.isVisible()]
    return "\n".join((*labels, *buttons))


def write(screen: VillagerScreen, points: int = 24) -> None:
    """Two strokes with a finger as a mouse."""
    left = Qt.MouseButton.LeftButton
    for start, step in ((QPoint(80, 40), QPoint(7, 2)), (QPoint(240, 40), QPoint(-7, 2))):
        QTest.mousePress(screen.pad, left, pos=start)
        for number in range(1, points):
            QTest.mouseMove(screen.pad, start + step * number)
        QTest.mouseRelease(screen.pad, left, pos=start + step * points)
    QApplication.processEvents()


def test_what_the_villager_turns_and_writes_the_agent_sees_and_it_counts(
    desk: AgentDriver,
) -> None:
    screen = turned(desk)
    assert "请您看看，就签这张" in read(screen)
    assert "叫任春河" in read(screen)
    for _ in range(40):
        screen.turn(1)
    last = screen.paper.page_count
    desk.until(lambda: f"申请人在看第 {last} 页" in desk.words)

    press(screen, "看完了，签名")
    assert "高龄老人生活补贴认证" in read(screen)
    assert "上面说的都是真的" in read(screen)
    write(screen)
    assert not desk.case.sign.pad.empty, "the agent sees the strokes"
    press(screen, "写好了")
    desk.until(lambda: "签好了，谢谢您。" in read(screen))
    assert "叫任春河" in read(screen)
    bound = desk.case_desk.agent.signing.ink_of(desk.draft)
    assert bound is not None
    assert len(bound.ink.strokes) == 2
    assert desk.may_send


def test_a_slip_of_the_pen_is_no_name_and_the_villager_is_told_so(desk: AgentDriver) -> None:
    screen = turned(desk)
    press(screen, "看完了，签名")
    write(screen, points=1)
    press(screen, "写好了")
    desk.until(lambda: "太短" in read(screen))
    assert desk.draft.ink is None
    assert screen.pad.empty


def test_the_villager_calls_the_agent_and_comes_back(desk: AgentDriver) -> None:
    screen = turned(desk)
    press(screen, "叫任春河")
    desk.until(lambda: "在叫您" in desk.words)
    assert desk.case.sign.villager is None, "with one monitor the agent's window is back"

    screen = turned(desk)
    press(screen, "看完了，签名")
    press(screen, "再看一遍")
    assert "往下" in read(screen)
    desk.step_to("FORM")
    assert desk.case.sign.villager is None, "what is not signed any more is not shown any more"
