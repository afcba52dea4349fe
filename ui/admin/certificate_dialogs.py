"""What is asked before a certificate is issued, declined or revoked: each is signed and final."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from signing.authority.protocol import RevocationReason
from signing.errors import ExplainedError
from station.domain.staffing import Member
from station.wire.enrolment import Enrolment
from ui.admin.admin_words import reason_words
from ui.admin.people_work import member_words, who_words
from ui.common.choosing import Select
from ui.common.dialogs import ActDialog
from ui.common.inputs import Labelled, LineEdit, TextArea
from ui.common.messages import explained
from ui.common.text import Text


class ApproveDialog(ActDialog):
    """The code that the holder reads out decides; it is not shown here, so that nobody copies it
    off the screen instead of asking."""

    confirmed = Signal(str)

    def __init__(
        self, parent: QWidget | None, request: Enrolment, check: Callable[[str], None]
    ) -> None:
        super().__init__(
            parent,
            self.tr("签发证书"),
            self.tr("{name}，{rest}").format(name=request.wanted.name, rest=who_words(request)),
            self.tr("签发"),
            icon="key",
            width=620,
        )
        self._check = check
        self.code = LineEdit(self.tr("核对码"), "", "7F3A-0B52-…")
        self._field = Labelled(self.tr("请本人念核对码，一共 20 位，照着输"), self.code)
        self.middle.addWidget(self._field)
        self.middle.addWidget(
            Text(
                self.tr("打电话或当面念。念的人要是您认得的本人；核对码对不上，就不是同一把密钥。"),
                "caption",
                "text2",
                wrap=True,
            )
        )
        self.code.textChanged.connect(self._typed)
        self._typed()
        self.code.setFocus()

    def _typed(self) -> None:
        self._field.set_problem("")
        self.act_button.setEnabled(bool(self.code.text().strip()))

    def act(self) -> None:
        if not self.code.text().strip():
            return
        try:
            self._check(self.code.text())
        except ExplainedError as error:
            _, cause, remedy = explained(error)
            self._field.set_problem(f"{cause}{remedy}")
            self.code.setFocus()
            self.code.selectAll()
            return
        self.confirmed.emit(self.code.text())
        self.accept()


class DeclineDialog(ActDialog):
    """The reason is read by whoever asked."""

    confirmed = Signal(str)

    def __init__(self, parent: QWidget | None, request: Enrolment) -> None:
        super().__init__(
            parent,
            self.tr("退回申请"),
            self.tr("{name}，{rest}").format(name=request.wanted.name, rest=who_words(request)),
            self.tr("退回"),
            kind="danger",
            icon="undo",
        )
        self.reason = TextArea(self.tr("为什么"), "", 2)
        self.middle.addWidget(
            Labelled(self.tr("为什么（本人取证书时会看到）"), self.reason, must=True)
        )
        self.reason.textChanged.connect(self._typed)
        self._typed()
        self.reason.setFocus()

    def _typed(self) -> None:
        self.act_button.setEnabled(bool(self.reason.toPlainText().strip()))

    def act(self) -> None:
        words = self.reason.toPlainText().strip()
        if words:
            self.confirmed.emit(words)
            self.accept()


class RevokeDialog(ActDialog):
    """At once and for good; what was signed before stays signed."""

    confirmed = Signal(object)

    def __init__(self, parent: QWidget | None, member: Member, serial: str) -> None:
        super().__init__(
            parent,
            self.tr("作废证书"),
            self.tr("{name}，{rest}。证书 {serial}").format(
                name=member.person.name, rest=member_words(member), serial=serial
            ),
            self.tr("作废"),
            kind="danger",
            icon="cross",
            width=620,
        )
        reasons = [reason for reason in RevocationReason if reason.value != "unspecified"]
        self.reason = Select(
            self.tr("为什么作废"), [(reason, reason_words(reason)) for reason in reasons]
        )
        self.middle.addWidget(Labelled(self.tr("为什么作废"), self.reason))
        self.middle.addWidget(
            Text(
                self.tr("马上生效，收不回来。以前签的仍有效；要接着办，得重新申请证书。"),
                "caption",
                "text2",
                wrap=True,
            )
        )

    def act(self) -> None:
        self.confirmed.emit(RevocationReason(str(self.reason.value())))
        self.accept()
