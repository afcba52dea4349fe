"""What ``station doctor`` looks at: everything outside the program that signing depends on.

Each look is independent: what one cannot find out does not keep another from being made. A look
changes nothing, asks for no PIN and uses up no try. What is wrong is an error that explains itself;
what is good is told in a word, so that a person on the telephone can read the whole list out.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from signing.authority.evidence import EvidenceUnavailable
from signing.authority.remote import HttpEvidence
from signing.certificates import CertificateRevoked, Purpose, holder_of
from signing.errors import ExplainedError
from signing.fonts import FontStyle, find_font
from signing.keys.protocol import KeySlot, PinState
from signing.keys.ring import KeyRing
from signing.keys.token_errors import (
    INITIALISED,
    DriverCrashed,
    DriverStuck,
    TokenWithoutCertificate,
)
from signing.keys.tokens import Token, slots_of
from signing.timestamps import HttpTimeStamps
from signing.trust import Evidence, EvidenceKind, TrustStore, load_trust, refuse_revoked
from station.clock import Clock
from station.devices.presence import DeviceKind, KeyLocked
from station.domain.staffing import SOON
from station.errors import StationError
from station.paths import Home
from station.services.keys import key_ring
from station.settings import Settings
from station.settings import load as load_settings

_CLOCK_WRONG, _CLOCK_DRIFTS = timedelta(minutes=10), timedelta(minutes=2)
_ROOT_SOON = timedelta(days=180)
_LITTLE_ROOM, _NO_ROOM = 1 << 30, 200 << 20
_PCSC_SOCKET = "/run/pcscd/pcscd.comm"
_RARE = "𠮷㐂䶮"  # in people's names; a typeface without them prints boxes


class CheckupError(StationError):
    """Something outside the program that keeps people from signing."""


class NoDriver(CheckupError):
    what = "UKeys cannot be used on this computer."
    cause = "No PKCS#11 driver is installed or named in the settings."
    remedy = (
        "Install the driver that came with the UKey, or name its file in the settings under "
        "token_modules. Key files work without."
    )
    zh = (
        "这台电脑还用不了 UKey。",
        "没有装 PKCS#11 驱动，设置里也没有写。",
        "请安装 UKey 附带的驱动，或在设置 token_modules 里写上它的文件；密钥文件不受影响。",
    )


class CardServiceDown(CheckupError):
    what = "Card readers cannot be reached."
    cause = "A card reader is plugged in, but the system's card service (pcscd) does not run."
    remedy = "Install and start it: apt install pcscd; systemctl start pcscd.socket."
    zh = (
        "读卡器连不上。",
        "插着智能卡读卡器，但系统的读卡服务（pcscd）没有运行。",
        "请安装并启动：apt install pcscd，systemctl start pcscd.socket。",
    )


class CardServiceRefuses(CheckupError):
    what = "Card readers cannot be reached."
    cause = "The system's card service (pcscd) does not answer at {where} ({reason})."
    remedy = "Start it anew: systemctl restart pcscd."
    zh = (
        "读卡器连不上。",
        "系统的读卡服务（pcscd）在 {where} 没有应答（{reason}）。",
        "请重新启动它：systemctl restart pcscd。",
    )


class PinNearlyLocked(CheckupError):
    what = "One more wrong PIN locks the key {name}."
    cause = "Its PIN was mistyped several times."
    remedy = "Whoever knows the PIN types it once correctly; if nobody is sure, ask first."
    zh = (
        "密钥 {name} 再错一次就锁住。",
        "PIN 已经输错好几次。",
        "请由知道 PIN 的人正确输入一次；拿不准就先问。",
    )


class ClockWrong(CheckupError):
    what = "This computer's clock is wrong by {minutes} minutes."
    cause = "It says {here}; {where} says {there}."
    remedy = "Set date, time and time zone, and have them kept by NTP (timedatectl set-ntp true)."
    zh = (
        "这台电脑的时间差了 {minutes} 分钟。",
        "这里是 {here}，{where} 是 {there}。",
        "请校准日期、时间和时区，并打开自动对时（timedatectl set-ntp true）。",
    )


class ClockNotCompared(CheckupError):
    what = "Whether this computer's clock is right is not known."
    cause = "Neither the hub nor a time-stamp server could be asked."
    remedy = "Compare it with a telephone, and run this again with a network."
    zh = (
        "不知道这台电脑的时间对不对。",
        "中心和时间戳服务器都没有问到。",
        "请和手机对一下，有网络时再查一次。",
    )


class NoRoots(CheckupError):
    what = "No signature can be judged here."
    cause = "No trust root is installed."
    remedy = "Put the county's root certificate where the settings (trust) say."
    zh = (
        "这里判断不了任何签名。",
        "没有装信任根证书。",
        "请把县里的根证书放到设置 trust 指的地方。",
    )


class CertificateEnds(CheckupError):
    what = "The certificate of {holder} ends on {date}."
    cause = "That is in {days} days; after it nothing can be signed with it."
    remedy = "Renew it before: station key renew, or ask the county administrator."
    zh = (
        "{holder} 的证书 {date} 到期。",
        "还有 {days} 天，过了就不能签名。",
        "请在那之前换证书：station key renew，或找县里管理员。",
    )


class CertificateOver(CheckupError):
    what = "The certificate of {holder} is not valid now."
    cause = "It is good from {since} to {date}."
    remedy = "If the clock is right, ask the county administrator for a new certificate."
    zh = (
        "{holder} 的证书现在无效。",
        "有效期是 {since} 到 {date}。",
        "时间没错的话，请找县里管理员换证书。",
    )


class ListsOld(CheckupError):
    what = "It is not known which certificates were revoked since {date}."
    cause = "The revocation list of {issuer} should have been replaced by {until}."
    remedy = "Connect to the network so that it is fetched, or ask the authority for a new one."
    zh = (
        "{date} 以后吊销了哪些证书，这里不知道。",
        "{issuer} 的吊销名单最晚 {until} 就该换新的了。",
        "请连上网络让它自动更新，或向签发机构要新的名单。",
    )


class NoLists(CheckupError):
    what = "It is not known which certificates were revoked."
    cause = "No revocation list is at hand, and the hub was not asked."
    remedy = "Connect to the network, or put the authority's lists where the settings say."
    zh = (
        "这里不知道哪些证书被吊销了。",
        "手头没有吊销名单，也没有问到中心。",
        "请连上网络，或把签发机构的名单放到设置指的地方。",
    )


class LittleRoom(CheckupError):
    what = "The disk is nearly full: {left} are free in {where}."
    cause = "Pages and documents of new cases would soon find no room."
    remedy = "Empty the recycle bin, move photographs and films elsewhere, or have a larger disk."
    zh = (
        "磁盘快满了：{where} 只剩 {left}。",
        "再办几件，照片和文件就放不下了。",
        "请清空回收站，把照片、视频移走，或换大一点的磁盘。",
    )


class RareCharactersMissing(CheckupError):
    what = "Rare characters in people's names would be printed as boxes ({missing})."
    cause = "The installed Chinese typefaces lack them."
    remedy = "Install the packages fonts-noto-cjk and fonts-lxgw-wenkai."
    zh = (
        "姓名里的生僻字会印成方框（{missing}）。",
        "装着的中文字体里没有这些字。",
        "请安装 fonts-noto-cjk 和 fonts-lxgw-wenkai。",
    )


class Grade(StrEnum):
    GOOD = "good"
    SOON = "soon"  # works now; somebody should see to it
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. ``problem`` is None where all is well; ``words`` is (zh, en)."""

    area: str
    name: str
    grade: Grade
    words: tuple[str, str] = ("", "")
    problem: ExplainedError | None = None


