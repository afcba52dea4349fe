"""The lamp of the key that somebody signed in with, live: pulled out, put back, near to locking."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, QTimer

from signing.keys.protocol import KeySlot, PinState
from station.services.sign_in import SignedIn, SignIn
from ui.common.page import Lamp, Lamps
from ui.common.tasks import Tasks

_EVERY_MS = 1500

translate = QCoreApplication.translate  # under this name lupdate finds the texts


def key_lamp(now: KeySlot | None, *, was_out: bool = False) -> Lamp:
    """The lamp for a key as it is ``now``; ``was_out``: its PIN has to be typed once more."""
    if now is None:
        note = translate(
            "key_watch", "密钥拔掉了，现在签不了名；已经签好的都在。请插回来，签名时再输一次口令。"
        )
        return Lamp("key", "key", "UKey", False, note)
    if now.pin_state is PinState.LOCKED:
        note = translate("key_watch", "密钥锁住了：口令输错次数太多。请带到县里找管理员解锁。")
        return Lamp("key", "key", "UKey", False, note)
    if was_out:
        note = translate("key_watch", "密钥插回来了。下次签名时会请您再输一次口令。")
        return Lamp("key", "key", "UKey", False, note)
    return Lamp("key", "key", "UKey", True, translate("key_watch", "密钥已插好。"))


class KeyWatch(QObject):
    """Looks for the key of ``who`` again and again and keeps its lamp up to date."""

    def __init__(
        self, sign_in: SignIn, slot: KeySlot, who: SignedIn, lamps: Lamps, tasks: Tasks
    ) -> None:
        super().__init__()
        self._sign_in, self._slot, self._who = sign_in, slot, who
        self._lamps, self._tasks = lamps, tasks
        self._looking = False
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def stop(self) -> None:
        """Ends; a look under way is told to nobody."""
        self._timer.stop()
        self._tasks.drop(self)

    def look(self) -> None:
        """Looks now, unless a look is under way: a driver may take its time."""
        if self._looking:
            return
        self._looking = True
        self._tasks.start(
            lambda: self._sign_in.key_now(self._slot),
            done=self._seen,
            failed=self._not_seen,
            owner=self,
            lane="key watch",
        )

    def _seen(self, now: KeySlot | None) -> None:
        self._looking = False
        if now is None:
            self._who.pulled_out()
        lamp = key_lamp(now, was_out=self._who.needs_pin)
        self._lamps.show(tuple(lamp if old.id == lamp.id else old for old in self._lamps.lamps))

    def _not_seen(self, error: Exception) -> None:
        self._looking = False
        self._seen(None)
