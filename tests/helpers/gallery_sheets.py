"""The sheets of the gallery: the parts in their states, with invented content."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QWidget

from tests.helpers import gallery_work
from tests.helpers.pictures import cut_out, field_box, invented_card, invented_form
from ui.common.buttons import Button, SmallLink
from ui.common.chips import Chip, DeviceChip, Marks, Pips
from ui.common.choosing import Check, Choices, Select, Slider, Toggle
from ui.common.inputs import DateEdit, DoubtBlock, Labelled, SearchEdit, SecretEdit, TextField
from ui.common.layout import canvas, card, column, grid, hline, holder, row
from ui.common.lists import Line, MissingLine, TrayLine
from ui.common.marks import Mark, MarkLook
from ui.common.pictures import Picture, Thumb
from ui.common.progress import Progress
from ui.common.steps import StepBar, StepState
from ui.common.text import Figure, KeyCap, Text
from ui.common.tones import Tone


def sheet(*columns: QWidget, held: QWidget | None = None) -> QWidget:
    """Cards side by side on the canvas; ``held`` gets the focus."""
    widget = canvas(row(*((part, 1) for part in columns), gap=16, margins=(24, 16, 24, 16)))
    widget.setProperty("held", held)
    return widget


def controls() -> QWidget:
    """Buttons, chips, choosing."""
    off = Button("送出", "primary", key="F9")
    off.setEnabled(False)
    left = card(
        column(
            Text("按钮", bold=True),
            row(
                Button("通过", "primary", "check", "A"),
                off,
                Button("退回补正", icon="undo", key="R"),
                None,
            ),
            row(
                Button("不予受理", "danger", "cross"),
                Button("现在的", "chosen"),
                Button("民政", "tile"),
                Button("转正", "quiet", "rotate"),
                Button("", "quiet", "zoom_in"),
                None,
            ),
            row(
                Button("拍照", "primary", "camera", "F2", big=True),
                SmallLink("撤销", "Ctrl+Z"),
                None,
            ),
            hline(),
            Text("状态", bold=True),
            row(
                Chip("清楚", Tone.OK),
                Chip("反光", Tone.WARN),
                Chip("有改动", Tone.DANGER),
                Chip("还没拍", Tone.TODO),
                None,
            ),
            row(
                Chip("正在办", Tone.NOW),
                Chip("免交", Tone.EXEMPT),
                Chip("可后补", Tone.LATER),
                None,
            ),
            row(
                Chip("红牌 超 1 天", Tone.DANGER, filled=True, low=True),
                Chip("黄牌 余 4 小时", Tone.WARN, filled=True, low=True),
                Chip("余 3 天", Tone.LATER, low=True),
                Chip("还缺 2 样", Tone.TODO, plain=True),
                None,
            ),
            hline(),
            row(
                DeviceChip("scanner", "扫描仪"),
                DeviceChip("key", "UKey", False, "插上 UKey 才能签章"),
                DeviceChip("outbox", "待传 2", None, chosen=True),
                None,
            ),
            row(Pips(5, 6), Text("还可试 5 次", "caption", "text2"), 12),
            row(
                Marks(
                    [("村", Tone.OK), ("镇", Tone.OK), ("县", Tone.WARN)],
                    "村有效，镇有效，县说不准",
                ),
                KeyCap("Ctrl+K"),
                None,
            ),
            row(Progress(0.4), Text("还要约 12 秒", "caption", "text2"), SmallLink("取消"), None),
            row(Progress(None), Text("正在找设备", "caption", "text2"), None),
            None,
            gap=10,
        )
    )
    ways = Choices(
        (("self", "本人来办", "本人在场，本人签字"), ("kin", "家人代办", "要委托书，两人的身份证")),
        "self",
    )
    filters = row(
        Button("全部 326", "chosen"),
        Button("有改动 2", "tile", "s_stop"),
        Button("完好 309", "tile", "s_ok"),
        None,
    )
    right = card(
        column(
            Text("选", bold=True),
            ways,
            row(
                Check("必填", True),
                Check("必填"),
                (Select("填什么", [("money", "钱，每月"), ("text", "一段话")]), 1),
            ),
            row(Toggle("自动拍", True), Toggle("提示音"), None),
            filters,
            Slider("亮度", 0.46, lambda v: f"自动，偏 {v - 0.76:+.1f}"),
            hline(),
            Text("一行一件", bold=True),
            Line("任小梅", "代办员，有 1 件没办完", "person"),
            Line("东河镇", "", "down", tail="", figure="58", choosable=True),
            MissingLine("户口本第 1 页反光", "本步 重拍", Tone.WARN),
            TrayLine("身份证", "2 页，清楚", Tone.OK, invented_card()),
            TrayLine("惠农一卡通", "还没拍"),
            row(Figure("7", "件", "受理"), Figure("99.4", "%", "按时办结"), None, gap=24),
            None,
            gap=6,
        )
    )
    chosen = right.findChildren(Line)[1]
    chosen.setChecked(True)
    return sheet(left, right, held=left.findChild(Button))


def inputs() -> QWidget:
    """Inputs with their labels, sources, doubts and errors."""
    name = TextField("姓名", "李秀英", must=True)
    name.set_source("card")
    phone = TextField("联系电话", "139****602")
    phone.set_problem("手机号少 1 位，应是 11 位。")
    bank = TextField("开户银行", "县农村信用联社")
    bank.set_cutout(cut_out(4))
    bank.set_source("paper")
    number = TextField("身份证号", "130430********122X")
    number.edit.setReadOnly(True)
    account = DoubtBlock(
        "银行账号",
        "倒数第 5 位像 8，也像 3。是 8 时校验位对得上。",
        "6217 0021 **** 3386 017",
        [("是 8", "6217 0021 **** 3386 017"), ("是 3", "6217 0021 **** 3336 017")],
        cut_out(5),
    )
    bar = StepBar(("事项", "申请人", "表单", "材料", "签字提交"))
    bar.show_states(
        (StepState.DONE, StepState.DONE, StepState.DOUBT, StepState.NOW, StepState.TODO)
    )
    fields = column(
        row(bar, None),
        SearchEdit("找事项", "要办什么事？写名称或拼音首字母，如 glbt", "Ctrl+K"),
        grid((name, number, phone, bank), 2, 16),
        account,
        row(
            (Labelled("出生", DateEdit("出生", date(1957, 3, 16))), 1),
            (Labelled("UKey 口令", SecretEdit("UKey 口令")), 1),
            (Labelled("是他什么人", Select("和申请人的关系", [(1, "父子")], "people")), 1),
            gap=16,
        ),
        None,
        gap=12,
    )
    return sheet(card(fields), held=account.edit)


def paper() -> QWidget:
    """Marks on paper, thumbnails, pictures."""
    fields = Picture(
        invented_form(),
        [
            Mark(field_box(0), MarkLook.SURE, "1"),
            Mark(field_box(2), MarkLook.SURE, "3", held=True),
            Mark(field_box(6), MarkLook.DOUBT, "7"),
        ],
        top=True,
    )
    changed = Picture(invented_form(), [Mark(field_box(6), MarkLook.CHANGED, "1")], top=True)
    region = Picture(invented_form(), [Mark(field_box(3), MarkLook.REGION, "1", True)], top=True)
    thumbs = row(
        Thumb(invented_form(), "第 1 页 首页", "反光", width=128),
        Thumb(None, "第 2 页 本人页", width=128),
        Thumb(invented_card(), "身份证", width=74),
        None,
    )
    return sheet(
        holder(column((row((fields, 1), (changed, 1), (region, 1), gap=16), 1), thumbs, gap=12))
    )


SHEETS: dict[str, Callable[[], QWidget]] = {
    "controls": controls,
    "inputs": inputs,
    "paper": paper,
    "much": gallery_work.much,
    "camera": gallery_work.camera,
    "document": gallery_work.document,
    "said": gallery_work.said,
}
