"""The desktop put together: from a key at the door to the desk of that person's role.

The one module of the desktop that knows both the station's assembly and the rooms. It holds no
widget and no rule: which workspaces a role has, and what the lamps say.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication

from signing.keys.protocol import PinState
from station.assembly import Office, OpenDesk
from station.devices.simulated import TrainingDesk
from station.domain.units import Role
from station.errors import HubError
from station.services.batch import Batch
from station.services.county import TRAINING_PIN
from station.services.sign_in import Candidate, SignIn
from ui.common.page import Count, Desk, Host, Lamp, Lamps, Page, Workspace
from ui.common.sign_in import KeyHolder
from ui.common.tasks import Tasks
from ui.common.wording import day_words
from ui.equipment import Equipment
from ui.key_watch import KeyWatch, key_lamp

_TRIES = 6

translate = QCoreApplication.translate  # under this name lupdate finds the texts


def role_words(role: Role) -> str:
    """A role in the language in force."""
    return {
        Role.AGENT: translate("desk", "代办员"),
        Role.REVIEWER: translate("desk", "审核员"),
        Role.APPROVER: translate("desk", "审批员"),
        Role.SUPERVISOR: translate("desk", "监察员"),
        Role.AUDITOR: translate("desk", "审计员"),
        Role.ADMINISTRATOR: translate("desk", "管理员"),
    }[role]


def _nothing() -> None:
    """Until somebody listens."""


@dataclass(slots=True)
class DeskState:
    """What the pages of one desk share, live: counts on the rail, lamps, what became of cases.

    ``poke`` asks for a round of sending now; ``batch`` holds what a reviewer has marked to be
    signed.
    """

    desk: OpenDesk
    outbox: Count
    waiting: Count
    unfinished: Count
    devices: Lamps
    links: Lamps
    training: TrainingDesk
    equipment: Equipment
    poke: Callable[[], None] = _nothing
    batch: Batch | None = None
    online: bool = True

    def show_link(self, online: bool, waiting: int, note: str = "") -> None:
        """The network lamp and the outbox with its number; call it in the window's thread."""
        self.online = online
        lamps = [
            Lamp(
                "network",
                "net",
                translate("desk", "网络"),
                online,
                note
                or (
                    translate("desk", "已连上中心")
                    if online
                    else translate("desk", "连不上中心，可以接着办，通了自动送。")
                ),
            )
        ]
        if self.desk.agent is not None:
            lamps.append(
                Lamp(
                    "outbox",
                    "outbox",
                    translate("desk", "待传 {n}").format(n=waiting),
                    None,
                    "",
                    "outbox",
                )
            )
        self.outbox.set(waiting)
        self.links.show(tuple(lamps))


class OfficeDoor:
    """The door of this PC; satisfies ``ui.common.sign_in.Door``."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._candidates: dict[str, Candidate] = {}
        self.place = ""

    @property
    def is_new(self) -> bool:
        """Whether this PC starts for the first time."""
        return not self._office.is_set_up

    def holders(self) -> Sequence[KeyHolder]:
        """Who may sign in. The first start of a PC makes the training county's keys here."""
        if not self._office.is_set_up:
            self._office.set_up_training()
        found = self._office.candidates()
        self._candidates = {candidate.slot.id: candidate for candidate in found}
        return [_holder(candidate) for candidate in found]

    def sign_in(self, holder: KeyHolder, pin: str) -> Callable[[], Desk]:
        """Opens the key, and tries the hub once; without it the desk works on."""
        candidate = self._candidates[holder.id]
        opened = self._office.sign_in(candidate, pin)
        online, waiting = True, 0
        try:
            opened.connect()
            if opened.administration is not None:
                waiting = len(opened.administration.staff.requests())
        except HubError:
            online = False
        return lambda: _desk(opened, online, candidate, waiting)


def _holder(candidate: Candidate) -> KeyHolder:
    left, day = candidate.tries_left, day_words(candidate.valid_until.date())
    until = translate("desk", "证书到 {day}").format(day=day)
    if (
        candidate.training and not candidate.on_token
    ):  # a training key protects nothing, so its PIN is said aloud
        words = translate("desk", "证书到 {day}，练习口令 {pin}")
        until = words.format(day=day, pin=TRAINING_PIN)
    return KeyHolder(
        id=candidate.slot.id,
        name=candidate.person.name,
        unit=candidate.person.unit.name,
        role=role_words(candidate.person.role),
        where=_where(candidate),
        until=until,
        present=candidate.pin_state is not PinState.LOCKED,
        note=_pin_words(candidate) if candidate.on_token else "",
        locked=candidate.pin_state is PinState.LOCKED,
        typed_on_reader=candidate.slot.typed_on_reader,
        # A token never tells of how many tries it began with; its note says what it does tell.
        tries=(left, _TRIES)
        if left is not None and left < _TRIES and not candidate.on_token
        else None,
        training=candidate.training and not candidate.on_token,
    )


def _where(candidate: Candidate) -> str:
    """What kind of key it is, in a word."""
    if not candidate.on_token:
        return translate("desk", "培训密钥")
    return translate("desk", "练习用的 UKey") if candidate.training else "UKey"


