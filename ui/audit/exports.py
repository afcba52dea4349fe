"""What an auditor takes away: verdicts as JSON or as a workbook. The JSON is an array of what
``station verify --json`` prints for each file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from signing.files import write_whole
from station.supervision.report import Table, write_workbook
from ui.audit.judged import STAGES, Judged, group_words, stage_words, translate


def write_json(file: Path, judged: Sequence[Judged]) -> None:
    """All verdicts with everything that is known."""
    text = json.dumps([dict(one.facts()) for one in judged], ensure_ascii=False, indent=2)
    write_whole(file, (text + "\n").encode())


def write_xlsx(file: Path, judged: Sequence[Judged], now: datetime) -> None:
    """One sheet of files, one of signatures."""
    files = Table(
        translate("audit", "文件"),
        (
            translate("audit", "结论"),
            translate("audit", "文件"),
            translate("audit", "一句话"),
            translate("audit", "最后签章"),
            translate("audit", "链上的问题"),
            translate("audit", "文件夹"),
        ),
        tuple(
            (
                group_words(one.group),
                one.name,
                one.reason,
                f"{one.last:%Y-%m-%d %H:%M:%S}" if one.last else "—",
                "；".join((*one.chain_problems, *one.findings)) or "—",
                str(one.path.parent),
            )
            for one in judged
        ),
    )
    signatures = Table(
        translate("audit", "签章"),
        (
            translate("audit", "文件"),
            translate("audit", "级别"),
            translate("audit", "签章人"),
            translate("audit", "单位"),
            translate("audit", "职务"),
            translate("audit", "时间"),
            translate("audit", "可信时间"),
            translate("audit", "格式"),
            translate("audit", "算法"),
            translate("audit", "问题"),
        ),
        tuple(
            (
                one.name,
                stage_words(line.stage) if line.stage in STAGES else "—",
                line.signer,
                line.unit,
                line.role or "—",
                f"{line.time:%Y-%m-%d %H:%M:%S}" if line.time else "—",
                translate("audit", "是") if line.proved else translate("audit", "否"),
                line.level,
                line.algorithm,
                "；".join(line.problems) or "—",
            )
            for one in judged
            for line in one.signatures
        ),
    )
    write_workbook(
        file,
        (files, signatures),
        translate("audit", "{time} 核验").format(time=f"{now:%Y-%m-%d %H:%M}"),
    )
