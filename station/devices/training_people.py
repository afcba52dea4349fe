"""The villagers of the training county: who comes to the desk while somebody practises.

All of them are invented. Their ID numbers have the right check character, because the program
under practice checks it; every paper drawn for them says 培训.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from station.devices.idcard import CardKind, CardReading

ISSUER = "邱县公安局"
_VILLAGE = "河北省邱县东河镇后段寨村"


@dataclass(frozen=True, slots=True, kw_only=True)
class Villager:
    """A person with the card and the few other data that papers and forms ask for."""

    card: CardReading
    note: str  # why one would practise with this person
    phone: str = ""
    bank_account: str = ""
    relation: str = "户主"  # to the head of the household
    schooling: str = "小学"
    occupation: str = "粮农"

    @property
    def name(self) -> str:
        return self.card.name or self.card.english_name


def _resident(
    name: str,
    sex: str,
    birth: date,
    id_number: str,
    group: str,
    *,
    nation: str = "汉",
    valid: tuple[date, date | None],
) -> CardReading:
    start, end = valid
    return CardReading(
        name=name,
        sex=sex,
        nation=nation,
        birth=birth,
        address=f"{_VILLAGE}{group}",
        id_number=id_number,
        issuer=ISSUER,
        valid_from=start,
        valid_to=end,
        long_term=end is None,
    )


VILLAGERS: tuple[Villager, ...] = (
    Villager(
        card=_resident(
            "李秀英",
            "女",
            date(1945, 3, 16),
            "13043019450316120X",
            "四组17号",
            valid=(date(2008, 6, 12), None),
        ),
        note="81 岁，可领高龄补贴",
        phone="13900006021",
        bank_account="6217002100003386017",
    ),
    Villager(
        card=_resident(
            "任福田",
            "男",
            date(1938, 9, 7),
            "130430193809071173",
            "二组5号",
            valid=(date(2007, 11, 20), None),
        ),
        note="88 岁，字写得慢",
        phone="13900006022",
        bank_account="6217002100003386025",
        schooling="文盲或半文盲",
    ),
    Villager(
        card=_resident(
            "郭玉兰",
            "女",
            date(1933, 4, 18),
            "130430193304181043",
            "六组31号",
            valid=(date(2009, 3, 2), None),
        ),
        note="93 岁，补贴标准高一档",
        phone="13900006023",
        bank_account="6217002100003386033",
        relation="户主之母",
        schooling="文盲或半文盲",
    ),
    Villager(
        card=_resident(
            "张桂芝",
            "女",
            date(1957, 11, 2),
            "130430195711023260",
            "四组9号",
            valid=(date(2012, 5, 8), None),
        ),
        note="69 岁，不到高龄补贴的年龄",
        phone="13900006024",
        bank_account="6217002100003386041",
        relation="妻",
    ),
    Villager(
        card=_resident(
            "马文山",
            "男",
            date(1954, 11, 30),
            "130430195411302719",
            "一组12号",
            nation="回",
            valid=(date(2005, 4, 1), date(2025, 4, 1)),
        ),
        note="身份证已到期",
        phone="13900006025",
        bank_account="6217002100003386058",
        schooling="初中",
    ),
    Villager(
        card=_resident(
            "刘志强",
            "男",
            date(1986, 12, 25),
            "130430198612255334",
            "三组22号",
            valid=(date(2017, 8, 15), date(2037, 8, 15)),
        ),
        note="替父母来办的子女，也可办食品小作坊登记",
        phone="13900006026",
        bank_account="6217002100003386066",
        schooling="高中",
        occupation="个体经营",
    ),
    Villager(
        card=_resident(
            "王小雨",
            "女",
            date(2012, 6, 5),
            "130430201206051445",
            "五组3号",
            valid=(date(2022, 7, 1), date(2027, 7, 1)),
        ),
        note="未成年人，要监护人陪同",
        phone="13900006027",
        relation="女",
        occupation="学生",
    ),
    Villager(
        card=CardReading(
            kind=CardKind.COMPATRIOT,
            name="陈嘉敏",
            sex="女",
            birth=date(1964, 2, 13),
            address=f"{_VILLAGE}二组8号",
            id_number="810000196402130026",
            issuer=ISSUER,
            valid_from=date(2023, 5, 10),
            valid_to=date(2028, 5, 10),
            pass_number="H00000018",
            issue_count="01",
        ),
        note="港澳台居民居住证",
        phone="13900006028",
    ),
    Villager(
        card=CardReading(
            kind=CardKind.FOREIGNER,
            name="安娜",
            english_name="TRAINING, ANNA",
            sex="女",
            nation="826",
            birth=date(1979, 3, 5),
            id_number="911130197903050123",
            valid_from=date(2024, 1, 8),
            valid_to=date(2034, 1, 8),
            issue_count="01",
        ),
        note="外国人永久居留身份证",
        phone="13900006029",
    ),
)
LI_XIUYING = VILLAGERS[0]
