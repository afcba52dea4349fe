"""What can go wrong with a key on a token, and the one table from a driver's codes to it.

A driver answers with numbers (CK_RV, PKCS#11 v2.40 section 3.6 and vendors' own above 0x80000000);
``explained`` is the only place that turns one into something a person can act on. The number
itself stays in the facts for whoever looks into it.
"""

from __future__ import annotations

from signing.errors import (
    CertificateNotUsable,
    ExplainedError,
    KeyRemoved,
    KeyUnavailable,
    PinLocked,
    PinWrong,
    SigningError,
)

_NO_KEY = "在 {where} 没有找到密钥。"


class TokenUriWrong(KeyUnavailable):
    what = "The key address {where} cannot be used."
    cause = "{reason}"
    remedy = "“station key list” shows the address of every key; copy it from there."
    zh = (
        "密钥地址 {where} 不能用。",
        "{reason}",
        "“station key list”会列出每把密钥的地址，请从那里复制。",
    )


class DriverMissing(KeyUnavailable):
    what = "The key driver {where} is not used."
    cause = "There is no such file."
    remedy = "Install the driver that came with the UKey, or correct its path in the settings."
    zh = (
        "密钥驱动 {where} 没有用上。",
        "没有这个文件。",
        "请安装 UKey 附带的驱动，或在设置里改正路径。",
    )


class DriverUnfit(KeyUnavailable):
    what = "The key driver {where} is not used."
    cause = "It is not a PKCS#11 driver for this computer ({reason})."
    remedy = "Install the maker's PKCS#11 driver for this system and processor."
    zh = (
        "密钥驱动 {where} 没有用上。",
        "它不是这台电脑能用的 PKCS#11 驱动（{reason}）。",
        "请安装厂家为本系统、本处理器提供的 PKCS#11 驱动。",
    )


class DriverCrashed(KeyUnavailable):
    what = "The key was not used."
    cause = "Its driver {where} crashed ({reason})."
    remedy = "Unplug the UKey, plug it in again and repeat. If it happens again, update its driver."
    zh = (
        "密钥没有用成。",
        "驱动 {where} 崩溃了（{reason}）。",
        "请拔下 UKey 再插上重试；总是这样就请更新驱动。",
    )


class DriverStuck(KeyUnavailable):
    what = "The key was not used."
    cause = "Its driver {where} did not answer for {seconds} seconds, and was ended."
    remedy = "Unplug the UKey, plug it in again and repeat; what is already signed stays signed."
    zh = (
        "密钥没有用成。",
        "驱动 {where} 过了 {seconds} 秒还没有应答，已经把它关掉。",
        "请拔下 UKey 再插上重试，已经签好的不受影响。",
    )


class TokenMissing(KeyUnavailable):
    cause = "No UKey that is plugged in matches ({reason})."
    remedy = "Plug it in and try again; “station doctor” tells whether its driver sees it."
    zh = (
        _NO_KEY,
        "插着的 UKey 没有一个对得上（{reason}）。",
        "请插好再试；“station doctor”会说驱动看不看得到它。",
    )


class TokenAmbiguous(KeyUnavailable):
    what = "It is not clear which key is meant by {where}."
    cause = "Several match: {found}."
    remedy = "Add the serial number or the id, as “station key list” shows them."
    zh = (
        "{where} 指的是哪一把密钥，不明确。",
        "有几把都对得上：{found}。",
        "请加上序列号（serial）或 id，“station key list”会列出来。",
    )


class TokenWithoutCertificate(KeyUnavailable):
    what = "The key on {where} cannot sign yet."
    cause = "It has no certificate."
    remedy = "Have it enrolled: station key enrol."
    zh = ("{where} 里的密钥还不能签名。", "它没有证书。", "请先申领证书：station key enrol。")


class KeyNotOnToken(KeyUnavailable):
    cause = "The certificate is there, but the private key that belongs to it is not."
    remedy = "Have the UKey enrolled again."
    zh = (_NO_KEY, "证书在，但和它配对的私钥不在。", "请重新申领这个 UKey 的证书。")


class KeyOfUnknownKind(KeyUnavailable):
    cause = "It is of a kind that cannot be used here ({reason})."
    remedy = "Use a key with RSA, P-256, P-384 or Ed25519."
    zh = (
        _NO_KEY,
        "密钥的种类这里用不了（{reason}）。",
        "请用 RSA、P-256、P-384 或 Ed25519 的密钥。",
    )


class TokenFailed(SigningError):
    what = "Nothing was signed."
    cause = "The UKey reported a failure ({call}, {code})."
    remedy = "Unplug it, plug it in again and repeat; if it stays, try it on another computer."
    zh = (
        "没有签名。",
        "UKey 报告出错（{call}，{code}）。",
        "请拔下再插上重试；还是不行，换一台电脑试试。",
    )


