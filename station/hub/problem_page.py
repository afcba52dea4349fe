"""The problem document (RFC 9457): how it leaves, and how the OpenAPI description shows it."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from station.wire.problems import PROBLEM_TYPE, Refusal, SignInNeeded, asked_to_wait


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


def problem_response(request: Request, error: Refusal) -> JSONResponse:
    """The refusal as a problem document."""
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, SignInNeeded):
        headers["WWW-Authenticate"] = "Bearer"
    if wait := asked_to_wait(error):
        headers["Retry-After"] = f"{wait:.0f}"
    if error.status in (408, 413):  # the rest of the body is not waited for
        headers["Connection"] = "close"
    return JSONResponse(
        {**error.document(language_of(request)), "instance": request.url.path},
        status_code=error.status,
        media_type=PROBLEM_TYPE,
        headers=headers,
    )


def language_of(request: Request) -> str:
    """``en`` when English is preferred to Chinese, else ``zh``."""
    weights = {"en": 0.0, "zh": 0.0}
    for part in request.headers.get("accept-language", "").split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            value = float(weight) if weight else 1.0
        except ValueError:
            continue
        language = name[:2].lower()
        if language in weights:
            weights[language] = max(weights[language], value)
    return "en" if weights["en"] > weights["zh"] else "zh"


def problems_as_sent(app: FastAPI) -> None:
    """Has the description say under which content type problems come: the framework can only
    describe its models as plain JSON."""
    described = app.openapi

    def description() -> dict[str, Any]:
        known = app.openapi_schema is not None
        schema = described()
        if not known:
            for path in schema["paths"].values():
                for operation in path.values():
                    for status, answer in operation["responses"].items():
                        if status in ("4XX", "5XX"):
                            answer["content"] = {
                                PROBLEM_TYPE: answer["content"]["application/json"]
                            }
        return schema

    app.openapi = description  # type: ignore[method-assign]
