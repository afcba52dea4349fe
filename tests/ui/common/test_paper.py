"""Paper on the screen: reading it, marking it, cropping it, seeing it live."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from tests.helpers.gallery_work import two_page_pdf
from tests.helpers.pictures import field_box, invented_form, invented_frame
from ui.common.buttons import Button
from ui.common.crop_view import CropView, usable
from ui.common.live_view import LiveView
from ui.common.marks import Mark, MarkLook
from ui.common.pages import PageUnreadable, PdfPages, PicturePages
from ui.common.paper_tools import PaperTools
from ui.common.paper_view import PaperView
from ui.common.pictures import Picture, picture_of_bgr, thumbnail
from ui.common.tasks import Tasks
from ui.common.theme import paper_colour
from ui.common.tones import Tone


@pytest.fixture
def view(qtbot: QtBot, tasks: Tasks) -> PaperView:
    """A view on a PDF of two A4 pages, everything in sight rendered."""
    view = PaperView(tasks, "审批表")
    qtbot.addWidget(view)
    view.resize(620, 500)
    with qtbot.waitExposed(view):
        view.show()
    view.show_pdf(two_page_pdf())
    qtbot.waitUntil(lambda: view.settled)
    return view


def colours(image: QImage, box: QRectF) -> set[str]:
    return {
        image.pixelColor(x, y).name()
        for x in range(round(box.left()), round(box.right()))
        for y in range(round(box.top()), round(box.bottom()))
    }


# ------------------------------------------------------------------ reading
def test_a_document_opens_as_wide_as_the_view_and_tells_its_pages(view: PaperView) -> None:
    assert view.page_count == 2
    assert view.accessibleName() == "审批表，第 1 页，共 2 页"
    assert view._box(0).width() == pytest.approx(view.viewport().width() - 16, abs=1)


def test_the_words_of_the_page_are_really_on_the_screen(view: PaperView) -> None:
    inks = colours(view.viewport().grab().toImage(), QRectF(20, 20, 500, 300))
    assert any(QColor(ink).lightness() < 90 for ink in inks)


def test_pages_are_turned_by_the_tools_and_told(view: PaperView, qtbot: QtBot) -> None:
    told: list[int] = []
    view.page_changed.connect(told.append)
    tools = PaperTools(view)
    qtbot.addWidget(tools)
    buttons = {button.accessibleName(): button for button in tools.findChildren(Button)}
    assert not buttons["上一个"].isEnabled()

    buttons["下一个"].click()
    qtbot.waitUntil(lambda: view.settled)

    assert (view.page, told) == (1, [1])
    assert not buttons["下一个"].isEnabled()
    assert view.accessibleName() == "审批表，第 2 页，共 2 页"


def test_a_place_is_brought_into_the_middle_even_before_the_document_is_there(
    qtbot: QtBot, tasks: Tasks
) -> None:
    view = PaperView(tasks, "审批表")
    qtbot.addWidget(view)
    view.resize(620, 400)
    view.show()
    view.show_pdf(two_page_pdf())
    place = QRectF(160, 400, 300, 40)

    view.go_to(1, place)
    qtbot.waitUntil(lambda: view.settled)

    centre = view._shown(1).y() + place.center().y() * view._scale(1)
    assert centre == pytest.approx(view.viewport().height() / 2, abs=2)


def test_zooming_keeps_the_middle_where_it_is(view: PaperView, qtbot: QtBot) -> None:
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    high = view.viewport().height()
    before = (view.verticalScrollBar().value() + high / 2) / view._height()

    view.zoom_by(1)
    view.zoom_by(1)
    qtbot.waitUntil(lambda: view.settled)

    after = (view.verticalScrollBar().value() + high / 2) / view._height()
    assert view.zoom == 1.5
    assert after == pytest.approx(before, abs=0.01)


def test_zoom_has_an_end_on_both_sides(view: PaperView) -> None:
    for _ in range(20):
        view.zoom_by(1)
    assert view.zoom == 4.0
    for _ in range(20):
        view.zoom_by(-1)
    assert view.zoom == 0.5


def test_a_page_seen_again_is_not_rendered_again(view: PaperView, qtbot: QtBot) -> None:
    rendered: list[int] = []
    pages = view._pages
    assert isinstance(pages, PdfPages)
    render = pages.render
    pages.render = lambda page, width: rendered.append(page) or render(page, width)  # type: ignore[method-assign]

    view.go_to(1)
    qtbot.waitUntil(lambda: view.settled)
    view.go_to(0)
    view.viewport().grab()
    view.go_to(1)
    qtbot.waitUntil(lambda: view.settled)

    assert rendered == [1]


def test_a_mark_stands_where_the_value_is(view: PaperView) -> None:
    k = 72 / 150
    box = field_box(5)
    view.set_marks({0: [Mark(QRectF(box.x() * k, box.y() * k, box.width() * k, box.height() * k))]})

    screen = view.viewport().grab().toImage()
    edge = view._shown(0).x() + box.x() * k * view._scale(0) - 3
    middle = view._shown(0).y() + box.center().y() * k * view._scale(0)
    assert screen.pixelColor(round(edge), round(middle)) == paper_colour("outline")


def test_a_frame_drawn_by_hand_is_told_in_the_units_of_the_document(
    view: PaperView, qtbot: QtBot
) -> None:
    drawn: list[tuple[int, QRectF]] = []
    view.drawn.connect(lambda page, frame: drawn.append((page, frame)))
    left = Qt.MouseButton.LeftButton
    start, end = QPoint(100, 120), QPoint(300, 200)

    qtbot.mousePress(view.viewport(), left, pos=start)
    qtbot.mouseMove(view.viewport(), end)
    qtbot.mouseRelease(view.viewport(), left, pos=end)
    assert drawn == [], "without the drawing mode a drag draws nothing"

    view.set_drawing(True)
    qtbot.mousePress(view.viewport(), left, pos=start)
    qtbot.mouseMove(view.viewport(), end)
    qtbot.mouseRelease(view.viewport(), left, pos=end)
    ((page, frame),) = drawn
    k = view._scale(0)
    assert page == 0
    assert frame.width() == pytest.approx(200 / k)
    assert frame.y() == pytest.approx((120 - view._shown(0).y()) / k)


def test_a_press_on_a_mark_tells_its_number(view: PaperView, qtbot: QtBot) -> None:
    view.set_marks({0: [Mark(QRectF(100, 100, 100, 60), MarkLook.REGION, "2")]})
    told: list[str] = []
    view.pressed.connect(told.append)
    k, page = view._scale(0), view._shown(0)
    place = QPoint(round(page.x() + 150 * k), round(page.y() + 130 * k))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told == ["2"]


@pytest.mark.parametrize("spoil", [lambda _: b"", lambda _: b"no pdf", lambda pdf: pdf[:900]])
def test_a_damaged_document_says_so_in_one_sentence(
    qtbot: QtBot, tasks: Tasks, spoil: Callable[[bytes], bytes]
) -> None:
    view = PaperView(tasks, "审批表")
    qtbot.addWidget(view)
    view.show()
    with qtbot.waitSignal(view.failed) as blocker:
        view.show_pdf(spoil(two_page_pdf()))
    (error,) = blocker.args or ()
    assert isinstance(error, PageUnreadable)
    assert error.parts("zh")[0] == "这份文件显示不出来。"
    assert view.page_count == 0


def test_showing_another_document_forgets_the_first_whatever_comes_late(
    qtbot: QtBot, tasks: Tasks
) -> None:
    view = PaperView(tasks, "材料")
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    view.show_pdf(two_page_pdf())
    view.show_pictures([invented_form().scaled(300, 200)])
    qtbot.waitUntil(lambda: view.settled and not tasks.busy)

    assert view.page_count == 1
    assert view._sizes == [(300.0, 200.0)]


def test_a_page_is_rendered_at_the_width_asked_for_and_never_without_bound() -> None:
    picture = invented_form().scaled(200, 400)
    assert PicturePages([picture]).render(0, 100).width() == 100
    pdf = PdfPages(two_page_pdf())
    assert [round(w) for w, _ in pdf.sizes()] == [595, 595]
    assert pdf.render(1, 300).width() == 300
    pdf.close()
    assert pdf.render(0, 50).width() == 50, "closed documents open again"


# ------------------------------------------------------------------ cropping
@pytest.fixture
def crop(qtbot: QtBot) -> CropView:
    frame, corners = invented_frame()
    crop = CropView()
    qtbot.addWidget(crop)
    crop.resize(800, 420)
    with qtbot.waitExposed(crop):
        crop.show()
    crop.show_picture(frame, corners)
    return crop


def test_a_corner_is_dragged_to_where_the_hand_lets_go(crop: CropView, qtbot: QtBot) -> None:
    moved: list[list[tuple[float, float]]] = []
    crop.moved.connect(moved.append)
    start = crop._on_screen(crop.corners[2]).toPoint()
    left = Qt.MouseButton.LeftButton

    qtbot.mousePress(crop, left, pos=start)
    qtbot.mouseMove(crop, start + QPoint(20, 10))
    qtbot.mouseRelease(crop, left, pos=start + QPoint(20, 10))

    k = crop._scale()
    assert crop.held == 2
    assert crop.corners[2][0] == pytest.approx(985 + 20 / k, abs=2)
    assert moved[-1] == crop.corners


def test_a_press_far_from_any_corner_takes_none(crop: CropView, qtbot: QtBot) -> None:
    middle = crop._on_screen((640.0, 360.0)).toPoint()
    crop.hold(1)
    before = crop.corners
    qtbot.mousePress(crop, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(crop, middle + QPoint(30, 0))
    assert (crop.held, crop.corners) == (1, before)


def test_corners_are_chosen_by_number_and_moved_by_arrows(crop: CropView, qtbot: QtBot) -> None:
    qtbot.keyClick(crop, Qt.Key.Key_4)
    assert "左下角" in crop.accessibleName()
    x, y = crop.corners[3]

    qtbot.keyClick(crop, Qt.Key.Key_Left)
    qtbot.keyClick(crop, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)

    assert crop.corners[3] == (x - 1, y - 10)


def test_a_corner_stays_in_the_picture_and_never_crosses_the_page(crop: CropView) -> None:
    crop.hold(0)
    crop.move_held(-500, -500)
    assert crop.corners[0] == (0.0, 0.0)

    crop.move_held(1200, 700)
    assert crop.corners[0] == (0.0, 0.0), "past the opposite corner it would be no page"
    assert usable(crop.corners)


def test_without_corners_found_the_whole_picture_is_the_page(crop: CropView) -> None:
    crop.show_picture(QImage(400, 300, QImage.Format.Format_RGB32))
    assert crop.corners == [(0, 0), (400, 0), (400, 300), (0, 300)]


# ------------------------------------------------------------------ live
def test_the_outline_lies_on_the_paper_and_words_never_do(qtbot: QtBot) -> None:
    frame, corners = invented_frame()
    live = LiveView("实时画面")
    qtbot.addWidget(live)
    live.resize(640, 420)
    live.show_frame(frame, corners)
    live.say("放稳了，马上自动拍", 0.7, (("清晰", Tone.OK),))

    screen = live.grab().toImage()
    k = 640 / 1280
    top = 48 + (420 - 48 - 720 * k) / 2
    on_edge = [
        QPointF((corners[0][0] + corners[3][0]) / 2 * k + dx, top + 370 * k) for dx in range(-3, 4)
    ]
    inks = {screen.pixelColor(point.toPoint()).name() for point in on_edge}
    assert paper_colour("outline").name() in inks
    assert live.accessibleName() == "实时画面：放稳了，马上自动拍"


def test_a_camera_that_is_gone_leaves_words_instead_of_a_frozen_picture(qtbot: QtBot) -> None:
    frame, corners = invented_frame()
    live = LiveView("实时画面")
    qtbot.addWidget(live)
    live.resize(640, 420)
    live.show_frame(frame, corners)
    live.show_absence("高拍仪没接上，插好就接着拍")

    middle = live.grab().toImage().pixelColor(100, 380)
    assert middle == paper_colour("mat")


def test_camera_pixels_become_a_picture_of_the_same_colours() -> None:
    import numpy as np

    pixels = np.zeros((4, 6, 3), np.uint8)
    pixels[1, 2] = (10, 20, 200)  # blue, green, red
    picture = picture_of_bgr(pixels[:, 1:])
    pixels[:] = 0
    assert (picture.width(), picture.height()) == (5, 4)
    assert picture.pixelColor(1, 1) == QColor(200, 20, 10), "the camera may reuse its buffer"


# ------------------------------------------------------------------ pictures
def test_a_thumbnail_of_a_pale_page_still_shows_its_lines() -> None:
    plain = invented_form().scaled(
        62, 88, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    small = thumbnail(invented_form(), 62, 88, 1.0)

    def darkness(image: QImage) -> float:
        return sum(
            255 - image.pixelColor(x, y).lightness()
            for x in range(image.width())
            for y in range(image.height())
        )

    assert darkness(small) > 1.3 * darkness(plain)


def test_a_tall_page_in_a_wide_cell_shows_its_head() -> None:
    small = thumbnail(invented_form(), 56, 44, 1.0, head_only=True)
    assert (small.width(), small.height()) == (56, 44)


def test_a_mark_beside_the_edge_keeps_its_tag_in_the_picture(qtbot: QtBot) -> None:
    picture = Picture(invented_form(), [Mark(field_box(6), MarkLook.CHANGED, "1")])
    qtbot.addWidget(picture)
    picture.resize(300, 430)
    inks = colours(picture.grab().toImage(), QRectF(270, 0, 30, 430))
    assert paper_colour("alarm").name() in inks