class TokenBusy(SigningError):
    what = "Nothing was signed."
    cause = "Another program is using the UKey ({call}, {code})."
    remedy = "Close other programs that use it (bank, tax, browser) and repeat."
    zh = (
        "没有签名。",
        "别的程序正占用 UKey（{call}，{code}）。",
        "请关掉用它的其他程序（网银、税务、浏览器）再试。",
    )


class TokenCannot(SigningError):
    what = "The UKey cannot do this."
    cause = "Its driver does not offer what is needed ({call}, {code})."
    remedy = "Use the maker's own tool for it, or another kind of UKey."
    zh = (
        "这个 UKey 做不了这件事。",
        "它的驱动没有需要的功能（{call}，{code}）。",
        "请用厂家自己的工具来做，或换一种 UKey。",
    )


class TokenFull(SigningError):
    what = "Nothing was stored on the UKey."
    cause = "It is full ({call}, {code})."
    remedy = "Remove keys that are no longer used with the maker's tool, and repeat."
    zh = ("没有存进 UKey。", "它满了（{call}，{code}）。", "请用厂家工具删掉不用的密钥再试。")


class TokenNotReady(SigningError):
    what = "Nothing was signed."
    cause = "The UKey is not set up: it has no PIN yet ({call}, {code})."
    remedy = "Have the administrator set it up and give it a PIN."
    zh = (
        "没有签名。",
        "UKey 还没有初始化，没有 PIN（{call}，{code}）。",
        "请让管理员初始化并设好 PIN。",
    )


class TokenStopped(SigningError):
    what = "Nothing was signed."
    cause = "It was cancelled on the reader, or nothing was typed in time ({call}, {code})."
    remedy = "Repeat, and type the PIN on the reader's keys when it asks."
    zh = (
        "没有签名。",
        "在读卡器上取消了，或没有及时输入（{call}，{code}）。",
        "请再来一次，读卡器提示时在它的键盘上输入 PIN。",
    )


class PinEmpty(SigningError):
    what = "Nothing was signed."
    cause = "The PIN is empty."
    remedy = "Type the PIN of the key. No try was used up."
    zh = ("没有签名。", "PIN 是空的。", "请输入密钥的 PIN；没有用掉一次机会。")


class PinWrongUncounted(PinWrong):
    """Where the token does not tell how many tries are left; ``tries_left`` is None."""

    remedy = "Type the PIN again, with care: after several wrong ones the key locks."
    zh = (PinWrong.zh[0], PinWrong.zh[1], "请仔细重新输入；连错几次密钥会锁住。")


class PinWrongLastTry(PinWrong):
    remedy = "One try is left: if it is wrong too, the key locks. Ask if you are not sure."
    zh = (PinWrong.zh[0], PinWrong.zh[1], "只剩最后一次：再错就锁住了，拿不准请先问。")


class PinUnfit(PinWrong):
    cause = "A PIN of this length or with these characters is none of this key's ({code})."
    remedy = "Type the PIN again. Perhaps no try was used up."
    zh = (PinWrong.zh[0], "这个 PIN 的长度或字符不合这把密钥的规定（{code}）。", "请重新输入。")


class PinExpired(SigningError):
    what = "Nothing was signed."
    cause = "The UKey wants its PIN changed first ({code})."
    remedy = "Change the PIN with the maker's tool, then sign."
    zh = ("没有签名。", "UKey 要求先改 PIN（{code}）。", "请用厂家工具改好 PIN 再签。")


class CertificateChanged(CertificateNotUsable):
    cause = "The UKey now carries another certificate than when this work was begun."
    remedy = "Plug in the UKey that it was begun with, or begin anew."
    zh = (
        CertificateNotUsable.zh[0],
        "UKey 里的证书和开始时的不是同一张。",
        "请插回开始时用的 UKey，或者重新开始。",
    )


class ManagementKeyMissing(SigningError):
    what = "No key was made on {where}."
    cause = "A PIV card makes keys only for who has its management key."
    remedy = "Give it with --management-key FILE, or have the card prepared with its maker's tool."
    zh = (
        "没有在 {where} 里生成密钥。",
        "PIV 卡要有它的管理密钥才肯生成密钥。",
        "请用 --management-key 给出存着管理密钥的文件，或用厂家工具准备好这张卡。",
    )


class ManagementKeyWrong(SigningError):
    what = "Nothing was changed on {where}."
    cause = "The card does not accept this management key."
    remedy = "Check the file: 32, 48 or 64 hexadecimal digits, as the card's administrator set it."
    zh = (
        "{where} 里什么都没有改。",
        "卡不认这个管理密钥。",
        "请检查文件：32、48 或 64 个十六进制数字，由管这张卡的人设定。",
    )


class ReadersUnreachable(KeyUnavailable):
    what = "The card reader was not reached."
    cause = "The card service of this computer does not answer ({code})."
    remedy = "Check that the reader is plugged in and the service (pcscd) runs: station doctor."
    zh = (
        "没有连上读卡器。",
        "这台电脑的智能卡服务没有应答（{code}）。",
        "请检查读卡器和智能卡服务（pcscd）：station doctor。",
    )


