"""An ID-card reader that is not there, for training and for tests: see ``simulated``."""

from __future__ import annotations

import io
import threading
from dataclasses import replace

from station.devices.idcard import (
    CardLiftedEarly,
    CardNotPresent,
    CardReading,
    CardUnreadable,
    ReaderBusy,
    ReaderUnplugged,
)
from station.devices.training_people import Villager


class SimulatedCardReader:
    """A reader on which somebody puts cards. ``lift_early`` and ``worn_chip`` befall the next card.

    Like a real one it does not see a card again that it has read, until the card was lifted.
    """

    def __init__(self, *, name: str = "培训读卡器") -> None:
        self._name = name
        self._lock = threading.Lock()
        self._card: CardReading | None = None
        self._was_read = False
        self._ready = False
        self.plugged_in = True
        self.busy = False
        self.lift_early = False
        self.worn_chip = False

    def put(self, villager: Villager) -> None:
        """Lays this person's card on the reader, in place of another one."""
        with self._lock:
            self._card, self._was_read = _with_portrait(villager.card), False

    def lift(self) -> None:
        """Takes the card away."""
        with self._lock:
            self._card = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def ready(self) -> bool:
        return self._ready

    def read(self) -> CardReading:
        self._ready = False
        if not self.plugged_in:
            raise ReaderUnplugged(name=self._name)
        if self.busy:
            raise ReaderBusy(name=self._name)
        self._ready = True
        with self._lock:
            if self._card is None or self._was_read:
                raise CardNotPresent(name=self._name)
            if self.lift_early:
                self.lift_early, self._card = False, None
                raise CardLiftedEarly
            if self.worn_chip:
                self.worn_chip = False
                raise CardUnreadable(status="47")
            self._was_read = True
            return self._card

    def close(self) -> None:
        self._ready = False


def _with_portrait(card: CardReading) -> CardReading:
    from station.devices.training_sheet import portrait

    encoded = io.BytesIO()
    portrait(102, 126, man=card.sex == "男").save(encoded, "PNG")  # the size of real ones
    return replace(card, photo=encoded.getvalue())
