"""What the hub says instead of yes: one class for each thing a person would do differently.

The hub raises these and sends them as problem documents (RFC 9457); the client reads the document
and raises the very same class again, so that a screen shows the sentence in its own language and
an outbox asks ``retryable``. The name in the document's ``type`` is the class name in kebab case
and never changes. What cannot be reached or understood at all is in ``client.py``.

Refusal
├── AccountRefusal      who is asking
├── StepRefusal         who may do what to a case, and when
├── StatementRefusal    what the signed statement says of itself
├── DocumentRefusal     sealed documents and their upload
└── HubTrouble          the hub's own bad day; asking again later may help
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, cast

from station.errors import HubError

PROBLEM_TYPE = "application/problem+json"
_URN = "urn:yizhan:problem:"


class Refusal(HubError):
    """The hub said no. ``status`` is the HTTP status; ``retryable``: the same words may succeed
    later without anybody doing anything."""

    status: ClassVar[int] = 400
    retryable: bool = False

    @classmethod
    def slug(cls) -> str:
        """The stable name in the document's ``type``: ``StaleRevision`` is ``stale-revision``."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    def document(self, language: str) -> dict[str, Any]:
        """The problem document in ``language`` (``zh`` or ``en``)."""
        what, cause, remedy = self.parts(language)
        return {
            "type": _URN + self.slug(),
            "title": what,
            "status": self.status,
            "detail": cause,
            "user_action": remedy,
            "retryable": self.retryable,
            "facts": self.facts,
        }


class AccountRefusal(Refusal):
    """Who is asking."""


class StepRefusal(Refusal):
    """Who may do what to a case, and when."""


class StatementRefusal(Refusal):
    """What the signed statement says of itself."""


class DocumentRefusal(Refusal):
    """Sealed documents and their upload."""


class HubTrouble(Refusal):
    """The hub's own bad day."""

    retryable = True


# --- who is asking ---------------------------------------------------------------------------


class SignInNeeded(AccountRefusal):
    status = 401
    retryable = True  # the client signs in again by itself and repeats
    what = "The hub does not know this session."
    cause = "It ended, or it was never opened."
    remedy = "Sign in again."
    zh = ("中心不认得这次登录。", "登录已经过期，或者没有登录过。", "请重新登录。")


class ChallengeStale(AccountRefusal):
    status = 401
    retryable = True
    what = "The sign-in took too long."
    cause = "The hub's question was answered too late, twice, or was not its own."
    remedy = "Sign in again."
    zh = ("登录用的时间太长。", "中心的问话答得太晚、答了两次，或不是它问的。", "请重新登录。")


class CertificateForeign(AccountRefusal):
    status = 403
    what = "The key of {holder} is not accepted here."
    cause = "Its certificate does not come from an authority that this hub trusts."
    remedy = "Use the key that your county issued to you."
    zh = (
        "{holder} 的密钥在这里不能用。",
        "证书不是本中心信任的机构发的。",
        "请用本县发给您的那把密钥。",
    )


class CertificateRevokedNow(AccountRefusal):
    status = 403
    what = "The key of {holder} is not accepted any more."
    cause = "Its certificate was revoked on {date}."
    remedy = "Ask the county administrator for a new certificate."
    zh = ("{holder} 的密钥不能再用了。", "证书已在 {date} 被吊销。", "请找县里管理员换证书。")


class CertificateNotValidNow(AccountRefusal):
    status = 403
    what = "The key of {holder} is not accepted any more."
    cause = "Its certificate expired on {date}."
    remedy = "Ask the county administrator for a new certificate."
    zh = ("{holder} 的密钥不能再用了。", "证书已在 {date} 到期。", "请找县里管理员换证书。")


class CertificateNotValidYet(AccountRefusal):
    status = 403
    what = "The key of {holder} is not accepted yet."
    cause = "Its certificate is valid only from {date}."
    remedy = "Wait until that day."
    zh = ("{holder} 的密钥还不能用。", "证书要到 {date} 才生效。", "请等到那天再用。")


class CertificateUnsettled(AccountRefusal):
    status = 503
    retryable = True
    what = "The key of {holder} cannot be checked now."
    cause = "The hub does not know whether its certificate was revoked."
    remedy = "Try again later; tell the county administrator if this stays."
    zh = (
        "现在查不了 {holder} 的密钥。",
        "中心不知道这张证书有没有被吊销。",
        "请稍后再试；一直这样就请告诉县里管理员。",
    )


