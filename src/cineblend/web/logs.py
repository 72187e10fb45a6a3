"""Logs: one JSON object per line on stderr, never with a key, query, body or profile id."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

from starlette.types import Scope

LOGGER = logging.getLogger("cineblend.web")


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level and event, then the record's ``fields``."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line["error"] = type(record.exc_info[1]).__name__
            line["trace"] = _frames(record.exc_info[1])
        return json.dumps(line, default=str)


def log_request(request_id: str, scope: Scope, status: int, seconds: float) -> None:
    """Log a finished request by its route's template, since a path may hold a profile's id."""
    if LOGGER.isEnabledFor(logging.INFO):
        fields = {
            "request_id": request_id,
            "method": scope["method"],
            "route": getattr(scope.get("route"), "path", None),
            "status": status,
            "ms": round(seconds * 1000, 2),
        }
        LOGGER.info("request", extra={"fields": fields})


def log_crash(request_id: str, scope: Scope, error: Exception) -> None:
    """Log a bug: where it happened, without the values involved."""
    fields = {
        "request_id": request_id,
        "route": getattr(scope.get("route"), "path", None),
        "error": type(error).__name__,
        "trace": _frames(error),
    }
    LOGGER.error("crash", extra={"fields": fields})


def log_event(event: str, *, warning: bool = False, **fields: object) -> None:
    """Log an event of the service itself."""
    LOGGER.log(logging.WARNING if warning else logging.INFO, event, extra={"fields": fields})


def config(level: str = "INFO") -> dict[str, Any]:
    """Settings for ``logging.config.dictConfig``: this package's lines and uvicorn's, as JSON on stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonLines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "loggers": {
            "cineblend": {"handlers": ["stderr"], "level": level, "propagate": False},
            "uvicorn": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        },
    }


def _frames(error: BaseException) -> list[str]:
    return [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]
