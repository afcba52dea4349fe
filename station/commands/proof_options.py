"""The two options that say where time stamps and revocation evidence come from."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from station.commands.console import say
from station.paths import home
from station.settings import load as load_settings


@dataclass(frozen=True, slots=True)
class ProofPlaces:
    """What was given, else what stands in the settings; ``tsa`` may be ""."""

    tsa: str
    evidence: tuple[str, ...]


def add_proof_options(parser: argparse.ArgumentParser) -> None:
    """``--tsa`` and ``--evidence``."""
    parser.add_argument(
        "--tsa", metavar="URL",
        help=say(
            "时间戳服务器（B-T 级起要用），不给就用设置里的 tsa",
            "time-stamp server, needed from level B-T on; else the setting tsa",
        ),
    )  # fmt: skip
    parser.add_argument(
        "--evidence", action="append", default=[], metavar="FILE|URL",
        help=say(
            "证书状态从哪里取：吊销列表、OCSP 应答文件，或签发机构的网址；"
            "不给就用设置里的 evidence，再不然向证书里的网址取",
            "where the status of certificates comes from: revocation lists, OCSP responses, or the "
            "authority's address; else the setting evidence, else the certificates' own addresses",
        ),
    )  # fmt: skip


def proof_places(args: argparse.Namespace) -> ProofPlaces:
    """Where they come from for this run."""
    settings = load_settings(home().settings)
    evidence = args.evidence or [place for place in [settings.evidence] if place]
    return ProofPlaces(args.tsa or settings.tsa or "", tuple(evidence))
