"""What can be set on this PC, and trying the hub's address before it is kept. No widget here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from importlib import metadata
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Signal

from station.errors import InputError
from station.settings import save
from station.wire.client import HubClient
from ui.common.page import Host
from ui.common.saving import written
from ui.desk import DeskState


class AddressWrong(InputError):
    what = "The address was not kept."
    cause = "“{text}” is not a web address."
    remedy = "Write it like https://hub.example.gov.cn, or leave the field empty."
    zh = (
        "地址没有存。",
        "“{text}”不是网址。",
        "请写成 https://hub.example.gov.cn 这样；空着就用本机的培训中心。",
    )


class DeskSettings(QObject):
    """``kept`` follows a saved address, ``answered`` a hub that was tried (its clock)."""

    kept = Signal()
    answered = Signal(object)
    failed = Signal(object)

    def __init__(self, state: DeskState, host: Host) -> None:
        super().__init__()
        self._office, self._host = state.desk.office, host
        self._hub = state.desk.hub
        self.address = self._office.settings.hub
        self.data_folder = str(self._office.home.root)
        self.items = len(self._office.catalogue.items)

    @property
    def version(self) -> str:
        """The program's version."""
        return metadata.version("yizhan")

    @property
    def hub_in_use(self) -> str:
        """Where this desk's hub is now."""
        return self.address or self.tr("本机的培训中心")

    def keep_address(self, text: str) -> None:
        """Keeps another hub address for the next start; empty is the hub inside this PC."""
        try:
            address = checked(text)
        except AddressWrong as error:
            self.failed.emit(error)
            return
        file = self._office.home.settings
        changed = replace(self._office.settings, hub=address)
        self._host.tasks.start(
            lambda: written(file, lambda: save(changed, file)),
            done=lambda _file: self._kept(address),
            failed=self.failed.emit,
            owner=self,
        )

    def _kept(self, address: str) -> None:
        self.address = address
        self.kept.emit()

    def try_address(self, text: str) -> None:
        """Asks the hub at an address (empty: the one in use) whether it is well."""
        try:
            address = checked(text)
        except AddressWrong as error:
            self.failed.emit(error)
            return

        def ask() -> datetime:
            if not address:
                return self._hub.healthy()
            with HubClient(address) as client:
                return client.healthy()

        self._host.tasks.start(
            ask, done=self.answered.emit, failed=self.failed.emit, owner=self, lane="hub-trial"
        )


def checked(text: str) -> str:
    """The address without a slash at its end; ``AddressWrong`` when it is none."""
    address = text.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        sound = not address or (parts.scheme in ("http", "https") and bool(parts.hostname))
    except ValueError:
        sound = False
    if not sound:
        raise AddressWrong(text=address)
    return address
