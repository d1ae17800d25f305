"""What is seen of raw/ from look to look: which datasets' folders changed, and which of them are still written to."""

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from orchestration.releases.whole import SECONDS_OF_QUIET, seconds_until_whole


def states_of(raw: Path) -> dict[str, str]:
    """A hash for the folder of each dataset, as `publisher/dataset`, over the names, sizes and times of its files.

    What lies above these folders has one hash, under an empty name.
    """
    lines: dict[str, list[str]] = defaultdict(list)
    for path in sorted(raw.rglob("*")):
        parts = path.relative_to(raw).parts
        # Who copies a folder renames and removes files of it meanwhile.
        with suppress(FileNotFoundError):
            if path.is_file() and not any(part.startswith(".") for part in parts):
                state = path.stat()
                folder = "/".join(parts[:2]) if len(parts) > 2 else ""
                lines[folder].append(f"{path} {state.st_size} {state.st_mtime_ns}")
    return {name: hashlib.sha256("\n".join(of_folder).encode()).hexdigest()[:16] for name, of_folder in lines.items()}


@dataclass
class Seen:
    """The states that a refresh was asked for, and each other one with the time at which it was first seen.

    The entries are those of `states_of`, and others that a look compares as well.
    """

    done: dict[str, str]
    new: dict[str, tuple[str, float]]

    @classmethod
    def of(cls, text: str | None) -> Self:
        """What `text` kept of an earlier look. Of a version that knew one state of all folders it keeps nothing."""
        kept = json.loads(text or "{}")
        if not isinstance(kept.get("done"), dict):
            return cls({}, {})
        return cls(kept["done"], {name: (state, since) for name, (state, since) in kept["new"].items()})

    @property
    def text(self) -> str:
        return json.dumps({"done": self.done, "new": self.new})

    def look(self, states: Mapping[str, str]) -> None:
        """Notes what no refresh was asked for; a folder that is gone has an empty state."""
        known, now = self.new, time.time()
        changed = {name: state for name, state in states.items() if self.done.get(name) != state}
        changed |= dict.fromkeys(self.done.keys() - states.keys(), "")
        self.new = {
            name: known[name] if name in known and known[name][0] == state else (state, now)
            for name, state in changed.items()
        }

    def take(self, names: Iterable[str], states: Mapping[str, str]) -> None:
        """Notes that a refresh was asked for these, or that there was nothing to ask for."""
        for name in names:
            del self.new[name]
            if name in states:
                self.done[name] = states[name]
            else:
                self.done.pop(name, None)

    def seconds_until_whole(self, raw: Path, name: str) -> float:
        """In how many seconds the folder of a dataset can be read, if it stays as it is; 0: now."""
        state, since = self.new[name]
        seconds_seen = time.time() - since
        # Of a folder that is gone only the time tells: who replaces one may remove it first.
        return seconds_until_whole(raw / name, seconds_seen) if state else max(SECONDS_OF_QUIET - seconds_seen, 0)

    def key(self, names: Iterable[str]) -> str:
        """A name for these changes, in 16 hexadecimal digits; another one where they went and came again."""
        lines = [f"{name} {state} {since}" for name, (state, since) in sorted(self.new.items()) if name in set(names)]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def still_written(raw: Path, states: Mapping[str, str], seen: Seen) -> set[str]:
    """The changed folders of datasets that are not whole. Where one may be within two seconds, it waits for them."""
    changed = {name for name in seen.new if "/" in name}
    waits = {name: seen.seconds_until_whole(raw, name) for name in changed}
    short = [wait for wait in waits.values() if 0 < wait <= SECONDS_OF_QUIET]
    if not short:
        return {name for name, wait in waits.items() if wait}
    # The clock may be set back a little meanwhile.
    time.sleep(max(short) + 0.05)
    now = states_of(raw)
    return {name for name in changed if now.get(name) != states.get(name) or seen.seconds_until_whole(raw, name)}
