"""ID-card readers (身份证阅读器): what a card says, what every reader must do, what can go wrong.

Fingerprints are never asked for: no service item here needs them, so they are not read at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, runtime_checkable

from station.domain.applicants import Applicant, IdentitySource
from station.domain.idnumbers import IdNumberWrong, parse
from station.errors import DeviceError


class CardReaderError(DeviceError):
    """An ID card was not read."""


class CardNotPresent(CardReaderError):
    what = "No card lies on the reader {name}."
    cause = "A card that was read is not seen again until it has been lifted."
    remedy = "Lay the card flat on the reader; if it lies there, lift it and lay it down again."
    zh = (
        "{name}上没有证件。",
        "读过的证件要先拿开，才会再读。",
        "请把证件平放上去；已经放着的，拿起来再放一次。",
    )


class CardLiftedEarly(CardReaderError):
    what = "The card was not read to its end."
    cause = "It was lifted or moved too early."
    remedy = "Lay it down again and leave it until the tone sounds."
    zh = ("证件没有读完。", "证件拿开或移动得早了。", "请重新放上，等响声过后再拿。")


class CardUnreadable(CardReaderError):
    what = "The card cannot be read."
    cause = "Its chip does not answer as it should ({status}); cards do wear out."
    remedy = "Try once more with this card alone; otherwise photograph it or type the data."
    zh = (
        "这张证件读不出来。",
        "芯片没有正常应答（{status}），证件用久了会这样。",
        "请只放这一张再试一次；还不行就拍照识别，或者手工录入。",
    )


class CardOfOtherKind(CardReaderError):
    what = "This card was not read."
    cause = "It is not a second-generation ID card, residence permit or permanent-residence card."
    remedy = "Use the ID card itself, not a bank card or a copy."
    zh = (
        "这张卡没有读。",
        "它不是二代居民身份证、港澳台居民居住证或外国人永久居留身份证。",
        "请放身份证原件，不要放银行卡或复印件。",
    )


class ReaderUnplugged(CardReaderError):
    what = "The card reader {name} cannot be reached."
    cause = "It is unplugged or switched off."
    remedy = "Check its cable; otherwise photograph the card or type the data."
    zh = (
        "{name}连不上。",
        "它没有插好，或者没有开。",
        "请检查它的线；也可以先拍照识别，或者手工录入。",
    )


class ReaderBusy(CardReaderError):
    what = "The card reader {name} cannot be opened."
    cause = "Another program is using it."
    remedy = "Close the other program and read again."
    zh = ("{name}打不开。", "另一个程序正在用它。", "请关掉那个程序再读。")


class ReaderDenied(CardReaderError):
    what = "The card reader {name} cannot be opened."
    cause = "This user may not use {where}."
    remedy = "Have the administrator install the device rules of this program, then sign in again."
    zh = (
        "{name}打不开。",
        "当前用户没有权限用 {where}。",
        "请让管理员装上本程序的设备规则，再重新登录。",
    )


class ReaderSilent(CardReaderError):
    what = "The card reader {name} does not answer."
    cause = "It is connected, but what is connected may be another device."
    remedy = "Unplug it and plug it in again; check in the settings that it is the right one."
    zh = (
        "{name}没有应答。",
        "线是通的，但接的也许是别的设备。",
        "请拔下来再插上；在设置里核对选的是不是它。",
    )


class ReaderGarbled(CardReaderError):
    what = "The answers of the card reader {name} arrive damaged."
    cause = "The checksum was wrong several times in a row."
    remedy = "Check the plug and keep the cable away from power supplies, then read again."
    zh = (
        "{name}的应答总是坏的。",
        "校验和连着几次都不对。",
        "请插紧，让线离电源远一点，然后再读。",
    )


class ReaderFault(CardReaderError):
    what = "The card reader {name} reports a fault of its own ({status})."
    cause = "Its security module is not ready."
    remedy = "Unplug it and plug it in again; if it stays so, it has to be repaired."
    zh = (
        "{name}报告自身故障（{status}）。",
        "里面的安全模块没有准备好。",
        "请拔下来再插上；还是这样就要送修。",
    )


class CardKind(StrEnum):
    """The cards that share the chip and its 256 bytes of text."""

    RESIDENT = "resident"  # 居民身份证
    COMPATRIOT = "hmt_resident"  # 港澳台居民居住证, type J
    FOREIGNER = "foreigner"  # 外国人永久居留身份证, of 2017 (type I) and of 2023 (type Y)


@dataclass(frozen=True, slots=True)
class CardProblem:
    """Something on the card that does not fit together, in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardReading:
    """What the chip said. Empty text and None where the card has no such thing.

    ``long_term`` is the validity 长期; ``valid_to`` is then None. ``photo`` is a picture file (BMP,
    PNG or JPEG) where a decoder is installed, ``photo_wlt`` the 1,024 bytes as stored.
    """

    kind: CardKind = CardKind.RESIDENT
    name: str
    english_name: str = ""
    sex: str = ""  # 男 / 女
    nation: str = ""  # 汉, 回, …; of a foreigner the country's code
    birth: date | None = None
    address: str = ""
    newest_address: str = ""
    id_number: str = ""
    issuer: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    long_term: bool = False
    pass_number: str = ""  # 通行证号码 of a compatriot, the former card number of a foreigner
    issue_count: str = ""
    photo: bytes | None = None
    photo_wlt: bytes = b""
    unclear: tuple[str, ...] = ()  # names of fields whose bytes made no sense

    def problems(self, today: date) -> tuple[CardProblem, ...]:
        """All that a person should know before relying on the card, or nothing."""
        return (*self._number_problems(), *self._other_problems(today))

    def applicant(self, phone: str = "") -> Applicant:
        """The person as a case needs him; of two addresses the later one is valid."""
        return Applicant(
            name=self.name or self.english_name,
            sex=self.sex,
            nation=self.nation,
            birth=self.birth,
            address=self.newest_address or self.address,
            id_number=self.id_number,
            issuer=self.issuer,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            phone=phone,
            source=IdentitySource.CARD,
        )

    def _number_problems(self) -> list[CardProblem]:
        if self.kind is CardKind.FOREIGNER and len(self.id_number) == 15:
            return []  # the number of 2017 has three letters and its own check
        try:
            number = parse(self.id_number)
        except IdNumberWrong as wrong:
            return [CardProblem(f"证件号码不对：{wrong.reason}", f"ID number: {wrong.reason_en}")]
        found = []
        if self.birth is not None and number.birth != self.birth:
            found.append(
                CardProblem(
                    f"出生日期 {self.birth} 和号码里的 {number.birth} 不一致",
                    f"birth date {self.birth} differs from {number.birth} in the number",
                )
            )
        if self.sex and number.sex != self.sex:
            found.append(
                CardProblem(
                    f"性别“{self.sex}”和号码里的“{number.sex}”不一致",
                    f"sex {self.sex} differs from {number.sex} in the number",
                )
            )
        return found

    def _other_problems(self, today: date) -> list[CardProblem]:
        found = [
            CardProblem(f"“{field}”在芯片里看不懂", f"{field} in the chip makes no sense")
            for field in self.unclear
        ]
        if self.valid_to is not None and self.valid_to < today:
            found.append(
                CardProblem(f"证件 {self.valid_to} 已到期", f"the card expired on {self.valid_to}")
            )
        if self.valid_from is not None and self.valid_from > today:
            found.append(
                CardProblem(
                    f"证件 {self.valid_from} 才生效",
                    f"the card is not valid before {self.valid_from}",
                )
            )
        return found


@runtime_checkable
class IdCardReader(Protocol):
    """What every reader does; ``tests/contracts/test_idcards.py`` holds each backend to it.

    Calls come from this device's own lane (``lane.py``), never two at once. The first ``read``
    opens the device; after a failure, and after ``close``, the next call opens it anew.
    """

    @property
    def name(self) -> str:
        """What the person at the desk calls it."""

    @property
    def ready(self) -> bool:
        """Whether the last call reached the reader. Asks the device nothing."""

    def read(self) -> CardReading:
        """The card that lies on the reader now; does not wait for one.

        Raises ``CardNotPresent`` at once when there is none (also when a card that was read still
        lies there), ``CardLiftedEarly``, ``CardUnreadable``, ``CardOfOtherKind``,
        ``ReaderUnplugged``, ``ReaderBusy``, ``ReaderDenied``, ``ReaderSilent``,
        ``ReaderGarbled``, ``ReaderFault``: within seconds.
        """

    def close(self) -> None:
        """Lets go of the device; may be called twice."""
