"""What the words on a form say about a field: its kind, its unit, its name in the definition.

Plain rules over plain text, in the order in which they are tried. No pixels.
"""

from __future__ import annotations

import re
from typing import Final

from station.domain.items import FieldKind

UNITS: Final = (
    "万元", "元", "周岁", "岁", "人", "亩", "平方米", "㎡", "m²", "m2", "公斤", "千克", "kg", "户",
    "口", "个", "头", "只", "台", "间", "棵", "年", "个月", "月", "天", "次", "%", "％", "米", "cm",
    "厘米", "份", "级", "元/月", "元/年", "元／月", "元／年",
)  # fmt: skip
_KINDS: Final[tuple[tuple[FieldKind, str], ...]] = (
    (FieldKind.SIGNATURE, r"签名|签字|签章|盖章|公章|手印|印章|签收"),
    (FieldKind.ID_NUMBER, r"身份证(?!明|复印)|身份号码|证件号|居民证号"),
    (FieldKind.PHONE, r"电话|手机|联系方式|座机"),
    (FieldKind.MONEY, r"金额|收入|费用|补贴标准|工资|资金|价款|单价|总价|保费|"
                      r"缴费(?!年|月|档)|支出|投资额|注册资本"),
    (FieldKind.DIGITS, r"账号|帐号|卡号|面积|人数|人口|年龄|邮编|邮政编码|数量|户号|亩数|头数|年限|"
                       r"户数|台数|间数|工龄|身高|体重|胎次|份数"),
    (FieldKind.DATE, r"日期|出生年月|时间|年月日|有效期|何时|起止"),
    (FieldKind.ADDRESS, r"地址|住址|住所|户籍(?:所在|地)|户口所在|坐落|居住地|现住|"
                        r"家住|地点|经营场所"),
    (FieldKind.NAME, r"姓名|户主$|联系人$|经办人$|申请人$|法定代表人$|负责人$|监护人$|代理人$|"
                     r"代办员$|经营者$|承包方代表$|户名$|被委托人$|委托人$"),
)  # fmt: skip
_NOT_DIGITS: Final = re.compile(r"编号|文号|字号|情况")
_OFFICE: Final = re.compile(
    r"意见|审核|审批|初审|经办|受理|调查|公示|核查|评议|复核|批准|盖章|公章|"
    r"(?:主管|民政|乡镇|街道|县级?|部门).*(?:签|章|意见)|负责人签"
)
_NOTE: Final = re.compile(r"^(填表说明|说明|注|备注说明|注意|温馨提示|填写说明|附注?)[：:]")
PHOTO: Final = re.compile(r"^(?:贴?(?:一寸|二寸|1寸|2寸|免冠|近期|本人|彩色|登记|正面|标准)*照片?"
                          r"(?:处|粘贴处|粘贴)?|相片)$")  # fmt: skip
PROMISE: Final = re.compile(r"承诺|声明|保证.*(?:真实|属实)|如有(?:虚假|不实)")
DATED: Final = re.compile(r"^(?:20|19|二〇|二零)?年月日?(?:[至到\-—~一]+(?:20)?年月日?)?$")
SEVERAL: Final = re.compile(r"可?多选|可选多项|可以多选|选项可多|不限一项")
_ONE: Final = re.compile(r"单选|只选一项|任选一项|选一项")
_LIKELY_ONE: Final = re.compile(
    r"性别|是否|有无|类别|类型|状况|方式|关系|程度|等级|级别|性质|身份|学历|能力|面貌|结果|意愿|"
    r"情况|户别|账户|期限|档次|频次"
)
_LIKELY_SEVERAL: Final = re.compile(
    r"材料|附件|证件|原因|内容|范围|项目|需求|用途|服务|病种|设备|技能"
)
_NUMBERING: Final = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十]+[）)]?[、.．:：]|[（(]?\d{1,2}[）)、.．](?!\d)|[①-⑳]|[*＊★●·•])\s*"
)

