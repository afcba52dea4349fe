"""The buttons that belong to a ``PaperView``: pages and zoom."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.common.buttons import Button
from ui.common.layout import row
from ui.common.paper_view import PaperView
from ui.common.text import Text


class PaperTools(QWidget):
    """Previous and next page, the page's number, smaller, larger, as wide as the view."""

    def __init__(self, view: PaperView) -> None:
        super().__init__()
        self._view = view
        self._where = Text("", "caption", "text2")
        self._back, self._on = Button("", "quiet", "left"), Button("", "quiet", "right")
        smaller, larger = Button("", "quiet", "zoom_out"), Button("", "quiet", "zoom_in")
        fit = Button("", "quiet", "width")
        self._back.clicked.connect(lambda: view.go_to(view.page - 1))
        self._on.clicked.connect(lambda: view.go_to(view.page + 1))
        smaller.clicked.connect(lambda: view.zoom_by(-1))
        larger.clicked.connect(lambda: view.zoom_by(1))
        fit.clicked.connect(lambda: view.set_zoom(1.0))
        view.page_changed.connect(self._refresh)
        view.loaded.connect(self._refresh)
        self.setLayout(row(self._back, self._where, self._on, smaller, larger, fit, gap=0))
        self._refresh()

    def _refresh(self) -> None:
        page, count = self._view.page, self._view.page_count
        self._where.setText(f"{page + 1} / {count}" if count else "")
        self._back.setEnabled(page > 0)
        self._on.setEnabled(page + 1 < count)
