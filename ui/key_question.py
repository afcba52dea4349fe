"""The one question before a signature; where the key was pulled out meanwhile, with its PIN.

Used by every room that signs. The dialog answers ``accepted`` once the person said yes and the
key can sign: what was begun goes on, nobody has to sign out and in again.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from signing.errors import KeyRemoved, PinLocked
from signing.keys.token_errors import TokenMissing
from station.assembly import OpenDesk
from ui.common.buttons import Kind
from ui.common.dialogs import ActDialog, PinDialog
from ui.common.messages import explained
from ui.common.tasks import Tasks

translate = QCoreApplication.translate  # under this name lupdate finds the texts


def ask_to_sign(
    parent: QWidget,
    desk: OpenDesk,
    tasks: Tasks,
    lane: str,
    title: str,
    what: str,
    act: str,
    *,
    kind: Kind = "primary",
    width: int = 560,
) -> ActDialog:
    """The dialog, still to be opened. Its key is opened in ``lane``, where nothing uses it then."""
    if not desk.who.needs_pin:
        return ActDialog(parent, title, what, act, kind=kind, icon="key", width=width)
    why = translate("key_question", "UKey 拔出来过。请插好它，再输一次口令，从没签的接着签。")
    dialog = PinDialog(
        parent,
        title,
        f"{what}\n{why}",
        act,
        kind=kind,
        width=width,
        typed_on_reader=desk.key_slot.typed_on_reader,
    )

    def refused(error: Exception) -> None:
        _, cause, remedy = explained(error)
        if isinstance(error, PinLocked):
            dialog.locked(f"{cause}{remedy}")
        elif isinstance(error, TokenMissing | KeyRemoved):
            dialog.wrong(
                translate(
                    "key_question", "没有看到登录时用的 UKey。请插好它再输口令，机会没有用掉。"
                )
            )
        else:
            dialog.wrong(f"{cause}{remedy}")

    def open_key(pin: str) -> None:
        tasks.start(
            lambda: desk.open_key_again(pin),
            done=lambda _: dialog.accept(),
            failed=refused,
            owner=dialog,
            lane=lane,
        )

    dialog.entered.connect(open_key)
    return dialog


def once_it_signs(
    parent: QWidget,
    desk: OpenDesk,
    tasks: Tasks,
    lane: str,
    title: str,
    act: str,
    go: Callable[[], None],
) -> ActDialog | None:
    """Runs ``go`` at once while the key can sign; else asks for its PIN first, for whoever has
    been asked already whether it is to be signed. The dialog that was opened, if any."""
    if not desk.who.needs_pin:
        go()
        return None
    dialog = ask_to_sign(parent, desk, tasks, lane, title, "", act)
    dialog.accepted.connect(go)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