# CKF_ bits of a token's flags (PKCS#11 v2.40, table 10)
LOGIN_REQUIRED, PIN_SET, READER_ASKS = 0x004, 0x008, 0x100
INITIALISED, WRITE_PROTECTED = 0x400, 0x002
PIN_LOW, PIN_LAST, PIN_LOCKED, PIN_TO_CHANGE = 0x10000, 0x20000, 0x40000, 0x80000

_GONE = (
    0x003,  # CKR_SLOT_ID_INVALID: the reader left too
    0x032,  # CKR_DEVICE_REMOVED
    0x060,  # CKR_KEY_HANDLE_INVALID: the object is gone with its token
    0x082,  # CKR_OBJECT_HANDLE_INVALID
    0x0B0,  # CKR_SESSION_CLOSED
    0x0B3,  # CKR_SESSION_HANDLE_INVALID
    0x0E0,  # CKR_TOKEN_NOT_PRESENT
    0x101,  # CKR_USER_NOT_LOGGED_IN: pulled and put back while nobody looked
)
_TABLE: dict[int, type[ExplainedError]] = {
    **dict.fromkeys(_GONE, KeyRemoved),
    0x002: TokenFailed,  # CKR_HOST_MEMORY
    0x005: TokenFailed,  # CKR_GENERAL_ERROR
    0x006: TokenFailed,  # CKR_FUNCTION_FAILED
    0x007: TokenCannot,  # CKR_ARGUMENTS_BAD
    0x010: TokenCannot,  # CKR_ATTRIBUTE_READ_ONLY
    0x012: TokenCannot,  # CKR_ATTRIBUTE_TYPE_INVALID
    0x013: TokenCannot,  # CKR_ATTRIBUTE_VALUE_INVALID
    0x01B: TokenCannot,  # CKR_ACTION_PROHIBITED
    0x030: TokenFailed,  # CKR_DEVICE_ERROR
    0x031: TokenFull,  # CKR_DEVICE_MEMORY
    0x050: TokenStopped,  # CKR_FUNCTION_CANCELED
    0x001: TokenStopped,  # CKR_CANCEL
    0x054: TokenCannot,  # CKR_FUNCTION_NOT_SUPPORTED
    0x062: TokenCannot,  # CKR_KEY_SIZE_RANGE
    0x063: TokenCannot,  # CKR_KEY_TYPE_INCONSISTENT
    0x068: TokenCannot,  # CKR_KEY_FUNCTION_NOT_PERMITTED
    0x070: TokenCannot,  # CKR_MECHANISM_INVALID
    0x071: TokenCannot,  # CKR_MECHANISM_PARAM_INVALID
    0x090: TokenBusy,  # CKR_OPERATION_ACTIVE
    0x0A0: PinWrong,  # CKR_PIN_INCORRECT
    0x0A1: PinUnfit,  # CKR_PIN_INVALID
    0x0A2: PinUnfit,  # CKR_PIN_LEN_RANGE
    0x0A3: PinExpired,  # CKR_PIN_EXPIRED
    0x0A4: PinLocked,  # CKR_PIN_LOCKED
    0x0B1: TokenBusy,  # CKR_SESSION_COUNT
    0x0B5: TokenCannot,  # CKR_SESSION_READ_ONLY
    0x0D0: TokenCannot,  # CKR_TEMPLATE_INCOMPLETE
    0x0D1: TokenCannot,  # CKR_TEMPLATE_INCONSISTENT
    0x0E1: TokenFailed,  # CKR_TOKEN_NOT_RECOGNIZED
    0x0E2: TokenCannot,  # CKR_TOKEN_WRITE_PROTECTED
    0x102: TokenNotReady,  # CKR_USER_PIN_NOT_INITIALIZED
    0x103: TokenCannot,  # CKR_USER_TYPE_INVALID
    0x104: TokenBusy,  # CKR_USER_ANOTHER_ALREADY_LOGGED_IN
    0x105: TokenBusy,  # CKR_USER_TOO_MANY_TYPES
    0x130: TokenCannot,  # CKR_DOMAIN_PARAMS_INVALID
    0x140: TokenCannot,  # CKR_CURVE_NOT_SUPPORTED
    0x170: TokenBusy,  # CKR_MUTEX_BAD
    0x190: TokenFailed,  # CKR_CRYPTOKI_NOT_INITIALIZED
    0x200: TokenStopped,  # CKR_FUNCTION_REJECTED
}


def explained(call: str, code: int, where: str) -> ExplainedError:
    """What a driver's code means to the person who wanted something of the key at ``where``.

    A code that is in no table (vendors have their own) is a failure of the token, with its number.
    """
    shown = f"CKR 0x{code:08X}"
    kind = _TABLE.get(code, TokenFailed)
    if kind is PinWrong:
        return PinWrongUncounted(tries_left=None, where=where, call=call, code=shown)
    if kind is PinUnfit:
        return PinUnfit(tries_left=None, where=where, call=call, code=shown)
    return kind(where=where, call=call, code=shown)
