"""Papers to print: made beside the window, kept in the print folder, opened in the PC's viewer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QUrl
from PySide6.QtGui import QDesktopServices

from ui.common.page import Host


def show_print(
    host: Host,
    folder: Path,
    name: str,
    make: Callable[[], bytes],
    failed: Callable[[Exception], None],
    owner: QObject,
) -> None:
    """Makes a PDF, writes it to ``folder`` as ``name.pdf`` and opens it; ``failed`` hears
    why not."""

    def work() -> Path:
        from signing.files import write_whole

        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.pdf"
        write_whole(path, make())
        return path

    def done(path: Path) -> None:
        words = QCoreApplication.translate("WorkPage", "已存到 {path}，正在打开打印")
        host.say(words.format(path=path.name))
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    host.tasks.start(work, done=done, failed=failed, owner=owner, lane="dossier")
