"""A gateway that writes what would be sent into a file: for training, and for seeing it work."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from signing.files import append_line
from station.notify.gateway import GatewayUnreachable, Handed, Sms


class FolderGateway:
    """One JSON object a line in ``outbox.jsonl``: id, to, text, at.

    Each line is on the disk before the message counts as handed over, and a line that is there
    answers ``has_taken`` after a crash.
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self.file = folder / "outbox.jsonl"
        self._clock = clock
        folder.mkdir(parents=True, exist_ok=True)

    def send(self, message: Sms) -> Handed:
        line = {
            "id": message.id,
            "to": message.to,
            "text": message.text,
            "at": self._clock().isoformat(),
        }
        try:
            append_line(self.file, json.dumps(line, ensure_ascii=False).encode())
        except OSError as error:
            raise GatewayUnreachable(reason=error.strerror or error) from error
        return Handed(reference=message.id, delivered=True)

    def has_taken(self, message_id: str) -> bool | None:
        return any(line.get("id") == message_id for line in self.lines())

    def close(self) -> None:
        pass

    def lines(self) -> Iterator[dict[str, object]]:
        """Every message that was handed over, oldest first."""
        try:
            lines = self.file.read_bytes().splitlines()
        except FileNotFoundError:
            return
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:  # torn by a power cut: never acknowledged, so never sent
                continue
            if isinstance(entry, dict):
                yield entry
