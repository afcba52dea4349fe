"""When something is said: errors in the person's language, dialogs, and the window for bugs."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from station.errors import DiskFull
from ui.common.buttons import Button, SmallLink
from ui.common.dialogs import ActDialog, PinDialog
from ui.common.language import current, speak
from ui.common.messages import Message, VerdictBanner, explained
from ui.common.preferences import PreferenceFile, Preferences
from ui.common.problems import CrashWindow, Problems
from ui.common.tokens import Mode, Step
from ui.common.tones import Tone


def words_of(widget: CrashWindow | ActDialog) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


# ------------------------------------------------------------------ errors on a screen
def test_an_error_is_told_in_the_language_in_force_and_never_as_a_code(
    qapp: QApplication, qtbot: QtBot
) -> None:
    message = Message()
    qtbot.addWidget(message)
    assert message.words == "", "nothing is said until there is something to say"

    message.tell_error(DiskFull(where="D:"))
    assert message.words == "保存不下了。 D: 所在的磁盘满了。 请腾出空间；之前保存的都还在。"
    assert "DiskFull" not in message.words

    speak(qapp, "en")
    message.tell_error(DiskFull(where="D:"))
    assert "Nothing more can be saved." in message.words

    message.clear_away()
    assert message.words == ""


def test_a_bug_is_told_in_plain_words_too(qapp: QApplication) -> None:
    what, _, remedy = explained(KeyError("x"))
    assert what.startswith("程序出了没料到的错")
    assert "都还在" in remedy


def test_what_to_do_now_is_a_button(qtbot: QtBot) -> None:
    message, done = Message(), []
    qtbot.addWidget(message)
    message.tell("UKey 拔出来了", acts=[("接着签", lambda: done.append("on"))])
    message.show()
    (button,) = message.findChildren(Button)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == ["on"]


def test_a_verdict_is_read_out_with_its_reason(qtbot: QtBot) -> None:
    banner = VerdictBanner()
    qtbot.addWidget(banner)
    banner.show_verdict("签完以后被改过，不能采信", "第 1 页改了 1 处。", Tone.DANGER)
    assert banner.accessibleName() == "签完以后被改过，不能采信 第 1 页改了 1 处。"
    assert banner.property("plate") == "verdict_danger"


# ------------------------------------------------------------------ dialogs
@pytest.fixture
def pin_dialog(qtbot: QtBot) -> PinDialog:
    dialog = PinDialog(None, "用 UKey 签章", "将签 3 份。签后不能撤销。", "签章", (5, 6))
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    return dialog


def test_the_act_waits_for_a_pin_and_hands_it_over_once(
    pin_dialog: PinDialog, qtbot: QtBot
) -> None:
    pins: list[str] = []
    pin_dialog.entered.connect(pins.append)
    assert not pin_dialog.act_button.isEnabled()

    qtbot.keyClicks(pin_dialog.pin, "123456")
    qtbot.keyClick(pin_dialog.pin, Qt.Key.Key_Return)

    assert pins == ["123456"]
    assert pin_dialog.pin.text() == "", "the PIN does not stay in the dialog"
    assert pin_dialog.isVisible(), "only the key knows whether it was right"
    assert not pin_dialog.act_button.isEnabled(), "and it is not asked twice meanwhile"
    assert pin_dialog.cancel_button.isEnabled(), "a key that never answers can be left"


def test_a_wrong_pin_leaves_the_dialog_open_with_the_tries_that_are_left(
    pin_dialog: PinDialog, qtbot: QtBot
) -> None:
    qtbot.keyClicks(pin_dialog.pin, "0000")
    pin_dialog.act_button.click()
    pin_dialog.wrong("密钥不认这个 PIN。", (4, 6))

    assert "还可试 4 次" in words_of(pin_dialog)
    assert "密钥不认这个 PIN。" in words_of(pin_dialog)
    assert pin_dialog.pin.hasFocus()


def test_the_dialog_grows_by_the_sentence_that_says_what_is_wrong(
    pin_dialog: PinDialog, qtbot: QtBot
) -> None:
    before = pin_dialog.height()
    pin_dialog.wrong("密钥不认这个 PIN。", (4, 6))
    qtbot.waitUntil(lambda: pin_dialog.height() > before)

    (said,) = [one for one in pin_dialog.findChildren(QLabel) if "不认" in one.text()]
    pin = pin_dialog.pin
    below_the_field = pin.mapTo(pin_dialog, pin.rect().bottomLeft()).y()
    assert said.mapTo(pin_dialog, said.rect().topLeft()).y() > below_the_field


def test_dialogs_made_one_after_the_other_do_not_trip_over_each_other(qtbot: QtBot) -> None:
    for _ in range(3):
        dialog = PinDialog(None, "用 UKey 签章", "将签 3 份。", "签章", (5, 6))
        qtbot.addWidget(dialog)
        with qtbot.waitActive(dialog):
            dialog.show()
            dialog.activateWindow()
        dialog.reject()


def test_a_locked_key_ends_the_asking(pin_dialog: PinDialog) -> None:
    pin_dialog.locked("PIN 输错次数太多。")
    assert not pin_dialog.pin.isEnabled()
    assert "口令锁住了，要去县里解锁。" in words_of(pin_dialog)


def test_esc_leaves_a_dialog_without_the_act(pin_dialog: PinDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(pin_dialog.rejected):
        qtbot.keyClick(pin_dialog.pin, Qt.Key.Key_Escape)


def test_enter_confirms_an_act_that_destroys_and_cancel_stands_left_of_it(qtbot: QtBot) -> None:
    dialog = ActDialog(None, "删掉这个草稿", "删了就找不回来了。", "删掉", kind="danger")
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    assert dialog.cancel_button.x() < dialog.act_button.x()
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)


# ------------------------------------------------------------------ bugs
@pytest.fixture
def problems(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Problems]:
    """Everything that nobody catches goes to this one, until the test is over."""
    problems = Problems(tmp_path / "problems", "1.2.3")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "excepthook", sys.excepthook)
        patch.setattr(threading, "excepthook", threading.excepthook)
        problems.install()
        yield problems


def slip(message: str) -> tuple[type[BaseException], BaseException, TracebackType | None]:
    try:
        raise ZeroDivisionError(message)
    except ZeroDivisionError as error:
        return type(error), error, error.__traceback__


def window_of(problems: Problems, qtbot: QtBot) -> CrashWindow:
    qtbot.waitUntil(lambda: problems._window is not None)
    window = problems._window
    assert window is not None
    return window


def test_a_bug_is_written_down_and_said_without_a_traceback_in_sight(
    problems: Problems, qtbot: QtBot, tmp_path: Path
) -> None:
    sys.excepthook(*slip("first"))
    window = window_of(problems, qtbot)

    assert "Traceback" not in words_of(window)
    assert "都还在" in words_of(window)
    (report,) = (tmp_path / "problems").glob("problem-*.txt")
    assert "ZeroDivisionError: first" in report.read_text(encoding="utf-8")
    assert "yizhan 1.2.3" in window.text()
    window.accept()


def test_bugs_of_a_worker_thread_come_to_the_same_window_one_after_the_other(
    problems: Problems, qtbot: QtBot
) -> None:
    def work() -> None:
        sys.excepthook(*slip("in a worker"))

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    sys.excepthook(*slip("in the window"))
    window = window_of(problems, qtbot)
    qtbot.waitUntil(lambda: "一共 2 处" in words_of(window))

    assert "in a worker" in window.text()
    assert "in the window" in window.text()
    window.accept()


def test_a_full_disk_does_not_hide_the_problem(
    qapp: QApplication, tmp_path: Path, qtbot: QtBot
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder can be made here")
    problems = Problems(blocked / "problems")
    problems.catch(*slip("kept in the window"))
    window = window_of(problems, qtbot)
    assert "先复制下来" in words_of(window)
    assert "kept in the window" in window.text()
    window.accept()


def test_only_the_newest_reports_are_kept(qapp: QApplication, tmp_path: Path) -> None:
    problems = Problems(tmp_path)
    for minute in range(30):
        problems._written("report", datetime(2026, 11, 23, 10, minute))
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert len(kept) == 20
    assert kept[0].startswith("problem-20261123-1010")


# ------------------------------------------------------------------ preferences
def test_what_a_person_likes_is_kept_for_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "new" / "desk.json"
    PreferenceFile(path).change(mode=Mode.DARK, step=Step.LARGE)
    PreferenceFile(path).change(language="en")
    assert PreferenceFile(path).now == Preferences(Mode.DARK, Step.LARGE, "en")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"mode": "pink"}', "\x00"])
def test_damaged_preferences_cost_nothing_but_the_choice(tmp_path: Path, content: str) -> None:
    path = tmp_path / "desk.json"
    path.write_text(content)
    assert PreferenceFile(path).now == Preferences()


def test_preferences_that_cannot_be_written_still_hold_for_today(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    file = PreferenceFile(blocked / "desk.json")
    assert file.change(mode=Mode.DARK).mode is Mode.DARK


# ------------------------------------------------------------------ language
def test_the_language_can_be_changed_and_back(qapp: QApplication) -> None:
    assert (current(), Button("F2", key="F2").toolTip()) == ("zh", "F2（F2）")
    speak(qapp, "en")
    assert (current(), Button("Go", key="F2").toolTip()) == ("en", "Go (F2)")
    assert SmallLink("Go", "F3").toolTip() == "Go (F3)", "a kind of button speaks as a button"
