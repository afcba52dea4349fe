"""The problem document (RFC 9457) as the OpenAPI description shows it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


class Problem(BaseModel):
    """Why the hub said no. ``type`` is stable; ``retryable``: the same may succeed by itself."""

    type: str
    title: str
    status: int
    detail: str
    user_action: str
    retryable: bool
    facts: dict[str, Any]
    instance: str = ""
