"""Everything that happened to a case, for whoever may see it: record, limits, cards, messages."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from signing.errors import ExplainedError
from signing.trust import TrustStore
from station.domain.items import ServiceItem
from station.errors import HubError
from station.services.sign_in import SignedIn
from station.wire.client import HubClient
from station.wire.messages import CaseFile, Record, SmsEntry
from station.wire.sealed import Header
from station.wire.sealing import open_document
from station.wire.statements import check_record


@dataclass(frozen=True, slots=True)
class CaseStory:
    """One case with its whole record. ``chained`` says whether every entry is signed by somebody
    trusted and follows the one before; ``sms`` is empty where it may not be seen."""

    file: CaseFile
    record: Record
    chained: bool
    sms: tuple[SmsEntry, ...] = ()
    item: ServiceItem | None = None  # None where this PC does not have it
    header: Header | None = None  # None where the unit's key is not here


def case_story(
    hub: HubClient,
    who: SignedIn,
    item_of: Callable[[str, int], ServiceItem],
    trust: TrustStore,
    case_id: str,
) -> CaseStory:
    """Asks the hub for the story of a case; a ``HubError`` when it cannot be had."""
    file, record = hub.case(case_id), hub.record(case_id)
    sms: tuple[SmsEntry, ...] = ()
    with contextlib.suppress(HubError):  # not everybody may see the messages
        sms = hub.sms(case_id).entries
    try:
        chained = bool(check_record(record, trust))
    except ExplainedError:
        chained = False
    item: ServiceItem | None = None
    with contextlib.suppress(ExplainedError):
        item = item_of(file.case.item, file.case.item_version)
    return CaseStory(file, record, chained, sms, item, read_header(file.header, who))


def read_header(sealed: bytes | None, who: SignedIn) -> Header | None:
    """What a queue row says of a case; None where it cannot be opened here."""
    if sealed is None or who.unit_key is None:
        return None
    try:
        return Header.read(open_document(sealed, who.unit_key))
    except ExplainedError:
        return None
