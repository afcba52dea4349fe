"""Routes: cases, actions on them, leases, queues, documents, and what changed."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime
from starlette.concurrency import run_in_threadpool

from station.domain.cases import CaseState
from station.domain.deadlines import Card
from station.hub.accounts import Account
from station.hub.assembly import Hub
from station.hub.casework import Delivery
from station.hub.doors import LeaseToken, Limit, MaybeLease, Position, Someone, TheHub
from station.hub.lookup import Filter
from station.wire.messages import (
    Accepted,
    CaseFile,
    CasePage,
    Changes,
    LeaseGrant,
    QueuePage,
    Record,
    SignedStatement,
)
from station.wire.problems import LeaseLost, RequestMalformed

LONGEST_WAIT_SECONDS = 55
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


routes = APIRouter(prefix="/v1", tags=["cases"])


@routes.put("/cases/{case_id}", response_model=Accepted)
def submit(
    hub: TheHub,
    case_id: str,
    signed: SignedStatement,
    account: Someone,
    idempotency_key: Annotated[str, Header()] = "",
) -> Response:
    """Takes a case in; the statement is a ``submit``. Sent twice, it is one case."""
    return _taken(hub, account, Delivery(case_id, signed, idempotency_key))


@routes.post("/cases/{case_id}/actions", response_model=Accepted)
def act(
    hub: TheHub,
    case_id: str,
    signed: SignedStatement,
    account: Someone,
    lease_token: MaybeLease = None,
    idempotency_key: Annotated[str, Header()] = "",
) -> Response:
    """Takes an action on a case; reviewing actions need the ``Lease-Token``."""
    return _taken(hub, account, Delivery(case_id, signed, idempotency_key, lease_token))


@routes.get("/cases")
def cases(
    hub: TheHub,
    account: Someone,
    state: Annotated[list[CaseState] | None, Query()] = None,
    item: str = "",
    unit: str = "",
    number: str = "",
    card: Card = Card.NONE,
    opened_from: AwareDatetime | None = None,
    after: str | None = None,
    limit: Limit = 50,
) -> CasePage:
    """Cases of one's own area, the newest change first."""
    wanted = Filter(
        states=tuple(state or ()),
        item=item,
        area=unit,
        number=number,
        card=card,
        opened_from=opened_from,
    )
    return hub.lookup.cases(account.person, wanted, after, limit)


@routes.get("/queue")
def queue(hub: TheHub, account: Someone, after: str | None = None, limit: Limit = 50) -> QueuePage:
    """What waits for one's own unit, the most urgent first."""
    return hub.lookup.queue(account.person, after, limit)


@routes.get("/cases/{case_id}")
def case(hub: TheHub, case_id: str, account: Someone) -> CaseFile:
    """One case: state, times, cards, documents."""
    return hub.lookup.case(account.person, case_id)


@routes.get("/cases/{case_id}/actions")
def record(hub: TheHub, case_id: str, account: Someone) -> Record:
    """The chain of signed actions, oldest first."""
    return hub.lookup.record(account.person, case_id)


@routes.post("/cases/{case_id}/lease", status_code=201)
def take_lease(hub: TheHub, case_id: str, account: Someone) -> LeaseGrant:
    """Takes the case in hand for ten minutes."""
    return hub.leases.take(case_id, account)


@routes.put("/cases/{case_id}/lease")
def keep_lease(hub: TheHub, case_id: str, account: Someone, lease_token: LeaseToken) -> LeaseGrant:
    """Renews the lease: the heartbeat."""
    return hub.leases.keep(case_id, account, lease_token)


@routes.delete("/cases/{case_id}/lease", status_code=204)
def give_back(hub: TheHub, case_id: str, account: Someone, lease_token: LeaseToken) -> Response:
    """Gives the case back; giving back what is gone already changes nothing."""
    with suppress(LeaseLost):  # it ended by itself: that is what was wanted
        hub.leases.give_back(case_id, account, lease_token)
    return Response(status_code=204)


@routes.get("/documents/{sealed_sha256}", response_class=StreamingResponse)
def document(
    hub: TheHub, sealed_sha256: str, account: Someone, range: Annotated[str, Header()] = ""
) -> StreamingResponse:
    """The sealed bytes, whole or from an offset (``Range: bytes=N-``)."""
    size = hub.lookup.document_size(account.person, sealed_sha256)
    start, length, status = _range(range, size)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(length),
        "ETag": f'"{sealed_sha256}"',
        "Cache-Control": "private, immutable, max-age=31536000",
    }
    if status == 206:
        headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{size}"
    return StreamingResponse(
        hub.blobs.read(sealed_sha256, start, length),
        status_code=status,
        media_type="application/pkcs7-mime",
        headers=headers,
    )


@routes.get("/changes")
async def changes(
    hub: TheHub,
    account: Someone,
    cursor: Position = None,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT_SECONDS)] = 0,
) -> Changes:
    """What happened in one's area after ``cursor``; waits up to ``wait`` seconds for news.

    Without a cursor it answers at once with the one of now.
    """
    if cursor is None:
        newest = await run_in_threadpool(hub.lookup.newest)
        return Changes(cursor=newest, changes=())
    ends = asyncio.get_running_loop().time() + wait
    while True:
        news = hub.bell.expect()
        try:
            found = await run_in_threadpool(hub.lookup.changes, account.person, cursor)
            left = ends - asyncio.get_running_loop().time()
            if found.changes or left <= 0 or hub.bell.ended:
                return found
            cursor = found.cursor
            await asyncio.wait({news}, timeout=left)
        finally:
            news.cancel()


def _taken(hub: Hub, account: Account, delivery: Delivery) -> Response:
    answer = hub.casework.take(delivery, account)
    if answer.replayed:
        headers = {"Idempotency-Replayed": "true"}
    else:
        headers = {}
        hub.news()
    return Response(answer.accepted, media_type="application/json", headers=headers)


def _range(header: str, size: int) -> tuple[int, int, int]:
    """Start, length and status for a ``Range`` header; what is not understood is ignored."""
    match = _RANGE.fullmatch(header.strip())
    if match is None:
        return 0, size, 200
    start = int(match[1])
    end = min(int(match[2]) if match[2] else size - 1, size - 1)
    if start > end:
        raise RequestMalformed(reason=f"the document has {size} bytes")
    return start, end - start + 1, 206
