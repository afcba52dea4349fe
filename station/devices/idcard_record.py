"""The text record in an ID card's chip: 256 bytes of UTF-16LE, laid out by the kind of card.

GA/T 490 for residents; the permits of Hong Kong, Macao and Taiwan residents (2018) and the
permanent-residence cards of foreigners (2017 and 2023) put other fields into the same 256 bytes
and say so by a letter at byte 248: blank, J, I, Y. Where the fields of the last three lie was
taken from published tables and two independent programs, not from the standards themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from station.devices.idcard import CardKind, CardReading

LENGTH = 256
_TYPE = (248, 2)

_Layout = Mapping[str, tuple[int, int]]  # field -> first byte, number of bytes

_RESIDENT: _Layout = {
    "name": (0, 30),
    "sex": (30, 2),
    "nation": (32, 4),
    "birth": (36, 16),
    "address": (52, 70),
    "id_number": (122, 36),
    "issuer": (158, 30),
    "valid_from": (188, 16),
    "valid_to": (204, 16),
}
_COMPATRIOT: _Layout = {
    **{field: place for field, place in _RESIDENT.items() if field != "nation"},
    "pass_number": (220, 18),
    "issue_count": (238, 4),
}
_FOREIGNER_2017: _Layout = {
    "english_name": (0, 120),
    "sex": (120, 2),
    "id_number": (122, 30),
    "country": (152, 6),
    "name": (158, 30),
    "valid_from": (188, 16),
    "valid_to": (204, 16),
    "birth": (220, 16),
    "issuer": (240, 8),
}
_FOREIGNER_2023: _Layout = {
    "name": (0, 30),
    "sex": (30, 2),
    "issue_count": (32, 4),
    "birth": (36, 16),
    "english_name": (52, 70),
    "id_number": (122, 36),
    "valid_from": (188, 16),
    "valid_to": (204, 16),
    "english_name_more": (220, 22),
    "country": (242, 6),
}
_KINDS: Mapping[str, tuple[CardKind, _Layout]] = {
    "": (CardKind.RESIDENT, _RESIDENT),
    "J": (CardKind.COMPATRIOT, _COMPATRIOT),
    "I": (CardKind.FOREIGNER, _FOREIGNER_2017),
    "Y": (CardKind.FOREIGNER, _FOREIGNER_2023),
}

LONG_TERM = "长期"
SEXES = {"0": "", "1": "男", "2": "女", "9": ""}  # GB/T 2261.1: 0 unknown, 9 not stated

# GB/T 3304, in the order of its codes 01 to 56.
_NATION_NAMES = (
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 "
    "佤 畲 高山 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 "
    "阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 "
    "门巴 珞巴 基诺"
)
NATIONS = {f"{code:02d}": name for code, name in enumerate(_NATION_NAMES.split(), start=1)} | {
    "97": "其他",
    "98": "外国血统",
}

_LABELS = {
    "name": "姓名",
    "english_name": "英文姓名",
    "sex": "性别",
    "nation": "民族",
    "country": "国籍",
    "birth": "出生日期",
    "address": "住址",
    "id_number": "证件号码",
    "issuer": "签发机关",
    "valid_from": "有效期起",
    "valid_to": "有效期止",
}


def read_record(
    record: bytes, *, newest_address: str = "", photo_wlt: bytes = b"", photo: bytes | None = None
) -> CardReading:
    """What the 256 bytes say. A field that makes no sense is left empty and named in ``unclear``.

    ``ValueError`` when ``record`` does not have 256 bytes.
    """
    if len(record) != LENGTH:
        raise ValueError(f"a text record has {LENGTH} bytes, not {len(record)}")
    letter = _text(record, _TYPE)
    kind, layout = _KINDS.get(letter, _KINDS[""])
    texts = {field: _text(record, place) for field, place in layout.items()}
    unclear = [field for field, text in texts.items() if "\ufffd" in text]

    def coded(field: str, table: Mapping[str, str]) -> str:
        code = texts.get(field, "")
        if code and code not in table:
            unclear.append(field)
        return table.get(code, "")

    def day(field: str) -> date | None:
        text = texts.get(field, "")
        try:
            return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
        except ValueError:
            if text and text != LONG_TERM:
                unclear.append(field)
            return None

    sex = coded("sex", SEXES)
    nation = coded("nation", NATIONS) or texts.get("country", "")
    days = {field: day(field) for field in ("birth", "valid_from", "valid_to")}
    return CardReading(
        kind=kind,
        name=texts.get("name", ""),
        english_name=texts.get("english_name", "") + texts.get("english_name_more", ""),
        sex=sex,
        nation=nation,
        birth=days["birth"],
        address=texts.get("address", ""),
        newest_address=newest_address,
        id_number=texts.get("id_number", "").upper(),
        issuer=texts.get("issuer", ""),
        valid_from=days["valid_from"],
        valid_to=days["valid_to"],
        long_term=texts.get("valid_to") == LONG_TERM,
        pass_number=texts.get("pass_number", ""),
        issue_count=texts.get("issue_count", ""),
        photo=photo,
        photo_wlt=photo_wlt,
        unclear=tuple(_LABELS.get(field, field) for field in dict.fromkeys(unclear)),
    )


def read_address(data: bytes) -> str:
    """The newest address (追加地址): 70 bytes of UTF-16LE."""
    return data.decode("utf-16-le", errors="replace").strip(_PADDING)


_PADDING = " \0\u3000"


def _text(record: bytes, place: tuple[int, int]) -> str:
    start, length = place
    return record[start : start + length].decode("utf-16-le", errors="replace").strip(_PADDING)
