"""Pages: kept exactly as they came, before anybody sees them; only their showing changes."""

from dataclasses import replace
from pathlib import Path

import pytest

from station.domain.drafts import MaterialEntry
from station.store import Store
from station.store.errors import PageDamaged
from tests.helpers.broken import flip_bit
from tests.helpers.desk_memory import NOW, a_draft, open_store, paper


def test_a_page_comes_back_byte_by_byte_with_where_it_came_from(folder: Path) -> None:
    with open_store(folder) as store:
        page = store.add_page("d1", "id_card", paper(1), NOW, "camera: 良田 S620", {"dpi": 300})

    with open_store(folder) as store:
        assert store.page(page.id) == page
        assert store.page_original(page.id) == paper(1)
        assert (page.material, page.origin, page.captured_at) == (
            "id_card",
            "camera: 良田 S620",
            NOW,
        )
        assert page.parameters == {"dpi": 300}


def test_pages_stay_in_the_order_in_which_they_arrived(store: Store) -> None:
    ids = [store.add_page("d1", "form", paper(n), NOW, "scanner").id for n in range(5)]
    store.add_page("d2", "form", paper(9), NOW, "scanner")
    assert [page.id for page in store.pages("d1")] == ids


def test_straightening_a_page_changes_how_it_is_shown_and_nothing_else(store: Store) -> None:
    page = store.add_page("d1", "form", paper(1), NOW, "camera", {"rotation": 0, "filter": "auto"})

    turned = store.update_page(page.id, {"rotation": 90, "quad": ((1, 2), (3, 4), (5, 6), (7, 8))})

    assert turned.parameters == {
        "rotation": 90,
        "filter": "auto",
        "quad": [[1, 2], [3, 4], [5, 6], [7, 8]],
    }
    assert turned.revision == 2
    assert store.page(page.id) == turned
    assert store.page_original(page.id) == paper(1)


def test_a_removed_page_can_come_back(store: Store) -> None:
    page = store.add_page("d1", "form", paper(1), NOW, "camera")
    store.remove_page(page.id)
    assert store.pages("d1") == ()
    assert [gone.id for gone in store.pages("d1", removed=True)] == [page.id]
    assert store.page_original(page.id) == paper(1), "the original waits until the case is closed"

    store.restore_page(page.id)
    assert [back.id for back in store.pages("d1")] == [page.id]


def test_a_page_can_move_to_another_material(store: Store) -> None:
    page = store.add_page("d1", "form", paper(1), NOW, "camera")
    assert store.move_page(page.id, "id_card").material == "id_card"
    assert store.page(page.id).material == "id_card"


def test_a_straightened_picture_is_never_shown_for_other_corners(store: Store) -> None:
    page = store.add_page("d1", "form", paper(1), NOW, "camera", {"rotation": 0})
    store.put_page_render(page, b"upright")
    store.put_page_thumbnail(page, b"small")
    assert store.page_render(page.id) == b"upright"
    assert store.page_thumbnail(page.id) == b"small"

    turned = store.update_page(page.id, {"rotation": 90})
    assert store.page_render(page.id) is None
    store.put_page_render(page, b"late picture of the old corners")
    assert store.page_render(turned) is None, "a late worker does not spoil the new picture"

    store.put_page_render(turned, b"turned")
    assert store.page_render(page.id) == b"turned"


def test_a_lost_cache_costs_a_second_look_and_nothing_more(store: Store) -> None:
    page = store.add_page("d1", "form", paper(1), NOW, "camera")
    store.put_page_render(page, b"upright")
    for file in (store.folder / "cache").iterdir():
        flip_bit(file, 300)
    assert store.page_render(page.id) is None
    assert store.page_original(page.id) == paper(1)


def test_pages_that_the_case_does_not_list_are_offered_back(store: Store) -> None:
    draft = replace(a_draft(), materials={})
    listed = store.add_page(draft.id, "form", paper(1), NOW, "camera")
    loose = store.add_page(draft.id, "form", paper(2), NOW, "camera")
    removed = store.add_page(draft.id, "form", paper(3), NOW, "camera")
    store.remove_page(removed.id)
    draft = replace(draft, materials={"form": MaterialEntry(pages=(listed.id,))})

    assert store.loose_pages(draft) == (loose,)


def test_a_page_with_one_flipped_bit_is_told_and_not_shown(store: Store) -> None:
    good = store.add_page("d1", "form", paper(1), NOW, "camera")
    bad = store.add_page("d1", "form", paper(2), NOW, "camera")
    flip_bit(store.folder / "vault" / f"page-{bad.id}", 2000)

    with pytest.raises(PageDamaged) as told:
        store.page_original(bad.id)
    assert "重新拍一次" in told.value.sentence("zh")
    assert store.page_original(good.id) == paper(1)
    assert store.damage() == (f"page-{bad.id}",)


def test_a_page_put_in_anothers_place_is_not_taken_for_it(store: Store) -> None:
    mine = store.add_page("d1", "form", paper(1), NOW, "camera")
    other = store.add_page("d2", "form", paper(2), NOW, "camera")
    vault = store.folder / "vault"
    (vault / f"page-{other.id}").replace(vault / f"page-{mine.id}")

    with pytest.raises(PageDamaged):
        store.page_original(mine.id)


def test_an_ink_record_and_a_document_come_back_and_are_checked(store: Store) -> None:
    ink = store.put_ink("d1", b"strokes")
    document = store.put_blob(b"%PDF dossier")
    assert store.ink(ink) == b"strokes"
    assert store.blob(document) == b"%PDF dossier"
    assert store.put_blob(b"%PDF dossier") == document, "the same bytes have the same name"
    with pytest.raises(KeyError):
        store.blob("0" * 64)


def test_a_damaged_document_heals_when_it_is_kept_again(store: Store) -> None:
    document = store.put_blob(b"%PDF dossier" * 100)
    flip_bit(store.folder / "vault" / f"blob-{document}", 900)
    assert store.damage() == (f"blob-{document}",)

    store.put_blob(b"%PDF dossier" * 100)

    assert store.blob(document) == b"%PDF dossier" * 100
    assert store.damage() == ()
