"""How far a case is on its way out: signed by hand, signed by the agent, with the township."""

from __future__ import annotations

from station.domain.drafts import Draft, DraftState
from ui.common.layout import Plate, clear, column, row
from ui.common.text import Icon, Text
from ui.common.tones import Tone
from ui.common.wording import clock_words


class SendStages(Plate):
    """Three marks side by side, each with what there is to say of it."""

    def __init__(self) -> None:
        stages = row(gap=8)
        super().__init__(stages, "card", (12, 8, 12, 8))
        self._stages = stages

    def show_draft(self, draft: Draft, *, closed: bool, signing: bool) -> None:
        """Shows where ``draft`` stands: ``signing`` while the agent's key is at work, ``closed``
        once it has signed."""
        clear(self._stages)
        sent = draft.state is DraftState.SENT
        waits = self.tr("等着")
        ink = draft.ink
        self._add(
            self.tr("本人签字") if draft.delegate is None else self.tr("代办人签字"),
            ink is not None,
            clock_words(ink.signed_at) if ink else waits,
        )
        self._add(
            self.tr("代办员签章"),
            closed,
            self.tr("签好了") if closed else self.tr("正在签") if signing else waits,
        )
        self._add(
            self.tr("送到镇里"),
            sent,
            self.tr("送到了") if sent else self.tr("在待传里") if closed else waits,
        )

    def _add(self, words: str, done: bool, note: str) -> None:
        tone = Tone.OK if done else Tone.TODO
        told = column(
            Text(words, "caption", bold=done, elide=True),
            Text(note, "caption", "text2", elide=True),
            gap=0,
        )
        self._stages.addLayout(row(Icon(tone.shape, 22, tone.ink_name), (told, 1), gap=6), 1)
