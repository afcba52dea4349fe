"""The client of the hub: one signed-in person at one desk.

Every call either returns what it says or raises a ``HubError``: ``HubUnreachable`` when nothing
came back, ``HubAnswerUnclear`` when what came back is no hub's, else the hub's own ``Refusal``.
Calls block (never call them in a GUI thread) and may come from several threads. An ended session
is opened again by itself as long as the key is open. What is to be done and when, and trying
again later, is the outbox's work.
"""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Self, TypeVar

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from signing.keys.protocol import SigningKey
from station.clock import Clock, china_now
from station.domain.cases import ActionType, CaseState
from station.domain.deadlines import Card
from station.domain.operations import Operation
from station.errors import HubError
from station.supervision.statistics import Statistics
from station.wire.messages import (
    Accepted,
    CardPage,
    CaseFile,
    CasePage,
    Challenge,
    Changes,
    Consistency,
    Directory,
    Inclusion,
    ItemText,
    LeaseGrant,
    QueuePage,
    Record,
    Session,
    SignedStatement,
    SmsPage,
    TreeHead,
)
from station.wire.problems import (
    ChecksumMismatch,
    OffsetConflict,
    SignInNeeded,
    TooManyRequests,
    UploadSuperseded,
    refusal_from,
)
from station.wire.statements import sign_in_answer

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
Progress = Callable[[int, int], None]  # bytes sent so far, bytes in all

_PIECE = 256 * 1024
_TRIES_WITHOUT_PROGRESS = 3
_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
_STATISTICS = TypeAdapter(Statistics)


class HubUnreachable(HubError):
    what = "The hub cannot be reached."
    cause = "{reason}"
    remedy = "You can go on working; everything is sent when the network is back."
    zh = ("连不上中心。", "{reason}", "可以接着办，网络恢复后会自动发送。")
    retryable = True


class SignedOutMeanwhile(HubUnreachable):
    what = "The hub was not asked."
    cause = "Somebody signed out in the meantime."
    remedy = "Sign in again; what waits is sent then."
    zh = ("没有问中心。", "这时已经退出登录了。", "请重新登录，待传的会接着送。")


class HubAnswerUnclear(HubError):
    what = "The hub's answer was not understood."
    cause = "{reason}"
    remedy = "Check the hub's address and the network; update the program if this stays."
    zh = ("中心的应答没有看懂。", "{reason}", "请检查中心的地址和网络；一直这样就请更新程序。")
    retryable = True


