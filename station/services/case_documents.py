"""The documents of a case, opened with the key of a unit that may read it."""

from __future__ import annotations

from station.domain.operations import DocumentKind
from station.errors import CaseError
from station.services.sign_in import SignedIn
from station.wire.client import HubClient
from station.wire.messages import CaseFile
from station.wire.sealing import open_document


class CannotRead(CaseError):
    what = "The case was not opened."
    cause = "The key of your unit is not here, so its content cannot be read."
    remedy = "Plug in the unit's key and sign in again."
    zh = ("办件没有打开。", "没有本单位的解密密钥，看不到内容。", "请插上单位密钥重新登录。")


def all_documents(hub: HubClient, who: SignedIn, file: CaseFile, kind: DocumentKind) -> list[bytes]:
    """Every document of ``kind``, oldest first.

    Raises ``CannotRead`` without the unit's key, a ``HubError`` without a network.
    """
    if who.unit_key is None:
        raise CannotRead
    return [
        open_document(hub.document(one.sealed_sha256), who.unit_key, one.sha256)
        for one in file.documents
        if one.kind is kind
    ]


def newest_document(
    hub: HubClient, who: SignedIn, file: CaseFile, kind: DocumentKind
) -> bytes | None:
    """The newest document of ``kind``; None when the case has none. Raises as above."""
    if who.unit_key is None:
        raise CannotRead
    for one in reversed(file.documents):
        if one.kind is kind:
            return open_document(hub.document(one.sealed_sha256), who.unit_key, one.sha256)
    return None
