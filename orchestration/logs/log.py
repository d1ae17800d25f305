"""The log of each refresh, as lines of JSON in logs/ of the home; old lines are deleted when there are many."""

import json
import logging
from contextlib import suppress
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from typing import Any

from orchestration.settings import Settings

LOG_BYTES = 5_000_000
LOGS_KEPT = 5


def log(settings: Settings, run_id: str, event: str, **what: Any) -> None:
    """Adds a line to logs/refreshes.jsonl: when, which run, what happened, and what there is to say of it.

    Never raises: what is logged matters more than the log.
    """
    line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "run_id": run_id, "event": event} | what
    with suppress(OSError):
        add_line(settings, "refreshes.jsonl", json.dumps(line, default=str, ensure_ascii=False))


def add_line(settings: Settings, name: str, line: str) -> None:
    """Adds a line to a file of logs/, whose oldest lines go when there are many. Raises `OSError` where it cannot."""
    settings.logs.mkdir(parents=True, exist_ok=True)
    handler = _Lines(settings.logs / name, maxBytes=LOG_BYTES, backupCount=LOGS_KEPT, encoding="utf-8")
    try:
        handler.emit(logging.makeLogRecord({"msg": line}))
    finally:
        with suppress(OSError):
            handler.close()


class _Lines(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:
        # The library would print a traceback and continue.
        raise


def refused_since(settings: Settings) -> list[dict[str, Any]]:
    """What the newest attempt was refused for, if nothing was published since: lines with at, run_id and message."""
    lines: list[str] = []
    with suppress(OSError):
        lines = (settings.logs / "refreshes.jsonl").read_text(encoding="utf-8", errors="replace").splitlines()
    refused: list[dict[str, Any]] = []
    for text in reversed(lines):
        try:
            line = json.loads(text)
        except ValueError:
            # A line that a killed process or a full disk cut off.
            continue
        if line["event"] == "published" or (refused and line["run_id"] != refused[0]["run_id"]):
            break
        if line["event"] == "refused":
            refused.insert(0, line)
    return refused