class HubClient:
    """Speaks with the hub at ``url``. ``language`` is of the hub's own words, ``zh`` or ``en``."""

    def __init__(
        self,
        url: str,
        *,
        language: str = "zh",
        clock: Clock = china_now,
        transport: httpx.BaseTransport | None = None,
        verify: Any = True,
    ) -> None:
        self.url = url.rstrip("/")
        self._clock = clock
        self._key: SigningKey | None = None
        self._session: Session | None = None
        self._lock = threading.Lock()
        self._http = httpx.Client(
            base_url=self.url,
            headers={"Accept-Language": language},
            timeout=_TIMEOUT,
            transport=transport,
            # Reading the system's roots takes a tenth of a second that plain HTTP does not need.
            verify=verify if self.url.startswith("https:") else False,
            trust_env=False,  # a proxy of the web browser has no business between desk and hub
        )

    def close(self) -> None:
        """Ends the connections; the session ends by itself."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    # --- who ----------------------------------------------------------------------------------

    @property
    def session(self) -> Session | None:
        """The session that runs, if somebody signed in."""
        return self._session

    def sign_in(self, key: SigningKey) -> Session:
        """Signs in with the person's opened key, which stays in use for later renewals."""
        challenge = self._read(Challenge, self._exchange("GET", "/v1/challenge"))
        answer = sign_in_answer(challenge, key, self._clock())
        response = self._exchange("POST", "/v1/session", json=answer.model_dump(mode="json"))
        session = self._read(Session, response)
        with self._lock:
            self._key, self._session = key, session
        return session

    def sign_out(self) -> None:
        """Ends the session here at once, and at the hub if it can be reached."""
        with self._lock:
            session, self._session, self._key = self._session, None, None
        if session is None:
            return
        headers = {"Authorization": f"Bearer {session.token}"}
        with suppress(HubError):  # it ends by itself within the hour
            self._exchange("DELETE", "/v1/session", headers=headers)

    def healthy(self) -> datetime:
        """The hub's time, by a call that needs no session."""
        return datetime.fromisoformat(str(self._exchange("GET", "/v1/health").json()["time"]))

    def directory(self) -> Directory:
        """Units, certificates and items of the county."""
        return self._read(Directory, self._ask("GET", "/v1/directory"))

    def item(self, code: str, version: int) -> ItemText:
        """A version of a service item that the hub has."""
        return self._read(ItemText, self._ask("GET", f"/v1/items/{code}/{version}"))

    # --- documents ----------------------------------------------------------------------------

    def upload(self, sealed: bytes | Path, progress: Progress | None = None) -> str:
        """Sends a sealed document, from where the hub has it; its SHA-256 (hex).

        A line that breaks is taken up again at once while it makes progress; after that
        ``HubUnreachable``, and the next call goes on from where this one ended.
        """
        with BytesIO(sealed) if isinstance(sealed, bytes) else sealed.open("rb") as source:
            digest, length = _digest_of(source)
            offset, tries = self._begin(digest, length), 0
            while offset < length:
                if progress:
                    progress(offset, length)
                try:
                    reached = self._send_from(digest, source, offset, length, progress)
                except (HubUnreachable, OffsetConflict, UploadSuperseded):
                    reached, tries = self._begin_again(digest, length), tries + 1
                    if reached > offset:
                        tries = 0
                    elif tries >= _TRIES_WITHOUT_PROGRESS:
                        raise
                offset = reached
        if progress:
            progress(length, length)
        return digest

    def document(self, sealed_sha256: str) -> bytes:
        """The sealed bytes of a document, checked against their digest."""
        received = bytearray()
        tries = 0
        while True:
            before = len(received)
            try:
                self._as_myself(partial(self._receive, sealed_sha256, received))
                break
            except HubUnreachable:
                tries = 0 if len(received) > before else tries + 1
                if tries >= _TRIES_WITHOUT_PROGRESS:
                    raise
        if hashlib.sha256(received).hexdigest() != sealed_sha256:
            raise ChecksumMismatch()
        return bytes(received)

    # --- cases --------------------------------------------------------------------------------

    def send(
        self, operation: Operation, signed: SignedStatement, lease: int | None = None
    ) -> Accepted:
        """Delivers a signed operation; delivering it again gives the first answer again."""
        headers = {"Idempotency-Key": operation.id}
        if lease is not None:
            headers["Lease-Token"] = str(lease)
        path = f"/v1/cases/{operation.case}"
        method = "PUT"
        if operation.action is not ActionType.SUBMIT:
            method, path = "POST", f"{path}/actions"
        body = signed.model_dump(mode="json")
        return self._read(Accepted, self._ask(method, path, json=body, headers=headers))

    def queue(self, after: str | None = None, limit: int = 50) -> QueuePage:
        """What waits for one's own unit, the most urgent first."""
        return self._page(QueuePage, "/v1/queue", after=after, limit=limit)

    def cases(
        self,
        *,
        states: Iterable[CaseState] = (),
        item: str = "",
        unit: str = "",
        number: str = "",
        card: Card = Card.NONE,
        opened_from: datetime | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> CasePage:
        """Cases of one's own area, the newest change first."""
        return self._page(
            CasePage,
            "/v1/cases",
            state=[state.value for state in states],
            item=item,
            unit=unit,
            number=number,
            card=card.value,
            opened_from=opened_from and opened_from.isoformat(),
            after=after,
            limit=limit,
        )

    def case(self, case_id: str) -> CaseFile:
        """One case: state, times, cards, documents."""
        return self._page(CaseFile, f"/v1/cases/{case_id}")

    def record(self, case_id: str) -> Record:
        """The chain of signed actions of a case, oldest first (``statements.check_record``)."""
        return self._page(Record, f"/v1/cases/{case_id}/actions")

    def take(self, case_id: str) -> LeaseGrant:
        """Takes a case in hand; ``LeaseHeld`` says who has it."""
        return self._read(LeaseGrant, self._ask("POST", f"/v1/cases/{case_id}/lease"))

    def keep(self, grant: LeaseGrant) -> LeaseGrant:
        """The heartbeat: ten minutes more; ``LeaseLost`` when somebody else took the case."""
        path, headers = f"/v1/cases/{grant.case}/lease", {"Lease-Token": str(grant.token)}
        return self._read(LeaseGrant, self._ask("PUT", path, headers=headers))

    def give_back(self, grant: LeaseGrant) -> None:
        """Gives the case back for others."""
        headers = {"Lease-Token": str(grant.token)}
        self._ask("DELETE", f"/v1/cases/{grant.case}/lease", headers=headers)

    def changes(self, cursor: int | None = None, wait: float = 0) -> Changes:
        """What happened in one's area after ``cursor``; waits up to ``wait`` seconds for news."""
        timeout = httpx.Timeout(wait + 15.0, connect=5.0)
        parameters = _given(cursor=cursor, wait=wait)
        return self._read(
            Changes, self._ask("GET", "/v1/changes", params=parameters, timeout=timeout)
        )

    # --- supervision --------------------------------------------------------------------------

    def statistics(
        self, since: datetime | None = None, until: datetime | None = None, unit: str = ""
    ) -> Statistics:
        """The figures of a period in one's area or of one unit in it."""
        parameters = _given(
            **{"from": since and since.isoformat(), "to": until and until.isoformat()}, unit=unit
        )
        response = self._ask("GET", "/v1/stats", params=parameters, timeout=httpx.Timeout(120.0))
        try:
            return _STATISTICS.validate_json(response.content)
        except ValidationError as error:
            raise HubAnswerUnclear(reason=_first(error)) from error

    def cards(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> CardPage:
        """Cards dealt in one's area, the newest first."""
        times = {"from": since and since.isoformat(), "to": until and until.isoformat()}
        return self._page(CardPage, "/v1/cards", after=after, limit=limit, **times)

    def sms(self, case_id: str = "", after: str | None = None, limit: int = 50) -> SmsPage:
        """Messages about cases of one's area."""
        return self._page(SmsPage, "/v1/sms", case=case_id, after=after, limit=limit)

    def tree_head(self) -> TreeHead:
        """The newest head over all operations (``statements.check_head``)."""
        return self._page(TreeHead, "/v1/log/head")

    def inclusion(self, operation: str, size: int | None = None) -> Inclusion:
        """The proof that an operation stands in the tree (``signing.tree.check_inclusion``)."""
        return self._page(Inclusion, "/v1/log/inclusion", operation=operation, size=size)

    def consistency(self, old_size: int, size: int | None = None) -> Consistency:
        """The proof that the tree only grew (``signing.tree.check_consistency``)."""
        return self._page(Consistency, "/v1/log/consistency", old_size=old_size, size=size)

    # --- how ----------------------------------------------------------------------------------

    def _page(self, kind: type[M], path: str, **parameters: object) -> M:
        return self._read(kind, self._ask("GET", path, params=_given(**parameters)))

    def _ask(self, method: str, path: str, **parts: Any) -> httpx.Response:
        headers = parts.pop("headers", {})
        return self._as_myself(
            lambda mine: self._exchange(method, path, headers=headers | mine, **parts)
        )

    def _as_myself(self, work: Callable[[dict[str, str]], T]) -> T:
        """``work`` with the session's header; a session that ended is opened again once."""
        for again in (False, True):
            with self._lock:
                session, key = self._session, self._key
            if session is None:
                raise SignInNeeded()
            try:
                return work({"Authorization": f"Bearer {session.token}"})
            except SignInNeeded:
                if again or key is None:
                    raise
                self.sign_in(key)
        raise AssertionError("the loop returns or raises")

    def _exchange(self, method: str, path: str, **parts: Any) -> httpx.Response:
        with self._told():
            response = self._http.request(method, path, **parts)
        return _successful(response)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Any way in which a line fails is one error; also that somebody signed out meanwhile."""
        try:
            yield
        except httpx.HTTPError as error:
            raise HubUnreachable(reason=_reason(error)) from error
        except RuntimeError as error:
            if not self._http.is_closed:
                raise
            raise SignedOutMeanwhile from error

    def _begin(self, digest: str, length: int) -> int:
        metadata = base64.b64encode(digest.encode()).decode("ascii")
        headers = {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(length),
            "Upload-Metadata": f"sha256 {metadata}",
        }
        return _offset_in(self._ask("POST", "/v1/uploads", headers=headers))

    def _begin_again(self, digest: str, length: int) -> int:
        """After a break the first answer may still come over a line that is just being cut."""
        try:
            return self._begin(digest, length)
        except HubUnreachable:
            return self._begin(digest, length)

    def _send_from(
        self, digest: str, source: IO[bytes], offset: int, length: int, progress: Progress | None
    ) -> int:
        headers = {
            "Tus-Resumable": "1.0.0",
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(length - offset),
        }
        body = _Rest(source, offset, length, progress)
        return _offset_in(
            self._ask("PATCH", f"/v1/uploads/{digest}", headers=headers, content=body)
        )

    def _receive(self, sealed_sha256: str, received: bytearray, mine: dict[str, str]) -> None:
        """Adds what is still missing to ``received``."""
        headers = mine | ({"Range": f"bytes={len(received)}-"} if received else {})
        path = f"/v1/documents/{sealed_sha256}"
        with self._told(), self._http.stream("GET", path, headers=headers) as response:
            if not response.is_success:
                response.read()
                _successful(response)
            if response.status_code != 206:
                received.clear()
            for piece in response.iter_bytes():
                received += piece

    @staticmethod
    def _read(kind: type[M], response: httpx.Response) -> M:
        try:
            return kind.model_validate_json(response.content)
        except ValidationError as error:
            raise HubAnswerUnclear(reason=_first(error)) from error


class _Rest:
    """The rest of a document from an offset; may be read again when the sending is repeated."""

    def __init__(
        self, source: IO[bytes], offset: int, length: int, progress: Progress | None
    ) -> None:
        self._source = source
        self._offset = offset
        self._length = length
        self._progress = progress

    def __iter__(self) -> Iterator[bytes]:
        sent = self._source.seek(self._offset)
        while piece := self._source.read(_PIECE):
            yield piece
            sent += len(piece)
            if self._progress:
                self._progress(sent, self._length)


def _successful(response: httpx.Response) -> httpx.Response:
    if response.is_success:
        return response
    try:
        document = response.json()
    except ValueError:
        document = None
    if not isinstance(document, dict) or "title" not in document:
        if response.status_code in (429, 503):  # a gateway in front of the hub is full
            raise TooManyRequests(seconds=_wait_in(response))
        raise HubAnswerUnclear(reason=f"HTTP {response.status_code}")
    raise refusal_from(document)


def _wait_in(response: httpx.Response) -> int:
    """The seconds of ``Retry-After`` (RFC 9110, 10.2.3); half a minute where it is a date or
    missing, a day at most."""
    wait = response.headers.get("Retry-After", "").strip()
    return min(int(wait), 86_400) if wait.isdigit() and len(wait) < 8 else 30


def _offset_in(response: httpx.Response) -> int:
    try:
        return int(response.headers["Upload-Offset"])
    except (KeyError, ValueError) as error:
        raise HubAnswerUnclear(reason="Upload-Offset") from error


def _digest_of(source: IO[bytes]) -> tuple[str, int]:
    digest, length = hashlib.sha256(), 0
    while piece := source.read(_PIECE):
        digest.update(piece)
        length += len(piece)
    return digest.hexdigest(), length


def _given(**parameters: object) -> dict[str, Any]:
    """The parameters that were given at all."""
    return {name: value for name, value in parameters.items() if value not in (None, "", [])}


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
