"""The devices of this PC: each with its state in a word, what is wrong, and a way to try it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedWidget, QWidget

from signing.errors import ExplainedError
from station.clock import CHINA
from station.devices.choices import CameraUse
from station.devices.presence import DeviceKind, Present
from ui.admin.camera_bench import CameraBench
from ui.admin.camera_page import CameraPage
from ui.admin.device_bench import DeviceBench, Trial
from ui.common import language
from ui.common.buttons import Button, SmallLink
from ui.common.chips import Chip, Pips
from ui.common.inputs import LineEdit
from ui.common.layout import canvas, card, clear, column, holder, row, scroll
from ui.common.messages import EmptyState, Message, explained
from ui.common.pictures import Picture
from ui.common.text import Icon, Text
from ui.common.theme import look, theme
from ui.common.tones import Tone
from ui.common.wording import day_words
from ui.desk import role_words

_ICONS = {
    DeviceKind.CAMERA: "camera",
    DeviceKind.SCANNER: "scanner",
    DeviceKind.CARD_READER: "card",
    DeviceKind.SIGNATURE_PAD: "pen",
    DeviceKind.KEY: "key",
}
_TRIES = 6


class DeviceCard(QWidget):
    """One device. ``tune`` asks for the page on which a camera is set."""

    tune = Signal(object)

    def __init__(self, device: Present, bench: DeviceBench, *, key: str = "") -> None:
        super().__init__()
        self.device, self._bench = device, bench
        self._chip = Chip("", Tone.OK)
        self._said = Text("", "caption", "text2", wrap=True, copy=True)
        self._picture = Picture(None, name=self.tr("试出来的样子"), left=True)
        self._picture.setMinimumHeight(170)
        self._picture.hide()
        kind = device.kind.words[language.current() == "en"]
        acts = row(gap=8)
        if bench.can_try(device):
            words = {
                DeviceKind.CAMERA: self.tr("拍一张试试"),
                DeviceKind.SCANNER: self.tr("扫一张试试"),
                DeviceKind.CARD_READER: self.tr("读张卡试试"),
            }[device.kind]
            self.button = Button(words, key=key)
            self.button.clicked.connect(self.try_out)
            acts.addWidget(self.button)
            if device.kind is DeviceKind.CAMERA:
                tune = SmallLink(self.tr("调整"))
                tune.clicked.connect(lambda: self.tune.emit(device))
                acts.addWidget(tune)
                if bench.used_for_portraits(device):
                    acts.addWidget(Text(self.tr("拍人像用这台"), "caption", "text2"))
                elif not bench.used(device):
                    face = SmallLink(self.tr("用来拍人像"))
                    face.clicked.connect(lambda: bench.use(device, CameraUse.PORTRAIT))
                    acts.addWidget(face)
            if bench.used(device):
                acts.addWidget(Text(self.tr("正在用这台"), "caption", "text2"))
            else:
                use = SmallLink(self.tr("改用这台"))
                use.clicked.connect(lambda: bench.use(device))
                acts.addWidget(use)
        if bench.was_typed(device):
            away = SmallLink(self.tr("去掉"))
            away.clicked.connect(lambda: bench.remove(device))
            acts.addWidget(away)
        acts.addStretch(1)
        self.setLayout(
            column(
                card(
                    column(
                        row(
                            Icon(_ICONS[device.kind], 22, "text2"),
                            Text(kind, bold=True),
                            (Text(device.name, "caption", "text2", elide=True, copy=True), 1),
                            self._chip,
                            gap=10,
                        ),
                        self._said,
                        self._picture,
                        holder(acts),
                        gap=8,
                    ),
                    (16, 10, 12, 12),
                ),
                gap=0,
            )
        )
        if device.problem is None:
            self._chip.set(self.tr("能用"), Tone.OK)
            self._said.hide()
        else:
            self._chip.set(self.tr("要看一下"), Tone.WARN)
            self._said.setText(" ".join(explained(device.problem)[1:]))

    def try_out(self) -> None:
        """Begins the trial."""
        self.button.setEnabled(False)
        self._chip.set(self.tr("正在试"), Tone.NOW)
        self._bench.try_out(self.device)

    def show_trial(self, trial: Trial) -> None:
        """It went well."""
        self.button.setEnabled(True)
        self._chip.set(self.tr("能用"), Tone.OK)
        self._said.setText(trial.words)
        self._said.show()
        self._picture.set_image(trial.picture)
        self._picture.setVisible(trial.picture is not None)

    def show_problem(self, error: Exception) -> None:
        """It did not work: what, why, what to do."""
        self.button.setEnabled(True)
        self._chip.set(self.tr("没成"), Tone.DANGER)
        self._said.setText(" ".join(part for part in explained(error) if part))
        self._said.show()
        self._picture.hide()

    @property
    def state(self) -> str:
        """The word on the chip."""
        return self._chip.text()

    @property
    def said(self) -> str:
        """What was said of it last."""
        return self._said.text() if not self._said.isHidden() else ""


class DevicesPage(QWidget):
    """All devices of the desk in two columns."""

    def __init__(self, bench: DeviceBench, camera: CameraBench) -> None:
        super().__init__()
        self._bench, self._camera = bench, camera
        self.cards: dict[str, DeviceCard] = {}
        self.message = Message()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(16)
        self._looking = Text("", "caption", "text2")
        all_of_them = canvas(
            column(
                self.message,
                self._looking,
                (scroll(canvas(column(holder(self._grid), None, gap=0))), 1),
                *((holder(self._address_row()),) if bench.agent else ()),
                gap=8,
            )
        )
        self.camera_page = CameraPage(camera)
        self.camera_page.left.connect(self.back)
        self._stack = QStackedWidget()
        self._stack.addWidget(all_of_them)
        self._stack.addWidget(self.camera_page)
        self.setLayout(column((self._stack, 1), gap=0))
        bench.changed.connect(self._show)
        bench.tried.connect(self._tried)
        bench.failed.connect(self._failed)
        look().changed.connect(self._show)
        self._show()

    def tune(self, device: Present) -> None:
        """Opens the page on which this camera is set."""
        self._stack.setCurrentWidget(self.camera_page)
        self.camera_page.open(device)

    def back(self) -> bool:
        """From a camera to all devices; false if they are in sight already."""
        if self._stack.currentWidget() is not self.camera_page:
            return False
        self._camera.close()
        self._stack.setCurrentIndex(0)
        self._show()
        return True

    def _address_row(self) -> QHBoxLayout:
        """Network cameras and scanners are not found by looking: their address is typed."""
        self.address = LineEdit(
            self.tr("网络设备的地址"), "", "http://192.168.1.64/video · rtsp://… · …/eSCL"
        )
        add = Button(self.tr("加上"))
        add.clicked.connect(self.add_address)
        self.address.returnPressed.connect(self.add_address)
        return row(
            Text(self.tr("网络高拍仪、扫描仪"), "caption", "text2"), (self.address, 1), add, gap=8
        )

    def add_address(self) -> None:
        """Takes the typed address over."""
        if not self.address.text().strip():
            return
        try:
            self._bench.add_address(self.address.text())
        except ExplainedError as error:
            self.message.tell_error(error)
            return
        self.message.clear_away()
        self.address.set_text("")

    def _show(self) -> None:
        clear(self._grid)
        self.cards = {}
        self._looking.setText(self.tr("正在找设备") if self._bench.looking else "")
        self._looking.setVisible(self._bench.looking)
        parts: list[QWidget] = []
        keys = {DeviceKind.SCANNER: "F3", DeviceKind.CARD_READER: "F4", DeviceKind.CAMERA: "F2"}
        for device in self._bench.devices:
            part = DeviceCard(device, self._bench, key=keys.pop(device.kind, ""))
            part.tune.connect(self.tune)
            self.cards[device.id] = part
            parts.append(part)
        if self._bench.key is not None:
            parts.append(self._key_card())
        many = 1 if theme().large else 2
        for number, widget in enumerate(parts):
            self._grid.addWidget(widget, number // many, number % many)
        for index in range(2):  # a column that is there no more takes no room
            self._grid.setColumnStretch(index, 1 if index < many else 0)
        if not parts and not self._bench.looking:
            self._grid.addWidget(
                EmptyState("usb", self.tr("没有找到设备"), self.tr("插好以后点“再找一次”。")), 0, 0
            )

    def _key_card(self) -> QWidget:
        key = self._bench.key
        assert key is not None
        training = "UKey" if key.on_token else self.tr("培训密钥")
        until = day_words(key.valid_until.astimezone(CHINA).date())
        body = column(
            row(
                Icon("key", 22, "text2"),
                Text(training, bold=True),
                None,
                Chip(self.tr("能用"), Tone.OK),
                gap=10,
            ),
            _fact(
                self.tr("是谁的"),
                f"{key.person.name} · {role_words(key.person.role)} · {key.person.unit.name}",
            ),
            _fact(self.tr("用到"), until),
            gap=6,
        )
        if key.tries_left is not None:
            total = max(_TRIES, key.tries_left)
            body.addLayout(
                row(
                    Text(self.tr("口令"), "caption", "text2"),
                    Text(self.tr("还可试 {n} 次").format(n=key.tries_left)),
                    None,
                    Pips(key.tries_left, total),
                    gap=12,
                )
            )
        return card(body, (16, 10, 12, 12))

    def _tried(self, trial: Trial) -> None:
        if trial.device.id in self.cards:
            self.cards[trial.device.id].show_trial(trial)

    def _failed(self, device: Present | None, error: Exception) -> None:
        if device is not None and device.id in self.cards:
            self.cards[device.id].show_problem(error)
        else:
            self.message.tell_error(error)


def _fact(name: str, value: str) -> QWidget:
    label = Text(name, "caption", "text2")
    label.setFixedWidth(theme().grown(64))
    return holder(row(label, (Text(value, copy=True, wrap=True), 1), gap=8))
