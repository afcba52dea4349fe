"""Service items on their way from the hub: what was published there is kept on this PC.

Kept beside the items that are shipped, one file a version, so that the desk knows them without a
network from then on.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from station.catalogue import Catalogue, ItemUnknown
from station.catalogue.item_files import flaws_in, item_from, write_item
from station.domain.items import ServiceItem
from station.errors import HubError
from station.wire.client import HubAnswerUnclear, HubClient
from station.wire.messages import ItemEntry

_log = logging.getLogger(__name__)


class ItemPost:
    """Brings ``catalogue`` up to what the hub has; ``folder`` is where items are kept."""

    def __init__(self, hub: HubClient, catalogue: Catalogue, folder: Path) -> None:
        self._hub = hub
        self._catalogue = catalogue
        self._folder = folder

    def collect(self, entries: Iterable[ItemEntry]) -> None:
        """Fetches what is missing here of the items that the hub has in force.

        One that does not come is fetched when it is needed, or at the next time.
        """
        for entry in entries:
            try:
                self._catalogue.item(entry.code, entry.version)
            except ItemUnknown:
                with suppress(HubError):
                    self.fetch(entry.code, entry.version)

    def fetch(self, code: str, version: int) -> ServiceItem:
        """The item from the hub, kept from now on; a ``HubError`` when it cannot be had."""
        text = self._hub.item(code, version)
        try:
            structure = json.loads(text.structure)
        except ValueError as error:
            raise HubAnswerUnclear(reason=f"{code}: {error}") from error
        flaws = flaws_in(structure)
        if flaws:  # a newer program may know more of items than this one
            raise HubAnswerUnclear(reason=f"{code}: {flaws[0].place} {flaws[0].zh}")
        item = item_from(structure)
        if (item.code, item.version) != (code, version):
            raise HubAnswerUnclear(reason=f"{code} v{version}: {item.code} v{item.version}")
        self.keep([item])
        return item

    def keep(self, items: Iterable[ServiceItem]) -> None:
        """Takes items into the catalogue and onto the disk."""
        for item in items:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                write_item(item, self._folder / f"{item.code}@{item.version}.json")
            except OSError as error:  # a full disk: it is fetched again next time
                _log.warning("item %s was not kept: %s", item.code, error)
            self._catalogue.grow([item])