def _pin_words(candidate: Candidate) -> str:
    """How near a key is to locking, before anybody types, and where it is typed."""
    match candidate.pin_state:
        case PinState.LOCKED:
            return translate("desk", "锁住了，请到县里找管理员解锁")
        case PinState.FINAL_TRY:
            return translate("desk", "只剩最后一次，再错就锁住")
        case PinState.LOW:
            return translate("desk", "口令输错过，请仔细")
    if candidate.slot.typed_on_reader:
        return translate("desk", "点登录，再在读卡器上输口令")
    return ""


def _desk(opened: OpenDesk, online: bool, candidate: Candidate, waiting: int) -> Desk:
    person = opened.who.person
    training = TrainingDesk()
    equipment = Equipment(opened.office.home, training, practising=opened.who.training)
    state = DeskState(
        opened, Count(), Count(waiting), Count(), Lamps(), Lamps(), training, equipment=equipment
    )
    if opened.review is not None:
        state.batch = Batch(opened.review)
    busy = 0
    if opened.agent is not None:
        busy = sum(not entry.state.is_finished for entry in opened.agent.submission.entries())

    def close() -> None:
        equipment.close()
        with contextlib.suppress(HubError):
            opened.close()

    def watch(tasks: Tasks) -> KeyWatch:
        return KeyWatch(
            SignIn(opened.office.keys), candidate.slot, opened.who, state.devices, tasks
        )

    def made(online: bool, busy: int) -> Desk:
        state.show_link(online, busy)
        state.devices.show((*_device_lamps(state), key_lamp(candidate.slot)))
        return Desk(
            unit=person.unit.name,
            person=person.name,
            role=role_words(person.role),
            workspaces=_workspaces(state),
            devices=state.devices,
            links=state.links,
            training=opened.who.training,
            beside=watch if candidate.on_token else None,
            signed_out=close,
            again=lambda: made(state.online, state.outbox.value),
            parting=lambda: _left_undone(state),
        )

    equipment.changed.connect(partial(_show_devices, state))
    if opened.agent is not None:
        equipment.start()
    return made(online, busy)


def _left_undone(state: DeskState) -> str:
    """What whoever leaves should know of: cases approved and not signed go back to the queue."""
    waiting = state.batch.waiting if state.batch is not None else 0
    if not waiting:
        return ""
    words = translate("desk", "有 {n} 件通过了还没签，都放回待办了。")
    return words.format(n=waiting)


def _device_lamps(state: DeskState) -> tuple[Lamp, ...]:
    """The lamps of what an agent works with; the key's stands behind them."""
    return state.equipment.lamps() if state.desk.agent is not None else ()


def _show_devices(state: DeskState) -> None:
    """What is plugged in has changed; the key's lamp is kept by whoever watches the key."""
    keys = (lamp for lamp in state.devices.lamps if lamp.id == "key")
    state.devices.show((*_device_lamps(state), *keys))


def _workspaces(state: DeskState) -> tuple[Workspace, ...]:
    """The rail of each role; pages are imported when they are first opened."""
    role = state.desk.who.person.role
    cases = Workspace(
        "cases", "cases", translate("desk", "办件"), _lazy("ui.cases.cases_view", state)
    )
    verify = Workspace(
        "verify", "verify", translate("desk", "验证"), _lazy("ui.audit.verify_view", state)
    )
    watch = Workspace(
        "supervision",
        "chart",
        translate("desk", "监察"),
        _lazy("ui.supervision.dashboard_view", state),
    )
    settings = Workspace(
        "settings",
        "settings",
        translate("desk", "设置"),
        _lazy("ui.admin.settings_view", state),
        at_foot=True,
    )
    match role:
        case Role.AGENT:
            return (
                Workspace(
                    "work", "work", translate("desk", "办事"), _lazy("ui.agent.work_view", state)
                ),
                Workspace(
                    "cases", "cases", translate("desk", "办件"), _lazy("ui.agent.cases_view", state)
                ),
                Workspace(
                    "outbox",
                    "outbox",
                    translate("desk", "待传"),
                    _lazy("ui.agent.outbox_view", state),
                    state.outbox,
                ),
                verify,
                settings,
            )
        case Role.REVIEWER | Role.APPROVER:
            queue = Workspace(
                "queue",
                "inbox",
                translate("desk", "待办"),
                _lazy("ui.review.queue_view", state),
                state.waiting,
            )
            return (queue, cases, verify, settings)
        case Role.SUPERVISOR:
            return (watch, cases, verify, settings)
        case Role.AUDITOR:
            return (verify, settings)
        case Role.ADMINISTRATOR:
            people = Workspace(
                "people",
                "people",
                translate("desk", "人员"),
                _lazy("ui.admin.people_page", state),
                state.waiting,
            )
            items = Workspace(
                "items", "list", translate("desk", "事项"), _lazy("ui.admin.items_page", state)
            )
            return (items, people, watch, cases, verify, settings)
    raise AssertionError(role)


def _lazy(module: str, state: DeskState) -> Callable[[Host], Page]:
    """``module.make_page(state, host)``, imported when the workspace is first opened."""

    def make(host: Host) -> Page:
        import importlib

        page = importlib.import_module(module).make_page(state, host)
        assert isinstance(page, Page)
        return page

    return make
