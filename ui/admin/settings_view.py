"""设置: the devices of this PC, how the desk looks, where the hub is, and what program this is."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget, QWidget

from station.clock import CHINA
from ui.admin.camera_bench import CameraBench
from ui.admin.desk_settings import DeskSettings
from ui.admin.device_bench import DeviceBench
from ui.admin.devices_page import DevicesPage
from ui.common.buttons import Button
from ui.common.choosing import Choices
from ui.common.inputs import TextField
from ui.common.language import Language, current
from ui.common.layout import canvas, card, column, holder, row, scroll
from ui.common.messages import Message
from ui.common.page import Host, KeyHelp, Page
from ui.common.text import Text
from ui.common.theme import look, theme
from ui.common.tokens import Mode, Step
from ui.common.tones import Tone
from ui.desk import DeskState

TABS = ("devices", "look", "network", "about")


def make_page(state: DeskState, host: Host) -> SettingsPage:
    """The page of 设置."""
    return SettingsPage(state, host)


class SettingsPage(Page):
    """Four tabs; a lamp of the top bar opens the first."""

    def __init__(self, state: DeskState, host: Host) -> None:
        super().__init__()
        self._host = host
        self.bench = DeviceBench(state, host)
        self.settings = DeskSettings(state, host)
        self.camera = CameraBench(state, host, self.bench.used)
        self.devices = DevicesPage(self.bench, self.camera)
        self.message = Message()
        words = {
            "devices": self.tr("设备"),
            "look": self.tr("显示和字号"),
            "network": self.tr("网络"),
            "about": self.tr("关于"),
        }
        self.tabs: dict[str, Button] = {}
        head = row(gap=8)
        for name in TABS:
            button = Button(words[name], "tile")
            button.clicked.connect(lambda _=False, name=name: self.open(name))
            self.tabs[name] = button
            head.addWidget(button)
        head.addStretch(1)
        self._again = Button(self.tr("再找一次"), "secondary", "search", "F5")
        self._again.clicked.connect(self.bench.look)
        head.addWidget(self._again)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.devices)
        for page in (self._look_page(), self._network_page(), self._about_page()):
            self._stack.addWidget(scroll(canvas(column((page, 1), gap=0))))
        self.setLayout(
            column(
                holder(head),
                self.message,
                (self._stack, 1),
                gap=12,
                margins=(24, 16, 24, 12),
            )
        )
        self.settings.kept.connect(self._kept)
        self.settings.answered.connect(self._answered)
        self.settings.failed.connect(self._tell)
        look().changed.connect(self._show_look)
        self.open("devices")

    # ---------------------------------------------------------------- layout
    def _look_page(self) -> QWidget:
        self.mode = Choices(
            (
                (Mode.LIGHT, self.tr("浅色"), self.tr("白天、亮的屋子")),
                (Mode.DARK, self.tr("深色"), self.tr("晚上、暗的屋子")),
                (Mode.CONTRAST, self.tr("高对比"), self.tr("看不太清时")),
            ),
            theme().mode,
        )
        self.step = Choices(
            (
                (Step.NORMAL, self.tr("标准"), self.tr("已经偏大")),
                (Step.LARGE, self.tr("大一号"), self.tr("F11 来回换")),
            ),
            theme().step,
        )
        self.language = Choices((("zh", "中文", ""), ("en", "English", "")), current())
        self.mode.chosen.connect(lambda _value: self._wear())
        self.step.chosen.connect(lambda _value: self._wear())
        self.language.chosen.connect(lambda _value: self._speak())
        return _narrow(
            _block(self.tr("颜色"), self.mode),
            _block(self.tr("字号"), self.step),
            _block(self.tr("语言 Language"), self.language),
        )

    def _network_page(self) -> QWidget:
        self.address = TextField(
            self.tr("中心的地址"),
            self.settings.address,
            self.tr("空着就用本机的培训中心"),
        )
        keep = Button(self.tr("存下"), "primary")
        keep.clicked.connect(lambda: self.settings.keep_address(self.address.text()))
        trial = Button(self.tr("连一下试试"))
        trial.clicked.connect(lambda: self.settings.try_address(self.address.text()))
        self._in_use = Text("", "caption", "text2", copy=True)
        self._show_address()
        return _narrow(
            card(
                column(
                    self.address,
                    self._in_use,
                    row(keep, trial, None, gap=8),
                    gap=10,
                )
            )
        )

    def _about_page(self) -> QWidget:
        facts = (
            (self.tr("程序"), self.tr("驿站 {version}").format(version=self.settings.version)),
            (self.tr("事项"), self.tr("{n} 项").format(n=self.settings.items)),
            (self.tr("资料放在"), self.settings.data_folder),
            (self.tr("怎么备份"), self.tr("关上程序，把上面这个文件夹整个拷走。")),
        )
        body = column(gap=10)
        for name, value in facts:
            label = Text(name, "caption", "text2")
            label.setFixedWidth(theme().grown(88))
            body.addLayout(row(label, (Text(value, copy=True, wrap=True), 1), gap=8))
        return _narrow(card(body))

    # ---------------------------------------------------------------- page
    def entered(self, subject: object = None) -> None:
        if subject in ("scanner", "card", "pad", "key"):
            self.open("devices")
        elif subject in TABS:
            self.open(str(subject))
        self.bench.look()

    def leaving(self) -> None:
        self.devices.back()

    def back(self) -> bool:
        return self.devices.back()

    def first_focus(self) -> QWidget:
        return self.tabs[TABS[self._stack.currentIndex()]]

    def key_help(self) -> list[KeyHelp]:
        return [
            KeyHelp("F5", self.tr("再找一次设备")),
            KeyHelp("F2", self.tr("高拍仪拍一张试试")),
            KeyHelp("F3", self.tr("扫描仪扫一张试试")),
            KeyHelp("F4", self.tr("读张卡试试")),
        ]

    def open(self, name: str) -> None:
        """Opens a tab."""
        self.devices.back()
        for tab, button in self.tabs.items():
            button.set_kind("chosen" if tab == name else "tile")
        self._stack.setCurrentIndex(TABS.index(name))
        self._again.setVisible(name == "devices")

    # ---------------------------------------------------------------- look
    def _wear(self) -> None:
        mode, step = self.mode.value(), self.step.value()
        assert isinstance(mode, Mode)
        assert isinstance(step, Step)
        if (mode, step) != (theme().mode, theme().step):
            self._host.wear(mode, step)

    def _show_look(self) -> None:
        self.mode.set_value(theme().mode)
        self.step.set_value(theme().step)

    def _speak(self) -> None:
        language: Language = "en" if self.language.value() == "en" else "zh"
        if language != current():
            # not inside the press: the page that is pressed on is made anew
            QTimer.singleShot(0, lambda: self._host.speak(language))

    # ---------------------------------------------------------------- hub
    def _show_address(self) -> None:
        self._in_use.setText(self.tr("现在用：{hub}").format(hub=self.settings.hub_in_use))

    def _kept(self) -> None:
        self.message.tell(self.tr("存好了，下次打开程序时用。"), tone=Tone.OK)
        self._show_address()

    def _answered(self, clock: datetime) -> None:
        self.message.tell(
            self.tr("连得上。"),
            self.tr("中心的时间是 {time}。").format(
                time=f"{clock.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
            ),
            tone=Tone.OK,
        )

    def _tell(self, error: Exception) -> None:
        self.message.tell_error(error)


def _block(title: str, choices: QWidget) -> QWidget:
    return card(column(Text(title, bold=True), choices, gap=10))


def _narrow(*blocks: QWidget) -> QWidget:
    """Blocks below one another, not wider than can be read."""
    inner = holder(column(*blocks, None, gap=16))
    inner.setMaximumWidth(860)
    return holder(row((inner, 1), None, gap=0))
