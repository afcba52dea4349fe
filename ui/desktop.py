"""``station`` without a subcommand: the desktop over this PC's office."""

from __future__ import annotations

from station.assembly import Office
from ui.application import main as open_desktop
from ui.common.sign_in import Door
from ui.desk import OfficeDoor


def main() -> int:
    """Opens the desktop; ends the embedded hub with it."""
    offices: list[Office] = []

    def door() -> Door:
        offices.append(Office())
        return OfficeDoor(offices[0])

    try:
        return open_desktop(door)
    finally:
        for office in offices:
            office.close()
