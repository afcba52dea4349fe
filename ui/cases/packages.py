"""Where an archive package goes: asked of whoever saves one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from station.domain.cases import Case


def ask_package(parent: QWidget, case: Case) -> Path | None:
    """The file to write the package of ``case`` to; None when it was thought better of."""
    documents = Path(
        QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    )
    offered = QCoreApplication.translate("review", "{number}-归档.zip").format(number=case.number)
    name, _ = QFileDialog.getSaveFileName(
        parent,
        QCoreApplication.translate("review", "存归档包"),
        str(documents / offered if documents.is_dir() else offered),
        "*.zip",
    )
    return Path(name) if name else None
