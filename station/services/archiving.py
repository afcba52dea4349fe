"""Archiving (归档): everything about a closed case in one package that verifies offline."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from station.archive.form import CaseFacts, Manifest
from station.archive.package import PackageContents, write_package
from station.archive.record import operations_of, tree_of
from station.catalogue import Catalogue
from station.clock import Clock
from station.domain.operations import DocumentKind
from station.services.case_documents import CannotRead, all_documents
from station.services.case_papers import read_papers
from station.services.proofs import Proofs, completed
from station.services.renewing import StampsMissing
from station.services.sign_in import SignedIn
from station.wire.client import HubClient
from station.wire.messages import Inclusion


def archive_case(
    hub: HubClient,
    who: SignedIn,
    catalogue: Catalogue,
    proofs: Proofs,
    clock: Clock,
    case_id: str,
    path: Path,
) -> Manifest:
    """Fetches a closed case from the hub and writes its package to ``path``.

    Raises ``CannotRead`` without the unit's key, ``CaseNotClosed`` while the case is open, a
    ``HubError`` without a network.
    """
    if who.unit_key is None:
        raise CannotRead
    if proofs.evidence is None:
        raise StampsMissing
    file = hub.case(case_id)
    record = hub.record(case_id)
    head = hub.tree_head()
    inclusions: dict[str, Inclusion] = {
        entry.operation: hub.inclusion(entry.operation, head.size) for entry in record.entries
    }

    dossiers = all_documents(hub, who, file, DocumentKind.DOSSIER)
    results = all_documents(hub, who, file, DocumentKind.RESULT)
    newest = dossiers[-1]
    papers = read_papers(newest)
    case = file.case
    contents = PackageContents(
        case=CaseFacts(
            id=case.id,
            number=case.number,
            item=case.item,
            item_version=case.item_version,
            item_title=catalogue.item(case.item, case.item_version).title,
            station=case.station,
            station_name=papers.station,
            state=case.state,
            opened_at=case.opened_at,
            closed_at=case.updated_at,
            training=who.training,
        ),
        dossier=completed(newest, proofs, clock()),
        operations=operations_of(record, inclusions),
        result=completed(results[-1], proofs, clock()) if results else None,
        # A dossier that the newest does not continue was replaced by a correction.
        earlier=tuple(old for old, new in pairwise(dossiers) if not new.startswith(old)),
        papers=tuple(all_documents(hub, who, file, DocumentKind.NOTE)),
        ink=papers.ink_record or None,
        tree=tree_of(head),
    )
    return write_package(path, contents, who.key, clock(), proofs.evidence)
