"""Reports for a terminal and for a file: everything an auditor needs to show to somebody else."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from signing.trust import TrustStore
from signing.verify.pdf import verify_pdf
from signing.verify.report import as_text, report_pdf, write_report
from signing.verify.verdict import Verdict
from tests.helpers.attacks import ATTACKS, Victim, victim_pdf

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def verdicts(dossier: bytes, root: TrustStore) -> list[Verdict]:
    attacked = ATTACKS["incremental saving: a page is added"](Victim(dossier))
    return [
        verify_pdf(dossier, root, file="案卷.pdf"),
        verify_pdf(attacked, root, file="changed & <odd>.pdf"),
        verify_pdf(victim_pdf(), root, file="unsigned.pdf"),
    ]


def text_of(pdf: bytes, folder: Path) -> str:
    (folder / "report.pdf").write_bytes(pdf)
    said = subprocess.run(
        ["pdftotext", "-layout", folder / "report.pdf", "-"], capture_output=True, check=True
    )
    return re.sub(r"\s+", "", said.stdout.decode())


def test_the_chinese_report_names_files_people_times_and_reasons(
    verdicts: list[Verdict], tmp_path: Path
) -> None:
    told = text_of(report_pdf(verdicts, AT), tmp_path)
    for expected in (
        "电子签名核验报告", "2026-11-2316:00:00", "共3个文件，1个有效",
        "案卷.pdf", "完好有效", "王秀兰（吴庄村便民服务站，代办员）", "RSA-2048SHA-256", "时间戳",
        "changed&<odd>.pdf", "签后有改动", "增加了1页（第3页）。",
        "unsigned.pdf", "没有签名", verdicts[0].sha256,
    ):  # fmt: skip
        assert expected in told


def test_the_english_report_says_the_same(verdicts: list[Verdict], tmp_path: Path) -> None:
    told = text_of(report_pdf(verdicts, AT, "en"), tmp_path)
    for expected in ("3files,1valid", "modified", "1pageswereadded(page3).", "Covers"):
        assert expected in told


def test_a_report_over_many_files_runs_over_many_pages(
    verdicts: list[Verdict], tmp_path: Path
) -> None:
    target = tmp_path / "many.pdf"
    write_report(verdicts * 12, target, AT)
    info = subprocess.run(["pdfinfo", target], capture_output=True, check=True, text=True).stdout
    pages = re.search(r"Pages:\s+(\d+)", info)
    assert pages and int(pages[1]) > 5


def test_the_text_begins_with_the_bottom_line(verdicts: list[Verdict]) -> None:
    good, changed, unsigned = (as_text(verdict) for verdict in verdicts)
    assert good.splitlines()[:2] == [
        "✓ 案卷.pdf",
        "  完好有效：3 个签名全部有效，签名之后没有改动。",
    ]
    assert "审批链：村：王秀兰（吴庄村便民服务站） → 乡镇：" in good
    assert changed.startswith("✗ ") and "增加了 1 页" in changed
    assert unsigned.splitlines()[1] == "  没有签名：文件里没有签名。"
