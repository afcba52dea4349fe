"""One case on the agent's desk, as its five screens share it. No widget is named here.

The draft is always the stored one; every change goes through the services and is on the disk when
``changed`` is told. What a service refuses is told through ``failed`` and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject, Signal

from signing.errors import ExplainedError
from station.assembly import AgentServices
from station.devices.idcard import CardReading
from station.domain.applicants import Applicant, Delegate
from station.domain.completeness import (
    MaterialState,
    Missing,
    RuleState,
    StepName,
    materials_of,
    missing,
    required_fields,
    rules_of,
)
from station.domain.drafts import Draft, DraftState, Provision
from station.domain.items import ServiceItem
from station.services.submission import reasons_of
from station.wire.sealed import Note
from ui.common.steps import StepState
from ui.desk import DeskState

STEPS = (StepName.ITEM, StepName.APPLICANT, StepName.FORM, StepName.MATERIALS, StepName.SIGN)


class CaseDesk(QObject):
    """The case in hand. ``changed`` follows every saved change."""

    changed = Signal()
    failed = Signal(object)

    def __init__(self, state: DeskState) -> None:
        super().__init__()
        assert state.desk.agent is not None, "only an agent has a case desk"
        self.state = state
        self.agent: AgentServices = state.desk.agent
        self._draft: Draft | None = None

    # ---------------------------------------------------------------- which case
    @property
    def is_open(self) -> bool:
        """Whether a case lies on the desk."""
        return self._draft is not None

    @property
    def draft(self) -> Draft:
        """The stored draft."""
        assert self._draft is not None, "no case lies on the desk"
        return self._draft

    @property
    def item(self) -> ServiceItem:
        """The item in the version that the case was opened with."""
        return self.agent.intake.item_of(self.draft)

    def begin(self, item_code: str) -> None:
        """Opens a new case of this item."""
        self._take(lambda: self.agent.intake.open_case(item_code))

    def begin_beside(self, item_code: str) -> None:
        """Opens a new case of this item for the person of the case on the desk."""
        before = self.draft
        self._take(lambda: self.agent.intake.open_beside(before, item_code))

    def resume(self, draft_id: str) -> None:
        """Goes on with a case, with pages that a crash left behind listed again."""
        self._take(lambda: self.agent.capture.recover(draft_id))

    def put_away(self) -> None:
        """Leaves the case; everything is saved."""
        self._draft = None

    def reload(self) -> None:
        """Reads the draft again, after somebody else changed it."""
        self._take(lambda: self.agent.intake.draft(self.draft.id))

    # ---------------------------------------------------------------- changes
    def set_applicant(self, applicant: Applicant) -> None:
        """Says who asks."""
        self._take(lambda: self.agent.intake.set_applicant(self.draft.id, applicant))

    def set_delegate(self, delegate: Delegate | None) -> None:
        """Says who comes for the applicant."""
        self._take(lambda: self.agent.intake.set_delegate(self.draft.id, delegate))

    def take_card(self, card: CardReading, phone: str = "", *, delegate: bool = False) -> None:
        """The person on a card that was read, with its picture."""
        reader, draft = self.agent.reader, self.draft
        self._take(lambda: reader.take_card(draft.id, card, phone, delegate=delegate))

    def set_value(self, field_id: str, text: str) -> None:
        """A field as typed; nothing is saved when it says the same."""
        have = self.draft.values.get(field_id)
        if (have.value if have else "") != text:
            self._take(lambda: self.agent.intake.set_value(self.draft.id, field_id, text))

    def confirm(self, field_id: str) -> None:
        """A doubtful reading found right."""
        self._take(lambda: self.agent.intake.confirm_value(self.draft.id, field_id))

    def leave_unread(self) -> None:
        """The paper form is evidence only."""
        self._take(lambda: self.agent.intake.leave_unread(self.draft.id))

    def drop_form(self) -> None:
        """The paper form does not belong to this case."""
        self._take(lambda: self.agent.reader.drop_form(self.draft.id))

    def answer(self, rule_id: str, holds: bool) -> None:
        """The agent's answer to a rule."""
        self._take(lambda: self.agent.intake.answer(self.draft.id, rule_id, holds))

    def provide(self, material: str, provision: Provision, by: date | None = None) -> None:
        """How a material is provided."""
        self._take(lambda: self.agent.intake.provide(self.draft.id, material, provision, by))

    def remove_page(self, page_id: str) -> None:
        """Takes a page out of its material."""
        self._take(lambda: self.agent.capture.remove(self.draft.id, page_id))

    def undo(self) -> None:
        """Takes the last change back."""
        self._take(lambda: self.agent.intake.undo(self.draft.id) or self.draft)

    # ---------------------------------------------------------------- what stands
    @property
    def today(self) -> date:
        return self.state.desk.office.clock().date()

    @property
    def lacks(self) -> tuple[Missing, ...]:
        """还缺什么, in the order of the steps."""
        office = self.state.desk.office
        return missing(self.item, self.draft, self.today, office.calendar)

    @property
    def materials(self) -> tuple[MaterialState, ...]:
        """Each material as this draft has it."""
        return materials_of(self.item, self.draft, self.today, self.state.desk.office.calendar)

    @property
    def rules(self) -> tuple[RuleState, ...]:
        """Each condition of acceptance."""
        return rules_of(self.item, self.draft, self.today)

    @property
    def required(self) -> frozenset[str]:
        """The fields that must be filled."""
        return required_fields(self.item, self.draft, self.today)

    @property
    def is_closed(self) -> bool:
        """Whether it is signed and cannot be changed any more."""
        return self.draft.state in (DraftState.SIGNED, DraftState.SENT)

    @property
    def reasons(self) -> Note | None:
        """Why it came back, if it did."""
        return reasons_of(self.draft)

    def sent_dossier(self) -> bytes:
        """The dossier as it was sent, which the reasons point into; empty when it is not here."""
        return self.agent.submission.sent_dossier(self.draft)

    def step_states(self, now: StepName) -> list[StepState]:
        """How far each of the five steps is, with ``now`` the one in sight."""
        blocking: dict[StepName, bool] = {}
        for lack in self.lacks:
            if lack.blocks:
                blocking[lack.step] = blocking.get(lack.step, True) and lack.tone == "missing"
        states = []
        for step in STEPS:
            if step is now:
                states.append(StepState.NOW)
            elif step not in blocking:
                states.append(StepState.DONE)
            else:
                states.append(StepState.TODO if blocking[step] else StepState.DOUBT)
        return states

    def _take(self, change: Callable[[], Draft]) -> None:
        try:
            self._draft = change()
        except ExplainedError as error:
            self.failed.emit(error)
        else:
            self.changed.emit()
