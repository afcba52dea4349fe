"""More sheets of the gallery: paper, camera, pen, tables, messages, with invented content."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, QRectF
from PySide6.QtWidgets import QWidget

from tests.helpers.pictures import field_box, invented_form, invented_frame
from ui.common.cards import Card, CardList
from ui.common.charts import Bars, Series, Trend
from ui.common.crop_view import CropView
from ui.common.dialogs import HelpSheet, PinDialog
from ui.common.layout import canvas, card, column, fixed_width, holder, row
from ui.common.limit_bar import Day, LimitBar
from ui.common.live_view import LiveView
from ui.common.marks import Mark
from ui.common.messages import EmptyState, Message, Notice, VerdictBanner
from ui.common.page import KeyHelp
from ui.common.paper_tools import PaperTools
from ui.common.paper_view import PaperView
from ui.common.sign_pad import Ink, PenPoint, PenStroke, SignPad
from ui.common.tables import Cell, Column, Table, TableModel
from ui.common.tasks import Tasks
from ui.common.text import Text
from ui.common.timeline import Entry, Timeline
from ui.common.tones import Tone


@dataclass(frozen=True)
class Township:
    """A row of a ranking."""

    rank: int
    name: str
    count: int
    in_time: str
    yellow: int
    red: int


TOWNSHIPS = [
    Township(1, "柳林镇", 335, "100%", 0, 0),
    Township(2, "南营乡", 240, "100%", 0, 0),
    Township(3, "马头集镇", 385, "99.7%", 0, 0),
    Township(4, "古桥镇", 285, "98.9%", 1, 0),
    Township(5, "东河镇", 335, "98.2%", 2, 1),
]


def plate(count: int, tone: Tone) -> Cell:
    """A count as a card, or the dash for none."""
    return Cell(str(count) if count else "", tone, "plate", sort=count)


def township_table(ticks: bool = True) -> Table:
    """A ranking with ticks."""
    model = TableModel(
        (
            Column[Township]("名次", lambda r: str(r.rank), 64, right=True),
            Column[Township]("乡镇", lambda r: r.name),
            Column[Township]("受理", lambda r: Cell(str(r.count), sort=r.count), 72, right=True),
            Column[Township]("按时", lambda r: r.in_time, 80, right=True, at_large=False),
            Column[Township]("黄牌", lambda r: plate(r.yellow, Tone.WARN), 84, right=True),
            Column[Township]("红牌", lambda r: plate(r.red, Tone.DANGER), 84, right=True),
        ),
        lambda r: r.name,
        ticks=ticks,
    )
    model.set_rows(TOWNSHIPS)
    model.tick(TOWNSHIPS[1], True)
    table = Table(model, "乡镇排名", sortable=True)
    table.select("马头集镇")
    return table


def much() -> QWidget:
    """Tables, queues, charts, a life, a limit."""
    table = township_table()
    queue = CardList("待审")
    queue.set_cards(
        [
            Card(1, "农村宅基地申请", "任保国 · 后段寨村", "红牌 超 1 天", Tone.DANGER, plate=True),
            Card(2, "残疾人困难生活补贴", "李秀英", "黄牌 余 4 小时", Tone.WARN, plate=True),
            Card(3, "临时救助申请", "孙大成", "余 2 天", holder="赵敏"),
            Card(4, "高龄老人生活补贴认证", "材料 2 样，即时办结", figure="31 件"),
        ]
    )
    queue.choose(2)
    trend = Trend("每周件数")
    trend.show_series(
        ("9-06", "9-13", "9-20", "9-27", "10-04", "10-11", "10-18", "10-25"),
        (
            Series("受理", (548, 571, 590, 602, 214, 498, 655, 672)),
            Series("办结", (540, 560, 566, 615, 251, 402, 610, 659)),
        ),
    )
    bars = Bars("一次没办成的原因", "件")
    bars.show_rows((("材料没带齐", 41), ("本人不能来", 17), ("设备读不出", 6), ("网络中断", 2)))
    limit = LimitBar()
    limit.show_days((Day.USED, Day.PAUSED, Day.PAUSED_NOW, Day.LEFT, Day.LEFT), yellow=4)
    life = Timeline()
    life.show_entries(
        (
            Entry(
                "任春河",
                "后段寨村便民服务站 · 10:52",
                ("盖住第 1–6 页全部字节",),
                lead="村",
                state="有效",
            ),
            Entry(
                "孙国强",
                "县残疾人联合会",
                ("在镇签章之上只加了审批意见",),
                lead="县",
                state="有效",
                broken_below=True,
            ),
            Entry(
                "没有签名",
                "时间不可信",
                ("末尾多出 3 412 字节",),
                Tone.DANGER,
                lead="改动",
                state="有改动",
                loud=True,
            ),
        )
    )
    left = holder(
        column((card(column((table, 1)), (4, 4, 4, 4)), 3), (card(column(life)), 3), gap=12)
    )
    middle = fixed_width(queue, 280)
    right = holder(
        column((card(column((trend, 1))), 3), (card(column(bars, 12, limit)), 2), gap=12)
    )
    sheet = canvas(row((left, 3), middle, (right, 3), gap=16, margins=(24, 16, 24, 16)))
    sheet.setProperty("held", table)
    return sheet


def signature() -> Ink:
    """Three strokes with pressure."""
    strokes = []
    for n in range(3):
        points = tuple(
            PenPoint(60 + n * 90 + i * 3, 30 + (i * (7 + n)) % 60, n * 300 + i * 8, i / 20)
            for i in range(20)
        )
        strokes.append(PenStroke(points, "pen"))
    return Ink(tuple(strokes), (420, 150), (120, 40), "手签板")


def camera() -> QWidget:
    """Live view, crop, pen."""
    frame, corners = invented_frame()
    live = LiveView("实时画面")
    live.show_frame(frame, corners)
    live.say("放稳了，马上自动拍", 0.7, (("清晰", Tone.OK), ("反光", Tone.WARN)))
    gone = LiveView("实时画面")
    gone.show_absence("高拍仪没接上，插好就接着拍")
    gone.say("等高拍仪")
    crop = CropView()
    crop.show_picture(frame, corners)
    crop.hold(2)
    pad = SignPad("申请人签名")
    pad.resize(420, 150)
    pad.show_ink(signature())
    sheet = canvas(
        row(
            (column((live, 1), (gone, 1), gap=12), 1),
            (column((crop, 2), (pad, 1), gap=12), 1),
            gap=16,
            margins=(24, 16, 24, 16),
        )
    )
    sheet.setProperty("held", crop)
    return sheet


def two_page_pdf() -> bytes:
    """An invented form twice, as a PDF."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    invented_form().save(buffer, "PNG")
    page = Image.open(BytesIO(buffer.data().data())).convert("RGB")
    pdf = BytesIO()
    page.save(pdf, "PDF", resolution=150.0, save_all=True, append_images=[page])
    return pdf.getvalue()


