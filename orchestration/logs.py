"""What each refresh did, as lines of JSON in logs/ of the home; the oldest lines go when there are many."""

import json
import logging
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
    try:
        settings.logs.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            settings.logs / "refreshes.jsonl", maxBytes=LOG_BYTES, backupCount=LOGS_KEPT, encoding="utf-8"
        )
    except OSError:
        return
    try:
        handler.emit(logging.makeLogRecord({"msg": json.dumps(line, default=str, ensure_ascii=False)}))
    finally:
        handler.close()