class CertificateNotForThis(AccountRefusal):
    status = 403
    what = "The key of {holder} cannot be used here."
    cause = "Its certificate names no person with a role and a unit of this county."
    remedy = "Use your personal key, not the unit's."
    zh = (
        "{holder} 的密钥不能用在这里。",
        "证书里没有本县的人员、岗位和单位。",
        "请用您本人的密钥，不要用单位的。",
    )


class RoleNotAllowed(AccountRefusal):
    status = 403
    what = "This is not open to you."
    cause = "It belongs to another role."
    remedy = "Ask a colleague whose work it is."
    zh = ("这里不对您开放。", "这是别的岗位的事。", "请找负责这件事的同事。")


class NoIssuer(AccountRefusal):
    status = 404
    what = "This hub issues no certificates."
    cause = "No authority is connected to it."
    remedy = "Ask the county administrator where certificates are applied for."
    zh = ("这个中心不发证书。", "它没有接上证书签发机构。", "请问县里管理员到哪里申领证书。")


class EnrolmentUnfit(AccountRefusal):
    status = 422
    what = "The request for a certificate was not taken."
    cause = "It cannot be issued like this ({reason})."
    remedy = "Correct name, unit code, role or key and ask again."
    zh = (
        "证书申请没有收下。",
        "这样不能签发（{reason}）。",
        "请改正姓名、单位代码、岗位或密钥再申请。",
    )


class EnrolmentUnknown(AccountRefusal):
    status = 404
    what = "There is no request {id}."
    cause = "It was never made here, it ran out, or it belongs to somebody else."
    remedy = "Ask for the certificate again."
    zh = ("没有申请 {id}。", "没有提交过、已经过期，或者是别人的。", "请重新申请证书。")


class EnrolmentDecided(AccountRefusal):
    status = 409
    what = "The request {id} was decided already."
    cause = "{name} decided otherwise."
    remedy = "Speak with {name}; a new request can be made at any time."
    zh = (
        "申请 {id} 已经有了决定。",
        "{name} 的决定和这个不同。",
        "请问 {name}；随时可以重新申请。",
    )


class EnrolmentsFull(AccountRefusal):
    status = 429
    retryable = True
    what = "The request for a certificate was not taken."
    cause = "Too many requests are waiting for the administrator."
    remedy = "Tell the county administrator, and ask again later."
    zh = ("证书申请没有收下。", "等管理员处理的申请太多了。", "请告诉县里管理员，以后再申请。")


# --- who may do what to a case, and when ------------------------------------------------------


class CaseUnknown(StepRefusal):
    status = 404
    what = "There is no such case here."
    cause = "The hub holds no case {case} in your area."
    remedy = "Check the number; a case just taken in may still be on its way."
    zh = (
        "没有这个办件。",
        "中心里您的辖区没有办件 {case}。",
        "请核对编号；刚受理的办件可能还在路上。",
    )


class NotYourLevel(StepRefusal):
    status = 403
    what = "Case {number} was not changed."
    cause = "This step belongs to another level or role."
    remedy = "Leave it to the office that handles the case now."
    zh = ("办件 {number} 没有动。", "这一步归别的层级或岗位办。", "请由现在办理它的单位来办。")


class WrongOrder(StepRefusal):
    status = 409
    what = "Case {number} was not changed."
    cause = "In its present state the case does not allow this step."
    remedy = "Load the case again and look at what it needs now."
    zh = (
        "办件 {number} 没有动。",
        "办件现在的状态不允许这一步。",
        "请重新打开办件，看它现在要办什么。",
    )


class OutsideYourArea(StepRefusal):
    status = 403
    what = "Case {number} was not changed."
    cause = "It does not belong to the area of your unit."
    remedy = "Leave it to the unit it belongs to."
    zh = ("办件 {number} 没有动。", "它不在您单位的辖区里。", "请由它所属的单位来办。")


class SelfApproval(StepRefusal):
    status = 403
    what = "Case {number} was not changed."
    cause = "{name} already acted on it at another level, and nobody may check their own work."
    remedy = "Let a colleague decide it."
    zh = (
        "办件 {number} 没有动。",
        "{name} 在另一级办过它，自己办的不能自己审。",
        "请由另一位同事来办。",
    )


class StaleRevision(StepRefusal):
    status = 412
    what = "Case {number} was not changed."
    cause = "{winner} was faster, at {time}."
    remedy = "Load the case again; what you wrote is kept."
    zh = (
        "办件 {number} 没有动。",
        "{winner} 已在 {time} 先办了。",
        "请重新打开办件；您写的内容都还在。",
    )