_KNOWN_IDS: Final = (
    ("name", r"^(?:申请人|本人|老人|参保人|当事人|补贴对象)?姓名$|^申请人$"),
    ("sex", r"^性别$"),
    ("nation", r"^民族$"),
    ("birth", r"^出生(?:日期|年月|年月日)$"),
    ("id_number", r"^(?:公民|居民|本人|申请人)?(?:身份证|身份)(?:件?号码?)?$|^证件号码?$"),
    ("address", r"^(?:户籍|户口|家庭|居住|现|常住|联系)?(?:所在)?(?:地址|住址|地)$|^住所$"),
    ("phone", r"^(?:联系|本人|手机|申请人)?(?:电话|号码|方式)(?:号码)?$|^手机号?码?$|^联系方式$"),
)  # fmt: skip
APPLICANT: Final = {
    "name": "applicant.name",
    "sex": "applicant.sex",
    "nation": "applicant.nation",
    "birth": "applicant.birth",
    "id_number": "applicant.id_number",
    "address": "applicant.address",
    "phone": "applicant.phone",
}


_MISREAD: Final = str.maketrans("別戶収產區號員變證國", "别户收产区号员变证国")
"""Old forms of characters, which no form of today is printed with but the reader sees at times."""


_WIDE: Final = str.maketrans("():", "（）：")


def tidy(text: str) -> str:
    """A label as a person would write it: no numbering, no colon, no blanks inside Chinese."""
    text = text.translate(_MISREAD)
    text = re.sub(r"(?<=[⺀-鿿])\s+(?=[⺀-鿿])", "", text.strip())
    if re.search("[⺀-鿿]", text):
        text = text.translate(_WIDE)
    text = _NUMBERING.sub("", text)
    return text.strip(" \t　:：_—-*＊.．。,，、；;|｜").strip()


def kind_of(label: str, unit: str = "") -> FieldKind:
    """The kind of a field with this label, as far as words tell."""
    plain = re.sub(r"[（(][^）)]*[）)]", "", label) or label
    for kind, words in _KINDS:
        if kind is FieldKind.SIGNATURE:
            if re.search(words, label):
                return kind
        elif kind is FieldKind.DIGITS and _NOT_DIGITS.search(plain):
            continue
        elif re.search(words, plain):
            return kind
    if unit.startswith(("元", "万元")):
        return FieldKind.MONEY
    if unit in UNITS:
        return FieldKind.DIGITS
    return FieldKind.TEXT


def choice_kind(label: str, options: tuple[str, ...]) -> tuple[FieldKind, bool]:
    """Choice or multichoice, and whether that is certain."""
    words = label + "".join(option for option in options if "选" in option)
    if SEVERAL.search(words):
        return FieldKind.MULTICHOICE, True
    if _ONE.search(words):
        return FieldKind.CHOICE, True
    plain = set(options)
    if plain & {"是", "否", "有", "无", "男", "女", "同意", "不同意"} or len(options) == 2:
        return FieldKind.CHOICE, True
    if _LIKELY_SEVERAL.search(label):
        return FieldKind.MULTICHOICE, False
    return FieldKind.CHOICE, bool(_LIKELY_ONE.search(label)) and len(options) <= 6


def is_office(label: str) -> bool:
    """Whether the office fills this in, not the applicant."""
    return bool(_OFFICE.search(label)) and "申请人" not in label


def is_note(text: str) -> bool:
    """Whether the text explains and asks for nothing."""
    return bool(_NOTE.match(text.strip())) or len(text) > 26 or "。" in text.rstrip("。")


def known_id(label: str) -> str:
    """The name that the program knows this fact of the applicant by; empty when it is none."""
    plain = re.sub(r"[（(][^）)]*[）)]", "", label)
    return next((name for name, words in _KNOWN_IDS if re.search(words, plain)), "")


def spelt(label: str) -> str:
    """A name for a field in the definition, from its label's pinyin."""
    from pypinyin import lazy_pinyin

    parts = [re.sub(r"[^a-z0-9]", "", part.lower()) for part in lazy_pinyin(label[:8])]
    name = "_".join(part for part in parts if part)[:32].strip("_")
    return name if re.match(r"^[a-z]", name) else f"f_{name}".rstrip("_")
