"""Who takes the result, and in what way: asked before it is signed into the record."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from station.services.handover import Delivery, Way
from ui.cases.story_work import way_words
from ui.common.choosing import Choices
from ui.common.dialogs import ActDialog
from ui.common.inputs import LineEdit
from ui.common.text import Text

translate = QCoreApplication.translate


class DeliveryDialog(ActDialog):
    """The three ways, and the name of the receiver: first that of the applicant."""

    def __init__(self, parent: QWidget | None, applicant: str) -> None:
        super().__init__(
            parent,
            translate("DeliveryDialog", "结果交给谁了？"),
            translate("DeliveryDialog", "记下以后带您的签名存进办件记录，不能改。"),
            translate("DeliveryDialog", "签名记下"),
            icon="key",
            width=640,
        )
        self.ways = Choices([(way, way_words(way), "") for way in Way], Way.COLLECTED)
        name = translate("DeliveryDialog", "领取人姓名")
        self.receiver = LineEdit(name, applicant)
        self.receiver.textChanged.connect(self._typed)
        self.middle.addWidget(self.ways)
        self.middle.addWidget(Text(name, "caption", "text2"))
        self.middle.addWidget(self.receiver)
        self._typed()

    @property
    def delivery(self) -> Delivery:
        """What was said."""
        way = self.ways.value()
        return Delivery(
            way if isinstance(way, Way) else Way.COLLECTED, self.receiver.text().strip()
        )

    def _typed(self) -> None:
        self.act_button.setEnabled(bool(self.receiver.text().strip()))
