"""The style sheet made from a theme: frames, labels and what Qt paints itself.

Our own controls paint themselves; here stand only the rules for Qt's. Frames are told apart by
the property ``plate``, labels by ``role``, ``ink`` and ``strong``.
"""

from __future__ import annotations

from ui.common.tokens import Theme

INKS = ("text", "text2", "accent", "ok", "warn", "danger", "on_accent", "on_warn", "on_danger")
ROLES = ("caption", "body", "title", "figure")


def style_sheet(theme: Theme) -> str:
    """The whole style sheet for ``QApplication.setStyleSheet``."""
    return "\n".join((_labels(theme), _frames(theme), _inputs(theme), _views(theme)))


def _labels(t: Theme) -> str:
    rules = [f"QWidget {{ color: {t.hex('text')}; }}", "QLabel { background: transparent; }"]
    rules += [f'QLabel[role="{role}"] {{ font-size: {t.px(role)}px; }}' for role in ROLES]
    rules += [f'QLabel[ink="{ink}"] {{ color: {t.hex(ink)}; }}' for ink in INKS]
    rules.append('QLabel[strong="true"] { font-weight: bold; }')
    rules.append(
        f"QToolTip {{ background: {t.hex('text')}; color: {t.hex('surface')}; border: none;"
        f" padding: 4px 8px; font-size: {t.px('caption')}px; }}"
    )
    return "\n".join(rules)


def _frames(t: Theme) -> str:
    c, b, card = t.hex, t.edge, t.radius("card")

    def plate(name: str, ground: str, edge: str, radius: int = card, state: str = "") -> str:
        return (
            f'QFrame[plate="{name}"]{state} {{ background: {ground}; border: {edge};'
            f" border-radius: {radius}px; }}"
        )

    line = f"{b}px solid {c('line')}"
    mine = c("accent_soft") if b == 1 else c("line")
    rules = [
        f'QWidget[plate="canvas"] {{ background: {c("canvas")}; }}',
        plate("card", c("surface"), line),
        plate("card", c("accent_soft"), f"2px solid {c('accent')}", state='[chosen="true"]'),
        plate("panel", c("surface"), "none", 0),
        plate("bar", c("surface"), "none", 0),
        plate("stage", c("sunken"), "none", t.radius("control")),
        plate("mine", c("accent_soft"), f"{b}px solid {mine}"),
        plate("dashed", "transparent", f"2px dashed {c('line_strong')}"),
        plate("practice", c("warn_soft"), f"2px dashed {c('warn')}"),
        plate("sheet", c("surface"), f"{b}px solid {c('line_strong')}"),
        plate("dialog", c("surface"), f"{b}px solid {c('line_strong')}", 0),
        plate("hline", c("line"), "none", 0),
        plate("vline", c("line"), "none", 0),
    ]
    for tone in ("ok", "warn", "danger"):
        rules.append(plate(tone, c(f"{tone}_soft"), f"{b}px solid {c(tone)}"))
        rules.append(plate(f"verdict_{tone}", c(f"{tone}_soft"), f"2px solid {c(tone)}"))
    rules.append(plate("info", c("accent_soft"), f"{b}px solid {c('accent')}"))
    return "\n".join(rules)


def _inputs(t: Theme) -> str:
    c, b, control = t.hex, t.edge, t.radius("control")
    edge = f"{b}px solid {c('line_strong')}"
    chosen = (
        f"selection-background-color: {c('accent')}; selection-color: {c('on_accent')};"
        f" placeholder-text-color: {c('text2')};"
    )
    return f"""
QLineEdit, QAbstractSpinBox {{ background: {c("surface")}; border: {edge};
    border-radius: {control}px; padding: 0 12px; min-height: {t.height("control") - 2 * b}px;
    {chosen} }}
QLineEdit:read-only {{ background: {c("canvas")}; border-color: {c("line")}; }}
QLineEdit:disabled {{ background: {c("sunken")}; color: {c("text2")};
    border: {b}px dashed {c("line")}; }}
QLineEdit[wrong="true"] {{ border: 2px solid {c("danger")}; padding: 0 {12 - 2 + b}px;
    min-height: {t.height("control") - 4}px; }}
QLineEdit[variant="search"] {{ min-height: {t.height("primary") + 6}px; padding-left: 52px;
    padding-right: 100px; border-radius: {t.radius("card")}px; }}
QPlainTextEdit {{ background: {c("surface")}; border: {edge}; border-radius: {control}px;
    padding: 4px 8px; {chosen} }}
QComboBox {{ combobox-popup: 0; }}
QComboBox QAbstractItemView {{ background: {c("surface")}; border: {edge}; outline: 0;
    padding: 4px; }}
QComboBox QAbstractItemView::item {{ min-height: {t.height("control")}px; padding: 0 8px;
    border-radius: 4px; color: {c("text")}; }}
QComboBox QAbstractItemView::item:selected {{ background: {c("accent_soft")}; }}
"""


def _views(t: Theme) -> str:
    c = t.hex
    grip = f"background: {c('line_strong')}; border-radius: 4px;"
    return f"""
QScrollArea, QScrollArea > QWidget {{ background: transparent; border: none; }}
QAbstractItemView {{ background: {c("surface")}; border: none; outline: 0;
    selection-background-color: {c("accent_soft")}; selection-color: {c("text")}; }}
QListView[bare="true"] {{ background: transparent; }}
QHeaderView {{ background: {c("surface")}; border: none; }}
QHeaderView::section {{ background: {c("surface")}; color: {c("text2")}; border: none;
    border-bottom: 1px solid {c("line_strong")}; padding: 0 11px;
    font-size: {t.px("caption")}px; }}
QMenu {{ background: {c("surface")}; border: {t.edge}px solid {c("line_strong")};
    border-radius: {t.radius("control")}px; padding: 4px; }}
QMenu::item {{ padding: 6px 24px 6px 12px; min-height: {t.height("control") - 12}px;
    border-radius: 4px; }}
QMenu::item:selected {{ background: {c("accent_soft")}; color: {c("text")}; }}
QMenu::item:disabled {{ color: {c("text2")}; }}
QMenu::separator {{ height: 1px; background: {c("line")}; margin: 4px 8px; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar::handle:vertical {{ {grip} min-height: 40px; margin: 0 0 0 4px; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle:horizontal {{ {grip} min-width: 40px; margin: 4px 0 0 0; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    background: none; height: 0; width: 0; }}
"""
