"""What the desk remembers, and its record of who did what."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from station.store import Store
from station.store.database import NAME
from station.store.operation_log import LogBroken
from tests.helpers.desk_memory import NOW, open_store


def test_the_items_used_most_come_first(store: Store) -> None:
    for item in ("vet", "gaoling", "food", "gaoling", "food"):
        store.count_use(item)
    assert store.most_used() == ("food", "gaoling", "vet")
    assert store.uses("gaoling") == 2
    assert store.uses("never") == 0


def test_small_things_are_remembered_by_name(folder: Path) -> None:
    with open_store(folder) as store:
        store.remember("scanner", {"id": "sane:0", "dpi": 300})
        store.remember("scanner", {"id": "sane:1", "dpi": 200})
    with open_store(folder) as store:
        assert store.remembered("scanner") == {"id": "sane:1", "dpi": 200}
        assert store.remembered("camera") is None
        assert store.remembered("camera", "first") == "first"


def test_every_line_of_the_record_hangs_on_the_one_before(folder: Path) -> None:
    with open_store(folder) as store:
        store.log.add(NOW, "P1001", "sign_in")
        store.log.add(NOW, "P1001", "open_case", "130430104213-261123-001", item="gaoling")
        head = store.log.check()
    with open_store(folder) as store:
        assert store.log.check() == head
        line = store.log.add(NOW, "P1001", "sign_out")
        assert line.number == 3
        assert store.log.check() != head
        assert [line.what for line in store.log.lines()] == ["sign_in", "open_case", "sign_out"]
        (about,) = store.log.lines("130430104213-261123-001")
        assert about.facts == {"item": "gaoling"}


@pytest.mark.parametrize(
    ("deed", "first_bad"),
    [
        ("DELETE FROM line WHERE number=2", 2),
        ("DELETE FROM line WHERE number=3", 3),
        ("UPDATE line SET payload=(SELECT payload FROM line WHERE number=1) WHERE number=2", 2),
        ("UPDATE line SET hash=(SELECT hash FROM line WHERE number=1) WHERE number=2", 2),
        ("DELETE FROM line", 1),
    ],
)
def test_a_line_changed_or_taken_out_by_hand_shows(folder: Path, deed: str, first_bad: int) -> None:
    with open_store(folder) as store:
        for what in ("sign_in", "open_case", "sign_out"):
            store.log.add(NOW, "P1001", what)
    with closing(sqlite3.connect(folder / NAME)) as database:
        database.execute(deed)
        database.commit()

    with open_store(folder) as store, pytest.raises(LogBroken) as told:
        store.log.check()
    assert told.value.facts["number"] == first_bad