def _good(area: str, name: str, zh: str, en: str) -> Finding:
    return Finding(area, name, Grade.GOOD, (zh, en))


def _bad(area: str, name: str, problem: ExplainedError, *, soon: bool = False) -> Finding:
    return Finding(area, name, Grade.SOON if soon else Grade.WRONG, problem=problem)


class Checkup:
    """All looks over one machine."""

    def __init__(
        self, place: Home, clock: Clock, *, system: Path = Path("/sys"), seconds: float = 8.0
    ) -> None:
        self._place, self._clock, self._sys, self._seconds = place, clock, system, seconds
        self._settings = Settings()
        self._evidence: tuple[Evidence, ...] = ()
        self._trust = TrustStore()

    def findings(self) -> Iterator[Finding]:
        """Everything, in the order in which one thing rests on another."""
        yield from self._settings_file()
        ring = key_ring(self._place, self._settings)
        try:
            yield from self._clock_and_hub()
            yield from self._roots()
            yield from self._lists()
            yield from self._drivers(ring)
            yield from self._card_service()
            yield from self._keys(ring)
        finally:
            ring.close()
        yield from self._disk()
        yield from self._fonts()
        yield from self._devices()

    # ---------------------------------------------------------------- the machine
    def _settings_file(self) -> Iterator[Finding]:
        try:
            self._settings = load_settings(self._place.settings)
        except ExplainedError as error:
            yield _bad("settings", str(self._place.settings), error)
        else:
            yield _good("settings", str(self._place.settings), "读得懂", "readable")

    def _disk(self) -> Iterator[Finding]:
        folder = next(
            (one for one in (self._place.root, *self._place.root.parents) if one.is_dir()),
            Path("/"),
        )
        free = shutil.disk_usage(folder).free
        left = f"{free / (1 << 30):.1f} GB"
        if free < _LITTLE_ROOM:
            problem = LittleRoom(left=left, where=folder)
            yield _bad("disk", str(folder), problem, soon=free >= _NO_ROOM)
        else:
            yield _good("disk", str(folder), f"还有 {left}", f"{left} free")

    def _fonts(self) -> Iterator[Finding]:
        from station.dossier.typefaces import Face, lacking, typeface

        looks: list[tuple[str, Callable[[], object]]] = [
            ("楷体", lambda: find_font(FontStyle.KAI)),
            ("黑体", lambda: find_font(FontStyle.HEI)),
            ("宋体", lambda: typeface(Face.SONG)),
        ]
        for name, look in looks:
            try:
                look()
            except ExplainedError as error:
                yield _bad("fonts", name, error)
            else:
                yield _good("fonts", name, "有", "there")
        with suppress(ExplainedError):
            missing = lacking(_RARE)
            if missing:
                yield _bad("fonts", _RARE, RareCharactersMissing(missing=missing), soon=True)

    def _devices(self) -> Iterator[Finding]:
        from station.devices.choices import DeskChoices
        from station.devices.registry import Registry, finders_of_this_system

        registry = Registry(
            finders_of_this_system(), choices=DeskChoices(self._place.station / "devices.json")
        )
        for device in registry.present(seconds=self._seconds):
            if device.kind is DeviceKind.KEY:
                continue
            if device.problem is not None:
                yield _bad("devices", device.name, device.problem)
            else:
                yield _good("devices", device.name, device.kind.words[0], device.kind.words[1])

    # ---------------------------------------------------------------- time
    def _clock_and_hub(self) -> Iterator[Finding]:
        asked = False
        if url := self._hub():
            from station.wire.client import HubClient

            try:
                with HubClient(url) as client:
                    before = self._clock()
                    there = client.healthy()
                    here = before + (self._clock() - before) / 2
            except ExplainedError as error:
                yield _bad("hub", url, error, soon=True)
            else:
                asked = True
                yield _good("hub", url, "连得上", "answers")
                yield self._compared(url, here, there)
        if self._settings.tsa:
            try:
                HttpTimeStamps(self._settings.tsa).stamp(os.urandom(32), "sha256")
            except ExplainedError as error:
                yield _bad("clock", self._settings.tsa, error)
            else:
                asked = True
                yield _good("clock", self._settings.tsa, "时间对得上", "agrees")
        if not asked:
            yield _bad("clock", f"{self._clock():%Y-%m-%d %H:%M}", ClockNotCompared(), soon=True)

    def _compared(self, where: str, here: datetime, there: datetime) -> Finding:
        off = abs(here - there)
        if off < _CLOCK_DRIFTS:
            return _good("clock", where, "时间对得上", "agrees")
        problem = ClockWrong(
            minutes=round(off.total_seconds() / 60),
            here=f"{here:%Y-%m-%d %H:%M}",
            there=f"{there.astimezone(here.tzinfo):%Y-%m-%d %H:%M}",
            where=where,
        )
        return _bad("clock", where, problem, soon=off < _CLOCK_WRONG)

    def _hub(self) -> str:
        """The hub that this machine works with, as far as one runs."""
        from station.services.embedded_hub import EmbeddedHub

        return self._settings.hub.rstrip("/") or EmbeddedHub(self._place).find()

    # ---------------------------------------------------------------- trust
    def _roots(self) -> Iterator[Finding]:
        places = self._settings.trust or (self._place.training / "trust",)
        try:
            self._trust = load_trust(path for path in places if path.exists())
        except ExplainedError as error:
            yield _bad("trust", "、".join(map(str, places)), error)
            return
        if not self._trust.roots:
            yield _bad("trust", "、".join(map(str, places)), NoRoots())
        for der in (*self._trust.roots, *self._trust.intermediates):
            yield self._valid("trust", holder_of(der).label, der, _ROOT_SOON)

    def _lists(self) -> Iterator[Finding]:
        found = list(self._trust.evidence)
        if url := self._hub():
            with suppress(EvidenceUnavailable):
                found += HttpEvidence(f"{url}/authority", timeout_s=self._seconds).lists()
        place = self._settings.evidence
        if place and not place.startswith(("http://", "https://")):
            try:
                found += load_trust([Path(place)]).evidence
            except ExplainedError as error:
                yield _bad("revocation", place, error)
        self._evidence = tuple(dict.fromkeys(found))
        lists = [piece for piece in self._evidence if piece.kind is EvidenceKind.CRL]
        if not lists:
            yield _bad("revocation", "", NoLists(), soon=True)
        now = self._clock()
        for piece in lists:
            day = f"{piece.since.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"
            if piece.until is not None and piece.until < now:
                until = f"{piece.until.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"
                problem = ListsOld(issuer=piece.issuer_name, date=day, until=until)
                yield _bad("revocation", piece.issuer_name, problem)
            else:
                yield _good("revocation", piece.issuer_name, f"{day} 的名单", f"list of {day}")

    def _valid(self, area: str, name: str, certificate: bytes, soon: timedelta) -> Finding:
        holder, now = holder_of(certificate), self._clock()
        since, until = f"{holder.not_before:%Y-%m-%d}", f"{holder.not_after:%Y-%m-%d}"
        if not holder.not_before <= now <= holder.not_after:
            return _bad(area, name, CertificateOver(holder=holder.label, since=since, date=until))
        if holder.not_after - now < soon:
            days = (holder.not_after - now).days
            problem = CertificateEnds(holder=holder.label, date=until, days=days)
            return _bad(area, name, problem, soon=True)
        return _good(area, name, f"用到 {until}", f"until {until}")

    # ---------------------------------------------------------------- keys
    def _drivers(self, ring: KeyRing) -> Iterator[Finding]:
        drivers = ring.tokens.drivers
        if not drivers:
            yield _bad("drivers", "PKCS#11", NoDriver(), soon=True)
        named = {path.resolve() for path in self._settings.token_modules}
        for driver in drivers:
            try:
                about = str(driver.ask("about", seconds=self._seconds)["driver"])
                readers = driver.ask("readers", seconds=self._seconds)
            except ExplainedError as error:
                asked_for = driver.module.resolve() in named
                crashed = isinstance(error, DriverCrashed | DriverStuck)
                # The system lists drivers that have nothing to do here; that is no fault.
                yield _bad("drivers", str(driver.module), error, soon=not (asked_for or crashed))
                continue
            yield _good("drivers", str(driver.module), about, about)
            for reader in readers:
                zh, en = ("有卡", "with a token") if reader["token"] else ("没有卡", "empty")
                yield _good("readers", reader["reader"], zh, en)

    def _card_service(self) -> Iterator[Finding]:
        where = os.environ.get("PCSCLITE_CSOCK_NAME", _PCSC_SOCKET)
        if os.name == "nt":
            return
        if not Path(where).exists():
            if self._has_card_reader():
                yield _bad("pcscd", where, CardServiceDown())
            else:
                yield _good(
                    "pcscd", where, "没有运行，也没有要它的读卡器", "not running, not needed"
                )
            return
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(self._seconds)
            try:
                line.connect(where)
            except OSError as error:
                reason = error.strerror or str(error)
                yield _bad("pcscd", where, CardServiceRefuses(where=where, reason=reason))
            else:
                yield _good("pcscd", where, "在运行", "running")

    def _has_card_reader(self) -> bool:
        """Whether a USB smart card reader (CCID, class 0x0B) is plugged in."""
        for entry in self._sys.glob("bus/usb/devices/*/bInterfaceClass"):
            with suppress(OSError):
                if entry.read_text().strip().lower() == "0b":
                    return True
        return False

    def _keys(self, ring: KeyRing) -> Iterator[Finding]:
        for token in ring.tokens.look().tokens:
            yield from self._token(token)
        for slot in ring.files.slots():
            yield from self._slot(slot)

    def _token(self, token: Token) -> Iterator[Finding]:
        if not token.flags & INITIALISED:
            return  # an empty slot of a soft token
        match token.pin_state:
            case PinState.LOCKED:
                yield _bad("pin", token.name, KeyLocked(name=token.name))
            case PinState.FINAL_TRY:
                yield _bad("pin", token.name, PinNearlyLocked(name=token.name), soon=True)
            case state:
                words = ("正常", "good") if state is PinState.OK else ("输错过", "mistyped before")
                yield _good("pin", token.name, *words)
        slots = slots_of(token)
        if not slots:
            yield _bad("tokens", token.name, TokenWithoutCertificate(where=token.name), soon=True)
        for slot in slots:
            yield from self._certificate(slot)

    def _slot(self, slot: KeySlot) -> Iterator[Finding]:
        if slot.pin_state is PinState.LOCKED:
            yield _bad("pin", slot.label, KeyLocked(name=slot.label))
        elif slot.pin_state is PinState.FINAL_TRY:
            yield _bad("pin", slot.label, PinNearlyLocked(name=slot.label), soon=True)
        yield from self._certificate(slot)

    def _certificate(self, slot: KeySlot) -> Iterator[Finding]:
        # A unit's key to sealed dossiers opens old ones for ever; it needs no renewing to be used.
        finding = self._valid("certificates", slot.label, slot.certificate, SOON)
        if holder_of(slot.certificate).purpose is not Purpose.ENCRYPT or finding.problem is None:
            yield finding
        try:
            refuse_revoked([slot.certificate], self._evidence)
        except CertificateRevoked as error:
            yield _bad("certificates", slot.label, error)


def is_wrong(findings: Sequence[Finding]) -> bool:
    """Whether something is wrong now; what will be soon does not count."""
    return any(finding.grade is Grade.WRONG for finding in findings)