def document() -> QWidget:
    """A PDF as wide as the view, with a mark in points, and as whole pages."""
    tasks = Tasks()
    view, whole = PaperView(tasks, "审批表"), PaperView(tasks, "审批表", whole_page=True)
    k = 72 / 150
    box = field_box(5)
    place = Mark(QRectF(box.x() * k, box.y() * k, box.width() * k, box.height() * k))
    for one in (view, whole):
        one.show_pdf(two_page_pdf())
        one.set_marks({0: [place]})
    sheet = canvas(
        row(
            (
                column(
                    row(Text("请您看一遍，就是这张表", "title", bold=True), None, PaperTools(view)),
                    (view, 1),
                ),
                3,
            ),
            (whole, 2),
            gap=16,
            margins=(24, 16, 24, 16),
        )
    )
    tasks.setParent(sheet)
    sheet.setProperty("held", view)
    sheet.setProperty("views", [view, whole])
    return sheet


def said() -> QWidget:
    """Messages, notices, dialogs."""
    stop, wait = Message(), Message()
    stop.tell(
        "UKey 拔出来了，第 3 份没签",
        "前 2 份已签好并存下。",
        "插回 UKey 后接着签第 3 份。",
        Tone.DANGER,
        [("接着签", lambda: None), ("先放着", lambda: None)],
    )
    wait.tell("网络不通，已排队等着传", "2 件都存在本机，10:41 试过一次，通了会自动传。")
    verdict = VerdictBanner()
    verdict.show_verdict(
        "签完以后被改过，不能采信",
        "县里签章之后，第 1 页“补贴标准”由 80 元改成 800 元。",
        Tone.DANGER,
    )
    left = holder(
        column(
            stop,
            wait,
            verdict,
            card(
                column(
                    Notice("81 岁，能领高龄补贴", "没领过，材料正好都有", Tone.INFO, "一起办"),
                    Notice("一卡通换过号", "和上次留的不一样", Tone.WARN, "看一眼"),
                )
            ),
            None,
            gap=12,
        )
    )
    pin = PinDialog(
        None,
        "用 UKey 签章",
        "将签 3 份：申请审批表、受理通知书、材料清单。签后不能撤销。",
        "签章",
        (5, 6),
    )
    keys = HelpSheet(left, [KeyHelp("F2", "拍照")], [KeyHelp("Ctrl+K", "找事项、找办件")])
    bodies = []
    for dialog in (pin, keys):
        body = QWidget()
        body.setLayout(dialog.layout())
        bodies.append(body)
    right = holder(
        column(
            *bodies,
            (EmptyState("inbox", "没有等您处理的", "有补正或新消息时会出现在这里。", "去办事"), 1),
        )
    )
    sheet = canvas(row((left, 1), (right, 1), gap=16, margins=(24, 16, 24, 16)))
    sheet.setProperty("held", pin.pin)
    sheet.setProperty("kept", [pin, keys])
    return sheet
