"""The portrait on an ID card: 1,024 bytes in a format that only the makers' decoder can read.

The decoder is a closed library, for some readers 32-bit only. It is run as a program of its own:
the 1,024 bytes on its standard input, a picture file on its standard output. Where none is
installed there is no portrait, and everything else works.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable, Sequence

VARIABLE = "YIZHAN_PORTRAIT_DECODER"
_SECONDS = 5.0
_PICTURES = (b"BM", b"\xff\xd8\xff", b"\x89PNG")


def installed_decoder() -> Callable[[bytes], bytes | None] | None:
    """The decoder named by the environment (a command line), or None."""
    words = shlex.split(os.environ.get(VARIABLE, ""))
    return (lambda stored: decoded(words, stored)) if words else None


def decoded(command: Sequence[str], stored: bytes) -> bytes | None:
    """The picture that ``command`` makes of the stored bytes; None when it makes none."""
    try:
        answer = subprocess.run(
            command, input=stored, capture_output=True, timeout=_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None  # a portrait is welcome, never needed
    return answer.stdout if answer.stdout.startswith(_PICTURES) else None
