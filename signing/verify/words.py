"""What a verification has to say, each thing once, in Chinese and in English.

A ``Remark`` is a code and its facts; the sentence is made where it is read, in the reader's
language. Rooms of this package that cannot go on raise ``Unreadable`` with a remark's code; it
never leaves the package.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

# code -> (Chinese, English); both name the same facts
WORDS: dict[str, tuple[str, str]] = {
    # the bottom line
    "valid": (
        "{count} 个签名全部有效，签名之后没有改动。",
        "All {count} signatures are valid, and nothing was changed after them.",
    ),
    "nobody_signed": ("文件里没有签名。", "There is no signature in this file."),
    "signature_removed": (
        "文件里没有签名，但留有签名被去掉的痕迹。",
        "There is no signature in this file, but traces of one that was taken out.",
    ),
    "only_stamped": (
        "没有人签名，只有时间戳证明文件从那以后没有改动。",
        "Nobody signed it; a time stamp shows that it was not changed since.",
    ),
    "cannot_check": ("无法核验：{detail}", "It cannot be checked: {detail}"),
    "one_of_them": ("{who}：{detail}", "{who}: {detail}"),
    "not_opened": ("文件打不开（{detail}）。", "The file cannot be opened ({detail})."),
    # the file
    "not_a_pdf": ("它不是 PDF 文件。", "It is not a PDF."),
    "empty_file": ("它是空的。", "It is empty."),
    "no_xref": (
        "文件目录（交叉引用表）缺失或损坏，可能被截断。",
        "Its table of contents (cross-reference) is missing or damaged; it may be cut off.",
    ),
    "xref_loop": (
        "文件目录绕回了自己。",
        "Its cross-references lead in a circle.",
    ),
    "no_catalog": ("文件没有可读的页面。", "It has no pages that can be read."),
    "encrypted": (
        "文件加了密，没有密码打不开。",
        "It is encrypted and does not open without a password.",
    ),
    "no_object": (
        "字节 {at} 处的内容读不懂。",
        "What stands at byte {at} cannot be read.",
    ),
    "says_twice": (
        "字节 {at} 处同一样东西写了两遍，不同阅读器会显示不同的内容。",
        "At byte {at} one thing is said twice, so that readers show different ones.",
    ),
    "cut_off": ("字节 {at} 起的内容不完整。", "What begins at byte {at} is not complete."),
    "too_deep": ("字节 {at} 处嵌套太深。", "What stands at byte {at} is nested too deep."),
    "too_large": ("压缩的内容展开后过大。", "Compressed content unfolds into too much."),
    "objects_overlap": (
        "文件里的内容彼此重叠，是有意做出来拖垮核验程序的。",
        "Its objects lie within one another, which is made to wear a reader out.",
    ),
    "too_many_values": (
        "里面的数组长得不合理。",
        "Its arrays have unreasonably many values.",
    ),
    "too_many_objects": (
        "文件目录列出的对象多得不合理。",
        "Its cross-references list unreasonably many objects.",
    ),
    "worker_died": (
        "核验它的进程中途退出（{how}）；其他文件不受影响。",
        "The process that checked it ended halfway ({how}); other files are not affected.",
    ),
    "content_missing": (
        "签名旁边应当有它所签的文件 {file}，没有找到。",
        "The file {file}, which it signs, is not beside it.",
    ),
    "container_bad": (
        "签名容器读不懂（{detail}）。",
        "The container cannot be read ({detail}).",
    ),
    "container_xades": (
        "里面的 XAdES 签名（{file}）不是这里能核验的样子。",
        "The XAdES signature in it ({file}) has not the shape that is checked here.",
    ),
    "xades_odd": (
        "XAdES 签名的 {part} 不是基线签名该有的样子，不同的程序可能看到不同的内容。",
        "The {part} of the XAdES signature is not as in baseline signatures: programs could "
        "take it for different things.",
    ),
    "covers_part": (
        "这个签名没有覆盖容器里的文件 {file}。",
        "This signature does not cover the file {file} of the container.",
    ),
    "file_missing": (
        "签名所签的文件 {file} 不在容器里。",
        "The file {file}, which was signed, is not in the container.",
    ),
    "file_changed": ("容器里的文件 {file} 被改动过。", "The file {file} was changed."),
    "file_unsigned": (
        "容器里的文件 {file} 没有签名覆盖，是签名后放进去的。",
        "No signature covers the file {file}; it was put into the container by somebody else.",
    ),
    "too_long": (
        "核验超过 {seconds} 秒或内存用尽，已停止。",
        "Checking took over {seconds} seconds or all the memory, and was stopped.",
    ),
    "filter": ("压缩方式 {name} 解不开。", "The compression {name} cannot be undone."),
    "number": ("有一个数字长得不合理。", "A number has unreasonably many digits."),
    "unexpected": ("核验程序没料到这样的内容（{kind}）。", "Unexpected content ({kind})."),
    # what a signature covers
    "no_contents": ("签名里没有签名值。", "The signature has no value."),
    "no_byte_range": (
        "签名没有说明它覆盖哪些字节。",
        "The signature does not say which bytes it covers.",
    ),
    "byte_range_odd": (
        "签名没有覆盖除自身以外的全部内容（字节范围不合规）。",
        "The signature leaves out more than its own value (its byte range is not as it must be).",
    ),
    "byte_range_beyond": (
        "签名声称覆盖的范围超出了文件，文件可能被截断。",
        "The signature claims more bytes than the file has; the file may be cut off.",
    ),
    "not_in_revision": (
        "签名不在它所签的那一版文件里。",
        "The signature is not part of the version of the file that it signs.",
    ),
    "keys_doubled": (
        "签名里有重复的条目，不同阅读器会看到不同内容。",
        "The signature has entries twice, so that readers see different things.",
    ),
    "sub_filter": (
        "签名格式 {name} 不认识，没有核验。",
        "The signature format {name} is not known here and was not checked.",
    ),
    # the mathematics
    "digest_wrong": (
        "签名覆盖的内容被改动过。",
        "What the signature covers was changed.",
    ),
    "signature_wrong": (
        "签名值与签名人的证书对不上。",
        "The signature was not made with the key of the signer's certificate.",
    ),
    "cms_odd": (
        "签名里没有受保护的部分与标准不符，可能被人动过。",
        "Parts of the signature that nothing protects are not as the standard has them; somebody "
        "may have touched them.",
    ),
    "attributes_not_der": (
        "签名的编码不合规（不是 DER），不同的核验程序结论会不同。",
        "The signature is not encoded as it must be (DER), so that verifiers disagree about it.",
    ),
    "no_cms": ("签名数据读不懂。", "The signature's data cannot be read."),
    "no_certificate": (
        "签名里没有签名人的证书。",
        "The signer's certificate is missing from the signature.",
    ),
    "other_certificate": (
        "签名绑定的是另一张证书。",
        "The signature is bound to another certificate.",
    ),
    "other_content": (
        "签名签的是另一类内容。",
        "The signature is over another kind of content.",
    ),
    "content_inside": (
        "签名自带了内容，签的不是这份文件。",
        "The signature brings content of its own; it is not this file that it signs.",
    ),
    "algorithm_changed": (
        "签名声明的算法与受保护的不一致。",
        "The signature's algorithm is not the one it protects.",
    ),
    "unknown_algorithm": (
        "算法 {oid} 不认识。",
        "The algorithm {oid} is not known here.",
    ),
    "unknown_key": ("签名人的密钥种类不认识。", "The signer's key is of an unknown kind."),
    "bad_key": ("签名人证书里的密钥已损坏。", "The key in the signer's certificate is damaged."),
    "forbidden_pair": (
        "标准不允许 {kind} 配 {digest}。",
        "The standard does not permit {kind} with {digest}.",
    ),
    "weak_digest": (
        "摘要算法 {digest} 太弱，今天已不能单独作证。",
        "The digest {digest} is too weak to prove anything alone today.",
    ),
    "weak_key": (
        "密钥只有 {bits} 位，太短。",
        "The key has only {bits} bits, which is too short.",
    ),
    "several_signers": (
        "一个签名里有 {count} 个签名人，这里只列出第一个。",
        "One signature holds {count} signers, of whom the first is listed.",
    ),
    # time
    "stamp_wrong": (
        "签名上的时间戳不是给这个签名的，或被改动过。",
        "The time stamp on the signature is not over it, or was changed.",
    ),
    "stamp_untrusted": (
        "时间戳的签发者不能确认：{detail}",
        "The time stamp's issuer cannot be confirmed: {detail}",
    ),
    "stamp_expired": (
        "时间戳的证书已过期，没有更新的归档时间戳接续。",
        "The time stamp's certificate ran out and no newer archive time stamp renews it.",
    ),
    "from_the_future": (
        "签名时间 {time} 晚于核验时间。",
        "The time of signing, {time}, is after the time of checking.",
    ),
    # trust
    "no_roots": (
        "没有给出信任根，无法确认签名人是谁签发的。",
        "No trust root was given, so nobody vouches for the signer.",
    ),
    "no_path": (
        "{holder} 的证书不是由信任的机构签发的。",
        "The certificate of {holder} does not lead to a trusted authority.",
    ),
    "revoked": (
        "{holder} 的证书在 {date} 已被吊销。",
        "The certificate of {holder} was revoked on {date}.",
    ),
    "status_unknown": (
        "查不到 {holder} 的证书当时是否已被吊销。",
        "It cannot be settled whether the certificate of {holder} was revoked then.",
    ),
    "expired_unproven": (
        "{holder} 的证书已在 {date} 到期，又没有可信的时间戳证明是在此之前签的。",
        "The certificate of {holder} ran out on {date}, and no trusted time stamp shows that it "
        "was used before.",
    ),
    "expired_then": (
        "签名时 {holder} 的证书已过期（{date}）。",
        "The certificate of {holder} had run out ({date}) when it signed.",
    ),
    "not_valid_yet": (
        "签名时 {holder} 的证书还没有生效（{date} 起）。",
        "The certificate of {holder} was not valid yet (from {date}) when it signed.",
    ),
    "wrong_use": (
        "{holder} 的证书不是用来签名的。",
        "The certificate of {holder} is not made for signing.",
    ),
    "certificate_bad": (
        "{holder} 的证书不能用：{detail}",
        "The certificate of {holder} cannot be used: {detail}",
    ),
    "padding_used": (
        "签名值或它后面的空位被人动过，没有任何签名覆盖那里。",
        "Somebody wrote into the signature's value or the room behind it, which nothing covers.",
    ),
    "locked": (
        "文件加了密，没有密码看不到内容；签名签的是加密后的字节，已核验。",
        "It is encrypted and its contents cannot be seen without a password; the signatures, which "
        "are over the encrypted bytes, were checked.",
    ),
    "appended_idly": (
        "最后一个签名之后追加过内容：页面没有变，但也不是长期验证数据，来历不明。",
        "Something was appended after the last signature: no page changed, but it is no long-term "
        "data either.",
    ),
    "evidence_damaged": (
        "文件自带的证书或吊销信息有损坏（签名本身没有坏）。",
        "Certificates or revocation evidence that the file brings along are damaged "
        "(the signatures themselves are not).",
    ),
    # changes
    "evidence_added": (
        "加入了长期验证数据（证书、吊销信息）。",
        "Long-term data (certificates, revocation evidence) was added.",
    ),
    "evidence_removed": (
        "长期验证数据（证书、吊销信息）被去掉了。",
        "Long-term data (certificates, revocation evidence) was taken away.",
    ),
    "stamp_added": ("加了归档时间戳 {field}。", "The archive time stamp {field} was added."),
    "signature_added": (
        "第 {page} 页签名域 {field} 里加了签名。",
        "A signature was put into the field {field} on page {page}.",
    ),
    "invisible_signature_added": (
        "加了不可见签名 {field}。",
        "The invisible signature {field} was added.",
    ),
    "field_prepared": (
        "加了空的签名域 {field}。",
        "The empty signature field {field} was added.",
    ),
    "field_filled": (
        "第 {page} 页表单项 {field} 由“{before}”改为“{after}”。",
        "The form field {field} on page {page} was changed from “{before}” to “{after}”.",
    ),
    "information_changed": (
        "文件属性（标题、修改时间等）变了，页面没有变。",
        "The file's description (title, date, …) was changed, the pages were not.",
    ),
    "catalog_changed": (
        "文件的全局设置 {key} 变了。",
        "The file's setting {key} was changed.",
    ),
    "encryption_changed": ("文件的加密设置变了。", "The file's encryption was changed."),
    "pages_added": (
        "增加了 {count} 页（第 {pages} 页）。",
        "{count} pages were added (page {pages}).",
    ),
    "pages_removed": (
        "删掉了 {count} 页（原第 {pages} 页）。",
        "{count} pages were removed (formerly page {pages}).",
    ),
    "page_content": ("第 {page} 页的内容变了。", "The content of page {page} was changed."),
    "page_setting": (
        "第 {page} 页的设置 {key} 变了。",
        "The setting {key} of page {page} was changed.",
    ),
    "annotation_added": (
        "第 {page} 页加了批注（{kind}）。",
        "An annotation ({kind}) was added on page {page}.",
    ),
    "annotation_removed": (
        "第 {page} 页的批注（{kind}）被去掉。",
        "An annotation ({kind}) was removed from page {page}.",
    ),
    "annotation_changed": (
        "第 {page} 页的批注（{kind}）变了。",
        "An annotation ({kind}) on page {page} was changed.",
    ),
    "form_changed": ("表单的设置 {key} 变了。", "The form's setting {key} was changed."),
    "field_added": ("加了表单项 {field}。", "The form field {field} was added."),
    "field_removed": ("表单项 {field} 被去掉。", "The form field {field} was removed."),
    "field_changed": (
        "表单项 {field} 的 {key} 变了。",
        "The {key} of the form field {field} was changed.",
    ),
    "appearance_changed": (
        "第 {page} 页表单项 {field} 的样子变了，与它的值对不上。",
        "The look of the form field {field} on page {page} was changed and is not its value.",
    ),
    "ink_unreadable": (
        "手写签名的说明读不懂。",
        "What is said of the handwriting cannot be read.",
    ),
    "ink_moved": (
        "手写签名不是签在这份文件上的。",
        "The handwriting was not put on this document.",
    ),
    "ink_replaced": (
        "手写签名的图形或笔迹被换过。",
        "The handwriting's drawing or its strokes were replaced.",
    ),
    "changed_after_shown": (
        "给申请人看过以后、签名以前，文件又改过：{detail}",
        "After it was shown to the writer and before it was signed it was changed: {detail}",
    ),
    "no_such_page": ("没有这一页。", "There is no such page."),
    "signature_changed": (
        "已有的签名 {field} 被改动。",
        "The signature {field} was changed.",
    ),
    "hidden_objects": (
        "字节 {at} 处藏有不在目录里的内容，有的阅读器会显示它。",
        "Something that no table of contents lists is hidden at byte {at}; some readers show it.",
    ),
    "bytes_after": (
        "最后一个签名之后还有不属于文件的字节。",
        "Bytes that belong to no part of the file follow the last signature.",
    ),
    "damaged_after": (
        "签名之后追加的部分读不懂：{detail}",
        "What was appended after the signature cannot be read: {detail}",
    ),
    "comparison_stopped": (
        "签名前后差别太复杂，无法比较。",
        "What was changed is too involved to be compared.",
    ),
    "not_permitted": (
        "{who} 签名之后：{detail}",
        "After {who} signed: {detail}",
    ),
    "unsigned_change": (
        "最后一个签名之后有改动，没有人签名确认：{detail}",
        "Something was changed after the last signature and nobody signed for it: {detail}",
    ),
    "locked_field": (
        "第 {page} 页签名域 {field} 在锁定之后被填写。",
        "The field {field} on page {page} was filled although it is locked.",
    ),
    # the approval chain
    "chain_nobody": ("没有一个签名写明单位代码。", "No signature names the code of a unit."),
    "chain_unit": (
        "{who} 的证书没有村、镇、县的单位代码。",
        "The certificate of {who} names no village, township or county code.",
    ),
    "chain_start": (
        "审批链应从村开始，第一个签名却是 {who}。",
        "The chain begins with {who} and not in a village.",
    ),
    "chain_one": (
        "只有村里签了，还没有上级审核。",
        "Only the village signed; nobody above reviewed it yet.",
    ),
    "chain_gap": (
        "乡镇没有审核就到了县里。",
        "The county signed without a township's review.",
    ),
    "level_village": ("村", "village"),
    "level_township": ("乡镇", "township"),
    "level_county": ("县", "county"),
    "chain_order": (
        "{who} 应当在 {after} 之前签。",
        "{who} should have signed before {after}.",
    ),
    "chain_above": (
        "{above} 不是 {below} 的上级单位。",
        "{above} is not the unit above {below}.",
    ),
    "chain_same": (
        "{who} 在审批链上签了两级。",
        "{who} signed on two levels of the chain.",
    ),
    "chain_role": (
        "{who} 的职务“{role}”不能在{level}签。",
        "{who} signed at the {level} as “{role}”, who may not sign there.",
    ),
    "chain_time": (
        "{who} 的签名时间早于前一级。",
        "{who} signed at an earlier time than the level below.",
    ),
    "chain_open": (
        "签名域 {field} 还空着，审批没有走完。",
        "The field {field} is still empty; the chain is not complete.",
    ),
    "chain_seal": (
        "{who} 是单位的章，不能代替审批人签名。",
        "{who} is a unit's seal and does not stand for a person's decision.",
    ),
    "chain_short": (
        "按 {route} 的办理路线，{level}应当签名，却没有签。",
        "By the route of {route} the {level} has to sign, and did not.",
    ),
    "chain_beyond": (
        "{who} 签了名，可是按 {route} 的办理路线不到{level}。",
        "{who} signed, but the route of {route} does not go to the {level}.",
    ),
    "route_unknown": (
        "这里没有 {route} 的办理路线，只看了签名的先后，没有对照路线。",
        "The route of {route} is not known here: only the order of signatures was looked at.",
    ),
    "route_unnamed": (
        "文件没有写明办的是什么事项，只看了签名的先后，没有对照办理路线。",
        "The file does not name its item, so only the order of signatures was looked at.",
    ),
    "route_missing": (
        "这里没有 {route} 的办理路线，该签的是不是都签了无法确认；请给出县里的事项文件夹。",
        "The route of {route} is not known here, so whether all signed who have to cannot be "
        "settled; name the folder of the county's items.",
    ),
    "route_illegible": (
        "里面没有写清办的是什么事项，该签的是不是都签了无法确认。",
        "It does not say legibly which item it is about, so whether all signed who have to cannot "
        "be settled.",
    ),
    "notice": (
        "它自己写明是通知，本来不用签名；它不是审批，以案卷为准。",
        "By its own words it is a notice, which nobody has to sign; it approves nothing.",
    ),
    "notice_unsigned": (
        "它自称是通知，本来就不签名；没有人为它担保，以案卷为准。",
        "By its own words it is a notice, which nobody signs; nobody vouches for it: the dossier "
        "tells.",
    ),
    "letter_level": (
        "{who} 无权作这样的决定：按 {route} 的办理路线，不由{level}决定。",
        "{who} may not decide this: by the route of {route} it is not for the {level}.",
    ),
    "letter_units": (
        "{who} 和 {other} 不是一个单位；一份决定只由一个单位作出。",
        "{who} and {other} are not of one unit; a decision is one unit's.",
    ),
    "letter_place": (
        "{who} 的单位管不到这件办件的村（{place}）。",
        "The unit of {who} is not above the village of this case ({place}).",
    ),
    "letter_unsealed": (
        "{unit} 的电子公章没有盖。",
        "The seal of {unit} is missing.",
    ),
    "chain_wrong": ("审批链不成立：{detail}", "The approval chain does not hold: {detail}"),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say: ``code`` is stable, ``facts`` fill the sentence."""

    code: str
    facts: tuple[tuple[str, object], ...] = ()

    def __init__(self, code: str, **facts: object) -> None:
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "facts", tuple(sorted(facts.items())))

    @property
    def zh(self) -> str:
        """The Chinese sentence."""
        return self.in_("zh")

    @property
    def en(self) -> str:
        """The English sentence."""
        return self.in_("en")

    def in_(self, language: str) -> str:
        """The sentence in ``language`` ("zh" or "en")."""
        chinese, english = WORDS[self.code]
        facts = {
            name: fact.in_(language) if isinstance(fact, Remark) else plain(fact)
            for name, fact in self.facts
        }
        return (chinese if language == "zh" else english).format(**facts)


def plain(fact: object) -> object:
    """Text of a stranger without what steers a terminal or turns the direction of writing: a name
    could otherwise wipe the line above and write a verdict of its own."""
    if not isinstance(fact, str) or fact.isprintable():
        return fact
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in _STEERING else c for c in fact
    )


_STEERING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class Unreadable(Exception):
    """Something could not be read; ``remark`` says what. Never leaves the package."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.remark = Remark(code, **facts)