class LeaseHeld(StepRefusal):
    status = 409
    retryable = True
    what = "Case {number} cannot be opened for work now."
    cause = "{holder} is working on it until {until}."
    remedy = "Take the next case, or wait until it is given back."
    zh = (
        "办件 {number} 现在打不开。",
        "{holder} 正在办，到 {until} 为止。",
        "请先办下一件，或等对方交回。",
    )


class LeaseLost(StepRefusal):
    status = 409
    what = "Case {number} was not changed."
    cause = "It is not in your hands, or not any more."
    remedy = "Open the case again for work and repeat; what you wrote is kept."
    zh = (
        "办件 {number} 没有动。",
        "它不在您手上，或已经超时收回。",
        "请重新领取这个办件再办；您写的内容都还在。",
    )


class ReasonRequired(StepRefusal):
    status = 422
    what = "Case {number} was not changed."
    cause = "Returning or refusing needs its reasons, all at once."
    remedy = "Choose the reasons and write what is missing."
    zh = (
        "办件 {number} 没有动。",
        "退回或不予受理要一次写明全部理由。",
        "请选好理由，写清缺什么。",
    )


class ReturnsUsedUp(StepRefusal):
    status = 409
    what = "Case {number} was not returned."
    cause = "It was already returned {times} times, which is the most that is allowed."
    remedy = "Decide it as it is."
    zh = (
        "办件 {number} 没有退回。",
        "它已经退回过 {times} 次，不能再退。",
        "请按现有材料作出决定。",
    )


class CaseExists(StepRefusal):
    status = 409
    what = "Case {number} was not taken in."
    cause = "The hub already holds a case with this id, from another submission."
    remedy = "Open it from the list; take a new request in as a new case."
    zh = (
        "办件 {number} 没有收下。",
        "中心已有同一标识的办件，是另一次上报的。",
        "请从列表里打开它；新的申请请另开办件。",
    )


class NumberTaken(StepRefusal):
    status = 409
    what = "Case {number} was not taken in."
    cause = "Another case of this station already bears the number."
    remedy = "Open the case anew to get a new number, and print the receipt again."
    zh = (
        "办件 {number} 没有收下。",
        "本站另一个办件已用了这个编号。",
        "请重新开一个办件取新编号，再打印一次回执。",
    )


# --- what the signed statement says of itself ---------------------------------------------------


class StatementMalformed(StatementRefusal):
    status = 422
    what = "The signed statement was not accepted."
    cause = "It is not written as the protocol says ({reason})."
    remedy = "Update the program on this computer and repeat."
    zh = (
        "签名的操作没有被接受。",
        "它的写法不合约定（{reason}）。",
        "请更新这台电脑上的程序再办一次。",
    )


class SignatureInvalid(StatementRefusal):
    status = 422
    what = "The signed statement was not accepted."
    cause = "Its signature does not fit what it says."
    remedy = "Sign in again with your own key and repeat."
    zh = ("签名的操作没有被接受。", "签名和内容对不上。", "请用自己的密钥重新登录再办一次。")


class StatementOfAnother(StatementRefusal):
    status = 403
    what = "The signed statement was not accepted."
    cause = "It speaks for another person, unit or role than the certificate that signed it."
    remedy = "Sign in again with your own key and repeat."
    zh = (
        "签名的操作没有被接受。",
        "它写的人员、单位或岗位和签名证书不一致。",
        "请用自己的密钥重新登录再办一次。",
    )


class IdempotencyMismatch(StatementRefusal):
    status = 422
    what = "The operation was not accepted."
    cause = "Its number was already used for different content."
    remedy = "Load the case again and repeat the action."
    zh = ("这次操作没有被接受。", "它的编号已用在另一份内容上。", "请重新打开办件再办一次。")


class ItemVersionUnknown(StatementRefusal):
    status = 422
    what = "Case {number} was not taken in."
    cause = "The hub does not know item {item} in version {version}."
    remedy = "Update the catalogue on this computer; the form is carried over."
    zh = (
        "办件 {number} 没有收下。",
        "中心没有事项 {item} 的第 {version} 版。",
        "请更新这台电脑上的事项目录；填好的表会带过去。",
    )


class ClockSkew(StatementRefusal):
    status = 422
    what = "The operation was not accepted."
    cause = "This computer's clock says {station_time}, the hub's says {hub_time}."
    remedy = "Set this computer's clock and repeat."
    zh = (
        "这次操作没有被接受。",
        "这台电脑的时间是 {station_time}，中心的时间是 {hub_time}。",
        "请校准这台电脑的时间再办一次。",
    )


