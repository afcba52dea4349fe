"""The language in force. Chinese is the language of the sources; English comes from a catalogue.

``resources/texts/yizhan_en.ts`` is kept with Qt Linguist: ``python -m tests.helpers.texts``
gathers the texts of the sources into it and compiles it.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from ui.common.resources import resource

Language = Literal["zh", "en"]

_installed: list[QTranslator] = []
_current: Language = "zh"


def current() -> Language:
    """The language in force."""
    return _current


def speak(app: QApplication, language: Language) -> None:
    """Puts a language in force for everything that is built from now on."""
    global _current
    for translator in _installed:
        app.removeTranslator(translator)
    _installed.clear()
    _current = language
    locale = QLocale(QLocale.Language.English if language == "en" else QLocale.Language.Chinese)
    QLocale.setDefault(locale)
    own = [(str(resource("texts")), "yizhan_en")] if language == "en" else []
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    qt_name = "qtbase_en" if language == "en" else "qtbase_zh_CN"
    for folder, name in [(qt, qt_name), *own]:
        translator = QTranslator(app)
        if translator.load(name, folder):
            app.installTranslator(translator)
            _installed.append(translator)
