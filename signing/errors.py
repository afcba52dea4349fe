"""Errors that explain themselves, and the tree of those that signing raises.

ExplainedError
├── SigningError                 a signature was not made
│   ├── KeyUnavailable           no such key file, token or certificate
│   ├── PinWrong                 the key refused the PIN
│   ├── PinLocked                no tries are left
│   ├── KeyRemoved               the token left in the middle of the work
│   ├── CertificateNotUsable     expired, not yet valid, revoked, or not made for this use
│   ├── TimeStampUnavailable     no time stamp could be had
│   ├── FieldNotFound            the prepared signature field is missing
│   ├── FieldAlreadySigned       the prepared signature field is taken
│   └── DocumentNotSignable      not a PDF, encrypted, or damaged
├── VerificationError            nothing can be said about a file
│   └── TrustUnreadable          a trust root given is not a certificate
├── EnvelopeError                a sealed dossier could not be opened
│   ├── NotForThisKey            sealed for somebody else
│   └── EnvelopeDamaged          changed on the way
└── StatementError               a signed statement is not what it claims
    ├── StatementForged          the signature does not verify
    └── StatementOutOfPlace      the hash link does not fit

``station/errors.py`` extends the tree for the storey above. Anything that is not an
``ExplainedError`` is a bug and goes to the crash window with its traceback.
"""

from __future__ import annotations

from typing import ClassVar


class ExplainedError(Exception):
    """Something that did not happen, told to the person who wanted it.

    ``what`` is one sentence and never blames; ``cause`` may be empty when unknown; ``remedy``
    is a thing *this reader* can do now. All three are templates over the keyword ``facts``,
    in English; ``zh`` holds the same three in Chinese, side by side so that they cannot drift
    apart. The class name is the code: stable and logged.
    """

    what: ClassVar[str] = ""
    cause: ClassVar[str] = ""
    remedy: ClassVar[str] = ""
    zh: ClassVar[tuple[str, str, str]] = ("", "", "")

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(f"{type(self).__name__}: {self.sentence()}")

    @property
    def code(self) -> str:
        """The stable name of this error: its class name."""
        return type(self).__name__

    def parts(self, language: str = "en") -> tuple[str, str, str]:
        """What, cause and remedy in ``language`` ("en" or "zh") with the facts filled in."""
        facts = _Facts(self.facts)
        templates = self.zh if language == "zh" else (self.what, self.cause, self.remedy)
        what, cause, remedy = (text.format_map(facts) for text in templates)
        return what, cause, remedy

    def sentence(self, language: str = "en") -> str:
        """The three parts on one line, for a terminal or a log."""
        separator = "" if language == "zh" else " "
        return separator.join(part for part in self.parts(language) if part)


class _Facts(dict[str, object]):
    """Facts for ``str.format_map``: a forgotten fact shows its name and never hides the error."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


class SigningError(ExplainedError):
    """A signature was not made."""


class KeyUnavailable(SigningError):
    what = "No key was found at {where}."
    cause = "{reason}"
    remedy = "Check the path, or plug in the UKey, and try again."
    zh = (
        "在 {where} 没有找到密钥。",
        "{reason}",
        "请检查路径，或插上 UKey 再试。",
    )


class PinWrong(SigningError):
    what = "Nothing was signed."
    cause = "The key refused the PIN."
    remedy = "Type the PIN again. Tries left: {tries_left}."
    zh = (
        "没有签名。",
        "密钥不认这个 PIN。",
        "请重新输入，还可以试 {tries_left} 次。",
    )


class PinLocked(SigningError):
    what = "Nothing was signed."
    cause = "The key is locked after too many wrong PINs."
    remedy = "Take the key to the county administrator to have it unlocked."
    zh = (
        "没有签名。",
        "PIN 输错次数太多，密钥已锁住。",
        "请带密钥到县里找管理员解锁。",
    )


class KeyRemoved(SigningError):
    what = "The document was not signed."
    cause = "The key was unplugged while it was needed."
    remedy = "Plug the key in again and repeat; what is already signed stays signed."
    zh = (
        "文件没有签。",
        "用到密钥时它被拔掉了。",
        "请插回密钥再签一次，已经签好的不受影响。",
    )


class CertificateNotUsable(SigningError):
    what = "The certificate of {holder} cannot be used for this."
    cause = "{reason}"
    remedy = "Ask the county administrator for a new certificate."
    zh = (
        "{holder} 的证书不能用在这里。",
        "{reason}",
        "请找县里管理员换证书。",
    )


class TimeStampUnavailable(SigningError):
    what = "No time stamp was received from {where}."
    cause = "{reason}"
    remedy = "Check the network; the signature can be completed later."
    zh = (
        "没有从 {where} 取到时间戳。",
        "{reason}",
        "请检查网络，时间戳可以以后再补。",
    )


class FieldNotFound(SigningError):
    what = "The document was not signed."
    cause = "It has no signature field named {field}."
    remedy = "Open the document that was prepared for this stage."
    zh = (
        "文件没有签。",
        "里面没有名为 {field} 的签名域。",
        "请打开为本环节准备的文件。",
    )


class FieldAlreadySigned(SigningError):
    what = "The document was not signed."
    cause = "The signature field {field} is already signed."
    remedy = "Check whether this stage was already decided."
    zh = (
        "文件没有签。",
        "签名域 {field} 已经签过了。",
        "请看看本环节是不是已经办过。",
    )


class DocumentNotSignable(SigningError):
    what = "{file} was not signed."
    cause = "{reason}"
    remedy = "Make the document again from its source and sign that."
    zh = (
        "{file} 没有签。",
        "{reason}",
        "请从原来的材料重新生成文件再签。",
    )


class VerificationError(ExplainedError):
    """Nothing can be said about a file."""


class TrustUnreadable(VerificationError):
    what = "The trust root {file} cannot be used."
    cause = "{reason}"
    remedy = "Give a certificate in PEM or DER form."
    zh = (
        "信任根 {file} 不能用。",
        "{reason}",
        "请给出 PEM 或 DER 格式的证书。",
    )


class EnvelopeError(ExplainedError):
    """A sealed dossier could not be opened."""


class NotForThisKey(EnvelopeError):
    what = "The sealed dossier was not opened."
    cause = "It is sealed for {recipients}, not for this key."
    remedy = "Open it with the key of one of these units."
    zh = (
        "加密的案卷没有打开。",
        "它是给 {recipients} 的，不是给这把密钥的。",
        "请用这些单位的密钥打开。",
    )


class EnvelopeDamaged(EnvelopeError):
    what = "The sealed dossier was not opened."
    cause = "It was changed or damaged on the way ({reason})."
    remedy = "Fetch it again; if that does not help, have the sender send it again."
    zh = (
        "加密的案卷没有打开。",
        "它在路上被改动或损坏了（{reason}）。",
        "请重新取一次；还不行就请发送方重发。",
    )


class StatementError(ExplainedError):
    """A signed statement is not what it claims."""


class StatementForged(StatementError):
    what = "The signed statement was not accepted."
    cause = "{reason}"
    remedy = "Sign in again with your own key and repeat the action."
    zh = (
        "这条签名的操作没有被接受。",
        "{reason}",
        "请用自己的密钥重新登录再办一次。",
    )


class StatementOutOfPlace(StatementError):
    what = "The signed statement was not accepted."
    cause = "It does not follow the last action of this case ({reason})."
    remedy = "Load the case again and repeat the action on its newest state."
    zh = (
        "这条签名的操作没有被接受。",
        "它接不上这个办件的上一步（{reason}）。",
        "请重新打开办件，在最新的状态上再办一次。",
    )