class RequestMalformed(StatementRefusal):
    status = 400
    what = "The request was not understood."
    cause = "{reason}"
    remedy = "Update the program on this computer and repeat."
    zh = ("请求没有看懂。", "{reason}", "请更新这台电脑上的程序再试。")


class RequestTooSlow(StatementRefusal):
    status = 408
    retryable = True
    what = "The request was not taken."
    cause = "It had not arrived whole after {seconds} seconds."
    remedy = "It is tried again by itself; check the network if this stays."
    zh = (
        "请求没有收下。",
        "等了 {seconds} 秒还没有收全。",
        "会自动再试；一直这样就请检查网络。",
    )


class ItemNotHere(StatementRefusal):
    status = 404
    what = "Item {item} was not found at the hub."
    cause = "The hub does not know its version {version}."
    remedy = "Tell the county administrator; the item has to be published first."
    zh = (
        "中心没有事项 {item}。",
        "中心不知道它的第 {version} 版。",
        "请告诉县里管理员，要先发布这个事项。",
    )


class ItemUnfit(StatementRefusal):
    status = 422
    what = "Item {item} was not published."
    cause = "{reason}"
    remedy = "Mend the item in its file, check it (station catalogue check) and import it again."
    zh = (
        "事项 {item} 没有发布。",
        "{reason}",
        "请在文件里改好，核对一遍（station catalogue check），再导入。",
    )


# --- sealed documents and their upload ----------------------------------------------------------


class DocumentMissing(DocumentRefusal):
    status = 424
    retryable = True  # the client uploads what is named and repeats
    what = "Case {number} was not changed."
    cause = "The hub still lacks {count} of the documents that the statement names."
    remedy = "The documents are sent again by themselves; check the network if this stays."
    zh = (
        "办件 {number} 没有动。",
        "操作里写到的文件中心还缺 {count} 份。",
        "文件会自动补传；一直这样就请检查网络。",
    )

    @property
    def missing(self) -> frozenset[str]:
        """The digests of the sealed bytes that the hub lacks, as far as it names them."""
        named = self.facts.get("missing")
        return frozenset(map(str, named)) if isinstance(named, list) else frozenset()


class DocumentsNotRight(DocumentRefusal):
    status = 422
    what = "Case {number} was not changed."
    cause = "The documents named do not fit this step ({reason})."
    remedy = "Load the case again and repeat the step."
    zh = (
        "办件 {number} 没有动。",
        "所附的文件和这一步不符（{reason}）。",
        "请重新打开办件再办一次。",
    )


class DocumentUnknown(DocumentRefusal):
    status = 404
    what = "There is no such document here."
    cause = "No case of your area refers to it."
    remedy = "Load the case again."
    zh = ("没有这份文件。", "您辖区的办件里没有用到它。", "请重新打开办件。")


class UploadUnknown(DocumentRefusal):
    status = 404
    retryable = True  # the client begins it anew
    what = "There is no such upload here."
    cause = "It was never begun, or it lay unfinished for too long."
    remedy = "It is begun again by itself."
    zh = ("没有这次上传。", "它没有开始过，或搁置太久。", "会自动重新开始。")


class OffsetConflict(DocumentRefusal):
    status = 409
    retryable = True
    what = "This part of the upload does not fit."
    cause = "The hub holds {offset} bytes of it."
    remedy = "It goes on from there by itself."
    zh = ("这一段上传接不上。", "中心已收到 {offset} 字节。", "会自动从那里接着传。")


class UploadSuperseded(DocumentRefusal):
    status = 423
    retryable = True
    what = "This connection stopped sending."
    cause = "The same upload goes on over a newer connection."
    remedy = "Nothing needs to be done."
    zh = ("这个连接停止了上传。", "同一份文件改由新的连接接着传。", "不用处理。")


class ChecksumMismatch(DocumentRefusal):
    status = 460
    retryable = True
    what = "The upload was not kept."
    cause = "It was changed on the way: its digest does not fit."
    remedy = "It is sent again by itself; check the network if this stays."
    zh = ("这次上传没有留下。", "它在路上变了：摘要对不上。", "会自动重传；一直这样就请检查网络。")


class ChecksumUnsupported(DocumentRefusal):
    status = 400
    what = "The upload was not accepted."
    cause = "The hub checks parts by sha256 only."
    remedy = "Update the program on this computer and repeat."
    zh = ("上传没有被接受。", "中心只认 sha256 校验。", "请更新这台电脑上的程序再试。")


