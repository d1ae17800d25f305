"""The alert about new signals of early warning: one for each signal, whatever refresh, re-run or rollback follows."""

import json
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import duckdb

from orchestration.alerts.alert import LISTED, Alert
from orchestration.settings import Settings

# What the key of such an alert begins with; the signals that it tells of follow.
KEY = "signals"


class Signal(NamedTuple):
    """A signal of an area of the partnership, and the line that an alert has about it."""

    series: str
    area: str
    kind: str
    direction: str
    since: str
    latest: str
    is_current: bool = False
    line: str = ""

    @property
    def text(self) -> str:
        return "/".join(self[:6])

    def is_told_by(self, other: "Signal") -> bool:
        """Whether the other one is about the same rise or fall: it still lasts, or they have months in common."""
        has_months_in_common = other.since <= self.latest and self.since <= other.latest
        return self[:4] == other[:4] and (other.is_current or has_months_in_common)


def served_signals(warehouse: Path) -> list[Signal] | None:
    """The signals in a warehouse, those of partnership members; None if it has no table of them yet.

    The line has no figure: a partner's small count must not appear in a chat. A rise that several rules notice is one,
    but that of several neighbours is a signal of its own.
    """
    if not warehouse.is_file():
        return None
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            rows = connection.execute(
                "select series_id, area_code, case rule_id when 'neighbours' then 'neighbours' else 'area' end, "
                "direction, since_period_id, latest_period_id, is_current, title || ', ' || area_names || ', ' || "
                "periods.label || ': ' || rule || ' (' || direction || ')' "
                "from marts.fct_signals inner join marts.dim_periods as periods using (period_id) "
                "where is_partnership_member order by all"
            ).fetchall()
    except duckdb.Error:
        return None
    return [Signal(*row) for row in rows]


def new_signals(
    before: Iterable[Signal] | None, after: Iterable[Signal] | None, run_id: str, settings: Settings
) -> Alert | None:
    """The alert about signals that are current and new; None if there are none, or no previous file with signals.

    New is what neither the previous file has nor an earlier alert told: after a rollback the previous file is an old
    one. A signal whose alert did not arrive is told again.
    """
    if before is None or after is None:
        return None
    told, failed = _told(settings)
    known = [*told, *(one for one in before if not any(one.is_told_by(other) for other in failed))]
    new: list[Signal] = []
    for one in after:
        if one.is_current and not any(one.is_told_by(other) for other in (*known, *new)):
            new.append(one)
    if not new:
        return None
    more = [f"and {len(new) - LISTED} more"] if len(new) > LISTED else []
    return Alert(
        f"{KEY} {' '.join(one.text for one in new)}",
        f"{len(new)} new {'signal' if len(new) == 1 else 'signals'} of early warning. The new warehouse is published.",
        f"marts.fct_signals of {settings.warehouse} on {socket.gethostname()}, run {run_id}",
        "Open the page Early warning of the report: it has the figures, the chart and the step to take.",
        "\n".join([*(one.line for one in new[:LISTED]), *more]),
    )


def _told(settings: Settings) -> tuple[list[Signal], list[Signal]]:
    """The signals that alerts told of, and those whose alerts never arrived."""
    told: list[Signal] = []
    failed: list[Signal] = []
    for path in settings.logs.glob("alerts.jsonl*"):
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            word, _, signals = entry["key"].partition(" ")
            if word == KEY:
                (told if entry["sent_by"] else failed).extend(Signal(*one.split("/")) for one in signals.split())
    return told, [one for one in failed if not any(one.is_told_by(other) for other in told)]