class UploadTooLarge(DocumentRefusal):
    status = 413
    what = "The document was not accepted."
    cause = "It has {size} bytes; {most} are allowed."
    remedy = "Take the pages again at a lower resolution."
    zh = (
        "文件没有被接受。",
        "它有 {size} 字节，最多允许 {most} 字节。",
        "请用较低的分辨率重拍几页。",
    )


class UploadVersion(DocumentRefusal):
    status = 412
    what = "The upload was not accepted."
    cause = "The hub speaks tus {version}."
    remedy = "Update the program on this computer and repeat."
    zh = ("上传没有被接受。", "中心使用 tus {version}。", "请更新这台电脑上的程序再试。")


# --- the hub's own bad day ----------------------------------------------------------------------


class HubFull(HubTrouble):
    status = 507
    what = "The hub cannot store anything now."
    cause = "Its disk is full."
    remedy = "What you did is kept here and is sent later; tell the county administrator."
    zh = (
        "中心现在存不下东西。",
        "它的磁盘满了。",
        "您办的都留在本机，稍后再送；请告诉县里管理员。",
    )


class HubBusy(HubTrouble):
    status = 503
    what = "The hub is busy."
    cause = ""
    remedy = "It is tried again by itself."
    zh = ("中心正忙。", "", "稍后会自动再试。")


class TooManyRequests(HubTrouble):
    """``seconds`` stands in the header ``Retry-After``, too."""

    status = 429
    what = "The hub did not take this yet."
    cause = "This key asked too often within a minute; the others must get their turn, too."
    remedy = "Nothing is lost; it goes on in {seconds} seconds."
    zh = (
        "中心这会儿没有收。",
        "这把密钥一分钟里问得太多，要让别人也轮得到。",
        "什么都没丢，过 {seconds} 秒就能接着办。",
    )


class UploadShareUsed(HubTrouble):
    """``seconds`` stands in the header ``Retry-After``, too."""

    status = 429
    what = "The hub takes no more documents of this unit for now."
    cause = "It has sent more than {most_mb} MB within 24 hours."
    remedy = (
        "All is kept here and is sent by itself in about {hours} hours; "
        "tell the county administrator if it is urgent."
    )
    zh = (
        "中心暂时不再收本单位的文件。",
        "24 小时里送的超过了 {most_mb} MB。",
        "都留在本机，大约 {hours} 小时后自己再送；着急就告诉县里管理员。",
    )


class HubBroken(HubTrouble):
    status = 500
    what = "The hub could not do this."
    cause = "Something went wrong inside it; the incident is {incident}."
    remedy = "It is tried again by itself; tell the county administrator if this stays."
    zh = (
        "中心没能办成。",
        "它内部出了错，事故编号 {incident}。",
        "稍后会自动再试；一直这样就请告诉县里管理员。",
    )


class RefusedOtherwise(Refusal):
    """A refusal that this version of the program has no class for, in the hub's own words."""

    what = "{title}"
    cause = "{detail}"
    remedy = "{user_action}"
    zh = ("{title}", "{detail}", "{user_action}")

    def __init__(self, **facts: object) -> None:
        super().__init__(**facts)
        self.retryable = facts.get("retryable") is True


def asked_to_wait(error: BaseException) -> float:
    """For how many seconds the hub asked not to be asked again; 0 when it did not."""
    seconds = error.facts.get("seconds") if isinstance(error, HubTrouble) else None
    return float(seconds) if isinstance(seconds, int | float) and seconds > 0 else 0.0


def is_retryable(error: BaseException) -> bool:
    """Whether sending the same again may succeed without anybody doing anything."""
    return bool(getattr(error, "retryable", False))


def refusal_from(document: Mapping[str, Any]) -> Refusal:
    """The refusal in a problem document; never fails, whatever the document holds."""
    slug = str(document.get("type", "")).removeprefix(_URN)
    known = {kind.slug(): kind for kind in _leaves(Refusal)}
    facts = document.get("facts")
    if slug in known and isinstance(facts, dict):
        return known[slug](**cast("dict[str, object]", facts))
    return RefusedOtherwise(
        title=document.get("title") or "The hub refused.",
        detail=document.get("detail") or "",
        user_action=document.get("user_action") or "",
        retryable=document.get("retryable") is True,
    )


def _leaves(branch: type[Refusal]) -> Iterator[type[Refusal]]:
    for kind in branch.__subclasses__():
        if kind.what:
            yield kind
        yield from _leaves(kind)
